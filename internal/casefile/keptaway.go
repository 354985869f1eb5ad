package casefile

import (
	"slices"
	"strconv"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/valid"
)

// Kinds of events about who is kept away from a case.
const (
	KeptAway  = "case.kept_away"
	LetBackIn = "case.let_back_in"
)

// Away keeps a member of staff away from a case, whatever their duty: the
// policy door finds none for them. Why is a word of a list; what exactly stands
// between them is nobody else's to read.
type Away struct {
	Record
	Staff  string `json:"staff"`
	Agency string `json:"agency"`
	Reason string `json:"reason"` // vocabulary away-reasons
	Ended  *By    `json:"ended,omitempty"`
}

// keptAway tells whether somebody is kept away from the case.
func (s *State) keptAway(staff string) bool {
	return slices.ContainsFunc(s.Away, func(a Away) bool { return a.Staff == staff && a.Ended == nil })
}

// Near leaves out of a list the rows of cases that somebody is kept away from:
// column holds the id of the case, arg is the number of the argument that NearTo
// gives.
func Near(column string, arg int) string {
	return ` AND NOT EXISTS (SELECT 1 FROM kept_away k WHERE k.case_id = ` + column + ` AND k.staff = $` + strconv.Itoa(arg) + `)`
}

// NearTo is whom a list leaves cases out for; nobody, for the duties that the
// policy (kept-away-from-the-case) lets see all.
func NearTo(who realm.Actor) string {
	if slices.Contains(watching, who.Duty) {
		return ""
	}
	return who.Staff
}

// watching are the duties that look over all cases and see no identity. Whoever
// leads a case does not choose who looks at it.
var watching = []string{"secretariat", "data_protection_officer"}

func watches(duties []string) bool {
	return slices.ContainsFunc(duties, func(d string) bool { return slices.Contains(watching, d) })
}

// KeepAway keeps somebody away from the case: a conflict of interest, her own
// wish. Whoever is on the team leaves it.
type KeepAway struct {
	Staff  string `json:"staff" doc:"Id of the member of staff, of any agency" maxLength:"60"`
	Reason string `json:"reason" doc:"Vocabulary away-reasons" maxLength:"40"`

	agency  string // of the member of staff, looked up by the service
	watches bool   // over all cases, in one of their duties; looked up too
}

// Action is team.change.
func (*KeepAway) Action() policy.Action { return policy.TeamChange }

// Check requires both.
func (x *KeepAway) Check(c *valid.Check, k *content.Content) {
	c.Text("staff", &x.Staff, 60, true)
	c.Term("reason", x.Reason, inList(k, "away-reasons"), true)
}

func (x *KeepAway) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	switch {
	case x.agency == "":
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "staff", Key: "common.error.unknown_term"}}}
	case e.by.Agency != s.Holder && x.agency != e.by.Agency: // a partner chooses among its own
		return nil, problem.Refuse("team.own-agency")
	case x.watches: // the door would let them in all the same, and the page would say they are away
		return nil, problem.Refuse("team.watches-over-all")
	case s.keptAway(x.Staff):
		return nil, problem.Refuse("case.step-order", "step", "keep-away")
	case x.Staff == e.by.Staff: // who steps back leaves the team, and is kept away by who follows
		return nil, problem.Refuse("team.kept-away-oneself")
	}
	drafts := []ledger.Draft{draft(KeptAway, Away{Record: e.record(), Staff: x.Staff, Agency: x.agency, Reason: x.Reason})}
	if s.Member(x.Staff) == nil {
		return drafts, nil
	}
	if s.lastManager(x.Staff) {
		return nil, problem.Refuse("team.manager-stays")
	}
	return append(drafts, draft(TeamLeft, TeamLeftEvent{Staff: x.Staff})), nil
}

// LetBack ends it: what stood between them is no more. The agency that keeps
// somebody away says so, or the one that holds the case.
type LetBack struct {
	Staff string `json:"staff" doc:"Id of the member of staff" maxLength:"60"`
}

// letBack is the payload of case.let_back_in.
type letBack struct {
	Staff string `json:"staff"`
}

// Action is team.change.
func (*LetBack) Action() policy.Action { return policy.TeamChange }

// Check requires the member of staff.
func (x *LetBack) Check(c *valid.Check, _ *content.Content) { c.Text("staff", &x.Staff, 60, true) }

func (x *LetBack) decide(s *State, e *env) ([]ledger.Draft, error) {
	i := slices.IndexFunc(s.Away, func(a Away) bool { return a.Staff == x.Staff && a.Ended == nil })
	switch {
	case i < 0:
		return nil, problem.ErrNotFound
	case e.by.Agency != s.Holder && s.Away[i].By.Agency != e.by.Agency:
		return nil, problem.Refuse("team.own-agency")
	}
	return happened(LetBackIn, letBack{x.Staff})
}

var awayFolds = map[string]folder{
	KeptAway: adds(func(s *State) *[]Away { return &s.Away }),
	LetBackIn: on(func(s *State, p letBack, by By) {
		for i := range s.Away {
			if a := &s.Away[i]; a.Staff == p.Staff && a.Ended == nil {
				a.Ended = &by
			}
		}
	}),
}
