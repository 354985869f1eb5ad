package office

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"rufaa/internal/accounts"
	"rufaa/internal/exercise"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
)

// exercisePeople gives exercises the realm's accounts (exercise.People).
type exercisePeople struct{ of *Office }

// ofExercises tells whether an agency was made for exercises: its accounts sit
// with whichever team they play in.
func ofExercises(agency string) bool {
	return agency == exerciseAgency || strings.HasPrefix(agency, teamAgency(""))
}

// Account finds an account that may have a part. One that was shut when its
// holder left play may have one again.
func (p exercisePeople) Account(ctx context.Context, staff string) (exercise.Account, error) {
	s, err := p.of.Accounts.Staff(ctx, staff)
	if err != nil {
		return exercise.Account{}, err
	}
	own := ofExercises(s.Agency)
	if s.State != accounts.Active && !(own && s.State == accounts.Suspended) {
		return exercise.Account{}, problem.ErrNotFound
	}
	return exercise.Account{Agency: s.Agency, Own: own}, nil
}

// Newcomer prepares an account like those of set-up, under the next free name.
// Nobody knows its password: a card lets its holder in.
func (p exercisePeople) Newcomer(ctx context.Context, s exercise.Seat) (string, func(*store.Tx, realm.Actor) error, error) {
	root, name := string(s.Part), strings.ToUpper(string(s.Part[:1]))+string(s.Part[1:])
	switch s.Part {
	case exercise.Player:
		root, name = strings.ToLower(s.Team), s.Team+" player"
	case exercise.Actor:
		root, name = "actor."+strings.ToLower(s.Character), "Actor of "+s.Name
	}
	n, err := p.free(ctx, root)
	if err != nil {
		return "", nil, err
	}
	hash, err := p.of.Accounts.HashPassword(ctx, fmt.Sprintf("%x", p.of.Random(32)))
	if err != nil {
		return "", nil, err
	}
	user := fmt.Sprintf("%s.%d", root, n)
	at := p.seat(s)
	d := accounts.DemoStaff{ID: exerciseStaff(user), Username: user, Name: fmt.Sprintf("%s %d", name, n), Agency: at.Agency, Duties: at.Duties, Language: "en"}
	return d.ID, func(tx *store.Tx, by realm.Actor) error {
		_, err := p.of.Accounts.AddDemoStaffIn(tx, principal(by), []accounts.DemoStaff{d}, hash)
		return err
	}, nil
}

// free is the first number under which nobody has an account yet.
func (p exercisePeople) free(ctx context.Context, root string) (int, error) {
	for n := 1; ; n++ {
		_, err := p.of.Accounts.StaffByUsername(ctx, fmt.Sprintf("%s.%d", root, n))
		if errors.Is(err, problem.ErrNotFound) {
			return n, nil
		}
		if err != nil {
			return 0, err
		}
	}
}

// exerciseStaff is the id of an account that an exercise made.
func exerciseStaff(user string) string { return "ex-" + strings.ReplaceAll(user, ".", "-") }

// seat is which agency and duty go with a part: of a team's duties each player
// has one, in turn, as set-up gives them.
func (p exercisePeople) seat(s exercise.Seat) accounts.Seat {
	if s.Part != exercise.Player {
		return accounts.Seat{Staff: s.Staff, Agency: exerciseAgency, Duties: []accounts.Duty{accounts.Exercise}}
	}
	duties := p.of.Exercises.Words.Agency(s.Team).Duties
	return accounts.Seat{Staff: s.Staff, Agency: s.Agency, Duties: []accounts.Duty{accounts.Duty(duties[s.Nth%len(duties)])}}
}

// Sit gives an account the agency and duty of its seat.
func (p exercisePeople) Sit(tx *store.Tx, by realm.Actor, s exercise.Seat) error {
	return p.of.Accounts.Sit(tx, principal(by), p.seat(s))
}

// Shut lets an account of the exercise in no more. Whoever has another agency
// here works on without a part.
func (p exercisePeople) Shut(tx *store.Tx, by realm.Actor, staff string) error {
	return p.of.Accounts.ShutOf(tx, principal(by), staff, ofExercises)
}

// Departed takes somebody off the cases and inquiries of the team before. It
// belongs with the act, yet never undoes it: the clockwork mends what failed.
func (p exercisePeople) Departed(ctx context.Context, staff string) {
	people, err := p.of.Accounts.Lookup(ctx, staff)
	if err == nil {
		err = p.of.offTeams(ctx, people[staff])
	}
	if err != nil {
		p.of.Log.Error("off the cases of the team before", "realm", p.of.Name, "error", err.Error())
	}
}

