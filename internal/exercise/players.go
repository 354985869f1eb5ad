package exercise

import (
	"context"
	"slices"
	"strings"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/scenario"
	"rufaa/internal/valid"
)

// Answer is a team's answer to an inject.
type Answer struct {
	Text string `json:"text" doc:"What the team does" maxLength:"4000"`
}

// Answer records it. Anybody of the team may; a team may answer more than once.
func (x *Exercises) Answer(ctx context.Context, who realm.Actor, key, inject string, a Answer) (realm.Receipt, error) {
	if err := x.check(func(c *valid.Check) { c.Text("text", &a.Text, 4000, true) }); err != nil {
		return realm.Receipt{}, err
	}
	rc, err := x.do(ctx, act{who: who, do: policy.ExerciseAnswer, key: key, name: "exercise.answer." + inject, body: a,
		decide: func(s *State, m Member) ([]ledger.Draft, error) {
			if err := s.playing(); err != nil {
				return nil, err
			}
			if !s.reached(inject, m.Team) {
				return nil, problem.ErrNotFound
			}
			return []ledger.Draft{draft(Answered, AnsweredEvent{Inject: inject, Team: m.Team, Moment: x.moment(s), Text: a.Text})}, nil
		}})
	if err != nil {
		return rc, err
	}
	return rc, x.Turn(ctx)
}

// reached tells whether an inject, free or of the scenario, was sent to a team.
func (s *State) reached(inject, team string) bool {
	if y := s.Injects[inject]; y != nil && y.Fired != nil {
		return slices.Contains(y.Fired.Teams, team)
	}
	return slices.ContainsFunc(s.Free, func(f InjectedEvent) bool { return f.ID == inject && slices.Contains(f.Teams, team) })
}

// Code is what stands on the card of a character, place or exhibit: players
// type it where they work, and the case is about it. It tells nothing.
func (x *Exercises) Code(s *State, about string) string {
	mac := x.realm.KeyFile.Index().MAC("exercise-card", []byte(s.ID), []byte(about))
	const letters = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
	out := make([]byte, 5)
	for i := range out {
		out[i] = letters[int(mac[i])%len(letters)]
	}
	return string(out)
}

// Card says, with the code of a card, whom a case or exhibit is about. The
// caller has asked whether the person may see the case.
func (x *Exercises) Card(ctx context.Context, who realm.Actor, key, stream, code string) (realm.Receipt, error) {
	s, m, err := x.Admitted(ctx, who, policy.ExerciseAnswer)
	if err != nil {
		return realm.Receipt{}, err
	}
	_ = m
	script, err := x.script(ctx, s)
	if err != nil {
		return realm.Receipt{}, err
	}
	code = strings.ToUpper(strings.TrimSpace(code))
	for _, id := range everything(script.Scenario) {
		if code != "" && x.Code(s, id) == code {
			return x.link(ctx, who, policy.ExerciseAnswer, key, LinkedEvent{Stream: stream, About: id, How: "card"})
		}
	}
	return realm.Receipt{}, &problem.Invalid{Fields: []problem.Field{{Name: "card", Key: "exercise.error.card"}}}
}

// everything with a card of its own.
func everything(s *scenario.Scenario) []string {
	var out []string
	for _, c := range s.Characters {
		out = append(out, c.ID)
	}
	for _, p := range s.Places {
		out = append(out, p.ID)
	}
	for _, e := range s.Exhibits {
		out = append(out, e.ID)
	}
	return out
}

// Channels of what is caught.
const (
	CaughtFile    = "file"
	CaughtWebhook = "webhook"
)

// Caught is something that would have left the realm. ID is the message's own,
// the same at every try; empty is a new one. Staff is the one person it was
// for, who alone reads it; empty is for everybody of the agency. No address
// stands in it.
type Caught struct {
	ID, Channel, Staff, Agency, Subject, Body, File, Digest string
	Bytes                                                   int64
}

// Capture keeps it in the mailbox and says whether it did: while nobody plays
// there is no mailbox. It is what a realm of kind exercise has in place of a
// mail server, a gateway, a webhook's receiver and a disk outside; it is the
// one place where they end.
func (x *Exercises) Capture(ctx context.Context, c Caught) (bool, error) {
	s, err := x.Current(ctx)
	if err != nil || !s.Exists() || x.clock == nil {
		return false, err
	}
	cmd := realm.Command{Actor: realm.System}
	if c.ID == "" {
		c.ID = x.realm.NewID()
	} else {
		cmd.Key = "captured." + c.ID
		if cmd.Digest, err = x.realm.Digest("exercise.captured", s.ID, c.ID); err != nil {
			return false, err
		}
	}
	cmd.Appends = []realm.Append{{Stream: Stream(s.ID), Expected: ledger.AnyVersion,
		Drafts: []ledger.Draft{draft(Captured, CapturedEvent{ID: c.ID, Channel: c.Channel, Staff: c.Staff, Agency: c.Agency,
			Subject: c.Subject, Body: c.Body, File: c.File, Bytes: c.Bytes, Digest: c.Digest})}}}
	_, err = x.realm.Commit(ctx, cmd)
	return err == nil, err
}
