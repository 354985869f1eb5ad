package review

import "rufaa/internal/scenario"

// Report is the review of one exercise. Shares are 0 to 1; where there was no
// chance for anything, Of is 0 and the share is 0.
type Report struct {
	Scenario       string       `json:"scenario"`
	Version        string       `json:"version"`
	Exercise       string       `json:"exercise,omitempty"`
	Digest         string       `json:"digest,omitempty" doc:"Committed to before play"`
	ScenarioDigest string       `json:"scenario_digest,omitempty"`
	CriteriaDigest string       `json:"criteria_digest,omitempty"`
	Score          Tally        `json:"score" doc:"Weighted points of the criteria there was a chance for"`
	Objectives     []Objective  `json:"objectives"`
	Criteria       []Criterion  `json:"criteria"`
	Teams          []Team       `json:"teams"`
	Attendance     *Attendance  `json:"attendance,omitempty"`
	People         []Person     `json:"people"`
	Found          Tally        `json:"victims_identified"`
	Truths         []Truth      `json:"truths"`
	Elements       []Element    `json:"elements"`
	Exhibits       []Exhibit    `json:"exhibits"`
	Injects        []Inject     `json:"injects"`
	InTime         Tally        `json:"in_time"`
	Referrals      Referrals    `json:"referrals"`
	Disclosures    []Disclosure `json:"disclosures_beyond_need"`
	Breaks         []Break      `json:"rules_overridden"`
	Treatments     []Treatments `json:"treatments"`
	Hands          []Hand       `json:"control"`
	Stops          int          `json:"stops" doc:"How often the safe word was used"`
	Timeline       []Moment     `json:"timeline"`
	Strengths      []Finding    `json:"strengths"`
	Improvements   []Finding    `json:"improvements"`
}

// Tally is a count beside its share.
type Tally struct {
	N     int     `json:"n"`
	Of    int     `json:"of"`
	Share float64 `json:"share"`
}

func tally(n, of int) Tally {
	t := Tally{N: n, Of: of}
	if of > 0 {
		t.Share = float64(n) / float64(of)
	}
	return t
}

// Objective is how far one was reached.
type Objective struct {
	ID     string        `json:"id"`
	Text   scenario.Text `json:"text"`
	Points Tally         `json:"points"`
}

// Criterion is one measure with its grade, what the mentors say, and whether
// control's hand can have changed it.
type Criterion struct {
	ID        string         `json:"id"`
	Objective string         `json:"objective"`
	Text      scenario.Text  `json:"text"`
	Weight    int            `json:"weight"`
	Grade     scenario.Grade `json:"grade"`
	Breached  bool           `json:"breached,omitempty"`
	Mentors   map[string]int `json:"mentors,omitempty" doc:"Grades of mentors, counted; the last of each mentor and team"`
	Differs   bool           `json:"differs,omitempty" doc:"Most mentors grade otherwise"`
	Touched   bool           `json:"touched,omitempty" doc:"Control did something by hand that can have changed it"`
	ByHand    bool           `json:"by_hand,omitempty" doc:"Some of its deeds were noted by hand"`
	Custody   []Custody      `json:"custody,omitempty" doc:"Of a criterion that reads gaps in custody: what is wrong, by exhibit"`
	Nobody    []string       `json:"nobody,omitempty" doc:"Teams of which nobody was there while something of it was due; when that was all of it, there was no fair chance"`
	Events    []int64        `json:"events"`
}

// Custody is what is wrong with the chain of one exhibit.
type Custody struct {
	Exhibit string `json:"exhibit"`
	Flaws   []Flaw `json:"flaws"`
}

