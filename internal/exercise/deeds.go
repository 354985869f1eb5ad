package exercise

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/content"
	"rufaa/internal/exhibit"
	"rufaa/internal/ledger"
	"rufaa/internal/referral"
	"rufaa/internal/scenario"
)

// Where a deed is known from.
const (
	FromLedger  = "ledger"  // a team did it with the ordinary pages
	FromActor   = "actor"   // an actor logged it
	FromControl = "control" // control or a mentor noted it
	FromAnswer  = "answer"  // a team's answer to an inject
)

// Deed is one fact of the scenario with the events behind it.
type Deed struct {
	scenario.Fact
	From   string         `json:"from"`
	Events []int64        `json:"events"` // sequence numbers in the realm's ledger
	Fault  *exhibit.Fault `json:"-"`      // of a chain of custody: what is wrong with it
}

// Reader turns the realm's events, in order, into deeds. It is pure: the same
// events give the same deeds. What stands in a case that is not linked yet
// waits and comes out, with its own time, when the link is made.
type Reader struct {
	script  *scenario.Script
	words   *Words
	places  map[string]content.Term // places of stay
	state   State
	about   map[string]string   // stream -> character, exhibit or place
	waiting map[string][]waited // by stream
	cases   map[string]string   // referral -> case
	booked  map[string]string   // booking -> kind
	cast    map[string]*scenario.Character
	asked   map[string]int // interviews, by character
	chains  *exhibit.Following

	proposer map[string]string // panel -> agency that proposed what it decides
}

type waited struct {
	e ledger.Event
	sign
}

// NewReader starts reading an exercise. Places are the vocabulary
// places-of-stay; chains computes what is wrong with exhibits' custody.
func NewReader(script *scenario.Script, words *Words, places []content.Term, chains *exhibit.Following) *Reader {
	r := &Reader{script: script, words: words, places: map[string]content.Term{}, about: map[string]string{}, waiting: map[string][]waited{},
		cases: map[string]string{}, booked: map[string]string{}, cast: map[string]*scenario.Character{}, asked: map[string]int{}, chains: chains,
		proposer: map[string]string{}}
	for _, p := range places {
		r.places[p.ID] = p
	}
	for i := range script.Characters {
		r.cast[script.Characters[i].ID] = &script.Characters[i]
	}
	return r
}

// Pass gives what time alone brings by a moment of the realm's clock while play
// goes on: hand-overs that nobody confirmed in time. They are nobody's deeds.
func (r *Reader) Pass(now time.Time) []Deed {
	if r.state.Phase != Playing {
		return nil
	}
	var out []Deed
	for _, o := range r.chains.Overdue(now) {
		out = append(out, r.known(ledger.Event{Stream: o.Stream, Seq: o.Event, At: o.At}, o.Stream, []sign{{word: "confirm_overdue"}})...)
	}
	return out
}

// Read gives the deeds that an event brings, its own and those that waited for
// a link it makes, after those that the time until then brought.
func (r *Reader) Read(e ledger.Event) []Deed {
	passed := r.Pass(e.At)
	return append(passed, r.read(e)...)
}

func (r *Reader) read(e ledger.Event) []Deed {
	if strings.HasPrefix(e.Kind, "exercise.") {
		return r.played(e)
	}
	if r.state.unfinished() != nil {
		return nil // what is done once the truth may be told counts for nothing
	}
	stream := e.Stream
	if strings.HasPrefix(stream, "referral/") {
		if stream = r.referred(e); stream == "" {
			return nil
		}
	}
	var signs []sign
	whose := r.whose(e)
	for _, w := range r.does(e) {
		signs = append(signs, sign{word: w, agency: whose})
	}
	return r.known(e, stream, append(signs, faulty(r.chains.Add(e))...))
}

// whose is the agency whose deed an event is, where that is not its author's: what
// a panel decides is the deed of whoever proposed it, not of the last voice.
func (r *Reader) whose(e ledger.Event) string {
	var p struct {
		Panel string `json:"panel"`
	}
	switch {
	case e.Kind != casefile.PanelProposed && e.Kind != casefile.PanelDecided, json.Unmarshal(e.Payload, &p) != nil:
		return ""
	case e.Kind == casefile.PanelProposed:
		r.proposer[p.Panel] = e.Agency
	}
	return r.proposer[p.Panel]
}

// known gives the deeds of an event whose stream is linked; of another they wait.
func (r *Reader) known(e ledger.Event, stream string, signs []sign) []Deed {
	about, linked := r.about[stream]
	var out []Deed
	for _, s := range signs {
		if !linked {
			r.waiting[stream] = append(r.waiting[stream], waited{e, s})
			continue
		}
		out = append(out, r.deed(e, s, about)...)
	}
	return out
}

// referred gives the case of a referral's event.
func (r *Reader) referred(e ledger.Event) string {
	if e.Kind == referral.Sent {
		var p referral.SentEvent
		if json.Unmarshal(e.Payload, &p) == nil {
			r.cases[e.Stream] = casefile.Stream(p.Case)
		}
	}
	return r.cases[e.Stream]
}

