package stories_test

import (
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	datafiles "rufaa/content"
	"rufaa/internal/api"
	"rufaa/internal/exercise"
	"rufaa/internal/office"
	"rufaa/internal/office/officetest"
	"rufaa/internal/realm"
	"rufaa/internal/scenario"
	"rufaa/internal/web"
)

// troupe plays an exercise through the public pages and the API: everybody
// entered with a card, nobody reaches past the server.
type troupe struct {
	t      *testing.T
	at     string
	of     *office.Office
	script *scenario.Script
	people map[string]*http.Client // by user name
	cases  map[string]string       // character -> case
	agency map[string]string

	options office.Options
	server  *httptest.Server

	inquiry  string
	scene    string            // of the play's exhibits
	exhibits map[string]string // id in the scenario -> id
}

func kaskaziTroupe(t *testing.T) *troupe {
	t.Helper()
	raw, err := datafiles.Files.ReadFile("scenario/kaskazi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	script, err := scenario.Load("kaskazi.yaml", raw)
	if err != nil {
		t.Fatal(err)
	}
	clock := new(officetest.Clock)
	clock.Set(time.Date(2026, 3, 2, 6, 0, 0, 0, time.UTC))
	options := office.Options{Data: t.TempDir(), Realm: "exercise", Now: clock.Now, Accounts: officetest.Cheap}
	of, err := office.Create(context.Background(), options, realm.Exercise)
	if err != nil {
		t.Fatal(err)
	}
	_, cast, err := of.SetUpExercise(context.Background(), realm.System, script, "")
	if err != nil {
		t.Fatal(err)
	}
	p := &troupe{t: t, of: of, options: options, script: script, people: map[string]*http.Client{}, cases: map[string]string{}, agency: map[string]string{}, exhibits: map[string]string{}}
	p.serve("127.0.0.1:0")
	t.Cleanup(func() { p.server.Close(); p.of.Close() })
	for _, c := range cast {
		jar, err := cookiejar.New(nil)
		if err != nil {
			t.Fatal(err)
		}
		p.people[c.Username] = &http.Client{Jar: jar}
		p.agency[c.Team] = c.Agency
		p.page(c.Username, "/enter", url.Values{"card": {c.Link}})
	}
	return p
}

// serve listens on an address for the office as it is now.
func (p *troupe) serve(addr string) {
	p.t.Helper()
	mux := http.NewServeMux()
	mux.Handle("/api/", api.New(p.of, ""))
	mux.Handle("/", web.New(p.of, web.Options{}))
	l, err := net.Listen("tcp", addr)
	if err != nil {
		p.t.Fatal(err)
	}
	p.server = &httptest.Server{Listener: l, Config: &http.Server{Handler: mux}}
	p.server.Start()
	p.at = p.server.URL
}

// restart ends the server and everything it holds in memory, and starts it again
// at the same address.
func (p *troupe) restart() {
	p.t.Helper()
	addr := p.server.Listener.Addr().String()
	p.server.CloseClientConnections()
	p.server.Close()
	if err := p.of.Close(); err != nil {
		p.t.Fatal(err)
	}
	of, err := office.Open(context.Background(), p.options)
	if err != nil {
		p.t.Fatal(err)
	}
	p.of = of
	p.serve(addr)
}

// page sends a form and wants to land on a page.
func (p *troupe) page(user, path string, form url.Values) {
	p.t.Helper()
	r, err := p.people[user].PostForm(p.at+path, form)
	if err != nil {
		p.t.Fatal(err)
	}
	defer r.Body.Close()
	if body, _ := io.ReadAll(r.Body); r.StatusCode != http.StatusOK {
		p.t.Fatalf("%s at %s: %d\n%.600s", user, path, r.StatusCode, body)
	}
}

// call sends to the API and reads the answer.
func (p *troupe) call(user, method, path string, in, out any) {
	p.t.Helper()
	raw, err := json.Marshal(in)
	if err != nil {
		p.t.Fatal(err)
	}
	rq, err := http.NewRequest(method, p.at+"/api/v1"+path, strings.NewReader(string(raw)))
	if err != nil {
		p.t.Fatal(err)
	}
	rq.Header.Set("Content-Type", "application/json")
	r, err := p.people[user].Do(rq)
	if err != nil {
		p.t.Fatal(err)
	}
	defer r.Body.Close()
	body, _ := io.ReadAll(r.Body)
	if r.StatusCode >= 300 {
		p.t.Fatalf("%s %s %s %s: %d\n%.600s", user, method, path, raw, r.StatusCode, body)
	}
	if out != nil {
		if err := json.Unmarshal(body, out); err != nil {
			p.t.Fatal(err)
		}
	}
}

func (p *troupe) first(team string) string { return strings.ToLower(team) + ".1" }

// act does what a good team does about an expectation of an inject: with the
// ordinary pages where they show it, else as the actor or a mentor sees it.
func (p *troupe) act(inject string, x scenario.Expectation) {
	p.t.Helper()
	switch x.Do {
	case "recorded", "safe", "placed", "treated_as_child":
		if c := p.character(x.About); c != nil && p.cases[c.ID] == "" {
			p.alert(x.Team, c)
			return
		}
	case "fed", "unhurried", "interpreted", "separated":
		p.call("actor."+strings.ToLower(x.About), "POST", "/exercise/treated", exercise.Treat{How: x.Do, Team: x.Team}, nil)
		return
	case "answered":
		p.page(p.first(x.Team), "/exercise/mailbox/"+inject, url.Values{"text": {"Answered by the book."}})
		return
	}
	p.call("mentor.1", "POST", "/exercise/deeds", exercise.Notice{Team: x.Team, Do: x.Do, About: x.About, Inject: inject, Reason: "Seen by the mentor."}, nil)
}

func (p *troupe) character(id string) *scenario.Character {
	for i := range p.script.Characters {
		if p.script.Characters[i].ID == id {
			return &p.script.Characters[i]
		}
	}
	return nil
}

// alert raises one alert about a character, in a safe place, and types the code
// of her card; again it does nothing.
func (p *troupe) alert(team string, c *scenario.Character) {
	p.t.Helper()
	if p.cases[c.ID] != "" {
		return
	}
	minor := "no"
	if c.Age < 18 {
		minor = "yes"
	}
	sex := map[string]string{"f": "female", "m": "male"}[c.Sex]
	var made struct{ ID string }
	p.call(p.first(team), "POST", "/alerts", map[string]any{"holder": p.agency["NGO"], "place_kind": "shelter", "county": "mombasa",
		"person": map[string]any{"name": c.Name["en"], "sex": sex, "minor": minor}}, &made)
	p.cases[c.ID] = made.ID
	s, err := p.of.Exercises.Current(context.Background())
	if err != nil {
		p.t.Fatal(err)
	}
	p.page(p.first(team), "/exercise/cards", url.Values{"stream": {"case/" + made.ID}, "card": {p.of.Exercises.Code(s, c.ID)}})
}

// The whole reference scenario, played well through pages and API: every branch
// as computed by hand, every criterion performed, the commitment opened.
func TestKaskaziPlayedWell(t *testing.T) {
	if testing.Short() {
		t.Skip("plays five days")
	}
	p := kaskaziTroupe(t)
	p.page("control.1", "/exercise/clock", url.Values{"act": {"pause"}})
	seen := map[string]bool{}
	for range 200 {
		var board exercise.Board
		p.call("control.1", "GET", "/exercise/board", nil, &board)
		next := ""
		for _, l := range board.Lines {
			if l.Sent != "" && !seen[l.ID] {
				seen[l.ID] = true
				for i := range p.script.Injects {
					if in := &p.script.Injects[i]; in.ID == l.ID {
						for _, x := range in.Expect {
							p.act(in.ID, x)
						}
					}
				}
			}
			if l.State == "due" && next == "" {
				next = l.At
			}
		}
		if next == "" {
			break
		}
		p.page("control.1", "/exercise/clock", url.Values{"act": {"jump"}, "to": {next}})
	}
	p.page("control.1", "/exercise/end", url.Values{"reason": {"Five days are over"}})
	p.page("control.1", "/exercise/reveal", url.Values{})

	var board exercise.Board
	p.call("control.1", "GET", "/exercise/board", nil, &board)
	not := map[string]bool{"11": true, "22": true, "30": true, "40": true} // nobody shared, alert sent, recorder sealed, no gap
	for _, l := range board.Lines {
		if sent := l.Sent != ""; sent == not[l.ID] {
			t.Errorf("inject %s: %s", l.ID, l.State)
		}
		if not[l.ID] && l.Reason == "" {
			t.Errorf("inject %s was not taken and does not say why", l.ID)
		}
	}
	s, err := p.of.Exercises.Current(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	graded, err := p.of.Exercises.Grades(context.Background(), s.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range graded {
		if g.Grade != scenario.Performed || g.Breached {
			t.Errorf("%s: %s, breached %t", g.Criterion.ID, g.Grade, g.Breached)
		}
	}
	if len(graded) != 17 {
		t.Errorf("%d criteria", len(graded))
	}
	var opened exercise.RevealedEvent
	p.call("dci.1", "GET", "/exercise/opening", nil, &opened)
	if !opened.Opens(s.Digest) {
		t.Error("what was revealed is not what was committed to")
	}
	if err := p.of.Exercises.Turn(context.Background()); err != nil {
		t.Fatal(err)
	}
	p.nothingOfAnotherRealm()
}

// nothingOfAnotherRealm: a player who guesses addresses of other realms, or of
// cases and exercises that are not there, gets the same nothing.
func (p *troupe) nothingOfAnotherRealm() {
	p.t.Helper()
	for _, path := range []string{"/realm/live/", "/realm/demo/cases/1", "/cases/00000000-0000-7000-8000-000000000000", "/exercise/injects/99"} {
		r, err := p.people["dci.1"].Get(p.at + path)
		if err != nil {
			p.t.Fatal(err)
		}
		body, _ := io.ReadAll(r.Body)
		r.Body.Close()
		if r.StatusCode != http.StatusNotFound && r.StatusCode != http.StatusForbidden {
			p.t.Errorf("%s: %d", path, r.StatusCode)
		}
		if r.StatusCode == http.StatusNotFound && strings.HasPrefix(path, "/cases") && !strings.Contains(string(body), "EXERCISE.") {
			p.t.Errorf("%s carries no mark of the exercise", path)
		}
	}
}

// Every page and file of a part says EXERCISE, in its content or its name.
func TestEveryPageOfAnExerciseSaysSo(t *testing.T) {
	p := kaskaziTroupe(t)
	p.page("control.1", "/exercise/clock", url.Values{"act": {"run"}})
	for user, paths := range map[string][]string{
		"control.1": {"/exercise", "/exercise/board", "/exercise/injects/01", "/exercise/truth", "/exercise/setup", "/account", "/providers"},
		"actor.c1":  {"/exercise", "/exercise/card"}, "mentor.1": {"/exercise/board"},
		"ngo.1": {"/", "/exercise/mailbox", "/alerts/new", "/search", "/providers", "/agencies", "/account", "/no-such-page"},
	} {
		for _, path := range paths {
			for _, lang := range []string{"en", "sw"} {
				rq, err := http.NewRequest("GET", p.at+path, nil)
				if err != nil {
					t.Fatal(err)
				}
				rq.Header.Set("Accept-Language", lang)
				r, err := p.people[user].Do(rq)
				if err != nil {
					t.Fatal(err)
				}
				body, _ := io.ReadAll(r.Body)
				r.Body.Close()
				if word := map[string]string{"en": "EXERCISE.", "sw": "ZOEZI."}[lang]; !strings.Contains(string(body), word) && path != "/no-such-page" {
					t.Errorf("%s in %s (%d) does not say %s", path, lang, r.StatusCode, word)
				}
				if strings.Contains(string(body), "[exercise.") {
					t.Errorf("%s in %s lacks a text", path, lang)
				}
			}
		}
	}
	r, err := p.people["control.1"].Get(p.at + "/exercise/labels.pdf")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	if name := r.Header.Get("Content-Disposition"); !strings.Contains(name, "EXERCISE-") {
		t.Errorf("a file is called %s", name)
	}
}
