package stories_test

import (
	"bufio"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"
	"time"

	"rufaa/internal/accounts"
)

// line is control's laptop at the live board, as a browser keeps it.
type line struct {
	in   *bufio.Reader
	last string // id of the last event
	cut  func()
}

// event is one of server-sent events: https://html.spec.whatwg.org/multipage/server-sent-events.html
type event struct{ id, data string }

// watch opens the line, saying which event was the last one seen.
func (p *troupe) watch(user, last string) *line {
	p.t.Helper()
	ctx, cut := context.WithTimeout(context.Background(), 10*time.Second)
	p.t.Cleanup(cut)
	rq, err := http.NewRequestWithContext(ctx, "GET", p.at+"/exercise/board/live", nil)
	if err != nil {
		p.t.Fatal(err)
	}
	rq.Header.Set("Accept", "text/event-stream")
	if last != "" {
		rq.Header.Set("Last-Event-ID", last)
	}
	r, err := p.people[user].Do(rq)
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { r.Body.Close() })
	if kind := r.Header.Get("Content-Type"); r.StatusCode != http.StatusOK || kind != "text/event-stream" {
		p.t.Fatalf("the live board answers %d %s", r.StatusCode, kind)
	}
	return &line{in: bufio.NewReader(r.Body), last: last, cut: cut}
}

// next reads to the end of the next event.
func (l *line) next(t *testing.T) event {
	t.Helper()
	var e event
	for {
		s, err := l.in.ReadString('\n')
		if err != nil {
			t.Fatalf("the line ended: %v", err)
		}
		s = strings.TrimSuffix(s, "\n")
		name, value, _ := strings.Cut(s, ":")
		value = strings.TrimPrefix(value, " ")
		switch name {
		case "id":
			e.id = value
		case "data":
			e.data += value + "\n"
		case "":
			if s == "" && e.data != "" {
				if e.id == "" {
					t.Fatal("an event without an id")
				}
				l.last = e.id
				return e
			}
		}
	}
}

// Control's laptop is closed and opened again: whatever happened meanwhile, and
// also when the server was started again, the first thing it gets is the whole
// board of now, under an id that says whether it had it already.
func TestTheLiveBoardComesBack(t *testing.T) {
	p := kaskaziTroupe(t)
	p.page("control.1", "/exercise/clock", url.Values{"act": {"pause"}})
	one := p.watch("control.1", "")
	first := one.next(t)
	whole := func(e event) bool {
		return strings.Contains(e.data, `id="injects"`) && strings.Contains(e.data, `id="deeds"`) && strings.Contains(e.data, "/exercise/injects/42")
	}
	if !whole(first) || strings.Contains(first.data, "Seen by the mentor") {
		t.Fatalf("the first event is no whole board: %.300s", first.data)
	}

	// Open: a change comes by itself, under another id.
	free := func(title string) {
		p.page("control.2", "/exercise/free", url.Values{"from": {"Control"}, "teams": {"DCI"}, "channel": {"radio"}, "title": {title}, "content": {"As said."}, "reason": {"To see"}})
	}
	free("Rain")
	second := one.next(t)
	if !strings.Contains(second.data, "Rain") || second.id == first.id {
		t.Errorf("the change did not come, or under the old id %s", second.id)
	}

	// Closed: two things happen. Opened again: both are there at once.
	one.cut()
	free("Fog")
	p.page("control.2", "/exercise/injects/05", url.Values{"do": {"send"}, "reason": {"Early"}})
	began := time.Now()
	two := p.watch("control.1", one.last)
	third := two.next(t)
	if !whole(third) || !strings.Contains(third.data, "Fog") || third.id == second.id {
		t.Errorf("what was missed did not come: %s after %s", third.id, second.id)
	}
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("it came after %s", took)
	}

	// Nothing was missed: the board comes all the same, and its id says so.
	two.cut()
	three := p.watch("control.1", two.last)
	if same := three.next(t); same.id != third.id || same.data != third.data {
		t.Errorf("nothing happened, and the board is %s, not %s", same.id, third.id)
	}
	three.cut()

	// The server is started again: the same board under the same id, also for an
	// id that no server ever gave.
	p.restart()
	for _, last := range []string{third.id, "999999-0", "\u2603"} {
		again := p.watch("control.1", last)
		if e := again.next(t); e.id != third.id || e.data != third.data {
			t.Errorf("after the restart, back with %s: %s, not %s", last, e.id, third.id)
		}
		again.cut()
	}
	four := p.watch("control.1", third.id)
	four.next(t)
	free("Sun")
	if e := four.next(t); !strings.Contains(e.data, "Sun") {
		t.Error("after the restart a change does not come")
	}
}

