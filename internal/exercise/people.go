package exercise

import (
	"context"
	"slices"
	"strings"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/valid"
)

// People are the realm's accounts, as far as an exercise needs them. What
// changes an account is written in the transaction of the act.
type People interface {
	// Account finds an account that may have a part; problem.ErrNotFound when
	// this realm has none.
	Account(ctx context.Context, staff string) (Account, error)
	// Newcomer prepares an account for somebody who has none.
	Newcomer(ctx context.Context, s Seat) (staff string, open func(*store.Tx, realm.Actor) error, err error)
	// Sit gives an account the agency and duties of its seat.
	Sit(tx *store.Tx, by realm.Actor, s Seat) error
	// Shut lets an account in no more.
	Shut(tx *store.Tx, by realm.Actor, staff string) error
	// Departed takes somebody off the cases and inquiries of the team before.
	Departed(ctx context.Context, staff string)
}

// Account is an account of the realm.
type Account struct {
	Agency string
	Own    bool // made for exercises: it sits with whichever team it plays in
}

// Seat is somebody's part with what the account needs for it.
type Seat struct {
	Member
	Name   string // of the character, for an actor
	Agency string // of a player's team
	Nth    int    // how many play in the team already
}

// PlayedBy says where the accounts are; called once, before the first command.
func (x *Exercises) PlayedBy(p People) { x.people = p }

// Particulars are what somebody tells for the report on attendance; all of it
// may be left out.
type Particulars struct {
	Agency string `json:"agency,omitempty" doc:"Where they work outside the exercise" maxLength:"100"`
	Sex    string `json:"sex,omitempty" doc:"Vocabulary sexes" maxLength:"20"`
	County string `json:"county,omitempty" doc:"Vocabulary counties" maxLength:"40"`
}

func (x *Exercises) checkParticulars(c *valid.Check, p *Particulars) {
	p.Agency = strings.Join(strings.Fields(p.Agency), " ")
	c.Text("agency", &p.Agency, 100, false)
	c.Term("sex", p.Sex, x.inList("sexes"), false)
	c.Term("county", p.County, x.inList("counties"), false)
}

func (x *Exercises) inList(list string) func(string) bool {
	return func(id string) bool { _, ok := x.realm.Content.Term(list, id); return ok }
}

// Join gives somebody a part.
type Join struct {
	Staff     string `json:"staff,omitempty" doc:"Account of this realm; empty makes a new one, for a late-comer" maxLength:"60"`
	Part      Part   `json:"part" enum:"control,actor,mentor,observer,player"`
	Team      string `json:"team,omitempty" doc:"Of a player; whom a mentor or observer watches" maxLength:"40"`
	Character string `json:"character,omitempty" doc:"Of an actor" maxLength:"40"`
	Particulars
}

// Join gives somebody a part later on, who has an account of this realm or gets
// one. The receipt names the account.
func (x *Exercises) Join(ctx context.Context, who realm.Actor, key string, j Join) (realm.Receipt, error) {
	if err := x.check(func(c *valid.Check) {
		c.Text("staff", &j.Staff, 60, false)
		c.Term("part", string(j.Part), func(s string) bool { return slices.Contains(Parts, Part(s)) }, true)
		x.checkParticulars(c, &j.Particulars)
	}); err != nil {
		return realm.Receipt{}, err
	}
	var staff string
	var seat func(*store.Tx) error
	return x.do(ctx, act{who: who, do: policy.ExerciseControl, key: key, of: &staff, name: "exercise.join", body: j,
		also: func(tx *store.Tx) error { return seat(tx) },
		decide: func(s *State, _ Member) ([]ledger.Draft, error) {
			m, err := x.seated(ctx, s, j)
			if err != nil {
				return nil, err
			}
			if staff, seat, err = x.account(ctx, who, m); err != nil {
				return nil, err
			}
			m.Staff = staff
			out := []ledger.Draft{draft(Joined, JoinedEvent(m.Member))}
			if j.Particulars != s.Told[staff] && j.Particulars != (Particulars{}) {
				out = append(out, draft(Described, DescribedEvent{staff, j.Particulars}))
			}
			return out, nil
		}})
}