// principal is an actor as the accounts know people.
func principal(a realm.Actor) accounts.Principal {
	return accounts.Principal{ID: a.Staff, Agency: a.Agency, Duty: accounts.Duty(a.Duty)}
}

// Roll gives control who takes part in the realm's exercise, by name.
func (of *Office) Roll(ctx context.Context, who realm.Actor) (*exercise.Roll, error) {
	r, err := of.Exercises.Roll(ctx, who)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(r.Persons))
	for i, p := range r.Persons {
		ids[i] = p.Staff
	}
	names, err := of.StaffNames(ctx, ids...)
	if err != nil {
		return nil, err
	}
	for i := range r.Persons {
		r.Persons[i].Name = names[r.Persons[i].Staff]
	}
	return r, nil
}

// FreeFor are the accounts that could take part beside those of a roll, by agency
// and name.
func (of *Office) FreeFor(ctx context.Context, r *exercise.Roll) ([]accounts.Staff, error) {
	present := map[string]bool{}
	for _, p := range r.Persons {
		present[p.Staff] = !p.Gone
	}
	agencies, err := of.Accounts.Agencies(ctx)
	if err != nil {
		return nil, err
	}
	var free []accounts.Staff
	for _, a := range agencies {
		staff, err := of.Accounts.StaffOf(ctx, a.ID)
		if err != nil {
			return nil, err
		}
		free = append(free, slices.DeleteFunc(staff, func(s accounts.Staff) bool {
			return present[s.ID] || s.State != accounts.Active && !(ofExercises(a.ID) && s.State == accounts.Suspended)
		})...)
	}
	return free, nil
}

// SignInCard makes another one-time sign-in for somebody who takes part.
func (of *Office) SignInCard(ctx context.Context, who realm.Actor, staff string) (accounts.Link, error) {
	s, _, err := of.Exercises.Admitted(ctx, who, policy.ExerciseControl)
	if err != nil {
		return accounts.Link{}, err
	}
	if _, ok := s.Member(staff); !ok {
		return accounts.Link{}, problem.ErrNotFound
	}
	return of.Accounts.Card(ctx, principal(who), staff)
}

// replaced gives every seat whose account was closed for good another account
// under the next number: what is closed stays closed, and so does its name.
func (of *Office) replaced(ctx context.Context, cast []Cast, seats []accounts.DemoStaff) error {
	ids, taken := make([]string, len(seats)), map[string]bool{}
	for i := range seats {
		ids[i], taken[seats[i].Username] = seats[i].ID, true
	}
	known, err := of.Accounts.Lookup(ctx, ids...)
	if err != nil {
		return err
	}
	for i := range seats {
		if known[seats[i].ID].State != accounts.Left {
			continue
		}
		user, err := of.spare(ctx, seats[i].Username, taken)
		if err != nil {
			return err
		}
		taken[user] = true
		cast[i].Username, cast[i].Staff = user, exerciseStaff(user)
		seats[i].Username, seats[i].ID = user, exerciseStaff(user)
	}
	return nil
}

// spare is the first name of a series that nobody of the cast has and whose
// account, where there is one, can sit again.
func (of *Office) spare(ctx context.Context, user string, taken map[string]bool) (string, error) {
	root := user
	if i := strings.LastIndexByte(user, '.'); i > 0 && strings.Trim(user[i+1:], "0123456789") == "" {
		root = user[:i]
	}
	for n := 1; ; n++ {
		name := fmt.Sprintf("%s.%d", root, n)
		if taken[name] {
			continue
		}
		s, err := of.Accounts.StaffByUsername(ctx, name)
		if errors.Is(err, problem.ErrNotFound) {
			return name, nil
		}
		if err != nil {
			return "", err
		}
		if s.ID == exerciseStaff(name) && ofExercises(s.Agency) && s.State != accounts.Left {
			return name, nil
		}
	}
}

// resit gives whoever has an account from the exercise before the seat of this
// one, and tells who has none yet.
func (of *Office) resit(ctx context.Context, cast []accounts.DemoStaff) (fresh []accounts.DemoStaff, err error) {
	ids := make([]string, len(cast))
	for i := range cast {
		ids[i] = cast[i].ID
	}
	known, err := of.Accounts.Lookup(ctx, ids...)
	if err != nil {
		return nil, err
	}
	err = of.Store.Write(ctx, func(tx *store.Tx) error {
		fresh = nil
		for _, s := range cast {
			if _, there := known[s.ID]; !there {
				fresh = append(fresh, s)
			} else if err := of.Accounts.Sit(tx, accounts.System, accounts.Seat{Staff: s.ID, Agency: s.Agency, Duties: s.Duties}); err != nil {
				return err
			}
		}
		return nil
	})
	return fresh, err
}
