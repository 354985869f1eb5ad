package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"golang.org/x/mod/sumdb/note"

	"rufaa/internal/ledger"
	"rufaa/internal/office"
	"rufaa/internal/store"
)

// measureLedger measures the ledger of the data set itself: what many append
// at once, made durable and hashed into the tree one write after another; one
// proof of inclusion, event and audit path, read and checked; and the check of
// everything.
func measureLedger(ctx context.Context, of *office.Office, only string, round time.Duration) error {
	for _, m := range []struct {
		name string
		run  func(context.Context, string, *office.Office, time.Duration) error
	}{{"ledger: append and seal", appendAndSeal}, {"ledger: proof of inclusion", proveInclusion}, {"ledger: full verify", fullVerify}} {
		if !strings.Contains(m.name, only) {
			continue
		}
		if err := m.run(ctx, m.name, of, round); err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
	}
	return nil
}

// appendAndSeal has sixteen write one event each at a time, of the make of the
// data set's own, and wait until it is on the disk; then the head is signed.
func appendAndSeal(ctx context.Context, name string, of *office.Office, round time.Duration) error {
	events, err := template(ctx, of)
	if err != nil {
		return err
	}
	before, err := of.Ledger.Size(ctx)
	if err != nil {
		return err
	}
	var rates []float64
	for range 3 {
		n, took, err := appending(ctx, of, events, round)
		if err != nil {
			return err
		}
		rates = append(rates, float64(n)/took.Seconds())
	}
	slices.Sort(rates)
	fmt.Printf("%-34s %10.0f events/s from %d writers, on a ledger of %d; target 5000 %s\n", name, rates[1], connections, before, verdict(rates[1] >= 5000))
	return nil
}

func appending(ctx context.Context, of *office.Office, events []ledger.Event, round time.Duration) (n int, took time.Duration, err error) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	start := time.Now()
	for range connections {
		wg.Go(func() {
			stream := "bench/" + of.NewID()
			own, failed := 0, error(nil)
			for ; failed == nil && time.Since(start) < round; own++ {
				e := events[1+own%(len(events)-1)]
				failed = of.Store.Write(ctx, func(tx *store.Tx) error {
					_, err := of.Ledger.Append(tx, stream, int64(own), e.Meta,
						ledger.Draft{Kind: "bench.noted", Schema: 1, Payload: json.RawMessage(e.Payload)})
					return err
				})
			}
			mu.Lock()
			defer mu.Unlock()
			if n += own; failed != nil {
				err = failed
			}
		})
	}
	wg.Wait()
	if err == nil {
		_, err = of.Ledger.Checkpoint(ctx)
	}
	return n, time.Since(start), err
}

// proveInclusion proves events from all over the ledger, and checks each proof
// as whoever receives it would.
func proveInclusion(ctx context.Context, name string, of *office.Office, _ time.Duration) error {
	c, err := of.Ledger.Checkpoint(ctx)
	if err != nil {
		return err
	}
	verifier, err := note.NewVerifier(of.KeyFile.Verifier())
	if err != nil {
		return err
	}
	rnd := rand.New(rand.NewPCG(7, 7))
	var made, checked []time.Duration
	for range 500 {
		start := time.Now()
		p, err := of.Ledger.Prove(ctx, rnd.Int64N(c.Size), c.Size)
		if err != nil {
			return err
		}
		made = append(made, time.Since(start))
		start = time.Now()
		if _, _, err := ledger.VerifyProof(p, verifier); err != nil {
			return err
		}
		checked = append(checked, time.Since(start))
	}
	slices.Sort(made)
	slices.Sort(checked)
	fmt.Printf("%-34s %10s %9s %9s   from a ledger of %d (checked in %v); target 5ms at p99 %s\n", name, "", made[250].Round(10*time.Microsecond),
		made[494].Round(10*time.Microsecond), c.Size, checked[250].Round(10*time.Microsecond), verdict(made[494] < 5*time.Millisecond))
	return nil
}

// fullVerify checks everything once with one processor: by the time this
// process had on it, which a busy machine does not lengthen, and by the clock.
func fullVerify(ctx context.Context, name string, of *office.Office, _ time.Duration) error {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	verifier, err := note.NewVerifier(of.KeyFile.Verifier())
	if err != nil {
		return err
	}
	began, start := processorTime(), time.Now()
	r, err := ledger.Verify(ctx, of.Store, verifier)
	if err != nil {
		return err
	}
	used, took := processorTime()-began, time.Since(start)
	rate := float64(r.Events) / used.Seconds()
	fmt.Printf("%-34s %10.0f events/s per core (%.0f by the clock, one core), %d events, %d checkpoints; target 300000 %s\n", name, rate,
		float64(r.Events)/took.Seconds(), r.Events, r.Checkpoints, verdict(rate >= 300_000))
	return nil
}

func processorTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func verdict(good bool) string {
	if good {
		return "pass"
	}
	return "MISS"
}
