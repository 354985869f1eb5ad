package stories_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rufaa/internal/api"
	"rufaa/internal/demo"
	"rufaa/internal/office/officetest"
	"rufaa/internal/store"
	"rufaa/internal/web"
)

type m = map[string]any

// told is one story while it is told: a realm with the demonstration's people,
// served as the program serves it.
type told struct {
	*officetest.World
	t     *testing.T
	url   string
	id    string // of the case that is spoken of
	ref   string
	token map[string]string
	keys  int    // of commands, so far
	lang  string // in which pages are read
}

// each tells a story on both engines.
func each(t *testing.T, story func(s *told)) {
	for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			s := &told{World: officetest.Open(t, engine), t: t, token: map[string]string{}, lang: "en"}
			mux := http.NewServeMux()
			mux.Handle("/api/", api.New(s.Office, ""))
			mux.Handle("/", web.New(s.Office, web.Options{}))
			srv := httptest.NewServer(mux)
			t.Cleanup(srv.Close)
			s.url = srv.URL
			story(s)
		})
	}
}

// browser follows nothing: a redirect is an answer.
var browser = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

// as signs somebody in, once; a session that time has ended is begun anew.
func (s *told) as(user string) string {
	s.t.Helper()
	if s.token[user] != "" && s.call(user, "GET", "/api/v1/session", nil).status == http.StatusOK {
		return s.token[user]
	}
	r, err := browser.PostForm(s.url+"/sign-in", url.Values{"username": {user}, "password": {demo.Password}})
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Body.Close()
	for _, c := range r.Cookies() {
		if c.Name == "rufaa" && c.Value != "" {
			s.token[user] = c.Value
			return c.Value
		}
	}
	s.t.Fatalf("%s did not get in: %d", user, r.StatusCode)
	return ""
}

// answer is one reply, read.
type answer struct {
	s      *told
	what   string
	status int
	header http.Header
	body   string
}

// call asks once. A command to the API is sent twice under one key, as a bad
// line makes people do: the second is answered as the first and does nothing.
func (s *told) call(user, method, path string, body any) *answer {
	s.t.Helper()
	op := operationOf(method, path)
	if op == nil || op.Once != api.OnceRoom && op.Once != api.OnceKept {
		return s.send(user, method, path, body, "")
	}
	s.keys++
	key := fmt.Sprintf("story-%d", s.keys)
	first := s.send(user, method, path, body, key)
	if first.status < 200 || first.status > 299 {
		return first
	}
	again := s.send(user, method, path, body, key)
	if again.status != first.status || again.header.Get("ETag") != first.header.Get("ETag") || unreplayed(again.body) != unreplayed(first.body) {
		s.t.Fatalf("%s: sent twice, done twice: %d %.300s then %d %.300s", first.what, first.status, first.body, again.status, again.body)
	}
	if op.Once == api.OnceRoom && !strings.Contains(again.body, `"replayed":true`) || op.Once == api.OnceKept && again.header.Get("Idempotency-Replayed") != "true" {
		s.t.Fatalf("%s: sent twice, the second answer is no replay: %.300s", again.what, again.body)
	}
	twice.Store(op.ID, true)
	return first
}

// twice are the operations that some story sent twice.
var twice sync.Map

var operations = api.Operations()

// operationOf finds the operation of an address; nil for a page.
func operationOf(method, path string) *api.Operation {
	path, _, _ = strings.Cut(path, "?")
	have := strings.Split(path, "/")
	var best *api.Operation
	for i := range operations {
		op := &operations[i]
		want := strings.Split(op.Path, "/")
		if op.Method != method || len(want) != len(have) {
			continue
		}
		fits, named := true, 0
		for j := range want {
			if strings.HasPrefix(want[j], "{") {
				continue
			}
			fits = fits && want[j] == have[j]
			named++
		}
		if fits && (best == nil || named > strings.Count(best.Path, "/")-strings.Count(best.Path, "{")) {
			best = op
		}
	}
	return best
}

func unreplayed(body string) string { return strings.Replace(body, `,"replayed":true`, "", 1) }

