package notice

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"rufaa/internal/text"
)

// File is the name of the data file in the content folder.
const File = "notices.yaml"

// Urgency is how soon a kind is told.
type Urgency string

// The urgencies, the most pressing first.
const (
	Now  Urgency = "now"
	Soon Urgency = "soon"
	Calm Urgency = "calm"
)

// Rules is what content/notices.yaml says.
type Rules struct {
	Delivery struct {
		Quiet  Hours           `yaml:"quiet"`
		Digest string          `yaml:"digest"`
		Tries  []time.Duration `yaml:"tries"`
		Lease  time.Duration   `yaml:"lease"`
		Gap    time.Duration   `yaml:"gap"`
		Keep   time.Duration   `yaml:"keep"`
		Code   struct {
			Lives  time.Duration `yaml:"lives"`
			Tries  int           `yaml:"tries"`
			Hourly int           `yaml:"hourly"`
		} `yaml:"code"`
		WebhookFailures int `yaml:"webhook-failures"`
	} `yaml:"delivery"`
	Clocks struct {
		Near   time.Duration            `yaml:"near"`
		Sooner map[string]time.Duration `yaml:"sooner"`
	} `yaml:"clocks"`
	Caseload struct {
		Default int            `yaml:"default"`
		Duties  map[string]int `yaml:"duties"`
		Source  string         `yaml:"source"`
	} `yaml:"caseload"`
	Kinds   []Kind              `yaml:"kinds"`
	Settled map[string][]string `yaml:"settled"`

	byID map[string]*Kind
}

// Hours are a part of the day in East Africa, "21:00" to "06:00".
type Hours struct {
	From  string `yaml:"from" json:"from"`
	Until string `yaml:"until" json:"until"`
}

// Kind is one kind of notice.
type Kind struct {
	ID      string            `yaml:"id"`
	To      []string          `yaml:"to"`
	Urgency Urgency           `yaml:"urgency"`
	Opens   string            `yaml:"opens"`
	Home    bool              `yaml:"home"`
	Vague   bool              `yaml:"vague"`
	Label   map[string]string `yaml:"label"`
	Help    map[string]string `yaml:"help"`
}

// LoadRules reads and checks the data file.
func LoadRules(fsys fs.FS) (*Rules, error) {
	raw, err := fs.ReadFile(fsys, File)
	if err != nil {
		return nil, fmt.Errorf("notice: %w; put the file back from the program's own content", err)
	}
	r := new(Rules)
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(r); err != nil {
		return nil, fmt.Errorf("notice: %s: %w", File, err)
	}
	r.byID = map[string]*Kind{}
	for i := range r.Kinds {
		r.byID[r.Kinds[i].ID] = &r.Kinds[i]
	}
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("notice: %s: %w", File, err)
	}
	return r, nil
}

var (
	persons = []string{"manager", "team", "owner"}
	places  = []string{"holder", "offered", "receiver", "sender", "own", "everywhere"}
	targets = []string{"case", "referral", "likeness", "panel", "erasure", "file", "exhibit", "scene", "care", "workload", "webhook"}
)

func (r *Rules) check() error {
	var problems []error
	bad := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	for _, at := range []string{r.Delivery.Quiet.From, r.Delivery.Quiet.Until, r.Delivery.Digest} {
		if _, ok := ClockTime(at); !ok {
			bad("delivery: %q is no time of day such as \"21:00\"", at)
		}
	}
	d := &r.Delivery
	if len(d.Tries) == 0 || d.Lease <= 0 || d.Keep <= 0 || d.Code.Lives <= 0 || d.Code.Tries < 1 || d.Code.Hourly < 1 || d.WebhookFailures < 1 {
		bad("delivery: tries, lease, keep, code and webhook-failures must be above nothing")
	}
	if r.Clocks.Near <= 0 || r.Caseload.Default < 1 || r.Caseload.Source == "" {
		bad("clocks.near and caseload.default must be above nothing, and caseload names its source")
	}
	if len(r.byID) != len(r.Kinds) {
		bad("two kinds have one id")
	}
	for i := range r.Kinds {
		r.Kinds[i].check(bad)
	}
	for _, id := range occasions {
		if r.byID[id] == nil {
			bad("kind %s is missing; put it back, and leave \"to\" as it was if nobody else should be told", id)
		}
	}
	for on, ends := range r.Settled {
		for _, id := range ends {
			if r.byID[id] == nil {
				bad("settled.%s names the kind %s, which there is not", on, id)
			}
		}
	}
	return errors.Join(problems...)
}

