package exhibit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"rufaa/internal/content"
	"rufaa/internal/custody"
	"rufaa/internal/ledger"
)

// Following computes the chains of exhibits from their events alone, in the
// order of the ledger, for who reads events and asks nobody: the play of an
// exercise and its review. What it finds is what the room finds.
type Following struct {
	content *content.Content
	places  *Register
	at      map[string]*followed // by stream
	waits   map[string]Overdue   // hand-overs whose other side is not told, by stream
}

// Overdue is a hand-over whose other side was not told in time. It can be told
// still, and then breaks nothing; that it was overdue stays true.
type Overdue struct {
	Stream string
	At     time.Time // when its time ran out
	Event  int64     // sequence number in the ledger of the side that was told
}

type followed struct {
	State
	sides map[side]told
	named map[string]bool // findings that were given
}

// side is one side of a step, and told the event that told it.
type side struct {
	step     string
	received bool
}

type told struct {
	event  int64
	agency string
}

// Fault is a finding as the ledger tells it. It names nobody: where a finding
// is about people, their agencies stand for them.
type Fault struct {
	custody.Finding
	Events            []int64   // sequence numbers in the ledger: the second side, then the first when it is another
	FirstAt, SecondAt time.Time // when the two sides were, as said
	Agency            string    // of who told the second side
	WasOf, IsOf       string    // agencies of Was and Is, where these are people; "" for others
}

// Follow begins to follow, by the clocks and places of a deployment's content.
func Follow(k *content.Content, places *Register) *Following {
	return &Following{content: k, places: places, at: map[string]*followed{}, waits: map[string]Overdue{}}
}

// Follow begins to follow by the realm's own clocks and places.
func (x *Exhibits) Follow() *Following { return Follow(x.realm.Content, x.Register) }

// Add reads one event and gives what it shows to be wrong, each finding once. A
// hand-over is judged when the other side is told: until then it can be taken
// back, and nothing has changed hands. A chain whose beginning was not read is
// not judged.
func (w *Following) Add(e ledger.Event) []Fault {
	if w == nil || !strings.HasPrefix(e.Stream, "exhibit/") {
		return nil
	}
	f := w.at[e.Stream]
	if f == nil {
		if e.Kind != Recorded {
			return nil
		}
		f = &followed{sides: map[side]told{}, named: map[string]bool{}}
		w.at[e.Stream] = f
	}
	if err := f.Fold(e); err != nil {
		return nil
	}
	f.tell(e)
	if p := f.Pending(); p != nil {
		if !f.named[overdue+p.ID] {
			w.waits[e.Stream] = Overdue{e.Stream, p.By.At.Add(w.places.limits(w.content).Confirm), f.sides[side{p.ID, false}].event}
		}
		return nil
	}
	delete(w.waits, e.Stream)
	return f.faults(w, e.At)
}

// Rest gives what is wrong with every chain at a moment and was not given yet,
// by stream: hand-overs, above all, that nobody confirmed in time.
func (w *Following) Rest(now time.Time) map[string][]Fault {
	out := map[string][]Fault{}
	if w == nil {
		return out
	}
	for stream, f := range w.at {
		if list := f.faults(w, now); len(list) > 0 {
			out[stream] = list
		}
	}
	return out
}

// overdue names a hand-over that was given as overdue.
const overdue = "overdue "

// Overdue gives the hand-overs whose time ran out before a moment, each once, in
// the order in which it did. Nobody has to do anything for it: time alone brings
// them.
func (w *Following) Overdue(now time.Time) []Overdue {
	if w == nil {
		return nil
	}
	var out []Overdue
	for stream, x := range w.waits {
		if now.After(x.At) {
			out = append(out, x)
			w.at[stream].named[overdue+w.at[stream].Pending().ID] = true
			delete(w.waits, stream)
		}
	}
	slices.SortFunc(out, func(a, b Overdue) int { return cmp.Or(a.At.Compare(b.At), strings.Compare(a.Stream, b.Stream)) })
	return out
}

// tell keeps which event told which side.
func (f *followed) tell(e ledger.Event) {
	if len(f.Steps) == 0 {
		return
	}
	at := told{e.Seq, e.Agency}
	last := &f.Steps[len(f.Steps)-1]
	switch e.Kind {
	case Received, Attested:
		f.sides[side{last.ID, true}] = at
	case TakenBack:
		f.sides[side{last.ID, true}], f.sides[side{last.ID, false}] = at, at
	default:
		if _, known := f.sides[side{last.ID, false}]; !known {
			f.sides[side{last.ID, false}] = at
		}
	}
}

func (f *followed) faults(w *Following, now time.Time) []Fault {
	c := f.Chain(w.content, w.places, now)
	var out []Fault
	for i := range c.Findings {
		x := &c.Findings[i]
		first, second := side{c.Events[x.First.Event].ID, x.First.Received}, side{c.Events[x.Second.Event].ID, x.Second.Received}
		name := fmt.Sprint(x.Flaw, first, second)
		if f.named[name] {
			continue
		}
		f.named[name] = true
		fault := Fault{Finding: *x, FirstAt: c.Side(x.First).At, SecondAt: c.Side(x.Second).At, Agency: f.sides[second].agency,
			Events: slices.Compact([]int64{f.sides[second].event, f.sides[first].event})}
		if x.Flaw.OfPeople() {
			fault.WasOf, fault.IsOf = f.agencyOf(x.Was), f.agencyOf(x.Is)
		}
		out = append(out, fault)
	}
	return out
}

// agencyOf is the agency of a keeper; "" when there is none.
func (f *followed) agencyOf(keeper string) string {
	for i := range f.Steps {
		for _, k := range []Keeper{f.Steps[i].Keeper, f.Steps[i].To} {
			if k.ID() == keeper && keeper != "" {
				return k.Agency
			}
		}
	}
	return ""
}
