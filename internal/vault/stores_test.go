package vault_test

import (
	"testing"

	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

func each(t *testing.T, fn func(t *testing.T, keys *store.DB)) { storetest.Each(t, fn) }

func sqlite(t testing.TB, path string) *store.DB {
	t.Helper()
	return storetest.OpenAt(t, store.Options{Path: path})
}
