package policy

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// secretariat is the agency whose administrators keep the rulebook; the policy
// files name it, so it is compared by itself.
const secretariat = "ctip-secretariat"

// Names tells whether a policy names a word itself, such as the id of an
// agency; policies see all other agencies by comparing them only.
func (d *Door) Names(word string) bool {
	quoted := strconv.Quote(word)
	for _, text := range d.now.Load().text {
		if strings.Contains(text, quoted) {
			return true
		}
	}
	return false
}

// Change is one cell of the table of decisions that two doors answer otherwise.
type Change struct {
	Duty        string `json:"duty"`
	Standing    string `json:"standing"`
	Action      Action `json:"action"`
	Compartment string `json:"compartment,omitempty"`
	Agency      string `json:"agency,omitempty" doc:"Set when it is about one agency that the policies name"`
	Gains       bool   `json:"gains" doc:"true: permitted by the new version only; false: by the old one only"`
}

// Compare gives every cell of duty, standing and action in which a new door
// decides otherwise than an old one. Of the actions only those are asked whose
// policies differ.
func Compare(before, after *Door) []Change {
	var out []Change
	for _, do := range after.Differ(before) {
		for _, s := range everyStanding(do) {
			for _, part := range partsOf(do) {
				for _, duty := range Duties {
					for _, agency := range []string{"", secretariat} {
						if c, ok := compareCell(before, after, duty, agency, do, s, part); ok && !told(out, c) {
							out = append(out, c)
						}
					}
				}
			}
		}
	}
	return out
}

func compareCell(before, after *Door, duty, agency string, do Action, s Standing, part string) (Change, bool) {
	who := Principal{Staff: "me", Agency: "mine", Duty: duty}
	if agency != "" {
		who.Agency = agency
	}
	was, is := before.permitted(who, do, s, part), after.permitted(who, do, s, part)
	return Change{Duty: duty, Standing: s.Name, Action: do, Compartment: part, Agency: agency, Gains: is}, was != is
}

// told leaves out what was said already of everybody with the duty.
func told(list []Change, c Change) bool {
	everybody := c
	everybody.Agency = ""
	return slices.Contains(list, c) || slices.Contains(list, everybody)
}

// everyStanding gives the standings to ask about an action: to the case, to
// the referral where it is about referrals, and to the realm as a whole.
func everyStanding(do Action) []Standing {
	var out []Standing
	switch {
	case strings.HasPrefix(string(do), "referral."):
		out = Standings("referral")
	case strings.HasPrefix(string(do), "directory."):
		own := Resource{Kind: "provider", Agency: "mine"}
		out = []Standing{{Name: "own provider", Resource: own}, {Name: "other provider", Resource: Resource{Kind: "provider", Agency: "theirs"}}}
	case strings.HasPrefix(string(do), "file."):
		out = append(Standings("case"), evidenceStandings()...)
	case strings.HasPrefix(string(do), "exercise."):
		out = ExerciseStandings()
	case strings.HasPrefix(string(do), "rulebook."):
		out = []Standing{{Name: "drafted by another", Resource: Resource{Kind: "rulebook", Staff: "somebody"}},
			{Name: "policy drafted by another", Resource: Resource{Kind: "rulebook-policy", Staff: "somebody"}},
			{Name: "drafted by me", Resource: Resource{Kind: "rulebook", Staff: "me"}}}
	default:
		out = Standings("case")
	}
	return append(out, Standing{Name: "realm", Resource: Resource{Kind: "realm"}})
}

// evidenceStandings are those to a file that is evidence, of an inquiry or a scene.
func evidenceStandings() []Standing {
	return []Standing{
		{Name: "team of the inquiry", Resource: thing("inquiry", "mine", true)},
		{Name: "no part in the inquiry", Resource: thing("inquiry", "theirs", false)},
		{Name: "team of the scene", Resource: thing("scene", "mine", true)},
		{Name: "no part in the scene", Resource: thing("scene", "theirs", false)},
	}
}

func partsOf(do Action) []string {
	switch do {
	case CompartmentOpen, FileView, FileAdd, FileOpen, FileHistory, FileAskPreview, FileAllowPreview:
		return Compartments
	case PartRead:
		return Parts
	}
	return []string{""}
}

// Crossed names what the policies of a door permit although no policy may: the
// lines that hold whatever the files say. Empty: none is crossed.
func Crossed(d *Door) []string {
	var out []string
	say := func(format string, args ...any) {
		if line := fmt.Sprintf(format, args...); !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	for _, kind := range []string{"case", "referral", "likeness"} {
		for _, s := range Standings(kind) {
			for _, duty := range Duties {
				crossedBy(d, duty, s, say)
			}
		}
	}
	for _, s := range Standings("case") {
		for _, do := range Actions {
			for _, purpose := range Purposes {
				for _, part := range partsOf(do) {
					ctx := s.Context
					ctx.Purpose, ctx.Compartment = purpose, part
					dec := d.Decide(Principal{Staff: "me", Agency: "mine", Duty: "case_manager"}, do, s.Resource, ctx)
					if len(dec.By) > 0 && strings.HasPrefix(dec.By[0], "error in ") {
						say("%s: %s", do, dec.By[0])
					}
				}
			}
			if open := do == AlertCreate || do == DirectoryView || do == NoticesView || do == SelfManage; !open && d.Decide(Principal{}, do, s.Resource, s.Context).Allowed {
				say("nobody in particular may %s (%s)", do, s.Name)
			}
		}
	}
	return out
}

// crossedBy looks at what one duty opens in one standing.
func crossedBy(d *Door, duty string, s Standing, say func(string, ...any)) {
	never := []string{"administrator", "secretariat", "data_protection_officer", "interpreter"}
	who := Principal{Staff: "me", Agency: "mine", Duty: duty}
	for _, c := range Compartments {
		for _, p := range Purposes {
			ctx := s.Context
			ctx.Compartment, ctx.Purpose = c, p
			if s.Name == "other agency's case" {
				ctx.Basis = "consent" // somebody's, of another case
				if d.Decide(who, CompartmentOpen, s.Resource, ctx).Allowed {
					say("%s opens %s of a case they have no part in", duty, c)
				}
				ctx.Basis = s.Context.Basis
			}
			if !d.Decide(who, CompartmentOpen, s.Resource, ctx).Allowed {
				continue
			}
			if c == "witness" || slices.Contains(never, duty) {
				say("%s opens %s (%s)", duty, c, s.Name)
			}
			if ctx.Basis == "" {
				say("%s opens %s without any ground (%s)", duty, c, s.Name)
			}
		}
	}
}

// Kept tells whether the rulebook itself stays in somebody's hands: a version
// of the policies that nobody could replace again must never come into force.
func Kept(d *Door) bool {
	who := Principal{Staff: "me", Agency: secretariat, Duty: "administrator"}
	for _, kind := range []string{"rulebook", "rulebook-policy"} {
		others := Resource{Kind: kind, Staff: "somebody"}
		for do, to := range map[Action]Resource{RulebookView: {Kind: "realm"}, RulebookDraft: {Kind: kind}, RulebookApprove: others} {
			if !d.Decide(who, do, to, Context{}).Allowed {
				return false
			}
		}
		own := Resource{Kind: kind, Staff: "me"}
		for _, duty := range Duties {
			for _, agency := range []string{secretariat, "mine"} {
				if d.Decide(Principal{Staff: "me", Agency: agency, Duty: duty}, RulebookApprove, own, Context{}).Allowed {
					return false // nobody approves the own draft
				}
			}
		}
	}
	return true
}
