package scenario

// Kind is what a fact is about.
type Kind string

const (
	aboutPerson  Kind = "character"
	aboutExhibit Kind = "exhibit"
	aboutPlace   Kind = "place"
	aboutReveal  Kind = "reveal"
	aboutAny     Kind = "any" // a character, exhibit, place, team or "case"
)

// Whole is the subject of facts about the case as a whole.
const Whole = "case"

// Vocabulary is every word a fact can have, with what it is about. Branching,
// scoring and rehearsal read these words and no others.
var Vocabulary = map[string]Kind{
	"found": aboutPerson, "met": aboutPerson, "separated": aboutPerson,
	"safe": aboutPerson, "fed": aboutPerson, "interpreted": aboutPerson, "unhurried": aboutPerson,
	"cared": aboutPerson, "consented": aboutPerson, "placed": aboutPerson,
	"child_doubt": aboutPerson, "treated_as_child": aboutPerson, "treated_as_adult": aboutPerson,
	"screened": aboutPerson, "identified": aboutPerson, "labelled_wrong": aboutPerson,
	"interviewed": aboutPerson, "examined": aboutPerson, "asked": aboutPerson, "asked_twice": aboutPerson,
	"handcuffed": aboutPerson, "crowded": aboutPerson, "celled": aboutPerson,
	"arrested": aboutPerson, "charged": aboutPerson, "removed": aboutPerson,
	"referred": aboutPerson, "accepted": aboutPerson, "refused": aboutPerson,
	"risk_assessed": aboutPerson, "threatened": aboutPerson, "protected": aboutPerson, "traced": aboutPerson,
	"claim_registered": aboutPerson, "pseudonym_kept": aboutPerson, "named_in_public": aboutPerson,
	"disclosed": aboutPerson, "disclosed_with_basis": aboutPerson,
	"alert_sent": aboutPerson, "stopped": aboutPerson, "told": aboutReveal,
	"exhibit_found": aboutExhibit, "exhibit_sealed": aboutExhibit, "exhibit_mishandled": aboutExhibit,
	"handed_over": aboutExhibit, "custody_gap": aboutExhibit, "custody_remark": aboutExhibit, "confirm_overdue": aboutExhibit, "traced_money": aboutExhibit,
	"planned": aboutAny, "shared": aboutAny, "leaked": aboutAny, "recorded": aboutAny,
	"advised": aboutAny, "linked": aboutAny, "corrected": aboutAny, "deadline_met": aboutAny,
	"deadline_missed": aboutAny, "frozen": aboutAny, "answered": aboutAny, "costed": aboutAny,
	"figures_withheld": aboutAny, "learned": aboutAny, "entered": aboutPlace, "preserved": aboutPlace,
	"adapted": aboutAny, "held": aboutAny,
}
