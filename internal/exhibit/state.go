package exhibit

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/vault"
)

// Status is where an exhibit stands.
type Status string

// The statuses.
const (
	Kept        Status = "kept"
	OnTheWay    Status = "offered" // a hand-over waits for its other side
	GivenBack   Status = "returned"
	IsDestroyed Status = "destroyed"
)

// State is an exhibit as its events tell it.
type State struct {
	ID       string          `json:"id"`
	Version  int64           `json:"version"`
	Scene    string          `json:"scene"`
	N        int             `json:"n"`
	Number   string          `json:"number"`
	Code     string          `json:"code"`
	Plain    Plain           `json:"plain"`
	Texts    map[string]Text `json:"texts,omitempty"` // by the name of the field
	Tokens   []string        `json:"tokens,omitempty"`
	Recorded By              `json:"recorded"`
	Past     []Version       `json:"past,omitempty"` // what stood before each correction
	Steps    []Step          `json:"steps"`
	Requests []Request       `json:"requests,omitempty"`
	Reports  []Reported      `json:"reports,omitempty"` // of digests, by forensic tools
	Keeper   Keeper          `json:"keeper"`
	Offer    int             `json:"offer"` // the step that waits for its other side; -1 for none
	Status   Status          `json:"status"`
	Place    string          `json:"place"`
	Shelf    string          `json:"shelf,omitempty"`
	Seal     string          `json:"seal,omitempty"`
	Changed  time.Time       `json:"changed_at"`
}

// Text is one sealed text and the record it was sealed for.
type Text struct {
	Record string       `json:"record"`
	Sealed vault.Sealed `json:"sealed"`
}

// Version is what stood until a correction.
type Version struct {
	ID      string          `json:"id"` // of the correction
	Plain   Plain           `json:"plain"`
	Texts   map[string]Text `json:"texts,omitempty"`
	FoundAt time.Time       `json:"found_at"`
	Reason  vault.Sealed    `json:"reason"`
	By      By              `json:"by"`
}

// Step is one thing that happened to the exhibit itself. Which fields are
// filled follows from its kind.
type Step struct {
	ID        string         `json:"id"`
	Kind      string         `json:"kind"` // of the event that began it
	By        By             `json:"by"`
	Keeper    Keeper         `json:"keeper"` // who had it when it began
	To        Keeper         `json:"to"`
	Seen      Seen           `json:"seen"`
	Other     *Other         `json:"other,omitempty"` // the other side of a hand-over
	Declined  string         `json:"declined,omitempty"`
	Withdrawn bool           `json:"withdrawn,omitempty"`
	Reason    string         `json:"reason,omitempty"`
	Note      vault.Sealed   `json:"note,omitempty"`
	End       vault.Sealed   `json:"end,omitempty"` // the note of declining or withdrawing
	Travel    int            `json:"travel,omitempty"`
	NewSeal   string         `json:"new_seal,omitempty"`
	Paper     *Paper         `json:"paper,omitempty"`
	Order     string         `json:"order,omitempty"`
	OrderedOn string         `json:"ordered_on,omitempty"`
	Method    string         `json:"method,omitempty"`
	Witnesses []vault.Sealed `json:"witnesses,omitempty"`
}

// Other is the receiving side.
type Other struct {
	By    By     `json:"by"`
	Seen  Seen   `json:"seen"`
	Paper *Paper `json:"paper,omitempty"` // signed instead of a sign-in
}

// Counts tells whether a step is part of the chain: what was declined or taken
// back before it was received changed nothing.
func (s *Step) Counts() bool { return s.Declined == "" && !s.Withdrawn }

// Request is what a laboratory was asked, and what it said.
type Request struct {
	LabRequestedEvent
	By     By        `json:"by"`
	Answer *LabReply `json:"answer,omitempty"`
}

// LabReply is a laboratory's result.
type LabReply struct {
	LabAnsweredEvent
	By By `json:"by"`
}

// Exists tells a folded exhibit from an empty one.
func (s *State) Exists() bool { return s.Version > 0 }

// Ended tells whether it was returned or destroyed.
func (s *State) Ended() bool { return s.Status == GivenBack || s.Status == IsDestroyed }

