package casefile

import (
	"cmp"
	"context"
	"errors"
	"math"
	"slices"
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
	On      string `json:"on" doc:"Day of the decision, or of the review, in East Africa, YYYY-MM-DD"`
	// Reviewed tells how a review left the decision: changed or upheld; empty where
	// the letter tells the decision itself.
	Reviewed string `json:"reviewed,omitempty" doc:"How a review left the decision: changed or upheld"`
	Holder   string `json:"agency"`             // agency that writes
	Lang     string `json:"language,omitempty"` // she speaks best, a term of the vocabulary
}

// Letter opens what a letter about one decision of a panel needs, her name and
// the reasons, and nothing else. The opening is recorded.
func (c *Cases) Letter(ctx context.Context, who realm.Actor, id, panel string) (*Letter, error) {
	return c.letter(ctx, who, id, func(s *State) (*Letter, Item) {
		p := find(s.Panels, panel)
		if p == nil || p.Outcome == "" || p.Review != "" {
			return nil, Item{}
		}
		if r := find(s.StatusReviews, p.Changed); r != nil { // her letter tells the decision that holds, and why
			return &Letter{Outcome: p.Standing(), On: dayOf(r.Answered), Reviewed: r.Outcome}, s.reviewReasons(r)
		}
		l := &Letter{Outcome: p.Outcome, On: dayOf(p.Decided)}
		if len(p.Seats) == 0 { // of before: its decision was written down later
			l.On = p.On
		}
		return l, item("panel_reasons", p.ID, "reasons", vault.Account, p.Reasons)
	})
}

// dayOf is the day in East Africa on which a step was done.
func dayOf(by *By) string { return by.At.Add(nairobi).Format(time.DateOnly) }

// ReviewLetter is the same about a review that was answered. Where it changed what
// a panel decided, the panel's own letter tells it.
func (c *Cases) ReviewLetter(ctx context.Context, who realm.Actor, id, review string) (*Letter, error) {
	return c.letter(ctx, who, id, func(s *State) (*Letter, Item) {
		r := find(s.StatusReviews, review)
		if r == nil || !r.HasLetter() {
			return nil, Item{}
		}
		l := &Letter{Outcome: "presumed", On: dayOf(r.Answered), Reviewed: r.Outcome}
		if p := find(s.Panels, r.Panel); p != nil {
			l.Outcome = p.Outcome
		} else if r.Outcome == "upheld" {
			l.Outcome = "not_presumed"
		}
		return l, s.reviewReasons(r)
	})
}

// HasLetter tells whether there is a letter about the review itself.
func (r *StatusReview) HasLetter() bool {
	return r.Outcome == "upheld" || r.Outcome == "changed" && r.Panel == ""
}

// reviewReasons are what a review found: in its own words, or in those of the
// panel that answered it.
func (s *State) reviewReasons(r *StatusReview) Item {
	for i := range s.Panels {
		if p := &s.Panels[i]; p.Review == r.ID && p.Outcome != "" {
			return item("panel_reasons", p.ID, "reasons", vault.Account, p.Reasons)
		}
	}
	return item("review_reasons", r.ID, "reasons", vault.Account, r.Reasons)
}

// letter fills in what every letter tells beside the decision, which about finds
// with its sealed reasons; nil where there is none.
func (c *Cases) letter(ctx context.Context, who realm.Actor, id string, about func(*State) (*Letter, Item)) (*Letter, error) {
	s, err := c.Load(ctx, id)
	if err != nil {
		return nil, err
	}
	basis, _, err := c.groundFor(who, s, vault.Account, "assistance")
	if err != nil {
		return nil, err
	}
	l, why := about(s)
	if l == nil {
		return nil, problem.ErrNotFound
	}
	her := s.Subject()
	items := []Item{why}
	if _, _, err := c.groundFor(who, s, vault.Identity, "assistance"); err == nil && !her.Name.IsZero() {
		items = append(items, item("name", her.ID, "name", vault.Identity, her.Name))
	}
	texts, err := c.OpenItems(ctx, who, s, "assistance", basis, "", items)
	if err != nil {
		return nil, err
	}
	l.Ref, l.Reasons, l.Holder, l.Lang = s.Ref, texts[0], s.Holder, her.Language
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
	Limit   int    `json:"limit" doc:"Open cases that one person with this duty should carry at most"`
	High    bool   `json:"high"` // above the limit
}

// Workload counts the open cases of everybody in the own agency, the heaviest
// first. It names no case. Somebody with several duties is measured by the
// lightest of their limits.
func (c *Cases) Workload(ctx context.Context, who realm.Actor) ([]Load, error) {
	if err := c.realm.Door.Realm(who.Principal, policy.WorkloadView); err != nil {
		return nil, err
	}
	return c.loads(ctx, `WHERE agency = $2 AND closed = 0`, who.Agency)
}

// OwnLoad is what one person carries, for that person.
func (c *Cases) OwnLoad(ctx context.Context, who realm.Actor) (Load, error) {
	all, err := c.loads(ctx, `WHERE staff = $2 AND closed = 0`, who.Staff)
	if err != nil || len(all) == 0 {
		return Load{Staff: who.Staff, Limit: c.limit(who.Duty)}, err
	}
	return all[0], nil
}

func (c *Cases) loads(ctx context.Context, where string, of string) ([]Load, error) {
	rows, err := c.realm.Store.Query(ctx, `SELECT staff, duty, count(*), sum(CASE WHEN due_at < $1 THEN 1 ELSE 0 END)
		FROM team `+where+` GROUP BY staff, duty`, c.now().UnixMilli(), of)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	by := map[string]*Load{}
	for rows.Next() {
		var staff, duty string
		var open, overdue int
		if err := rows.Scan(&staff, &duty, &open, &overdue); err != nil {
			return nil, err
		}
		l := by[staff]
		if l == nil {
			l = &Load{Staff: staff, Limit: c.limit(duty)}
			by[staff] = l
		}
		l.Cases, l.Overdue, l.Limit = l.Cases+open, l.Overdue+overdue, min(l.Limit, c.limit(duty))
	}
	var out []Load
	for _, l := range by {
		l.High = l.Cases > l.Limit
		out = append(out, *l)
	}
	slices.SortFunc(out, func(a, b Load) int { return cmp.Or(b.Cases-a.Cases, cmp.Compare(a.Staff, b.Staff)) })
	return out, rows.Err()
}

// limit is how many open cases a duty should carry; without one there is none.
func (c *Cases) limit(duty string) int {
	if c.carries == nil {
		return math.MaxInt32
	}
	return c.carries(duty)
}

// DetainedFor is how long she has been behind a lock, 0 when she is free.
func (r *Row) DetainedFor(now time.Time) time.Duration {
	if r.Since == nil {
		return 0
	}
	return now.Sub(*r.Since)
}
