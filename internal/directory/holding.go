package directory

import (
	"context"
	"slices"
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/valid"
)

// Outcomes of a hold that rules name.
const (
	Arrived   = "arrived"
	NotNeeded = "not-needed"
)

// PlaceHold keeps places free for a while. Case is the case it is for; it is
// turned into a keyed digest at once and stands nowhere.
type PlaceHold struct {
	Slot
	Count   int    `json:"count,omitempty" doc:"How many places; empty is one" minimum:"0"`
	Case    string `json:"case,omitempty" doc:"Id of the case; kept as a keyed digest only" maxLength:"60"`
	Minutes int    `json:"minutes,omitempty" doc:"For how long; empty is the usual time" minimum:"0"`
}

// ReleaseHold ends a hold: the person has come, needs it no longer, or cannot
// be taken.
type ReleaseHold struct {
	Hold    string `json:"hold" maxLength:"60"`
	Outcome string `json:"outcome" doc:"Directory list hold-outcomes" maxLength:"40"`
}

// Action is what the door is asked for.
func (*PlaceHold) Action() policy.Action { return policy.DirectoryHold }

// Action is what the door is asked for.
func (*ReleaseHold) Action() policy.Action { return policy.DirectoryRelease }

// Check cleans the input.
func (x *PlaceHold) Check(v *valid.Check, t *Taxonomy) {
	v.Text("service", &x.Service, 60, true)
	v.Text("location", &x.Location, 60, false)
	v.Term("unit", x.Unit, t.in("units"), true)
	v.Term("group", x.Group, t.in("groups"), true)
	v.Text("case", &x.Case, 60, false)
	if x.Count == 0 {
		x.Count = 1
	}
	if x.Count < 0 || x.Count > t.Holds.Most {
		v.Add("count", "directory.error.number", "max", t.Holds.Most)
	}
	if most := int(t.Holds.Longest / time.Minute); x.Minutes < 0 || x.Minutes > most {
		v.Add("minutes", "directory.error.number", "max", most)
	}
}

// Check cleans the input.
func (x *ReleaseHold) Check(v *valid.Check, t *Taxonomy) {
	v.Text("hold", &x.Hold, 60, true)
	v.Term("outcome", x.Outcome, t.in("hold-outcomes"), true)
}

func (x *PlaceHold) decide(p *Provider, e *env) ([]ledger.Draft, error) {
	if err := p.open(); err != nil {
		return nil, err
	}
	if v, ok := e.t.Term("vetting", p.Vetting.State); ok && v.Barred {
		return nil, problem.Refuse("directory.barred")
	}
	if p.Service(x.Service) == nil {
		return nil, problem.ErrNotFound
	}
	mark := ""
	if x.Case != "" {
		mark = e.mark(x.Case)
		if slices.ContainsFunc(p.Holds, func(h Hold) bool { return h.For == mark && h.slot() == x.Slot && h.Runs(e.now) }) {
			return nil, problem.Refuse("directory.held-already")
		}
	}
	free, told := p.Free(x.Slot, e.now)
	switch {
	case !told:
		return nil, problem.Refuse("directory.capacity-not-known")
	case free == 0:
		return nil, problem.Refuse("directory.nothing-free")
	case free < x.Count:
		return nil, problem.Refuse("directory.too-few-free", "free", free)
	}
	lasts := e.t.Holds.Lasts
	if x.Minutes > 0 {
		lasts = time.Duration(x.Minutes) * time.Minute
	}
	return happened(Held, HeldEvent{ID: e.newID(), Slot: x.Slot, Count: x.Count, For: mark, Until: e.now.Add(lasts)})
}

func (x *ReleaseHold) decide(p *Provider, e *env) ([]ledger.Draft, error) {
	h := p.holdOf(x.Hold)
	switch {
	case h == nil:
		return nil, problem.ErrNotFound
	case h.Outcome != "":
		return nil, problem.Refuse("directory.hold-ended")
	case !h.Runs(e.now) && x.Outcome != Arrived: // she came late: still worth knowing
		return nil, problem.Refuse("directory.hold-ended")
	}
	return happened(HoldEnded, HoldEndedEvent{ID: x.Hold, Outcome: x.Outcome})
}

// Arrived ends the running holds that were placed for a case at providers of
// the person's own agency: whoever was expected has been accepted.
func (d *Directory) Arrived(ctx context.Context, who realm.Actor, caseID string) error {
	s, err := d.index.get(ctx, d.realm.Store)
	if err != nil {
		return err
	}
	now, mark := d.realm.Now(), d.env(ctx, who, "").mark(caseID)
	for _, x := range s.byName {
		if x.p.Agency == "" || x.p.Agency != who.Agency {
			continue
		}
		for _, h := range x.p.Holds {
			if h.For != mark || !h.Runs(now) {
				continue
			}
			if _, err := d.Do(ctx, who, x.p.ID, Order{}, &ReleaseHold{Hold: h.ID, Outcome: Arrived}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (p *Provider) holdOf(id string) *Hold {
	if i := slices.IndexFunc(p.Holds, func(h Hold) bool { return h.ID == id }); i >= 0 {
		return &p.Holds[i]
	}
	return nil
}
