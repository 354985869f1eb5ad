package api

import (
	"rufaa/internal/casefile"
	"rufaa/internal/office"
	"rufaa/internal/policy"
	"rufaa/internal/referral"
	"rufaa/internal/vault"
)

// CaseList is one page of a worklist.
type CaseList struct {
	Cases []casefile.Row `json:"cases"`
	Total int            `json:"total" doc:"Rows in the whole list"`
	Next  string         `json:"next,omitempty" doc:"Cursor of the next page, for after; left out at the end"`
}

// OpenedCompartment is one compartment in the clear. That it was opened, by
// whom and on which ground, is on record before it is answered.
type OpenedCompartment struct {
	Compartment string       `json:"compartment"`
	Purpose     string       `json:"purpose"`
	Basis       string       `json:"basis"`
	Items       []OpenedItem `json:"items"`
}

// OpenedItem is one text.
type OpenedItem struct {
	Label  string       `json:"label"`
	Field  string       `json:"field,omitempty" doc:"Of an extra field of the own agency: its id"`
	Record string       `json:"record"`
	Person string       `json:"person,omitempty"`
	By     *casefile.By `json:"by,omitempty"`
	Text   string       `json:"text"`
	Erased bool         `json:"erased,omitempty" doc:"Its key was destroyed; the text is gone for good"`
}

// Openings is a page of who saw what, newest first.
type Openings struct {
	Openings []casefile.Access `json:"openings"`
	Names    map[string]string `json:"names" doc:"Names of the members of staff"`
	Next     int64             `json:"next,omitempty" doc:"For before; left out at the end"`
}

// CaseHistory is what happened in a case, without content.
type CaseHistory struct {
	Events []casefile.Happening `json:"events"`
	Names  map[string]string    `json:"names"`
}

// ReferralRows lists referrals.
type ReferralRows struct {
	Referrals []referral.Row `json:"referrals"`
}

// listNames are the lists as callers name them.
var listNames = map[string]casefile.List{
	"mine": casefile.Mine, "waiting": casefile.Waiting, "raised": casefile.RaisedByMe, "closed": casefile.ClosedMine, "every": casefile.Every,
	"offered": casefile.Offered, "awaited": casefile.Awaited, "detained": casefile.Detained,
}

func limit(preset int) query {
	return query{name: "limit", doc: "Rows at most", number: true, min: 1, max: 100, preset: preset}
}

func isCursor(_ *office.Office, v string) bool { return casefile.IsCursor(v) }

func (a *api) listRoutes() {
	add(a, policy.CaseList, route{
		method: "GET", path: "/worklist", id: "worklist", summary: "One of the person's lists of cases", tag: "cases", door: roomDoor,
		query: []query{{name: "list", terms: []string{"mine", "waiting", "raised", "closed", "every", "offered", "awaited", "detained"}}, {name: "after", doc: "Cursor, as it stood under next", known: isCursor, wrong: "api.error.cursor"}, limit(25)},
	}, func(c *call, _ *none) (*CaseList, error) {
		p, err := c.office().Cases.Worklist(c.r.Context(), c.actor, listNames[c.text["list"]], c.text["after"], c.number["limit"])
		if err != nil {
			return nil, err
		}
		return &CaseList{Cases: all(p.Rows), Total: p.Total, Next: p.Next}, nil
	})
}

// all gives an empty list rather than null.
func all[T any](in []T) []T {
	if in == nil {
		return []T{}
	}
	return in
}

func (a *api) caseReads() {
	at := func(path, id, summary string, q ...query) route {
		return route{method: "GET", path: path, id: id, summary: summary, tag: "cases", door: caseDoor, query: q}
	}
	one := at("/cases/{id}", "case", "A case as the person may see it")
	one.versioned = true
	add(a, policy.CaseView, one, func(c *call, _ *none) (*CaseView, error) {
		f, err := c.office().Cases.View(c.r.Context(), c.actor, c.id("id"))
		if err != nil {
			return nil, err
		}
		c.version = f.State.Version
		return viewOf(f, c.who.Agency), nil
	})
	add(a, policy.CompartmentOpen, at("/cases/{id}/compartments/{compartment}", "open-compartment", "Open one compartment; the opening is recorded",
		query{name: "purpose", doc: "Vocabulary purposes"}), openCompartment)
	add(a, policy.AccessView, at("/cases/{id}/openings", "openings", "Who saw what",
		query{name: "before", doc: "The seq to continue from", number: true, max: 1<<31 - 1}, limit(50)), openings)
	add(a, policy.HistoryView, at("/cases/{id}/history", "history", "What happened, step by step"), history)
	add(a, policy.CaseView, at("/cases/{id}/referrals", "case-referrals", "The referrals of a case"), func(c *call, _ *none) (*ReferralRows, error) {
		s, err := c.office().Cases.Admitted(c.r.Context(), c.actor, c.id("id"), policy.CaseView)
		if err != nil {
			return nil, err
		}
		rows, err := c.office().Referrals.OfCase(c.r.Context(), c.actor, s)
		return &ReferralRows{all(rows)}, err
	})
}

func openCompartment(c *call, _ *none) (*OpenedCompartment, error) {
	o, err := c.office().Cases.Open(c.r.Context(), c.actor, c.id("id"), vault.Compartment(c.id("compartment")), c.text["purpose"])
	if err != nil {
		return nil, err
	}
	return openedOf(o), nil
}

func openedOf(o *casefile.Opened) *OpenedCompartment {
	out := &OpenedCompartment{Compartment: string(o.Compartment), Purpose: o.Purpose, Basis: o.Basis, Items: []OpenedItem{}}
	for i := range o.Items {
		it := &o.Items[i]
		row := OpenedItem{Label: it.Label, Field: it.Extra, Record: it.Place.Record, Person: it.Person, By: it.By, Text: o.Texts[i]}
		if vault.IsErased(row.Text) {
			row.Text, row.Erased = "", true
		}
		out.Items = append(out.Items, row)
	}
	return out
}

func openings(c *call, _ *none) (*Openings, error) {
	n := c.number["limit"]
	list, err := c.office().Cases.WhoSaw(c.r.Context(), c.actor, c.id("id"), int64(c.number["before"]), n)
	if err != nil {
		return nil, err
	}
	out := &Openings{Openings: all(list)}
	if len(list) == n {
		out.Next = list[n-1].Seq
	}
	out.Names, err = namesOf(c, list, func(x casefile.Access) string { return x.Staff })
	return out, err
}

func history(c *call, _ *none) (*CaseHistory, error) {
	events, err := c.office().Cases.History(c.r.Context(), c.actor, c.id("id"))
	if err != nil {
		return nil, err
	}
	out := &CaseHistory{Events: all(events)}
	out.Names, err = namesOf(c, events, func(x casefile.Happening) string { return x.Staff })
	return out, err
}

// namesOf looks up who the ids of a list are.
func namesOf[T any](c *call, list []T, staff func(T) string) (map[string]string, error) {
	out := map[string]string{}
	ids := map[string]bool{}
	for _, x := range list {
		ids[staff(x)] = true
	}
	if len(ids) == 0 {
		return out, nil
	}
	keys := make([]string, 0, len(ids))
	for id := range ids {
		keys = append(keys, id)
	}
	return c.office().StaffNames(c.r.Context(), keys...)
}
