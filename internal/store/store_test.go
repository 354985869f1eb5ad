package store_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

func TestARefusedWriteTakesNothingOfItsNeighbours(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		refused := errors.New("refused by a rule")
		var order []string
		told := func(tx *store.Tx, name string) {
			tx.AfterCommit(func() { order = append(order, name+" done") })
			tx.AfterRollback(func() { order = append(order, name+" undone") })
		}
		errs := together(t, db,
			func(tx *store.Tx) error { told(tx, "a"); return put(tx, "a", "1") },
			func(tx *store.Tx) error {
				told(tx, "b")
				if err := put(tx, "b", "1"); err != nil {
					return err
				}
				return refused
			},
			func(tx *store.Tx) error { told(tx, "c"); return put(tx, "a", "1") }, // the key of the first
			func(tx *store.Tx) error { told(tx, "d"); put(tx, "d", "1"); panic("a fault") },
			func(tx *store.Tx) error { told(tx, "e"); return put(tx, "e", "1") },
			func(tx *store.Tx) error {
				told(tx, "f")
				_, err := tx.Exec(`INSERT INTO nowhere VALUES (1)`)
				return err
			},
			func(tx *store.Tx) error { told(tx, "g"); return put(tx, "g", "1") },
		)
		if errs[0] != nil || errs[4] != nil || errs[6] != nil {
			t.Errorf("a neighbour suffered: %v", errs)
		}
		if errs[1] != refused {
			t.Errorf("a refusal is not returned as it is: %v", errs[1])
		}
		if !errors.Is(errs[2], store.ErrTaken) {
			t.Errorf("a key that stands already: %v", errs[2])
		}
		if errs[3] == nil || !strings.Contains(errs[3].Error(), "a fault") {
			t.Errorf("a panic: %v", errs[3])
		}
		if errs[5] == nil {
			t.Error("a table that is not there was written to")
		}
		if got := rows(t, db); !slices.Equal(got, []string{"a/1", "e/1", "g/1"}) {
			t.Errorf("rows %v", got)
		}
		want := "b undone c undone d undone f undone a done e done g done"
		if got := strings.Join(order, " "); got != want {
			t.Errorf("told %q, want %q", got, want)
		}
	})
}

// TestAWriteThatWentOnAfterAnErrorFailsAlone: PostgreSQL keeps nothing of a
// transaction in which a statement failed; SQLite would. Neither may hurt the
// others in the group.
func TestAWriteThatWentOnAfterAnErrorFailsAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		errs := together(t, db,
			func(tx *store.Tx) error { return put(tx, "a", "1") },
			func(tx *store.Tx) error { put(tx, "a", "1"); return nil },
			func(tx *store.Tx) error { return put(tx, "c", "1") },
		)
		if errs[0] != nil || errs[2] != nil {
			t.Errorf("a neighbour suffered: %v", errs)
		}
		if got := rows(t, db); !slices.Equal(got, []string{"a/1", "c/1"}) {
			t.Errorf("rows %v", got)
		}
	})
}

func TestWhatWasAcknowledgedIsThereAfterOpeningAgain(t *testing.T) {
	for _, engine := range storetest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			at := storetest.Place(t, engine, "again")
			db := storetest.OpenAt(t, at)
			l := startLoad(t, db, 8)
			l.until(t, 200)
			acked := l.end()
			if err := db.Close(); err != nil {
				t.Fatal(err)
			}
			if err := write(db, "late", "1"); !errors.Is(err, store.ErrClosed) {
				t.Errorf("a write after closing: %v", err)
			}
			if got := rows(t, storetest.OpenAt(t, at)); !slices.Equal(got, acked) { // migrates again, too
				t.Errorf("%d rows, %d were acknowledged", len(got), len(acked))
			}
		})
	}
}

func TestClosingFinishesWhatWasHandedIn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		started, proceed := make(chan struct{}), make(chan struct{})
		var wg sync.WaitGroup
		wg.Go(func() {
			err := db.Write(context.Background(), func(tx *store.Tx) error {
				close(started)
				<-proceed
				return put(tx, "a", "1")
			})
			if err != nil {
				t.Error(err)
			}
		})
		<-started
		wg.Go(func() { db.Close() })
		close(proceed)
		wg.Wait()
	})
}

