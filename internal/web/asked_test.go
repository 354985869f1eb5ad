package web_test

import (
	"context"
	"encoding/json"
	"fmt"
	"html"
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
	"rufaa/internal/office"
	"rufaa/internal/office/officetest"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/web"
)

// asking is a told world with a listener at its door: what each request asked.
type asking struct {
	t       *testing.T
	of      *office.Office
	url     string
	actions map[string]policy.Action // of every pattern, "GET /cases/{id}"
	pages   *http.ServeMux           // the patterns alone, to find which one an address is of
	tokens  map[string]string        // user -> session
	users   []string

	mu    sync.Mutex
	heard map[policy.Action]bool

	known map[string][]string // pattern -> addresses that were met, in order
	saw   map[string][]string // id -> users who were shown it
	asked map[string]bool     // patterns whose own action was asked
	why   map[string]string   // of the others: what came last

	bodies map[string]string // pattern of a call -> a body of its shape
}

func newAsking(t *testing.T, of *office.Office, users []string) *asking {
	t.Helper()
	w := &asking{t: t, of: of, actions: map[string]policy.Action{}, pages: http.NewServeMux(), tokens: map[string]string{}, users: users,
		known: map[string][]string{}, saw: map[string][]string{}, asked: map[string]bool{}, why: map[string]string{}}
	srv := httptest.NewServer(mounted(of))
	t.Cleanup(srv.Close)
	w.url = srv.URL
	add := func(pattern string, action policy.Action) {
		w.actions[pattern] = action
		w.pages.HandleFunc(pattern, func(http.ResponseWriter, *http.Request) {})
	}
	for _, r := range web.Routes(of) {
		add(r.Pattern, r.Action)
	}
	for _, o := range api.Operations() {
		if !o.Open {
			add(o.Method+" "+o.Path, o.Action)
		}
	}
	for _, user := range users {
		w.tokens[user] = signIn(t, srv.URL, user, demo.Password)
	}
	w.readBodies()
	of.Door.Listen(func(_ policy.Principal, do policy.Action) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.heard[do] = true
	})
	return w
}

// send gives calls of the API a body of the right shape: a wrong one is refused
// before some rooms ask.
func (w *asking) send(user, pattern, method, path string, form url.Values) answer {
	w.t.Helper()
	if strings.HasSuffix(pattern, "/live") { // goes on until its reader leaves
		ctx, leave := context.WithTimeout(w.t.Context(), time.Second)
		defer leave()
		req, err := http.NewRequestWithContext(ctx, method, w.url+path, nil)
		ok(w.t, err)
		req.Header.Set("Cookie", "rufaa="+w.tokens[user])
		resp, err := browser.Do(req)
		ok(w.t, err)
		defer resp.Body.Close()
		return answer{status: resp.StatusCode, header: resp.Header}
	}
	body, shaped := w.bodies[pattern]
	if !shaped && !strings.Contains(pattern, "/api/v1/uploads") {
		return ask(w.t, w.url, w.tokens[user], method, path, form)
	}
	req, err := http.NewRequest(method, w.url+path, strings.NewReader(body))
	ok(w.t, err)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+w.tokens[user])
	req.Header.Set("Tus-Resumable", "1.0.0")
	resp, err := browser.Do(req)
	ok(w.t, err)
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	ok(w.t, err)
	return answer{resp.StatusCode, resp.Header, string(raw)}
}

// shape is as much of the description of the API as bodies are made of.
type shape struct {
	Ref        string           `json:"$ref"`
	Type       any              `json:"type"`
	Enum       []any            `json:"enum"`
	Format     string           `json:"format"`
	Minimum    float64          `json:"minimum"`
	MinItems   int              `json:"minItems"`
	Items      *shape           `json:"items"`
	Required   []string         `json:"required"`
	Properties map[string]shape `json:"properties"`
}

