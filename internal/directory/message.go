package directory

import (
	"strconv"
	"strings"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/text"
	"rufaa/internal/valid"
)

// A short message tells what is free, as a provider sends it by SMS:
//
//	BEDS women 3 men 0
//	VITANDA wanawake 3
//	BEDS women 3/10        three of ten
//	FULL                   nothing free anywhere
//	TRUE                   the entry is still true
//
// Words may be English or Kiswahili, in any case; a unit holds until the next
// one, beds where none is told.

// Said is what a message says.
type Said struct {
	StillTrue bool
	Full      bool
	Counts    []SaidCount
}

// SaidCount is one number of a message. Maximum is nil where it tells none.
type SaidCount struct {
	Unit, Group string
	Free        int
	Maximum     *int
}

// mostMessage bounds a message, in bytes: four SMS.
const mostMessage = 640

// mostCounts is more than any message has room for.
const mostCounts = 20

// ReadMessage understands a message whole or not at all. What it does not
// understand it names by the place of the word, never by the word.
func (t *Taxonomy) ReadMessage(text string) (*Said, error) {
	wrong := func(key string, args ...any) (*Said, error) {
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "text", Key: "keeping.message." + key, Args: args}}}
	}
	if len(text) > mostMessage {
		return wrong("long", "max", mostMessage)
	}
	m := &messageReader{t: t, said: &Said{}, unit: "bed"}
	for i, word := range messageWords(text) {
		if key := m.word(word); key != "" {
			return wrong(key, "n", i+1)
		}
	}
	if key := m.end(); key != "" {
		return wrong(key)
	}
	return m.said, nil
}

// messageWords takes a message apart: "women:3, men=0" and "wanawake3" as well.
func messageWords(text string) []string {
	var b strings.Builder
	var last rune
	for _, r := range strings.ToLower(text) {
		digit, was := r >= '0' && r <= '9', last >= '0' && last <= '9'
		switch {
		case r == '/':
			b.WriteString(" / ")
		case strings.ContainsRune(":=,;.!?()", r):
			r = ' '
			b.WriteRune(r)
		case digit && letter(last) || was && letter(r):
			b.WriteByte(' ')
			b.WriteRune(r)
		default:
			b.WriteRune(r)
		}
		last = r
	}
	return strings.Fields(b.String())
}

func letter(r rune) bool { return r >= 'a' && r <= 'z' }

// messageReader reads word by word.
type messageReader struct {
	t     *Taxonomy
	said  *Said
	unit  string
	group string // waits for its number
	of    bool   // the next number is the maximum of the last count
	open  bool   // a count was told that a maximum may follow
}

func (m *messageReader) word(w string) (wrong string) {
	if n, err := strconv.Atoi(w); err == nil {
		return m.number(n)
	}
	if w == "/" {
		return m.outOf()
	}
	what, known := m.t.spoken[w]
	if !known {
		return "word"
	}
	if what.kind == "skip" {
		return ""
	}
	if m.of {
		return "number_missing"
	}
	switch what.kind {
	case "of":
		if m.open {
			return m.outOf()
		}
		return ""
	case "units":
		if m.group != "" {
			return "number_missing"
		}
		m.unit, m.open = what.id, false
	case "groups":
		if m.group != "" {
			return "number_missing"
		}
		m.group, m.open = what.id, false
	case "still-true":
		m.said.StillTrue = true
	case "full":
		return m.full()
	}
	return ""
}

// full is "women full", or nothing free at all when it stands alone.
func (m *messageReader) full() string {
	if m.group != "" {
		return m.number(0)
	}
	m.said.Full = true
	return ""
}

func (m *messageReader) outOf() string {
	if !m.open {
		return "word"
	}
	m.of, m.open = true, false
	return ""
}

func (m *messageReader) number(n int) string {
	switch {
	case n < 0 || n > mostPlaces:
		return "number"
	case m.of:
		m.of = false
		last := &m.said.Counts[len(m.said.Counts)-1]
		if n < last.Free {
			return "more_than_all"
		}
		last.Maximum = &n
		return ""
	case m.open && m.group == "": // two numbers one after the other
		return "group_missing"
	}
	if m.group == "" {
		m.group = "anyone"
	}
	for _, c := range m.said.Counts {
		if c.Unit == m.unit && c.Group == m.group {
			return "twice"
		}
	}
	if len(m.said.Counts) == mostCounts {
		return "long"
	}
	m.said.Counts = append(m.said.Counts, SaidCount{Unit: m.unit, Group: m.group, Free: n})
	m.group, m.open = "", true
	return ""
}

func (m *messageReader) end() string {
	switch s := m.said; {
	case m.group != "" || m.of:
		return "number_missing"
	case s.Full && len(s.Counts) > 0:
		return "full_and_counts"
	case !s.Full && !s.StillTrue && len(s.Counts) == 0:
		return "empty"
	}
	return ""
}

