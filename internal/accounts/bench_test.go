package accounts

import (
	"context"
	"testing"

	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

func BenchmarkAuthenticate(b *testing.B) {
	o := sqliteOnly(b)
	p := o.join("atieno")
	b.Run("remembered", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if _, err := o.Authenticate(context.Background(), p.token); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("read", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			o.cache.clear()
			if _, err := o.Authenticate(context.Background(), p.token); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// What a request on PostgreSQL pays for a revocation that takes effect at once.
func BenchmarkAuthenticateOnPostgres(b *testing.B) {
	o := open(b, storetest.Open(b, store.Postgres, "rufaa"))
	p := o.join("atieno")
	for b.Loop() {
		if _, err := o.Authenticate(context.Background(), p.token); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPasswordHash(b *testing.B) {
	o := sqliteOnly(b, func(op *Options) { op.Settings.Hash = HashParams{} })
	for b.Loop() {
		if _, err := o.HashPassword(context.Background(), strong); err != nil {
			b.Fatal(err)
		}
	}
}
