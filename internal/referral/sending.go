package referral

import (
	"context"
	"crypto/subtle"
	"encoding/hex"
	"errors"
	"slices"
	"strconv"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/content"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Offer is what somebody wants to send: to whom, for which needs, and which
// compartments with it. Preview and Send take the same.
type Offer struct {
	To           string   `json:"to" doc:"Agency it goes to" maxLength:"60"`
	Purpose      string   `json:"purpose" doc:"Vocabulary purposes" maxLength:"40"`
	Urgency      string   `json:"urgency" doc:"Vocabulary urgencies" maxLength:"20"`
	Needs        []string `json:"needs,omitempty" doc:"Ids of the needs it answers" maxItems:"40"`
	Service      string   `json:"service,omitempty" doc:"Service asked for, when no need is named (investigation, prosecution, immigration)" maxLength:"60"`
	Compartments []string `json:"compartments,omitempty" doc:"What is disclosed with it" maxItems:"20"`
	Message      string   `json:"message,omitempty" doc:"To the receiving agency; sealed as care"`
	Rank         int      `json:"rank,omitempty" doc:"Its place in the list of who can take her, from 1; 0 when no list was looked at" minimum:"0" maximum:"1000"`
	Departure    string   `json:"departure,omitempty" doc:"Why not the first of that list (vocabulary departure-reasons); needed from the second on" maxLength:"40"`
	Family       string   `json:"family,omitempty" doc:"Where she belongs together with others and a place to live is asked for: together, or why not (vocabulary family-together)" maxLength:"40"`
	Preview      string   `json:"preview,omitempty" doc:"Code of the preview that was seen; required to send" maxLength:"80"`
}

func (o *Offer) check(c *valid.Check, k *content.Content) {
	c.Text("to", &o.To, 60, true)
	c.Term("purpose", o.Purpose, known(k, "purposes"), true)
	c.Term("urgency", o.Urgency, known(k, "urgencies"), true)
	c.Term("service", o.Service, func(id string) bool { _, ok := k.Service(id); return ok }, false)
	c.Count("needs", len(o.Needs), 40)
	c.Count("compartments", len(o.Compartments), 20)
	for _, id := range o.Compartments {
		c.Term("compartments", id, known(k, "compartments"), true)
	}
	c.Text("message", &o.Message, valid.MaxText, false)
	c.Between("rank", o.Rank, 0, 1000)
	c.Term("family", o.Family, known(k, "family-together"), false)
	c.Term("departure", o.Departure, known(k, "departure-reasons"), o.Rank > 1)
}

func known(k *content.Content, list string) func(string) bool {
	return func(id string) bool { return k.Choosable(list, id) }
}

// Shown is the preview: exactly what the receiver will be told.
type Shown struct {
	Facts   Facts     `json:"facts"`
	Service string    `json:"service"`
	Items   []Telling `json:"items"`
	Code    string    `json:"preview"` // to be sent back with Send
}

// Telling is one text of the preview, with the ground it is disclosed on.
type Telling struct {
	Label       string `json:"label"`
	Compartment string `json:"compartment"`
	Basis       string `json:"basis"`
	Text        string `json:"text"`
}

// plan is an offer checked against the case: which items go, on which ground.
type plan struct {
	service string
	items   []casefile.Item
	grounds []ground
	family  int // how many of her family come along
	code    string
}

type ground struct{ basis, record string }

// needless are the purposes that ask no assessed need: they are not care.
var needless = []string{"investigation", "prosecution", "immigration"}

// planFor holds the rules of sending.
func (r *Referrals) planFor(s *casefile.State, from string, o *Offer, now time.Time) (*plan, error) {
	switch {
	case s.Closure != nil:
		return nil, problem.Refuse("case.closed")
	case !r.agencyExists(o.To):
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "to", Key: "common.error.choose"}}}
	case o.To == from:
		return nil, problem.Refuse("referral.other-agency")
	}
	p := &plan{service: o.Service}
	if err := p.needs(s, o); err != nil {
		return nil, err
	}
	for i, id := range o.Compartments {
		if slices.Contains(o.Compartments[:i], id) {
			continue // named twice, told once
		}
		comp := vault.Compartment(id)
		basis, record := s.Ground(o.To, o.Purpose, comp, now)
		if basis == "" {
			return nil, problem.Refuse(s.WhyNoGround(o.To, o.Purpose, comp), "compartment", id)
		}
		for _, it := range disclosable(s, comp, o.Needs) {
			p.items = append(p.items, it)
			p.grounds = append(p.grounds, ground{basis, record})
		}
	}
	return p, nil
}

