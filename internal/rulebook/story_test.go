package rulebook_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/office"
	"rufaa/internal/office/officetest"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/rulebook"
	"rufaa/internal/vault"
)

var (
	author = officetest.Who("ruto.admin")
	second = officetest.Who("pendo.admin")
	dpo    = officetest.Who("njoki.data")
)

// story keeps the rulebook of one realm and fails at the first step that goes wrong.
type story struct {
	*officetest.World
	t   *testing.T
	ctx context.Context
}

func each(t *testing.T, tell func(s *story)) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) { tell(&story{w, t, context.Background()}) })
}

func (s *story) do(who realm.Actor, id string, cmd rulebook.Command) {
	s.t.Helper()
	s.Clock.Pass(time.Minute)
	if _, err := s.Rulebook.Do(s.ctx, who, id, rulebook.Order{}, cmd); err != nil {
		s.t.Fatalf("%T on %s: %v", cmd, id, err)
	}
}

func (s *story) refused(who realm.Actor, id string, cmd rulebook.Command, rule string) {
	s.t.Helper()
	_, err := s.Rulebook.Do(s.ctx, who, id, rulebook.Order{}, cmd)
	var r *problem.Refused
	var d *problem.Denied
	if errors.As(err, &r) && r.Rule == rule || errors.As(err, &d) && d.Rule == rule {
		return
	}
	s.t.Fatalf("%T on %s: got %v, want refusal by %s", cmd, id, err, rule)
}

// draft proposes the text in force with something replaced, and gives its number.
func (s *story) draft(id, old, new string) int {
	s.t.Helper()
	v, err := s.Rulebook.View(s.ctx, author, id)
	if err != nil {
		s.t.Fatal(err)
	}
	if !strings.Contains(v.Text, old) {
		s.t.Fatalf("%s holds no %q", id, old)
	}
	s.do(author, id, &rulebook.Draft{Text: strings.Replace(v.Text, old, new, 1), Note: "Because the committee decided so."})
	return len(v.History) + 1
}

func (s *story) preview(id string, number int) *rulebook.Preview {
	s.t.Helper()
	p, err := s.Rulebook.Preview(s.ctx, dpo, id, number)
	if err != nil {
		s.t.Fatal(err)
	}
	return p
}

// reopened is the realm as a second server, or the same one after a restart,
// finds it.
func (s *story) reopened() *office.Office {
	s.t.Helper()
	of, err := office.Open(s.ctx, office.Options{Data: s.Dir, Realm: s.Name, URL: s.URL, Now: s.Clock.Now, Accounts: officetest.Cheap})
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { of.Close() })
	return of
}

// sheltered is a case of a shelter with a manager of cases and of the house.
func (s *story) sheltered() string {
	s.t.Helper()
	rc, err := s.Cases.Raise(s.ctx, officetest.Who("amina.officer"), casefile.Order{}, &casefile.Alert{
		Holder: "x-tumaini", Place: "House 7 behind the mill", PlaceKind: "shelter", Person: casefile.PersonFacts{Minor: "no"}})
	if err != nil {
		s.t.Fatal(err)
	}
	for _, cmd := range []casefile.Command{&casefile.Take{}, &casefile.Join{Staff: officetest.Who("mwende.counsel").Staff, Duty: "counsellor"}} {
		if _, err := s.Cases.Do(s.ctx, officetest.Who("wanjiru.case"), rc.ID, casefile.Order{}, cmd); err != nil {
			s.t.Fatal(err)
		}
	}
	return rc.ID
}

func (s *story) opens(id string) bool {
	s.t.Helper()
	_, err := s.Cases.Open(s.ctx, officetest.Who("wanjiru.case"), id, vault.Whereabouts, "assistance")
	var d *problem.Denied
	if err != nil && !errors.As(err, &d) {
		s.t.Fatal(err)
	}
	return err == nil
}

