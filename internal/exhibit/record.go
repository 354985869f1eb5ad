package exhibit

import (
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Record takes up an exhibit at a scene. Number is given only when it is
// printed already (a roll of labels): it must be the scene's next one.
type Record struct {
	Number string `json:"number,omitempty" doc:"Only when it is printed on the label already; it must be the next number of the scene" maxLength:"60"`
	Finder string `json:"finder,omitempty" doc:"Id of the member of staff who found it; the caller when empty" maxLength:"100"`
	Facts
	Look
}

// Action is exhibit.record, asked of the scene.
func (*Record) Action() policy.Action { return policy.ExhibitRecord }

func (r *Record) check(c *valid.Check, e *env) {
	r.Facts.check(c, e.content)
	e.files(c, "photos", r.Photos...)
	e.placed(c, r.Mark, "")
	if r.Place == "" {
		r.Place = AtScene
	}
	r.Look.check(c, e)
	c.Text("number", &r.Number, 60, false)
	c.Text("finder", &r.Finder, 100, false)
	if r.Kind == "" {
		c.Add("kind", "common.error.choose")
	}
	if r.Description == "" && r.Kind != KindCSAM {
		c.Add("description", "common.error.required")
	}
	if r.Finder != "" && r.Finder != e.by.Staff && e.agency(r.Finder) == "" {
		c.Add("finder", "common.error.unknown_term")
	}
}

// next refuses a number that is not the next one of the scene.
func (r *Record) next(prefix string, n int) error {
	want := numberOf(prefix, n)
	if r.Number == "" || r.Number == want {
		return nil
	}
	for i := 1; i < n; i++ {
		if r.Number == numberOf(prefix, i) {
			return problem.Refuse("exhibit.number-used", "number", r.Number, "next", want)
		}
	}
	return problem.Refuse("exhibit.number-not-next", "number", r.Number, "next", want)
}

// event is the exhibit as it begins; its number is filled in by the series.
func (r *Record) event(id string, e *env) (RecordedEvent, error) {
	finder := keeperOf(e.by)
	if r.Finder != "" && r.Finder != e.by.Staff {
		finder = Keeper{Staff: r.Finder, Agency: e.agency(r.Finder)}
	}
	ev := RecordedEvent{ID: id, Plain: r.onto(Plain{}), Finder: finder, Seen: r.seen(e, id, "found_"), Sealed: map[string]vault.Sealed{}}
	texts := r.sealed()
	if err := ev.Plain.rules(func(name string) bool { return *texts[name] != "" }); err != nil {
		return ev, err
	}
	ev.Sealed, ev.Tokens = e.texts(id, &r.Facts), e.tokens(r.Digests)
	return ev, nil
}

// texts seals what was written.
func (e *env) texts(record string, f *Facts) map[string]vault.Sealed {
	out := map[string]vault.Sealed{}
	for name, text := range f.sealed() {
		if *text != "" {
			out[name] = e.seal(record, name, *text)
		}
	}
	return out
}

// Correct puts right what was told. What is empty stays as it is; what stood
// there is kept beside it. Number and seal are not corrected: a number is
// never given again, and a seal changes by opening and resealing only.
type Correct struct {
	Facts
	FoundAt string `json:"found_at,omitempty" doc:"When it was found: RFC 3339, or YYYY-MM-DDTHH:MM in East Africa Time" maxLength:"40"`
	Why     string `json:"why" doc:"What was wrong, and how it was noticed; sealed"`
}

// Action is exhibit.correct.
func (*Correct) Action() policy.Action { return policy.ExhibitCorrect }

func (x *Correct) check(c *valid.Check, e *env) {
	x.Facts.check(c, e.content)
	e.files(c, "photos", x.Photos...)
	e.placed(c, x.Mark, e.stood)
	c.Text("why", &x.Why, valid.MaxText, true)
	if x.FoundAt != "" {
		if t, ok := e.read(x.FoundAt); !ok || t.After(e.now) {
			c.Add("found_at", "exhibit.error.time")
		}
	}
}

func (x *Correct) decide(s *State, e *env) ([]ledger.Draft, error) {
	if s.Ended() {
		return nil, problem.Refuse("exhibit.ended")
	}
	if (x.Kind == KindCSAM) != (s.Plain.Kind == KindCSAM) && x.Kind != "" {
		return nil, problem.Refuse("exhibit.csam-recorded-anew")
	}
	plain, texts := x.onto(s.Plain), x.sealed()
	if err := plain.rules(func(name string) bool { return *texts[name] != "" || s.Texts[name].Sealed != "" }); err != nil {
		return nil, err
	}
	if e.repacked {
		plain.Override = e.aside
	}
	id, found := e.newID(), s.Steps[0].Seen.At
	if x.FoundAt != "" {
		found, _ = e.read(x.FoundAt)
	}
	return happened(Corrected, CorrectedEvent{ID: id, Plain: plain, Sealed: e.texts(id, &x.Facts), Tokens: e.tokens(x.Digests),
		FoundAt: found, Reason: e.seal(id, "why", x.Why)})
}