func (p *plan) needs(s *casefile.State, o *Offer) error {
	for _, id := range o.Needs {
		i := slices.IndexFunc(s.Needs, func(n casefile.Need) bool { return n.ID == id })
		if i < 0 {
			return problem.ErrNotFound
		}
		if s.Needs[i].State != "open" {
			return problem.Refuse("referral.need-open")
		}
		if p.service == "" || lodges(s.Needs[i].Service) && !lodges(p.service) {
			p.service = s.Needs[i].Service // where she will live leads, whatever is asked for beside it
		}
	}
	if len(o.Needs) == 0 && !slices.Contains(needless, o.Purpose) {
		return problem.Refuse("referral.needs-need")
	}
	if p.service == "" {
		return &problem.Invalid{Fields: []problem.Field{{Name: "service", Key: "common.error.choose"}}}
	}
	return nil
}

// disclosable is the part of a compartment that a referral may carry: about
// the person herself, never the reporter; where she is now, not how she is
// protected; the notes of the needs that are asked for, not all of them.
func disclosable(s *casefile.State, c vault.Compartment, needs []string) []casefile.Item {
	var out []casefile.Item
	for _, it := range s.Items(c) {
		switch c {
		case vault.Identity, vault.Immigration:
			if it.Person == s.Subject().ID {
				out = append(out, it)
			}
		case vault.Whereabouts:
			if it.Label == "place" {
				out = append(out, it)
			}
		case vault.Care:
			if it.Label == "wishes" || it.Label == "need_note" && slices.Contains(needs, it.Place.Record) {
				out = append(out, it)
			}
		case vault.Account:
			if it.Label == "told" {
				out = append(out, it)
			}
		case vault.Inquiry:
			out = append(out, it)
		}
	}
	return out
}

// code binds a preview to what was in it: receiver, purpose, the facts, and each
// sealed text with its ground. It is keyed, so that it cannot be made up.
func (r *Referrals) code(s *casefile.State, o *Offer, p *plan) string {
	type line struct{ Record, Field, Sealed, Basis, Ground string }
	var lines []line
	for i, it := range p.items {
		lines = append(lines, line{it.Place.Record, it.Place.Field, string(it.Sealed), p.grounds[i].basis, p.grounds[i].record})
	}
	sum, err := r.realm.Digest("referral.preview", s.ID, struct {
		To, Purpose, Service string
		Needs                []string
		Facts                Facts
		Lines                []line
	}{o.To, o.Purpose, p.service, o.Needs, p.facts(s), lines})
	if err != nil {
		return ""
	}
	return hex.EncodeToString(sum[:16])
}

// Preview shows the sender exactly what would be disclosed. Opening the texts
// for the preview is recorded like any opening.
func (r *Referrals) Preview(ctx context.Context, who realm.Actor, caseID string, o *Offer) (*Shown, error) {
	s, p, err := r.prepare(ctx, who, caseID, o)
	if err != nil {
		return nil, err
	}
	texts, err := r.cases.OpenItems(ctx, who, s, o.Purpose, casefile.BasisHolder, "", p.items)
	if err != nil {
		return nil, err
	}
	shown := &Shown{Facts: p.facts(s), Service: p.service, Code: p.code}
	for i, it := range p.items {
		shown.Items = append(shown.Items, Telling{
			Label: it.Label, Compartment: string(it.Place.Compartment), Basis: p.grounds[i].basis, Text: texts[i],
		})
	}
	return shown, nil
}

func (r *Referrals) prepare(ctx context.Context, who realm.Actor, caseID string, o *Offer) (*casefile.State, *plan, error) {
	s, err := r.cases.Admitted(ctx, who, caseID, policy.ReferralSend)
	if err != nil {
		return nil, nil, err
	}
	c := valid.New(r.realm.Now())
	o.check(c, r.realm.Content)
	if err := c.Err(); err != nil {
		return nil, nil, err
	}
	p, err := r.planFor(s, who.Agency, o, r.realm.Now())
	if err != nil {
		return s, nil, err
	}
	if p.family, err = r.keptTogether(ctx, s, o, p.service); err != nil {
		return s, nil, err
	}
	p.code = r.code(s, o, p)
	return s, p, nil
}

