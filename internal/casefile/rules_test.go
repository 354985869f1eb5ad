package casefile

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	datafiles "rufaa/content"
	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// history plays commands against the pure rules, without a store.
type history struct {
	s   *State
	k   *content.Content
	now time.Time
	n   int
	seq int64
}

func (h *history) env(by policy.Principal) *env {
	return &env{
		now: h.now, by: by, content: h.k,
		newID:  func() string { h.n++; return fmt.Sprintf("id-%d", h.n) },
		newRef: func() string { return "RF-TEST-TEST-0" },
		seal: func(subject string, p vault.Place, text string) vault.Sealed {
			return vault.Sealed("rv1." + subject + "." + string(p.Compartment) + ".AAAA")
		},
	}
}

// play checks, decides and folds; it tells whether the command was accepted.
func (h *history) play(by policy.Principal, cmd Command) (bool, error) {
	c := valid.New(h.now)
	cmd.Check(c, h.k)
	if c.Err() != nil {
		return false, nil
	}
	drafts, err := cmd.decide(h.s, h.env(by))
	if err != nil {
		return false, nil
	}
	for _, d := range drafts {
		raw, err := json.Marshal(d.Payload)
		if err != nil {
			return false, err
		}
		h.seq++
		e := ledger.Event{Seq: h.seq, Stream: "case/c1", Version: h.s.Version + 1, Kind: d.Kind, At: h.now, Payload: raw,
			Meta: ledger.Meta{Actor: by.Staff, Agency: by.Agency, Duty: by.Duty}}
		if err := h.fold(e); err != nil {
			return false, err
		}
	}
	return true, nil
}

// fold folds into a copy, as the write lane does, and makes sure that whoever
// still reads the state before sees nothing of it.
func (h *history) fold(e ledger.Event) error {
	read := h.s
	before, err := json.Marshal(read)
	if err != nil {
		return err
	}
	h.s = read.copied()
	if err := h.s.Fold(e); err != nil {
		return err
	}
	if after, err := json.Marshal(read); err != nil || string(after) != string(before) {
		return fmt.Errorf("folding %s changed the state that others read: %s became %s (%v)", e.Kind, before, after, err)
	}
	return nil
}

var people = []policy.Principal{
	{Staff: "m", Agency: "holder", Duty: "case_manager"},
	{Staff: "i", Agency: "unit", Duty: "investigator"},
	{Staff: "s", Agency: "house", Duty: "shelter_manager"},
	{Staff: "d", Agency: "office", Duty: "data_protection_officer"},
}

// anyCommand draws a command, good or bad, with ids that may or may not exist.
func anyCommand(t *rapid.T, s *State) Command {
	yes := rapid.Bool().Draw(t, "yes")
	some := func(ids ...string) string { return rapid.SampledFrom(append(ids, "id-none")).Draw(t, "id") }
	agency := rapid.SampledFrom([]string{"unit", "house", "holder"}).Draw(t, "agency")
	comps := rapid.SliceOfN(rapid.SampledFrom([]string{"identity", "account", "care", "inquiry", "whereabouts"}), 1, 3).Draw(t, "compartments")
	purpose := rapid.SampledFrom([]string{"assistance", "investigation"}).Draw(t, "purpose")
	talk := Spoken{Language: "sw", Interpreting: "not-needed"}
	lastConsent, lastGlass := "id-none", "id-none"
	if len(s.Consents) > 0 {
		lastConsent = s.Consents[len(s.Consents)-1].ID
	}
	if len(s.BreakGlass) > 0 {
		lastGlass = s.BreakGlass[len(s.BreakGlass)-1].ID
	}
	commands := []Command{
		&Take{}, &Tell{Text: "t"}, &Move{Kind: "police-cell"}, &AnswerDanger{Done: "danger-over"},
		&Screen{Questionnaire: rapid.SampledFrom([]string{"adult-1", "child-1", "begging-1", "smuggling-abuse-1"}).Draw(t, "form"), Answers: map[string]string{}, Note: "told", Spoken: talk},
		&Screen{Questionnaire: "begging-1", Answers: map[string]string{"punished-for-little": "yes"}, Spoken: talk}, // a sign of means
		&Presume{Decision: rapid.SampledFrom([]string{"presumed", "not_presumed", "cannot_tell"}).Draw(t, "decision"), Track: "trafficking"},
		&Presume{Decision: "not_presumed", Reason: "mistaken", Note: "n", WayBack: "w"},
		&Ask{Given: yes, Purposes: []string{purpose}, Agency: agency, Compartments: comps, How: "spoken",
			GivenBy: rapid.SampledFrom([]string{"person", "guardian"}).Draw(t, "by"), Spoken: talk},
		&Withdraw{Consent: some(lastConsent)},
		&Ground{Kind: rapid.SampledFrom([]string{"child", "duty"}).Draw(t, "kind"), Purpose: purpose, Agency: agency, Compartments: comps, Reason: "r"},
		&Assess{Level: "high", Reasons: "r"}, &AssessNeeds{Wishes: "w"},
		&RecordInterview{On: "2026-01-02", Account: "a", RepeatReason: rapid.SampledFrom([]string{"", "new facts"}).Draw(t, "again"), Spoken: talk},
		&Follow{Kind: "phone", On: "2026-01-02", Safe: "yes"}, &Close{Reason: "own-wish"}, &Close{}, &Reopen{Reason: "r"}, &Reopen{},
		&Break{Ref: "x", Compartments: []string{"identity", "whereabouts"}, Reason: "a reason that is long enough"},
		&Second{Glass: some(lastGlass)}, &ReviewGlass{Glass: some(lastGlass), Note: "n", Justified: yes},
		&Describe{Facts: PersonFacts{Minor: "yes", Role: "child"}},
	}
	return rapid.SampledFrom(commands).Draw(t, "command")
}

