package office_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/notice"
	"rufaa/internal/office/officetest"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/referral"
	"rufaa/internal/vault"
)

// tale tells one journey and fails the test at the first step that goes wrong.
type tale struct {
	*officetest.World
	t    *testing.T
	ctx  context.Context
	id   string // of the case
	last string // referral
}

func (s *tale) do(user string, cmd casefile.Command) {
	s.t.Helper()
	s.Clock.Pass(10 * time.Minute)
	if _, err := s.Cases.Do(s.ctx, officetest.Who(user), s.id, casefile.Order{}, cmd); err != nil {
		s.t.Fatalf("%s: %T: %v", user, cmd, err)
	}
}

func (s *tale) refused(user string, cmd casefile.Command, rule string) {
	s.t.Helper()
	_, err := s.Cases.Do(s.ctx, officetest.Who(user), s.id, casefile.Order{}, cmd)
	wantRule(s.t, err, rule)
}

func wantRule(t *testing.T, err error, rule string) {
	t.Helper()
	var r *problem.Refused
	var d *problem.Denied
	switch {
	case errors.As(err, &r) && r.Rule == rule, errors.As(err, &d) && d.Rule == rule:
	default:
		t.Fatalf("got %v, want refusal by %s", err, rule)
	}
}

func (s *tale) sees(user string, comp vault.Compartment, purpose, want string) {
	s.t.Helper()
	o, err := s.Cases.Open(s.ctx, officetest.Who(user), s.id, comp, purpose)
	if err != nil {
		s.t.Fatalf("%s opens %s: %v", user, comp, err)
	}
	if !strings.Contains(strings.Join(o.Texts, "\n"), want) {
		s.t.Fatalf("%s opens %s: %q is not among %d texts", user, comp, want, len(o.Texts))
	}
}

func (s *tale) shut(user string, comp vault.Compartment, purpose, rule string) {
	s.t.Helper()
	_, err := s.Cases.Open(s.ctx, officetest.Who(user), s.id, comp, purpose)
	if rule == "" {
		if !errors.Is(err, problem.ErrNotFound) {
			s.t.Fatalf("%s opens %s: got %v, want not found", user, comp, err)
		}
		return
	}
	wantRule(s.t, err, rule)
}

func (s *tale) send(user string, o *referral.Offer) string {
	s.t.Helper()
	s.Clock.Pass(10 * time.Minute)
	shown, err := s.Referrals.Preview(s.ctx, officetest.Who(user), s.id, o)
	if err != nil {
		s.t.Fatalf("preview: %v", err)
	}
	o.Preview = shown.Code
	rc, err := s.Referrals.Send(s.ctx, officetest.Who(user), s.id, casefile.Order{}, o)
	if err != nil {
		s.t.Fatalf("send: %v", err)
	}
	return rc.ID
}

func consent(agency string, given bool, purpose string, comps ...string) *casefile.Ask {
	a := &casefile.Ask{Given: given, Purposes: []string{purpose}, Agency: agency, Compartments: comps, How: "spoken", GivenBy: "person"}
	a.Language, a.Interpreting, a.Interpreter = "am", "by-phone", "Interpreter Y (fictional)"
	return a
}

func interview() *casefile.RecordInterview {
	r := &casefile.RecordInterview{On: "2026-03-04", Account: "The broker is called the Uncle.", Recorded: true}
	r.Language, r.Interpreting = "sw", "not-needed"
	return r
}

func screening(q string) *casefile.Screen {
	s := &casefile.Screen{Questionnaire: q, Answers: map[string]string{}, Note: "Cried when the door was shut."}
	s.Language, s.Interpreting = "sw", "not-needed"
	return s
}

