package casefile

import (
	"context"
	"errors"
	"math"
	"time"

	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/vault"
)

// Letter is what a formal decision tells the person herself.
type Letter struct {
	Ref     string `json:"reference"`
	Name    string `json:"name,omitempty"` // empty when it is not known
	Outcome string `json:"outcome"`
	Reasons string `json:"reasons"`
	On      string `json:"on"`                 // day of the panel, YYYY-MM-DD
	Holder  string `json:"agency"`             // agency that writes
	Lang    string `json:"language,omitempty"` // she speaks best, a term of the vocabulary
}

// Letter opens what a letter about one decision needs, her name and the
// reasons, and nothing else. The opening is recorded.
func (c *Cases) Letter(ctx context.Context, who realm.Actor, id, panel string) (*Letter, error) {
	s, err := c.Load(ctx, id)
	if err != nil {
		return nil, err
	}
	basis, _, err := c.groundFor(who, s, vault.Account, "assistance")
	if err != nil {
		return nil, err
	}
	p := find(s.Panels, panel)
	if p == nil || p.Outcome == "" {
		return nil, problem.ErrNotFound
	}
	her := s.Subject()
	items := []Item{item("panel_reasons", p.ID, "reasons", vault.Account, p.Reasons)}
	if _, _, err := c.groundFor(who, s, vault.Identity, "assistance"); err == nil && !her.Name.IsZero() {
		items = append(items, item("name", her.ID, "name", vault.Identity, her.Name))
	}
	texts, err := c.OpenItems(ctx, who, s, "assistance", basis, "", items)
	if err != nil {
		return nil, err
	}
	l := &Letter{Ref: s.Ref, Outcome: p.Outcome, Reasons: texts[0], On: p.On, Holder: s.Holder, Lang: her.Language}
	if len(texts) > 1 {
		l.Name = texts[1]
	}
	return l, nil
}

// Sheet is everything that is kept about her as far as whoever prints it for
// her may open it, and who saw it.
type Sheet struct {
	Row
	Opened []*Opened
	Shut   []vault.Compartment // kept, but not for this duty to open
	Seen   []Access
}

// Sheet opens every compartment that the duty may open for her assistance.
// Source: Data Protection Act 2019 s.26 (access of the data subject).
func (c *Cases) Sheet(ctx context.Context, who realm.Actor, id string) (*Sheet, error) {
	s, err := c.Load(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := c.admit(who, policy.RightsAnswer, s); err != nil {
		return nil, err
	}
	out := &Sheet{Row: s.row()}
	for _, comp := range vault.Compartments() {
		if len(s.Items(comp)) == 0 {
			continue
		}
		o, err := c.Open(ctx, who, id, comp, "assistance")
		switch {
		case errors.As(err, new(*problem.Denied)):
			out.Shut = append(out.Shut, comp)
		case err != nil:
			return nil, err
		default:
			out.Opened = append(out.Opened, o)
		}
	}
	out.Seen, err = c.seen(ctx, id, math.MaxInt32, sheetLines)
	return out, err
}

// sheetLines is how many openings a printed sheet lists.
const sheetLines = 500

// Load is how much one member of staff carries.
type Load struct {
	Staff   string `json:"staff"`
	Cases   int    `json:"cases"`
	Overdue int    `json:"overdue"`
	High    bool   `json:"high"` // above the limit of the agency
}

// Caseload is how many open cases one person should carry at most. A working
// figure, not confirmed by any guideline; above it the supervisor is told.
const Caseload = 25

// Workload counts the open cases of everybody in the own agency, the heaviest
// first. It names no case.
func (c *Cases) Workload(ctx context.Context, who realm.Actor) ([]Load, error) {
	if err := c.realm.Door.Realm(who.Principal, policy.WorkloadView); err != nil {
		return nil, err
	}
	rows, err := c.realm.Store.Query(ctx, `SELECT staff, count(*), sum(CASE WHEN due_at < $2 THEN 1 ELSE 0 END) FROM team
		WHERE agency = $1 AND closed = 0 GROUP BY staff ORDER BY count(*) DESC, staff`, who.Agency, c.now().UnixMilli())
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Load
	for rows.Next() {
		var l Load
		if err := rows.Scan(&l.Staff, &l.Cases, &l.Overdue); err != nil {
			return nil, err
		}
		l.High = l.Cases > Caseload
		out = append(out, l)
	}
	return out, rows.Err()
}

// DetainedFor is how long she has been behind a lock, 0 when she is free.
func (r *Row) DetainedFor(now time.Time) time.Duration {
	if r.Since == nil {
		return 0
	}
	return now.Sub(*r.Since)
}
