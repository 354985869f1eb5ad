package office_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"rufaa/internal/exercise"
	"rufaa/internal/ledger"
	"rufaa/internal/office"
	"rufaa/internal/office/officetest"
	"rufaa/internal/realm"
	"rufaa/internal/store"
)

// The points of a move, or of a departure, at which the server dies.
const (
	beforeSeat  = "before the seat is changed"
	afterSeat   = "after the seat is changed"
	beforeCases = "before the cases are taken off"
	afterCases  = "after the cases are taken off"
	afterAll    = "after it is kept, before it is answered"
)

// mortal kills its own process at a point, as a power cut would.
type mortal struct {
	exercise.People
	point string
}

func (m mortal) die(at string) {
	if m.point == at {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	}
}

func (m mortal) Sit(tx *store.Tx, by realm.Actor, s exercise.Seat) error {
	m.die(beforeSeat)
	err := m.People.Sit(tx, by, s)
	m.die(afterSeat)
	return err
}

func (m mortal) Shut(tx *store.Tx, by realm.Actor, staff string) error {
	m.die(beforeSeat)
	err := m.People.Shut(tx, by, staff)
	m.die(afterSeat)
	return err
}

func (m mortal) Departed(ctx context.Context, staff string) {
	m.die(beforeCases)
	m.People.Departed(ctx, staff)
	m.die(afterCases)
}

// moveAndDie is the child: what it is to do stands in its environment, one word a line.
func moveAndDie(said string) {
	f := strings.Split(said, "\n")
	dir, name, url, act, point, boss := f[0], f[1], f[2], f[3], f[4], f[5]
	millis, _ := strconv.ParseInt(f[6], 10, 64)
	ctx := context.Background()
	of, err := office.Open(ctx, office.Options{Data: dir, Realm: name, URL: url, Accounts: officetest.Cheap, Now: func() time.Time { return time.UnixMilli(millis) }})
	if err != nil {
		fmt.Println("error", err)
		return
	}
	m := mortal{of.ExercisePeople(), point}
	of.Exercises.PlayedBy(m)
	a, err := of.Accounts.Staff(ctx, boss)
	if err == nil {
		err = goes(ctx, of, actorOf(a), act)
	}
	m.die(afterAll)
	fmt.Println("error: it lived on", err)
}

// goes moves NGO's manager to DCS, or ends her part, under a key of its own.
func goes(ctx context.Context, of *office.Office, boss realm.Actor, act string) (err error) {
	if act == "leave" {
		_, err = of.Exercises.Leave(ctx, boss, "killed", "ex-ngo-1", "Called home")
	} else {
		_, err = of.Exercises.Move(ctx, boss, "killed", "ex-ngo-1", exercise.Move{Team: "DCS", Reason: "DCS has too few"})
	}
	return err
}

// Killed with SIGKILL at each point of a move and of a departure: seat, part,
// cases and inquiries go together or not at all, the clock has gone on with the
// wall's, and sending the same again does it once.
func TestKilledWithinAMoveDoesAllOfItOrNothing(t *testing.T) {
	every := []string{beforeSeat, afterSeat, beforeCases, afterCases, afterAll}
	for _, x := range []struct {
		engine store.Engine
		act    string
		points []string
	}{
		{store.SQLite, "move", every}, {store.SQLite, "leave", every},
		{store.Postgres, "move", []string{beforeCases, afterCases, afterAll}},
	} {
		for _, point := range x.points {
			t.Run(fmt.Sprintf("%s/%s/%s", x.engine, x.act, point), func(t *testing.T) { killedWithin(t, x.engine, x.act, point) })
		}
	}
}

func killedWithin(t *testing.T, engine store.Engine, act, point string) {
	x := lend(t, engine)
	began := x.minute()
	x.must(x.Office.Close())
	child := exec.Command(os.Args[0], "-test.run=^$")
	child.Env = append(os.Environ(), "RUFAA_TEST_MOVE="+strings.Join([]string{x.Dir, x.Name, x.URL, act, point, x.boss.Staff, strconv.FormatInt(x.Clock.Now().UnixMilli(), 10)}, "\n"))
	out, err := child.CombinedOutput()
	if child.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
		t.Fatalf("it was not killed %s: %v\n%s", point, err, out)
	}
	x.Clock.Pass(17 * time.Minute)
	x.reopen()
	if now := x.minute(); now != began+17 {
		t.Errorf("17 minutes of the wall later the scenario is at %s, from %s", now, began)
	}
	x.whole(act, point == afterAll, "killed "+point)
	x.Start() // what mends at the start finds nothing to mend
	x.whole(act, point == afterAll, "started again")
	x.must(goes(t.Context(), x.Office, x.boss, act))
	x.whole(act, true, "sent again")
	x.once(map[string]string{"move": exercise.Moved, "leave": exercise.Left}[act])
}

// whole holds the realm to one of two states, and never one between.
func (x *lent) whole(act string, done bool, when string) {
	x.t.Helper()
	team, agency, onCase, onInquiry := x.stands()
	people, err := x.Accounts.Lookup(x.t.Context(), x.manager.Staff)
	x.must(err)
	is := fmt.Sprint(team, " ", agency, " ", people[x.manager.Staff].State, " ", onCase, " ", onInquiry)
	want := "NGO x-team-ngo active true true"
	switch {
	case done && act == "leave":
		want = " x-team-ngo suspended false false"
	case done:
		want = "DCS x-team-dcs active false false"
	}
	if is != want {
		x.t.Errorf("%s: it stands at %q, not %q", when, is, want)
	}
}

// once holds the ledger to one event of a kind, and to its own proofs.
func (x *lent) once(kind string) {
	x.t.Helper()
	n := 0
	x.must(x.Ledger.Each(x.t.Context(), 0, func(e ledger.Event) error {
		if e.Kind == kind {
			n++
		}
		return nil
	}))
	if n != 1 {
		x.t.Errorf("%s stands %d times in the ledger", kind, n)
	}
	verifier, err := note.NewVerifier(x.Verifier)
	x.must(err)
	_, err = ledger.Verify(x.t.Context(), x.Store, verifier)
	x.must(err)
}

func (x *lent) minute() exercise.Minute {
	x.t.Helper()
	s, err := x.Exercises.Current(x.t.Context())
	x.must(err)
	return x.Exercises.Now(s)
}

// reopen opens the realm as the next server would.
func (x *lent) reopen() {
	x.t.Helper()
	of, err := office.Open(x.t.Context(), office.Options{Data: x.Dir, Realm: x.Name, URL: x.URL, Now: x.Clock.Now, Accounts: officetest.Cheap})
	x.must(err)
	x.t.Cleanup(func() { of.Close() })
	x.Office = of
}
