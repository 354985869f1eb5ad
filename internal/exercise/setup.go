package exercise

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/scenario"
	"rufaa/internal/vault"
)

// ErrNotAnExercise says that the realm is of another kind.
var ErrNotAnExercise = errors.New("exercise: this realm is no exercise; an exercise has a realm of its own")

// sealed places of the scenario, under the exercise as subject.
func subject(id string) string { return "exercise/" + id }
func place(id, field string) vault.Place {
	return vault.Place{Record: id, Field: field, Compartment: vault.Inquiry, Schema: 1}
}

// Setup is who plays which scenario. Whoever makes the accounts calls SetUp with
// what came of it.
type Setup struct {
	Script  *scenario.Script
	Teams   []Team
	Members []Member
}

// MaySetUp tells whether somebody may set the realm's exercise up: an
// administrator of the Secretariat, or control of the one before.
func (x *Exercises) MaySetUp(ctx context.Context, who realm.Actor) error {
	if x.clock == nil {
		return problem.ErrNotFound
	}
	if who.Staff == realm.System.Staff {
		return nil
	}
	s, err := x.Current(ctx)
	if err != nil {
		return err
	}
	for _, res := range []policy.Resource{s.Resource(who.Staff), {Kind: "exercise-realm"}} {
		if x.realm.Door.Decide(who.Principal, policy.ExerciseSetUp, res, policy.Context{}).Allowed {
			return nil
		}
	}
	return problem.ErrNotFound
}

// SetUp begins an exercise: the scenario is sealed, its digest committed to, and
// everybody has a part, all in one.
func (x *Exercises) SetUp(ctx context.Context, who realm.Actor, u Setup) (*State, error) {
	if x.clock == nil {
		return nil, ErrNotAnExercise
	}
	if err := x.MaySetUp(ctx, who); err != nil {
		return nil, err
	}
	if s, err := x.Current(ctx); err != nil {
		return nil, err
	} else if s.Exists() && s.Phase == Playing {
		return nil, problem.Refuse("exercise.end-first")
	}
	file, err := Canonical(u.Script.Scenario)
	if err != nil {
		return nil, err
	}
	id, salt := x.realm.NewID(), x.realm.Random(saltBytes)
	sealer, err := x.realm.Vault.Sealer(ctx, subject(id))
	if err != nil {
		return nil, err
	}
	sealedFile, err := sealer.Seal(place(id, "file"), string(file))
	if err != nil {
		return nil, err
	}
	sealedSalt, err := sealer.Seal(place(id, "salt"), hex.EncodeToString(salt))
	if err != nil {
		return nil, err
	}
	empty := &State{Begins: u.Script.Begins()}
	drafts := []ledger.Draft{
		draft(SetUp, SetUpEvent{Scenario: u.Script.ID, Version: u.Script.Version, Title: u.Script.Title, Languages: u.Script.Languages,
			FirstDay: empty.firstDay(x.wall()), Begins: int(u.Script.Begins()), Ends: int(u.Script.Ends()), Teams: u.Teams,
			File: sealedFile, Salt: sealedSalt}),
		draft(Committed, CommittedEvent{Digest: Digest(salt, file), How: How}),
	}
	for _, m := range u.Members {
		drafts = append(drafts, draft(Joined, JoinedEvent(m)))
	}
	if _, err := x.realm.Commit(ctx, realm.Command{Actor: who, Appends: []realm.Append{{Stream: Stream(id), Expected: 0, Drafts: drafts}}}); err != nil {
		return nil, err
	}
	return x.Load(ctx, id)
}

// open unseals file and salt. The opening is in the ledger before anything is
// read, by the realm itself: it plays.
func (x *Exercises) open(ctx context.Context, s *State) (file, salt string, err error) {
	events, err := x.realm.Ledger.Stream(ctx, Stream(s.ID), 0)
	if err != nil {
		return "", "", err
	}
	for _, e := range events {
		if e.Kind != SetUp {
			continue
		}
		var p SetUpEvent
		if err := read(e, func(q SetUpEvent) { p = q }); err != nil {
			return "", "", err
		}
		texts, err := x.realm.Vault.Open(ctx, vault.Opening{Actor: realm.System.Staff, Agency: realm.System.Agency, Duty: realm.System.Duty,
			Purpose: "exercise", Case: subject(s.ID)}, []vault.Item{{Place: place(s.ID, "file"), Sealed: p.File}, {Place: place(s.ID, "salt"), Sealed: p.Salt}})
		if err != nil {
			return "", "", err
		}
		if vault.IsErased(texts[0]) {
			return "", "", fmt.Errorf("exercise: the scenario of %s was erased", s.ID)
		}
		return texts[0], texts[1], nil
	}
	return "", "", problem.ErrNotFound
}

// script gives the scenario that is played; opened once by a process.
func (x *Exercises) script(ctx context.Context, s *State) (*scenario.Script, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if script := x.scripts[s.ID]; script != nil {
		return script, nil
	}
	file, _, err := x.open(ctx, s)
	if err != nil {
		return nil, err
	}
	script, err := scenario.Reopen(s.Scenario, []byte(file))
	if err != nil {
		return nil, fmt.Errorf("exercise: the sealed scenario: %w", err)
	}
	x.scripts[s.ID] = script
	return script, nil
}