func (s *told) send(user, method, path string, body any, key string) *answer {
	s.t.Helper()
	var in io.Reader
	kind := "application/json"
	if form, ok := body.(url.Values); ok {
		in, kind = strings.NewReader(form.Encode()), "application/x-www-form-urlencoded"
	} else if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			s.t.Fatal(err)
		}
		in = strings.NewReader(string(raw))
	}
	req, err := http.NewRequest(method, s.url+path, in)
	if err != nil {
		s.t.Fatal(err)
	}
	req.Header.Set("Accept-Language", s.lang)
	req.Header.Set("Content-Type", kind)
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	if strings.HasPrefix(path, "/api/") {
		req.Header.Set("Authorization", "Bearer "+s.token[user])
	} else {
		req.Header.Set("Cookie", "rufaa="+s.token[user])
	}
	r, err := browser.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer r.Body.Close()
	raw, err := io.ReadAll(r.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return &answer{s, fmt.Sprintf("%s: %s %s", user, method, path), r.StatusCode, r.Header, string(raw)}
}

// is demands a status, or one of several.
func (a *answer) is(status ...int) *answer {
	a.s.t.Helper()
	if !slices.Contains(status, a.status) {
		a.s.t.Fatalf("%s: %d, want %d: %.900s", a.what, a.status, status, a.body)
	}
	return a
}

// says demands words in the answer.
func (a *answer) says(words ...string) *answer {
	a.s.t.Helper()
	for _, w := range words {
		if !strings.Contains(a.body, w) {
			a.s.t.Fatalf("%s: %q is not in %.900s", a.what, w, a.body)
		}
	}
	return a
}

// hides demands that words are not in the answer.
func (a *answer) hides(words ...string) *answer {
	a.s.t.Helper()
	for _, w := range words {
		if strings.Contains(a.body, w) {
			a.s.t.Fatalf("%s: %q is in it", a.what, w)
		}
	}
	return a
}

func (a *answer) json() m {
	a.s.t.Helper()
	var out m
	if err := json.Unmarshal([]byte(a.body), &out); err != nil {
		a.s.t.Fatalf("%s: %v: %.300s", a.what, err, a.body)
	}
	return out
}

// last gives a field of the newest record of a list.
func (a *answer) last(list, field string) string {
	a.s.t.Helper()
	all, _ := a.json()[list].([]any)
	if len(all) == 0 {
		a.s.t.Fatalf("%s: no %s: %.500s", a.what, list, a.body)
	}
	return fmt.Sprint(all[len(all)-1].(m)[field])
}

// get asks the API about the case; post sends it a command.
func (s *told) get(user, path string) *answer {
	s.as(user)
	return s.call(user, "GET", "/api/v1/cases/"+s.id+path, nil)
}

func (s *told) post(user, path string, body any) *answer {
	s.t.Helper()
	s.Clock.Pass(7 * time.Minute)
	s.as(user)
	if body == nil {
		body = m{}
	}
	return s.call(user, "POST", "/api/v1/cases/"+s.id+path, body)
}

// refused demands that a rule stops a command, and that it names itself and
// its source.
func (s *told) refused(user, path string, body any, rule string) {
	s.t.Helper()
	a := s.post(user, path, body)
	if a.status != http.StatusConflict && a.status != http.StatusForbidden && a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, rule) {
		s.t.Fatalf("%s: %d, want a refusal by %s: %.600s", a.what, a.status, rule, a.body)
	}
}