// Her case manager refers two needs while colleagues write into the case:
// nobody said which version they looked at, so everything lands, and what is
// disclosed is opened once for each referral.
func TestWhatIsSentWhileOthersWriteLands(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		s := &tale{World: w, t: t, ctx: t.Context()}
		rc, err := w.Cases.Raise(s.ctx, officetest.Who("wanjiru.case"), casefile.Order{}, &casefile.Alert{
			Account: "Heard at the market.", Person: casefile.PersonFacts{Name: "Selam Fiktivo", Minor: "no"}})
		if err != nil {
			t.Fatal(err)
		}
		s.id = rc.ID
		s.do("wanjiru.case", &casefile.Take{})
		s.do("wanjiru.case", screening("adult-1"))
		s.do("wanjiru.case", &casefile.Presume{Decision: "presumed", Track: "trafficking", Exploitation: []string{"domestic-servitude"}})
		s.do("wanjiru.case", &casefile.AssessNeeds{Needs: []casefile.NeedFact{{Service: "shelter", Urgency: "emergency"}, {Service: "psychosocial", Urgency: "emergency"}}})
		cs, _ := w.Cases.Load(s.ctx, s.id)
		var offers []*referral.Offer
		for i, to := range []string{"x-nyumba-salama", "x-bustani"} {
			s.do("wanjiru.case", consent(to, true, "assistance", "identity", "care"))
			o := &referral.Offer{To: to, Purpose: "assistance", Urgency: "emergency", Needs: []string{cs.Needs[i].ID}, Compartments: []string{"identity", "care"}}
			shown, err := w.Referrals.Preview(s.ctx, officetest.Who("wanjiru.case"), s.id, o)
			if err != nil {
				t.Fatal(err)
			}
			o.Preview = shown.Code
			offers = append(offers, o)
		}
		var all sync.WaitGroup
		for _, o := range offers {
			all.Go(func() {
				if _, err := w.Referrals.Send(s.ctx, officetest.Who("wanjiru.case"), s.id, casefile.Order{Key: o.To}, o); err != nil {
					t.Errorf("to %s: %v", o.To, err)
				}
			})
		}
		for range 20 {
			all.Go(func() {
				if _, err := w.Cases.Do(s.ctx, officetest.Who("wanjiru.case"), s.id, casefile.Order{}, &casefile.Tell{Text: "Said meanwhile."}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if cs, err = w.Cases.Load(s.ctx, s.id); err != nil || len(cs.Referrals) != 2 || len(cs.Account) != 21 {
			t.Fatalf("%d referrals and %d accounts (%v), want 2 and 21", len(cs.Referrals), len(cs.Account), err)
		}
	})
}

// A woman found in a locked house is reported by a station, cared for by an
// organisation, sheltered by a second, and heard by an investigation unit:
// four agencies, each seeing what it needs.
func TestFourAgenciesOneJourney(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		s := &tale{World: w, t: t, ctx: context.Background()}
		years := 24
		rc, err := w.Cases.Raise(s.ctx, officetest.Who("amina.officer"), casefile.Order{Key: "alert-1"}, &casefile.Alert{
			Immediate: true, Dangers: []string{"captive"}, County: "mombasa", Place: "House 7 behind the mill", PlaceKind: "with-trafficker",
			Account: "A neighbour heard crying for three days.", Holder: "x-tumaini", Anonymous: true, Reporter: "never kept",
			Person: casefile.PersonFacts{Name: "Selam Fiktivo", Phone: "0712 345 678", Age: &years, Minor: "no", Sex: "female", Language: "am"}})
		if err != nil {
			t.Fatal(err)
		}
		s.id = rc.ID

		s.sees("amina.officer", vault.Account, "assistance", "three days")
		s.shut("otieno.officer", vault.Account, "assistance", "")
		s.shut("wanjiru.case", vault.Account, "assistance", "case.team-only")
		s.do("wanjiru.case", &casefile.Take{})
		s.shut("amina.officer", vault.Account, "assistance", "case.team-only")
		s.shut("kamau.case", vault.Identity, "assistance", "")
		s.sees("wanjiru.case", vault.Identity, "assistance", "Selam Fiktivo")

		s.refused("wanjiru.case", screening("child-1"), "screening.questionnaire-fits")
		s.refused("wanjiru.case", &casefile.Presume{Decision: "presumed", Track: "trafficking"}, "screening.person-decides")
		s.do("wanjiru.case", screening("adult-1"))
		s.refused("wanjiru.case", &casefile.Presume{Decision: "not_presumed"}, "screening.reason-for-not-presumed")
		s.do("wanjiru.case", &casefile.Presume{Decision: "presumed", Track: "trafficking", Exploitation: []string{"domestic-servitude"}})
		s.do("wanjiru.case", &casefile.AnswerDanger{Done: "moved-to-safety"})
		s.do("wanjiru.case", &casefile.Assess{Level: "high", Reasons: "He knows her cousin.", HerView: "She fears the cousin."})
		s.do("wanjiru.case", &casefile.AssessNeeds{Wishes: "To sleep with the light on.", Needs: []casefile.NeedFact{{Service: "shelter", Urgency: "emergency", Note: "First floor or higher."}}})

		cs, _ := w.Cases.Load(s.ctx, s.id)
		offer := &referral.Offer{To: "x-nyumba-salama", Purpose: "assistance", Urgency: "emergency", Needs: []string{cs.Needs[0].ID}, Compartments: []string{"identity", "care"}}
		_, err = w.Referrals.Preview(s.ctx, officetest.Who("wanjiru.case"), s.id, offer)
		wantRule(t, err, "consent.needed-to-disclose")
		s.do("wanjiru.case", consent("x-nyumba-salama", true, "assistance", "identity", "care"))
		_, err = w.Referrals.Send(s.ctx, officetest.Who("wanjiru.case"), s.id, casefile.Order{}, offer)
		wantRule(t, err, "disclosure.not-beyond-preview")
		ref := s.send("wanjiru.case", offer)

		s.shut("salome.shelter", vault.Identity, "assistance", "")
		_, told, err := w.Referrals.Read(s.ctx, officetest.Who("salome.shelter"), ref)
		if err != nil || !slices.ContainsFunc(told, func(x referral.Telling) bool { return x.Text == "Selam Fiktivo" }) {
			t.Fatalf("the shelter reads what was disclosed: %v", err)
		}
		if slices.ContainsFunc(told, func(x referral.Telling) bool { return strings.Contains(x.Text, "crying") }) {
			t.Fatal("the shelter was told what happened to her")
		}
		if _, err := w.Referrals.View(s.ctx, officetest.Who("rehema.shelter"), ref); !errors.Is(err, problem.ErrNotFound) {
			t.Fatalf("another shelter: %v", err)
		}
		step := func(user string, err error) {
			t.Helper()
			if err != nil {
				t.Fatalf("%s: %v", user, err)
			}
		}
		_, err = w.Referrals.Answer(s.ctx, officetest.Who("salome.shelter"), ref, casefile.Order{}, &referral.Answer{Accept: true})
		step("salome.shelter", err)
		_, err = w.Referrals.Answer(s.ctx, officetest.Who("salome.shelter"), ref, casefile.Order{}, &referral.Answer{Reason: "full"})
		wantRule(t, err, "referral.answer-once")
		s.sees("salome.shelter", vault.Care, "assistance", "light on")
		s.shut("salome.shelter", vault.Account, "assistance", "disclosure.compartment-not-for-duty")
		s.shut("salome.shelter", vault.Whereabouts, "assistance", "consent.needed-to-disclose")

		inquiry := &referral.Offer{To: "x-dci-unit", Purpose: "investigation", Urgency: "urgent", Service: "investigation"}
		ref2 := s.send("wanjiru.case", inquiry)
		_, err = w.Referrals.Answer(s.ctx, officetest.Who("barasa.inquiry"), ref2, casefile.Order{}, &referral.Answer{Accept: true})
		step("barasa.inquiry", err)
		s.refused("barasa.inquiry", interview(), "victim-first.consent-before-interview")
		s.do("wanjiru.case", consent("x-dci-unit", true, "investigation", "inquiry", "account"))
		s.do("barasa.inquiry", interview())
		s.refused("barasa.inquiry", interview(), "victim-first.no-repeat-interview")
		again := interview()
		again.RepeatReason = "Kanari7Q was named meanwhile."
		s.do("barasa.inquiry", again)
		s.sees("barasa.inquiry", vault.Inquiry, "investigation", "the Uncle")
		s.sees("barasa.inquiry", vault.Account, "investigation", again.RepeatReason)
		s.sees("wanjiru.case", vault.Account, "assistance", again.RepeatReason)
		if tables := dump(t, w.Office); strings.Contains(tables["case_snapshots"], "Kanari7Q") {
			t.Error("why she was asked again stands in the clear")
		}
		s.shut("barasa.inquiry", vault.Care, "investigation", "disclosure.compartment-not-for-duty")
		s.shut("wanjiru.case", vault.Inquiry, "assistance", "disclosure.compartment-not-for-duty")

		cs, _ = w.Cases.Load(s.ctx, s.id)
		s.do("salome.shelter", &casefile.Withdraw{Consent: cs.Consents[0].ID})
		s.shut("salome.shelter", vault.Identity, "assistance", "consent.withdrawn")
		_, _, err = w.Referrals.Read(s.ctx, officetest.Who("salome.shelter"), ref)
		wantRule(t, err, "consent.withdrawn")

		for _, p := range []string{"started", "finished"} {
			_, err = w.Referrals.Progress(s.ctx, officetest.Who("salome.shelter"), ref, casefile.Order{}, &referral.Progress{Step: p})
			step("salome.shelter", err)
		}
		_, err = w.Referrals.Feedback(s.ctx, officetest.Who("salome.shelter"), ref, casefile.Order{}, &referral.Feedback{From: "person", Value: "good"})
		step("salome.shelter", err)
		s.do("wanjiru.case", &casefile.Follow{Kind: "phone", On: "2026-03-04", Safe: "yes", NextOn: "2026-04-01"})
		s.refused("wanjiru.case", &casefile.Close{Reason: "solution-found"}, "case.closure-open-referrals")
		_, err = w.Referrals.Withdraw(s.ctx, officetest.Who("wanjiru.case"), ref2, casefile.Order{}, &referral.Recall{})
		step("wanjiru.case", err)
		s.refused("wanjiru.case", &casefile.Close{}, "case.closure-reason")
		s.do("wanjiru.case", &casefile.Close{Reason: "solution-found"})
		s.refused("wanjiru.case", &casefile.Tell{Text: "more"}, "case.closed")
		s.do("wanjiru.case", &casefile.Reopen{Reason: "The cousin came back."})

		saw, err := w.Cases.WhoSaw(s.ctx, officetest.Who("njoki.data"), s.id, 0, 100)
		if err != nil || len(saw) < 6 {
			t.Fatalf("who saw what: %d lines, %v", len(saw), err)
		}
		for _, a := range saw {
			if a.Staff == "" || a.Basis == "" || a.Purpose == "" || len(a.Compartments) == 0 {
				t.Errorf("an opening without who, why or what: %+v", a)
			}
		}
	})
}

