package web_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"rufaa/internal/accounts"
	"rufaa/internal/api"
	"rufaa/internal/casefile"
	"rufaa/internal/office"
	"rufaa/internal/office/officetest"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/referral"
	"rufaa/internal/store"
	"rufaa/internal/web"
)

const (
	password = "karibu sana wote"
	mine     = "proof-mine"
	theirs   = "proof-theirs"
)

var duties = []string{"first_responder", "case_manager", "counsellor", "shelter_manager", "investigator", "prosecutor",
	"immigration_officer", "guardian", "interpreter", "supervisor", "secretariat", "data_protection_officer", "administrator"}

// canaries are planted in what is sealed. No two share a word.
var canaries = map[string]string{
	"identity": "Zawadikanari", "whereabouts": "Mtaakanari", "account": "Simulizikanari", "care": "Uguzikanari",
}

// world is one realm served as the program serves it, with one member of staff
// for each duty in the agency "mine", and a case manager in another.
type world struct {
	*officetest.World
	t     *testing.T
	url   string
	staff map[string]realm.Actor // duty -> actor of mine; "other" is theirs
	token map[string]string      // by the same names
}

// mounted serves realms as the program does: the first at the root.
func mounted(offices ...*office.Office) http.Handler {
	mux := http.NewServeMux()
	for i, of := range offices {
		base := ""
		if i > 0 {
			base = "/realm/" + of.Name
		}
		mux.Handle(base+"/api/", http.StripPrefix(base, api.New(of, base)))
		mux.Handle(base+"/", http.StripPrefix(base, web.New(of, web.Options{Base: base})))
	}
	return mux
}

// onEach tells a story on both engines.
func onEach(t *testing.T, story func(t *testing.T, w *world)) {
	for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(engine), func(t *testing.T) { story(t, newWorld(t, engine)) })
	}
}

func newWorld(t *testing.T, engine store.Engine) *world {
	t.Helper()
	w := &world{World: officetest.Open(t, engine), t: t, staff: map[string]realm.Actor{}, token: map[string]string{}}
	srv := httptest.NewServer(mounted(w.Office))
	t.Cleanup(srv.Close)
	w.url = srv.URL
	enrol(t, w.Office, w.staff)
	for name := range w.staff {
		w.token[name] = signIn(t, w.url, "proof-"+strings.ReplaceAll(name, "_", "-"), password)
	}
	return w
}

