package review

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"rufaa/internal/exercise"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/scenario"
	"rufaa/internal/store"
	"rufaa/internal/valid"
)

// Desk gives reviews of a realm's exercises and keeps what follows from them.
type Desk struct {
	realm     *realm.Realm
	exercises *exercise.Exercises
	kept      *lru.Cache[string, *Reviewed]
}

// Reviewed is a report with the scenario by which it reads.
type Reviewed struct {
	Report *Report
	Script *scenario.Script
}

// NewDesk opens the room and registers its projection.
func NewDesk(r *realm.Realm, x *exercise.Exercises) (*Desk, error) {
	kept, err := lru.New[string, *Reviewed](8)
	if err != nil {
		return nil, err
	}
	r.Register(plans{})
	return &Desk{realm: r, exercises: x, kept: kept}, nil
}

// Review gives the report of the realm's exercise to everybody with a part, once
// it is revealed. id names an earlier one of the realm; empty is the newest.
func (d *Desk) Review(ctx context.Context, who realm.Actor, id string) (*Reviewed, error) {
	s, err := d.admitted(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if s.Phase != exercise.Opened {
		return nil, problem.Refuse("review.not-revealed")
	}
	size, err := d.realm.Ledger.Size(ctx)
	if err != nil {
		return nil, err
	}
	key := fmt.Sprintf("%s@%d", s.ID, size)
	if r, ok := d.kept.Get(key); ok {
		return r, nil
	}
	script, err := d.revealed(ctx, s.ID)
	if err != nil {
		return nil, err
	}
	reading := NewReading(s.ID, script, d.exercises.Words, d.realm.Content.List("places-of-stay"), d.exercises.Chains())
	if err := d.realm.Ledger.Each(ctx, 0, reading.Add); err != nil {
		return nil, err
	}
	play, err := reading.Play()
	if err != nil {
		return nil, err
	}
	out := &Reviewed{Report: Compute(script, play), Script: script}
	d.kept.Add(key, out)
	return out, nil
}

// admitted gives an exercise to who had a part in it.
func (d *Desk) admitted(ctx context.Context, who realm.Actor, id string) (*exercise.State, error) {
	if id == "" {
		s, _, err := d.exercises.Admitted(ctx, who, policy.ExerciseView)
		return s, err
	}
	s, err := d.exercises.Load(ctx, id)
	if err != nil {
		return nil, err
	}
	return s, d.realm.Door.Case(who.Principal, policy.ExerciseView, policy.ExerciseView, s.Resource(who.Staff), policy.Context{})
}

// revealed reads the scenario out of the ledger, where the reveal has put it.
func (d *Desk) revealed(ctx context.Context, id string) (*scenario.Script, error) {
	events, err := d.realm.Ledger.Stream(ctx, exercise.Stream(id), 0)
	if err != nil {
		return nil, err
	}
	for _, e := range slices.Backward(events) {
		if e.Kind != exercise.Revealed {
			continue
		}
		var p exercise.RevealedEvent
		if err := json.Unmarshal(e.Payload, &p); err != nil {
			return nil, err
		}
		return scenario.Reopen("revealed.json", []byte(p.File))
	}
	return nil, ErrNotRevealed
}

// Run is one exercise of the realm in a comparison.
type Run struct {
	ID       string      `json:"id"`
	Title    string      `json:"title"`
	FirstDay string      `json:"first_day"`
	Score    Tally       `json:"score"`
	InTime   Tally       `json:"in_time"`
	Found    Tally       `json:"victims_identified"`
	Goals    []Objective `json:"objectives"`
}

// Compared are the runs of the realm whose scenario and criteria are those of
// the newest: others are left out, their number told.
type Compared struct {
	Runs  []Run `json:"runs"`
	Other int   `json:"others" doc:"Runs of another scenario or with other criteria, which cannot be compared"`
}

// Compare sets the runs of one scenario side by side, the oldest first.
func (d *Desk) Compare(ctx context.Context, who realm.Actor) (*Compared, error) {
	newest, err := d.Review(ctx, who, "")
	if err != nil {
		return nil, err
	}
	rows, err := d.realm.Store.Query(ctx, `SELECT id FROM exercises ORDER BY begun_seq`)
	if err != nil {
		return nil, fmt.Errorf("review: runs: %w", err)
	}
	var ids []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			rows.Close()
			return nil, err
		}
		ids = append(ids, id)
	}
	rows.Close()
	out := &Compared{Runs: []Run{}}
	for _, id := range ids {
		r, err := d.Review(ctx, who, id)
		switch {
		case errors.As(err, new(*problem.Refused)), errors.Is(err, problem.ErrNotFound), errors.As(err, new(*problem.Denied)):
			continue
		case err != nil:
			return nil, err
		case !newest.Report.Comparable(r.Report):
			out.Other++
			continue
		}
		s, err := d.exercises.Load(ctx, id)
		if err != nil {
			return nil, err
		}
		out.Runs = append(out.Runs, Run{ID: id, Title: s.Title.In(who.Language), FirstDay: s.FirstDay, Score: r.Report.Score, InTime: r.Report.InTime,
			Found: r.Report.Found, Goals: r.Report.Objectives})
	}
	return out, nil
}

