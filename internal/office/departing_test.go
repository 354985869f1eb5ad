package office_test

import (
	"context"
	"errors"
	"testing"

	"rufaa/internal/accounts"
	"rufaa/internal/casefile"
	"rufaa/internal/inquiry"
	"rufaa/internal/kept"
	"rufaa/internal/notice"
	"rufaa/internal/office/officetest"
	"rufaa/internal/problem"
)

// The only case manager of a case leaves the service: the colleague, who saw
// nothing of it, is told that it waits, takes it and goes on; she who left is
// off every team, and what had a manager keeps it.
func TestACaseWhoseManagerLeftIsTakenByAColleague(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		ctx := context.Background()
		raise := func(key string) *tale {
			rc, err := w.Cases.Raise(ctx, officetest.Who("amina.officer"), casefile.Order{Key: key}, &casefile.Alert{Account: "Told " + key, Holder: "x-tumaini", County: "mombasa"})
			if err != nil {
				t.Fatal(err)
			}
			s := &tale{World: w, t: t, ctx: ctx, id: rc.ID}
			s.do("wanjiru.case", &casefile.Take{})
			return s
		}
		alone, shared := raise("alone"), raise("shared")
		shared.do("wanjiru.case", &casefile.Join{Staff: officetest.Who("kamau.case").Staff, Duty: "case_manager"})
		if _, err := w.Cases.View(ctx, officetest.Who("kamau.case"), alone.id); !errors.Is(err, problem.ErrNotFound) {
			t.Fatalf("kamau sees a case that is not his: %v", err)
		}

		admin, err := w.Accounts.StaffByUsername(ctx, "wairimu.admin")
		if err != nil {
			t.Fatal(err)
		}
		by := accounts.Principal{ID: admin.ID, Agency: admin.Agency, Duty: accounts.Administrator}
		gone := officetest.Who("wanjiru.case").Staff
		if err := w.Leave(ctx, by, gone); err != nil {
			t.Fatal(err)
		}
		for _, s := range []*tale{alone, shared} {
			st, err := w.Cases.Load(ctx, s.id)
			if err != nil {
				t.Fatal(err)
			}
			if st.Member(gone) != nil {
				t.Error("she who left is still on a team")
			}
		}
		told := func() (n int) {
			list, err := w.Notices.Unseen(ctx, officetest.Who("kamau.case"))
			if err != nil {
				t.Fatal(err)
			}
			for _, one := range list {
				if one.Kind == "case.unmanaged" {
					n++
				}
			}
			return n
		}
		if n := told(); n != 1 {
			t.Errorf("told of %d cases that wait, want the one", n)
		}
		if err := w.Cases.Depart(ctx, officetest.Who("wairimu.admin"), gone); err != nil || told() != 1 {
			t.Errorf("repeated, it does not keep quiet: %v", err)
		}
		var shut *problem.Denied
		if _, err := w.Cases.Do(ctx, officetest.Who("kamau.case"), alone.id, casefile.Order{}, &casefile.Tell{Text: "Before he took it."}); !errors.As(err, &shut) {
			t.Errorf("kamau writes before he takes the case: %v", err)
		}
		alone.do("kamau.case", &casefile.Take{})
		alone.do("kamau.case", &casefile.Tell{Text: "She asked who he is."})
	})
}

