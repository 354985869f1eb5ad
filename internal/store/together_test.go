package store_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// joined runs writes together with a last one and says what came of it.
func joined(t *testing.T, db *store.DB, fn func(ctx context.Context) error, last func(*store.Tx) error) error {
	t.Helper()
	return db.Together(t.Context(), fn, last)
}

func through(ctx context.Context, db *store.DB, actor, key string) error {
	return db.Write(ctx, func(tx *store.Tx) error { return put(tx, actor, key) })
}

func TestTogetherIsDurableAtOnceOrNotAtAll(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var order []string
		told := func(tx *store.Tx, name string) {
			tx.AfterCommit(func() { order = append(order, name+" done") })
			tx.AfterRollback(func() { order = append(order, name+" undone") })
		}
		two := func(name string) func(context.Context) error {
			return func(ctx context.Context) error {
				for _, key := range []string{"1", "2"} {
					err := db.Write(ctx, func(tx *store.Tx) error { told(tx, name+key); return put(tx, name, key) })
					if err != nil {
						return err
					}
				}
				if got := rows(t, db); slices.Contains(got, name+"/1") {
					t.Errorf("seen by others before the end: %v", got)
				}
				return nil
			}
		}
		if err := joined(t, db, two("a"), func(tx *store.Tx) error { return put(tx, "a", "last") }); err != nil {
			t.Fatal(err)
		}
		refused := errors.New("no answer is kept")
		if err := joined(t, db, two("b"), func(tx *store.Tx) error { put(tx, "b", "last"); return refused }); err != refused {
			t.Errorf("the last one's error: %v", err)
		}
		if err := joined(t, db, two("c"), func(tx *store.Tx) error { return put(tx, "a", "last") }); !errors.Is(err, store.ErrTaken) {
			t.Errorf("a key that stands: %v", err)
		}
		if got := rows(t, db); !slices.Equal(got, []string{"a/1", "a/2", "a/last"}) {
			t.Errorf("rows %v", got)
		}
		want := "a1 done a2 done b2 undone b1 undone c2 undone c1 undone"
		if got := strings.Join(order, " "); got != want {
			t.Errorf("told %q, want %q", got, want)
		}
	})
}

// A refusal in the middle counts what it counted (a wrong password), and what
// one write of several could not do takes nothing of the others.
func TestTogetherKeepsWhatStoodBeforeARefusal(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		refused := errors.New("refused by a rule")
		never := func(*store.Tx) error { t.Error("an answer to a refusal was asked for"); return nil }
		if err := joined(t, db, func(ctx context.Context) error {
			if err := through(ctx, db, "a", "counted"); err != nil {
				return err
			}
			return refused
		}, never); err != refused {
			t.Errorf("the refusal: %v", err)
		}
		if err := joined(t, db, func(ctx context.Context) error {
			if err := through(ctx, db, "b", "1"); err != nil {
				return err
			}
			if err := through(ctx, db, "a", "counted"); !errors.Is(err, store.ErrTaken) {
				t.Errorf("a key that stands: %v", err)
			}
			return through(ctx, db, "b", "2")
		}, func(tx *store.Tx) error { return put(tx, "b", "last") }); err != nil {
			t.Error(err)
		}
		if got := rows(t, db); !slices.Equal(got, []string{"a/counted", "b/1", "b/2", "b/last"}) {
			t.Errorf("rows %v", got)
		}
	})
}

// What was written is read through the context, in every way of reading; what
// is prepared before the first write keeps nobody waiting; and a context that
// outlives its end writes by itself.
func TestTogetherReadsItsOwnWritesAndWaitsForNobody(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var kept context.Context
		err := joined(t, db, func(ctx context.Context) error {
			kept = ctx
			if err := write(db, "other", "meanwhile"); err != nil { // the lane is free
				return err
			}
			if err := through(ctx, db, "a", "1"); err != nil {
				return err
			}
			count := `SELECT count(*) FROM commands WHERE actor = 'a'`
			var n, viewed int
			if err := db.QueryRow(ctx, count).Scan(&n); err != nil {
				return err
			}
			if err := db.View(ctx, func(tx *store.Tx) error { return tx.QueryRow(count).Scan(&viewed) }); err != nil {
				return err
			}
			listed, err := db.Query(ctx, `SELECT key FROM commands WHERE actor = 'a'`)
			if err != nil {
				return err
			}
			found := listed.Next()
			listed.Close()
			if n != 1 || viewed != 1 || !found {
				t.Errorf("its own write is read as %d, %d, %v", n, viewed, found)
			}
			return listed.Err()
		}, func(*store.Tx) error { return nil })
		if err != nil {
			t.Fatal(err)
		}
		if err := through(kept, db, "a", "later"); err != nil {
			t.Error(err)
		}
		if err := joined(t, db, func(context.Context) error { return nil }, func(tx *store.Tx) error { return put(tx, "only", "last") }); err != nil {
			t.Error(err)
		}
		if got := rows(t, db); !slices.Equal(got, []string{"a/1", "a/later", "only/last", "other/meanwhile"}) {
			t.Errorf("rows %v", got)
		}
	})
}

