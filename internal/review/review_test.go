package review

import (
	"bytes"
	"encoding/json"
	"os"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rufaa/internal/clockwork"
	"rufaa/internal/scenario"
)

func small(t testing.TB) *scenario.Script {
	t.Helper()
	raw, err := os.ReadFile("testdata/small.yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := scenario.Load("small.yaml", raw)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func at(hour, minute int) scenario.Minute { return clockwork.Moment(1, hour, minute) }

func deed(event int64, hour, minute int, team, do, about string) Deed {
	return Deed{Fact: scenario.Fact{At: at(hour, minute), Do: do, About: about, Team: team}, Event: event}
}

// played is the story that the test works out by hand. The helpline answers in
// time; the police plan late, cuff Neema, seal the book on time and break the
// chain of the phones. Zawadi tells her age to two people of two teams and who
// did it to one; only her age is recorded, her origin was never told and stands
// in the file. Play ends at 17:00, half an hour before the last deadline.
func played() Play {
	return Play{
		Exercise: "x", Digest: "d", Scenario: "s", Criteria: "c", Over: true, End: at(17, 0), Stops: 1,
		Sent:   []Sent{{Inject: "1", At: at(8, 30), Event: 1}, {Inject: "2", At: at(10, 0), Hand: true, Event: 5}, {Inject: "4", At: at(16, 30), Event: 30}},
		Unsent: map[string]string{"3": "its condition was not true"},
		Deeds: []Deed{
			deed(2, 8, 50, "NGO", "answered", "L1"),
			deed(3, 9, 40, "DCI", "planned", "L1"),
			deed(8, 10, 5, "DCI", "handcuffed", "C2"),
			deed(9, 10, 20, "DCI", "exhibit_found", "E1"),
			deed(10, 10, 25, "DCI", "exhibit_sealed", "E1"),
			deed(11, 10, 26, "DCI", "exhibit_found", "E2"),
			deed(12, 10, 28, "DCI", "exhibit_sealed", "E2"),
			deed(13, 10, 45, "NGO", "safe", "C1"),
			deed(14, 11, 0, "NGO", "cared", "C1"),
			deed(15, 11, 30, "NGO", "identified", "C1"),
			deed(16, 11, 35, "NGO", "treated_as_child", "C1"),
			deed(17, 12, 0, "DCI", "interviewed", "C1"),
			deed(18, 12, 30, "DCI", "traced", "C1"),
			deed(19, 13, 0, "DCI", "charged", "C2"),
			deed(20, 13, 30, "DCI", "custody_gap", "E2"),
			deed(21, 14, 0, "DCI", "shared", "C7"),
			deed(22, 14, 10, "NGO", "leaked", "case"),
		},
		Tellings: []Telling{
			{Reveal: "C1.age", Character: "C1", Team: "NGO", Listener: "p1", At: at(11, 10), Event: 23},
			{Reveal: "C1.age", Character: "C1", Team: "DCI", Listener: "p2", At: at(12, 5), Event: 24},
			{Reveal: "C1.boss", Character: "C1", Team: "DCI", Listener: "p2", At: at(12, 6), Event: 25},
		},
		Treated: []Treatment{{"C1", "believed", "NGO", 26}, {"C1", "believed", "NGO", 27}, {"C2", "photographed", "DCI", 28}},
		Marks: []Mark{
			{Criterion: "K1", Grade: scenario.Unable, Mentor: "m1", At: at(12, 0), Event: 40},
			{Criterion: "K1", Grade: scenario.Some, Mentor: "m1", At: at(15, 0), Event: 41}, // thought again
			{Criterion: "K2", Grade: scenario.Major, Mentor: "m1", At: at(15, 0), Event: 42},
			{Criterion: "K2", Grade: scenario.Major, Mentor: "m2", At: at(15, 0), Event: 43},
		},
		Hands: []Hand{
			{What: "fired", Inject: "2", Reason: "They waited at the gate.", At: at(10, 0), Event: 5},
			{What: "noticed", Do: "identified", About: "C1", Reason: "Said aloud.", At: at(11, 30), Event: 6},
		},
		Breaks: []Break{{Rule: "scene.separate", Team: "DCI", Event: 44}},
	}
}

func TestTheFiguresAreThoseWorkedOutByHand(t *testing.T) {
	r := Compute(small(t), played())
	person := map[string]Person{}
	for _, p := range r.People {
		person[p.Character] = p
	}
	truth := map[string]string{}
	for _, x := range r.Truths {
		truth[x.Reveal] = x.State
	}
	exhibit := map[string]string{}
	for _, x := range r.Exhibits {
		exhibit[x.ID] = x.State
	}
	team := map[string]Team{}
	for _, x := range r.Teams {
		team[x.ID] = x
	}
	grade := map[string]Criterion{}
	for _, k := range r.Criteria {
		grade[k.ID] = k
	}
	for _, x := range []struct {
		what      string
		got, want any
	}{
		{"victims identified", r.Found, Tally{1, 2, 0.5}},
		{"Zawadi", person["C1"].As, []string{Identified}},
		{"Neema", person["C2"].As, []string{Missed, AsOffender}},
		{"Riziki", person["C7"].As, []string{Rightly}},
		{"Zawadi's minutes to safe, care, interview", []int{person["C1"].Safe, person["C1"].Care, person["C1"].Interview}, []int{45, 60, 120}},
		{"Neema's", []int{person["C2"].Safe, person["C2"].Care, person["C2"].Interview}, []int{-1, -1, -1}},
		{"Riziki's", person["C7"].Safe, -2},
		{"Zawadi was asked the same by", person["C1"].Asked, Asked{Most: 2, People: 2, Teams: 2, Uneased: 1}},
		{"her age", truth["C1.age"], Recorded},
		{"who did it", truth["C1.boss"], ToldNotKept},
		{"the book", truth["C1.book"], NotAsked},
		{"her home", truth["C1.home"], Invented},
		{"Neema's debt", truth["C2.debt"], RecordedWrong},
		{"book", exhibit["E1"], Sealed},
		{"phones", exhibit["E2"], Broken},
		{"cash", exhibit["E3"], NotFound},
		{"Zawadi's wrong is proven", r.Elements[0].Proven, true},
		{"by one exhibit of two", r.Elements[0].Exhibits, Tally{1, 2, 0.5}},
		{"Neema's is not", r.Elements[1].Proven, false},
		// answered and safe in time; planned 10 minutes late; sealed in time;
		// advised had no chance: play ended first. The court is control's.
		{"helpline", team["NGO"].InTime, Tally{2, 2, 1}},
		{"police in time", team["DCI"].InTime, Tally{1, 2, 0.5}},
		{"police late, missed, no chance, strayed", []int{team["DCI"].Late, team["DCI"].Missed, team["DCI"].NoChance, team["DCI"].Strayed}, []int{1, 0, 2, 1}},
		{"the court", team["AG"].NoChance, 1},
		{"all in time", r.InTime, Tally{3, 4, 0.75}},
		{"referrals answered", r.Referrals.Answered, Tally{1, 1, 1}},
		{"half of them in minutes", r.Referrals.Median, 20},
		{"disclosures", len(r.Disclosures), 2},
		{"rules overridden", len(r.Breaks), 1},
		{"treated", r.Treatments, []Treatments{{"C1", "believed", "NGO", 2, []int64{26, 27}}, {"C2", "photographed", "DCI", 1, []int64{28}}}},
		// K1: one of two identified, S, 2 points of 3, weight 2: 4 of 6.
		// K2: P, 3 of 3. K3: no chance. Together 7 of 9.
		{"grades", []scenario.Grade{grade["K1"].Grade, grade["K2"].Grade, grade["K3"].Grade}, []scenario.Grade{scenario.Some, scenario.Performed, scenario.NoChance}},
		{"score", []int{r.Score.N, r.Score.Of}, []int{7, 9}},
		{"objective 2 counts what there was a chance for", r.Objectives[1].Points, Tally{3, 3, 1}},
		{"mentors of K1", grade["K1"].Mentors, map[string]int{"S": 1}},
		{"mentors of K2 differ", grade["K2"].Differs, true},
		{"control touched", r.Hands[0].Touched, []string{"K1", "K2"}},
		{"by noting", r.Hands[1].Touched, []string{"K1"}},
		{"K3 untouched", grade["K3"].Touched, false},
		{"events behind K1", grade["K1"].Events, []int64{15}},
		{"strengths", r.Strengths[0].Criterion, "K2"},
		{"improve", r.Improvements[0].Criterion, "K1"},
		{"what was missing there", len(r.Improvements[0].Missing), 1},
		{"why inject 3 was not sent", r.Injects[2].Reason, "its condition was not true"},
		{"steps of the replay", len(r.Timeline), 17 + 3 + 3 + 2},
		{"stops", r.Stops, 1},
	} {
		if !reflect.DeepEqual(x.got, x.want) {
			t.Errorf("%s: %v, worked out %v", x.what, x.got, x.want)
		}
	}
}

// The spoiled laptop caps the grade, whatever else was done.
func TestABreachCapsTheGrade(t *testing.T) {
	p := played()
	p.Deeds = append(p.Deeds, deed(50, 10, 40, "DCI", "exhibit_mishandled", "E2"))
	r := Compute(small(t), p)
	if k := r.Criteria[1]; k.Grade != scenario.Major || !k.Breached || r.Exhibits[1].State != Spoiled {
		t.Errorf("%s, breached %v; exhibit %s", k.Grade, k.Breached, r.Exhibits[1].State)
	}
}

// Nothing played: nothing is scored, and no share is made of nothing.
func TestWhoHadNoChanceIsNotScored(t *testing.T) {
	r := Compute(small(t), Play{End: at(8, 0)})
	if r.InTime != (Tally{}) || r.Referrals.Median != -1 || r.Found.N != 0 {
		t.Errorf("in time %+v, median %d", r.InTime, r.Referrals.Median)
	}
	for _, x := range r.Truths {
		if x.State != NotAsked {
			t.Errorf("%s: %s", x.Reveal, x.State)
		}
	}
}

// The order in which independent events stand in the ledger changes nothing.
func TestOrderOfEventsChangesNothing(t *testing.T) {
	s := small(t)
	want, err := json.Marshal(Compute(s, played()))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(r *rapid.T) {
		p := played()
		p.Deeds = rapid.Permutation(p.Deeds).Draw(r, "deeds")
		p.Sent = rapid.Permutation(p.Sent).Draw(r, "sent")
		p.Tellings = rapid.Permutation(p.Tellings).Draw(r, "tellings")
		p.Marks = rapid.Permutation(p.Marks).Draw(r, "marks")
		p.Hands = rapid.Permutation(p.Hands).Draw(r, "hands")
		p.Treated = rapid.Permutation(p.Treated).Draw(r, "treated")
		got, err := json.Marshal(Compute(s, p))
		if err != nil || string(got) != string(want) {
			r.Fatalf("%v\n%s\n%s", err, got, want)
		}
	})
}

// No person of staff stands in a report: neither listeners nor mentors.
func TestNobodyOfTheStaffStandsInAReport(t *testing.T) {
	raw, err := json.Marshal(Compute(small(t), played()))
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{`"p1"`, `"p2"`, `"m1"`, `"m2"`} {
		if bytes.Contains(raw, []byte(who)) {
			t.Errorf("the report names %s", who)
		}
	}
}

func TestOnlyEqualScenariosCompare(t *testing.T) {
	a, b := Compute(small(t), played()), Compute(small(t), played())
	if !a.Comparable(b) {
		t.Error("two runs of one scenario do not compare")
	}
	b.CriteriaDigest = "other"
	if a.Comparable(b) {
		t.Error("runs with other criteria compare")
	}
	b.CriteriaDigest, a.ScenarioDigest, b.ScenarioDigest = a.CriteriaDigest, "", ""
	if a.Comparable(b) {
		t.Error("runs of scenarios that were never revealed compare")
	}
}

// Big makes a play of so many deeds out of a scenario's own words.
func Big(s *scenario.Script, n int) Play {
	p := Play{Over: true, End: s.Ends()}
	for i := range s.Injects {
		p.Sent = append(p.Sent, Sent{Inject: s.Injects[i].ID, At: s.Begins() + scenario.Minute(i*100), Event: int64(i)})
	}
	var words []scenario.Expectation
	for i := range s.Injects {
		words = append(words, s.Injects[i].Expect...)
	}
	for i := range n {
		e := words[i%len(words)]
		p.Deeds = append(p.Deeds, Deed{Fact: scenario.Fact{At: s.Begins() + scenario.Minute(i*7919%6000), Do: e.Do, About: e.About, Team: e.Team}, Event: int64(1000 + i)})
	}
	return p
}

func TestTwentyThousandDeedsTakeNoTime(t *testing.T) {
	s := small(t)
	p := Big(s, 20_000)
	start := time.Now()
	Compute(s, p)
	if took := time.Since(start); took > 500*time.Millisecond {
		t.Errorf("%v", took)
	}
}
