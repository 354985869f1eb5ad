package content

import (
	"fmt"
	"strings"
	"time"
)

// Words is one text in every language: language code -> text.
type Words map[string]string

// In gives the text in a language, or in English.
func (w Words) In(lang string) string {
	if s, ok := w[lang]; ok && s != "" {
		return s
	}
	return w["en"]
}

// Term is one entry of a vocabulary.
type Term struct {
	ID        string `yaml:"id"`
	Label     Words  `yaml:"label"`
	Detention bool   `yaml:"detention"` // places-of-stay: a cell, a prison, another lock
	Safe      bool   `yaml:"safe"`      // places-of-stay: counts as a safe place in time to care
	// Retired terms are no longer chosen; what was recorded with them stays readable.
	Retired bool   `yaml:"retired"`
	Source  string `yaml:"source"`
}

// In gives the label in a language.
func (t Term) In(lang string) string { return t.Label.In(lang) }

// Service is one category of help; the top ones are those of CTIPA s.15.
type Service struct {
	ID     string `yaml:"id"`
	Parent string `yaml:"parent"`
	Label  Words  `yaml:"label"`
	// A retired category is no longer chosen; old needs keep their name.
	Retired bool   `yaml:"retired"`
	Source  string `yaml:"source"`
}

// Rule is one rule of the domain, as it is told to the person it stops.
type Rule struct {
	ID     string `yaml:"id"`
	Title  Words  `yaml:"title"`
	Why    Words  `yaml:"why"`
	Remedy Words  `yaml:"remedy"`
	Source string `yaml:"source"`
}

// Filled is the rule with {name} replaced by the value of each pair of name and
// value, in every language.
func (r Rule) Filled(args ...any) Rule {
	fill := func(w Words) Words {
		out := make(Words, len(w))
		for lang, s := range w {
			for i := 0; i+1 < len(args); i += 2 {
				s = strings.ReplaceAll(s, fmt.Sprintf("{%v}", args[i]), fmt.Sprint(args[i+1]))
			}
			out[lang] = s
		}
		return out
	}
	if len(args) > 0 {
		r.Title, r.Why, r.Remedy = fill(r.Title), fill(r.Why), fill(r.Remedy)
	}
	return r
}

// Clock is one period that the mechanism keeps.
type Clock struct {
	ID        string        `yaml:"id"`
	Within    time.Duration `yaml:"within"`
	Confirmed bool          `yaml:"confirmed"`
	Source    string        `yaml:"source"`
}

// Group is what stands together on the page. Where a sign is counted is said
// by its own dimension.
type Group struct {
	ID         string      `yaml:"id"`
	Title      Words       `yaml:"title"`
	Indicators []Indicator `yaml:"indicators"`
}

// Indicator is one sign to look or ask for. It is a trigger for inquiry, not
// a proof.
type Indicator struct {
	ID       string `yaml:"id"`
	Text     Words  `yaml:"text"`
	Ask      Words  `yaml:"ask,omitempty"`
	Strength string `yaml:"strength"` // strong, medium, weak
	Element  string `yaml:"element"`  // act, means, purpose, none (CTIPA s.3)
	Track    string `yaml:"track"`    // trafficking, smuggling, both
	// Dimension is where the sign is counted (scoring.yaml); Also is the
	// smuggling dimension of a sign of both tracks.
	Dimension string `yaml:"dimension"`
	Also      string `yaml:"also,omitempty"`
	// Only keeps a sign of a form for everybody to adults or to children.
	Only string `yaml:"only,omitempty"`
}

// Agency is a real organisation with public facts, each from a named source.
// Nothing here has been verified by a call until Verified says so.
type Agency struct {
	ID           string   `yaml:"id"`
	Name         string   `yaml:"name"`
	Kind         string   `yaml:"kind"`
	County       string   `yaml:"county"`
	Town         string   `yaml:"town"`
	Role         Words    `yaml:"role"`
	Phones       []string `yaml:"phones"`
	Hours        string   `yaml:"hours"`
	Services     []string `yaml:"services"`
	Serves       Words    `yaml:"serves"`
	Website      string   `yaml:"website"`
	Sources      []string `yaml:"sources"`
	Confidential bool     `yaml:"confidential_location"` // its place is never shown
	Verified     string   `yaml:"verified"`              // YYYY-MM-DD of the last call, or empty
}