// readBodies makes one body of the right shape for each call that takes one.
func (w *asking) readBodies() {
	resp, err := http.Get(w.url + "/api/openapi.json")
	ok(w.t, err)
	defer resp.Body.Close()
	var told struct {
		Paths map[string]map[string]struct {
			RequestBody struct {
				Content map[string]struct{ Schema shape }
			}
		}
		Components struct{ Schemas map[string]shape }
	}
	ok(w.t, json.NewDecoder(resp.Body).Decode(&told))
	var value func(s shape) any
	value = func(s shape) any {
		if s.Ref != "" {
			return value(told.Components.Schemas[s.Ref[strings.LastIndexByte(s.Ref, '/')+1:]])
		}
		kind := s.Type
		if many, ok := kind.([]any); ok {
			kind = many[0]
		}
		switch {
		case len(s.Enum) > 0:
			return s.Enum[0]
		case kind == "object":
			out := map[string]any{}
			for _, name := range s.Required {
				out[name] = value(s.Properties[name])
			}
			return out
		case kind == "array" && s.MinItems == 0:
			return []any{}
		case kind == "array":
			return []any{value(*s.Items)}
		case kind == "boolean":
			return true
		case kind == "integer", kind == "number":
			return max(1, s.Minimum)
		case s.Format == "date-time":
			return "2026-03-04T09:30:00Z"
		}
		return "other"
	}
	w.bodies = map[string]string{}
	for path, methods := range told.Paths {
		for method, op := range methods {
			if body, has := op.RequestBody.Content["application/json"]; has {
				raw, err := json.Marshal(value(body.Schema))
				ok(w.t, err)
				w.bodies[strings.ToUpper(method)+" "+path] = string(raw)
			}
		}
	}
}

// ask sends one request and holds what it asked against what its route says.
func (w *asking) ask(user, pattern, method, path string, form url.Values) answer {
	w.t.Helper()
	w.mu.Lock()
	w.heard = map[policy.Action]bool{}
	w.mu.Unlock()
	a := w.send(user, pattern, method, path, form)
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case w.heard[w.actions[pattern]]:
		w.asked[pattern] = true
	case a.status < 300 || a.status == http.StatusSeeOther && method != "GET": // a page that leads on tells nothing itself
		if rowByRow[pattern] != "" {
			return a
		}
		w.t.Errorf("%s lets %s through (%d) and never asked the door about %s, only about %v", pattern, user, a.status, w.actions[pattern], w.heard)
		w.asked[pattern] = true // told once
	default:
		w.why[pattern] = fmt.Sprintf("%s got %d at %s", user, a.status, path)
		w.why[pattern] = user + " " + path + " answers " + http.StatusText(a.status)
	}
	return a
}