// An administrator shortens a clock: told first, approved by a second, in force
// without a restart and after one; and taken back as a new version.
func TestAClockIsShortenedByTwo(t *testing.T) {
	each(t, func(s *story) {
		s.sheltered()
		old := s.Content.Clock("break-glass-review")
		n := s.draft("clocks", "id: break-glass-review, within: 72h", "id: break-glass-review, within: 48h")

		p := s.preview("clocks", n)
		if len(p.Problems) > 0 || len(p.Effect.Clocks) != 1 {
			t.Fatalf("preview: %v %+v", p.Problems, p.Effect)
		}
		if c := p.Effect.Clocks[0]; c.Before != old || c.After != 48*time.Hour || !c.Moves {
			t.Errorf("effect: %+v", c)
		}
		if !strings.Contains(p.Diff, "-  - {id: break-glass-review, within: 72h") || !strings.Contains(p.Diff, "+  - {id: break-glass-review, within: 48h") {
			t.Errorf("diff: %s", p.Diff)
		}

		s.refused(author, "clocks", &rulebook.Approve{Number: n}, "rulebook.second-person")
		s.refused(officetest.Who("wairimu.admin"), "clocks", &rulebook.Approve{Number: n}, "access.duty")
		s.refused(dpo, "clocks", &rulebook.Approve{Number: n}, "access.duty") // of the policies only
		if s.Content.Clock("break-glass-review") != old {
			t.Fatal("a draft took effect")
		}
		s.do(second, "clocks", &rulebook.Approve{Number: n})
		if s.Content.Clock("break-glass-review") != 48*time.Hour {
			t.Error("an approved version is not in force")
		}
		if s.reopened().Content.Clock("break-glass-review") != 48*time.Hour {
			t.Error("it did not survive a restart")
		}

		s.do(author, "clocks", &rulebook.Restore{Number: 0, Note: "Too short."})
		s.do(second, "clocks", &rulebook.Approve{Number: n + 1})
		if s.Content.Clock("break-glass-review") != old {
			t.Error("the way back does not lead back")
		}
		v, err := s.Rulebook.View(s.ctx, dpo, "clocks")
		if err != nil {
			t.Fatal(err)
		}
		if len(v.History) != 2 || v.History[0].Standing != rulebook.IsInForce || v.History[1].Standing != rulebook.IsReplaced || v.History[1].Approved.Staff != second.Staff {
			t.Errorf("history: %+v", v.History)
		}
	})
}

// A line of the policies is removed: who would lose sight of what is told, the
// data protection officer approves, it holds at once, and is taken back.
func TestAPolicyLineIsRemovedByTwo(t *testing.T) {
	each(t, func(s *story) {
		id := s.sheltered()
		other := s.sheltered()
		if !s.opens(id) || !s.opens(other) {
			t.Fatal("the case manager opens whereabouts")
		}
		n := s.draft("policy-30-compartments", `["identity", "whereabouts", "account", "care", "immigration"].contains(context.compartment)`,
			`["identity", "account", "care", "immigration"].contains(context.compartment)`)
		p := s.preview("policy-30-compartments", n)
		if len(p.Problems) > 0 {
			t.Fatal(p.Problems)
		}
		if len(p.Effect.Sight) != 1 || p.Effect.Sight[0] != (rulebook.Sight{What: "whereabouts", People: 1, Cases: 2}) {
			t.Errorf("one person would lose sight of two cases' whereabouts, told is %+v", p.Effect.Sight)
		}
		if len(p.Effect.Decisions) == 0 || p.Effect.Decisions[0].Duty != "case_manager" || p.Effect.Decisions[0].Gains {
			t.Errorf("decisions: %+v", p.Effect.Decisions)
		}
		s.refused(author, "policy-30-compartments", &rulebook.Approve{Number: n}, "rulebook.second-person")
		s.do(dpo, "policy-30-compartments", &rulebook.Approve{Number: n})
		if s.opens(id) {
			t.Error("the removed line still permits")
		}
		again := s.reopened()
		if _, err := again.Cases.Open(s.ctx, officetest.Who("wanjiru.case"), id, vault.Whereabouts, "assistance"); err == nil {
			t.Error("after a restart the removed line permits again")
		}
		s.do(author, "policy-30-compartments", &rulebook.Restore{Number: 0, Note: "The house must know."})
		p = s.preview("policy-30-compartments", n+1)
		if len(p.Effect.Sight) != 1 || !p.Effect.Sight[0].Gains || p.Effect.Sight[0].Cases != 2 {
			t.Errorf("the way back gives sight again: %+v", p.Effect.Sight)
		}
		s.do(second, "policy-30-compartments", &rulebook.Approve{Number: n + 1})
		if !s.opens(id) {
			t.Error("the way back does not lead back")
		}
		// Another server learns of it from the store.
		if err := again.Rulebook.Refresh(s.ctx); err != nil {
			t.Fatal(err)
		}
		if _, err := again.Cases.Open(s.ctx, officetest.Who("wanjiru.case"), id, vault.Whereabouts, "assistance"); err != nil {
			t.Errorf("the other server has not followed: %v", err)
		}
	})
}