// Send sends what was previewed, and nothing else: if a consent was taken
// back or a text changed in between, the preview is shown again.
func (r *Referrals) Send(ctx context.Context, who realm.Actor, caseID string, order casefile.Order, o *Offer) (realm.Receipt, error) {
	digest, err := r.realm.Digest("referral.send", caseID, o)
	if err != nil {
		return realm.Receipt{}, err
	}
	if _, err := r.cases.Admitted(ctx, who, caseID, policy.ReferralSend); err != nil {
		return realm.Receipt{}, err
	}
	if rc, found, err := r.realm.Replayed(ctx, who, order.Key, digest); err != nil || found {
		return rc, err
	}
	// Somebody else who was faster on the case does not send the sender back: it is
	// prepared anew. What was written holds as long as the preview's code is the
	// same, so the texts are opened, and the opening recorded, once.
	var id string
	var ev SentEvent
	for try := 1; ; try++ {
		s, p, err := r.prepare(ctx, who, caseID, o)
		if err != nil {
			return realm.Receipt{}, err
		}
		if subtle.ConstantTimeCompare([]byte(p.code), []byte(o.Preview)) != 1 {
			return realm.Receipt{}, problem.Refuse("disclosure.not-beyond-preview")
		}
		if order.Expect > 0 && order.Expect != s.Version {
			return realm.Receipt{}, &problem.Changed{Expected: order.Expect, Have: s.Version}
		}
		if id == "" {
			id = r.realm.NewID()
			if ev, err = r.written(ctx, who, id, s, o, p); err != nil {
				return realm.Receipt{}, err
			}
		}
		note := casefile.ReferralRef{ID: id, From: ev.From, To: o.To, Service: p.service, Purpose: o.Purpose, Needs: o.Needs, State: "sent", Due: ev.Due}
		rc, err := r.realm.Commit(ctx, realm.Command{
			Actor: who, Purpose: o.Purpose, Cause: s.Cause(who.Staff, nil, r.realm.Now()), Key: order.Key, Digest: digest, Answer: realm.Receipt{ID: id, Ref: s.Ref},
			Appends: []realm.Append{
				{Stream: Stream(id), Expected: 0, Drafts: drafts(Sent, ev)},
				casefile.NoteReferral(s, note),
			},
		})
		if order.Expect > 0 || try == casefile.Tries || !errors.As(err, new(*problem.Changed)) {
			return rc, err
		}
	}
}

// written is the referral with what it discloses, sealed for its receiver.
func (r *Referrals) written(ctx context.Context, who realm.Actor, id string, s *casefile.State, o *Offer, p *plan) (SentEvent, error) {
	texts, err := r.cases.OpenItems(ctx, who, s, o.Purpose, casefile.BasisHolder, "", p.items)
	if err != nil {
		return SentEvent{}, err
	}
	subject := s.Subject().ID
	sealer, err := r.realm.Vault.Sealer(ctx, subject)
	if err != nil {
		return SentEvent{}, err
	}
	ev := SentEvent{
		Case: s.ID, Ref: s.Ref, From: who.Agency, To: o.To, Service: p.service, Purpose: o.Purpose, Urgency: o.Urgency,
		Needs: o.Needs, Subject: subject, Facts: p.facts(s), Rank: o.Rank, Departure: o.Departure, Family: o.Family,
		Due: r.realm.Now().Add(r.realm.Content.Clock("referral-answer-" + o.Urgency)),
	}
	for i, it := range p.items {
		field := it.Label + "." + strconv.Itoa(i)
		text, err := sealer.Seal(place(id, field, it.Place.Compartment), texts[i])
		if err != nil {
			return SentEvent{}, err
		}
		ev.Disclosed = append(ev.Disclosed, Disclosed{
			Label: it.Label, Field: field, Compartment: string(it.Place.Compartment),
			Basis: p.grounds[i].basis, Record: p.grounds[i].record, Text: text,
		})
	}
	if o.Message != "" {
		if ev.Message, err = sealer.Seal(place(id, "message", vault.Care), o.Message); err != nil {
			return SentEvent{}, err
		}
	}
	return ev, nil
}

func place(record, field string, c vault.Compartment) vault.Place {
	return vault.Place{Record: record, Field: field, Compartment: c, Schema: 1}
}

func (p *plan) facts(s *casefile.State) Facts {
	f := factsOf(s)
	f.Family = p.family
	return f
}

func factsOf(s *casefile.State) Facts {
	p := s.Subject()
	f := Facts{Sex: p.Sex, AgeBand: p.AgeBand, Child: p.Child, Language: p.Language, County: s.County}
	if last := s.LastSafety(); last != nil {
		f.Risk = last.Level
	}
	for i := range s.Persons {
		if s.Persons[i].Role != casefile.RoleSubject && s.Persons[i].Role != casefile.RoleReporter {
			f.Others++
		}
	}
	return f
}
