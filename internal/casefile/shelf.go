package casefile

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	lru "github.com/hashicorp/golang-lru/v2"

	"rufaa/internal/store"
)

// shelved is how many cases lie ready folded. A case of forty steps takes some
// tens of kilobytes; nothing in it is in the clear.
const shelved = 2000

// shelf keeps folded cases, so that a case read many times is decoded once.
// The store is still asked each time which version is current, so that a shelf
// of one server never shows what another server has changed since.
type shelf struct{ kept *lru.Cache[string, *State] }

func newShelf() shelf {
	kept, err := lru.New[string, *State](shelved)
	if err != nil {
		panic(err) // the size above is not positive
	}
	return shelf{kept}
}

// read gives the case at its current version; empty when there is none. The
// value is the caller's own, the slices in it are shared: they may be replaced
// and never written into.
func (sh shelf) read(ctx context.Context, db *store.DB, id string) (*State, error) {
	known, have := sh.kept.Get(id)
	at := int64(-1)
	if have {
		at = known.Version
	}
	var version int64
	var raw []byte
	err := db.QueryRow(ctx, currentCase, id, at).Scan(&version, &raw)
	switch {
	case errors.Is(err, store.ErrNoRow):
		return &State{}, nil
	case err != nil:
		return nil, fmt.Errorf("casefile: load: %w", err)
	}
	if !have || version != at {
		known = new(State)
		if err := json.Unmarshal(raw, known); err != nil {
			return nil, fmt.Errorf("casefile: load %s: %w", id, err)
		}
		sh.kept.Add(id, known)
	}
	own := *known
	err = own.untold(func(text string, args ...any) *store.Row { return db.QueryRow(ctx, text, args...) })
	return &own, err
}

// currentCase reads a case's version, and its state unless that version is the
// one already known.
const currentCase = `SELECT version, CASE WHEN version = $2 THEN NULL ELSE state END FROM case_state WHERE id = $1`

// untold takes out what old events tell in the clear if the case's keys were
// destroyed since: an erasure leaves the version as it is, so that the shelf may
// know words that the store has lost. Only a case that has such words is asked
// about.
func (s *State) untold(query func(text string, args ...any) *store.Row) error {
	if !s.tellsClear() {
		return nil
	}
	var erased bool
	if err := query(`SELECT COALESCE((SELECT erased_at FROM cases WHERE id = $1), 0) > 0`, s.ID).Scan(&erased); err != nil {
		return fmt.Errorf("casefile: load %s: %w", s.ID, err)
	}
	if erased {
		s.forget()
	}
	return nil
}

// fold gives the case as this transaction sees it, to fold more events into.
func (sh shelf) fold(tx *store.Tx, id string) (*State, error) {
	known, have := sh.kept.Get(id)
	at := int64(-1)
	if have {
		at = known.Version
	}
	var version int64
	var raw []byte
	err := tx.QueryRow(currentCase, id, at).Scan(&version, &raw)
	s := new(State)
	switch {
	case errors.Is(err, store.ErrNoRow):
		return s, nil
	case err != nil:
		return nil, err
	case have && version == at:
		s = known.copied()
	default:
		if err := json.Unmarshal(raw, s); err != nil {
			return nil, err
		}
	}
	return s, s.untold(tx.QueryRow)
}

// copied is a state that can be folded further while others read the first.
// Fold replaces elements of these slices and never writes into what an element
// points to.
func (s *State) copied() *State {
	c := *s
	c.Account = slices.Clone(s.Account)
	c.Persons = slices.Clone(s.Persons)
	c.Team = slices.Clone(s.Team)
	c.Away = slices.Clone(s.Away)
	c.Screenings = slices.Clone(s.Screenings)
	c.Consents = slices.Clone(s.Consents)
	c.Bases = slices.Clone(s.Bases)
	c.Safety = slices.Clone(s.Safety)
	c.Needs = slices.Clone(s.Needs)
	c.Interviews = slices.Clone(s.Interviews)
	c.Referrals = slices.Clone(s.Referrals)
	c.FollowUps = slices.Clone(s.FollowUps)
	c.BreakGlass = slices.Clone(s.BreakGlass)
	c.cloneJoint()
	c.Extras = slices.Clone(s.Extras)
	return &c
}

// cloneJoint does the same for the lists of joint work.
func (s *State) cloneJoint() {
	s.SafetyPlans = slices.Clone(s.SafetyPlans)
	s.Incidents = slices.Clone(s.Incidents)
	s.CarePlans = slices.Clone(s.CarePlans)
	s.Goals = slices.Clone(s.Goals)
	s.Deliveries = slices.Clone(s.Deliveries)
	s.Transfers = slices.Clone(s.Transfers)
	s.Reflections = slices.Clone(s.Reflections)
	s.Panels = slices.Clone(s.Panels)
	s.Voices = slices.Clone(s.Voices)
	s.StatusReviews = slices.Clone(s.StatusReviews)
	s.Tasks = slices.Clone(s.Tasks)
	s.Conferences = slices.Clone(s.Conferences)
	s.Messages = slices.Clone(s.Messages)
	s.Guardians = slices.Clone(s.Guardians)
	s.BestInterests = slices.Clone(s.BestInterests)
	s.Ages = slices.Clone(s.Ages)
	s.Tracings = slices.Clone(s.Tracings)
	s.CareArrangements = slices.Clone(s.CareArrangements)
	s.ReturnRisks = slices.Clone(s.ReturnRisks)
	s.Solutions = slices.Clone(s.Solutions)
	s.Funds = slices.Clone(s.Funds)
	s.Retraffickings = slices.Clone(s.Retraffickings)
	s.Section14 = slices.Clone(s.Section14)
	s.OffenderSteps = slices.Clone(s.OffenderSteps)
	s.Bookings = slices.Clone(s.Bookings)
	s.Papers = slices.Clone(s.Papers)
	s.Hearings = slices.Clone(s.Hearings)
	s.Corrections = slices.Clone(s.Corrections)
	s.Complaints = slices.Clone(s.Complaints)
	s.Copies = slices.Clone(s.Copies)
	s.Approvals = slices.Clone(s.Approvals)
	s.Flags = slices.Clone(s.Flags)
}

// put shelves what was folded and is now durable.
func (sh shelf) put(s *State) {
	if known, ok := sh.kept.Peek(s.ID); !ok || known.Version < s.Version {
		sh.kept.Add(s.ID, s)
	}
}
