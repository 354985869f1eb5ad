package api

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"rufaa/internal/accounts"
	"rufaa/internal/office"
	"rufaa/internal/realm"
	"rufaa/internal/store/storetest"
)

// world is one realm with fictional agencies and staff, served over HTTP.
type world struct {
	t   testing.TB
	of  *office.Office
	url string
	// now moves the realm's clock; set it between requests only.
	now time.Time
	log *bytes.Buffer
	ids map[string]string // user name -> id
	// tokens are the sessions of those who signed in.
	tokens map[string]string
}

const password = "karibu sana wote"

var people = []struct{ user, name, agency, duties string }{
	{"officer", "Amina Zuberi (fictional)", "test-police", "first_responder"},
	{"manager", "Wanjiku Leso (fictional)", "test-care", "case_manager"},
	{"manager2", "Njeri Taabu (fictional)", "test-care", "case_manager"},
	{"counsellor", "Mumbi Pole (fictional)", "test-care", "counsellor"},
	{"shelter", "Salma Mwezi (fictional)", "test-shelter", "shelter_manager"},
	{"investigator", "Kiprono Saa (fictional)", "test-dci", "investigator"},
	{"dpo", "Nafula Linda (fictional)", "test-secretariat", "data_protection_officer"},
	{"secretary", "Omondi Habari (fictional)", "test-secretariat", "secretariat"},
	{"admin", "Cherono Fungua (fictional)", "test-care", "administrator"},
	{"rulekeeper", "Akinyi Sheria (fictional)", "ctip-secretariat", "administrator"},
	{"rulekeeper2", "Mutiso Pili (fictional)", "ctip-secretariat", "administrator"},
	{"two", "Baraka Mbili (fictional)", "test-care", "case_manager counsellor"},
}

var testAgencies = []accounts.Agency{
	{ID: "test-police", Name: "Mto Police Station (fictional)", Kind: "police", County: "mombasa"},
	{ID: "test-care", Name: "Tumaini Test Care (fictional)", Kind: "ngo", County: "nairobi-city"},
	{ID: "test-shelter", Name: "Nyota Test Shelter (fictional)", Kind: "shelter", County: "nairobi-city"},
	{ID: "test-dci", Name: "Test Investigation Unit (fictional)", Kind: "police", County: "nairobi-city"},
	{ID: "test-secretariat", Name: "Test Secretariat (fictional)", Kind: "secretariat", County: "nairobi-city"},
}

// onEach tells a story on both engines.
func onEach(t *testing.T, story func(t *testing.T, w *world)) {
	t.Run("sqlite", func(t *testing.T) { story(t, newWorld(t)) })
	t.Run("postgres", func(t *testing.T) { story(t, worldOn(t, storetest.PostgresURL(t))) })
}

func newWorld(t testing.TB) *world { return worldOn(t, "") }

// worldOn opens the realm on PostgreSQL by url, or on SQLite.
func worldOn(t testing.TB, url string) *world {
	t.Helper()
	return worldOf(t, url, realm.Demo)
}

func worldOf(t testing.TB, url string, kind realm.Kind) *world {
	t.Helper()
	w := &world{t: t, now: time.Now(), log: &bytes.Buffer{}, tokens: map[string]string{}, ids: map[string]string{}}
	ctx := context.Background()
	of, err := office.Create(ctx, office.Options{
		Data: t.TempDir(), Realm: realmName(t, url), URL: url, Now: func() time.Time { return w.now },
		Log:      slog.New(slog.NewTextHandler(w.log, nil)),
		Accounts: accounts.Settings{Hash: accounts.HashParams{MemoryKiB: 64, Passes: 1, Lanes: 1}},
	}, kind)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { of.Close() })
	w.of = of
	for _, g := range testAgencies {
		if err := of.Accounts.AddAgency(ctx, accounts.System, g); err != nil {
			t.Fatal(err)
		}
	}
	if err := of.ReloadAgencies(ctx); err != nil {
		t.Fatal(err)
	}
	var staff []accounts.DemoStaff
	for _, p := range people {
		staff = append(staff, accounts.DemoStaff{Username: p.user, Name: p.name, Agency: p.agency, Duties: duties(strings.Fields(p.duties)), Language: "en"})
	}
	hash, err := of.Accounts.HashPassword(ctx, password)
	if err != nil {
		t.Fatal(err)
	}
	ids, err := of.Accounts.AddDemoStaff(ctx, staff, hash)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range people {
		w.ids[p.user] = ids[i]
	}
	srv := httptest.NewServer(New(of, ""))
	t.Cleanup(srv.Close)
	w.url = srv.URL
	return w
}