// deed makes the facts of one word about somebody: what a word means may depend
// on the hidden truth, e.g. whether who was presumed a victim is one.
func (r *Reader) deed(e ledger.Event, s sign, about string) []Deed {
	c, word := r.cast[about], s.word
	switch word {
	case "presumed":
		switch {
		case c == nil:
			return nil
		case c.Role == "victim":
			word = "identified"
		default:
			word = "labelled_wrong"
		}
	case "interviewed":
		r.asked[about]++
		if r.asked[about] > 1 {
			return []Deed{r.fact(e, word, about, FromLedger), r.fact(e, "asked_twice", about, FromLedger)}
		}
	case "minor", "adult":
		if c == nil || c.Age >= 18 {
			return nil
		}
		word = map[string]string{"minor": "treated_as_child", "adult": "treated_as_adult"}[word]
	}
	if !r.fits(word, about) {
		return nil
	}
	d := r.fact(e, word, about, FromLedger)
	if s.agency != "" {
		d.Team = r.state.TeamOf(s.agency)
	}
	if s.fault != nil {
		d.Team, d.Events, d.Fault = r.state.TeamOf(s.fault.Agency), slices.Clone(s.fault.Events), s.fault
	}
	return []Deed{d}
}

// speaks tells whether a word of the vocabulary can be about it.
func speaks(script *scenario.Script, word, about string) bool {
	return NewReader(script, nil, nil, nil).fits(word, about)
}

// fits tells whether a word can be about this character, exhibit or place.
func (r *Reader) fits(word, about string) bool {
	kind, known := scenario.Vocabulary[word]
	if !known {
		return false
	}
	_, person := r.cast[about]
	switch kind {
	case "character":
		return person
	case "exhibit":
		return slices.ContainsFunc(r.script.Exhibits, func(x scenario.Exhibit) bool { return x.ID == about })
	case "place":
		return slices.ContainsFunc(r.script.Places, func(x scenario.Place) bool { return x.ID == about })
	}
	return true
}

func (r *Reader) fact(e ledger.Event, word, about, from string) Deed {
	return Deed{Fact: scenario.Fact{At: r.moment(e), Do: word, About: about, Team: r.state.TeamOf(e.Agency)}, From: from, Events: []int64{e.Seq}}
}

// moment is when it happened; what was done before play began counts as its
// first moment.
func (r *Reader) moment(e ledger.Event) Minute {
	return max(r.state.Begins, r.state.MomentOf(e.At))
}

// played reads the exercise's own events.
func (r *Reader) played(e ledger.Event) []Deed {
	if err := r.state.Fold(e); err != nil {
		return nil
	}
	var out []Deed
	switch e.Kind {
	case Linked:
		var p LinkedEvent
		if json.Unmarshal(e.Payload, &p) != nil {
			return nil
		}
		before, was := r.about[p.Stream]
		r.about[p.Stream] = p.About
		if was && before != p.About {
			return nil // what was read under the wrong link stays; control notes the rest
		}
		for _, w := range r.waiting[p.Stream] {
			for _, d := range r.deed(w.e, w.sign, p.About) {
				d.Events = append(d.Events, e.Seq)
				out = append(out, d)
			}
		}
		delete(r.waiting, p.Stream)
	case Told:
		var p ToldEvent
		if json.Unmarshal(e.Payload, &p) != nil {
			return nil
		}
		if p.Reveal != "" {
			out = append(out, r.logged(e, "told", p.Reveal, p.Team, p.Moment, FromActor))
		}
		if p.Asked == AskedKindly || p.Asked == AskedPressed {
			out = append(out, r.logged(e, "asked", p.Character, p.Team, p.Moment, FromActor))
		}
	case Treated:
		var p TreatedEvent
		if json.Unmarshal(e.Payload, &p) != nil {
			return nil
		}
		if t, ok := r.words.Treatment(p.How); ok && t.Fact != "" {
			out = append(out, r.logged(e, t.Fact, p.Character, p.Team, p.Moment, FromActor))
		}
	case Noticed:
		var p NoticedEvent
		if json.Unmarshal(e.Payload, &p) != nil {
			return nil
		}
		out = append(out, r.logged(e, p.Do, p.About, p.Team, p.Moment, FromControl))
	case Answered:
		out = r.answered(e)
	case Ended: // what nobody confirmed by now was not confirmed
		rest := r.chains.Rest(e.At)
		for _, stream := range slices.Sorted(maps.Keys(rest)) {
			out = append(out, r.known(e, stream, faulty(rest[stream]))...)
		}
	}
	return out
}

func (r *Reader) logged(e ledger.Event, word, about, team string, moment int, from string) Deed {
	d := r.fact(e, word, about, from)
	d.At, d.Team = Minute(moment), team
	return d
}

// answered: an answer is the deed itself where the scenario expects one.
func (r *Reader) answered(e ledger.Event) []Deed {
	var p AnsweredEvent
	if json.Unmarshal(e.Payload, &p) != nil {
		return nil
	}
	var out []Deed
	for i := range r.script.Injects {
		in := &r.script.Injects[i]
		if in.ID != p.Inject {
			continue
		}
		for _, x := range in.Expect {
			if x.Team == p.Team && x.Do == "answered" {
				out = append(out, r.logged(e, "answered", x.About, p.Team, p.Moment, FromAnswer))
			}
		}
	}
	return out
}

// String is a deed as the board shows it.
func (d Deed) String() string { return fmt.Sprintf("%s %s %s", d.At, d.Do, d.About) }
