package scenario

import (
	"fmt"

	"go.yaml.in/yaml/v3"
)

// Script is a scenario whose story hangs together, ready to be played. It is
// read only and may be shared between goroutines.
type Script struct {
	*Scenario
	when    []*Condition // by inject; nil without a condition
	readers map[Read][]int
	index   map[string]int
	gates   map[string]*Condition // by reveal
	grades  []grading
}

type grading struct{ chance, breach, performed, some, major *Condition }

// Begins is the first moment of play.
func (s *Scenario) Begins() Minute { return s.Timetable[0].From.Minute }

// Ends is the last moment of play.
func (s *Scenario) Ends() Minute { return s.Timetable[len(s.Timetable)-1].To.Minute }

// Reads is what the condition of an inject reads; nothing without one.
func (s *Script) Reads(inject string) []Read {
	if i, ok := s.index[inject]; ok && s.when[i] != nil {
		return s.when[i].Reads
	}
	return nil
}

// Load parses and compiles a file; the error is Problems.
func Load(file string, data []byte) (*Script, error) {
	s, err := Parse(file, data)
	if err != nil {
		return nil, err
	}
	return Compile(file, s)
}

// Reopen reads a scenario that was loaded before and sealed as canonical JSON: its
// exercise plays on, and its review is computed again, also where this program
// checks more than the one that set it up.
func Reopen(file string, data []byte) (*Script, error) {
	s := &Scenario{}
	if err := yaml.Unmarshal(data, s); err != nil { // JSON is YAML
		return nil, fmt.Errorf("the scenario %s: %w", file, err)
	}
	env, err := conditionLanguage()
	if err != nil {
		return nil, fmt.Errorf("the language of conditions: %w", err)
	}
	l := linting(file, s)
	l.names()
	l.conditions(env)
	if l.broken || len(s.Timetable) == 0 {
		return nil, fmt.Errorf("the scenario %s cannot be played: %w", file, l.problems.sorted())
	}
	return l.script, nil
}

func linting(file string, s *Scenario) *lint {
	return &lint{file: file, s: s, script: &Script{Scenario: s, readers: map[Read][]int{}, index: map[string]int{}, gates: map[string]*Condition{}}}
}

// Compile checks that the story hangs together and compiles its conditions;
// the error is Problems.
func Compile(file string, s *Scenario) (*Script, error) {
	env, err := conditionLanguage()
	if err != nil {
		return nil, fmt.Errorf("the language of conditions: %w", err)
	}
	l := linting(file, s)
	l.names()
	l.times()
	l.languages()
	l.conditions(env)
	l.deeds()
	l.people()
	l.played()
	l.objectives()
	if len(l.problems) == 0 {
		l.reach()
		l.cycles()
	}
	if len(l.problems) > 0 {
		return nil, l.problems.sorted()
	}
	return l.script, nil
}