// The page of an inject is control's: who watches beside control reads of each
// inject, on the page and on the live board, and gets no link that would refuse.
func TestOnlyControlIsLinkedToInjects(t *testing.T) {
	p := kaskaziTroupe(t)
	for user, linked := range map[string]bool{"mentor.1": false, "observer.1": false, "control.1": true} {
		_, page := p.read(user, "/exercise/board")
		live := p.watch(user, "")
		for what, board := range map[string]string{"page": page, "live board": live.next(t).data} {
			if !strings.Contains(board, `id="injects"`) || strings.Contains(board, "/exercise/injects/") != linked {
				t.Errorf("%s, %s: links to injects %v, want %v", user, what, !linked, linked)
			}
		}
		live.cut()
		if status, _ := p.read(user, "/exercise/injects/42"); (status == http.StatusOK) != linked {
			t.Errorf("%s: the page of an inject answers %d", user, status)
		}
	}
}

// A visitor of another agency watches as an observer, and control ends that
// part. The account goes on working, and its line to the board ends with the
// part: not one more board comes, whoever else keeps it drawn.
func TestWhoWatchesNoMoreIsCutOff(t *testing.T) {
	p := kaskaziTroupe(t)
	p.page("control.1", "/exercise/clock", url.Values{"act": {"pause"}})
	ctx := t.Context()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(p.of.Accounts.AddAgency(ctx, accounts.System, accounts.Agency{ID: "x-visitors", Name: "Visitors (fictional)", Kind: "ngo", County: "mombasa"}))
	hash, err := p.of.Accounts.HashPassword(ctx, "karibu sana wote")
	must(err)
	ids, err := p.of.Accounts.AddDemoStaff(ctx, []accounts.DemoStaff{{Username: "visitor", Name: "Visitor (fictional)", Agency: "x-visitors", Duties: []accounts.Duty{accounts.CaseManager}, Language: "en"}}, hash)
	must(err)
	p.call("control.1", "POST", "/exercise/people", map[string]any{"staff": ids[0], "part": "observer"}, nil)
	card, err := p.of.Accounts.Card(ctx, accounts.System, ids[0])
	must(err)
	jar, err := cookiejar.New(nil)
	must(err)
	p.people["visitor"] = &http.Client{Jar: jar}
	p.page("visitor", "/enter", url.Values{"card": {card.Token}})
	for range 8 { // the board is drawn for these at every change
		p.watch("observer.1", "").next(t)
	}
	line := p.watch("visitor", "")
	line.next(t)
	p.call("control.1", "POST", "/exercise/people/"+ids[0]+"/departure", map[string]any{}, nil)
	p.page("control.2", "/exercise/free", url.Values{"from": {"Control"}, "teams": {"DCI"}, "channel": {"radio"}, "title": {"Not for visitors"}, "content": {"As said."}, "reason": {"To see"}})
	rest, _ := io.ReadAll(line.in) // ends by itself
	if strings.Contains(string(rest), "Not for visitors") || strings.Contains(string(rest), "data:") {
		t.Errorf("whoever has no part any more is sent %.300s", rest)
	}
	if status, _ := p.read("visitor", "/exercise/board/live"); status != http.StatusNotFound && status != http.StatusForbidden {
		t.Errorf("and is let in again: %d", status)
	}
}
