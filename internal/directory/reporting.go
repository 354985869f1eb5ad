package directory

import (
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
)

// Confirm says that the entry is still true: one tap, stamped with who and
// when. How is empty for the provider's own staff; AsOf (UTC) is when it was
// so, if not now.
type Confirm struct {
	How  string    `json:"how,omitempty" doc:"Directory list verified-how" maxLength:"40"`
	AsOf time.Time `json:"as_of,omitzero"`
}

// ReportCapacity tells two numbers: how many there are and how many could be
// given now. Blocked explains what stands empty and cannot be given.
type ReportCapacity struct {
	Slot
	Available int       `json:"available" minimum:"0"`
	Maximum   *int      `json:"maximum,omitempty" doc:"Empty keeps the number that stands" minimum:"0"`
	Blocked   []Blocked `json:"blocked,omitempty" maxItems:"10"`
	AsOf      time.Time `json:"as_of,omitzero" doc:"When it was so, if not now"`
}

// Action is what the door is asked for.
func (*Confirm) Action() policy.Action { return policy.DirectoryConfirm }

// Action is what the door is asked for.
func (*ReportCapacity) Action() policy.Action { return policy.DirectoryReport }

// Check cleans the input.
func (x *Confirm) Check(v *valid.Check, t *Taxonomy) {
	v.Term("how", x.How, t.in("verified-how"), false)
}

// mostPlaces is more than any house in the region has.
const mostPlaces = 5000

// Check cleans the input.
func (x *ReportCapacity) Check(v *valid.Check, t *Taxonomy) {
	v.Term("unit", x.Unit, t.in("units"), true)
	v.Term("group", x.Group, t.in("groups"), true)
	v.Text("service", &x.Service, 60, true)
	v.Text("location", &x.Location, 60, false)
	number := func(name string, n int) {
		if n < 0 || n > mostPlaces {
			v.Add(name, "directory.error.number", "max", mostPlaces)
		}
	}
	number("available", x.Available)
	if x.Maximum != nil {
		number("maximum", *x.Maximum)
	}
	v.Count("blocked", len(x.Blocked), 10)
	for i, b := range x.Blocked {
		v.Term(valid.Index("blocked", i, "reason"), b.Reason, t.in("blocked-reasons"), true)
		number(valid.Index("blocked", i, "count"), b.Count)
	}
}

// oldest is how far back a report or a check may reach.
const oldest = 400 * 24 * time.Hour

func (e *env) believable(asOf time.Time) error {
	if !asOf.IsZero() && (asOf.After(e.now) || e.now.Sub(asOf) > oldest) {
		return &problem.Invalid{Fields: []problem.Field{{Name: "as_of", Key: "directory.error.as-of"}}}
	}
	return nil
}

func (x *Confirm) decide(p *Provider, e *env) ([]ledger.Draft, error) {
	if err := p.open(); err != nil {
		return nil, err
	}
	if err := e.believable(x.AsOf); err != nil {
		return nil, err
	}
	how := x.How
	if how == "" {
		if how = "own-staff"; p.Agency == "" || e.by.Agency != p.Agency {
			return nil, &problem.Invalid{Fields: []problem.Field{{Name: "how", Key: "common.error.choose"}}}
		}
	}
	return happened(Confirmed, ConfirmedEvent{How: how, AsOf: x.AsOf.UTC()})
}

func (x *ReportCapacity) decide(p *Provider, e *env) ([]ledger.Draft, error) {
	if err := p.open(); err != nil {
		return nil, err
	}
	s := p.Service(x.Service)
	if s == nil || x.Location != "" && s.AtLocation(x.Location) == nil {
		return nil, problem.ErrNotFound
	}
	if err := e.believable(x.AsOf); err != nil {
		return nil, err
	}
	asOf, maximum := e.now, x.Maximum
	if !x.AsOf.IsZero() {
		asOf = x.AsOf
	}
	if old := p.Capacity(x.Slot); old != nil {
		if old.Reported != nil && old.Reported.At.After(asOf) {
			return nil, problem.Refuse("directory.newer-report")
		}
		if maximum == nil {
			maximum = old.Maximum
		}
	}
	blocked := 0
	for _, b := range x.Blocked {
		blocked += b.Count
	}
	if maximum != nil && x.Available+blocked > *maximum {
		return nil, problem.Refuse("directory.more-than-all")
	}
	return happened(CapacityReported, CapacityEvent{Slot: x.Slot, Maximum: maximum, Available: &x.Available, Blocked: x.Blocked, AsOf: x.AsOf.UTC()})
}
