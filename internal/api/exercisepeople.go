package api

import (
	"rufaa/internal/exercise"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
)

// FreeAccount is an account of the realm that has no part in the exercise.
type FreeAccount struct {
	Staff  string `json:"staff"`
	Name   string `json:"name"`
	Agency string `json:"agency"`
}

// RollAnswer is who takes part, and who could.
type RollAnswer struct {
	*exercise.Roll
	Free []FreeAccount `json:"accounts" doc:"Accounts that have no part"`
}

// Departure ends somebody's part.
type Departure struct {
	Reason string `json:"reason,omitempty" maxLength:"1000"`
}

func (a *api) exercisePeopleRoutes() {
	at := func(method, path, id, summary string, optional ...string) route {
		return route{method: method, path: "/exercise" + path, id: id, summary: summary, tag: "exercise", door: roomDoor, ordered: method == "POST", optional: optional}
	}
	add(a, policy.ExerciseControl, at("GET", "/people", "exercise-people", "Who takes part in which team and role, and who was there on which day"), rollOf)
	add(a, policy.ExerciseControl, at("POST", "/people", "join-exercise", "Give somebody a part; without an account a late-comer gets a new one", "staff", "team", "character", "agency", "sex", "county"),
		func(c *call, in *exercise.Join) (*realm.Receipt, error) {
			rc, err := c.office().Exercises.Join(c.r.Context(), c.actor, c.order.Key, *in)
			return c.receipt(rc, err)
		})
	add(a, policy.ExerciseControl, at("POST", "/people/{id}/team", "move-in-exercise", "Take somebody to another team; what was done stays with the team of before"),
		func(c *call, in *exercise.Move) (*realm.Receipt, error) {
			rc, err := c.office().Exercises.Move(c.r.Context(), c.actor, c.order.Key, c.id("id"), *in)
			return c.receipt(rc, err)
		})
	add(a, policy.ExerciseControl, at("POST", "/people/{id}/departure", "leave-exercise", "End somebody's part; the sign-in ends with it", "*"),
		func(c *call, in *Departure) (*realm.Receipt, error) {
			rc, err := c.office().Exercises.Leave(c.r.Context(), c.actor, c.order.Key, c.id("id"), in.Reason)
			return c.receipt(rc, err)
		})
	add(a, policy.ExerciseControl, at("POST", "/people/{id}/particulars", "describe-for-report", "What somebody told for the report on attendance", "*"),
		func(c *call, in *exercise.Particulars) (*realm.Receipt, error) {
			rc, err := c.office().Exercises.Describe(c.r.Context(), c.actor, c.order.Key, c.id("id"), *in)
			return c.receipt(rc, err)
		})
	card := at("POST", "/people/{id}/card", "make-sign-in-card", "Another sign-in card: its token signs in once at /enter and ends the card before")
	card.ordered = false
	add(a, policy.ExerciseControl, card, func(c *call, _ *none) (*InvitationLink, error) {
		l, err := c.office().SignInCard(c.r.Context(), c.actor, c.id("id"))
		return &InvitationLink{Staff: l.Staff, Token: l.Token, Expires: l.Expires}, err
	})
	play(a, policy.ExerciseControl, at("POST", "/attendance", "record-attendance", "Record who was there, or was not after all: all of a sheet or nothing"), (*exercise.Exercises).Attend)
	add(a, policy.ExerciseControl, at("GET", "/attendance", "exercise-attendance", "Who came, in numbers about the group; small cells are withheld"),
		func(c *call, _ *none) (*exercise.Turnout, error) {
			return c.office().Exercises.OwnTurnout(c.r.Context(), c.actor)
		})
}

func rollOf(c *call, _ *none) (*RollAnswer, error) {
	ctx := c.r.Context()
	r, err := c.office().Roll(ctx, c.actor)
	if err != nil {
		return nil, err
	}
	free, err := c.office().FreeFor(ctx, r)
	if err != nil {
		return nil, err
	}
	out := &RollAnswer{Roll: r, Free: []FreeAccount{}}
	for _, s := range free {
		out.Free = append(out.Free, FreeAccount{Staff: s.ID, Name: s.Name, Agency: s.Agency})
	}
	return out, nil
}
