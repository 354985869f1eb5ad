package ledger_test

import (
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	_ "github.com/jackc/pgx/v5/stdlib"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// intruder changes rows behind the ledger's back, as somebody with the disk
// or the database's password could.
type intruder struct {
	*sql.DB
	engine store.Engine
}

func intrude(t testing.TB, at store.Options) *intruder {
	t.Helper()
	driver, dsn := "sqlite", "file:"+at.Path+"?_pragma=busy_timeout(10000)&_pragma=synchronous(OFF)"
	engine := store.SQLite
	if at.URL != "" {
		driver, dsn, engine = "pgx", at.URL+"&search_path="+at.Schema+"&synchronous_commit=off", store.Postgres
		if !strings.Contains(at.URL, "?") {
			dsn = strings.Replace(dsn, "&", "?", 1)
		}
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return &intruder{db, engine}
}

func (i *intruder) do(t testing.TB, text string, args ...any) {
	t.Helper()
	if _, err := i.Exec(text, args...); err != nil {
		t.Fatalf("%s: %v", text, err)
	}
}

// signed is a ledger of a few hundred events, all of them covered by the
// newest of several checkpoints.
func signed(t testing.TB, at store.Options, events int) *room {
	t.Helper()
	r := newRoom(t, storetest.OpenAt(t, at))
	for range 5 {
		r.fill(t, events/5)
		r.checkpoint(t)
	}
	r.verify(t)
	return r
}

// columns are all that the ledger stores and Verify answers for.
var columns = []struct{ table, key, column string }{
	{"events", "seq", "seq"}, {"events", "seq", "stream"}, {"events", "seq", "version"}, {"events", "seq", "kind"},
	{"events", "seq", "at"}, {"events", "seq", "body"}, {"events", "seq", "leaf"},
	{"tree", "idx", "idx"}, {"tree", "idx", "hash"},
	{"checkpoints", "size", "size"}, {"checkpoints", "size", "at"}, {"checkpoints", "size", "note"},
}

// TestAnyFlippedBitIsFound flips one bit of one stored value at a time.
func TestAnyFlippedBitIsFound(t *testing.T) {
	t.Parallel()
	for _, engine := range storetest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			at := storetest.Place(t, engine, "flips")
			r := signed(t, at, 200)
			in := intrude(t, at)
			flips := map[store.Engine]int{store.SQLite: 2400, store.Postgres: 600}[engine]
			rnd := rand.New(rand.NewPCG(1, uint64(flips)))
			for n := range flips {
				in.flip(t, r, rnd, n%len(columns))
			}
			r.verify(t) // all was put back
		})
	}
}

func (i *intruder) flip(t *testing.T, r *room, rnd *rand.Rand, column int) {
	t.Helper()
	c := columns[column]
	var count int
	if err := i.QueryRow(`SELECT count(*) FROM ` + c.table).Scan(&count); err != nil {
		t.Fatal(err)
	}
	var key int64
	var was any
	text := fmt.Sprintf(`SELECT %[1]s, %[2]s FROM %[3]s ORDER BY %[1]s LIMIT 1 OFFSET %[4]d`, c.key, c.column, c.table, rnd.IntN(count))
	if err := i.QueryRow(text).Scan(&key, &was); err != nil {
		t.Fatal(err)
	}
	now, what := flipped(was, rnd, i.engine, c.key == c.column)
	set := fmt.Sprintf(`UPDATE %s SET %s = $1 WHERE %s = $2`, c.table, c.column, c.key)
	if _, err := i.Exec(set, now, key); err != nil {
		return // PostgreSQL keeps no text that is not UTF-8, no number twice
	}
	_, err := ledger.Verify(t.Context(), r.db, r.verifier)
	var d *ledger.Damage
	if !errors.As(err, &d) {
		t.Errorf("%s.%s of row %d, %s: %v", c.table, c.column, key, what, err)
	} else if c.column == "body" && d.Seq != key {
		t.Errorf("%s.%s of row %d, %s: names another event: %v", c.table, c.column, key, what, err)
	}
	if c.key == c.column {
		i.do(t, set, was, now)
	} else {
		i.do(t, set, was, key)
	}
}

