package accounts

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"rufaa/internal/accounts/dextest"
	"rufaa/internal/problem"
	"rufaa/internal/signon"
	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

const (
	theirPassword = "of the agency, not of Rufaa"
	clientSecret  = "a secret between the agency and Rufaa"
)

// The agency's provider knows more people than Rufaa does.
var theirPeople = []dextest.Person{
	{ID: "u-1", Email: "atieno@haven.example", Name: "HH-17", Password: theirPassword},
	{ID: "u-2", Email: "barasa@haven.example", Name: "HH-18", Password: theirPassword},
	{ID: "u-3", Email: "stranger@haven.example", Name: "HH-99", Password: theirPassword},
}

func onLoopback(o *Options) { o.SignOn = signon.Options{Loopback: true} }

var local = Site{Origin: "http://localhost:8080", Base: "/realm/test"}

func (o *office) withDex(change ...func(*SignOn)) *dextest.Dex {
	o.t.Helper()
	dex := dextest.Start(o.t, dextest.Settings{ClientID: "rufaa", Secret: clientSecret, Redirect: local.SignOnReturn(), People: theirPeople})
	o.ok(o.ServeAt(local))
	s := SignOn{Agency: "haven-house", Issuer: dex.Issuer, ClientID: "rufaa", Secret: clientSecret, Domains: []string{"haven.example"}}
	for _, c := range change {
		c(&s)
	}
	o.ok(o.SetSignOn(o.ctx, admin, s))
	return dex
}

func byNumber(s *SignOn) { s.NumberClaim = "name" }

// through goes to the agency's page and comes back.
func (o *office) through(dex *dextest.Dex, step SignOnStep, email string) (SignedIn, error) {
	o.t.Helper()
	back := dex.SignIn(step.Address, email, theirPassword)
	return o.FinishSignOn(o.ctx, step.Token, back.Query().Get("state"), back.Query().Get("code"), laptop)
}

func (o *office) throughAgency(dex *dextest.Dex, email string) (SignedIn, error) {
	o.t.Helper()
	step, err := o.BeginSignOn(o.ctx, email, laptop)
	o.ok(err)
	return o.through(dex, step, email)
}

func (o *office) inviteNumber(username, number string) Link {
	o.t.Helper()
	link, err := o.Invite(o.ctx, admin, Invitation{Name: "Atieno Test", Username: username, Agency: "haven-house",
		Duties: []Duty{CaseManager}, Number: number, Email: username + "@haven.example"})
	o.ok(err)
	return link
}

// The whole way with a real provider, on both engines.
func TestAnAgencysOwnSignOn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db, onLoopback)
		dex := o.withDex(byNumber)

		// Nobody is let in who was not invited, whatever the provider says.
		_, err := o.throughAgency(dex, "atieno@haven.example")
		o.wants(err, ErrNotLinked)
		_, err = o.BeginSignOn(o.ctx, "atieno@elsewhere.example", laptop)
		o.wants(err, ErrNoSignOn)

		// The invitation is for number 17; number 18 cannot use it.
		link := o.inviteNumber("atieno", "HH-17")
		w, err := o.Invitation(o.ctx, link.Token)
		o.ok(err)
		if !w.SignOn {
			t.Fatalf("the page behind the link shows %+v", w)
		}
		step, err := o.BeginLink(o.ctx, link.Token, "", laptop)
		o.ok(err)
		_, err = o.through(dex, step, "barasa@haven.example")
		o.wants(err, ErrLinkMismatch)
		step, err = o.BeginLink(o.ctx, link.Token, "", laptop)
		o.ok(err)
		in, err := o.through(dex, step, "atieno@haven.example")
		o.ok(err)
		// This provider asserts no second factor, so Rufaa asks for its own.
		if !in.NeedsEnrolment() {
			t.Fatalf("stage %q", in.Stage)
		}
		p := &person{o: o, id: link.Staff, username: "atieno", password: ""}
		p.enrol(in)
		_, err = o.SignIn(o.ctx, "atieno", "", laptop)
		o.wants(err, ErrBadCredentials) // there is no password, and none is not one

		o.pass(time.Minute)
		in, err = o.throughAgency(dex, "atieno@haven.example")
		o.ok(err)
		if !in.NeedsSecondFactor() {
			t.Fatalf("stage %q", in.Stage)
		}
		in, err = o.SecondFactor(o.ctx, in.Token, p.code())
		o.ok(err)
		o.works(in.Token)

		// She leaves. The provider knows her still; Rufaa does not, at once.
		step, err = o.BeginSignOn(o.ctx, "atieno@haven.example", laptop)
		o.ok(err)
		o.ok(o.Leave(o.ctx, admin, p.id))
		o.ended(in.Token, ErrRevoked)
		_, err = o.through(dex, step, "atieno@haven.example")
		o.wants(err, ErrNotLinked)
		linked, err := o.Linked(o.ctx, "haven-house")
		o.ok(err)
		if len(linked) != 0 {
			t.Fatalf("still linked: %v", linked)
		}
		for _, kind := range []string{"account.sign_on_set", "account.sign_on_linked", "account.joined"} {
			if !o.recorded(kind) {
				t.Errorf("no %s was recorded", kind)
			}
		}
	})
}

