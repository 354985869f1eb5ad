package store_test

import (
	"testing"

	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

func TestOpens(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		var n int64
		if err := db.QueryRow(t.Context(), `SELECT count(*) FROM events`).Scan(&n); err != nil || n != 0 {
			t.Fatal(n, err)
		}
	})
}
