package casefile

import (
	"context"
	"errors"
	"fmt"
	"slices"

	lru "github.com/hashicorp/golang-lru/v2"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
)

// shelved is how many cases lie ready folded. A case of forty steps takes some
// tens of kilobytes; nothing in it is in the clear.
const shelved = 2000

// shelf keeps folded cases, so that a case read many times is folded once. The
// store is still asked each time which version is current, so that the shelf of
// one server never shows what another server has changed since.
//
// A case that is not there, or is there as it was, is folded from the newest of
// what lies on the shelf and in case_snapshots, and from the events since.
type shelf struct {
	ledger *ledger.Ledger
	kept   *lru.Cache[string, *State]
	ahead  *ahead
}

func newShelf(l *ledger.Ledger) shelf {
	kept, err := lru.New[string, *State](shelved)
	if err != nil {
		panic(err) // the size above is not positive
	}
	return shelf{ledger: l, kept: kept, ahead: newAhead()}
}

// read gives the case at its current version; empty when there is none. The
// value is the caller's own, the slices in it are shared: they may be replaced
// and never written into.
func (sh shelf) read(ctx context.Context, db *store.DB, id string) (*State, error) {
	ask := func(text string, args ...any) *store.Row { return db.QueryRow(ctx, text, args...) }
	version, err := versionOf(ask, id)
	if err != nil || version == 0 {
		return &State{}, err
	}
	known, _ := sh.kept.Get(id)
	if known == nil || known.Version != version {
		if known, err = sh.forward(ask, known, id, version, func(after int64) ([]ledger.Event, error) {
			return sh.ledger.Stream(ctx, "case/"+id, after)
		}); err != nil {
			return nil, err
		}
		if !db.Joined(ctx) { // what is not durable yet may still be undone
			sh.kept.Add(id, known)
		}
	}
	own := *known
	return &own, own.untold(ask)
}

// versionOf gives the current version of a case, 0 when there is none.
func versionOf(ask func(string, ...any) *store.Row, id string) (version int64, err error) {
	err = ask(`SELECT version FROM cases WHERE id = $1`, id).Scan(&version)
	if err != nil && !errors.Is(err, store.ErrNoRow) {
		return 0, fmt.Errorf("casefile: load %s: %w", id, err)
	}
	return version, nil
}

// forward folds a case up to a version from what is known of it, or from its
// snapshot when nothing is or when that is further on.
func (sh shelf) forward(ask func(string, ...any) *store.Row, known *State, id string, until int64, since func(after int64) ([]ledger.Event, error)) (*State, error) {
	s := new(State)
	if known != nil && known.Version <= until {
		s = known.copied()
	} else if err := readSnapshot(ask, id, s); err != nil {
		return nil, err
	}
	return s, s.since(id, until, since)
}

// since folds the events after the state's version, unless it stands at the one
// that is asked for.
func (s *State) since(id string, until int64, events func(after int64) ([]ledger.Event, error)) error {
	if s.Version == until {
		return nil
	}
	list, err := events(s.Version)
	if err != nil {
		return fmt.Errorf("casefile: load %s: %w", id, err)
	}
	for _, e := range list {
		if err := s.Fold(e); err != nil {
			return err
		}
	}
	return nil
}

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

// fold gives the case at a version as this transaction sees it, to fold more
// events into.
func (sh shelf) fold(tx *store.Tx, id string, version int64) (*State, error) {
	if version == 0 {
		return new(State), nil
	}
	known := sh.ahead.at(id, version)
	if known == nil {
		known, _ = sh.kept.Peek(id)
	}
	s, err := sh.forward(tx.QueryRow, known, id, version, func(after int64) ([]ledger.Event, error) {
		return sh.ledger.StreamIn(tx, "case/"+id, after, version)
	})
	if err != nil {
		return nil, err
	}
	return s, s.untold(tx.QueryRow)
}

// put keeps what was folded for the next write of the transaction, and shelves
// it once it is durable.
func (sh shelf) put(tx *store.Tx, s *State) {
	if sh.ahead.keep(tx, s) {
		tx.AfterRollback(func() { sh.ahead.settled(tx) })
		tx.AfterCommit(func() {
			for _, s := range sh.ahead.settled(tx) {
				if known, ok := sh.kept.Peek(s.ID); !ok || known.Version < s.Version {
					sh.kept.Add(s.ID, s)
				}
			}
		})
	}
}

// copied is a state that can be folded further while others read the first.
// Fold replaces elements of these slices and never writes into what an element
// points to.
func (s *State) copied() *State {
	c := *s
	c.Account = slices.Clone(s.Account)
	c.Persons = slices.Clone(s.Persons)
	c.Earlier = slices.Clone(s.Earlier)
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
