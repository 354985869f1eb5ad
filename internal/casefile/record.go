package casefile

import (
	"rufaa/internal/vault"
)

// Record is what every entry of a case has: its id, and who made it and when.
type Record struct {
	ID string `json:"id"`
	By By     `json:"by"`
}

func (r *Record) recordID() string { return r.ID }
func (r *Record) author() *By      { return &r.By }
func (r *Record) stamp(by By)      { r.By = by }

// record is a fresh one; the fold stamps it.
func (e *env) record() Record { return Record{ID: e.newID()} }

// text is one sealed text of a record, with the words a page puts before it.
type text struct {
	label, field string
	in           vault.Compartment
	sealed       vault.Sealed
}

// entry is a record that may keep sealed texts.
type entry interface {
	recordID() string
	author() *By
	texts() []text
}

// seal seals one text of a record under the key of the person the case is about.
func (e *env) text(s *State, r Record, field string, c vault.Compartment, said string) vault.Sealed {
	return e.sealed(s.Subject().ID, r.ID, field, c, said)
}

// adds is the fold of an event that adds a record to a list of the case.
func adds[R any, P interface {
	*R
	stamp(By)
}](list func(*State) *[]R) folder {
	return on(func(s *State, r R, by By) {
		P(&r).stamp(by)
		l := list(s)
		*l = append(*l, r)
	})
}

// find gives the record with the id, or nil.
func find[R any, P interface {
	*R
	recordID() string
}](list []R, id string) P {
	for i := range list {
		if p := P(&list[i]); p.recordID() == id {
			return p
		}
	}
	return nil
}

// last is the newest of a list, or nil.
func last[R any](list []R) *R {
	if len(list) == 0 {
		return nil
	}
	return &list[len(list)-1]
}

// entriesOf makes a list of records ready to be asked for their texts.
func entriesOf[R any, P interface {
	*R
	entry
}](out []entry, list []R) []entry {
	for i := range list {
		out = append(out, P(&list[i]))
	}
	return out
}

// entries are all records of the joint case that may keep sealed texts, in the
// order a reader wants them.
func (s *State) entries() []entry {
	var out []entry
	out = entriesOf(out, s.SafetyPlans)
	out = entriesOf(out, s.Incidents)
	out = entriesOf(out, s.Goals)
	out = entriesOf(out, s.Deliveries)
	out = entriesOf(out, s.Transfers)
	out = entriesOf(out, s.Reflections)
	out = entriesOf(out, s.Panels)
	out = entriesOf(out, s.toldVoices())
	out = entriesOf(out, s.StatusReviews)
	out = entriesOf(out, s.Tasks)
	out = entriesOf(out, s.Conferences)
	out = entriesOf(out, s.Messages)
	out = entriesOf(out, s.Guardians)
	out = entriesOf(out, s.BestInterests)
	out = entriesOf(out, s.Ages)
	out = entriesOf(out, s.Tracings)
	out = entriesOf(out, s.CareArrangements)
	out = entriesOf(out, s.ReturnRisks)
	out = entriesOf(out, s.Solutions)
	out = entriesOf(out, s.Funds)
	out = entriesOf(out, s.Retraffickings)
	out = entriesOf(out, s.Section14)
	out = entriesOf(out, s.OffenderSteps)
	out = entriesOf(out, s.Bookings)
	out = entriesOf(out, s.Papers)
	out = entriesOf(out, s.Hearings)
	out = entriesOf(out, s.Corrections)
	out = entriesOf(out, s.Complaints)
	out = entriesOf(out, s.Approvals)
	return entriesOf(out, s.Flags)
}

// recorded adds the sealed texts of the joint case's records to a compartment.
func (s *State) recorded(c vault.Compartment, add func(Item, *By)) {
	for _, en := range s.entries() {
		for _, t := range en.texts() {
			if t.in == c {
				add(item(t.label, en.recordID(), t.field, c, t.sealed), en.author())
			}
		}
	}
}
