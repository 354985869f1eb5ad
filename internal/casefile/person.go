package casefile

import (
	"strconv"
	"time"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// PersonFacts is what somebody writes down about a person. Empty is unknown.
type PersonFacts struct {
	Role        string `json:"role,omitempty" doc:"child, sibling, companion, relative or guardian; the person herself is subject" maxLength:"20"`
	Name        string `json:"name,omitempty" doc:"Name; sealed"`
	OtherNames  string `json:"other_names,omitempty" doc:"Other names and spellings, one a line; sealed"`
	Phone       string `json:"phone,omitempty" doc:"Telephone; numbers without a country code are Kenyan; sealed"`
	IDNumber    string `json:"id_number,omitempty" doc:"Identity card or passport number; sealed"`
	BirthDate   string `json:"birth_date,omitempty" doc:"YYYY-MM-DD; sealed, only the age band is kept in the clear"`
	Age         *int   `json:"age,omitempty" doc:"Age in completed years, if no date is known; kept as a band only"`
	Minor       string `json:"minor,omitempty" doc:"Under 18? yes, no or unsure; unsure is treated as a child" enum:"yes,no,unsure,"`
	Sex         string `json:"sex,omitempty" doc:"Vocabulary sexes" maxLength:"20"`
	Language    string `json:"language,omitempty" doc:"Language she speaks best (vocabulary languages)" maxLength:"40"`
	Nationality string `json:"nationality,omitempty" doc:"Country (vocabulary countries); sealed as immigration" maxLength:"60"`
}

var otherRoles = map[string]bool{"child": true, "sibling": true, "companion": true, "relative": true, "guardian": true}

func (f *PersonFacts) role() string {
	if otherRoles[f.Role] {
		return f.Role
	}
	return "companion"
}

func (f *PersonFacts) check(c *valid.Check, k *content.Content, at string) {
	c.Line(at+"name", &f.Name, valid.MaxName, false)
	c.Text(at+"other_names", &f.OtherNames, 5*valid.MaxName, false)
	c.Phone(at+"phone", &f.Phone)
	c.IDNumber(at+"id_number", &f.IDNumber)
	c.BirthDate(at+"birth_date", f.BirthDate)
	c.Age(at+"age", f.Age)
	c.Term(at+"minor", f.Minor, func(s string) bool { return s == "yes" || s == "no" || s == "unsure" }, false)
	c.Term(at+"sex", f.Sex, inList(k, "sexes"), false)
	c.Term(at+"language", f.Language, inList(k, "languages"), false)
	c.Term(at+"nationality", f.Nationality, inList(k, "countries"), false)
	c.Term(at+"role", f.Role, func(s string) bool { return otherRoles[s] || s == RoleSubject }, false)
}

// years is the age in completed years, or ok=false when nobody knows.
func (f *PersonFacts) years(now time.Time) (years int, ok bool) {
	if born, err := time.Parse(time.DateOnly, f.BirthDate); err == nil {
		years = now.Year() - born.Year()
		if now.Month() < born.Month() || now.Month() == born.Month() && now.Day() < born.Day() {
			years-- // by the calendar: the day of the year is another one in a leap year
		}
		return max(years, 0), true
	}
	if f.Age != nil {
		return *f.Age, true
	}
	return 0, false
}

// treatAsChild decides who is treated as a child: everybody under 18, and
// everybody whose age is in doubt, until it is settled. An officer's "no"
// counts only when nothing contradicts it; an unanswered question is a doubt.
//
// Source: UNODC university module 8 (presumption of age); Children Act 2022 s.2.
func treatAsChild(minor string, years int, known bool) bool {
	if known && years < 18 {
		return true
	}
	switch minor {
	case "yes", "unsure":
		return true
	case "no":
		return false
	}
	return !known
}

func (f *PersonFacts) person(e *env, id, role string) Person {
	years, known := f.years(e.now)
	p := Person{
		ID: id, Role: role, Sex: f.Sex, Language: f.Language, Minor: f.Minor,
		AgeBand: "unknown", Child: treatAsChild(f.Minor, years, known),
	}
	if known {
		p.AgeBand = AgeBand(years)
	}
	born := f.BirthDate
	if born == "" && f.Age != nil {
		born = "~" + strconv.Itoa(*f.Age)
	}
	p.Name = e.sealed(id, id, "name", vault.Identity, f.Name)
	p.OtherNames = e.sealed(id, id, "other_names", vault.Identity, f.OtherNames)
	p.Phone = e.sealed(id, id, "phone", vault.Identity, f.Phone)
	p.IDNumber = e.sealed(id, id, "id_number", vault.Identity, f.IDNumber)
	p.BirthDate = e.sealed(id, id, "birth_date", vault.Identity, born)
	p.Nationality = e.sealed(id, id, "nationality", vault.Immigration, f.Nationality)
	return p
}

// Describe replaces what is known of one person in the case; an empty id adds
// somebody.
type Describe struct {
	Person string      `json:"person,omitempty" doc:"Id of the person; empty adds one"`
	Facts  PersonFacts `json:"facts"`
}

// Action is case.describe.
func (*Describe) Action() policy.Action { return policy.CaseDescribe }

// Check cleans the facts.
func (d *Describe) Check(c *valid.Check, k *content.Content) { d.Facts.check(c, k, "facts.") }

func (d *Describe) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	id, role := d.Person, d.Facts.role()
	if id == "" {
		id = e.newID()
	} else {
		have := s.person(id)
		if have == nil {
			return nil, problem.ErrNotFound
		}
		role = have.Role
	}
	return happened(PersonDescribed, PersonDescribedEvent{Person: d.Facts.person(e, id, role)})
}

