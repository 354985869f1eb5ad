package exercise

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"rufaa/internal/exhibit"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/scenario"
	"rufaa/internal/store"
)

// Exercises runs the room's commands and reads in one realm. In a realm that is
// no exercise there is never one.
type Exercises struct {
	Words *Words

	realm  *realm.Realm
	clock  *Clock
	hub    *hub
	people People
	chains func() *exhibit.Following

	turning sync.Mutex
	played  *game // under turning

	mu      sync.Mutex
	scripts map[string]*scenario.Script // by exercise: opened once by this process
}

// New opens the room, registers its projection and takes the realm's clock to
// where the exercise stands. The clock is nil in a realm that is no exercise.
// Chains is the port to the room of exhibits: a new reading of their chains.
func New(ctx context.Context, r *realm.Realm, words *Words, clock *Clock, chains func() *exhibit.Following) (*Exercises, error) {
	x := &Exercises{Words: words, realm: r, clock: clock, chains: chains, scripts: map[string]*scenario.Script{}, hub: newHub()}
	r.Register(projection{})
	if clock == nil {
		return x, nil
	}
	r.Register(listener{x.hub})
	return x, x.Follow(ctx)
}

// Chains begins a reading of what is wrong with exhibits' custody.
func (x *Exercises) Chains() *exhibit.Following { return x.chains() }

// Follow takes the realm's clock to what the ledger says; several servers of
// one realm call it now and then.
func (x *Exercises) Follow(ctx context.Context) error {
	if x.clock == nil {
		return nil
	}
	s, err := x.Current(ctx)
	if err != nil {
		return err
	}
	x.clock.follow(s)
	return nil
}

// Current is the exercise of the realm: the newest; empty when there is none.
func (x *Exercises) Current(ctx context.Context) (*State, error) {
	return x.read(ctx, `SELECT state FROM exercises ORDER BY begun_seq DESC LIMIT 1`)
}

// Load reads one exercise; an empty state when there is none.
func (x *Exercises) Load(ctx context.Context, id string) (*State, error) {
	return x.read(ctx, `SELECT state FROM exercises WHERE id = $1`, id)
}

func (x *Exercises) read(ctx context.Context, query string, args ...any) (*State, error) {
	s := new(State)
	var raw []byte
	err := x.realm.Store.QueryRow(ctx, query, args...).Scan(&raw)
	if errors.Is(err, store.ErrNoRow) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, s)
	}
	if err != nil {
		return nil, fmt.Errorf("exercise: read: %w", err)
	}
	return s, nil
}

// Resource is an exercise as the door sees it for somebody.
func (s *State) Resource(staff string) policy.Resource {
	m, ok := s.Member(staff)
	if !s.Exists() || !ok {
		return policy.Resource{Kind: "none"}
	}
	return policy.Resource{Kind: "exercise", Roles: []string{string(m.Part)}}
}

// Admitted gives the realm's exercise to somebody who may do something in it.
// Whoever has no part is told that there is none.
func (x *Exercises) Admitted(ctx context.Context, who realm.Actor, do policy.Action) (*State, Member, error) {
	s, err := x.Current(ctx)
	if err != nil {
		return nil, Member{}, err
	}
	if err := x.realm.Door.Case(who.Principal, do, policy.ExerciseView, s.Resource(who.Staff), policy.Context{}); err != nil {
		return nil, Member{}, err
	}
	m, _ := s.Member(who.Staff)
	return s, m, nil
}

// May tells whether somebody may do something in the realm's exercise.
func (x *Exercises) May(ctx context.Context, who realm.Actor, do policy.Action) (bool, error) {
	_, _, err := x.Admitted(ctx, who, do)
	if errors.Is(err, problem.ErrNotFound) || errors.As(err, new(*problem.Denied)) {
		return false, nil
	}
	return err == nil, err
}

// Now is the scenario's moment.
func (x *Exercises) Now(s *State) Minute { return s.Clock().At(x.clock.Wall()) }