// Pending is the hand-over that waits for its other side, or nil.
func (s *State) Pending() *Step {
	if s.Offer < 0 || s.Offer >= len(s.Steps) {
		return nil
	}
	return &s.Steps[s.Offer]
}

// People are the members of staff who have or had it, or are asked to take it.
func (s *State) People() []Keeper {
	var out []Keeper
	seen := map[string]bool{}
	add := func(k Keeper) {
		if k.Staff != "" && !seen[k.Staff] {
			seen[k.Staff] = true
			out = append(out, k)
		}
	}
	for i := range s.Steps {
		x := &s.Steps[i]
		add(x.Keeper)
		if x.Kind == Recorded || x.Other != nil || i == s.Offer {
			add(x.To)
		}
	}
	return out
}

// Fold applies one event. An unknown kind is an error, so that an old program
// never works on an exhibit it only half understands.
func (s *State) Fold(e ledger.Event) error {
	by := By{Staff: e.Actor, Agency: e.Agency, At: e.At}
	if err := s.apply(e, by); err != nil {
		return fmt.Errorf("exhibit: event %d (%s): %w", e.Seq, e.Kind, err)
	}
	s.ID = strings.TrimPrefix(e.Stream, "exhibit/")
	s.Version, s.Changed = e.Version, e.At
	return nil
}

func payload[T any](e ledger.Event) (T, error) {
	var p T
	err := json.Unmarshal(e.Payload, &p)
	return p, err
}

// folds holds what each kind of event changes.
var folds = map[string]func(*State, ledger.Event, By) error{
	Recorded:   with((*State).recorded),
	Corrected:  with((*State).corrected),
	Offered:    with((*State).offered),
	Received:   with(func(s *State, p ReceivedEvent, by By) { s.met(p.Seen, nil, by) }),
	Attested:   with(func(s *State, p AttestedEvent, by By) { s.met(p.Seen, &p.Paper, by) }),
	Declined:   with(func(s *State, p DeclinedEvent, _ By) { s.unmet(func(x *Step) { x.Declined, x.End = p.Reason, p.Note }) }),
	Withdrawn:  with(func(s *State, p WithdrawnEvent, _ By) { s.unmet(func(x *Step) { x.Withdrawn, x.End = true, p.Note }) }),
	TakenBack:  with((*State).takenBack),
	Moved:      with((*State).moved),
	SealOpened: with(func(s *State, p SealEvent, by By) { s.sealStep(SealOpened, p, by) }),
	Resealed:   with(func(s *State, p SealEvent, by By) { s.sealStep(Resealed, p, by) }),
	LabRequested: with(func(s *State, p LabRequestedEvent, by By) {
		s.Requests = append(s.Requests, Request{LabRequestedEvent: p, By: by})
	}),
	LabAnswered: with((*State).answered),
	Returned:    with((*State).returned),
	Destroyed:   with((*State).destroyed),

	DigestsReported: with((*State).reported),
}

func with[T any](do func(*State, T, By)) func(*State, ledger.Event, By) error {
	return func(s *State, e ledger.Event, by By) error {
		p, err := payload[T](e)
		if err == nil {
			do(s, p, by)
		}
		return err
	}
}

func (s *State) apply(e ledger.Event, by By) error {
	do, ok := folds[e.Kind]
	if !ok {
		return fmt.Errorf("unknown kind")
	}
	return do(s, e, by)
}

func (s *State) recorded(p RecordedEvent, by By) {
	*s = State{Scene: p.Scene, N: p.N, Number: p.Number, Code: p.Code, Plain: p.Plain, Tokens: p.Tokens, Recorded: by,
		Texts: map[string]Text{}, Keeper: p.Finder, Offer: -1, Status: Kept, Place: p.Seen.Place, Shelf: p.Seen.Shelf, Seal: p.Seen.Seal}
	for name, sealed := range p.Sealed {
		s.Texts[name] = Text{p.ID, sealed}
	}
	s.Steps = []Step{{ID: p.ID, Kind: Recorded, By: by, To: p.Finder, Seen: p.Seen}}
}