// Flaw is one thing wrong with a chain of custody, as the exhibits themselves
// show it: what the room of exhibits computes, in moments of the scenario and
// with teams in place of people.
type Flaw struct {
	Flaw    string          `json:"flaw" doc:"As in found_wrong of an exhibit: gap, too-fast, overlap, wrong-hands, late-confirm, ..."`
	Breaks  bool            `json:"breaks" doc:"Whether it breaks the chain; a late confirmation and a device's wrong clock are told and break nothing"`
	Team    string          `json:"team,omitempty"`
	At      scenario.Minute `json:"at" doc:"When it was recorded"`
	First   Side            `json:"first"`
	Second  Side            `json:"second"`
	Seconds int64           `json:"seconds,omitempty" doc:"Of gaps, overlaps, orders, delays, ways and clocks"`
	Km      float64         `json:"km,omitempty" doc:"Of a way that nobody travels so fast; 0 when only its time was declared"`
	Was     string          `json:"was,omitempty" doc:"A seal, or a team"`
	Is      string          `json:"is,omitempty" doc:"A seal, or a team"`
}

// Side is one of the two events that do not fit together: when it was, as said,
// and its event in the ledger.
type Side struct {
	At    scenario.Minute `json:"at"`
	Event int64           `json:"event"`
}

// name tells flaws apart, for an order that does not depend on the ledger's.
func (f *Flaw) name() string {
	if f == nil {
		return ""
	}
	return f.Flaw
}

// Team is what one team did of what it had a chance to do.
type Team struct {
	ID       string        `json:"id"`
	Name     scenario.Text `json:"name"`
	InTime   Tally         `json:"in_time"`
	Late     int           `json:"late"`
	Missed   int           `json:"missed"`
	NoChance int           `json:"no_chance"`
	Strayed  int           `json:"strayed" doc:"Temptations given in to"`
	Deeds    int           `json:"deeds"`
}

// How a person of the story was recorded.
const (
	Identified  = "identified"   // a victim, recorded as one
	Missed      = "missed"       // a victim, not recorded as one
	AsOffender  = "as_offender"  // a victim, arrested, charged, handcuffed or put in a cell
	Rightly     = "rightly"      // no victim, not recorded as one
	FalseVictim = "false_victim" // no victim, recorded as one
)

// Person is what a character is and how the teams recorded it.
type Person struct {
	Character string        `json:"character"`
	Name      scenario.Text `json:"name"`
	Role      string        `json:"role"`
	As        []string      `json:"as"`
	// Minutes from found to each; -1 not, -2 not found.
	Safe      int     `json:"minutes_to_safe"`
	Care      int     `json:"minutes_to_care"`
	Interview int     `json:"minutes_to_interview"`
	Asked     Asked   `json:"asked"`
	Events    []int64 `json:"events"`
}

// Asked is how often a person was asked.
type Asked struct {
	Most    int `json:"most" doc:"The most often that one thing was told"`
	People  int `json:"people" doc:"How many different people listened to that one thing"`
	Teams   int `json:"teams" doc:"Of how many teams"`
	Twice   int `json:"twice" doc:"How often she was asked again what she had told"`
	Uneased int `json:"interviews" doc:"Interviews and examinations"`
}

// What became of something that was true.
const (
	NotAsked      = "not_asked"
	ToldNotKept   = "told_not_recorded"
	RecordedWrong = "recorded_wrong"
	Recorded      = "recorded"
	Invented      = "invented"
)

// Truth is one thing a character knows, and what became of it.
type Truth struct {
	Reveal    string        `json:"reveal"`
	Character string        `json:"character"`
	Text      scenario.Text `json:"text"`
	State     string        `json:"state"`
	Told      int           `json:"told"`
	Events    []int64       `json:"events"`
}

// Element is one wrong of the ground truth, and what was brought for it.
type Element struct {
	Victim   string        `json:"victim"`
	By       []string      `json:"by"`
	Kind     string        `json:"kind"`
	Text     scenario.Text `json:"text"`
	Known    bool          `json:"victim_identified"`
	Exhibits Tally         `json:"exhibits" doc:"Sealed, of those that prove it"`
	Proven   bool          `json:"proven" doc:"Victim identified and an exhibit that proves it sealed without a gap"`
	Events   []int64       `json:"events"`
}

// Exhibit states.
const (
	NotFound = "missed"
	Found    = "found"  // and not sealed
	Sealed   = "sealed" // found and sealed, custody whole
	Broken   = "chain_broken"
	Spoiled  = "mishandled"
)