// page reads a page of the case; fill sends a form of it as a browser does,
// with the hidden fields that the page carried.
func (s *told) page(user, path string) *answer {
	s.as(user)
	return s.call(user, "GET", "/cases/"+s.id+path, nil)
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]+)" value="([^"]*)"`)

func (s *told) fill(user, slug string, v url.Values) *answer {
	s.t.Helper()
	s.Clock.Pass(7 * time.Minute)
	shown := s.page(user, "/do/"+slug).is(http.StatusOK)
	for _, f := range hidden.FindAllStringSubmatch(shown.body, -1) {
		if !v.Has(f[1]) {
			v.Set(f[1], f[2])
		}
	}
	return s.call(user, "POST", "/cases/"+s.id+"/do/"+slug, v)
}

// nothing demands that for these people the case does not exist, on pages and
// in the API, in the very same words as one that never was.
func (s *told) nothing(users ...string) {
	s.t.Helper()
	for _, u := range users {
		s.as(u)
		for _, path := range []string{"", "/joint", "/openings"} {
			mine := s.call(u, "GET", "/api/v1/cases/"+s.id+path, nil).is(http.StatusNotFound)
			none := s.call(u, "GET", "/api/v1/cases/0000000000000000000000000000000a"+path, nil).is(http.StatusNotFound)
			if strings.ReplaceAll(mine.body, s.id, "") != strings.ReplaceAll(none.body, "0000000000000000000000000000000a", "") {
				s.t.Errorf("%s can tell that the case is there: %s and %s", u, mine.body, none.body)
			}
		}
		for _, path := range []string{"", "/plan", "/work", "/child", "/sheet"} {
			s.page(u, path).is(http.StatusNotFound)
		}
	}
}

// opens demands that somebody may open a compartment and finds the words;
// shut that the door stays closed.
func (s *told) opens(user, compartment, purpose string, words ...string) {
	s.t.Helper()
	s.get(user, "/compartments/"+compartment+"?purpose="+purpose).is(http.StatusOK).says(words...)
}

func (s *told) shut(user, compartment, purpose string) {
	s.t.Helper()
	if a := s.get(user, "/compartments/"+compartment+"?purpose="+purpose); a.status != http.StatusForbidden && a.status != http.StatusNotFound {
		s.t.Fatalf("%s: %d, want it shut", a.what, a.status)
	}
}

// parts demands which parts of the frame somebody reads.
func (s *told) parts(user string, want ...string) {
	s.t.Helper()
	var have []string
	for _, p := range s.get(user, "").is(http.StatusOK).json()["parts"].([]any) {
		have = append(have, p.(string))
	}
	for _, p := range want {
		if !slices.Contains(have, p) {
			s.t.Errorf("%s does not read %s of %v", user, p, have)
		}
	}
}

// blind demands that somebody reads none of these parts.
func (s *told) blind(user string, parts ...string) {
	s.t.Helper()
	for _, p := range s.get(user, "").is(http.StatusOK).json()["parts"].([]any) {
		if slices.Contains(parts, p.(string)) {
			s.t.Errorf("%s reads %s", user, p)
		}
	}
}

// raise begins the case.
func (s *told) raise(user string, alert m) {
	s.t.Helper()
	s.as(user)
	a := s.call(user, "POST", "/api/v1/alerts", alert).is(http.StatusCreated).json()
	s.id, s.ref = a["id"].(string), a["reference"].(string)
}

var spoken = m{"language": "sw", "interpreting": "not-needed"}

// and puts fields together.
func and(base m, more m) m {
	out := m{}
	for k, v := range base {
		out[k] = v
	}
	for k, v := range more {
		out[k] = v
	}
	return out
}

// screen answers the first signs of the newest form for an audience with yes.
func (s *told) screen(user, audience string) {
	s.t.Helper()
	s.as(user)
	var all struct{ Questionnaires []m }
	list := s.call(user, "GET", "/api/v1/questionnaires", nil).is(http.StatusOK)
	if err := json.Unmarshal([]byte(list.body), &all); err != nil {
		s.t.Fatal(err)
	}
	for _, q := range all.Questionnaires {
		if q["audience"] != audience {
			continue
		}
		form := s.call(user, "GET", "/api/v1/questionnaires/"+q["id"].(string), nil).is(http.StatusOK).json()
		answers := m{}
		for _, g := range form["groups"].([]any) {
			for _, in := range g.(m)["indicators"].([]any)[:1] {
				answers[in.(m)["id"].(string)] = "yes"
			}
		}
		s.post(user, "/screenings", and(spoken, m{"questionnaire": q["id"], "answers": answers})).is(http.StatusCreated)
		return
	}
	s.t.Fatalf("no form for %s", audience)
}

// agree records her yes to an agency.
func (s *told) agree(user, agency, purpose string, compartments ...string) {
	s.t.Helper()
	s.post(user, "/consents", and(spoken, m{"given": true, "purposes": []string{purpose}, "agency": agency, "compartments": compartments,
		"how": "spoken", "given_by": "person"})).is(http.StatusCreated)
}

// refer sends the case on and lets the other side accept; it gives the referral.
func (s *told) refer(from, to, agency, purpose string, need string, compartments ...string) string {
	s.t.Helper()
	id := s.sends(from, m{"to": agency, "purpose": purpose, "urgency": "urgent", "needs": []string{need}, "compartments": compartments})
	s.as(to)
	s.call(to, "POST", "/api/v1/referrals/"+id+"/answer", m{"accept": true}).is(http.StatusOK)
	return id
}

// need records a need and gives its id.
func (s *told) need(user, wish, service string) string {
	s.t.Helper()
	s.post(user, "/needs", m{"wishes": wish, "needs": []m{{"service": service, "urgency": "urgent"}}}).is(http.StatusCreated)
	return s.get(user, "").is(http.StatusOK).last("needs", "id")
}

func day(s *told, days int) string { return s.Clock.Now().AddDate(0, 0, days).Format(time.DateOnly) }
