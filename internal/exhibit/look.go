package exhibit

import (
	"time"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Act is one thing somebody does with an exhibit. Pages and API fill the same
// structs; the JSON names are the API's.
type Act interface {
	// Action is what the door is asked for.
	Action() policy.Action
	// check cleans the input in place and gathers what is wrong with it.
	check(c *valid.Check, e *env)
	// decide holds the rules: what happened, or why not. It changes nothing.
	decide(s *State, e *env) ([]ledger.Draft, error)
}

// env is what a decision may know besides the exhibit.
type env struct {
	now     time.Time
	by      policy.Principal
	content *content.Content
	places  *Register
	zone    *time.Location            // of times that come without one
	agency  func(staff string) string // of active staff; "" is unknown
	user    func(name string) string  // id of active staff by user name; "" is unknown
	newID   func() string
	seal    func(record, field, text string) vault.Sealed
	tokens  func(digests string) []string
	file    func(id string) (digest string, ok bool) // of the same inquiry, and seen by who acts

	mark func(id string) bool // on the sketch of the scene

	csam     bool   // the exhibit is one of which no file may stand: the rules say so
	stood    string // the mark at which it lay until now
	repacked bool   // a correction puts it elsewhere
	aside    string // and the rule that was set aside for it
}

// placed holds the mark at which an exhibit lay to the scene's sketch. What
// stood there before, and was taken off it since, may stay.
func (e *env) placed(c *valid.Check, mark, stood string) {
	if mark != "" && mark != stood && !e.mark(mark) {
		c.Add("mark", "exhibit.error.mark")
	}
}

// files holds ids of evidence files to those that the actor may see and that
// belong to the same inquiry; others are told as if there were none.
func (e *env) files(c *valid.Check, name string, ids ...string) {
	if e.csam {
		return
	}
	for _, id := range ids {
		if _, ok := e.file(id); !ok {
			c.Add(name, "exhibit.error.file")
			return
		}
	}
}

func (e *env) in(list string) func(string) bool {
	return func(id string) bool { return e.content.Choosable(list, id) }
}

// Look is when and where somebody saw the exhibit, and how. The seal is given
// as its number reads, empty for none.
type Look struct {
	At        string `json:"at,omitempty" doc:"When it happened: RFC 3339, or YYYY-MM-DDTHH:MM in East Africa Time; now when empty" maxLength:"40"`
	DeviceAt  string `json:"device_at,omitempty" doc:"RFC 3339 time of the writer's device; kept beside the server's" maxLength:"40"`
	Place     string `json:"place" doc:"Place of the register (GET /custody/places), or scene, vehicle, other" maxLength:"60"`
	Shelf     string `json:"shelf,omitempty" doc:"Shelf or bin of a store, as marked there: letters, digits and hyphens" maxLength:"20"`
	PlaceText string `json:"place_text,omitempty" doc:"Where exactly; sealed" maxLength:"1000"`
	Seal      string `json:"seal,omitempty" doc:"Number of the seal as it reads; empty when there is none" maxLength:"40"`
	Broken    string `json:"broken,omitempty" doc:"yes when the seal is damaged" enum:"yes,no,"`
	Condition string `json:"condition,omitempty" doc:"How it looks; sealed"`

	at, device time.Time
}

// Timed is an act that says when something was, by two clocks.
type Timed interface{ clock() *string }

func (l *Look) clock() *string { return &l.DeviceAt }

// check reads the times; what lies further ahead than a clock may be wrong by
// is refused.
func (l *Look) check(c *valid.Check, e *env) {
	c.Text("place_text", &l.PlaceText, 1000, false)
	c.Text("condition", &l.Condition, valid.MaxText, false)
	sealNumber(c, "seal", &l.Seal, false)
	if sealNumber(c, "shelf", &l.Shelf, false); len(l.Shelf) > 20 {
		c.Add("shelf", "common.error.too_long", "max", 20)
	}
	c.Term("place", l.Place, e.places.known, true)
	l.at = e.now
	if l.At != "" {
		t, ok := e.read(l.At)
		switch {
		case !ok:
			c.Add("at", "exhibit.error.time")
		case t.After(e.now.Add(e.content.Clock("device-time"))):
			c.Add("at", "common.error.future")
		case t.Before(e.now.AddDate(-10, 0, 0)):
			c.Add("at", "exhibit.error.time")
		}
		l.at = t
	}
	if l.DeviceAt != "" {
		t, err := time.Parse(time.RFC3339, l.DeviceAt)
		if err != nil || t.Year() < 1970 || t.Year() > 9999 {
			c.Add("device_at", "exhibit.error.time")
		}
		l.device = t.UTC().Truncate(time.Millisecond)
	}
}

// read takes a time with a zone, or one of the wall clock where the officers are.
func (e *env) read(s string) (time.Time, bool) {
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return t.UTC().Truncate(time.Millisecond), t.Year() > 1970 && t.Year() < 9999
	}
	for _, form := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04"} {
		if t, err := time.ParseInLocation(form, s, e.zone); err == nil {
			return t.UTC(), t.Year() > 1970
		}
	}
	return time.Time{}, false
}

// sealNumber cleans the number of a seal: letters, digits and hyphens, large.
func sealNumber(c *valid.Check, name string, s *string, required bool) {
	c.Text(name, s, 40, required)
	out := make([]byte, 0, len(*s))
	for i := range len(*s) {
		switch b := (*s)[i]; {
		case b >= 'a' && b <= 'z':
			out = append(out, b-'a'+'A')
		case b >= 'A' && b <= 'Z', b >= '0' && b <= '9', b == '-', b == '/':
			out = append(out, b)
		case b == ' ':
		default:
			c.Add(name, "exhibit.error.seal")
			return
		}
	}
	*s = string(out)
}

// seen seals what was seen, for one record and one side of it.
func (l *Look) seen(e *env, record, side string) Seen {
	return Seen{At: l.at, Device: l.device, Place: l.Place, Shelf: l.Shelf, PlaceText: e.seal(record, side+"place_text", l.PlaceText),
		Seal: l.Seal, Broken: l.Broken == "yes", Condition: e.seal(record, side+"condition", l.Condition)}
}
