package policy

// Duties in which staff act, as the policy files name them. That of an exercise
// team is not among them: it exists in no realm for real use and touches no case.
var Duties = []string{"first_responder", "case_manager", "counsellor", "shelter_manager", "investigator", "prosecutor",
	"immigration_officer", "guardian", "interpreter", "supervisor", "secretariat", "data_protection_officer", "administrator"}

// Purposes in which a duty would ask to open something.
var Purposes = []string{"assistance", "investigation", "prosecution", "immigration"}

// Compartments are the classes of sealed knowledge, Parts those of the frame.
var (
	Compartments = []string{"identity", "whereabouts", "account", "care", "inquiry", "immigration", "witness"}
	Parts        = []string{"screening", "consents", "safety", "needs", "referrals", "interviews", "followups", "team",
		"plan", "identification", "work", "child", "solution", "nonpunishment", "logistics", "rights", "supervision"}
)

// Standing is how somebody stands to the thing asked about. In it "me" is the
// person, "mine" the person's agency.
type Standing struct {
	Name     string
	About    string // in words, for people
	Resource Resource
	Context  Context
}

func thing(kind, holder string, team bool) Resource {
	r := Resource{Kind: kind, Holder: holder, From: holder, To: "elsewhere"}
	if team {
		r.Team = []string{"me"}
	}
	return r
}

// Standings are the ways to stand to a case or referral that the table of
// decisions tells apart.
func Standings(kind string) []Standing {
	waiting := thing(kind, "mine", false)
	waiting.Waiting, waiting.AlertedBy = true, "somebody"
	raised := thing(kind, "theirs", false)
	raised.Waiting, raised.AlertedBy = true, "me"
	partner := thing(kind, "theirs", true)
	partner.To = "mine"
	offered := thing(kind, "theirs", false)
	offered.OfferedTo = "mine"
	awaits := thing(kind, "mine", false)
	awaits.Awaits = true
	overseen := thing(kind, "mine", false)
	overseen.Overseers = []string{"me"}
	panel := thing(kind, "theirs", false)
	panel.Panel = []string{"me"}
	away := thing(kind, "mine", true)
	away.AlertedBy, away.OfferedTo, away.KeptAway, away.Panel = "me", "mine", []string{"me"}, []string{"me"}
	return []Standing{
		{"own case", "on the team, in the agency that holds the case", thing(kind, "mine", true), Context{Basis: "holder"}},
		{"partner, agreed", "on the team through a referral, with her consent", partner, Context{Basis: "consent"}},
		{"partner, not agreed", "on the team through a referral; never asked, declined or withdrawn", partner, Context{}},
		{"waiting alert", "not on the team; the own agency was asked to take it", waiting, Context{}},
		{"raised by me", "raised the alert; nobody has taken it", raised, Context{Basis: "author"}},
		{"offered to us", "no part in the case yet; the own agency is asked to take it over", offered, Context{Basis: "handover"}},
		{"work awaits", "not on the team; of the own agency, and work waits for a supervisor", awaits, Context{Basis: "holder"}},
		{"work seen", "not on the team; of the own agency, I gave a supervisor's word on it or raised a flag, and nothing waits", overseen, Context{Basis: "holder"}},
		{"on its panel", "no part in the case but a seat on its panel, which has not decided", panel, Context{Basis: "panel"}},
		{"break-glass", "no part in the case; a break-glass runs", thing(kind, "theirs", false), Context{Basis: "break-glass", Glass: true}},
		{"kept away", "whatever else: kept away from the case", away, Context{Basis: "holder", Glass: true}},
		{"other agency's case", "no part in the case", thing(kind, "theirs", false), Context{}},
	}
}

// ExerciseStandings are the parts that somebody can have in an exercise.
func ExerciseStandings() []Standing {
	var out []Standing
	for _, part := range []string{"control", "actor", "mentor", "observer", "player"} {
		out = append(out, Standing{Name: part, About: part + " in the exercise", Resource: Resource{Kind: "exercise", Roles: []string{part}}})
	}
	return append(out, Standing{Name: "no part", About: "no part in it", Resource: Resource{Kind: "none"}},
		Standing{Name: "no exercise yet", About: "in a realm of kind exercise that has none", Resource: Resource{Kind: "exercise-realm"}})
}

// Permitted tells whether a duty is permitted an action in a standing, for any
// of the purposes. Compartment names the compartment or part; empty for none.
func (d *Door) Permitted(duty string, do Action, s Standing, compartment string) bool {
	return d.permitted(Principal{Staff: "me", Agency: "mine", Duty: duty}, do, s, compartment)
}

func (d *Door) permitted(who Principal, do Action, s Standing, compartment string) bool {
	for _, p := range Purposes {
		ctx := s.Context
		ctx.Purpose, ctx.Compartment = p, compartment
		if d.Decide(who, do, s.Resource, ctx).Allowed {
			return true
		}
	}
	return false
}