// flipped gives the value with one bit changed.
func flipped(v any, rnd *rand.Rand, engine store.Engine, key bool) (any, string) {
	switch v := v.(type) {
	case int64:
		bits := 63
		if engine == store.Postgres && key {
			bits = 31
		}
		bit := rnd.IntN(bits)
		return v ^ 1<<bit, fmt.Sprintf("bit %d", bit)
	case string:
		b, what := flippedByte([]byte(v), rnd)
		return string(b), what
	case []byte:
		return flippedByte(append([]byte(nil), v...), rnd)
	}
	panic(fmt.Sprintf("a value of type %T", v))
}

func flippedByte(b []byte, rnd *rand.Rand) ([]byte, string) {
	at, bit := rnd.IntN(len(b)), rnd.IntN(8)
	b[at] ^= 1 << bit
	return b, fmt.Sprintf("byte %d, bit %d", at, bit)
}

// TestRowsTakenOutSwappedOrAddedAreFound tries what somebody would try who
// wants a thing not to have happened.
func TestRowsTakenOutSwappedOrAddedAreFound(t *testing.T) {
	t.Parallel()
	attacks := []struct {
		name, what string
		texts      []string
	}{
		{"an event is deleted", "event", []string{`DELETE FROM events WHERE seq = 77`}},
		{"the first event is deleted", "event", []string{`DELETE FROM events WHERE seq = 0`}},
		{"an event is deleted and the rest moved up", "event", []string{`DELETE FROM events WHERE seq = 199`,
			`UPDATE events SET seq = -2 WHERE seq = 198`}},
		{"the end is cut off below the newest checkpoint", "", []string{`DELETE FROM events WHERE seq >= 190`}},
		{"the end is cut off with its hashes", "checkpoint", []string{`DELETE FROM events WHERE seq >= 192`, `DELETE FROM tree WHERE idx >= 382`}},
		{"everything is deleted", "", []string{`DELETE FROM events`, `DELETE FROM tree`}},
		{"two events change places", "event", []string{`UPDATE events SET seq = -1 WHERE seq = 10`, `UPDATE events SET seq = 10 WHERE seq = 20`,
			`UPDATE events SET seq = 20 WHERE seq = -1`}},
		{"two bodies change places", "event", []string{`CREATE TABLE aside AS SELECT seq, body, leaf FROM events WHERE seq IN (10, 20)`,
			`UPDATE events SET body = (SELECT body FROM aside WHERE seq = 30 - events.seq),
				leaf = (SELECT leaf FROM aside WHERE seq = 30 - events.seq) WHERE seq IN (10, 20)`}},
		{"an event is written twice", "event", []string{`INSERT INTO events (seq, stream, version, kind, at, body, leaf)
			SELECT 200, stream, 999, kind, at, body, leaf FROM events WHERE seq = 199`}},
		{"an event stands before the first", "event", []string{`INSERT INTO events (seq, stream, version, kind, at, body, leaf)
			SELECT -1, stream, 999, kind, at, body, leaf FROM events WHERE seq = 199`}},
		{"an inner hash is deleted", "tree", []string{`DELETE FROM tree WHERE idx = 2`}},
		{"the last inner hash is deleted", "tree", []string{`DELETE FROM tree WHERE idx = (SELECT max(idx) FROM tree)`}},
		{"all inner hashes are deleted", "tree", []string{`DELETE FROM tree`}},
		{"an inner hash is added at the end", "tree", []string{`INSERT INTO tree SELECT 5000, hash FROM tree WHERE idx = 2`}},
		{"an inner hash is added before the first", "tree", []string{`INSERT INTO tree SELECT -5, hash FROM tree WHERE idx = 2`}},
		{"an inner hash is added in between", "tree", []string{`INSERT INTO tree SELECT 3, hash FROM tree WHERE idx = 2`}},
		{"the first checkpoint is deleted", "checkpoint", []string{`DELETE FROM checkpoints WHERE size = 40`}},
		{"a checkpoint is deleted from the middle", "checkpoint", []string{`DELETE FROM checkpoints WHERE size = 120`}},
		{"a checkpoint is written at another size", "checkpoint", []string{`INSERT INTO checkpoints SELECT 100, at, note FROM checkpoints WHERE size = 120`}},
		{"a checkpoint is written below zero", "checkpoint", []string{`INSERT INTO checkpoints SELECT -1, at, note FROM checkpoints WHERE size = 120`}},
		{"a checkpoint is written far beyond", "checkpoint", []string{`INSERT INTO checkpoints SELECT 100000, at, note FROM checkpoints WHERE size = 120`}},
		{"two checkpoints change notes", "checkpoint", []string{`CREATE TABLE aside AS SELECT size, at, note FROM checkpoints WHERE size IN (40, 80)`,
			`UPDATE checkpoints SET note = (SELECT note FROM aside WHERE size = 120 - checkpoints.size) WHERE size IN (40, 80)`}},
	}
	for _, engine := range storetest.Engines {
		at := storetest.Place(t, engine, "attack")
		r := signed(t, at, 200)
		in := intrude(t, at)
		in.remember(t)
		for _, a := range attacks {
			t.Run(string(engine)+"/"+a.name, func(t *testing.T) {
				for _, text := range a.texts {
					in.do(t, text)
				}
				_, err := ledger.Verify(t.Context(), r.db, r.verifier)
				var d *ledger.Damage
				if !errors.As(err, &d) || a.what != "" && d.What != a.what {
					t.Errorf("want %s: %v", a.what, err)
				}
				t.Log(err)
				in.mend(t)
				r.verify(t) // whole again: the next attack is found for itself
			})
		}
	}
}

