package casefile

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"rufaa/internal/ledger"
)

// Fold applies one event to the state. It decides nothing: what is in the
// ledger has happened. An unknown kind is an error, so that an old program
// never works on a state it only half understands.
func (s *State) Fold(e ledger.Event) error {
	apply, ok := folds[e.Kind]
	if !ok {
		return fmt.Errorf("casefile: event %d: unknown kind %q", e.Seq, e.Kind)
	}
	if err := apply(s, e, By{Staff: e.Actor, Agency: e.Agency, Duty: e.Duty, At: e.At, For: inPlaceOf(e)}); err != nil {
		return fmt.Errorf("casefile: event %d (%s): %w", e.Seq, e.Kind, err)
	}
	s.ID = strings.TrimPrefix(e.Stream, "case/")
	s.Version = e.Version
	s.Changed = e.At
	s.Stage = s.stage()
	return nil
}

// stage reads the stage off what has happened.
func (s *State) stage() Stage {
	switch {
	case s.Closure != nil:
		return StageClosed
	case len(s.FollowUps) > 0:
		return StageFollowUp
	case len(s.Referrals) > 0:
		return StageReferred
	case len(s.Safety) > 0 && s.NeedsAt != nil:
		return StageCare
	case s.Presumed.Decision != "":
		return StageScreened
	case s.Manager() != nil:
		return StageTaken
	}
	return StageAlerted
}

type folder func(*State, ledger.Event, By) error

// on reads the payload as P and hands it to apply.
func on[P any](apply func(*State, P, By)) folder {
	return func(s *State, e ledger.Event, by By) error {
		var p P
		if err := json.Unmarshal(e.Payload, &p); err != nil {
			return err
		}
		apply(s, p, by)
		return nil
	}
}

// folds are all kinds of events, from the rooms' own lists.
var folds = allFolds(journeyFolds, safetyFolds, planFolds, transferFolds, reflectionFolds, identificationFolds, taskFolds,
	conferenceFolds, childFolds, solutionFolds, nonPunishmentFolds, logisticsFolds, rightsFolds, supervisionFolds, exportFolds, bundleFolds, listFolds, hearingFolds, coverFolds, awayFolds)

func allFolds(lists ...map[string]folder) map[string]folder {
	all := map[string]folder{}
	for _, l := range lists {
		for kind, f := range l {
			if all[kind] != nil {
				panic("casefile: two folds of " + kind)
			}
			all[kind] = f
		}
	}
	return all
}

// Kinds lists every kind of event of a case, in no order.
func Kinds() []string {
	out := make([]string, 0, len(folds))
	for kind := range folds {
		out = append(out, kind)
	}
	return out
}

var journeyFolds = map[string]folder{
	Alerted: on(foldAlerted),
	DangerAnswered: on(func(s *State, p DangerAnsweredEvent, by By) {
		s.Danger.Answered = &Answer{ID: p.ID, Action: p.Action, Note: p.Note, By: by}
	}),
	Taken: on(func(s *State, p TakenEvent, by By) {
		if len(s.Safety) == 0 {
			s.SafetyDue = p.SafetyDue
		}
		s.endMembership(by.Staff, by.At)
		s.Team = append(s.Team, Member{Staff: by.Staff, Agency: by.Agency, Duty: by.Duty, Since: by.At})
	}),
	AccountAdded: on(func(s *State, p AccountAddedEvent, by By) {
		s.Account = append(s.Account, Entry{ID: p.ID, Text: p.Text, By: by})
	}),
	PersonDescribed: on(func(s *State, p PersonDescribedEvent, by By) {
		if have := s.person(p.Person.ID); have != nil {
			s.Earlier = append(s.Earlier, Earlier{*have, by})
			*have = p.Person
		} else {
			s.Persons = append(s.Persons, p.Person)
		}
	}),
	PlaceChanged: on(func(s *State, p PlaceChangedEvent, by By) {
		s.Place = Entry{ID: p.ID, Text: p.Place, By: by}
		s.PlaceKind, s.Detained, s.PlaceUntil = p.Kind, p.Detained, p.Until
		s.locked(by.At)
		if p.County != "" {
			s.County = p.County
		}
	}),
	ScreeningDone: on(func(s *State, p Screened, by By) {
		p.By = by
		s.Screenings = append(s.Screenings, p)
	}),
	PresumptionMade: on(func(s *State, p Presumed, by By) {
		p.By = by
		if s.Presumed.Decision != "" {
			p.Earlier = s.Presumed.Earlier + 1
		}
		s.Presumed = p
	}),
	ConsentRecorded: on(func(s *State, p Consent, by By) {
		p.By = by
		s.Consents = append(s.Consents, p)
	}),
	ConsentWithdrawn: on(func(s *State, p ConsentWithdrawnEvent, by By) {
		for i := range s.Consents {
			if s.Consents[i].ID == p.Consent && s.Consents[i].Withdrawn == nil {
				s.Consents[i].Withdrawn = &by.At
			}
		}
	}),
	BasisRecorded: on(func(s *State, p Basis, by By) {
		p.By = by
		s.Bases = append(s.Bases, p)
	}),
	BasisEnded: on(func(s *State, p BasisEndedEvent, by By) {
		for i := range s.Bases {
			if s.Bases[i].ID == p.Basis && s.Bases[i].Ended == nil {
				s.Bases[i].Ended = &by.At
			}
		}
	}),
	SafetyAssessed: on(func(s *State, p Safety, by By) {
		p.By = by
		s.Safety = append(s.Safety, p)
	}),
	NeedsAssessed: on(foldNeeds),
	NeedSettled: on(func(s *State, p NeedSettledEvent, _ By) {
		s.setNeeds([]string{p.Need}, p.State)
	}),
	TeamJoined: on(foldJoined),
	TeamLeft: on(func(s *State, p TeamLeftEvent, by By) {
		s.endMembership(p.Staff, by.At)
		if p.TakeDue != nil {
			s.TakeDue = p.TakeDue
		}
	}),
	InterviewHeld: on(func(s *State, p Interview, by By) {
		p.By = by
		s.Interviews = append(s.Interviews, p)
	}),
	ReferralNoted: on(foldReferral),
	FollowedUp: on(func(s *State, p FollowUp, by By) {
		p.By = by
		s.FollowUps = append(s.FollowUps, p)
		if p.Safe == "no" { // help comes before paper
			s.Closure = nil
		}
	}),
	ExtraRecorded: on(foldExtra),
	Closed: on(func(s *State, p Closure, by By) {
		p.By = by
		s.Closure = &p
	}),
	Reopened: on(func(s *State, _ ReopenedEvent, _ By) { s.Closure = nil }),
	GlassBroken: on(func(s *State, p BreakGlass, by By) {
		p.By = by
		s.BreakGlass = append(s.BreakGlass, p)
	}),
	GlassSeconded: on(func(s *State, p GlassSecondedEvent, by By) {
		if g := s.glass(p.ID); g != nil {
			g.Second = &by
		}
	}),
	GlassReviewed: on(func(s *State, p GlassReviewedEvent, by By) {
		if g := s.glass(p.ID); g != nil {
			g.Reviewed = &Review{Justified: p.Justified, Note: p.Note, By: by}
		}
	}),
}

