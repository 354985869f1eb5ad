package casefile

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/vault"
)

// BasisPanel is the ground on which a member of a panel reads what lies before
// it, and nothing else of the case.
const BasisPanel = "panel"

// SittingRow is one panel whose member somebody is.
type SittingRow struct {
	Case     string    `json:"case"`
	Ref      string    `json:"reference"`
	Panel    string    `json:"panel"`
	Due      time.Time `json:"due_at" doc:"No voice is taken from then on"`
	Proposed bool      `json:"proposed" doc:"There is something to speak on"`
	Spoken   bool      `json:"spoken" doc:"The own voice is given; others are awaited"`
}

// seats finds who the members of a panel are; an agency that is named sends the
// first of its delegates who is not barred. Whoever could never speak on it, in
// any of their duties, is nobody.
func (c *Cases) seats(ctx context.Context, members []string, barred func(staff string) bool) ([]Seat, error) {
	var out []Seat
	for _, name := range members {
		if sent, err := c.sends(ctx, name, barred); err != nil {
			return nil, err
		} else if sent != "" {
			name = sent
		}
		id, agency, duties, err := c.staffBy(ctx, name)
		if err != nil {
			return nil, fmt.Errorf("casefile: members of a panel: %w", err)
		}
		may := func(duty string) bool {
			return c.realm.Door.Decide(policy.Principal{Staff: id, Agency: agency, Duty: duty}, policy.IdentificationVoice,
				policy.Resource{Kind: "case", Panel: []string{id}}, policy.Context{}).Allowed
		}
		seat := Seat{Staff: id, Agency: agency}
		if !c.takesPart(agency) || !slices.ContainsFunc(duties, may) {
			seat = Seat{}
		}
		if seat == (Seat{}) || !slices.Contains(out, seat) {
			out = append(out, seat)
		}
	}
	return out, nil
}

// sends is whom an agency sends; "" where it named nobody, or the name is none of an
// agency.
func (c *Cases) sends(ctx context.Context, agency string, barred func(staff string) bool) (string, error) {
	if c.delegates == nil || !c.takesPart(agency) {
		return "", nil
	}
	named, err := c.delegates(ctx, agency)
	if err != nil || len(named[agency]) == 0 {
		return "", err
	}
	for _, staff := range named[agency] {
		if !barred(staff) {
			return staff, nil
		}
	}
	return named[agency][0], nil // the rules say why not
}

// passesOver tells whether somebody is called whose agency named others: who calls
// a panel chooses no friends for it.
func (c *Cases) passesOver(ctx context.Context, seats []Seat) (bool, error) {
	if c.delegates == nil {
		return false, nil
	}
	named, err := c.delegates(ctx, "")
	return slices.ContainsFunc(seats, func(x Seat) bool {
		own := named[x.Agency]
		return len(own) > 0 && !slices.Contains(own, x.Staff)
	}), err
}

// Delegating are the agencies that named whom they send to panels, for whoever calls
// one.
func (c *Cases) Delegating(ctx context.Context) ([]string, error) {
	if c.delegates == nil {
		return nil, nil
	}
	named, err := c.delegates(ctx, "")
	return slices.Sorted(maps.Keys(named)), err
}

// writeSeats keeps whose voice is awaited, for the worklists of the members.
func writeSeats(tx *store.Tx, s *State) error {
	if _, err := tx.Exec(`DELETE FROM panel_seats WHERE case_id = $1`, s.ID); err != nil {
		return err
	}
	p := s.OpenPanel()
	if p == nil {
		return nil
	}
	for _, x := range p.Seats {
		v := s.voiceOf(p, x.Staff)
		if x.Gone || v != nil && v.Voice == Recused {
			continue
		}
		if _, err := tx.Exec(`INSERT INTO panel_seats (case_id, staff, panel, due_at, proposed, spoken) VALUES ($1, $2, $3, $4, $5, $6)`,
			s.ID, x.Staff, p.ID, p.Due.UnixMilli(), flag(p.Proposal != nil), flag(v != nil)); err != nil {
			return err
		}
	}
	return nil
}