func enrol(t *testing.T, of *office.Office, into map[string]realm.Actor) {
	t.Helper()
	ctx := context.Background()
	for _, id := range []string{mine, theirs} {
		if err := of.Accounts.AddAgency(ctx, accounts.System, accounts.Agency{ID: id, Name: id + " (fictional)", Kind: "ngo", County: "nairobi-city"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := of.ReloadAgencies(ctx); err != nil {
		t.Fatal(err)
	}
	hash, err := of.Accounts.HashPassword(ctx, password)
	if err != nil {
		t.Fatal(err)
	}
	var list []accounts.DemoStaff
	for _, d := range append([]string{"other"}, duties...) {
		s := accounts.DemoStaff{Username: "proof-" + strings.ReplaceAll(d, "_", "-"), Name: "Proof " + d + " (fictional)", Agency: mine, Duties: []accounts.Duty{accounts.Duty(d)}, Language: "en"}
		if d == "other" {
			s.Agency, s.Duties = theirs, []accounts.Duty{"case_manager"}
		}
		list = append(list, s)
	}
	ids, err := of.Accounts.AddDemoStaff(ctx, list, hash)
	if err != nil {
		t.Fatal(err)
	}
	for i, s := range list {
		name := strings.ReplaceAll(strings.TrimPrefix(s.Username, "proof-"), "-", "_")
		into[name] = realm.Actor{Principal: policy.Principal{Staff: ids[i], Agency: s.Agency, Duty: string(s.Duties[0])}, Language: "en"}
	}
}

// browser follows nothing: a redirect is an answer.
var browser = &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

func signIn(t *testing.T, base, user, pass string) string {
	t.Helper()
	r, err := browser.PostForm(base+"/sign-in", url.Values{"username": {user}, "password": {pass}})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	for _, c := range r.Cookies() {
		if c.Name == "rufaa" && c.Value != "" {
			return c.Value
		}
	}
	text, _ := io.ReadAll(r.Body)
	t.Fatalf("%s did not get in: %d %.300s", user, r.StatusCode, text)
	return ""
}

// answer is one reply, read.
type answer struct {
	status int
	header http.Header
	body   string
}

// ask sends one request with a session as cookie (pages) or bearer (API).
func ask(t *testing.T, base, token, method, path string, form url.Values) answer {
	t.Helper()
	calls := strings.Contains(path, "/api/")
	var body io.Reader
	if method != http.MethodGet {
		body = strings.NewReader(form.Encode())
		if calls {
			body = strings.NewReader("{}")
		}
	}
	req, err := http.NewRequest(method, base+path, body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Language", "en")
	switch {
	case calls:
		req.Header.Set("Content-Type", "application/json")
		req.Header.Set("Authorization", "Bearer "+token)
	default:
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Cookie", "rufaa="+token)
	}
	resp, err := browser.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(raw)}
}

// raise makes a case of the holder with a canary in each compartment.
func (w *world) raise(holder string) string {
	w.t.Helper()
	years := 24
	rc, err := w.Cases.Raise(context.Background(), w.staff["other"], casefile.Order{}, &casefile.Alert{
		Holder: holder, County: "mombasa", Place: canaries["whereabouts"] + " house", Account: canaries["account"] + " told",
		Person: casefile.PersonFacts{Name: canaries["identity"] + " Fiktivo", Age: &years, Minor: "no", Sex: "female", Language: "sw"}})
	if err != nil {
		w.t.Fatal(err)
	}
	return rc.ID
}

func (w *world) do(who, id string, cmd casefile.Command) error {
	_, err := w.Cases.Do(context.Background(), w.staff[who], id, casefile.Order{}, cmd)
	return err
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

// cared raises a case, lets its manager take it and hears what she wants.
func (w *world) cared(holder, manager string) string {
	w.t.Helper()
	id := w.raise(holder)
	w.must(w.do(manager, id, &casefile.Take{}))
	w.must(w.do(manager, id, &casefile.AssessNeeds{Wishes: canaries["care"] + " wish", Needs: []casefile.NeedFact{{Service: "shelter", Urgency: "urgent"}}}))
	return id
}

// standing is a situation: how a duty of mine stands to a case.
type standing struct {
	name string
	make func(w *world, duty string) (caseID, referralID string)
}

var standings = []standing{
	{"own case", func(w *world, duty string) (string, string) {
		id := w.cared(mine, "case_manager")
		w.join("case_manager", id, duty)
		return id, w.refer("case_manager", id, theirs)
	}},
	{"partner, agreed", partner},
	{"partner, withdrawn", func(w *world, duty string) (string, string) {
		id, ref := partner(w, duty)
		s, err := w.Cases.Load(context.Background(), id)
		w.must(err)
		for _, k := range s.Consents {
			w.must(w.do("other", id, &casefile.Withdraw{Consent: k.ID}))
		}
		return id, ref
	}},
	{"waiting alert", func(w *world, _ string) (string, string) { return w.raise(mine), "" }},
	{"break-glass", func(w *world, duty string) (string, string) {
		id := w.cared(theirs, "other")
		s, err := w.Cases.Load(context.Background(), id)
		w.must(err)
		_, err = w.Cases.BreakGlass(context.Background(), w.staff[duty], casefile.Order{}, &casefile.Break{
			Ref: s.Ref, Compartments: []string{"identity", "account"}, Reason: "She is unconscious and must be known now."})
		if err != nil { // the duty may not: then this is another agency's case
			return id, w.refer("other", id, mine+"-none")
		}
		return id, ""
	}},
	{"other agency's case", func(w *world, _ string) (string, string) {
		id := w.cared(theirs, "other")
		return id, w.refer("other", id, theirs)
	}},
}

func partner(w *world, duty string) (string, string) {
	id := w.cared(theirs, "other")
	ref := w.refer("other", id, mine)
	if _, err := w.Referrals.Answer(context.Background(), w.staff[duty], ref, casefile.Order{}, &referral.Answer{Accept: true}); err != nil {
		_, err := w.Referrals.Answer(context.Background(), w.staff["counsellor"], ref, casefile.Order{}, &referral.Answer{Accept: true})
		w.must(err)
		w.join("counsellor", id, duty)
	}
	return id, ref
}

// join brings a duty of mine onto the team, where the rules let it.
func (w *world) join(by, id, duty string) {
	if by != duty {
		_ = w.do(by, id, &casefile.Join{Staff: w.staff[duty].Staff, Duty: duty})
	}
}

// refer sends a referral with her consent; to an agency that is not there it
// sends none.
func (w *world) refer(manager, id, to string) string {
	w.t.Helper()
	if !w.AgencyExists(to) || w.staff[manager].Agency == to {
		return ""
	}
	for _, purpose := range []string{"assistance", "investigation", "prosecution", "immigration"} {
		k := &casefile.Ask{Given: true, Purposes: []string{purpose}, Agency: to, Compartments: []string{"identity", "whereabouts", "account", "care"}, How: "spoken", GivenBy: "person"}
		k.Language, k.Interpreting = "sw", "not-needed"
		w.must(w.do(manager, id, k))
	}
	s, err := w.Cases.Load(context.Background(), id)
	w.must(err)
	o := &referral.Offer{To: to, Purpose: "assistance", Urgency: "urgent", Needs: []string{s.Needs[0].ID}, Compartments: []string{"identity", "care"}}
	shown, err := w.Referrals.Preview(context.Background(), w.staff[manager], id, o)
	w.must(err)
	o.Preview = shown.Code
	rc, err := w.Referrals.Send(context.Background(), w.staff[manager], id, casefile.Order{}, o)
	w.must(err)
	return rc.ID
}