// Exhibit is a thing that was there to be found.
type Exhibit struct {
	ID     string        `json:"id"`
	Name   scenario.Text `json:"name"`
	State  string        `json:"state"`
	Flaws  []Flaw        `json:"flaws,omitempty" doc:"What is wrong with its chain of custody"`
	Events []int64       `json:"events"`
}

// States of an expected deed.
const (
	OnTime   = "in_time"
	Late     = "late"
	Undone   = "missed"
	NoChance = "no_chance"
)

// Inject is one inject with what was expected of it.
type Inject struct {
	ID      string          `json:"id"`
	Title   scenario.Text   `json:"title"`
	Sent    bool            `json:"sent"`
	At      scenario.Minute `json:"at,omitempty"`
	Hand    bool            `json:"by_hand,omitempty"`
	Reason  string          `json:"reason,omitempty" doc:"Why it was not sent"`
	Expects []Expected      `json:"expects"`
	Event   int64           `json:"event,omitempty"`
}

// Events are those behind an inject: that it was sent, and what was done of
// what was expected.
func (in *Inject) Events() []int64 {
	var out []int64
	if in.Sent {
		out = append(out, in.Event)
	}
	for i := range in.Expects {
		if in.Expects[i].Done() {
			out = append(out, in.Expects[i].Event)
		}
	}
	return out
}

// Expected is one expected deed.
type Expected struct {
	Team     string          `json:"team"`
	Do       string          `json:"do"`
	About    string          `json:"about"`
	Due      scenario.Minute `json:"due,omitempty"`
	State    string          `json:"state"`
	Nobody   bool            `json:"nobody,omitempty" doc:"No fair chance: nobody of the team was there for some of the time"`
	Minutes  int             `json:"minutes" doc:"From the inject to the deed; -1 not done"`
	Criteria []string        `json:"criteria,omitempty"`
	Event    int64           `json:"event,omitempty"`
}

// Done tells whether it was done, in time or late.
func (x *Expected) Done() bool { return x.State == OnTime || x.State == Late }

// Referrals is how fast agencies answered each other.
type Referrals struct {
	Answered Tally   `json:"answered" doc:"Of those that had a fair chance to be"`
	Median   int     `json:"median_minutes" doc:"Of those answered; -1 when none was"`
	Events   []int64 `json:"events"`
}

// Disclosure is something told to who did not need it.
type Disclosure struct {
	Do    string          `json:"do"`
	About string          `json:"about"`
	Team  string          `json:"team"`
	At    scenario.Minute `json:"at"`
	Event int64           `json:"event"`
}

// Treatments is how often a character says she was treated so, by a team.
type Treatments struct {
	Character string  `json:"character"`
	How       string  `json:"how"`
	Team      string  `json:"team,omitempty"`
	Times     int     `json:"times"`
	Events    []int64 `json:"events"`
}

// Moment is one step of the replay.
type Moment struct {
	At    scenario.Minute `json:"at"`
	What  string          `json:"what" doc:"inject, deed, told, control"`
	Team  string          `json:"team,omitempty"`
	Do    string          `json:"do,omitempty"`
	About string          `json:"about,omitempty"`
	Place string          `json:"place,omitempty"`
	Event int64           `json:"event,omitempty"`
}

// Finding is a strength or something to improve, by criterion; the plan gives
// it an owner and a date.
type Finding struct {
	Criterion string         `json:"criterion"`
	Objective string         `json:"objective"`
	Grade     scenario.Grade `json:"grade"`
	Missing   []Expected     `json:"missing,omitempty" doc:"Expected deeds of the criterion that were late or missed"`
	Events    []int64        `json:"events"`
}

// Comparable tells whether two reports may be set side by side.
func (r *Report) Comparable(with *Report) bool {
	return r.Scenario == with.Scenario && r.ScenarioDigest != "" && r.ScenarioDigest == with.ScenarioDigest && r.CriteriaDigest == with.CriteriaDigest
}
