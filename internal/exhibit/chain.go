package exhibit

import (
	"time"

	"rufaa/internal/content"
	"rufaa/internal/custody"
)

// kinds says what a step is to the chain.
var kinds = map[string]custody.Kind{
	Recorded: custody.Found, Offered: custody.Handed, TakenBack: custody.Handed, Moved: custody.Moved,
	SealOpened: custody.Opened, Resealed: custody.Resealed, Returned: custody.Returned, Destroyed: custody.Destroyed,
}

// Chain computes the chain of custody as it stands at a moment. Steps that
// were declined or taken back are left out: nothing changed hands.
func (s *State) Chain(k *content.Content, places *Register, now time.Time) *custody.Chain {
	var events []custody.Event
	for i := range s.Steps {
		x := &s.Steps[i]
		if !x.Counts() {
			continue
		}
		e := custody.Event{ID: x.ID, Kind: kinds[x.Kind], By: moment(places, x.Keeper, &x.Seen, x.By.At), To: x.To.ID(),
			Travel: time.Duration(x.Travel) * time.Minute, NewSeal: x.NewSeal, Reason: x.Reason != ""}
		if x.Kind == Recorded {
			e.By.Who = x.To.ID()
		}
		if x.Other != nil {
			m := moment(places, x.To, &x.Other.Seen, x.Other.By.At)
			e.Received = &m
		}
		events = append(events, e)
	}
	return custody.Compute(events, s.Plain.Unsealable, places.limits(k), now)
}

func moment(places *Register, who Keeper, seen *Seen, recorded time.Time) custody.Moment {
	return custody.Moment{Who: who.ID(), At: seen.At, Device: seen.Device, Recorded: recorded, Place: places.of(seen.Place), Seal: seen.Seal, Broken: seen.Broken}
}

// StepOf is the step behind an event of the chain.
func (s *State) StepOf(c *custody.Chain, event int) *Step {
	for i := range s.Steps {
		if s.Steps[i].ID == c.Events[event].ID {
			return &s.Steps[i]
		}
	}
	return nil
}

// ReturnBy is when a victim's own property is to be back, or nil when nothing
// is owed. It runs from when the exhibit was taken.
//
// Source: Victim Protection Act 2014 s.16 (prompt return of property held as
// an exhibit); the period is the clock exhibit-return.
func (s *State) ReturnBy(k *content.Content) *time.Time {
	if s.Plain.Owner != OwnerVictim || s.Ended() || s.Plain.Kind == KindCSAM || len(s.Steps) == 0 {
		return nil
	}
	due := s.Steps[0].Seen.At.Add(returnWithin(k))
	return &due
}
