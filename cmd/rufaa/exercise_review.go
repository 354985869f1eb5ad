package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	datafiles "rufaa/content"
	"rufaa/internal/content"
	"rufaa/internal/exercise"
	"rufaa/internal/exhibit"
	"rufaa/internal/ledger"
	"rufaa/internal/review"
	"rufaa/internal/rulebook"
	"rufaa/internal/scenario"
)

type exerciseReviewCmd struct {
	Ledger   string `help:"Export of the realm's ledger (rufaa export)." required:"" type:"path"`
	Scenario string `help:"Scenario file that was played. Without it, the one that the ledger reveals." type:"path"`
	Exercise string `help:"Id of the exercise; the first in the ledger when empty."`
	JSON     bool   `help:"Print JSON." name:"json"`
}

// Run computes the review again from an export: after the reveal anybody can.
func (c exerciseReviewCmd) Run(s *streams) error {
	var events []ledger.Event
	f, err := os.Open(c.Ledger)
	if err != nil {
		return err
	}
	defer f.Close()
	if events, err = exported(f); err != nil {
		return fmt.Errorf("%s: %w", c.Ledger, err)
	}
	script, err := c.script(events)
	if err != nil {
		return err
	}
	words, err := exercise.LoadWords(datafiles.Files)
	if err != nil {
		return err
	}
	known, err := inForce(events)
	if err != nil {
		return err
	}
	places, err := exhibit.LoadRegister(datafiles.Files)
	if err != nil {
		return err
	}
	reading := review.NewReading(c.Exercise, script, words, known.List("places-of-stay"), exhibit.Follow(known, places))
	for _, e := range events {
		if err := reading.Add(e); err != nil {
			return err
		}
	}
	play, err := reading.Play()
	if err != nil {
		return err
	}
	r := review.Compute(script, play)
	if c.JSON {
		e := json.NewEncoder(s.out)
		e.SetIndent("", "  ")
		return e.Encode(r)
	}
	return reviewTable(s.out, r)
}

// inForce are the clocks and words that the realm itself had in force at the
// ledger's end, by which its own review is computed.
func inForce(events []ledger.Event) (*content.Content, error) {
	laid := rulebook.Lay(datafiles.Files)
	for _, e := range events {
		if err := laid.Add(e); err != nil {
			return nil, err
		}
	}
	return laid.Content()
}

// script is the file given, or what the ledger reveals.
func (c exerciseReviewCmd) script(events []ledger.Event) (*scenario.Script, error) {
	if c.Scenario != "" {
		return loadScenario(c.Scenario)
	}
	for _, e := range events {
		var p exercise.RevealedEvent
		if e.Kind != exercise.Revealed || c.Exercise != "" && e.Stream != exercise.Stream(c.Exercise) {
			continue
		}
		if err := json.Unmarshal(e.Payload, &p); err != nil {
			return nil, err
		}
		return scenario.Reopen("revealed.json", []byte(p.File))
	}
	return nil, review.ErrNotRevealed
}

// exported reads the lines of an export; the last is the checkpoint.
func exported(r io.Reader) ([]ledger.Event, error) {
	in := bufio.NewScanner(r)
	in.Buffer(nil, 4<<20)
	var out []ledger.Event
	for n := 1; in.Scan(); n++ {
		line := strings.TrimSpace(in.Text())
		if line == "" || strings.HasPrefix(line, `{"checkpoint"`) {
			continue
		}
		var e ledger.Event
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			return nil, fmt.Errorf("line %d is no event: %w; make the file with rufaa export", n, err)
		}
		out = append(out, e)
	}
	if err := in.Err(); err != nil {
		return nil, err
	}
	if len(out) == 0 {
		return nil, errors.New("it holds no event; make the file with rufaa export")
	}
	return out, nil
}

func reviewTable(out io.Writer, r *review.Report) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	count := func(t review.Tally) string { return fmt.Sprintf("%d of %d\t%.0f %%", t.N, t.Of, 100*t.Share) }
	fmt.Fprintf(w, "%s %s\t%s\n", r.Scenario, r.Version, r.Exercise)
	fmt.Fprintf(w, "score\t%s\n", count(r.Score))
	fmt.Fprintf(w, "victims identified\t%s\n", count(r.Found))
	fmt.Fprintf(w, "expected deeds in time\t%s\n", count(r.InTime))
	fmt.Fprintf(w, "referrals answered\t%s\n", count(r.Referrals.Answered))
	for _, k := range r.Criteria {
		mark := ""
		if k.Touched {
			mark = "  touched by control"
		}
		fmt.Fprintf(w, "%s\t%s%s\n", k.ID, k.Grade, mark)
	}
	for i := range r.Exhibits {
		x := &r.Exhibits[i]
		fmt.Fprintf(w, "%s\t%s\n", x.ID, x.State)
		for _, f := range x.Flaws {
			fmt.Fprintf(w, "\t%s\tevents %d and %d\n", f.Flaw, f.First.Event, f.Second.Event)
		}
	}
	for _, t := range r.Truths {
		fmt.Fprintf(w, "%s\t%s\n", t.Reveal, t.State)
	}
	return w.Flush()
}