func foldAlerted(s *State, p AlertedEvent, by By) {
	s.Ref, s.Holder, s.AlertBy, s.OpenedAt = p.Ref, p.Holder, by, by.At
	s.Channel, s.County = p.Channel, p.County
	s.Danger = Danger{Immediate: p.Immediate, Kinds: p.Dangers}
	if !p.Account.IsZero() {
		s.Account = []Entry{{ID: p.EntryID, Text: p.Account, By: by}}
	}
	s.Place = Entry{ID: p.PlaceID, Text: p.Place, By: by}
	s.PlaceKind, s.Detained = p.PlaceKind, p.Detained
	s.locked(by.At)
	s.Persons = p.Persons
	due := p.TakeDue
	s.TakeDue = &due
}

// locked keeps since when she is behind a lock.
func (s *State) locked(at time.Time) {
	switch {
	case !s.Detained:
		s.DetainedSince = nil
	case s.DetainedSince == nil:
		s.DetainedSince = &at
	}
}

func foldNeeds(s *State, p NeedsAssessedEvent, by By) {
	if !p.Wishes.IsZero() {
		s.Wishes = Entry{ID: p.WishesID, Text: p.Wishes, By: by}
	}
	for _, n := range p.Needs {
		n.By, n.State = by, "open"
		s.Needs = append(s.Needs, n)
	}
	at := by.At
	s.NeedsAt = &at
}

func foldReferral(s *State, p ReferralRef, by By) {
	p.At = by.At
	for i := range s.Referrals {
		if s.Referrals[i].ID == p.ID {
			p.At = s.Referrals[i].At
			s.Referrals[i] = p
			s.referralMovesNeeds(p)
			return
		}
	}
	s.Referrals = append(s.Referrals, p)
	s.referralMovesNeeds(p)
}

// referralMovesNeeds lets a need follow the referral that answers it: a
// declined or withdrawn referral opens it again.
func (s *State) referralMovesNeeds(p ReferralRef) {
	switch p.State {
	case "sent", "accepted", "started":
		s.setNeeds(p.Needs, "referred")
	case "finished":
		s.setNeeds(p.Needs, "met")
	case "declined", "withdrawn":
		s.setNeeds(p.Needs, "open")
	}
}

func (s *State) setNeeds(ids []string, state string) {
	for _, id := range ids {
		for i := range s.Needs {
			if s.Needs[i].ID == id {
				s.Needs[i].State = state
			}
		}
	}
}

func (s *State) endMembership(staff string, at time.Time) {
	for i := range s.Team {
		if s.Team[i].Staff == staff && s.Team[i].Until == nil {
			s.Team[i].Until = &at
		}
	}
}

func (s *State) glass(id string) *BreakGlass {
	for i := range s.BreakGlass {
		if s.BreakGlass[i].ID == id {
			return &s.BreakGlass[i]
		}
	}
	return nil
}