// seated holds a part against exercise and scenario.
func (x *Exercises) seated(ctx context.Context, s *State, j Join) (Seat, error) {
	seat := Seat{Member: Member{Staff: j.Staff, Part: j.Part, Team: j.Team, Character: j.Character}}
	if err := s.unfinished(); err != nil {
		return seat, err
	}
	c := valid.Check{}
	switch {
	case j.Part == Player && j.Team == "", j.Part == Actor && j.Character == "":
		c.Add(map[Part]string{Player: "team", Actor: "character"}[j.Part], "common.error.choose")
	case j.Team != "" && !slices.Contains([]Part{Player, Mentor, Observer}, j.Part):
		c.Add("team", "exercise.error.no_team")
	case j.Team != "" && !s.hasTeam(j.Team):
		c.Add("team", "common.error.unknown_term")
	case j.Character != "" && j.Part != Actor:
		c.Add("character", "exercise.error.no_character")
	}
	if err := c.Err(); err != nil {
		return seat, err
	}
	if _, joined := s.Member(j.Staff); joined && j.Staff != "" {
		return seat, problem.Refuse("exercise.joined")
	}
	if j.Part == Actor {
		script, err := x.script(ctx, s)
		if err != nil {
			return seat, err
		}
		role := cast(script, j.Character)
		if role.ID == "" {
			return seat, unknownTerm("character")
		}
		if slices.ContainsFunc(s.Members, func(m Member) bool { return m.Character == j.Character }) {
			return seat, problem.Refuse("exercise.role-taken")
		}
		seat.Name = role.Name.In("en")
	}
	return s.with(seat), nil
}

// with adds what a player's account gets of the team.
func (s *State) with(seat Seat) Seat {
	if seat.Part != Player {
		return seat
	}
	for _, t := range s.Teams {
		if t.ID == seat.Team {
			seat.Agency = t.Agency
		}
	}
	for _, m := range s.Members {
		if m.Part == Player && m.Team == seat.Team {
			seat.Nth++
		}
	}
	return seat
}

// account finds the account of a seat, or prepares one; the second is how it
// comes to sit there.
func (x *Exercises) account(ctx context.Context, who realm.Actor, s Seat) (string, func(*store.Tx) error, error) {
	if s.Staff == "" {
		staff, open, err := x.people.Newcomer(ctx, s)
		return staff, func(tx *store.Tx) error { return open(tx, who) }, err
	}
	a, err := x.people.Account(ctx, s.Staff)
	if err != nil {
		return "", nil, notHere(err)
	}
	if !a.Own && s.Part == Player {
		return "", nil, &problem.Invalid{Fields: []problem.Field{{Name: "staff", Key: "exercise.error.other_agency"}}}
	}
	return s.Staff, func(tx *store.Tx) error {
		if !a.Own {
			return nil
		}
		return x.people.Sit(tx, who, s)
	}, nil
}

// unfinished refuses what has no sense once play is over.
func (s *State) unfinished() error {
	if s.Phase == Over || s.Phase == Opened {
		return problem.Refuse("exercise.over")
	}
	return nil
}

// Move takes somebody to another team.
type Move struct {
	Team   string `json:"team" maxLength:"40"`
	Reason string `json:"reason" doc:"Why, for the review" maxLength:"1000"`
}

// Move takes a player to another team, with the account; a mentor or observer
// watches another one. What was done stays with the team it was done in.
func (x *Exercises) Move(ctx context.Context, who realm.Actor, key, staff string, v Move) (realm.Receipt, error) {
	if err := x.check(func(c *valid.Check) {
		c.Text("reason", &v.Reason, 1000, true)
		c.Term("team", v.Team, func(s string) bool { return s != "" }, true)
	}); err != nil {
		return realm.Receipt{}, err
	}
	return x.goes(ctx, staff, func(ctx context.Context) (realm.Receipt, bool, error) {
		var seat Seat
		rc, err := x.do(ctx, x.moving(who, key, staff, v, &seat))
		return rc, seat.Part == Player, err
	})
}