func (k *Kind) check(bad func(string, ...any)) {
	if k.ID == "" || !slices.Contains(occasions, k.ID) {
		bad("kind %q: nothing in the program causes it", k.ID)
	}
	if !slices.Contains([]Urgency{Now, Soon, Calm}, k.Urgency) {
		bad("kind %s: urgency is now, soon or calm", k.ID)
	}
	if !slices.Contains(targets, k.Opens) {
		bad("kind %s: opens is one of %s", k.ID, strings.Join(targets, ", "))
	}
	if len(k.To) == 0 {
		bad("kind %s is told to nobody", k.ID)
	}
	for _, to := range k.To {
		place, duty, found := strings.Cut(to, "/")
		if found && (!slices.Contains(places, place) || duty == "") || !found && !slices.Contains(persons, to) {
			bad("kind %s: %q is neither a person (%s) nor a place/duty (%s)", k.ID, to, strings.Join(persons, ", "), strings.Join(places, ", "))
		}
	}
	for _, lang := range []string{"en", "sw"} {
		if k.Label[lang] == "" || k.Help[lang] == "" {
			bad("kind %s needs label and help in %s", k.ID, lang)
		}
		if len([]rune(k.Label[lang])) > maxLabel {
			bad("kind %s: label in %s is longer than %d letters, too long for an SMS", k.ID, lang, maxLabel)
		}
	}
}

// maxLabel keeps an SMS with one kind in one part or two.
const maxLabel = 90

// Kind gives a kind by its id; nil when there is none (any more).
func (r *Rules) Kind(id string) *Kind { return r.byID[id] }

// Limit is how many open cases a duty should carry at most.
func (r *Rules) Limit(duty string) int {
	if n, ok := r.Caseload.Duties[duty]; ok {
		return n
	}
	return r.Caseload.Default
}

// near is how long before its end a clock is told.
func (r *Rules) near(clock string) time.Duration {
	if d, ok := r.Clocks.Sooner[clock]; ok {
		return d
	}
	return r.Clocks.Near
}

// ClockTime reads "21:00" as the time since midnight.
func ClockTime(s string) (time.Duration, bool) {
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, false
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, true
}

// next is the next moment, at or after now, that is this time of day in East
// Africa (which has no summer time).
func next(now time.Time, at time.Duration) time.Time {
	n := now.In(text.Nairobi)
	day := time.Date(n.Year(), n.Month(), n.Day(), 0, 0, 0, 0, text.Nairobi)
	t := day.Add(at)
	if t.Before(n) {
		t = t.Add(24 * time.Hour)
	}
	return t.UTC()
}

// Within tells whether a moment lies in the hours. From and Until alike are no
// hours at all.
func (h Hours) Within(now time.Time) bool {
	from, ok1 := ClockTime(h.From)
	until, ok2 := ClockTime(h.Until)
	if !ok1 || !ok2 || from == until {
		return false
	}
	n := now.In(text.Nairobi)
	at := time.Duration(n.Hour())*time.Hour + time.Duration(n.Minute())*time.Minute + time.Duration(n.Second())*time.Second
	if from < until {
		return at >= from && at < until
	}
	return at >= from || at < until
}

// End is when the hours that a moment lies in are over.
func (h Hours) End(now time.Time) time.Time {
	until, _ := ClockTime(h.Until)
	return next(now, until)
}
