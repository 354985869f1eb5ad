package store_test

import (
	"context"
	"slices"
	"testing"

	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// A database laid in one go is the one that the steps make one by one, and has
// no step left to do.
func TestANewDatabaseIsWhatTheStepsMake(t *testing.T) {
	for _, e := range storetest.Engines {
		t.Run(string(e), func(t *testing.T) {
			atOnce := storetest.Place(t, e, "at-once")
			byStep := storetest.Place(t, e, "by-step")
			db := storetest.OpenAt(t, atOnce)
			stepped, err := store.OpenByStep(context.Background(), byStep)
			if err != nil {
				t.Fatal(err)
			}
			defer stepped.Close()
			got, want := tablesOf(t, db, atOnce.Schema), tablesOf(t, stepped, byStep.Schema)
			if len(want) < 200 {
				t.Fatalf("only %d columns and indexes are told", len(want))
			}
			for _, x := range want {
				if !slices.Contains(got, x) {
					t.Errorf("laid at once it lacks %s", x)
				}
			}
			if len(got) != len(want) {
				t.Errorf("laid at once it has %d columns and indexes, by steps %d", len(got), len(want))
			}
			again := storetest.OpenAt(t, atOnce) // the steps are all noted
			if now := tablesOf(t, again, atOnce.Schema); !slices.Equal(now, got) {
				t.Error("opened again it has other tables")
			}
		})
	}
}

// tablesOf tells every column and index of a database, and the steps done.
func tablesOf(t *testing.T, db *store.DB, schema string) (all []string) {
	t.Helper()
	ask := map[store.Engine][]string{
		store.SQLite: {
			`SELECT m.name || ' ' || c.name || ' ' || c.type || ' ' || c."notnull" || ' ' || c.pk || ' ' || COALESCE(c.dflt_value, '')
				FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'`,
			`SELECT name || ' ' || COALESCE(sql, tbl_name) FROM sqlite_master WHERE type = 'index'`,
		},
		store.Postgres: {
			`SELECT table_name || ' ' || column_name || ' ' || data_type || ' ' || is_nullable || ' ' || COALESCE(column_default, '')
				FROM information_schema.columns WHERE table_schema = current_schema()`,
			`SELECT indexname || ' ' || replace(indexdef, current_schema(), 'schema') FROM pg_indexes WHERE schemaname = current_schema()`,
		},
	}[db.Engine()]
	for _, q := range append(ask, `SELECT 'step ' || version_id || ' ' || is_applied FROM goose_db_version`) {
		rows, err := db.Query(t.Context(), q)
		if err != nil {
			t.Fatal(err)
		}
		for rows.Next() {
			var one string
			if err := rows.Scan(&one); err != nil {
				t.Fatal(err)
			}
			all = append(all, one)
		}
		if err := rows.Close(); err != nil {
			t.Fatal(err)
		}
	}
	slices.Sort(all)
	return all
}

// A key store has the vault's tables alone; one that an older version made with
// all tables opens, and its rows are copied into one that has not.
func TestAKeyStoreHasTheVaultsTablesAlone(t *testing.T) {
	for _, e := range storetest.Engines {
		t.Run(string(e), func(t *testing.T) {
			at := storetest.Place(t, e, "keys")
			at.Keys = true
			keys := storetest.OpenAt(t, at)
			old := storetest.Place(t, e, "old-keys")
			storetest.OpenAt(t, old).Close()
			old.Keys = true
			from := storetest.OpenAt(t, old)
			ring := func(tx *store.Tx) error {
				_, err := tx.Exec(`INSERT INTO key_rings (subject, kek, keys, erased, made_at, erased_at) VALUES ('someone', 1, $1, '', 1, 0)`, []byte{1})
				return err
			}
			if err := from.Write(t.Context(), ring); err != nil {
				t.Fatal(err)
			}
			if err := from.CopyTo(t.Context(), keys); err != nil {
				t.Fatal(err)
			}
			var rings int
			if err := keys.QueryRow(t.Context(), `SELECT count(*) FROM key_rings`).Scan(&rings); err != nil || rings != 1 {
				t.Errorf("%d rings are copied: %v", rings, err)
			}
			if err := keys.QueryRow(t.Context(), `SELECT count(*) FROM events`).Scan(&rings); err == nil {
				t.Error("a key store has the ledger's tables")
			}
			before := tablesOf(t, keys, at.Schema)
			if now := tablesOf(t, storetest.OpenAt(t, at), at.Schema); !slices.Equal(now, before) {
				t.Error("opened again it has other tables")
			}
		})
	}
}
