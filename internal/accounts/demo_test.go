package accounts

import (
	"testing"
	"time"

	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

func TestDemonstrationStaffBelongInADemonstration(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		demo := open(t, db, func(op *Options) { op.Demo = true })
		hash, err := demo.HashPassword(demo.ctx, "demo")
		demo.ok(err)
		hashes := demo.hasher.calls.Load()
		ids, err := demo.AddDemoStaff(demo.ctx, []DemoStaff{
			{ID: "demo-1", Username: "wanjiku", Name: "Wanjiku (fictional)", Agency: "haven-house", Duties: []Duty{CaseManager}},
			{Username: "juma", Name: "Juma (fictional)", Agency: "lake-station", Duties: []Duty{FirstResponder}, Language: "sw"},
		}, hash)
		demo.ok(err)
		if ids[0] != "demo-1" || ids[1] == "" || demo.hasher.calls.Load() != hashes {
			t.Fatalf("ids %v, %d hashes", ids, demo.hasher.calls.Load()-hashes)
		}
		in, err := demo.SignIn(demo.ctx, "wanjiku", "demo", Client{Kind: API})
		demo.ok(err)
		if who := demo.works(in.Token); in.Stage != Full || !who.Demo || who.Duty != CaseManager || who.ID != "demo-1" {
			t.Fatalf("signed in %+v as %+v", in, who)
		}
		demo.wants(demo.ChangePassword(demo.ctx, demo.works(in.Token), "demo", strong), ErrWrongState)
		demo.wants(demo.ResetSecondFactor(demo.ctx, admin, "demo-1"), ErrWrongState)
		_, err = demo.ResetPassword(demo.ctx, admin, "demo-1")
		demo.wants(err, ErrWrongState)
		// All or none.
		_, err = demo.AddDemoStaff(demo.ctx, []DemoStaff{
			{Username: "halima", Name: "Halima (fictional)", Agency: "haven-house", Duties: []Duty{Guardian}},
			{Username: "juma", Name: "Juma (fictional)", Agency: "haven-house", Duties: []Duty{Guardian}},
		}, hash)
		demo.wants(err, ErrUsernameTaken)
		if _, err := demo.StaffByUsername(demo.ctx, "halima"); err == nil {
			t.Error("half of a list was added")
		}

		// The same store opened for real use lets nobody of them in.
		real := open(t, db)
		_, err = real.SignIn(real.ctx, "wanjiku", "demo", Client{})
		real.wants(err, ErrBadCredentials)
		real.ended(in.Token, ErrNoSession)
		has, err := real.HasDemoStaff(real.ctx)
		real.ok(err)
		if !has {
			t.Error("demonstration staff were not noticed")
		}
		_, err = real.AddDemoStaff(real.ctx, nil, hash)
		real.wants(err, ErrNotDemo)
	})
}

func TestListsOfStaff(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		a := o.join("atieno", CaseManager, Counsellor)
		b := o.join("barasa", Counsellor)
		c := o.join("chebet", Guardian)
		o.ok(o.Leave(o.ctx, admin, a.id))
		all, err := o.StaffOf(o.ctx, "haven-house")
		o.ok(err)
		if len(all) != 3 || all[2].ID != a.id || all[2].State != Left {
			t.Fatalf("staff %+v", all)
		}
		who, err := o.Colleagues(o.ctx, "haven-house", Counsellor)
		o.ok(err)
		if len(who) != 1 || who[0].ID != b.id {
			t.Fatalf("counsellors %+v", who)
		}
		ids := []string{a.id, b.id, c.id, b.id, "nobody"}
		for range 20 {
			ids = append(ids, o.newID())
		}
		found, err := o.Lookup(o.ctx, ids...)
		o.ok(err)
		if len(found) != 3 || found[c.id].Username != "chebet" {
			t.Fatalf("found %+v", found)
		}
		if none, err := o.Lookup(o.ctx); err != nil || len(none) != 0 {
			t.Fatalf("found %v, %v", none, err)
		}
		o.pass(time.Minute)
		in := b.mustSignIn()
		o.ok(o.SetLanguage(o.ctx, o.works(in.Token), "en"))
		if got := o.works(in.Token).Language; got != "en" {
			t.Errorf("spoken to in %q", got)
		}
	})
}