// goes ends or changes somebody's part, and takes them off the cases of before
// where the act says that there is need: killed at any point, both are done or
// neither is.
func (x *Exercises) goes(ctx context.Context, staff string, act func(context.Context) (realm.Receipt, bool, error)) (rc realm.Receipt, err error) {
	err = x.realm.Store.Together(ctx, func(ctx context.Context) error {
		var departs bool
		if rc, departs, err = act(ctx); err == nil && departs {
			x.people.Departed(context.WithoutCancel(ctx), staff)
		}
		return err
	}, func(*store.Tx) error { return nil })
	return rc, err
}

// moving is the act of Move; found is the seat that it finds.
func (x *Exercises) moving(who realm.Actor, key, staff string, v Move, found *Seat) act {
	return act{who: who, do: policy.ExerciseControl, key: key, id: staff, name: "exercise.move." + staff, body: v,
		also: func(tx *store.Tx) error {
			if found.Part != Player {
				return nil
			}
			return x.people.Sit(tx, who, *found)
		},
		decide: func(s *State, _ Member) ([]ledger.Draft, error) {
			if err := s.unfinished(); err != nil {
				return nil, err
			}
			m, ok := s.Member(staff)
			switch {
			case !ok:
				return nil, problem.ErrNotFound
			case m.Part == Control || m.Part == Actor:
				return nil, problem.Refuse("exercise.no-team")
			case !s.hasTeam(v.Team):
				return nil, unknownTerm("team")
			case m.Team == v.Team:
				return nil, problem.Refuse("exercise.in-team")
			}
			from := m.Team
			m.Team = v.Team
			*found = s.with(Seat{Member: m})
			return []ledger.Draft{draft(Moved, MovedEvent{Staff: staff, From: from, To: v.Team, Reason: v.Reason, Moment: x.moment(s), Wall: x.wall()})}, nil
		}}
}

// Leave ends somebody's part, and lets the account in no more. Control takes
// out others, never itself: so there is always somebody who can stop the play.
func (x *Exercises) Leave(ctx context.Context, who realm.Actor, key, staff, reason string) (realm.Receipt, error) {
	if err := x.check(func(c *valid.Check) { c.Text("reason", &reason, 1000, false) }); err != nil {
		return realm.Receipt{}, err
	}
	return x.goes(ctx, staff, func(ctx context.Context) (realm.Receipt, bool, error) {
		left := false
		rc, err := x.do(ctx, x.leaving(who, key, staff, reason, &left))
		return rc, left, err
	})
}

// leaving is the act of Leave; left says that it is done now.
func (x *Exercises) leaving(who realm.Actor, key, staff, reason string, left *bool) act {
	return act{who: who, do: policy.ExerciseControl, key: key, id: staff, name: "exercise.leave." + staff, body: reason,
		also: func(tx *store.Tx) error { return x.people.Shut(tx, who, staff) },
		decide: func(s *State, _ Member) ([]ledger.Draft, error) {
			_, ok := s.Member(staff)
			_, known := s.everJoined(staff)
			switch {
			case staff == who.Staff:
				return nil, problem.Refuse("exercise.oneself")
			case !known:
				return nil, problem.ErrNotFound
			case !ok:
				return nil, problem.Refuse("exercise.gone")
			}
			*left = true
			return []ledger.Draft{draft(Left, LeftEvent{Staff: staff, Reason: reason, Moment: x.moment(s), Wall: x.wall()})}, nil
		}}
}

// Describe keeps what somebody told for the report; the same again is nothing new.
func (x *Exercises) Describe(ctx context.Context, who realm.Actor, key, staff string, p Particulars) (realm.Receipt, error) {
	if err := x.check(func(c *valid.Check) { x.checkParticulars(c, &p) }); err != nil {
		return realm.Receipt{}, err
	}
	return x.do(ctx, act{who: who, do: policy.ExerciseControl, key: key, id: staff, name: "exercise.describe." + staff, body: p,
		decide: func(s *State, _ Member) ([]ledger.Draft, error) {
			if _, known := s.everJoined(staff); !known {
				return nil, problem.ErrNotFound
			}
			if s.Told[staff] == p {
				return nil, nil
			}
			return []ledger.Draft{draft(Described, DescribedEvent{staff, p})}, nil
		}})
}
