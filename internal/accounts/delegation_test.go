package accounts

import (
	"errors"
	"slices"
	"testing"

	"rufaa/internal/problem"
)

func TestTheLastAdministratorNamesASuccessor(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		boss := o.join("boss", Administrator, CaseManager)
		heir := o.join("heir", CaseManager)
		other := Principal{ID: "admin-elsewhere", Agency: "lake-station", Duty: Administrator}

		o.wants(o.Leave(o.ctx, admin, boss.id), ErrLastAdministrator)
		o.wants(o.SetDuties(o.ctx, admin, boss.id, []Duty{CaseManager}), ErrLastAdministrator)
		_, err := o.ChooseDuty(o.ctx, boss.token, Administrator)
		o.ok(err)
		me := o.works(boss.token)
		o.wants(o.HandOver(o.ctx, me, boss.id), ErrOnSelf)
		o.wants(o.HandOver(o.ctx, other, heir.id), problem.ErrNotFound)
		o.wants(o.HandOver(o.ctx, o.works(heir.token), boss.id), ErrWrongState)
		o.ok(o.HandOver(o.ctx, me, heir.id))
		if who := o.works(boss.token); slices.Contains(who.Duties, Administrator) || who.Duty == Administrator {
			t.Fatalf("the predecessor still administers: %+v", who)
		}
		if who := o.works(heir.token); !slices.Contains(who.Duties, Administrator) || !slices.Contains(who.Duties, CaseManager) {
			t.Fatalf("the successor: %+v", who)
		}
		o.ok(o.Leave(o.ctx, admin, boss.id))
		o.wants(o.Leave(o.ctx, admin, heir.id), ErrLastAdministrator)
		o.ok(o.Suspend(o.ctx, admin, heir.id)) // a stolen account is shut all the same
		if !o.recorded("account.administration_handed_over") {
			t.Error("nothing was recorded")
		}
	})
}

func TestWhoIsOnlyAdministratorStaysOneUntilTheSuccessorDecides(t *testing.T) {
	o := sqliteOnly(t)
	boss, heir := o.join("boss", Administrator), o.join("heir", CaseManager)
	o.ok(o.HandOver(o.ctx, o.works(boss.token), heir.id))
	if who := o.works(boss.token); !slices.Equal(who.Duties, []Duty{Administrator}) {
		t.Fatalf("%+v", who.Duties)
	}
	_, err := o.ChooseDuty(o.ctx, heir.token, Administrator)
	o.ok(err)
	o.ok(o.Leave(o.ctx, o.works(heir.token), boss.id))
	o.ended(boss.token, ErrRevoked)
}

func TestTwoAdministratorsWhoGoAtOnceLeaveOneBehind(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		x, y := o.join("first", Administrator), o.join("second", Administrator)
		gone := make(chan error, 2)
		for _, id := range []string{x.id, y.id} {
			go func() { gone <- o.Leave(o.ctx, admin, id) }()
		}
		a, b := <-gone, <-gone
		if (a == nil) == (b == nil) || !errors.Is(errors.Join(a, b), ErrLastAdministrator) {
			t.Fatalf("%v and %v", a, b)
		}
	})
}

func TestAColleaguesDetailsAreCorrected(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		p := o.join("atieno")
		good := Details{Name: "Atieno Odera Test", Email: "atieno@example.org", Phone: "0712 000 001", Number: "HH-17", Language: "en"}
		o.wants(o.SetDetails(o.ctx, o.works(p.token), p.id, good), ErrOnSelf)
		bad := good
		bad.Email = "not an address"
		var invalid *problem.Invalid
		if err := o.SetDetails(o.ctx, admin, p.id, bad); !errors.As(err, &invalid) || invalid.Fields[0].Name != "email" {
			t.Fatalf("got %v", err)
		}
		o.ok(o.SetDetails(o.ctx, admin, p.id, good))
		s, err := o.Staff(o.ctx, p.id)
		o.ok(err)
		if s.Name != good.Name || s.Email != good.Email || s.Number != "HH-17" || s.Language != "en" || s.Username != "atieno" {
			t.Fatalf("%+v", s)
		}
		last := o.events[len(o.events)-1]
		if last.kind != "account.details_changed" || last.detail["fields"] != "name email phone number language" {
			t.Errorf("recorded %+v", last)
		}
		o.ok(o.Leave(o.ctx, admin, p.id))
		o.wants(o.SetDetails(o.ctx, admin, p.id, good), ErrWrongState)
	})
}

// An agency's administrator makes nobody more than the agency is: no outline of every
// case, no second word on section 14. What the Secretariat gave stays, and each kind
// of agency gives the duties that it has.
func TestAnAdministratorGivesNoDutyThatReachesBeyondTheAgency(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		_, err := o.EnsureAgencies(o.ctx, System, []Agency{{ID: "the-office", Name: "The Office (fictional)", Kind: "secretariat"}})
		o.ok(err)
		ngo, police := Principal{ID: "admin-ngo", Agency: "haven-house", Duty: Administrator}, Principal{ID: "admin-police", Agency: "lake-station", Duty: Administrator}
		office := Principal{ID: "admin-office", Agency: "the-office", Duty: Administrator}
		colleague := o.join("colleague", CaseManager)
		refused := func(err error) {
			t.Helper()
			var no *problem.Invalid
			if !errors.As(err, &no) || no.Fields[0].Name != "duties" {
				t.Errorf("given: %v", err)
			}
		}
		for _, d := range []Duty{Secretariat, DataProtectionOfficer, Prosecutor, ImmigrationOfficer, Investigator} {
			refused(o.SetDuties(o.ctx, ngo, colleague.id, []Duty{CaseManager, d}))
			_, err := o.Invite(o.ctx, ngo, Invitation{Name: "New (fictional)", Username: "new." + string(d), Agency: "haven-house", Duties: []Duty{d}})
			refused(err)
		}
		o.ok(o.SetDuties(o.ctx, ngo, colleague.id, []Duty{CaseManager, Supervisor, Counsellor}))
		for _, x := range []struct {
			by   Principal
			want []Duty
		}{
			{ngo, []Duty{FirstResponder, CaseManager, Counsellor, ShelterManager, Guardian, Interpreter, Supervisor, DataProtectionOfficer, Administrator}},
			{police, []Duty{FirstResponder, CaseManager, Counsellor, ShelterManager, Investigator, Guardian, Interpreter, Supervisor, DataProtectionOfficer, Administrator}},
			{office, Duties[:len(Duties)-1]}, // Exercise is none where work is real
		} {
			if got, err := o.MayGive(o.ctx, x.by, x.by.Agency, []Duty{DataProtectionOfficer}); err != nil || !slices.Equal(got, x.want) {
				t.Errorf("%s is offered %v (%v), and may give %v", x.by.ID, got, err, x.want)
			}
		}
		_, err = o.Invite(o.ctx, police, Invitation{Name: "Detective (fictional)", Username: "detective", Agency: "lake-station", Duties: []Duty{Investigator}})
		o.ok(err)
		_, err = o.Invite(o.ctx, police, Invitation{Name: "Other (fictional)", Username: "other", Agency: "lake-station", Duties: []Duty{Prosecutor}})
		refused(err)

		o.ok(o.SetDuties(o.ctx, office, colleague.id, []Duty{CaseManager, DataProtectionOfficer}))
		o.ok(o.SetDuties(o.ctx, ngo, colleague.id, []Duty{DataProtectionOfficer, Counsellor}))
	})
}
