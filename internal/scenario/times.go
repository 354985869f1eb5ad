package scenario

import (
	"fmt"
	"regexp"
	"strconv"
	"time"

	"rufaa/internal/clockwork"

	"go.yaml.in/yaml/v3"
)

// Minute is a moment of the scenario: minutes since midnight of day 1.
// In files it is written "D2 07:30".
type Minute = clockwork.Minute

var momentForm = regexp.MustCompile(`^D([1-9][0-9]?) ([01][0-9]|2[0-3]):([0-5][0-9])$`)

// ParseMoment reads "D2 07:30".
func ParseMoment(s string) (Minute, error) {
	m := momentForm.FindStringSubmatch(s)
	if m == nil {
		return 0, fmt.Errorf("%q is not a moment of the scenario; write it like \"D2 07:30\"", s)
	}
	day, _ := strconv.Atoi(m[1])
	hour, _ := strconv.Atoi(m[2])
	minute, _ := strconv.Atoi(m[3])
	return clockwork.Moment(day, hour, minute), nil
}

// Moment is a Minute that may be absent.
type Moment struct {
	Set bool
	Minute
}

// UnmarshalYAML reads "D2 07:30".
func (m *Moment) UnmarshalYAML(n *yaml.Node) error {
	v, err := ParseMoment(n.Value)
	if err != nil {
		return fmt.Errorf("line %d: %w", n.Line, err)
	}
	*m = Moment{Set: true, Minute: v}
	return nil
}

// MarshalYAML writes "D2 07:30".
func (m Moment) MarshalYAML() (any, error) {
	if !m.Set {
		return nil, nil
	}
	return m.Minute.String(), nil
}

// IsZero leaves an absent moment out of the file.
func (m Moment) IsZero() bool { return !m.Set }

// Span is a length of scenario time in minutes, written "30m" or "4h".
type Span int

// UnmarshalYAML reads "30m", "4h" or "1h30m".
func (s *Span) UnmarshalYAML(n *yaml.Node) error {
	d, err := time.ParseDuration(n.Value)
	if err != nil || d < 0 || d > 60*24*time.Hour {
		return fmt.Errorf("line %d: %q is not a length of time; write it like \"30m\" or \"4h\"", n.Line, n.Value)
	}
	*s = Span(d / time.Minute)
	return nil
}

// MarshalYAML writes minutes, e.g. "90m".
func (s Span) MarshalYAML() (any, error) { return s.String(), nil }

func (s Span) String() string { return strconv.Itoa(int(s)) + "m" }