// realmName is a name of its own on PostgreSQL, where a realm is a schema of a
// cluster that the tests share.
func realmName(t testing.TB, url string) string {
	if url == "" {
		return "demo"
	}
	return "api-" + strings.ToLower(rand.Text()[:12])
}

// reply is an answer read to its end.
type reply struct {
	t       testing.TB
	what    string
	status  int
	header  http.Header
	raw     []byte
	decoded map[string]any
}

// send makes one request as somebody; "" is nobody. The body is JSON text, a
// value to encode, or nil. Headers are name, value, …
func (w *world) send(user, method, path string, body any, header ...string) *reply {
	w.t.Helper()
	var r io.Reader
	switch b := body.(type) {
	case nil:
	case string:
		r = strings.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			w.t.Fatal(err)
		}
		r = bytes.NewReader(raw)
	}
	if !strings.HasPrefix(path, "/api/") {
		path = root + path
	}
	req, err := http.NewRequest(method, w.url+path, r)
	if err != nil {
		w.t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	if user != "" {
		req.Header.Set("Authorization", "Bearer "+w.token(user))
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	out := &reply{t: w.t, what: user + " " + method + " " + path, status: resp.StatusCode, header: resp.Header}
	if out.raw, err = io.ReadAll(resp.Body); err != nil {
		w.t.Fatal(err)
	}
	if kind := out.header.Get("Content-Type"); len(out.raw) > 0 && kind != zipType && kind != "application/pdf" {
		if err := json.Unmarshal(out.raw, &out.decoded); err != nil {
			w.t.Fatalf("%s: not JSON: %q", out.what, out.raw)
		}
	}
	return out
}

func (w *world) token(user string) string {
	w.t.Helper()
	if t, ok := w.tokens[user]; ok {
		return t
	}
	r := w.send("", "POST", "/session", map[string]any{"username": user, "password": password}).is(201)
	w.tokens[user] = r.text("token")
	return w.tokens[user]
}

func (w *world) post(user, path string, body any, header ...string) *reply {
	w.t.Helper()
	return w.send(user, "POST", path, body, header...)
}

func (w *world) get(user, path string, header ...string) *reply {
	w.t.Helper()
	return w.send(user, "GET", path, nil, header...)
}

func (r *reply) is(status int) *reply {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("%s: status %d, want %d: %s", r.what, r.status, status, r.raw)
	}
	if status >= 400 && r.header.Get("Content-Type") != problemType {
		r.t.Fatalf("%s: a problem of type %q", r.what, r.header.Get("Content-Type"))
	}
	return r
}

// rule wants a refusal or denial by a rule that the content tells of.
func (r *reply) rule(status int, id string) *reply {
	r.t.Helper()
	r.is(status)
	rule, _ := r.decoded["rule"].(map[string]any)
	if rule == nil || rule["id"] != id {
		r.t.Fatalf("%s: rule %v, want %s", r.what, rule, id)
	}
	for _, part := range []string{"title", "why", "remedy", "source"} {
		if s, _ := rule[part].(string); s == "" || strings.ContainsAny(s, "{⟦") {
			r.t.Errorf("%s: rule %s has the %s %q", r.what, id, part, s)
		}
	}
	return r
}

// wrong wants 422 with these fields.
func (r *reply) wrong(fields ...string) *reply {
	r.t.Helper()
	r.is(422)
	got := map[string]bool{}
	list, _ := r.decoded["errors"].([]any)
	for _, e := range list {
		m := e.(map[string]any)
		got[m["field"].(string)] = true
		if s := m["message"].(string); s == "" || strings.ContainsAny(s, "{⟦") {
			r.t.Errorf("%s: field %v says %q", r.what, m["field"], s)
		}
	}
	for _, f := range fields {
		if !got[f] {
			r.t.Fatalf("%s: nothing said of %q: %s", r.what, f, r.raw)
		}
	}
	return r
}

func (r *reply) text(name string) string {
	s, _ := r.decoded[name].(string)
	return s
}

func (r *reply) list(name string) []map[string]any {
	r.t.Helper()
	list, _ := r.decoded[name].([]any)
	out := make([]map[string]any, len(list))
	for i, x := range list {
		out[i] = x.(map[string]any)
	}
	return out
}

// last is a field of the last entry of a list.
func (r *reply) last(list, field string) string {
	r.t.Helper()
	rows := r.list(list)
	if len(rows) == 0 {
		r.t.Fatalf("%s: no %s: %s", r.what, list, r.raw)
	}
	s, _ := rows[len(rows)-1][field].(string)
	return s
}
