package ledger_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// TestKilledUnderLoad kills a process that appends, at a random moment, again
// and again: every command that it said was durable is there once, and the
// ledger verifies. The process is this test, run again with where to write.
func TestKilledUnderLoad(t *testing.T) {
	if at := os.Getenv("RUFAA_TEST_APPEND_AT"); at != "" {
		appendUntilKilled(t, at)
		return
	}
	t.Parallel()
	for _, engine := range storetest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			kills := map[store.Engine]int{store.SQLite: 50, store.Postgres: 12}[engine]
			at := storetest.Place(t, engine, "killed")
			key, public, err := note.GenerateKey(nil, ledger.Origin("training"))
			if err != nil {
				t.Fatal(err)
			}
			verifier, err := note.NewVerifier(public)
			if err != nil {
				t.Fatal(err)
			}
			rnd := rand.New(rand.NewPCG(3, uint64(kills)))
			acked := map[string]bool{}
			for n := range kills {
				// Most die in the middle of work, some before the first answer:
				// counted in answers, so that a slow machine has its load too.
				answers := 0
				if n%4 > 0 {
					answers = 4 + rnd.IntN(24)
				}
				runAndKill(t, at, key, n, answers, time.Duration(rnd.IntN(8_000))*time.Microsecond, acked)
				holdAcked(t, at, verifier, acked)
			}
			t.Logf("%d kills, %d commands acknowledged", kills, len(acked))
			if len(acked) < 3*kills {
				t.Errorf("%d commands in %d runs: hardly a load", len(acked), kills)
			}
		})
	}
}

// runAndKill lets a process say that many commands are durable, and kills it a
// moment later.
func runAndKill(t *testing.T, at store.Options, key string, run, answers int, moment time.Duration, acked map[string]bool) {
	t.Helper()
	cmd := exec.Command("/proc/self/exe", "-test.run=^TestKilledUnderLoad$")
	cmd.Env = append(os.Environ(), fmt.Sprintf("RUFAA_TEST_APPEND_AT=%s %s %s %d", at.Path, at.URL, at.Schema, run), "RUFAA_TEST_KEY="+key)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines, told := bufio.NewScanner(out), -1 // the first line says that it works
	for lines.Scan() {
		switch command, ok := strings.CutPrefix(lines.Text(), "durable "); {
		case ok:
			acked[command] = true
		case lines.Text() != "open":
			t.Errorf("the process says %q", lines.Text())
		}
		if told++; told == answers {
			time.AfterFunc(moment, func() { cmd.Process.Signal(syscall.SIGKILL) })
		}
	}
	cmd.Wait()
	if state, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); !ok || state.Signal() != syscall.SIGKILL {
		t.Fatalf("the process was not killed but ended: %v", cmd.ProcessState)
	}
}

// holdAcked opens what the killed process left.
func holdAcked(t *testing.T, at store.Options, verifier note.Verifier, acked map[string]bool) {
	t.Helper()
	db, err := store.Open(t.Context(), at)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	l, err := ledger.New(t.Context(), db, ledger.Options{Realm: "training", Verifier: verifier})
	if err != nil {
		t.Fatal(err)
	}
	times := map[string]int{}
	if err := l.Each(t.Context(), 0, func(e ledger.Event) error { times[e.Key]++; return nil }); err != nil {
		t.Fatal(err)
	}
	for command := range acked {
		if times[command] != 2 {
			t.Errorf("%s was durable and has %d events of 2", command, times[command])
		}
	}
	for command, n := range times {
		if n != 2 {
			t.Errorf("%s stands half: %d events of 2", command, n)
		}
	}
	var answers int
	if err := db.QueryRow(t.Context(), `SELECT count(*) FROM commands`).Scan(&answers); err != nil || answers != len(times) {
		t.Errorf("%d answers to %d commands, %v", answers, len(times), err)
	}
	if _, err := ledger.Verify(t.Context(), db, verifier); err != nil {
		t.Fatal(err)
	}
}

// appendUntilKilled is the process that gets killed: eight writers, each
// command two events in two streams and an answer, and a checkpoint now and
// then.
func appendUntilKilled(t *testing.T, where string) {
	parts := strings.Split(where, " ")
	db, err := store.Open(context.Background(), store.Options{Path: parts[0], URL: parts[1], Schema: parts[2]})
	if err != nil {
		t.Fatal(err)
	}
	signer, err := note.NewSigner(os.Getenv("RUFAA_TEST_KEY"))
	if err != nil {
		t.Fatal(err)
	}
	l, err := ledger.New(context.Background(), db, ledger.Options{Realm: "training", Signer: signer})
	if err != nil {
		t.Fatal(err)
	}
	fmt.Println("open")
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for n := 0; ; n++ {
				meta := officer
				meta.Key = fmt.Sprintf("%s-%d-%d", parts[3], w, n)
				err := db.Write(context.Background(), func(tx *store.Tx) error {
					for _, stream := range []string{fmt.Sprintf("case/%d", w), "referral/1"} {
						if _, err := l.Append(tx, stream, ledger.AnyVersion, meta, happened(n)); err != nil {
							return err
						}
					}
					return l.Remember(tx, meta.Actor, meta.Key, []byte{1}, []byte("done"))
				})
				if err == nil && n%5 == 4 {
					_, err = l.Checkpoint(context.Background())
				}
				if err != nil {
					panic(err)
				}
				fmt.Printf("durable %s\n", meta.Key)
			}
		})
	}
	wg.Wait()
}