// In an emergency a stranger to the case opens it for an hour: with a reason,
// under the eyes of a second person, never to the shelter's address alone.
func TestBreakGlassIsSeenAndEnds(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		s := &tale{World: w, t: t, ctx: context.Background()}
		rc, err := w.Cases.Raise(s.ctx, officetest.Who("wanjiru.case"), casefile.Order{}, &casefile.Alert{
			Place: "Flat 3, blue gate", Account: "Ran away at night.", Person: casefile.PersonFacts{Name: "Neema Fiktivo", Minor: "no"}})
		if err != nil {
			t.Fatal(err)
		}
		s.id = rc.ID
		s.do("wanjiru.case", &casefile.Take{})
		night := officetest.Who("chebet.clinic")
		_, err = w.Cases.BreakGlass(s.ctx, night, casefile.Order{}, &casefile.Break{Ref: "RF-0000-0000-0", Compartments: []string{"identity"}, Reason: strings.Repeat("x", 30)})
		if !errors.Is(err, problem.ErrNotFound) {
			t.Fatalf("unknown reference: %v", err)
		}
		br := &casefile.Break{Ref: strings.ToLower(rc.Ref), Compartments: []string{"identity", "whereabouts"}, Reason: "She is unconscious; allergies must be known now."}
		if _, err = w.Cases.BreakGlass(s.ctx, night, casefile.Order{}, br); err != nil {
			t.Fatal(err)
		}
		s.sees("chebet.clinic", vault.Identity, "assistance", "Neema Fiktivo")
		s.shut("chebet.clinic", vault.Account, "assistance", "breakglass.named-only")
		s.shut("chebet.clinic", vault.Whereabouts, "assistance", "whereabouts.two-persons")
		for _, user := range []string{"wanjiru.case", "njoki.data"} {
			n, err := w.Notices.Unseen(s.ctx, officetest.Who(user))
			if err != nil || !slices.ContainsFunc(n, func(x notice.Notice) bool { return x.Kind == casefile.GlassBroken }) {
				t.Fatalf("%s was not told at once: %v %v", user, n, err)
			}
		}
		q, err := w.Cases.GlassQueue(s.ctx, officetest.Who("njoki.data"), 10)
		if err != nil || len(q) != 1 {
			t.Fatalf("review queue: %v %v", q, err)
		}
		s.do("wanjiru.case", &casefile.Second{Glass: q[0].ID})
		s.sees("chebet.clinic", vault.Whereabouts, "assistance", "blue gate")
		w.Clock.Pass(time.Hour)
		s.shut("chebet.clinic", vault.Identity, "assistance", "")
		s.do("njoki.data", &casefile.ReviewGlass{Glass: q[0].ID, Justified: true, Note: "Right to do."})
		if q, _ := w.Cases.GlassQueue(s.ctx, officetest.Who("njoki.data"), 10); len(q) != 0 {
			t.Fatalf("still in the queue: %v", q)
		}
	})
}