// What is broken is kept as typed, told with line and remedy, and never in force.
func TestABrokenVersionNeverTakesEffect(t *testing.T) {
	each(t, func(s *story) {
		for _, x := range []struct{ id, old, new, what string }{
			{"clocks", "within: 1h", "within: soon", "soon"},
			{"clocks", "  - {id: breach-notification", "  - {id: breach-told", `"breach-notification" is gone`},
			{"vocabularies", `  - {id: "street",`, `  - {id: "road",`, `no term "street" any more`},
			{"vocabularies", `"Kizuizi cha uhamiaji"}, detention: true}`, `"Kizuizi cha uhamiaji"}}`, "no longer counts as a lock"},
			{"vocabularies", `{id: "low", label: {en: "Low", sw: "Ndogo"}}` + "\n" + `  - {id: "medium", label: {en: "Medium", sw: "Wastani"}}`,
				`{id: "medium", label: {en: "Medium", sw: "Wastani"}}` + "\n" + `  - {id: "low", label: {en: "Low", sw: "Ndogo"}}`, "no longer stands at its place"},
			{"services", "- {id: ", "- {id: x-", `unknown service "return"`},
			{"extra-fields", "  - id: programme\n", "  - id: program\n", `field "programme" of x-tumaini is gone`},
			{"questionnaire-child", "element: purpose", "element: means", "asks a child for means"},
			{"policy-20-case", "permit (principal", "permit principal", "Cedar"},
			{"policy-90-rulebook", `@id("dpo-approves-policies")`, "@id(\"anybody\")\npermit (principal, action == Action::\"rulebook.approve\", resource);\n@id(\"dpo-approves-policies\")", "approve the own draft"},
			{"policy-30-compartments", `principal.duty == "guardian" && context.basis != ""`, `principal.duty == "guardian"`, "without any ground"},
		} {
			n := s.draft(x.id, x.old, x.new)
			p := s.preview(x.id, n)
			if p.Effect != nil || !strings.Contains(p.Problems.Error(), x.what) {
				t.Errorf("%s: %v", x.id, p.Problems)
			}
			if !strings.Contains(p.Text, x.new) {
				t.Errorf("%s: what was typed is lost", x.id)
			}
			s.refused(second, x.id, &rulebook.Approve{Number: n}, "rulebook.has-problems")
		}
		if s.Content.Clock("alert-taken-danger") != time.Hour {
			t.Error("a broken version took effect")
		}
	})
}

// Whoever approves sees what will hold: a text in which something is turned round
// or invisible is no draft.
func TestADraftShowsWhatItIs(t *testing.T) {
	each(t, func(s *story) {
		v, err := s.Rulebook.View(s.ctx, author, "policy-20-case")
		if err != nil {
			t.Fatal(err)
		}
		for _, hidden := range []string{"\u202e", "\u2066", "\u200b", "\x00"} {
			d := &rulebook.Draft{Text: v.Text + "// permits nobody " + hidden + "x\n", Note: "A comment."}
			_, err := s.Rulebook.Do(s.ctx, author, "policy-20-case", rulebook.Order{}, d)
			var no *problem.Invalid
			if !errors.As(err, &no) || no.Fields[0].Name != "text" {
				t.Errorf("%q is drafted: %v", hidden, err)
			}
		}
	})
}

// A version may be approved for a later moment; it holds from then on, and
// meanwhile no other is drafted beside it.
func TestInForceFromAMomentOn(t *testing.T) {
	each(t, func(s *story) {
		n := s.draft("clocks", "id: alert-taken, within: 24h", "id: alert-taken, within: 12h")
		s.do(second, "clocks", &rulebook.Approve{Number: n, From: s.Clock.Now().Add(48 * time.Hour)})
		s.Clock.Pass(47 * time.Hour)
		if err := s.Rulebook.Refresh(s.ctx); err != nil || s.Content.Clock("alert-taken") != 24*time.Hour {
			t.Fatalf("too early: %v", err)
		}
		s.refused(author, "clocks", &rulebook.Draft{Text: "clocks: []", Note: "n"}, "rulebook.one-at-a-time")
		s.Clock.Pass(2 * time.Hour)
		if err := s.Rulebook.Refresh(s.ctx); err != nil || s.Content.Clock("alert-taken") != 12*time.Hour {
			t.Errorf("it is time: %v", err)
		}
		s.refused(second, "clocks", &rulebook.Withdraw{Number: n}, "rulebook.not-a-draft")
	})
}