func (s *State) corrected(p CorrectedEvent, by By) {
	s.Past = append(s.Past, Version{ID: p.ID, Plain: s.Plain, Texts: s.Texts, FoundAt: s.Steps[0].Seen.At, Reason: p.Reason, By: by})
	texts := make(map[string]Text, len(s.Texts))
	for name, t := range s.Texts {
		texts[name] = t
	}
	for name, sealed := range p.Sealed {
		texts[name] = Text{p.ID, sealed}
	}
	if _, written := p.Sealed["digests"]; written {
		s.Tokens = p.Tokens
	}
	s.Plain, s.Texts = p.Plain, texts
	s.Steps[0].Seen.At = p.FoundAt
}

func (s *State) offered(p OfferedEvent, by By) {
	s.Offer, s.Status = len(s.Steps), OnTheWay
	s.Steps = append(s.Steps, Step{ID: p.ID, Kind: Offered, By: by, Keeper: s.Keeper, To: p.To, Seen: p.Seen, Reason: p.Reason, Note: p.Note, Travel: p.Travel})
}

// stands is where it is now; the shelf stays while the place does.
func (s *State) stands(seen *Seen) {
	if seen.Shelf != "" || seen.Place != s.Place {
		s.Shelf = seen.Shelf
	}
	s.Place = seen.Place
}

// met puts the other side to the hand-over that waits.
func (s *State) met(seen Seen, paper *Paper, by By) {
	x := s.Pending()
	if x == nil {
		return
	}
	x.Other = &Other{By: by, Seen: seen, Paper: paper}
	s.stands(&seen)
	s.Keeper, s.Seal, s.Offer, s.Status = x.To, seen.Seal, -1, Kept
}

func (s *State) unmet(end func(*Step)) {
	if x := s.Pending(); x != nil {
		end(x)
	}
	s.Offer, s.Status = -1, Kept
}

func (s *State) takenBack(p TakenBackEvent, by By) {
	to := Keeper{Staff: by.Staff, Agency: by.Agency}
	s.Steps = append(s.Steps, Step{ID: p.ID, Kind: TakenBack, By: by, Keeper: s.Keeper, To: to, Seen: p.Given, Reason: p.Reason, Note: p.Note,
		Travel: p.Travel, Paper: &p.Paper, Other: &Other{By: by, Seen: p.Taken}})
	s.stands(&p.Taken)
	s.Keeper, s.Seal = to, p.Taken.Seal
}

func (s *State) moved(p MovedEvent, by By) {
	s.Steps = append(s.Steps, Step{ID: p.ID, Kind: Moved, By: by, Keeper: s.Keeper, Seen: p.Seen, Reason: p.Reason, Note: p.Note, Travel: p.Travel})
	s.stands(&p.Seen)
	s.Seal = p.Seen.Seal
}

func (s *State) sealStep(kind string, p SealEvent, by By) {
	s.Steps = append(s.Steps, Step{ID: p.ID, Kind: kind, By: by, Keeper: s.Keeper, Seen: p.Seen, Reason: p.Reason, Note: p.Note, NewSeal: p.NewSeal})
	s.stands(&p.Seen)
	s.Seal = p.NewSeal
}

func (s *State) answered(p LabAnsweredEvent, by By) {
	for i := range s.Requests {
		if s.Requests[i].ID == p.ID {
			s.Requests[i].Answer = &LabReply{LabAnsweredEvent: p, By: by}
		}
	}
}

func (s *State) returned(p ReturnedEvent, by By) {
	s.Steps = append(s.Steps, Step{ID: p.ID, Kind: Returned, By: by, Keeper: s.Keeper, To: Keeper{Outside: p.ID, Role: p.To, Name: p.Name},
		Seen: p.Seen, Note: p.Note, Paper: &p.Receipt})
	s.Status, s.Place, s.Keeper = GivenBack, p.Seen.Place, Keeper{}
}

func (s *State) destroyed(p DestroyedEvent, by By) {
	s.Steps = append(s.Steps, Step{ID: p.ID, Kind: Destroyed, By: by, Keeper: s.Keeper, Seen: p.Seen, Note: p.Note,
		Order: p.Order, OrderedOn: p.OrderedOn, Method: p.Method, Witnesses: p.Witnesses})
	s.Status, s.Place, s.Keeper = IsDestroyed, p.Seen.Place, Keeper{}
}
