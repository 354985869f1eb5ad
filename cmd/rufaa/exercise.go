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
	File         string `arg:"" help:"Scenario file."`
	Runs         int    `help:"Plays by each kind of team." default:"1000"`
	Seed         uint64 `help:"The same seed gives the same result." default:"1"`
	Beds         int    `help:"More beds of each kind, e.g. +10." default:"0"`
	Interpreters int    `help:"More interpreters of each language." default:"0"`
	JSON         bool   `help:"Print JSON." name:"json"`
}

func (c exerciseRehearseCmd) Run(s *streams) error {
	if c.Runs < 1 || c.Runs > 100000 || c.Beds < 0 || c.Interpreters < 0 {
		return errors.New("runs go from 1 to 100000; beds and interpreters can only be added")
	}
	script, err := loadScenario(c.File)
	if err != nil {
		return err
	}
	skilled, weak := rehearsal.Skilled(), rehearsal.Weak()
	for _, h := range []*rehearsal.Habits{&skilled, &weak} {
		h.Beds, h.Interpreters = c.Beds, c.Interpreters
	}
	report := rehearsal.Many(script, skilled, weak, c.Runs, c.Seed)
	if c.JSON {
		e := json.NewEncoder(s.out)
		e.SetIndent("", "  ")
		return e.Encode(report)
	}
	return report.Table(s.out)
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
