package casefile

import (
	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Listed says that the case stands in a list that an agency kept before, or
// keeps beside: a row of a spreadsheet. It comes after everything that the row
// led to, in the same transaction.
const Listed = "case.listed"

// FromList is the channel of a case that was taken from a list. Its alert lies
// before Rufaa, so that time to care does not count it.
const FromList = "list"

// ListedEvent names the list; the row's own number there is sealed.
type ListedEvent struct {
	ID       string       `json:"id"`
	List     string       `json:"list"`                // the agency's name for it
	Row      vault.Sealed `json:"row"`                 // the number of the row in the list
	OpenedOn string       `json:"opened_on,omitempty"` // YYYY-MM-DD, when the list opened the case
	ClosedOn string       `json:"closed_on,omitempty"` // YYYY-MM-DD, when the list closed it
	Closure  string       `json:"closure,omitempty"`   // id of the closure that the list told
}

// Origin is what a case keeps of the list it came from.
type Origin struct {
	ListedEvent
	By     By     `json:"by"`
	Person Person `json:"person"` // as the list left her; differs once somebody described her by hand
}

// byHand tells that somebody changed what the list says about the person.
func (s *State) byHand() bool { return s.Origin != nil && s.Origin.Person != *s.Subject() }

var listFolds = map[string]folder{
	Listed: on(func(s *State, p ListedEvent, by By) {
		if was := s.Origin; was != nil && p.Closure == "" {
			p.Closure, p.ClosedOn = was.Closure, was.ClosedOn
		}
		s.Origin = &Origin{ListedEvent: p, By: by, Person: *s.Subject()}
	}),
}

// ListRow is one row of a list, in Rufaa's words. Dates are YYYY-MM-DD.
type ListRow struct {
	Number  int    // of the row in the file; the header is 1
	Key     string // the row's own number in the list
	Facts   PersonFacts
	County  string
	Kind    string // of the place where she stays
	Place   string
	Account string

	OpenedOn string
	Closed   bool
	Reason   string // why it was closed, vocabulary closure-reasons
	ClosedOn string
	Manager  string // member of staff who works on it
}

// Check looks at what a row holds, as an alert's input is looked at.
func (r *ListRow) Check(c *valid.Check, k *content.Content) {
	c.Text("key", &r.Key, valid.MaxName, true)
	r.Facts.check(c, k, "")
	c.Term("county", r.County, inList(k, "counties"), false)
	c.Term("place_kind", r.Kind, inList(k, "places-of-stay"), false)
	c.Text("place", &r.Place, valid.MaxText, false)
	c.Text("account", &r.Account, valid.MaxText, false)
	c.PastDate("opened_on", r.OpenedOn)
	c.PastDate("closed_on", r.ClosedOn)
	c.Term("closure_reason", r.Reason, inList(k, "closure-reasons"), r.Closed)
}

// parts are what is compared with the last time, by part.
func (r *ListRow) parts() map[string][]any {
	f := &r.Facts
	age := -1
	if f.Age != nil {
		age = *f.Age
	}
	return map[string][]any{
		"person":  {f.Name, f.OtherNames, f.Phone, f.IDNumber, f.BirthDate, age, f.Minor, f.Sex, f.Language, f.Nationality},
		"place":   {r.County, r.Kind, r.Place},
		"account": {r.Account},
		"closure": {r.Closed},
	}
}

// newcomer is what a row of somebody new leads to: an alert, the case manager,
// the closure if the list has closed it, and where it came from.
func (r *ListRow) newcomer(list string, e *env) ([]ledger.Draft, AlertedEvent, error) {
	a := Alert{County: r.County, Place: r.Place, PlaceKind: r.Kind, Account: r.Account, Person: r.Facts}
	drafts, err := a.decide(&State{}, e)
	if err != nil {
		return nil, AlertedEvent{}, err
	}
	ev := drafts[0].Payload.(AlertedEvent)
	ev.Channel = FromList
	drafts[0].Payload = ev
	drafts = append(drafts, draft(TeamJoined, TeamJoinedEvent{Staff: r.Manager, Agency: e.by.Agency, Duty: "case_manager"}))
	closure := ""
	if r.Closed {
		closure = e.newID()
		drafts = append(drafts, draft(Closed, Closure{ID: closure, Reason: r.Reason}))
	}
	return append(drafts, r.listed(list, closure, ev.Persons[0].ID, e)), ev, nil
}

func (r *ListRow) listed(list, closure, subject string, e *env) ledger.Draft {
	ev := ListedEvent{ID: e.newID(), List: list, OpenedOn: r.OpenedOn, Closure: closure}
	if closure != "" {
		ev.ClosedOn = r.ClosedOn
	}
	ev.Row = e.sealed(subject, ev.ID, "row", vault.Identity, r.Key)
	return draft(Listed, ev)
}

// renewed is what a changed row leads to in the case that it made. What people
// wrote by hand stands.
func (r *ListRow) renewed(list string, s *State, changed map[string]bool, e *env) []ledger.Draft {
	subject := s.Subject()
	var drafts []ledger.Draft
	if changed["person"] && !s.byHand() {
		drafts = append(drafts, draft(PersonDescribed, PersonDescribedEvent{Person: r.Facts.person(e, subject.ID, subject.Role)}))
	}
	if changed["place"] && r.Kind != "" {
		id := e.newID()
		drafts = append(drafts, draft(PlaceChanged, PlaceChangedEvent{ID: id, Kind: r.Kind, County: r.County, Detained: isDetention(e.content, r.Kind),
			Place: e.sealed(subject.ID, id, "place", vault.Whereabouts, r.Place)}))
	}
	if changed["account"] && r.Account != "" {
		id := e.newID()
		drafts = append(drafts, draft(AccountAdded, AccountAddedEvent{ID: id, Text: e.sealed(subject.ID, id, "text", vault.Account, r.Account)}))
	}
	return append(drafts, r.listed(list, "", subject.ID, e))
}
