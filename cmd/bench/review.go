package main

import (
	"encoding/json"
	"fmt"
	"time"

	"rufaa/content"
	known "rufaa/internal/content"
	"rufaa/internal/exercise"
	"rufaa/internal/exhibit"
	"rufaa/internal/ledger"
	"rufaa/internal/review"
	"rufaa/internal/scenario"
)

// reviewed measures the after-action review of an exercise of 20,000 events,
// from the events of the ledger to the report.
func reviewed() error {
	data, err := content.Files.ReadFile("scenario/kaskazi.yaml")
	if err != nil {
		return err
	}
	script, err := scenario.Load("kaskazi.yaml", data)
	if err != nil {
		return err
	}
	words, err := exercise.LoadWords(content.Files)
	if err != nil {
		return err
	}
	c, err := known.Load(content.Files)
	if err != nil {
		return err
	}
	places, err := exhibit.LoadRegister(content.Files)
	if err != nil {
		return err
	}
	events, err := longExercise(script, 20_000)
	if err != nil {
		return err
	}
	best := time.Hour
	for range 5 {
		start := time.Now()
		reading := review.NewReading("", script, words, c.List("places-of-stay"), exhibit.Follow(c, places))
		for _, e := range events {
			if err := reading.Add(e); err != nil {
				return err
			}
		}
		play, err := reading.Play()
		if err != nil {
			return err
		}
		review.Compute(script, play)
		best = min(best, time.Since(start))
	}
	fmt.Printf("%-34s %10v   review of %d events; target under 500 ms\n", "after-action review", best.Round(time.Millisecond), len(events))
	return nil
}

// longExercise is an exercise of n events: set up, every inject sent, deeds
// noted and truths told in turn, ended and revealed.
func longExercise(s *scenario.Script, n int) ([]ledger.Event, error) {
	var out []ledger.Event
	at := time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)
	add := func(kind string, payload any) error {
		raw, err := json.Marshal(payload)
		out = append(out, ledger.Event{Seq: int64(len(out)), Stream: exercise.Stream("bench"), Version: int64(len(out) + 1), Kind: kind, Schema: 1, At: at, Payload: raw,
			Meta: ledger.Meta{Actor: "mentor", Agency: "x"}})
		return err
	}
	file, err := exercise.Canonical(s.Scenario)
	if err != nil {
		return nil, err
	}
	var teams []exercise.Team
	for _, t := range s.Teams {
		teams = append(teams, exercise.Team{ID: t.ID, Agency: "x-" + t.ID, Name: t.Name})
	}
	steps := []func() error{
		func() error {
			return add(exercise.SetUp, exercise.SetUpEvent{Scenario: s.ID, Version: s.Version, FirstDay: "2026-03-02", Begins: int(s.Begins()), Ends: int(s.Ends()), Teams: teams})
		},
		func() error {
			return add(exercise.Committed, exercise.CommittedEvent{Digest: exercise.Digest(nil, file)})
		},
		func() error {
			return add(exercise.Turned, exercise.TurnedEvent{Act: "run", Rate: 1, Wall: at, Moment: int(s.Begins())})
		},
	}
	for _, step := range steps {
		if err := step(); err != nil {
			return nil, err
		}
	}
	for i := range s.Injects {
		if err := add(exercise.Fired, exercise.FiredEvent{Inject: s.Injects[i].ID, Moment: int(s.Begins()) + 100*i, By: exercise.ByClock, Teams: s.Injects[i].To}); err != nil {
			return nil, err
		}
	}
	for i := 0; len(out) < n-2; i++ {
		in := &s.Injects[i%len(s.Injects)]
		moment := int(s.Begins()) + i*7919%6000
		var err error
		switch ch := &s.Characters[i%len(s.Characters)]; {
		case i%3 == 0 && len(ch.Reveals) > 0:
			err = add(exercise.Told, exercise.ToldEvent{Character: ch.ID, Reveal: ch.Reveals[0].ID, Team: "DCI", Moment: moment})
		case len(in.Expect) > 0:
			x := in.Expect[i%len(in.Expect)]
			err = add(exercise.Noticed, exercise.NoticedEvent{Team: x.Team, Do: x.Do, About: x.About, Moment: moment, Reason: "Seen."})
		default:
			err = add(exercise.Graded, exercise.GradedEvent{Criterion: "K1", Grade: "S", Moment: moment})
		}
		if err != nil {
			return nil, err
		}
	}
	if err := add(exercise.Ended, exercise.EndedEvent{Moment: int(s.Ends())}); err != nil {
		return nil, err
	}
	return out, add(exercise.Revealed, exercise.RevealedEvent{File: string(file)})
}
