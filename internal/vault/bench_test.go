package vault_test

import (
	"fmt"
	"path/filepath"
	"testing"

	"rufaa/internal/vault"
)

func twelveFields(b *testing.B) (*room, []vault.Item) {
	r := newRoom(b, sqlite(b, filepath.Join(b.TempDir(), "keys.db")))
	var items []vault.Item
	for i := range 12 {
		p := vault.Place{Record: "person-1", Field: fmt.Sprint("field", i), Compartment: vault.Compartments()[i%4], Schema: 1}
		items = append(items, vault.Item{Place: p, Sealed: r.seal(b, "person-1", p, "Amani Fulani, an invented name")})
	}
	return r, items
}

// BenchmarkOpen opens a case of twelve fields in four compartments, the query
// for its keys among it; the record is free.
func BenchmarkOpen(b *testing.B) {
	r, items := twelveFields(b)
	quiet := r.another(b, (&records{}).forget)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := quiet.Open(b.Context(), counsellor, items); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkSeal loads the keys of a known person and seals twelve fields.
func BenchmarkSeal(b *testing.B) {
	r, items := twelveFields(b)
	b.ReportAllocs()
	for b.Loop() {
		s, err := r.Sealer(b.Context(), "person-1")
		if err != nil {
			b.Fatal(err)
		}
		for _, it := range items {
			if _, err := s.Seal(it.Place, "Amani Fulani, an invented name"); err != nil {
				b.Fatal(err)
			}
		}
	}
}

// BenchmarkQueryOnly is what of both is the query alone.
func BenchmarkQueryOnly(b *testing.B) {
	r, _ := twelveFields(b)
	for b.Loop() {
		var kek int64
		var raw []byte
		var erased string
		if err := r.keys.QueryRow(b.Context(), `SELECT kek, keys, erased FROM key_rings WHERE subject = $1`, "person-1").Scan(&kek, &raw, &erased); err != nil {
			b.Fatal(err)
		}
	}
}