// Tell adds what was told, so that she is not asked again.
type Tell struct {
	Text string `json:"text" doc:"What was told, by whom and when; sealed as account"`
}

// Action is case.tell.
func (*Tell) Action() policy.Action { return policy.CaseTell }

// Check requires a text.
func (t *Tell) Check(c *valid.Check, _ *content.Content) {
	c.Text("text", &t.Text, valid.MaxText, true)
}

func (t *Tell) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	id := e.newID()
	return happened(AccountAdded, AccountAddedEvent{ID: id, Text: e.sealed(s.Subject().ID, id, "text", vault.Account, t.Text)})
}

// Move says where she is now.
type Move struct {
	Kind   string `json:"kind" doc:"Vocabulary places-of-stay" maxLength:"40"`
	Place  string `json:"place,omitempty" doc:"Address or description; sealed as whereabouts"`
	County string `json:"county,omitempty" doc:"Vocabulary counties" maxLength:"60"`
	Until  string `json:"until,omitempty" doc:"YYYY-MM-DD, last day of an emergency place; empty if she can stay" maxLength:"10"`
}

// Action is case.place.
func (*Move) Action() policy.Action { return policy.CasePlace }

// Check requires the kind of place: a cell must show on the case at once.
func (m *Move) Check(c *valid.Check, k *content.Content) {
	c.Term("kind", m.Kind, inList(k, "places-of-stay"), true)
	c.Term("county", m.County, inList(k, "counties"), false)
	c.Text("place", &m.Place, valid.MaxText, false)
	c.FutureDate("until", m.Until)
}

func (m *Move) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	id := e.newID()
	return happened(PlaceChanged, PlaceChangedEvent{
		ID: id, Kind: m.Kind, County: m.County, Until: m.Until, Detained: isDetention(e.content, m.Kind),
		Place: e.sealed(s.Subject().ID, id, "place", vault.Whereabouts, m.Place),
	})
}

// AnswerDanger says what was done about an immediate danger.
type AnswerDanger struct {
	Done string `json:"action" doc:"Vocabulary danger-actions" maxLength:"40"`
	Note string `json:"note,omitempty" doc:"Sealed as whereabouts"`
}

// Action is danger.answer.
func (*AnswerDanger) Action() policy.Action { return policy.DangerAnswer }

// Check requires the action.
func (a *AnswerDanger) Check(c *valid.Check, k *content.Content) {
	c.Term("action", a.Done, inList(k, "danger-actions"), true)
	c.Text("note", &a.Note, valid.MaxText, false)
}

func (a *AnswerDanger) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	id := e.newID()
	return happened(DangerAnswered, DangerAnsweredEvent{
		ID: id, Action: a.Done, Note: e.sealed(s.Subject().ID, id, "note", vault.Whereabouts, a.Note),
	})
}
