package accounts

import (
	"testing"
	"time"

	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

const year = 365 * 24 * time.Hour

func promised(o *Options) { o.Conduct = Conduct{Version: "2026-1", Renew: year} }

func TestTheCodeOfConductIsAcceptedBeforeAnything(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		o := open(t, db, promised)
		p, link := o.invite("atieno")
		in, err := o.Accept(o.ctx, link.Token, p.password, laptop)
		o.ok(err)
		e, err := o.Enrolment(o.ctx, in.Token)
		o.ok(err)
		p.secret = e.Secret
		in, _, err = o.ConfirmSecondFactor(o.ctx, in.Token, p.code())
		o.ok(err)
		if !in.NeedsPromise() {
			t.Fatalf("stage %q", in.Stage)
		}
		o.ended(in.Token, ErrConductNeeded)
		_, err = o.AcceptConduct(o.ctx, in.Token, "2025-1")
		o.wants(err, ErrConductChanged)
		full, err := o.AcceptConduct(o.ctx, in.Token, "2026-1")
		o.ok(err)
		o.works(full.Token)
		o.ended(in.Token, ErrNoSession)
		_, err = o.AcceptConduct(o.ctx, full.Token, "2026-1")
		o.wants(err, ErrWrongState)
		s, err := o.Staff(o.ctx, p.id)
		o.ok(err)
		if s.ConductVersion != "2026-1" || !s.ConductAt.Equal(o.now()) || !o.ConductStands(s) {
			t.Fatalf("%+v", s)
		}
		var version string
		for _, e := range o.events {
			if e.kind == "account.conduct_accepted" && e.subject == p.id {
				version = e.detail["version"]
			}
		}
		if version != "2026-1" {
			t.Errorf("recorded %q", version)
		}

		// Not again for twelve months; then again; and again for a new version.
		o.pass(year - time.Hour)
		if in := p.mustSignIn(); in.NeedsPromise() {
			t.Fatal("asked too early")
		}
		o.pass(time.Hour)
		in = p.mustSignIn()
		if !in.NeedsPromise() {
			t.Fatal("not asked after twelve months")
		}
		_, err = o.AcceptConduct(o.ctx, in.Token, "2026-1")
		o.ok(err)
		o.Accounts.o.Conduct.Version = "2027-1"
		if in := p.mustSignIn(); !in.NeedsPromise() {
			t.Fatal("a new version is not asked")
		}
	})
}

func TestDemonstrationStaffHavePromised(t *testing.T) {
	o := sqliteOnly(t, promised, func(o *Options) { o.Demo = true })
	hash, err := o.HashPassword(o.ctx, strong)
	o.ok(err)
	ids, err := o.AddDemoStaff(o.ctx, []DemoStaff{{Username: "demo.one", Name: "Demo One", Agency: "haven-house", Duties: []Duty{CaseManager}}}, hash)
	o.ok(err)
	s, err := o.Staff(o.ctx, ids[0])
	o.ok(err)
	if !o.ConductStands(s) {
		t.Fatalf("%+v", s)
	}
	o.pass(2 * year) // an old demonstration still opens with its printed words
	in, err := o.SignIn(o.ctx, "demo.one", strong, laptop)
	o.ok(err)
	if in.Stage != Full {
		t.Fatalf("stage %q", in.Stage)
	}
}
