package exercise

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"

	"go.yaml.in/yaml/v3"

	"rufaa/internal/scenario"
)

// File is the name of the data file in the content folder.
const File = "exercise.yaml"

// How an actor was asked (terms of the data file).
const (
	AskedFreely  = "freely"
	AskedKindly  = "kindly"
	AskedPressed = "pressed"
)

// Word is one term with its label.
type Word struct {
	ID    string `yaml:"id"`
	Label Text   `yaml:"label"`
	Fact  string `yaml:"fact"` // word of the vocabulary that it stands for; "" is none
	Good  bool   `yaml:"good"`
}

// Agency says which agency plays a team for which the scenario says nothing.
type Agency struct {
	Team   string   `yaml:"team"`
	Kind   string   `yaml:"kind"`
	Duties []string `yaml:"duties"`
}

// Words is what content/exercise.yaml says.
type Words struct {
	Treatments []Word   `yaml:"treatments"`
	Asked      []Word   `yaml:"asked"`
	Feelings   []Word   `yaml:"feelings"`
	Channels   []Word   `yaml:"channels"`
	Teams      []Agency `yaml:"teams"`
	Rates      []int    `yaml:"rates"` // scenario minutes in a wall minute, as control chooses
}

// Treatment finds a treatment.
func (w *Words) Treatment(id string) (Word, bool) { return find(w.Treatments, id) }

func find(list []Word, id string) (Word, bool) {
	for _, t := range list {
		if t.ID == id {
			return t, true
		}
	}
	return Word{}, false
}

// Agency is how a team is played: the kind of agency and its duties.
func (w *Words) Agency(team string) Agency {
	for _, a := range w.Teams {
		if a.Team == team {
			return a
		}
	}
	return Agency{Team: team, Kind: "ngo", Duties: []string{"case_manager"}}
}

// LoadWords reads and checks the data file.
func LoadWords(fsys fs.FS) (*Words, error) {
	raw, err := fs.ReadFile(fsys, File)
	if err != nil {
		return nil, fmt.Errorf("exercise: %w; put the file back from the program's own content", err)
	}
	w := new(Words)
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(w); err != nil {
		return nil, fmt.Errorf("exercise: %s: %w", File, err)
	}
	var problems []error
	for name, list := range map[string][]Word{"treatments": w.Treatments, "asked": w.Asked, "feelings": w.Feelings, "channels": w.Channels} {
		if len(list) == 0 {
			problems = append(problems, fmt.Errorf("%s needs an entry", name))
		}
		for _, t := range list {
			if t.ID == "" || t.Label["en"] == "" || t.Label["sw"] == "" {
				problems = append(problems, fmt.Errorf("%s: %q needs an id and a label in en and sw", name, t.ID))
			}
			if _, known := scenario.Vocabulary[t.Fact]; t.Fact != "" && !known {
				problems = append(problems, fmt.Errorf("%s: %s: there is no fact %q; rufaa exercise words lists them", name, t.ID, t.Fact))
			}
		}
	}
	for _, n := range w.Rates {
		if n < 1 || n > 1440 {
			problems = append(problems, fmt.Errorf("rates: %d must lie between 1 and 1440", n))
		}
	}
	if err := errors.Join(problems...); err != nil {
		return nil, fmt.Errorf("exercise: %s: %w", File, err)
	}
	return w, nil
}
