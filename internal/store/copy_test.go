package store_test

import (
	"testing"

	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// A blob of no bytes is copied as one, whatever the engines: a backup is a SQLite
// file, and from there it came as a NULL that PostgreSQL does not take.
func TestAnEmptyBlobIsCopiedAsOne(t *testing.T) {
	for _, from := range storetest.Engines {
		for _, to := range storetest.Engines {
			t.Run(string(from)+" to "+string(to), func(t *testing.T) {
				src, dst := storetest.Open(t, from, "from"), storetest.Open(t, to, "to")
				reached := func(tx *store.Tx) error {
					_, err := tx.Exec(`INSERT INTO notice_addresses (staff, channel, address, verified_at, code, code_until, tries, asked, asked_since)
						VALUES ('someone', 'email', 'someone@example.org', 1, $1, 0, 0, 0, 0)`, []byte{})
					return err
				}
				if err := src.Write(t.Context(), reached); err != nil {
					t.Fatal(err)
				}
				if err := src.CopyTo(t.Context(), dst); err != nil {
					t.Fatal(err)
				}
				var n int
				if err := dst.QueryRow(t.Context(), `SELECT count(*) FROM notice_addresses WHERE code = $1`, []byte{}).Scan(&n); err != nil || n != 1 {
					t.Errorf("%d rows with an empty code: %v", n, err)
				}
			})
		}
	}
}
