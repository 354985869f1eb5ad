package accounts

import (
	"encoding/json"
	"fmt"
	"slices"
)

// Duty is the capacity in which somebody acts. The policies in
// content/policy speak of these ids; their names stand in the vocabularies.
type Duty string

// The duties.
const (
	FirstResponder        Duty = "first_responder"
	CaseManager           Duty = "case_manager"
	Counsellor            Duty = "counsellor"
	ShelterManager        Duty = "shelter_manager"
	Investigator          Duty = "investigator"
	Prosecutor            Duty = "prosecutor"
	ImmigrationOfficer    Duty = "immigration_officer"
	Guardian              Duty = "guardian"
	Interpreter           Duty = "interpreter"
	Supervisor            Duty = "supervisor"
	Secretariat           Duty = "secretariat"
	DataProtectionOfficer Duty = "data_protection_officer"
	Administrator         Duty = "administrator"
	// Exercise is for control, actors, mentors and observers of an exercise;
	// which of them somebody is stands in the exercise. It is no duty in a realm
	// for real use.
	Exercise Duty = "exercise"
)

// Duties lists them all, in the order in which pages show them.
var Duties = []Duty{
	FirstResponder, CaseManager, Counsellor, ShelterManager, Investigator, Prosecutor,
	ImmigrationOfficer, Guardian, Interpreter, Supervisor, Secretariat, DataProtectionOfficer, Administrator, Exercise,
}

// Valid tells whether d is one of the duties.
func (d Duty) Valid() bool { return slices.Contains(Duties, d) }

// oneDuty gives the duty a session acts in: the chosen one while the person
// still has it, the only one there is, or none. Somebody with several must
// choose: acting in all at once would be more than any one task needs.
func oneDuty(have []Duty, chosen Duty) Duty {
	if slices.Contains(have, chosen) {
		return chosen
	}
	if len(have) == 1 {
		return have[0]
	}
	return ""
}

// tidyDuties puts duties in the order of Duties, each once.
func tidyDuties(in []Duty) []Duty {
	out := make([]Duty, 0, len(in))
	for _, d := range Duties {
		if slices.Contains(in, d) {
			out = append(out, d)
		}
	}
	return out
}

func encodeDuties(in []Duty) string {
	raw, err := json.Marshal(tidyDuties(in))
	if err != nil {
		panic("accounts: duties are plain strings: " + err.Error())
	}
	return string(raw)
}

func decodeDuties(s string) ([]Duty, error) {
	var out []Duty
	if err := json.Unmarshal([]byte(s), &out); err != nil {
		return nil, fmt.Errorf("accounts: stored duties: %w", err)
	}
	return out, nil
}