// Message is a short message about a provider, from its line or its page.
type Message struct {
	Text string `json:"text" doc:"e.g. BEDS women 3 men 0, or VITANDA wanawake 3" maxLength:"640"`
}

// Action is what the door is asked for.
func (*Message) Action() policy.Action { return policy.DirectoryMessage }

// Check reads the message once, so that what is wrong with it is told.
func (x *Message) Check(v *valid.Check, t *Taxonomy) {
	_, err := t.ReadMessage(x.Text)
	if in, ok := err.(*problem.Invalid); ok {
		for _, f := range in.Fields {
			v.Add(f.Name, f.Key, f.Args...)
		}
	}
}

func (x *Message) decide(p *Provider, e *env) ([]ledger.Draft, error) {
	if err := p.open(); err != nil {
		return nil, err
	}
	said, err := e.t.ReadMessage(x.Text)
	if err != nil {
		return nil, err
	}
	if said.Full {
		said.Counts = p.nothingFree()
	}
	var out []ledger.Draft
	for _, c := range said.Counts {
		at, err := p.slotSaid(c)
		if err != nil {
			return nil, err
		}
		one, err := (&ReportCapacity{Slot: at, Available: c.Free, Maximum: c.Maximum}).decide(p, e)
		if err != nil {
			return nil, err
		}
		out = append(out, one...)
	}
	if said.StillTrue {
		out = append(out, draft(Confirmed, ConfirmedEvent{How: "message"}))
	}
	if len(out) == 0 {
		return nil, unplaced("no_places")
	}
	return out, nil
}

func unplaced(key string, args ...any) error {
	return &problem.Invalid{Fields: []problem.Field{{Name: "text", Key: "keeping.message." + key, Args: args}}}
}

// nothingFree is every capacity of the provider, at zero.
func (p *Provider) nothingFree() (out []SaidCount) {
	seen := map[SaidCount]bool{}
	for i := range p.Services {
		for _, at := range p.Services[i].At {
			for _, c := range at.Capacities {
				if x := (SaidCount{Unit: c.Unit, Group: c.Group}); !seen[x] {
					seen[x] = true
					out = append(out, x)
				}
			}
		}
	}
	return out
}

// slotSaid finds what a number of a message is about. Where there is no such
// place yet, it belongs to the one service that houses people, or to the only
// service; where several could be meant, nothing is guessed.
func (p *Provider) slotSaid(c SaidCount) (Slot, error) {
	var have, could []Slot
	for i := range p.Services {
		s := &p.Services[i]
		if s.Status == "ended" {
			continue
		}
		for _, at := range s.At {
			slot := Slot{Service: s.ID, Location: at.Location, Unit: c.Unit, Group: c.Group}
			if p.Capacity(slot) != nil {
				have = append(have, slot)
			}
			if s.Residential == Yes || s.Kind == "shelter" || len(p.Services) == 1 {
				could = append(could, slot)
			}
		}
	}
	switch {
	case len(have) == 1:
		return have[0], nil
	case len(have) > 1:
		return Slot{}, unplaced("several", "unit", c.Unit, "group", c.Group)
	case len(could) == 1:
		return could[0], nil
	case len(could) > 1:
		return Slot{}, unplaced("several", "unit", c.Unit, "group", c.Group)
	}
	return Slot{}, unplaced("no_places")
}

// AnswerTo tells the sender what was understood.
func (t *Taxonomy) AnswerTo(s *Said, l *text.Lang) string {
	var out []string
	if s.Full {
		out = append(out, l.T("keeping.message.answer.full"))
	}
	for _, c := range s.Counts {
		key, args := "keeping.message.answer.count", []any{"unit", t.Label("units", c.Unit, l.Code()), "group", t.Label("groups", c.Group, l.Code()), "free", c.Free}
		if c.Maximum != nil {
			key, args = key+"_of", append(args, "maximum", *c.Maximum)
		}
		out = append(out, l.T(key, args...))
	}
	if s.StillTrue {
		out = append(out, l.T("keeping.message.answer.true"))
	}
	return l.T("keeping.message.answer", "what", strings.Join(out, "; "))
}

// Kiswahili tells whether a message is written in it: by the first of its
// words that only Kiswahili has.
func (t *Taxonomy) Kiswahili(message string) bool {
	own := map[string]bool{"imejaa": true, "hakuna": true, "kweli": true, "sawa": true, "sahihi": true, "nafasi": true, "vyumba": true, "vitanda": true}
	for _, list := range []string{"units", "groups"} {
		for _, term := range t.lists[list] {
			own[strings.ToLower(term.Label.In("sw"))] = true
		}
	}
	for _, w := range messageWords(message) {
		if own[w] {
			return true
		}
	}
	return false
}