// The ledger's tables, for an attack to be undone.
var ledgerTables = []string{"events", "tree", "checkpoints"}

// remember keeps a copy of the whole ledger.
func (i *intruder) remember(t testing.TB) {
	t.Helper()
	for _, table := range ledgerTables {
		i.do(t, `CREATE TABLE whole_`+table+` AS SELECT * FROM `+table)
	}
}

// mend puts everything back as it was remembered.
func (i *intruder) mend(t testing.TB) {
	t.Helper()
	for _, table := range ledgerTables {
		i.do(t, `DELETE FROM `+table)
		i.do(t, `INSERT INTO `+table+` SELECT * FROM whole_`+table)
	}
	i.do(t, `DROP TABLE IF EXISTS aside`)
}

// TestAForgerWithoutTheKeyIsFound: whoever can write every table can make
// events, leaves, hashes and rows agree; the signature is what they lack.
func TestAForgerWithoutTheKeyIsFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		r := newRoom(t, db)
		r.fill(t, 60)
		honest := r.checkpoint(t)
		empty(t, db) // the whole history is written anew, one event less

		forger := *r
		forger.signer, _ = keys(t, "training")
		forger.verifier = nil
		l, err := ledger.New(t.Context(), db, ledger.Options{Realm: "training", Signer: forger.signer, Now: r.clock})
		if err != nil {
			t.Fatal(err)
		}
		forger.Ledger = l
		forger.fill(t, 59)
		forger.checkpoint(t)
		var d *ledger.Damage
		if _, err := ledger.Verify(t.Context(), db, r.verifier); !errors.As(err, &d) || d.What != "checkpoint" {
			t.Errorf("a ledger signed with another key: %v", err)
		}
		// With the honest checkpoint in place of the forged one it fits no better.
		err = db.Write(t.Context(), func(tx *store.Tx) error {
			if _, err := tx.Exec(`DELETE FROM checkpoints`); err != nil {
				return err
			}
			_, err := tx.Exec(`INSERT INTO checkpoints (size, at, note) VALUES ($1, $2, $3)`, honest.Size, honest.At.UnixMilli(), honest.Note)
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ledger.Verify(t.Context(), db, r.verifier); !errors.As(err, &d) || d.What != "checkpoint" {
			t.Errorf("a ledger one event short: %v", err)
		}
	})
}

// TestALedgerThatWasCutOffIsNotOpened: to go on appending would bury it.
func TestALedgerThatWasCutOffIsNotOpened(t *testing.T) {
	for _, engine := range storetest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			at := storetest.Place(t, engine, "cut")
			r := signed(t, at, 100)
			in := intrude(t, at)
			in.do(t, `DELETE FROM events WHERE seq >= 90`)
			open := func(realm string) error {
				_, err := ledger.New(t.Context(), r.db, ledger.Options{Realm: realm, Signer: r.signer})
				return err
			}
			var d *ledger.Damage
			if err := open("training"); !errors.As(err, &d) || d.What != "checkpoint" {
				t.Error(err)
			}
			if err := open("kenya"); err == nil {
				t.Error("opened as the ledger of another realm")
			}
		})
	}
}