func loaded(t testing.TB) *content.Content {
	k, err := content.Load(datafiles.Files)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// Whatever is sent in whatever order by whomever: no accepted history reaches
// a state that the rules forbid.
func TestNoHistoryReachesAForbiddenState(t *testing.T) {
	k := loaded(t)
	rapid.Check(t, func(t *rapid.T) {
		h := &history{s: &State{}, k: k, now: time.Date(2026, 1, 2, 8, 0, 0, 0, time.UTC)}
		minor := rapid.SampledFrom([]string{"yes", "no", "unsure", ""}).Draw(t, "minor")
		if ok, err := h.play(people[0], &Alert{Immediate: rapid.Bool().Draw(t, "danger"), Person: PersonFacts{Minor: minor}}); !ok || err != nil {
			t.Fatalf("an alert was refused: %v", err)
		}
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			h.now = h.now.Add(time.Duration(rapid.IntRange(1, 200).Draw(t, "minutes")) * time.Minute)
			before, _ := json.Marshal(h.s)
			was := new(State)
			json.Unmarshal(before, was)
			cmd := anyCommand(t, h.s)
			by := rapid.SampledFrom(people).Draw(t, "who")
			ok, err := h.play(by, cmd)
			if err != nil {
				t.Fatalf("%T: %v", cmd, err)
			}
			if after, _ := json.Marshal(h.s); !ok && string(after) != string(before) {
				t.Fatalf("%T was refused and changed the case", cmd)
			}
			if ok {
				forbidden(t, was, h.s, cmd, by, h.now)
			}
		}
	})
}

// forbidden names what must never be, after any accepted command.
func forbidden(t *rapid.T, was, s *State, cmd Command, by policy.Principal, now time.Time) {
	if was.Closure != nil {
		switch cmd.(type) {
		case *Reopen, *Withdraw, *EndGround, *Break, *Second, *ReviewGlass:
		default:
			t.Fatalf("%T on a closed case", cmd)
		}
	}
	if len(s.Interviews) > len(was.Interviews) {
		v := s.Interviews[len(s.Interviews)-1]
		switch {
		case was.Danger.Immediate && was.Danger.Answered == nil:
			t.Fatal("an interview before the danger was answered")
		case len(was.Safety) == 0 || was.NeedsAt == nil:
			t.Fatal("an interview before safety and needs")
		case len(was.Interviews) > 0 && v.Repeat.IsZero():
			t.Fatal("a repeated interview without a reason")
		}
		if k := was.consentFor(by.Agency, "investigation", vault.Inquiry, now); k == nil || !k.Given {
			t.Fatal("an interview without a consent that stands")
		}
	}
	for i := range s.Screenings {
		if _, asked := s.Screenings[i].Answers["punished-for-little"]; s.Subject().Child && (asked || s.Screenings[i].Questionnaire == "adult-1") {
			t.Fatal("a child was asked for means")
		}
	}
	if s.Presumed.Decision == "not_presumed" && (s.Presumed.Reason == "" || s.Presumed.WayBack == "") {
		t.Fatal("not presumed without reason and way back")
	}
	if s.Presumed.Decision != "" && len(s.Screenings) == 0 {
		t.Fatal("decided without a screening")
	}
	for i := range s.Consents {
		if k := &s.Consents[i]; k.Given && k.GivenBy == "person" && s.Subject().Child {
			t.Fatal("a child's own yes opened something")
		}
	}
	if s.Closure != nil && (s.Closure.Reason == "" || s.OpenReferrals() > 0) {
		t.Fatal("closed without a reason or with open referrals")
	}
	for i := range s.BreakGlass {
		g := &s.BreakGlass[i]
		if g.Second != nil && g.Second.Staff == g.By.Staff || g.Reviewed != nil && g.Reviewed.By.Staff == g.By.Staff {
			t.Fatal("somebody seconded or reviewed the own break-glass")
		}
		if g.Until.Sub(g.By.At) > time.Hour {
			t.Fatal("a break-glass of more than an hour")
		}
	}
	managers := 0
	for i := range s.Team {
		if s.Team[i].Until == nil && s.Team[i].Agency == s.Holder && s.Team[i].Duty == "case_manager" {
			managers++
		}
	}
	if managers > 1 {
		t.Fatal("two case managers took the case")
	}
}