func TestAViewIsOneMoment(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		count := func(tx *store.Tx) (n int) {
			if err := tx.QueryRow(`SELECT count(*) FROM commands`).Scan(&n); err != nil {
				t.Error(err)
			}
			return n
		}
		for range 3 { // the first time a text is not prepared yet, later it is
			before := len(rows(t, db))
			err := db.View(t.Context(), func(tx *store.Tx) error {
				first := count(tx)
				if err := write(db, "during", strings.Repeat("x", before)); err != nil {
					t.Error(err)
				}
				if second := count(tx); first != before || second != before {
					t.Errorf("%d rows before, %d and %d in the view", before, first, second)
				}
				if _, err := tx.Exec(`DELETE FROM commands`); err == nil {
					t.Error("a view may change rows")
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
			if after := len(rows(t, db)); after != before+1 {
				t.Errorf("%d rows after, want %d", after, before+1)
			}
		}
	})
}

// TestManyViewsAtOnceDoNotWaitForEachOther: more views than connections, each
// asking for texts that nobody has prepared.
func TestManyViewsAtOnceDoNotWaitForEachOther(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var wg sync.WaitGroup
		for i := range 4 * store.DefaultReaders {
			wg.Go(func() {
				err := db.View(t.Context(), func(tx *store.Tx) error {
					for j := range 5 {
						var n int
						text := `SELECT count(*) FROM events WHERE seq > ` + strings.Repeat("1", 1+i%7) + strings.Repeat("0", 1+j)
						if err := tx.QueryRow(text[:min(len(text), 48)]).Scan(&n); err != nil {
							return err
						}
					}
					return nil
				})
				if err != nil {
					t.Error(err)
				}
			})
			wg.Go(func() {
				var n int
				if err := db.QueryRow(t.Context(), `SELECT count(*) FROM tree WHERE idx > `+strings.Repeat("1", 1+i%9)).Scan(&n); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
	})
}

func TestACallerWhoIsGoneStartsNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		ctx, cancel := context.WithCancel(context.Background())
		cancel()
		if err := db.Write(ctx, func(*store.Tx) error { t.Error("it ran"); return nil }); !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
		// One who leaves in the middle loses nothing.
		ctx, cancel = context.WithCancel(context.Background())
		err := db.Write(ctx, func(tx *store.Tx) error { cancel(); return put(tx, "a", "1") })
		if err != nil || len(rows(t, db)) != 1 {
			t.Error(rows(t, db), err)
		}
	})
}

func TestTheFilesAreTheOwnersAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "made", "here 100%", "who? #1.db") // characters that mean something in a URI
	db := storetest.OpenAt(t, store.Options{Path: path})
	if err := write(db, "a", "1"); err != nil {
		t.Fatal(err)
	}
	backup := filepath.Join(filepath.Dir(path), "it's a backup.db")
	if err := db.BackupTo(t.Context(), backup); err != nil {
		t.Fatal(err)
	}
	for _, p := range []string{path, path + "-wal", path + "-shm", backup} {
		if st, err := os.Stat(p); err != nil || st.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", filepath.Base(p), st, err)
		}
	}
	if st, err := os.Stat(filepath.Dir(path)); err != nil || st.Mode().Perm() != 0o700 {
		t.Error(st, err)
	}
}

func TestOptionsThatMakeNoSense(t *testing.T) {
	for name, o := range map[string]store.Options{
		"nothing":      {},
		"both":         {Path: "x", URL: "postgres://h/d", Schema: "s"},
		"no schema":    {URL: "postgres://h/d"},
		"schema names": {URL: "postgres://h/d", Schema: "x; DROP"},
		"no server":    {URL: "postgres://nobody@127.0.0.1:1/none?connect_timeout=2", Schema: "s"},
	} {
		if db, err := store.Open(t.Context(), o); err == nil {
			db.Close()
			t.Errorf("%s: opened", name)
		}
	}
	_, err := store.Open(t.Context(), store.Options{URL: "postgres://nobody@127.0.0.1:1/none?connect_timeout=2", Schema: "s"})
	if !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("no server: %v", err)
	}
}

// TestTwoServersStartAtOnce on one empty database: the tables are made once.
func TestTwoServersStartAtOnce(t *testing.T) {
	for _, engine := range storetest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			at := storetest.Place(t, engine, "twice")
			var wg sync.WaitGroup
			for range 4 {
				wg.Go(func() {
					db, err := store.Open(t.Context(), at)
					if err != nil {
						t.Error(err)
						return
					}
					defer db.Close()
				})
			}
			wg.Wait()
		})
	}
}