// The only lead of an inquiry leaves the service: the colleague who has been on
// the team longest leads on, and nobody else learns of it.
func TestAnInquiryWhoseLeadLeftIsLedOn(t *testing.T) {
	w := officetest.Open(t, "sqlite")
	ctx := context.Background()
	lead, next := officetest.Who("barasa.inquiry"), officetest.Who("njeri.inquiry")
	rc, err := w.Inquiries.Open(ctx, lead, casefile.Order{}, &inquiry.Open{Kind: "trafficking", Title: "Farm"})
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{"amina.officer", "njeri.inquiry"} {
		if _, err := w.Inquiries.Do(ctx, lead, rc.ID, casefile.Order{}, &inquiry.Join{Staff: officetest.Who(who).Staff, Duty: "analyst"}); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 { // repeated, it does nothing
		if err := w.Inquiries.Depart(ctx, officetest.Who("wairimu.admin"), lead.Staff); err != nil {
			t.Fatal(err)
		}
	}
	s, err := w.Inquiries.Load(ctx, rc.ID)
	if err != nil {
		t.Fatal(err)
	}
	if leads := s.Leads(w.Now()); len(leads) != 1 || leads[0] != next.Staff || s.Member(lead.Staff, w.Now()) != nil {
		t.Fatalf("led by %v", leads)
	}
	if _, err := w.Inquiries.View(ctx, lead, rc.ID); !errors.Is(err, problem.ErrNotFound) {
		t.Fatalf("who left sees it: %v", err)
	}
}

// seated calls a panel of three agencies on a case of Tumaini's and proposes to
// confirm her.
func seated(t *testing.T, w *officetest.World) *tale {
	t.Helper()
	s := &tale{World: w, t: t, ctx: context.Background()}
	rc, err := w.Cases.Raise(s.ctx, officetest.Who("amina.officer"), casefile.Order{}, &casefile.Alert{Account: "Told", Holder: "x-tumaini", County: "mombasa", Person: casefile.PersonFacts{Sex: "female", Minor: "no"}})
	if err != nil {
		t.Fatal(err)
	}
	s.id = rc.ID
	s.do("wanjiru.case", &casefile.Take{})
	s.do("wanjiru.case", &casefile.Screen{Questionnaire: "adult-1", Note: "n", Spoken: casefile.Spoken{Language: "sw", Interpreting: "not-needed"}})
	s.do("wanjiru.case", &casefile.Presume{Decision: "presumed", Track: "trafficking"})
	s.do("wanjiru.case", &casefile.ConvenePanel{On: w.Clock.Now().Format("2006-01-02"), Members: []string{"fatuma.case", "kibet.legal", "achieng.case"}, Papers: "p"})
	s.do("wanjiru.case", &casefile.ProposeStatus{Outcome: casefile.Confirmed, Reasons: "r"})
	for _, user := range []string{"fatuma.case", "kibet.legal"} {
		at, err := w.Cases.Sitting(s.ctx, officetest.Who(user), s.id)
		if err != nil {
			t.Fatal(err)
		}
		s.do(user, &casefile.GiveVoice{Proposal: at.Proposal.ID, Voice: casefile.Agrees})
	}
	return s
}

func (s *tale) status(want string) {
	s.t.Helper()
	st, err := s.Cases.Load(s.ctx, s.id)
	if err != nil {
		s.t.Fatal(err)
	}
	if got := st.Status(); got != want {
		s.t.Errorf("she is %s, want %s", got, want)
	}
}

func administrator(t *testing.T, w *officetest.World, user string) accounts.Principal {
	t.Helper()
	admin, err := w.Accounts.StaffByUsername(context.Background(), user)
	if err != nil {
		t.Fatal(err)
	}
	return accounts.Principal{ID: admin.ID, Agency: admin.Agency, Duty: accounts.Administrator}
}

// The last member whose voice a panel awaits leaves the service: the panel decides
// with the voices that it has, at once, and she does not wait for weeks.
func TestAPanelDoesNotWaitForWhoLeft(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		s := seated(t, w)
		s.status("presumed")
		if err := w.Leave(s.ctx, administrator(t, w, "ruto.admin"), officetest.Who("achieng.case").Staff); err != nil {
			t.Fatal(err)
		}
		s.status(casefile.Confirmed)
	})
}

// An agency that holds open cases is not closed over them. Closed, its people are
// awaited on no panel, and nobody calls them to one or brings them onto a team.
func TestAnAgencyThatIsClosedLeavesNobodyWaiting(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		s, by := seated(t, w), administrator(t, w, "ruto.admin")
		wantRule(t, w.CloseAgency(s.ctx, by, "x-tumaini"), "agency.cases-first")
		if st, err := w.Accounts.Agency(s.ctx, "x-tumaini"); err != nil || st.Closed {
			t.Fatalf("closed over its cases: %v", err)
		}
		if err := w.CloseAgency(s.ctx, by, "x-ziwa"); err != nil {
			t.Fatal(err)
		}
		s.status(casefile.Confirmed)
		var invalid *problem.Invalid
		_, err := w.Cases.Do(s.ctx, officetest.Who("wanjiru.case"), s.id, casefile.Order{},
			&casefile.ConvenePanel{On: w.Clock.Now().Format("2006-01-02"), Members: []string{"fatuma.case", "achieng.case"}, Papers: "p"})
		if !errors.As(err, &invalid) || invalid.Fields[0].Name != "members" {
			t.Errorf("somebody of a closed agency is called to a panel: %v", err)
		}
	})
}

// Whoever left leaves no telephone number, no address of a calendar and no search
// for a name behind; a filter that colleagues use stays theirs.
func TestNothingOfTheirOwnIsKeptOfWhoLeft(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		ctx, who := context.Background(), officetest.Who("wanjiru.case")
		must := func(err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		must(w.Notices.Set(ctx, who, &notice.Settings{SMS: true, Digest: "daily", At: "07:30", Quiet: notice.Hours{From: "21:00", Until: "06:00"}}))
		must(w.Notices.SetAddress(ctx, who, notice.Email, "wanjiru@tumaini.example"))
		secret, err := w.Diary.NewFeed(ctx, who)
		must(err)
		_, err = w.Kept.KeepSearch(ctx, who, &casefile.Query{By: "name", Value: "Zawadi Fiktivo"})
		must(err)
		_, err = w.Kept.Keep(ctx, who, &kept.NewFilter{Name: "Coast", List: "mine", Shared: true, Filter: casefile.Filter{County: "mombasa"}})
		must(err)
		count := func(table string) (n int) {
			t.Helper()
			must(w.Store.QueryRow(ctx, `SELECT count(*) FROM `+table+` WHERE staff = $1`, who.Staff).Scan(&n))
			return n
		}
		must(w.Leave(ctx, administrator(t, w, "wairimu.admin"), who.Staff))
		for table, want := range map[string]int{"notice_settings": 0, "notice_addresses": 0, "calendar_feeds": 0, "kept_lists": 1} {
			if n := count(table); n != want {
				t.Errorf("%s keeps %d of who left, want %d", table, n, want)
			}
		}
		if _, err := w.Diary.Read(ctx, secret, func(_, what string) string { return what }); err == nil {
			t.Error("the calendar of who left is still read")
		}
	})
}
