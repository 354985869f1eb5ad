package ledger_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// screened is a payload of the size and make of a real one: ids, vocabulary,
// answers, one sealed field.
type screened struct {
	Questionnaire string            `json:"questionnaire"`
	Version       int               `json:"version"`
	Answers       map[string]string `json:"answers"`
	Strength      string            `json:"strength"`
	Explained     []string          `json:"explained"`
	Account       string            `json:"account"`
	By            string            `json:"by"`
}

var answers = screened{
	Questionnaire: "adult", Version: 3, Strength: "strong", By: "0198c0de-7a11-7000-8000-000000000007",
	Answers: map[string]string{"documents_held": "yes", "wages_withheld": "yes", "free_to_leave": "no",
		"debt": "unknown", "threats": "yes", "recruited_by_deceit": "not_asked"},
	Explained: []string{"act.recruitment", "means.deception", "purpose.labour"},
	Account:   strings.Repeat("c2VhbGVk", 40),
}

// BenchmarkAppend appends from 16 goroutines at once, each to a case of its
// own, one event a write: what a busy server does.
func BenchmarkAppend(b *testing.B) {
	storetest.EachB(b, func(b *testing.B, db *store.DB) {
		r := newRoom(b, db)
		var n atomic.Int64
		b.SetParallelism(8)
		b.ReportAllocs()
		b.ResetTimer()
		began := cpu()
		b.RunParallel(func(pb *testing.PB) {
			stream := fmt.Sprintf("case/%d", n.Add(1))
			for v := int64(0); pb.Next(); v++ {
				err := db.Write(context.Background(), func(tx *store.Tx) error {
					_, err := r.Append(tx, stream, v, officer, ledger.Draft{Kind: "case.screened", Schema: 1, Payload: answers})
					return err
				})
				if err != nil {
					b.Error(err)
				}
			}
		})
		b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "events/s")
		b.ReportMetric(float64((cpu()-began).Microseconds())/float64(b.N), "cpu-µs/event")
	})
}

// cpu is the time this process has had on the processors: unlike the clock it
// hardly depends on what else the machine does.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func BenchmarkVerify(b *testing.B) {
	const events = 50_000
	storetest.EachB(b, func(b *testing.B, db *store.DB) {
		r := newRoom(b, db)
		for i := 0; i < events; i += 500 {
			err := db.Write(context.Background(), func(tx *store.Tx) error {
				for j := range 50 {
					drafts := make([]ledger.Draft, 10)
					for k := range drafts {
						drafts[k] = ledger.Draft{Kind: "case.screened", Schema: 1, Payload: answers}
					}
					if _, err := r.Append(tx, fmt.Sprintf("case/%d", i+j), 0, officer, drafts...); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				b.Fatal(err)
			}
		}
		r.checkpoint(b)
		b.ReportAllocs()
		b.ResetTimer()
		began := cpu()
		for range b.N {
			r.verify(b)
		}
		b.ReportMetric(float64(events*b.N)/b.Elapsed().Seconds(), "events/s")
		b.ReportMetric(float64((cpu()-began).Microseconds())/float64(events*b.N), "cpu-µs/event")
	})
}

// BenchmarkPayload is what canonical JSON costs over encoding/json.
func BenchmarkPayload(b *testing.B) {
	b.Run("json", func(b *testing.B) {
		for range b.N {
			json.Marshal(answers)
		}
	})
	b.Run("canonical", func(b *testing.B) {
		for range b.N {
			ledger.Canonical(answers)
		}
	})
}
