package accounts

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"rufaa/internal/problem"
	"rufaa/internal/store"
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

// givenBy are the kinds of agency (vocabulary agency-kinds) whose own administrators
// give a duty. What these duties open reaches beyond the own agency: every case's
// outline, what an agency is held to, the second word on section 14. In any other
// agency the Secretariat's administrator gives them.
var givenBy = map[Duty][]string{
	Secretariat: {theSecretariat}, DataProtectionOfficer: {theSecretariat}, Prosecutor: {"prosecution"},
	ImmigrationOfficer: {"immigration"}, Investigator: {"police", "immigration", "state"},
}

// theSecretariat is the kind of agency whose administrators may give every duty.
const theSecretariat = "secretariat"

// mayGive refuses duties that whoever gives them cannot: an agency's administrator
// makes nobody more than the agency is. What somebody has already they may keep.
func mayGive(tx *store.Tx, by Principal, agency string, had, give []Duty) error {
	may, err := givable(tx, by, agency)
	if err != nil {
		return err
	}
	for _, d := range give {
		if !may(d) && !slices.Contains(had, d) {
			return &problem.Invalid{Fields: []problem.Field{{Name: "duties", Key: "accounts.error.duty_of_others"}}}
		}
	}
	return nil
}

// MayGive are the duties that somebody may give to a colleague of an agency who
// has some already; those are among them.
func (a *Accounts) MayGive(ctx context.Context, by Principal, agency string, had []Duty) (out []Duty, err error) {
	err = a.db.View(ctx, func(tx *store.Tx) error {
		may, err := givable(tx, by, agency)
		for _, d := range Duties {
			if err == nil && (a.o.Demo || d != Exercise) && (may(d) || slices.Contains(had, d)) {
				out = append(out, d)
			}
		}
		return err
	})
	return out, err
}

// givable tells of each duty whether somebody may give it in an agency.
func givable(tx *store.Tx, by Principal, agency string) (func(Duty) bool, error) {
	all := func(Duty) bool { return true }
	if by.Agency == System.Agency {
		return all, nil
	}
	own, err := kindOf(tx, by.Agency)
	if err != nil || own == theSecretariat {
		return all, err
	}
	kind, err := kindOf(tx, agency)
	return func(d Duty) bool {
		kinds, kept := givenBy[d]
		return !kept || slices.Contains(kinds, kind)
	}, err
}

// kindOf is the kind of an agency; "" is unknown.
func kindOf(tx *store.Tx, agency string) (kind string, err error) {
	err = tx.QueryRow(`SELECT kind FROM agencies WHERE id = $1`, agency).Scan(&kind)
	if errors.Is(err, store.ErrNoRow) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("accounts: kind of an agency: %w", err)
	}
	return kind, nil
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
