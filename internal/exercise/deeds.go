package exercise

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"rufaa/internal/casefile"
	"rufaa/internal/content"
	"rufaa/internal/exhibit"
	"rufaa/internal/ledger"
	"rufaa/internal/referral"
	"rufaa/internal/scenario"
	"rufaa/internal/scene"
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
	From   string  `json:"from"`
	Events []int64 `json:"events"` // sequence numbers in the realm's ledger
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
	asked   map[string]int    // interviews, by character
	seals   map[string]string // exhibit's stream -> the seal that was put on last
}

type waited struct {
	e    ledger.Event
	deed string
}

// NewReader starts reading an exercise. Places are the vocabulary
// places-of-stay.
func NewReader(script *scenario.Script, words *Words, places []content.Term) *Reader {
	r := &Reader{script: script, words: words, places: map[string]content.Term{}, about: map[string]string{}, waiting: map[string][]waited{},
		cases: map[string]string{}, booked: map[string]string{}, cast: map[string]*scenario.Character{}, asked: map[string]int{}, seals: map[string]string{}}
	for _, p := range places {
		r.places[p.ID] = p
	}
	for i := range script.Characters {
		r.cast[script.Characters[i].ID] = &script.Characters[i]
	}
	return r
}

// Read gives the deeds that an event brings, its own and those that waited for
// a link it makes.
func (r *Reader) Read(e ledger.Event) []Deed {
	if strings.HasPrefix(e.Kind, "exercise.") {
		return r.played(e)
	}
	stream := e.Stream
	if strings.HasPrefix(stream, "referral/") {
		if stream = r.referred(e); stream == "" {
			return nil
		}
	}
	words := r.does(e)
	if len(words) == 0 {
		return nil
	}
	about, linked := r.about[stream]
	var out []Deed
	for _, w := range words {
		if !linked {
			r.waiting[stream] = append(r.waiting[stream], waited{e, w})
			continue
		}
		out = append(out, r.deed(e, w, about)...)
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
func (r *Reader) deed(e ledger.Event, word, about string) []Deed {
	c := r.cast[about]
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
	return []Deed{r.fact(e, word, about, FromLedger)}
}

// speaks tells whether a word of the vocabulary can be about it.
func speaks(script *scenario.Script, word, about string) bool {
	return NewReader(script, nil, nil).fits(word, about)
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
			for _, d := range r.deed(w.e, w.deed, p.About) {
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

// does names what an ordinary event means in the scenario, whomever it is
// about. "presumed", "minor" and "adult" are settled by deed.
func (r *Reader) does(e ledger.Event) []string {
	var p struct {
		PlaceKind     string `json:"place_kind"`
		Kind          string `json:"kind"`
		Detained      bool   `json:"detained"`
		Immediate     bool   `json:"immediate"`
		Given         bool   `json:"given"`
		Action        string `json:"action"`
		Decision      string `json:"decision"`
		Track         string `json:"track"`
		Outcome       string `json:"outcome"`
		Questionnaire string `json:"questionnaire"`
		Interpreting  string `json:"interpreting"`
		Service       string `json:"service"`
		Step          string `json:"step"`
		State         string `json:"state"`
		Booking       string `json:"booking"`
		ID            string `json:"id"`
		Code          string `json:"code"`
		Persons       []struct {
			Role, Minor string
			Child       bool
		} `json:"persons"`
		Person struct {
			Role, Minor string
			Child       bool
		} `json:"person"`
		Disclosed []json.RawMessage `json:"disclosed"`
	}
	if json.Unmarshal(e.Payload, &p) != nil {
		return nil
	}
	age := func(minor string) []string {
		switch minor {
		case "yes", "unsure":
			return []string{"minor"}
		case "no":
			return []string{"adult"}
		}
		return nil
	}
	switch e.Kind {
	case casefile.Alerted:
		out := []string{"recorded"}
		out = append(out, r.staying(p.PlaceKind, p.Detained)...)
		for _, x := range p.Persons {
			if x.Role == "subject" {
				out = append(out, age(x.Minor)...)
			}
		}
		return out
	case casefile.PersonDescribed:
		if p.Person.Role == "subject" {
			return age(p.Person.Minor)
		}
	case casefile.PlaceChanged:
		return r.staying(p.Kind, p.Detained)
	case casefile.DangerAnswered:
		if p.Action == "moved-to-safety" {
			return []string{"safe"}
		}
	case casefile.ScreeningDone:
		if strings.HasPrefix(p.Questionnaire, "child-") {
			return []string{"screened", "minor"}
		}
		return []string{"screened"}
	case casefile.Section14Found:
		return []string{"screened"}
	case casefile.PresumptionMade:
		if p.Decision == "presumed" && p.Track != "smuggling" {
			return []string{"presumed"}
		}
	case casefile.PanelDecided:
		if p.Outcome == "confirmed" {
			return []string{"presumed"}
		}
	case casefile.ConsentRecorded:
		if p.Given {
			return []string{"consented"}
		}
	case casefile.SafetyAssessed:
		return []string{"risk_assessed"}
	case casefile.SafetyPlanned, casefile.CarePlanned, casefile.SolutionChosen:
		return []string{"planned"}
	case casefile.InterviewHeld:
		if p.Interpreting != "" && p.Interpreting != "not-needed" && p.Interpreting != "none" {
			return []string{"interpreted", "interviewed"}
		}
		return []string{"interviewed"}
	case casefile.GuardianAppointed, casefile.InterestsWeighed:
		return []string{"minor"}
	case casefile.FamilyTraced:
		return []string{"traced"}
	case casefile.CareArranged:
		return []string{"placed"}
	case casefile.OffenderStepTaken:
		if w := map[string]string{"arrest": "arrested", "charge": "charged", "removal": "removed"}[p.Step]; w != "" {
			return []string{w}
		}
	case casefile.ServiceGiven:
		return serviceDeeds[p.Service]
	case casefile.Booked:
		r.booked[e.Stream+p.ID] = p.Kind
	case casefile.BookingSettled:
		if p.State == "done" {
			return map[string][]string{"interpreter": {"interpreted"}, "examination": {"examined"}, "accommodation": {"placed"}}[r.booked[e.Stream+p.Booking]]
		}
	case referral.Sent:
		if len(p.Disclosed) > 0 {
			return []string{"referred", "disclosed_with_basis"}
		}
		return []string{"referred"}
	case referral.Accepted:
		return []string{"accepted"}
	case referral.Declined:
		return []string{"refused"}
	case referral.Finished, referral.Started:
		return nil
	case exhibit.Recorded, exhibit.Offered, exhibit.Received, exhibit.Attested, exhibit.Moved, exhibit.SealOpened, exhibit.Resealed:
		return r.kept(e)
	case scene.Entered:
		return []string{"entered"}
	case scene.Released:
		return []string{"preserved"}
	}
	return nil
}

// kept reads what was done with an exhibit. A seal that is broken, or another
// than the last one that was put on, is a gap: what counts is what both sides
// read at the time, not what the chain is mended to later.
func (r *Reader) kept(e ledger.Event) []string {
	var p struct {
		Seen    exhibit.Seen `json:"seen"`
		NewSeal string       `json:"new_seal"`
	}
	if json.Unmarshal(e.Payload, &p) != nil {
		return nil
	}
	last, sealed := r.seals[e.Stream]
	var out []string
	switch e.Kind {
	case exhibit.Recorded:
		out = append(out, "exhibit_found")
		if p.Seen.Seal == "" {
			return out
		}
		r.seals[e.Stream] = p.Seen.Seal
		return append(out, "exhibit_sealed")
	case exhibit.Received, exhibit.Attested:
		out = append(out, "handed_over")
	case exhibit.Resealed, exhibit.SealOpened:
		if p.NewSeal != "" {
			out = append(out, "exhibit_sealed")
		}
	}
	if p.Seen.Broken || sealed && p.Seen.Seal != "" && p.Seen.Seal != last {
		out = append(out, "custody_gap")
	}
	if p.NewSeal != "" {
		r.seals[e.Stream] = p.NewSeal
	}
	return out
}

// serviceDeeds are services whose giving is a fact of the scenario (services of
// content/services.yaml).
var serviceDeeds = map[string][]string{
	"shelter": {"placed", "safe"}, "medical": {"cared"}, "psychosocial": {"cared"}, "forensic-medical": {"examined"},
	"food-clothing": {"fed"}, "interpreting": {"interpreted"}, "family-tracing": {"traced"},
	"witness-protection": {"protected"}, "protection": {"protected"}, "court-support": {"protected"}, "asylum": {"claim_registered"},
}

// staying says what the place means where she is now.
func (r *Reader) staying(kind string, detained bool) []string {
	t := r.places[kind]
	switch {
	case detained || t.Detention:
		return []string{"celled"}
	case t.Safe && kind == "shelter":
		return []string{"safe", "placed"}
	case t.Safe:
		return []string{"safe"}
	}
	return nil
}

// String is a deed as the board shows it.
func (d Deed) String() string { return fmt.Sprintf("%s %s %s", d.At, d.Do, d.About) }
