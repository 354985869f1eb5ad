package search

import (
	"math/rand/v2"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/google/uuid"

	"rufaa/internal/search/invented"
	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

const national = 300_000

// fill gives the index invented people without the store.
func fill(b *testing.B, x *Index, n int) []string {
	r := rand.New(rand.NewPCG(1, 2))
	pool := invented.Names()
	enc := x.encoder()
	var chunks []*chunk
	var some []string
	for i := range n {
		name := pool.Written(r, pool.Invent(r, invented.Origins[i%len(invented.Origins)]))
		f, _ := enc.encode(name)
		chunks = add(chunks, &f, x.names.ids.pack(uuid.NewString()), x.names.ids.pack(uuid.NewString()))
		if i%(n/100) == 0 {
			some = append(some, invented.Mistyped(r, name))
		}
	}
	x.names.snap.Store(&chunks)
	return some
}

// BenchmarkFindName searches 300,000 people; the metrics are the median and
// the 99th percentile of single searches, and the memory of the index.
func BenchmarkFindName(b *testing.B) {
	var before, after runtime.MemStats
	x := testIndex(b)
	runtime.GC()
	runtime.ReadMemStats(&before)
	queries := fill(b, x, national)
	runtime.GC()
	runtime.ReadMemStats(&after)
	for _, cores := range []int{1, 2} {
		b.Run(map[int]string{1: "one core", 2: "two cores"}[cores], func(b *testing.B) {
			defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(cores))
			var took []time.Duration
			for i := 0; b.Loop(); i++ {
				start := time.Now()
				x.FindName(queries[i%len(queries)], 10, 0.62)
				took = append(took, time.Since(start))
			}
			slices.Sort(took)
			b.ReportMetric(float64(took[len(took)/2].Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(took[len(took)*99/100].Microseconds())/1000, "p99-ms")
			b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "MB")
		})
	}
}

// BenchmarkOpen loads 300,000 filters from SQLite, as at start.
func BenchmarkOpen(b *testing.B) {
	keys := testKeys(b)
	db := storetest.OpenAt(b, store.Options{Path: filepath.Join(b.TempDir(), "rufaa.db")})
	seedStore(b, db, national)
	for b.Loop() {
		x, err := Open(b.Context(), db, keys)
		if err != nil {
			b.Fatal(err)
		}
		if x.Size() != national {
			b.Fatalf("%d filters", x.Size())
		}
	}
}

func seedStore(b *testing.B, db *store.DB, n int) {
	b.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	err := db.Write(b.Context(), func(tx *store.Tx) error {
		for range n {
			var f filter
			for range 200 {
				at := r.IntN(filterBits)
				f[at/64] |= 1 << (at % 64)
			}
			if _, err := tx.Exec(`INSERT INTO name_filters (person, n, case_id, filter) VALUES ($1, $2, $3, $4)`,
				uuid.NewString(), 0, uuid.NewString(), f.bytes()); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

// BenchmarkPrepare makes the tokens of one person.
func BenchmarkPrepare(b *testing.B) {
	x := testIndex(b)
	for b.Loop() {
		x.Prepare("p", "c", []string{"Mohamed Abdi Warsame"}, []Exact{{Phone, "0712345678"}})
	}
}

// BenchmarkAdd is what a write costs the lane in memory once 300,000 stand:
// somebody new, and somebody described again.
func BenchmarkAdd(b *testing.B) {
	f := []filter{{1, 2, 3}}
	b.Run("new", func(b *testing.B) {
		x := testIndex(b)
		fill(b, x, national)
		for b.Loop() {
			x.names.replace(uuid.NewString(), "case", f, true)
		}
	})
	b.Run("known", func(b *testing.B) {
		x := testIndex(b)
		fill(b, x, national)
		who := uuid.NewString()
		for b.Loop() {
			x.names.replace(who, "case", f, false)
		}
	})
}

// BenchmarkResembling is what one new alert costs once 300,000 stand: the scan,
// and the names of those who come near laid beside each other.
func BenchmarkResembling(b *testing.B) {
	keys := testKeys(b)
	db := storetest.OpenAt(b, store.Options{Path: filepath.Join(b.TempDir(), "rufaa.db")})
	x := open(b, db, keys)
	r := rand.New(rand.NewPCG(1, 2))
	pool := invented.Names()
	some := make([]string, 0, 100)
	for range national / 10_000 {
		write(b, db, func(tx *store.Tx) error {
			for range 10_000 {
				who := uuid.NewString()
				name := pool.Written(r, pool.Invent(r, invented.Origins[r.IntN(len(invented.Origins))]))
				if err := x.Index(tx, who, uuid.NewString(), []string{name}, nil); err != nil {
					return err
				}
				if len(some) < 100 {
					some = append(some, who)
				}
			}
			return nil
		})
	}
	found := 0
	for i := 0; b.Loop(); i++ {
		out, err := x.Resembling(b.Context(), some[i%len(some)], Nearness{Name: 0.70, Bits: 96, Sharing: 4})
		if err != nil {
			b.Fatal(err)
		}
		found += len(out)
	}
	b.ReportMetric(float64(found)/float64(b.N), "found/op")
}