// Kinds of events in a plan's stream, "review/<exercise>".
const (
	Planned  = "review.planned"
	Finished = "review.finished"
)

// PlannedEvent is something to improve, with who sees to it and by when. Owner
// is a team: people are not graded.
type PlannedEvent struct {
	ID        string `json:"id"`
	Criterion string `json:"criterion"`
	Text      string `json:"text"`
	Owner     string `json:"owner"`
	Due       string `json:"due"` // YYYY-MM-DD
}

// FinishedEvent says that it is done, and how it shows.
type FinishedEvent struct {
	ID   string `json:"id"`
	Note string `json:"note"`
}

// Task is one line of the plan.
type Task struct {
	PlannedEvent
	Done string    `json:"done,omitempty" doc:"How it shows that it is done"`
	At   time.Time `json:"at"`
}

// Plan is what follows from a review.
type Plan struct {
	Version int64  `json:"version"`
	Tasks   []Task `json:"tasks"`
}

func (p *Plan) fold(e ledger.Event) error {
	p.Version = e.Version
	switch e.Kind {
	case Planned:
		return decode(e, func(x PlannedEvent) { p.Tasks = append(p.Tasks, Task{PlannedEvent: x, At: e.At}) })
	case Finished:
		return decode(e, func(x FinishedEvent) {
			for i := range p.Tasks {
				if p.Tasks[i].ID == x.ID {
					p.Tasks[i].Done = x.Note
				}
			}
		})
	}
	return fmt.Errorf("review: unknown kind %q", e.Kind)
}

// plans keeps the plans as their events tell them.
type plans struct{}

func (plans) Kinds() []string { return []string{"review."} }

func (plans) Reset(tx *store.Tx) error {
	_, err := tx.Exec(`DELETE FROM review_plans`)
	return err
}

func (plans) Apply(tx *store.Tx, events []ledger.Event) error {
	id := strings.TrimPrefix(events[0].Stream, "review/")
	p := new(Plan)
	var raw []byte
	err := tx.QueryRow(`SELECT state FROM review_plans WHERE exercise = $1`, id).Scan(&raw)
	switch {
	case err == nil:
		err = json.Unmarshal(raw, p)
	case errors.Is(err, store.ErrNoRow):
		err = nil
	}
	if err != nil {
		return err
	}
	for _, e := range events {
		if err := p.fold(e); err != nil {
			return err
		}
	}
	if raw, err = json.Marshal(p); err != nil {
		return err
	}
	_, err = tx.Exec(`INSERT INTO review_plans (exercise, state) VALUES ($1,$2) ON CONFLICT (exercise) DO UPDATE SET state = excluded.state`, id, raw)
	return err
}

// Plan gives the plan of an exercise; empty when there is none.
func (d *Desk) Plan(ctx context.Context, who realm.Actor, id string) (*Plan, error) {
	s, err := d.admitted(ctx, who, id)
	if err != nil {
		return nil, err
	}
	return d.plan(ctx, s.ID)
}