// Neither a panic nor a caller who hung up holds the lane.
func TestTogetherLetsTheLaneGo(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		func() {
			defer func() {
				if recover() == nil {
					t.Error("the panic was swallowed")
				}
			}()
			joined(t, db, func(ctx context.Context) error {
				if err := through(ctx, db, "a", "1"); err != nil {
					t.Error(err)
				}
				panic("a fault")
			}, func(*store.Tx) error { return nil })
		}()
		ctx, hangUp := context.WithCancel(t.Context())
		err := db.Together(ctx, func(ctx context.Context) error {
			defer hangUp()
			return through(ctx, db, "b", "1")
		}, func(tx *store.Tx) error { return put(tx, "b", "last") })
		if err != nil {
			t.Errorf("a caller who hung up: %v", err)
		}
		free := make(chan error, 1)
		go func() { free <- write(db, "c", "1") }()
		select {
		case err := <-free:
			if err != nil {
				t.Error(err)
			}
		case <-time.After(10 * time.Second):
			t.Fatal("the lane is held")
		}
		if got := rows(t, db); !slices.Equal(got, []string{"a/1", "b/1", "b/last", "c/1"}) {
			t.Errorf("rows %v", got)
		}
	})
}

// A disk that fills in the middle undoes the whole, and the lane goes on.
func TestTogetherOnAFullDisk(t *testing.T) {
	db := storetest.Open(t, store.SQLite, "full")
	limit := func(pages int) {
		t.Helper()
		if err := db.Write(t.Context(), func(tx *store.Tx) error {
			var n int
			if pages == 0 {
				if err := tx.QueryRow(`PRAGMA page_count`).Scan(&pages); err != nil {
					return err
				}
				pages += 4
			}
			return tx.QueryRow(`PRAGMA max_page_count = ` + strconv.Itoa(pages)).Scan(&n)
		}); err != nil {
			t.Fatal(err)
		}
	}
	limit(0)
	err := joined(t, db, func(ctx context.Context) error {
		if err := through(ctx, db, "a", "1"); err != nil {
			return err
		}
		return through(ctx, db, strings.Repeat("x", 100_000), "big")
	}, func(tx *store.Tx) error { return put(tx, "a", "last") })
	if !errors.Is(err, store.ErrFull) {
		t.Errorf("a full disk: %v", err)
	}
	limit(1 << 30)
	if err := write(db, "b", "1"); err != nil {
		t.Error(err)
	}
	if got := rows(t, db); !slices.Equal(got, []string{"b/1"}) {
		t.Errorf("rows %v", got)
	}
}

// Within another Together it is part of that one: nobody waits for the lane that
// the outer one holds, and nothing is durable before the outer one's end.
func TestTogetherWithinTogetherIsOne(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		refused := errors.New("no answer is kept")
		for name, last := range map[string]error{"a": nil, "b": refused} {
			err := joined(t, db, func(ctx context.Context) error {
				if err := through(ctx, db, name, "before"); err != nil {
					return err
				}
				err := db.Together(ctx, func(ctx context.Context) error { return through(ctx, db, name, "within") },
					func(tx *store.Tx) error { return put(tx, name, "last within") })
				if got := rows(t, db); slices.Contains(got, name+"/within") {
					t.Errorf("seen by others before the end: %v", got)
				}
				return err
			}, func(tx *store.Tx) error { return last })
			if err != last {
				t.Errorf("%s: %v, want %v", name, err, last)
			}
		}
		if got := rows(t, db); !slices.Equal(got, []string{"a/before", "a/last within", "a/within"}) {
			t.Errorf("rows %v", got)
		}
	})
}