// A new version of a questionnaire is a new id; a screening keeps the version
// it was made with, and what it was asked stays readable.
func TestAScreeningKeepsItsVersion(t *testing.T) {
	each(t, func(s *story) {
		id := s.sheltered()
		screen := func(form string, answers map[string]string) {
			sc := &casefile.Screen{Questionnaire: form, Answers: answers}
			sc.Language, sc.Interpreting = "sw", "not-needed"
			if _, err := s.Cases.Do(s.ctx, officetest.Who("wanjiru.case"), id, casefile.Order{}, sc); err != nil {
				t.Fatalf("%s: %v", form, err)
			}
		}
		screen("adult-1", map[string]string{"rehearsed-answers": "yes"})
		n := s.draft("questionnaire-adult", "id: rehearsed-answers", "id: answers-by-heart")
		p := s.preview("questionnaire-adult", n)
		if len(p.Problems) > 0 || p.Form == nil || p.Form.ID != "adult-2" {
			t.Fatalf("%v %+v", p.Problems, p.Form)
		}
		if len(p.Effect.Signs) != 2 {
			t.Errorf("one sign comes and one goes: %+v", p.Effect.Signs)
		}
		s.do(second, "questionnaire-adult", &rulebook.Approve{Number: n})
		if s.Content.QuestionnaireFor("adult").ID != "adult-2" {
			t.Error("the new version is not asked")
		}
		screen("adult-2", map[string]string{"answers-by-heart": "yes"})
		if q, ok := s.reopened().Content.Questionnaire("adult-1"); !ok {
			t.Error("the version of the first screening is gone")
		} else if _, ok := q.Indicator("rehearsed-answers"); !ok {
			t.Error("what was asked then can no longer be read")
		}
		s.do(author, "questionnaire-adult", &rulebook.Restore{Number: 0, Note: "The old wording was clearer."})
		s.do(second, "questionnaire-adult", &rulebook.Approve{Number: n + 1})
		if q := s.Content.QuestionnaireFor("adult"); q.ID != "adult-3" {
			t.Errorf("the way back is %s", q.ID)
		} else if _, ok := q.Indicator("rehearsed-answers"); !ok {
			t.Error("the way back has not the old wording")
		}
	})
}

// A term retires: nobody chooses it any more, and what was recorded with it
// keeps its name.
func TestATermRetires(t *testing.T) {
	each(t, func(s *story) {
		s.sheltered()
		n := s.draft("vocabularies", `  - {id: "shelter", label:`, `  - {id: "shelter", retired: true, label:`)
		p := s.preview("vocabularies", n)
		if len(p.Problems) > 0 {
			t.Fatal(p.Problems)
		}
		if len(p.Effect.Terms) != 1 || p.Effect.Terms[0].How != "retired" || p.Effect.Terms[0].Cases != 1 {
			t.Errorf("effect: %+v", p.Effect.Terms)
		}
		s.do(second, "vocabularies", &rulebook.Approve{Number: n})
		if s.Content.Label("places-of-stay", "shelter", "en") != "Shelter" {
			t.Error("the retired term lost its name")
		}
		_, err := s.Cases.Raise(s.ctx, officetest.Who("amina.officer"), casefile.Order{}, &casefile.Alert{Holder: "x-tumaini", PlaceKind: "shelter"})
		if !errors.As(err, new(*problem.Invalid)) {
			t.Errorf("a retired term is chosen anew: %v", err)
		}
	})
}

// The read models are what the ledger says.
func TestRebuiltFromTheLedger(t *testing.T) {
	each(t, func(s *story) {
		n := s.draft("clocks", "id: alert-taken, within: 24h", "id: alert-taken, within: 12h")
		s.do(author, "clocks", &rulebook.Withdraw{Number: n})
		n = s.draft("clocks", "id: alert-taken, within: 24h", "id: alert-taken, within: 6h")
		s.do(second, "clocks", &rulebook.Approve{Number: n})
		before, err := s.Rulebook.View(s.ctx, author, "clocks")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Rebuild(s.ctx); err != nil {
			t.Fatal(err)
		}
		after, err := s.Rulebook.View(s.ctx, author, "clocks")
		if err != nil {
			t.Fatal(err)
		}
		if before.Text != after.Text || len(after.History) != 2 || after.History[1].Standing != rulebook.IsWithdrawn || before.Version != after.Version {
			t.Errorf("before %+v, after %+v", before.History, after.History)
		}
	})
}

// Whoever has no part in the rulebook reads nothing of it.
func TestOthersDoNotReadTheRulebook(t *testing.T) {
	each(t, func(s *story) {
		for _, user := range []string{"wanjiru.case", "wairimu.admin", "wafula.secretariat", "amina.officer"} {
			who := officetest.Who(user)
			if _, err := s.Rulebook.List(s.ctx, who); !errors.As(err, new(*problem.Denied)) {
				t.Errorf("%s: %v", user, err)
			}
			s.refused(who, "clocks", &rulebook.Draft{Text: "clocks: []", Note: "n"}, "access.duty")
		}
		s.refused(dpo, "clocks", &rulebook.Draft{Text: "clocks: []", Note: "n"}, "access.duty")
		if _, err := s.Rulebook.View(s.ctx, author, "no-such"); !errors.Is(err, problem.ErrNotFound) {
			t.Error(err)
		}
	})
}