func (d *Desk) plan(ctx context.Context, id string) (*Plan, error) {
	p := &Plan{Tasks: []Task{}}
	var raw []byte
	err := d.realm.Store.QueryRow(ctx, `SELECT state FROM review_plans WHERE exercise = $1`, id).Scan(&raw)
	if errors.Is(err, store.ErrNoRow) {
		return p, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, p)
	}
	if err != nil {
		return nil, fmt.Errorf("review: plan: %w", err)
	}
	return p, nil
}

// Improve puts a line into the plan.
type Improve struct {
	Criterion string `json:"criterion" maxLength:"40"`
	Text      string `json:"text" doc:"What is to be done; names nobody" maxLength:"1000"`
	Owner     string `json:"owner" doc:"Team that sees to it" maxLength:"40"`
	Due       string `json:"due" doc:"YYYY-MM-DD" maxLength:"10"`
}

// Improve adds to the plan; control does it at the debrief.
func (d *Desk) Improve(ctx context.Context, who realm.Actor, key string, x *Improve) (realm.Receipt, error) {
	return d.change(ctx, who, key, x, func(r *Reviewed, p *Plan) ([]ledger.Draft, string, error) {
		c := valid.New(d.realm.Now())
		c.Text("text", &x.Text, 1000, true)
		c.Term("criterion", x.Criterion, func(id string) bool {
			return slices.ContainsFunc(r.Script.Criteria, func(k scenario.Criterion) bool { return k.ID == id })
		}, true)
		c.Term("owner", x.Owner, func(id string) bool {
			return slices.ContainsFunc(r.Script.Teams, func(t scenario.Team) bool { return t.ID == id })
		}, true)
		if x.Due == "" {
			c.Add("due", "common.error.required")
		}
		c.Date("due", x.Due)
		id := d.realm.NewID()
		return []ledger.Draft{{Kind: Planned, Schema: 1, Payload: PlannedEvent{id, x.Criterion, x.Text, x.Owner, x.Due}}}, id, c.Err()
	})
}

// Finish ends a line of the plan.
type Finish struct {
	ID   string `json:"id" maxLength:"60"`
	Note string `json:"note" doc:"How it shows that it is done" maxLength:"1000"`
}

// Finish says that a line of the plan is done.
func (d *Desk) Finish(ctx context.Context, who realm.Actor, key string, x *Finish) (realm.Receipt, error) {
	return d.change(ctx, who, key, x, func(_ *Reviewed, p *Plan) ([]ledger.Draft, string, error) {
		c := valid.New(d.realm.Now())
		c.Text("note", &x.Note, 1000, true)
		c.Term("id", x.ID, func(id string) bool {
			return slices.ContainsFunc(p.Tasks, func(t Task) bool { return t.ID == id && t.Done == "" })
		}, true)
		return []ledger.Draft{{Kind: Finished, Schema: 1, Payload: FinishedEvent{x.ID, x.Note}}}, x.ID, c.Err()
	})
}

func (d *Desk) change(ctx context.Context, who realm.Actor, key string, command any, decide func(*Reviewed, *Plan) ([]ledger.Draft, string, error)) (realm.Receipt, error) {
	s, _, err := d.exercises.Admitted(ctx, who, policy.ExerciseControl)
	if err != nil {
		return realm.Receipt{}, err
	}
	r, err := d.Review(ctx, who, s.ID)
	if err != nil {
		return realm.Receipt{}, err
	}
	digest, err := d.realm.Digest(string(policy.ExerciseControl), "review/"+s.ID, command)
	if err != nil {
		return realm.Receipt{}, err
	}
	if rc, found, err := d.realm.Replayed(ctx, who, key, digest); err != nil || found {
		return rc, err
	}
	p, err := d.plan(ctx, s.ID)
	if err != nil {
		return realm.Receipt{}, err
	}
	drafts, id, err := decide(r, p)
	if err != nil {
		return realm.Receipt{}, err
	}
	return d.realm.Commit(ctx, realm.Command{Actor: who, Purpose: "training", Key: key, Digest: digest, Answer: realm.Receipt{ID: id},
		Appends: []realm.Append{{Stream: "review/" + s.ID, Expected: p.Version, Drafts: drafts}}})
}