// Her no is final until she says otherwise: whatever was agreed before, a
// withdrawn or declined consent gives no ground.
func TestWithdrawnConsentGivesNoGround(t *testing.T) {
	now := time.Date(2026, 1, 2, 8, 0, 0, 0, time.UTC)
	earlier := now.Add(-time.Hour)
	yes := Consent{ID: "1", Given: true, Purposes: []string{"assistance"}, Agency: "house", Compartments: []string{"care"}}
	no := yes
	no.ID, no.Given = "2", false
	back := yes
	back.Withdrawn = &earlier
	lapsed := yes
	lapsed.Until = "2025-12-31"
	for _, c := range []struct {
		name     string
		consents []Consent
		basis    string
		why      string
	}{
		{"nobody asked", nil, "", "consent.needed-to-disclose"},
		{"she agreed", []Consent{yes}, BasisConsent, ""},
		{"she declined", []Consent{no}, "", "consent.declined"},
		{"she agreed, then declined", []Consent{yes, no}, "", "consent.declined"},
		{"she declined, then agreed", []Consent{no, yes}, BasisConsent, ""},
		{"she took it back", []Consent{back}, "", "consent.withdrawn"},
		{"it lapsed", []Consent{lapsed}, "", "consent.needed-to-disclose"},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := &State{Holder: "holder", Consents: c.consents}
			if basis, _ := s.Ground("house", "assistance", vault.Care, now); basis != c.basis {
				t.Errorf("ground %q, want %q", basis, c.basis)
			}
			if c.why != "" && s.WhyNoGround("house", "assistance", vault.Care) != c.why {
				t.Errorf("why %q, want %q", s.WhyNoGround("house", "assistance", vault.Care), c.why)
			}
			for _, other := range []struct{ agency, purpose string }{{"unit", "assistance"}, {"house", "investigation"}} {
				if basis, _ := s.Ground(other.agency, other.purpose, vault.Care, now); basis != "" {
					t.Errorf("%v got ground %q from a consent that is not theirs", other, basis)
				}
			}
		})
	}
}

// Who is treated as a child.
func TestTreatAsChild(t *testing.T) {
	for _, c := range []struct {
		minor string
		years int
		known bool
		want  bool
	}{
		{"no", 0, false, false}, {"yes", 0, false, true}, {"unsure", 0, false, true}, {"", 0, false, true},
		{"no", 17, true, true}, {"no", 18, true, false}, {"", 18, true, false}, {"unsure", 19, true, true}, {"", 17, true, true},
	} {
		if got := treatAsChild(c.minor, c.years, c.known); got != c.want {
			t.Errorf("minor %q, years %d (known %v): child %v, want %v", c.minor, c.years, c.known, got, c.want)
		}
	}
}

// Every rule that the code refuses by stands in the content with its source.
func TestEveryRefusalIsExplained(t *testing.T) {
	k := loaded(t)
	for _, id := range []string{"access.duty", "case.team-only", "breakglass.named-only", "whereabouts.two-persons", "disclosure.compartment-not-for-duty"} {
		if _, ok := k.Rule(id); !ok {
			t.Errorf("rule %s is not in content/rules.yaml", id)
		}
	}
	var _ = problem.Refuse
}

// Nobody is of age before the birthday, also not in a leap year, in which each
// day after February is one later in the year.
func TestAgeIsCountedByTheCalendar(t *testing.T) {
	for _, x := range []struct {
		born, on string
		want     int
	}{
		{"2010-03-01", "2028-02-29", 17}, {"2010-03-01", "2028-03-01", 18},
		{"2010-12-31", "2028-12-30", 17}, {"2010-12-31", "2028-12-31", 18},
		{"2008-12-31", "2026-12-30", 17}, {"2008-12-31", "2026-12-31", 18},
		{"2008-02-29", "2026-02-28", 17}, {"2008-02-29", "2026-03-01", 18},
	} {
		now, err := time.Parse(time.DateOnly, x.on)
		if err != nil {
			t.Fatal(err)
		}
		if got, known := (&PersonFacts{BirthDate: x.born}).years(now); !known || got != x.want {
			t.Errorf("born %s, on %s: %d, want %d", x.born, x.on, got, x.want)
		}
	}
}

// What is to be done on a day runs out when the day is over, not in its morning.
func TestADayRunsOutWhenItIsOver(t *testing.T) {
	midnight := time.Date(2026, 4, 1, 21, 0, 0, 0, time.UTC) // in Nairobi
	for clock, s := range map[string]State{
		"followup": {Stage: StageFollowUp, FollowUps: []FollowUp{{NextOn: "2026-04-01"}}},
		"review":   {Stage: StageScreened, Presumed: Presumed{Decision: "cannot_tell", ReviewOn: "2026-04-01"}},
	} {
		if at, name, ok := s.NextDue(); !ok || name != clock || !at.Equal(midnight) {
			t.Errorf("%s runs out at %v (%s)", clock, at, name)
		}
	}
	until := Consent{Given: true, Until: "2026-04-01"}
	if !until.Stands(midnight.Add(-time.Second)) || until.Stands(midnight) {
		t.Error("a consent stands to the end of its last day in Nairobi, and not longer")
	}
}