var (
	anchors = regexp.MustCompile(`<a [^>]*href="(/[^"#]*)`)
	sending = regexp.MustCompile(`<form method="post" action="(/[^"]*)"`)
	anID    = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f-]{27}|demo-[a-z-]+`)
)

func (w *asking) patternOf(method, path string) string {
	r, err := http.NewRequest(method, path, nil)
	if err != nil {
		return ""
	}
	_, pattern := w.pages.Handler(r)
	return pattern
}

// meet remembers an address under its pattern; some of each are enough.
func (w *asking) meet(user, method, path string) string {
	pattern := w.patternOf(method, path)
	if pattern != "" && len(w.known[pattern]) < 40 && !slices.Contains(w.known[pattern], path) {
		w.known[pattern] = append(w.known[pattern], path)
	}
	for _, id := range anID.FindAllString(path, -1) {
		if !slices.Contains(w.saw[id], user) {
			w.saw[id] = append(w.saw[id], user)
		}
	}
	return pattern
}

// walk follows the links of one person, a few of each kind, and notes where
// the forms lead.
func (w *asking) walk(user string) {
	seen, of := map[string]bool{}, map[string]int{}
	for queue := []string{"/"}; len(queue) > 0; queue = queue[1:] {
		path := queue[0]
		pattern := w.patternOf("GET", path)
		if seen[path] || pattern == "" || of[pattern] >= 2 {
			continue
		}
		seen[path] = true
		of[pattern]++
		a := w.ask(user, pattern, "GET", path, nil)
		if a.status != http.StatusOK {
			continue
		}
		w.meet(user, "GET", path)
		for _, m := range anchors.FindAllStringSubmatch(a.body, -1) {
			to := html.UnescapeString(m[1])
			queue = append(queue, to)
			w.meet(user, "GET", to)
		}
		for _, m := range sending.FindAllStringSubmatch(a.body, -1) {
			w.meet(user, "POST", html.UnescapeString(m[1]))
		}
		for _, id := range anID.FindAllString(a.body, -1) { // also of what has no address of its own
			if !slices.Contains(w.saw[id], user) {
				w.saw[id] = append(w.saw[id], user)
			}
		}
	}
}

// parts of addresses that are no id of their own, each with one that is there.
var namedParts = strings.NewReplacer("{$}", "", "{what}", "suspend", "{document}", "clocks", "{number}", "1", "{compartment}", "identity")

// addresses gives places where a pattern's thing is: met ones first, else made of
// the ids that were met under the same beginning, pages' or API's.
func (w *asking) addresses(pattern string) []string {
	_, path, _ := strings.Cut(pattern, " ")
	if met := w.known[pattern]; len(met) > 0 {
		return met
	}
	head, _, has := strings.Cut(strings.TrimPrefix(path, "/api/v1"), "{id}")
	var out []string
	add := func(id string) {
		to := namedParts.Replace(strings.Replace(path, "{id}", id, 1))
		if strings.Contains(path, "/compartments/") {
			to += "?purpose=assistance"
		}
		for part := anyPart.FindString(to); part != ""; part = anyPart.FindString(to) {
			to = strings.Replace(to, part, w.of.NewID(), 1) // what lies in it is looked for after the door
		}
		if !slices.Contains(out, to) {
			out = append(out, to)
		}
	}
	if !has {
		add("")
		return out
	}
	for _, other := range w.patterns() {
		_, p, _ := strings.Cut(other, " ")
		if !strings.HasPrefix(strings.TrimPrefix(p, "/api/v1"), head+"{id}") {
			continue
		}
		for _, met := range w.known[other] {
			id, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(met, "/api/v1"), head), "/")
			id, _, _ = strings.Cut(id, "?")
			add(id)
		}
	}
	if len(out) == 0 { // nobody met one: a route that asks before it looks is heard all the same
		add(w.of.NewID())
	}
	return out
}

var anyPart = regexp.MustCompile(`\{[a-z]+\}`)

// patterns gives all, reads first and what ends a thing last.
func (w *asking) patterns() []string {
	var out []string
	for p := range w.actions {
		out = append(out, p)
	}
	rank := func(p string) int {
		switch {
		case strings.HasPrefix(p, "GET"):
			return 0
		case strings.HasPrefix(p, "DELETE"), strings.HasSuffix(p, "erasure"), strings.HasSuffix(p, "close"), strings.HasSuffix(p, "/{what}"),
			strings.HasSuffix(p, "leave"), strings.HasSuffix(p, "take"), strings.HasSuffix(p, "/session/duty"):
			return 2
		}
		return 1
	}
	slices.SortFunc(out, func(a, b string) int {
		if d := rank(a) - rank(b); d != 0 {
			return d
		}
		return strings.Compare(a, b)
	})
	return out
}

// everyone are those who were shown something of the address, then the others.
func (w *asking) everyone(path string) []string {
	var out []string
	for _, id := range anID.FindAllString(path, -1) {
		out = append(out, w.saw[id]...)
	}
	slices.Sort(out)
	out = slices.Compact(out)
	for _, u := range w.users {
		if !slices.Contains(out, u) {
			out = append(out, u)
		}
	}
	return out
}

// rest asks what the walks did not: forms that are sent, calls of the API, and
// pages that nothing leads to, until the route's own action was asked about.
func (w *asking) rest(tries int) {
	for _, pattern := range w.patterns() {
		left := tries
		for _, path := range w.addresses(pattern) {
			method, _, _ := strings.Cut(pattern, " ")
			for _, user := range w.everyone(path) {
				if left--; w.asked[pattern] || left < 0 {
					break
				}
				w.ask(user, pattern, method, path, url.Values{"purpose": {"assistance"}, "compartment": {"identity"}})
			}
		}
	}
}

// rowByRow are the routes that ask about each row that there is, and about
// nothing where there is none.
var rowByRow = map[string]string{
	"GET /api/v1/preview-requests": "each photo that waits is asked about: who may answer hangs on its scene",
	"POST /api/v1/cases/export":    "each case that is handed out is asked about",
	"OPTIONS /api/v1/uploads":      "tells what of the protocol is spoken, the same to everybody",
}

// unheard are the routes whose question no told world hears, because what they
// are about is told in none, or comes in a form that this test cannot write.
// Each is asked about in the table of who gets through to what.
var unheard = map[string]string{
	"GET /certificates/{id}/edit":                   "no certificate is told",
	"GET /exercise/injects/{id}":                    "no page leads to an inject",
	"GET /training/{id}/report":                     "no course is told",
	"GET /training/{id}/test":                       "no course is told",
	"POST /api/v1/exercise/calls":                   "a call names a number of the cast",
	"POST /api/v1/exercise/cards":                   "a card names a place of the cast",
	"POST /api/v1/exercise/deeds":                   "a deed names one of the ledger",
	"POST /api/v1/exercise/felt":                    "what an actor felt is of the vocabulary",
	"POST /api/v1/exercise/free-injects":            "an inject names whom it goes to",
	"POST /api/v1/exercise/freeze":                  "a stop names its reason",
	"POST /api/v1/exercise/injects/{id}":            "no page leads to an inject",
	"POST /api/v1/exercise/stops/{id}/continuation": "no stop is told",
	"POST /api/v1/exercise/treated":                 "how an actor was treated is of the vocabulary",
	"POST /api/v1/exhibits/{id}/digests":            "a list of digests is no JSON",
	"POST /exercise/cards":                          "a card names a place of the cast",
	"POST /exercise/deeds":                          "a deed names one of the ledger",
	"POST /exercise/injects/{id}":                   "no page leads to an inject",
	"POST /files/{id}/derived":                      "a file is no form of words",
	"GET /files/{id}/preview":                       "no preview is told",
	"POST /uploads/{id}/end":                        "no upload is told half done",
	"HEAD /api/v1/uploads/{id}":                     "no upload is told half done",
	"PATCH /api/v1/uploads/{id}":                    "no upload is told half done",
	"DELETE /api/v1/uploads/{id}":                   "no upload is told half done",
	"POST /api/v1/uploads":                          "an upload says its length and name in headers",
}

// Every page and every call asks the door about the action that its route names,
// asked in told worlds where the things are there: with what is absent many never
// come so far. And nobody is let through where it was not asked.
func TestEveryRouteAsksAboutItsOwnAction(t *testing.T) {
	clock := new(demo.Clock)
	told := officetest.OpenKind(t, realm.Demo, func(o *office.Options) { o.Now = clock.Now })
	ok(t, demo.Seed(t.Context(), told.Office, clock, demo.Cases))
	var people []string
	for _, p := range demo.SignIns() {
		people = append(people, p.UserName)
	}
	story := newAsking(t, told.Office, people)

	hours := new(demo.Clock)
	played := officetest.OpenKind(t, realm.Exercise, func(o *office.Options) { o.Now = hours.Now })
	ok(t, demo.Seed(t.Context(), played.Office, hours, 6))
	ok(t, demo.Play(t.Context(), played.Office))
	var cast []string
	for _, p := range demo.PlaySignIns() {
		cast = append(cast, p.UserName)
	}
	play := newAsking(t, played.Office, cast)

	for _, w := range []*asking{story, play} {
		for _, user := range w.users {
			w.walk(user)
		}
		w.rest(40)
	}
	for pattern := range unheard {
		if story.asked[pattern] || play.asked[pattern] {
			t.Errorf("%s is heard by now: take it off the list of those that are not", pattern)
		}
	}
	for _, pattern := range story.patterns() {
		if !story.asked[pattern] && !play.asked[pattern] {
			if unheard[pattern] != "" || rowByRow[pattern] != "" {
				continue
			}
			t.Errorf("%s never asks the door about %s: %s; %s", pattern, story.actions[pattern], story.why[pattern], play.why[pattern])
		}
	}
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