// Sittings lists the panels on which somebody sits now, the most pressing
// first: those that wait for their voice before those that wait for others.
func (c *Cases) Sittings(ctx context.Context, who realm.Actor, limit int) ([]SittingRow, error) {
	if err := c.realm.Door.Realm(who.Principal, policy.IdentificationVoice); err != nil {
		return nil, err
	}
	rows, err := c.realm.Store.Query(ctx, `SELECT c.id, c.ref, p.panel, p.due_at, p.proposed, p.spoken FROM panel_seats p JOIN cases c ON c.id = p.case_id
		WHERE p.staff = $1 AND p.due_at > $2 AND c.closed_at = 0`+Near("c.id", 3)+` ORDER BY p.spoken, p.due_at, c.id LIMIT $4`,
		who.Staff, c.now().UnixMilli(), NearTo(who), limit)
	if err != nil {
		return nil, fmt.Errorf("casefile: panels: %w", err)
	}
	defer rows.Close()
	var out []SittingRow
	for rows.Next() {
		var r SittingRow
		var due int64
		if err := rows.Scan(&r.Case, &r.Ref, &r.Panel, &due, &r.Proposed, &r.Spoken); err != nil {
			return nil, err
		}
		r.Due = time.UnixMilli(due).UTC()
		out = append(out, r)
	}
	return out, rows.Err()
}

// Sitting is the open panel of a case as one of its members sees it, without
// anything sealed. What the others said is not in it.
type Sitting struct {
	Case     string    `json:"case"`
	Ref      string    `json:"reference"`
	Version  int64     `json:"version"`
	Panel    string    `json:"panel"`
	On       string    `json:"on"`
	Due      time.Time `json:"due_at" doc:"No voice is taken from then on"`
	Late     bool      `json:"late"`
	Holder   string    `json:"agency" doc:"Agency that answers for the case"`
	Seats    []Seat    `json:"seats"`
	Review   bool      `json:"review" doc:"It looks again at what another panel decided"`
	Proposal *Proposal `json:"proposal,omitempty"`
	Spoken   int       `json:"spoken" doc:"How many members have spoken"`
	Mine     string    `json:"voice,omitempty" doc:"The own voice"`
}

// Sitting tells it to a member while the panel sits; to everybody else, and
// afterwards, there is none.
func (c *Cases) Sitting(ctx context.Context, who realm.Actor, id string) (*Sitting, error) {
	s, p, err := c.panelOf(ctx, who, id)
	if err != nil {
		return nil, err
	}
	out := &Sitting{Case: s.ID, Ref: s.Ref, Version: s.Version, Panel: p.ID, On: p.On, Due: *p.Due, Late: p.Late(c.now()), Holder: s.Holder,
		Seats: p.Seats, Review: p.Review != "", Proposal: p.Proposal, Spoken: len(s.voicesOn(p))}
	if v := s.voiceOf(p, who.Staff); v != nil {
		out.Mine = v.Voice
	}
	return out, nil
}

// panelOf is the open panel of a case, for one of its members.
func (c *Cases) panelOf(ctx context.Context, who realm.Actor, id string) (*State, *Panel, error) {
	s, err := c.Admitted(ctx, who, id, policy.IdentificationVoice)
	if err != nil {
		return nil, nil, err
	}
	p := s.OpenPanel()
	if p == nil {
		return nil, nil, problem.ErrNotFound
	}
	return s, p, nil
}

// PanelPapers opens what lies before the panel, for one of its members: the
// papers, the reasons of what is proposed and, on a review, her grounds and the
// reasons of the decision that is looked at again. The opening is recorded.
func (c *Cases) PanelPapers(ctx context.Context, who realm.Actor, id string) (*Opened, error) {
	s, p, err := c.panelOf(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if p.Late(c.now()) {
		return nil, problem.Refuse("identification.panel-late")
	}
	const purpose = "assistance"
	on := policy.Context{Compartment: string(vault.Account), Purpose: purpose, Basis: BasisPanel}
	if !c.realm.Door.Decide(who.Principal, policy.CompartmentOpen, s.Resource(c.now()), on).Allowed {
		return nil, &problem.Denied{Action: string(policy.CompartmentOpen), Rule: "disclosure.compartment-not-for-duty"}
	}
	items := s.before(p)
	texts, err := c.OpenItems(ctx, who, s, purpose, BasisPanel, "", items)
	if err != nil {
		return nil, err
	}
	return &Opened{Compartment: vault.Account, Purpose: purpose, Basis: BasisPanel, Items: items, Texts: texts}, nil
}

// before is what lies before a panel.
func (s *State) before(p *Panel) []Item {
	var out []Item
	add := func(en entry) {
		for _, t := range en.texts() {
			if !t.sealed.IsZero() && t.label != "panel_members" {
				it := item(t.label, en.recordID(), t.field, t.in, t.sealed)
				it.By = en.author()
				out = append(out, it)
			}
		}
	}
	add(p)
	if r := find(s.StatusReviews, p.Review); r != nil {
		add(r)
		if decided := find(s.Panels, r.Panel); decided != nil {
			add(decided)
		}
	}
	return out
}