func TestWhoHasAnAccountIsLinkedByInvitation(t *testing.T) {
	o := sqliteOnly(t, onLoopback)
	dex := o.withDex()
	p := o.join("barasa")
	_, err := o.throughAgency(dex, "barasa@haven.example")
	o.wants(err, ErrNotLinked) // the same address is not a link
	o.ok(o.SetDetails(o.ctx, admin, p.id, Details{Name: "Barasa Test", Email: "Barasa@haven.example"}))
	link, err := o.InviteToSignOn(o.ctx, admin, p.id)
	o.ok(err)
	_, err = o.Accept(o.ctx, link.Token, "another strong password of hers", laptop)
	o.wants(err, ErrInvitation) // it sets no password
	// Whoever made the invitation and runs the sign-on is not in by that.
	_, err = o.BeginLink(o.ctx, link.Token, "", laptop)
	o.wants(err, ErrLinkSignIn)
	_, err = o.BeginLink(o.ctx, link.Token, o.join("somebody").token, laptop)
	o.wants(err, ErrLinkSignIn)
	step, err := o.BeginLink(o.ctx, link.Token, p.token, laptop)
	o.ok(err)
	o.pass(time.Minute)
	in, err := o.through(dex, step, "barasa@haven.example")
	o.ok(err)
	if !in.NeedsSecondFactor() {
		t.Fatalf("stage %q", in.Stage)
	}
	_, err = o.BeginLink(o.ctx, link.Token, "", laptop)
	o.wants(err, ErrInvitationUsed)
	p.mustSignIn() // the password goes on

	o.ok(o.Suspend(o.ctx, admin, p.id))
	_, err = o.throughAgency(dex, "barasa@haven.example")
	o.wants(err, ErrNotLinked)
	o.ok(o.Resume(o.ctx, admin, p.id))
	// Another address at the provider, or another one here: not meant any more.
	o.ok(o.SetDetails(o.ctx, admin, p.id, Details{Name: "Barasa Test", Email: "other@haven.example"}))
	_, err = o.throughAgency(dex, "barasa@haven.example")
	o.wants(err, ErrNotLinked)
	o.ok(o.StopSignOn(o.ctx, admin, "haven-house"))
	_, err = o.BeginSignOn(o.ctx, "barasa@haven.example", laptop)
	o.wants(err, ErrNoSignOn)
	p.mustSignIn()
}

