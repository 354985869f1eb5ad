package stories_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"rufaa/internal/accounts"
	"rufaa/internal/exercise"
	"rufaa/internal/paper/papertest"
	"rufaa/internal/realm"
	"rufaa/internal/review"
)

// read gets a page or a file.
func (p *troupe) read(user, path string) (int, string) {
	p.t.Helper()
	r, err := p.people[user].Get(p.at + path)
	if err != nil {
		p.t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return r.StatusCode, string(body)
}

// say sends to the API under a key and gives status and answer.
func (p *troupe) say(user, path, key string, in any) (int, string) {
	p.t.Helper()
	raw, err := json.Marshal(in)
	if err != nil {
		p.t.Fatal(err)
	}
	rq, err := http.NewRequest("POST", p.at+"/api/v1"+path, strings.NewReader(string(raw)))
	if err != nil {
		p.t.Fatal(err)
	}
	rq.Header.Set("Content-Type", "application/json")
	rq.Header.Set("Idempotency-Key", key)
	r, err := p.people[user].Do(rq)
	if err != nil {
		p.t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		p.t.Fatal(err)
	}
	return r.StatusCode, string(body)
}

// The day's paper work of an exercise: a late-comer joins and enters with a
// card, an officer is lent to another team, control ticks who came. The
// Secretariat's course reports numbers, a player sees the own days, the review
// names teams, and nobody reads the sheet but control.
func TestWhoCameToTheExercise(t *testing.T) {
	p := kaskaziTroupe(t)
	p.page("control.1", "/exercise/clock", url.Values{"act": {"pause"}})
	status, body := p.say("control.1", "/exercise/people", "late", exercise.Join{Part: exercise.Player, Team: "NGO", Particulars: exercise.Particulars{Agency: "=Hotline", Sex: "female"}})
	var late realm.Receipt
	if err := json.Unmarshal([]byte(body), &late); err != nil || status != http.StatusOK || !strings.HasPrefix(late.ID, "ex-ngo-") {
		t.Fatalf("a late-comer: %d %s", status, body)
	}
	if _, again := p.say("control.1", "/exercise/people", "late", exercise.Join{Part: exercise.Player, Team: "NGO", Particulars: exercise.Particulars{Agency: "=Hotline", Sex: "female"}}); !strings.Contains(again, late.ID) || !strings.Contains(again, `"replayed":true`) {
		t.Errorf("sent twice: %s", again)
	}
	for what, x := range map[string]struct {
		path string
		in   any
		want string
	}{
		"an unknown day":            {"/exercise/attendance", exercise.Attendance{List: []exercise.Presence{{Staff: late.ID, Day: 9, There: true}}}, "attendance.0.day"},
		"somebody of another realm": {"/exercise/people", exercise.Join{Staff: "demo-wanjiru", Part: exercise.Observer}, `"staff"`},
		"an unknown team":           {"/exercise/people", exercise.Join{Part: exercise.Player, Team: "FBI"}, `"team"`},
		"a part that is none":       {"/exercise/people", map[string]string{"part": "director"}, "part"},
	} {
		if status, body := p.say("control.1", x.path, strings.ReplaceAll(what, " ", "-"), x.in); status != http.StatusUnprocessableEntity || !strings.Contains(body, x.want) {
			t.Errorf("%s: %d %s", what, status, body)
		}
	}
	// The card that the API hands to control lets her in, once.
	_, body = p.say("control.1", "/exercise/people/"+late.ID+"/card", "card", map[string]string{})
	var card struct{ Token, Staff string }
	if err := json.Unmarshal([]byte(body), &card); err != nil || card.Staff != late.ID {
		t.Fatalf("a card: %s", body)
	}
	if in, err := p.of.Accounts.UseCard(t.Context(), card.Token, accounts.Client{}); err != nil || in.Staff != late.ID {
		t.Errorf("the card lets in %+v: %v", in, err)
	}
	p.page("control.1", "/exercise/people/ex-dci-2/team", url.Values{"team": {"NGO"}, "reason": {"NGO has too few"}})
	p.page("control.1", "/exercise/people/ex-dci-1/particulars", url.Values{"agency": {"Mtoni Police"}, "sex": {"male"}, "county": {"kilifi"}})

	there := url.Values{"there": {late.ID + "/1"}}
	for _, n := range []string{"1", "2", "3", "4", "5", "6"} {
		there.Add("there", "ex-dci-"+n+"/1")
	}
	p.page("control.1", "/exercise/attendance", there)
	p.page("control.2", "/exercise/attendance", url.Values{"was": {"ex-dci-6/1"}, "reason": {"wrong list"}}) // not there after all
	var roll struct {
		People []exercise.Person `json:"people"`
	}
	p.call("control.1", "GET", "/exercise/people", nil, &roll)
	days := map[string]int{}
	for _, x := range roll.People {
		days[x.Staff] = len(x.Days)
	}
	if days[late.ID] != 1 || days["ex-dci-1"] != 1 || days["ex-dci-6"] != 0 {
		t.Errorf("there were %v", days)
	}

	// A player sees the own day, and no sheet.
	if _, front := p.read("dci.1", "/exercise"); !strings.Contains(front, "Day 1") || !strings.Contains(front, "Mtoni Police") {
		t.Error("a player does not see what stands recorded of them")
	}
	if _, front := p.read("dci.3", "/exercise"); strings.Contains(front, "Mtoni Police") {
		t.Error("a player sees another's")
	}
	for _, user := range []string{"dci.1", "mentor.1", "observer.1", "actor.c1"} {
		for _, path := range []string{"/exercise/people", "/exercise/people/ex-dci-1", "/exercise/attendance", "/exercise/attendance.csv", "/exercise/attendance.pdf", "/api/v1/exercise/people", "/api/v1/exercise/attendance"} {
			if status, _ := p.read(user, path); status != http.StatusForbidden {
				t.Errorf("%s reads %s: %d", user, path, status)
			}
		}
	}

	// The sheet for the door has everybody who plays, and stands in the mailbox.
	_, sheet := p.read("control.1", "/exercise/attendance.pdf")
	words := sheetsOf(t, sheet)
	for _, want := range []string{"NGO player 5", "Mtoni Police", "Day 1", "Signature"} {
		if !strings.Contains(words, want) {
			t.Errorf("the sheet for the door does not say %q:\n%.600s", want, words)
		}
	}
	for caught, until := "", time.Now().Add(10*time.Second); !strings.Contains(caught, "attendance-sheet.pdf"); caught = p.caughtFiles() {
		if time.Now().After(until) { // it is noted once it has left
			t.Fatalf("the sheet left and stands in no mailbox: %s", caught)
		}
	}

	// The Secretariat's team runs the course that belongs to the exercise.
	state, err := p.of.Exercises.Current(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, form := p.read("cts.1", "/training"); !strings.Contains(form, `value="`+state.ID+`"`) {
		t.Error("a course cannot be said to belong to the exercise")
	}
	p.page("cts.1", "/training", url.Values{"title": {"Kaskazi week"}, "county": {"mombasa"}, "from-day": {"2"}, "from-month": {"3"}, "from-year": {"2026"},
		"to-day": {"6"}, "to-month": {"3"}, "to-year": {"2026"}, "exercise": {state.ID}})
	_, list := p.read("cts.1", "/training")
	at := regexp.MustCompile(`/training/[0-9a-zA-Z-]{20,}`).FindString(list)
	_, page := p.read("cts.1", at+"/report")
	if !strings.Contains(page, `id="came-by-agency"`) || !strings.Contains(page, "Attendance at the exercise") {
		t.Errorf("the report at %s does not tell who came: %.300s", at, page)
	}
	for _, path := range []string{at + "/report.csv", "/exercise/attendance.csv"} {
		user := "cts.1"
		if strings.HasPrefix(path, "/exercise") {
			user = "control.1"
		}
		_, file := p.read(user, path)
		for _, want := range []string{"exercise,,6\n", "exercise day,1,6\n", "exercise part,player,6\n", "exercise agency,'=Hotline,", "exercise sex,male,"} {
			if !strings.Contains(file, want) {
				t.Errorf("%s does not tell %q:\n%s", path, want, file)
			}
		}
		if strings.Contains(file, "exercise sex,male,1") || strings.Contains(file, "ex-dci-1") {
			t.Errorf("%s tells of one person:\n%s", path, file)
		}
	}

	// The review tells of the move by teams.
	p.page("control.1", "/exercise/end", url.Values{})
	p.page("control.1", "/exercise/reveal", url.Values{})
	var r review.Report
	p.call("mentor.1", "GET", "/exercise/review", nil, &r)
	raw, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	if len(r.Hands) == 0 || r.Hands[0].What != "moved" || r.Hands[0].About != "DCI → NGO" || strings.Contains(string(raw), "ex-dci-2") {
		t.Errorf("what control did by hand: %+v", r.Hands)
	}
	p.reviewTellsWhoWasThere(&r, string(raw), late.ID)
}

// reviewTellsWhoWasThere wants the numbers in report, page and paper: who came,
// how the teams changed, and that what was due of a team that nobody of came is
// no fair chance. Nobody stands in it.
func (p *troupe) reviewTellsWhoWasThere(r *review.Report, raw, late string) {
	p.t.Helper()
	a := r.Attendance
	if a == nil || a.Came.People.N != 6 || len(a.Came.ByAgency) == 0 || len(a.Came.BySex) == 0 || len(a.Came.ByCounty) == 0 {
		p.t.Fatalf("who came: %+v", a)
	}
	for _, c := range a.Came.BySex {
		if c.Group == "male" && !c.Count.Hidden {
			p.t.Errorf("one man is told: %+v", a.Came.BySex)
		}
	}
	crew := map[string]review.Crew{}
	for _, c := range a.Crews {
		crew[c.Team] = c
	}
	if c := crew["DCI"]; c.Began != 10 || c.MovedOut != 1 || c.Ended != 9 || len(c.Nobody) != 0 {
		p.t.Errorf("DCI: %+v", c)
	}
	if c := crew["NGO"]; c.MovedIn != 1 || c.Began+c.Joined+1 != c.Ended || len(c.Nobody) != 0 {
		p.t.Errorf("NGO: %+v", c)
	}
	if c := crew["ODPP"]; len(c.Nobody) != 1 || c.Nobody[0].To != 24*60 { // nobody was ticked on day 1; of day 2 there is no sheet
		p.t.Errorf("ODPP, of which nobody came on the first day: %+v", c)
	}
	for _, in := range r.Injects {
		for _, x := range in.Expects {
			if in.Sent && x.Team == "ODPP" && x.Due < 24*60 && !x.Nobody {
				p.t.Errorf("what ODPP could not do counts: %+v", x)
			}
		}
	}
	if len(a.Changes) != 3 { // one joined, one went from team to team
		p.t.Errorf("changes: %+v", a.Changes)
	}
	for _, x := range a.Changes {
		for _, event := range x.Events {
			if status, page := p.read("dci.1", fmt.Sprintf("/exercise/review/events/%d", event)); status != http.StatusOK || !strings.Contains(page, "#attendance") || strings.Contains(page, "ex-dci-2") {
				p.t.Errorf("the page of event %d behind %+v: %d", event, x, status)
			}
		}
	}
	_, page := p.read("dci.1", "/exercise/review")
	_, sheet := p.read("dci.1", "/exercise/review.pdf")
	paper := sheetsOf(p.t, sheet)
	for _, want := range []string{`id="attendance"`, `id="came-by-agency"`, "Players by team", "Who joined, moved and left", "Moved out"} {
		if !strings.Contains(page, want) {
			p.t.Errorf("the review's page does not tell %s", want)
		}
	}
	for _, want := range []string{"Who was there", "Came on one day at least: 6", "DCI: Moved out 1"} {
		if !strings.Contains(paper, want) {
			p.t.Errorf("the review's paper does not tell %q", want)
		}
	}
	for _, hidden := range []string{late, "ex-dci-1"} {
		if strings.Contains(raw, hidden) || strings.Contains(page, hidden) || strings.Contains(paper, hidden) {
			p.t.Errorf("the review tells of %s", hidden)
		}
	}
}

// sheetsOf are the words of a paper, in one line.
func sheetsOf(t *testing.T, raw string) string {
	t.Helper()
	list, err := papertest.Sheets([]byte(raw))
	if err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(strings.Join(list, "\n"), "\n", " ")
}

// caughtFiles are the names of the files that left, as the ledger has them.
func (p *troupe) caughtFiles() string {
	p.t.Helper()
	state, err := p.of.Exercises.Current(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	events, err := p.of.Ledger.Stream(p.t.Context(), exercise.Stream(state.ID), 0)
	if err != nil {
		p.t.Fatal(err)
	}
	var out []string
	for _, e := range events {
		var c exercise.CapturedEvent
		if e.Kind == exercise.Captured && json.Unmarshal(e.Payload, &c) == nil {
			out = append(out, c.File)
		}
	}
	return strings.Join(out, " ")
}
