package review

import (
	"cmp"
	"slices"
	"time"

	"rufaa/internal/scenario"
)

// Play is what happened, in scenario time. Events are ids of ledger events.
type Play struct {
	Exercise string // id
	Digest   string // committed to before play
	Scenario string // digest of the scenario without its criteria
	Criteria string // digest of the criteria
	Over     bool
	End      scenario.Minute // when play ended; the scenario's own end when it has not
	Deeds    []Deed
	Sent     []Sent
	Unsent   map[string]string // reason by inject
	Hands    []Hand
	Tellings []Telling
	Treated  []Treatment
	Marks    []Mark
	Breaks   []Break
	Stops    int // the safe word
	// Attendance is nil where nobody was told to be there, as in a rehearsal.
	Attendance *Attendance
}

// Deed is a fact with the event behind it.
type Deed struct {
	scenario.Fact
	Event int64
	Hand  bool // noted by control or a mentor, not read from the ledger
	Flaw  *Flaw
}

// Sent is an inject that was sent.
type Sent struct {
	Inject string
	At     scenario.Minute
	Hand   bool // by control, not by clock or condition
	Event  int64
}

// Hand is something that control did by hand.
type Hand struct {
	What   string          `json:"what" doc:"fired, held, released, skipped, injected, noticed, frozen, jumped or moved"`
	Inject string          `json:"inject,omitempty"`
	Do     string          `json:"do,omitempty"`
	About  string          `json:"about,omitempty"`
	Reason string          `json:"reason"`
	At     scenario.Minute `json:"at"`
	Event  int64           `json:"event"`
	// Touched are the criteria whose grade it can have changed.
	Touched []string `json:"touched"`
}

// Telling is a reveal that an actor told. Listener tells persons apart and is
// shown to nobody.
type Telling struct {
	Reveal, Character string
	Team, Listener    string
	At                scenario.Minute
	Event             int64
}

// Treatment is how an actor says she was treated.
type Treatment struct {
	Character, How, Team string
	Event                int64
}

// Mark is a mentor's grade.
type Mark struct {
	Criterion, Team string
	Grade           scenario.Grade
	Mentor          string // tells mentors apart; shown to nobody
	At              scenario.Minute
	Wall            time.Time // when it was tapped: the scenario's clock may stand still
	Event           int64
}

// Break is a rule of the domain that was overridden with a reason.
type Break struct {
	Rule  string `json:"rule"`
	Team  string `json:"team,omitempty"`
	Event int64  `json:"event"`
}

// ordered is the play with everything in an order of its own, so that the order
// of the ledger cannot matter.
func (p Play) ordered() Play {
	p.Deeds, p.Sent, p.Hands = slices.Clone(p.Deeds), slices.Clone(p.Sent), slices.Clone(p.Hands)
	p.Tellings, p.Treated, p.Marks, p.Breaks = slices.Clone(p.Tellings), slices.Clone(p.Treated), slices.Clone(p.Marks), slices.Clone(p.Breaks)
	slices.SortFunc(p.Deeds, func(a, b Deed) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Do, b.Do), cmp.Compare(a.About, b.About), cmp.Compare(a.Team, b.Team), cmp.Compare(a.Event, b.Event),
			cmp.Compare(a.Flaw.name(), b.Flaw.name()))
	})
	slices.SortFunc(p.Sent, func(a, b Sent) int { return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Inject, b.Inject)) })
	slices.SortFunc(p.Hands, func(a, b Hand) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.What, b.What), cmp.Compare(a.Inject, b.Inject), cmp.Compare(a.Event, b.Event))
	})
	slices.SortFunc(p.Tellings, func(a, b Telling) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Reveal, b.Reveal), cmp.Compare(a.Event, b.Event))
	})
	slices.SortFunc(p.Treated, func(a, b Treatment) int {
		return cmp.Or(cmp.Compare(a.Character, b.Character), cmp.Compare(a.How, b.How), cmp.Compare(a.Event, b.Event))
	})
	slices.SortFunc(p.Marks, func(a, b Mark) int {
		return cmp.Or(cmp.Compare(a.Criterion, b.Criterion), cmp.Compare(a.At, b.At), a.Wall.Compare(b.Wall), cmp.Compare(a.Event, b.Event))
	})
	slices.SortFunc(p.Breaks, func(a, b Break) int { return cmp.Or(cmp.Compare(a.Rule, b.Rule), cmp.Compare(a.Event, b.Event)) })
	return p
}