// A child is believed to be one until her age is settled, and is never asked
// for means; her guardian consents, her own no counts.
func TestADoubtfulAgeIsAChild(t *testing.T) {
	w := officetest.Open(t, "sqlite")
	s := &tale{World: w, t: t, ctx: context.Background()}
	rc, err := w.Cases.Raise(s.ctx, officetest.Who("wanjiru.case"), casefile.Order{}, &casefile.Alert{Person: casefile.PersonFacts{Minor: "unsure"}})
	if err != nil {
		t.Fatal(err)
	}
	s.id = rc.ID
	s.do("wanjiru.case", &casefile.Take{})
	s.refused("wanjiru.case", screening("adult-1"), "child.means-not-asked")
	s.do("wanjiru.case", screening("child-1"))
	s.refused("wanjiru.case", consent("x-nyumba-salama", true, "assistance", "identity"), "child.guardian-consents")
	s.do("wanjiru.case", consent("x-nyumba-salama", false, "assistance", "identity"))
	s.do("wanjiru.case", &casefile.Ground{Kind: "child", Purpose: "assistance", Agency: "x-nyumba-salama", Compartments: []string{"identity"}, Reason: "No guardian found yet; she sleeps in the open."})
}

// The clock of a referral runs out once, whoever looks at it.
func TestUnansweredReferralEscalatesOnce(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		s := &tale{World: w, t: t, ctx: context.Background()}
		years := 30
		rc, err := w.Cases.Raise(s.ctx, officetest.Who("wanjiru.case"), casefile.Order{}, &casefile.Alert{Person: casefile.PersonFacts{Age: &years, Minor: "no"}})
		if err != nil {
			t.Fatal(err)
		}
		s.id = rc.ID
		s.do("wanjiru.case", &casefile.Take{})
		s.do("wanjiru.case", &casefile.AssessNeeds{Needs: []casefile.NeedFact{{Service: "medical", Urgency: "urgent"}}})
		cs, _ := w.Cases.Load(s.ctx, s.id)
		s.send("wanjiru.case", &referral.Offer{To: "x-hospital", Purpose: "assistance", Urgency: "urgent", Needs: []string{cs.Needs[0].ID}})
		if n, err := w.Referrals.Escalate(s.ctx); n != 0 || err != nil {
			t.Fatalf("too early: %d %v", n, err)
		}
		w.Clock.Pass(25 * time.Hour)
		first, err1 := w.Referrals.Escalate(s.ctx)
		again, err2 := w.Referrals.Escalate(s.ctx)
		if first != 1 || again != 0 || err1 != nil || err2 != nil {
			t.Fatalf("escalated %d then %d (%v, %v), want once", first, again, err1, err2)
		}
		rows, err := w.Referrals.Unanswered(s.ctx, officetest.Who("wafula.secretariat"), 10)
		if err != nil || len(rows) != 1 {
			t.Fatalf("the Secretariat sees %v %v", rows, err)
		}
	})
}

