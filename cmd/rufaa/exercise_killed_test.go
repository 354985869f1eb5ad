package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"rufaa/internal/exercise"
	"rufaa/internal/ledger"
	"rufaa/internal/realm"
)

// rate is how many scenario minutes pass in a minute of the wall, in this test.
const rate = 600

// The server is killed in the middle of day 3 while people work, and started
// again: what was acknowledged is there and done once, injects that were due
// meanwhile are sent once and in order, and the clock has gone on with the wall's.
func TestAKilledServerPlaysOn(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the program")
	}
	p, cards, _, _ := play(t)
	control, mentor, team := p.enter(cards["control.1"]), p.enter(cards["mentor.1"]), p.enter(cards["ngo.1"])
	control.must("POST", "/exercise/clock", "", exercise.TurnClock{Act: "pause"}, nil)
	control.must("POST", "/exercise/clock", "", exercise.TurnClock{Act: "jump", To: "D3 09:50"}, nil)
	ran := time.Now()
	control.must("POST", "/exercise/clock", "", exercise.TurnClock{Act: "run", Rate: rate}, nil)
	from := 2*24*60 + 9*60 + 50 // D3 09:50, in minutes

	acked := p.work(mentor, team)
	p.kill()                    // 26 of D3 10:00 was sent by then
	time.Sleep(8 * time.Second) // 80 minutes: 27 of 11:00 and 28 of 11:30 are due
	p.start()

	var board exercise.Board
	control.must("GET", "/exercise/board", "", nil, &board)
	if is, want := minute(t, board.Moment), from+int(time.Since(ran).Minutes()*rate); is < want-15 || is > want+15 {
		t.Errorf("the clock says %s (%d), by the wall it is %d", board.Moment, is, want)
	}
	deadline := time.Now().Add(5 * time.Second)
	for !sentBy(&board, "28") && time.Now().Before(deadline) {
		time.Sleep(100 * time.Millisecond)
		control.must("GET", "/exercise/board", "", nil, &board)
	}
	control.must("POST", "/exercise/clock", "", exercise.TurnClock{Act: "pause"}, nil)
	for _, id := range []string{"26", "27", "28"} {
		if !sentBy(&board, id) {
			t.Errorf("inject %s is not sent: the board says %s", id, board.Moment)
		}
	}
	for key, was := range acked { // sent again, each is answered as it was
		var now realm.Receipt
		if status, err := was.by.call("POST", was.path, key, was.body, &now); err != nil || status >= 300 || now.ID != was.got.ID || now.Seq != was.got.Seq {
			t.Errorf("%s was acknowledged as %+v; sent again it is %d %+v, %v", key, was.got, status, now, err)
		}
	}
	p.stop()
	if got := strings.Join(p.once(acked), " "); !strings.HasPrefix(got, "26 27 28") {
		t.Errorf("since D3 10:00 were sent: %s", got)
	}
}

// done is one acknowledged command.
type done struct {
	by   *player
	path string
	body any
	got  realm.Receipt
}

// work lets a mentor note deeds and a team raise alerts until enough of it is
// acknowledged, and gives what was when the server is to be killed: in the
// middle of whatever is under way.
func (p *program) work(mentor, team *player) map[string]done {
	p.t.Helper()
	var mu sync.Mutex
	acked, over := map[string]done{}, atomic.Bool{}
	var all sync.WaitGroup
	each := func(x *player, path, name string, body func(n int) any) {
		all.Go(func() {
			for n := 0; !over.Load(); n++ {
				key, in := fmt.Sprintf("%s-%d", name, n), body(n)
				var got realm.Receipt
				if status, err := x.call("POST", path, key, in, &got); err != nil || status >= 300 {
					if !over.Load() {
						p.t.Errorf("%s: %d %v", key, status, err)
					}
					return
				}
				mu.Lock()
				acked[key] = done{x, path, in, got}
				mu.Unlock()
			}
		})
	}
	each(mentor, "/exercise/deeds", "deed", func(n int) any {
		return exercise.Notice{Team: "NGO", Do: "fed", About: "C1", Reason: fmt.Sprintf("Meal %d", n)}
	})
	each(team, "/alerts", "alert", func(n int) any {
		return map[string]any{"holder": "x-team-ngo", "place_kind": "shelter", "county": "mombasa", "person": map[string]any{"name": fmt.Sprintf("Mwanadada %d", n), "sex": "female", "minor": "no"}}
	})
	time.Sleep(3 * time.Second) // 30 minutes: it is D3 10:20
	mu.Lock()
	enough := len(acked)
	mu.Unlock()
	if enough < 4 {
		p.t.Errorf("only %d commands were acknowledged before the kill", enough)
	}
	over.Store(true)
	p.cmd.Process.Signal(syscall.SIGKILL)
	all.Wait()
	return acked
}

// once holds the ledger to what was acknowledged: each command stands there
// once, and so does each inject, in the order of the scenario's time. It gives
// those of D3 10:00 and later.
func (p *program) once(acked map[string]done) []string {
	p.t.Helper()
	var out, errs bytes.Buffer
	if code := run(context.Background(), []string{"verify", "--data", p.data, "--realm", "exercise"}, &out, &errs); code != 0 {
		p.t.Errorf("the ledger does not verify: %s%s", out.String(), errs.String())
	}
	out.Reset()
	if code := run(context.Background(), []string{"export", "--data", p.data, "--realm", "exercise"}, &out, &errs); code != 0 {
		p.t.Fatal(errs.String())
	}
	events, err := exported(&out)
	if err != nil {
		p.t.Fatal(err)
	}
	times, sent, last, midnightD3 := map[string]int{}, map[string]int{}, 0, 2*24*60
	var today []string
	for _, e := range events {
		switch e.Kind {
		case exercise.Noticed, "case.alerted":
			times[e.Key]++
		case exercise.Fired:
			x := firedOf(p.t, e)
			if sent[x.Inject]++; x.Moment < last {
				p.t.Errorf("inject %s of minute %d was sent after one of minute %d", x.Inject, x.Moment, last)
			}
			if last = x.Moment; last >= midnightD3+10*60 {
				today = append(today, x.Inject)
			}
		}
	}
	for key := range acked {
		if times[key] != 1 {
			p.t.Errorf("%s was acknowledged and stands %d times in the ledger", key, times[key])
		}
	}
	for id, n := range sent {
		if n != 1 {
			p.t.Errorf("inject %s was sent %d times", id, n)
		}
	}
	return today
}

func firedOf(t *testing.T, e ledger.Event) exercise.FiredEvent {
	t.Helper()
	var x exercise.FiredEvent
	if err := json.Unmarshal(e.Payload, &x); err != nil {
		t.Fatal(err)
	}
	return x
}

func sentBy(b *exercise.Board, id string) bool {
	for _, l := range b.Lines {
		if l.ID == id {
			return l.Sent != ""
		}
	}
	return false
}

// minute reads "D3 10:20" as minutes from the first midnight.
func minute(t *testing.T, s string) int {
	t.Helper()
	var d, h, m int
	if _, err := fmt.Sscanf(s, "D%d %d:%d", &d, &h, &m); err != nil {
		t.Fatalf("%q is no moment: %v", s, err)
	}
	return (d-1)*24*60 + h*60 + m
}
