package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"rufaa/internal/rehearsal"
	"rufaa/internal/scenario"
)

type exerciseCmd struct {
	Start    exerciseStartCmd    `cmd:"" help:"From a scenario to a realm ready to be played, with the cards to sign in."`
	Check    exerciseCheckCmd    `cmd:"" help:"Check a scenario file: every problem with its line and what to do."`
	Review   exerciseReviewCmd   `cmd:"" help:"Compute the after-action review again from an export of the ledger."`
	Rehearse exerciseRehearseCmd `cmd:"" help:"Play a scenario many times with simulated teams."`
	Export   exerciseExportCmd   `cmd:"" help:"Write the injects as a master events list (XLSX)."`
	Import   exerciseImportCmd   `cmd:"" help:"Read the injects of a master events list (XLSX) and print them as YAML."`
	Schema   exerciseSchemaCmd   `cmd:"" help:"Print the JSON Schema of scenario files."`
	Words    exerciseWordsCmd    `cmd:"" help:"Print the vocabulary of facts."`
}

func loadScenario(file string) (*scenario.Script, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	return scenario.Load(file, data)
}

type exerciseCheckCmd struct {
	File string `arg:"" help:"Scenario file."`
}

func (c exerciseCheckCmd) Run(s *streams) error {
	script, err := loadScenario(c.File)
	var problems scenario.Problems
	if errors.As(err, &problems) {
		for _, p := range problems {
			fmt.Fprintln(s.out, p)
		}
		return fmt.Errorf("%d problems in %s", len(problems), c.File)
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(s.out, "%s %s: %d characters, %d injects, %d criteria, no problems\n",
		script.ID, script.Version, len(script.Characters), len(script.Injects), len(script.Criteria))
	return err
}

type exerciseRehearseCmd struct {
	File         string   `arg:"" help:"Scenario file."`
	Runs         int      `help:"Plays by each kind of team." default:"1000"`
	Seed         uint64   `help:"The same seed gives the same result." default:"1"`
	Beds         []string `help:"What if there were more beds, by kind (girls, boys, women, men) or of each: women=+10 or +10." placeholder:"KIND=+N"`
	Interpreters []string `help:"What if there were more interpreters, by language: am=2." placeholder:"LANGUAGE=+N"`
	Answer       float64  `help:"What if agencies answered each other in this share of the time allowed, e.g. 0.25." placeholder:"SHARE"`
	Consent      *float64 `help:"What if consent were asked for with this chance, 0 to 1." placeholder:"CHANCE"`
	Teams        string   `help:"Whose what-if: skilled or weak." enum:"skilled,weak" default:"skilled"`
	JSON         bool     `help:"Print JSON." name:"json"`
}

func (c exerciseRehearseCmd) Run(s *streams) error {
	if c.Runs < 1 || c.Runs > 100000 {
		return errors.New("--runs goes from 1 to 100000")
	}
	script, err := loadScenario(c.File)
	if err != nil {
		return err
	}
	change, err := c.change(script)
	if err != nil {
		return err
	}
	out := struct {
		Report rehearsal.Report      `json:"report"`
		WhatIf *rehearsal.Comparison `json:"what_if,omitempty"`
	}{Report: rehearsal.Many(script, rehearsal.Skilled(), rehearsal.Weak(), c.Runs, c.Seed)}
	if !change.Empty() {
		base := rehearsal.Skilled()
		if c.Teams == "weak" {
			base = rehearsal.Weak()
		}
		w := rehearsal.WhatIf(script, base, change, c.Runs, c.Seed)
		out.WhatIf = &w
	}
	if c.JSON {
		e := json.NewEncoder(s.out)
		e.SetIndent("", "  ")
		return e.Encode(out)
	}
	if err := out.Report.Table(s.out); err != nil || out.WhatIf == nil {
		return err
	}
	fmt.Fprintln(s.out)
	return out.WhatIf.Table(s.out)
}

// change is what the flags ask for.
func (c exerciseRehearseCmd) change(script *scenario.Script) (rehearsal.Change, error) {
	out := rehearsal.Change{Answer: c.Answer, Consent: c.Consent}
	if !(c.Answer >= 0 && c.Answer <= 10) || c.Consent != nil && !(*c.Consent >= 0 && *c.Consent <= 1) { // so that NaN is neither
		return out, errors.New("--answer is a share of the time allowed (0 to 10), --consent a chance (0 to 1)")
	}
	add := func(texts, names []string, to *map[string]int, flag string) error {
		for _, text := range texts {
			more, err := rehearsal.ParseMore(text, names)
			if err != nil {
				return fmt.Errorf("--%s: %w", flag, err)
			}
			if *to == nil {
				*to = map[string]int{}
			}
			for k, n := range more {
				(*to)[k] += n
			}
		}
		return nil
	}
	err := add(c.Beds, rehearsal.BedKinds, &out.Beds, "beds")
	if err == nil {
		err = add(c.Interpreters, rehearsal.Languages(script.Scenario), &out.Interpreters, "interpreters")
	}
	return out, err
}

type exerciseExportCmd struct {
	File string `arg:"" help:"Scenario file."`
	Out  string `arg:"" help:"XLSX file to write."`
}

func (c exerciseExportCmd) Run(*streams) error {
	script, err := loadScenario(c.File)
	if err != nil {
		return err
	}
	f, err := os.OpenFile(c.Out, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(scenario.WriteEvents(f, script.Injects), f.Close())
}

type exerciseImportCmd struct {
	File string `arg:"" help:"XLSX file."`
}

func (c exerciseImportCmd) Run(s *streams) error {
	f, err := os.Open(c.File)
	if err != nil {
		return err
	}
	defer f.Close()
	injects, err := scenario.ReadEvents(c.File, f)
	if err != nil {
		return err
	}
	return scenario.WriteInjects(s.out, injects)
}

type exerciseSchemaCmd struct{}

func (exerciseSchemaCmd) Run(s *streams) error {
	_, err := fmt.Fprintln(s.out, string(scenario.Schema))
	return err
}

type exerciseWordsCmd struct{}

func (exerciseWordsCmd) Run(s *streams) error {
	for _, word := range slices.Sorted(maps.Keys(scenario.Vocabulary)) {
		fmt.Fprintf(s.out, "%-24s about a %s\n", word, scenario.Vocabulary[word])
	}
	return nil
}