// A command sent twice is done once; the same key with other words is refused;
// a decision on an old version is told both versions.
func TestReplayedAndStaleCommands(t *testing.T) {
	w := officetest.Open(t, "sqlite")
	ctx := context.Background()
	who := officetest.Who("wanjiru.case")
	alert := func(account string) (realm.Receipt, error) {
		return w.Cases.Raise(ctx, who, casefile.Order{Key: "k1"}, &casefile.Alert{Account: account})
	}
	first, err := alert("Heard at the market.")
	if err != nil {
		t.Fatal(err)
	}
	if again, err := alert("Heard at the market."); err != nil || again.ID != first.ID || !again.Replayed {
		t.Fatalf("replay gave %+v, %v", again, err)
	}
	if _, err := alert("Other words."); !errors.Is(err, problem.ErrKeyReused) {
		t.Fatalf("a used key: %v", err)
	}
	if _, err := w.Cases.Do(ctx, who, first.ID, casefile.Order{}, &casefile.Take{}); err != nil {
		t.Fatal(err)
	}
	_, err = w.Cases.Do(ctx, who, first.ID, casefile.Order{Expect: 1}, &casefile.Tell{Text: "late"})
	var changed *problem.Changed
	if !errors.As(err, &changed) || changed.Expected != 1 || changed.Have != 2 {
		t.Fatalf("stale: %v", err)
	}
}
