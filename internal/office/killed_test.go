package office_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"rufaa/internal/casefile"
	"rufaa/internal/ledger"
	"rufaa/internal/office"
	"rufaa/internal/office/officetest"
	"rufaa/internal/realm"
)

// In a child process the test binary is a server under write load that says
// what it has acknowledged, or one that dies within a move.
func TestMain(m *testing.M) {
	if dir := os.Getenv("RUFAA_TEST_LOAD"); dir != "" {
		load(dir, os.Getenv("RUFAA_TEST_RUN"))
		return
	}
	if what := os.Getenv("RUFAA_TEST_MOVE"); what != "" {
		moveAndDie(what)
		return
	}
	os.Exit(m.Run())
}

func load(dir, run string) {
	ctx := context.Background()
	of, err := office.Open(ctx, office.Options{Data: dir, Realm: "demo", Accounts: officetest.Cheap})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	of.Start()
	fmt.Println("open")
	var out sync.Mutex
	for worker := range 4 {
		go func() {
			for n := 0; ; n++ {
				key := fmt.Sprintf("%s-%d-%d", run, worker, n)
				rc, err := of.Cases.Raise(ctx, officetest.Who("wanjiru.case"), casefile.Order{Key: key}, &casefile.Alert{Account: "told " + key})
				if err == nil && n%3 == 0 {
					_, err = of.Cases.Do(ctx, officetest.Who("wanjiru.case"), rc.ID, casefile.Order{}, &casefile.Take{})
				}
				out.Lock()
				if err != nil {
					fmt.Println("error", err)
				} else {
					fmt.Println("ack", key, rc.ID)
				}
				out.Unlock()
			}
		}()
	}
	select {}
}

// Killed at fifty random moments under load: whatever was acknowledged is
// there once, the ledger verifies, and the read models are what it says.
func TestKilledAtRandomLosesNothingAcknowledged(t *testing.T) {
	ctx := context.Background()
	dir := t.TempDir()
	of, err := office.Create(ctx, office.Options{Data: dir, Realm: "demo", Accounts: officetest.Cheap}, realm.Demo)
	if err != nil {
		t.Fatal(err)
	}
	if err := of.Close(); err != nil {
		t.Fatal(err)
	}
	acked := map[string]string{}
	const kills = 50
	for run := range kills {
		for key, id := range oneLife(t, dir, run) {
			if old, twice := acked[key]; twice && old != id {
				t.Fatalf("%s was answered twice, %s and %s", key, old, id)
			}
			acked[key] = id
		}
	}
	if len(acked) < kills {
		t.Fatalf("only %d commands were acknowledged: no load", len(acked))
	}
	if of, err = office.Open(ctx, office.Options{Data: dir, Realm: "demo", Accounts: officetest.Cheap}); err != nil {
		t.Fatal(err)
	}
	defer of.Close()
	verifier, err := note.NewVerifier(of.Verifier)
	if err != nil {
		t.Fatal(err)
	}
	report, err := ledger.Verify(ctx, of.Store, verifier)
	if err != nil {
		t.Fatal(err)
	}
	times := map[string]int{}
	if err := of.Ledger.Each(ctx, 0, func(e ledger.Event) error {
		if e.Kind == casefile.Alerted {
			times[e.Key]++
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	for key, id := range acked {
		if times[key] != 1 {
			t.Errorf("%s was acknowledged and stands %d times", key, times[key])
		}
		if s, err := of.Cases.Load(ctx, id); err != nil || !s.Exists() {
			t.Errorf("case %s of %s is not there: %v", id, key, err)
		}
	}
	before := dump(t, of)
	if _, err := of.Rebuild(ctx); err != nil {
		t.Fatal(err)
	}
	for table, was := range before {
		if dump(t, of)[table] != was {
			t.Errorf("%s was not what the ledger says", table)
		}
	}
	t.Logf("%d kills, %d acknowledged, %d events verified", kills, len(acked), report.Events)
}

// oneLife runs the load until it has acknowledged a random number of commands
// (so that a slow machine has its load too; none at all now and then), and
// kills it a moment later.
func oneLife(t *testing.T, dir string, run int) map[string]string {
	t.Helper()
	enough, lines := rand.IntN(12), 0
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), "RUFAA_TEST_LOAD="+dir, fmt.Sprintf("RUFAA_TEST_RUN=r%d", run))
	pipe, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	acked := map[string]string{}
	said := bufio.NewScanner(pipe)
	for said.Scan() {
		if lines == enough {
			time.AfterFunc(time.Duration(rand.IntN(30))*time.Millisecond, func() { cmd.Process.Kill() })
		}
		lines++
		f := strings.Fields(said.Text())
		switch {
		case len(f) == 3 && f[0] == "ack":
			acked[f[1]] = f[2]
		case len(f) > 0 && f[0] == "error":
			t.Errorf("run %d: %s", run, said.Text())
			cmd.Process.Kill()
		}
	}
	cmd.Wait()
	return acked
}