func TestAStepThroughTheAgencyIsTakenOnceByWhoBeganIt(t *testing.T) {
	o := sqliteOnly(t, onLoopback)
	dex := o.withDex()
	begin := func() (SignOnStep, url.Values) {
		step, err := o.BeginSignOn(o.ctx, "atieno@haven.example", laptop)
		o.ok(err)
		return step, dex.SignIn(step.Address, "atieno@haven.example", theirPassword).Query()
	}
	mine, back := begin()
	theirs, other := begin()
	// Somebody else's answer in this browser, which is how one is signed in as
	// another person without noticing.
	_, err := o.FinishSignOn(o.ctx, mine.Token, other.Get("state"), other.Get("code"), laptop)
	o.wants(err, ErrStepGone)
	_, err = o.FinishSignOn(o.ctx, mine.Token, back.Get("state"), back.Get("code"), laptop)
	o.wants(err, ErrStepGone) // used up by the attempt
	// A code with the right state but of another attempt: PKCE and nonce.
	_, err = o.FinishSignOn(o.ctx, theirs.Token, other.Get("state"), back.Get("code"), laptop)
	o.wants(err, ErrSignOnRefused)
	late, back := begin()
	o.pass(ceremonyTime)
	_, err = o.FinishSignOn(o.ctx, late.Token, back.Get("state"), back.Get("code"), laptop)
	o.wants(err, ErrStepGone)

	// Nothing of a step can be read from the store.
	var data string
	step, _ := begin()
	o.ok(o.db.QueryRow(o.ctx, `SELECT data FROM ceremonies WHERE expires_at > $1`, millis(o.now())).Scan(&data))
	f := o.flow(step.Token, nil)
	for _, secret := range []string{f.State, f.Nonce, f.Verifier, step.Token} {
		if strings.Contains(data, secret) {
			t.Errorf("the store holds %s", data)
		}
	}
	u, err := url.Parse(step.Address)
	o.ok(err)
	for name, want := range map[string]string{"response_type": "code", "code_challenge_method": "S256", "redirect_uri": local.SignOnReturn()} {
		if got := u.Query().Get(name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	if strings.Contains(step.Address, f.Verifier) || strings.Contains(step.Address, url.QueryEscape(clientSecret)) {
		t.Error("a secret stands in the address")
	}
}

func TestASignOnThatDoesNotAnswerIsSaidSo(t *testing.T) {
	o := sqliteOnly(t, onLoopback)
	dex := o.withDex()
	p := o.join("barasa")
	step, err := o.BeginSignOn(o.ctx, "barasa@haven.example", laptop)
	o.ok(err)
	back := dex.SignIn(step.Address, "barasa@haven.example", theirPassword).Query()
	dex.Stop()
	_, err = o.FinishSignOn(o.ctx, step.Token, back.Get("state"), back.Get("code"), laptop)
	o.wants(err, ErrSignOnUnreachable)
	o.sso.Forget(dex.Issuer)
	_, err = o.BeginSignOn(o.ctx, "barasa@haven.example", laptop)
	o.wants(err, ErrSignOnUnreachable)
	p.mustSignIn()
	s, err := o.SignOn(o.ctx, "haven-house")
	o.ok(err)
	s.Secret = clientSecret
	o.wants(o.SetSignOn(o.ctx, admin, s), ErrSignOnUnreachable)
}

func TestWhatAnAdministratorEntersOfASignOn(t *testing.T) {
	o := sqliteOnly(t, onLoopback)
	dex := o.withDex()
	good := SignOn{Agency: "lake-station", Issuer: dex.Issuer, ClientID: "rufaa", Secret: clientSecret, Domains: []string{"lake.example"}}
	for field, spoil := range map[string]func(*SignOn){
		"issuer": func(s *SignOn) { s.Issuer = "ftp://haven.example" }, "client_id": func(s *SignOn) { s.ClientID = "" },
		"secret": func(s *SignOn) { s.Secret = "" }, "domains": func(s *SignOn) { s.Domains = []string{"haven.example"} },
		"factors":      func(s *SignOn) { s.Factors = []string{"mfa", "pwd"} },
		"number_claim": func(s *SignOn) { s.NumberClaim = "staff number" },
	} {
		s := good
		spoil(&s)
		var bad *problem.Invalid
		if err := o.SetSignOn(o.ctx, admin, s); !errors.As(err, &bad) || bad.Fields[0].Name != field {
			t.Errorf("%s: got %v", field, err)
		}
	}
	o.ok(o.SetSignOn(o.ctx, admin, good))
	good.Secret = "" // the one that stands is kept
	o.ok(o.SetSignOn(o.ctx, admin, good))
	got, err := o.SignOn(o.ctx, "lake-station")
	o.ok(err)
	if got.Secret != "" || !got.Active || got.Issuer != dex.Issuer {
		t.Fatalf("%+v", got)
	}
	var sealed string
	o.ok(o.db.QueryRow(o.ctx, `SELECT secret_sealed FROM sign_ons WHERE agency = 'lake-station'`).Scan(&sealed))
	if strings.Contains(sealed, clientSecret) {
		t.Error("the secret is kept in the clear")
	}
}

// What the provider asserts of a second factor, without Dex, which asserts
// nothing of the kind.
func TestWhatProvesASecondFactor(t *testing.T) {
	a := signon.Assertion{ACR: "urn:agency:two", AMR: []string{"pwd", "otp"}}
	for _, c := range []struct {
		want    bool
		factors []string
	}{{true, []string{"otp"}}, {true, []string{"urn:agency:two"}}, {true, []string{"hwk", "otp"}}, {false, []string{"mfa"}}, {false, nil}} {
		if got := a.Proves(c.factors); got != c.want {
			t.Errorf("%v: %v", c.factors, got)
		}
	}
	if (signon.Assertion{}).Proves([]string{""}) {
		t.Error("nothing is asserted and proves something")
	}
}

// Where a sign-on may not be.
func TestAnIssuerCannotLeadElsewhere(t *testing.T) {
	ctx := context.Background()
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, "/long"):
			w.Write([]byte(strings.Repeat(" ", 1<<20)))
		case strings.HasPrefix(r.URL.Path, "/away"):
			http.Redirect(w, r, "/long", http.StatusFound)
		default:
			http.Error(w, "<html>a page with much on it", http.StatusNotFound)
		}
	}))
	defer srv.Close()
	open, shut := signon.New(signon.Options{Loopback: true}), signon.New(signon.Options{})
	for _, c := range []struct {
		client *signon.Client
		issuer string
		why    string
	}{
		{shut, srv.URL, "only https"}, {shut, "https://127.0.0.1:1", "not a public one"}, {shut, "https://169.254.169.254", "not a public one"},
		{shut, "https://10.0.0.1", "not a public one"}, {shut, "https://[::1]:1", "not a public one"}, {shut, "https://[::ffff:10.0.0.1]", "not a public one"},
		{shut, "https://100.64.0.1", "not a public one"}, {shut, "file:///etc/passwd", "web"}, {shut, "https://me@haven.example", "web"},
		{open, "http://192.0.2.1", "only https"}, {open, srv.URL, "404"}, {open, srv.URL + "/long", "longer than"}, {open, srv.URL + "/away", "not followed"},
	} {
		err := c.client.Check(ctx, c.issuer)
		if !errors.Is(err, signon.ErrUnreachable) || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s: %v", c.issuer, err)
		}
		if err != nil && strings.Contains(err.Error(), "<html>") {
			t.Errorf("the provider's page stands in the error: %v", err)
		}
	}
}
