package casefile

import (
	"slices"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// What a member of a panel can say to a proposal.
const (
	Agrees  = "agree"
	Dissent = "dissent" // with a reason
	Recused = "recused" // takes no part, and reads nothing more of it
)

// Voice is what one member said to a panel's proposal. Its author is the member:
// nobody gives another's. It is not taken back.
type Voice struct {
	Record
	Panel    string       `json:"panel"`
	Proposal string       `json:"proposal,omitempty"` // what was spoken on; empty for who was recused before there was one
	Voice    string       `json:"voice"`              // agree, dissent or recused
	Reasons  vault.Sealed `json:"reasons,omitempty"`
}

func (v *Voice) texts() []text { return []text{{"panel_voice", "reasons", vault.Account, v.Reasons}} }

// voicesOn are the voices given on a panel.
func (s *State) voicesOn(p *Panel) []*Voice {
	var out []*Voice
	for i := range s.Voices {
		if s.Voices[i].Panel == p.ID {
			out = append(out, &s.Voices[i])
		}
	}
	return out
}

// heard tells whether a member has agreed or dissented already.
func (s *State) heard(p *Panel) bool {
	return slices.ContainsFunc(s.voicesOn(p), func(v *Voice) bool { return v.Voice != Recused })
}

// voiceOf is what one member said on a panel, or nil.
func (s *State) voiceOf(p *Panel, staff string) *Voice {
	for _, v := range s.voicesOn(p) {
		if v.By.Staff == staff {
			return v
		}
	}
	return nil
}

// toldVoices are the voices on panels that are over. While a panel sits nobody
// reads what another member said.
func (s *State) toldVoices() []Voice {
	p := s.OpenPanel()
	if p == nil {
		return s.Voices
	}
	return slices.DeleteFunc(slices.Clone(s.Voices), func(v Voice) bool { return v.Panel == p.ID })
}

// Sitters are the members of the open panel, for the door and for notices: those
// who were recused are none any more, and a closed case has no panel.
func (s *State) Sitters() []string {
	p := s.OpenPanel()
	if p == nil || s.Closure != nil {
		return nil
	}
	var out []string
	for _, x := range p.Seats {
		if v := s.voiceOf(p, x.Staff); !x.Gone && (v == nil || v.Voice != Recused) {
			out = append(out, x.Staff)
		}
	}
	return out
}

// tally tells whether a panel is done with these voices, and whether what was
// proposed is then decided: every member has spoken, and more agree than dissent,
// those who agree being of at least two agencies. It is done early when so many
// were recused, or are gone, that two agencies are no longer left.
func (p *Panel) tally(voices []*Voice) (done, carried bool) {
	said := map[string]string{}
	for _, v := range voices {
		said[v.By.Staff] = v.Voice
	}
	var agree, left []Seat
	dissent, awaited := 0, 0
	for _, x := range p.Seats {
		switch voice := said[x.Staff]; {
		case voice == Recused || voice == "" && x.Gone:
			continue
		case voice == Agrees:
			agree = append(agree, x)
		case voice == Dissent:
			dissent++
		default:
			awaited++
		}
		left = append(left, x)
	}
	switch {
	case len(agenciesOf(left)) < 2:
		return true, false
	case awaited > 0:
		return false, false
	}
	return true, len(agree) > dissent && len(agenciesOf(agree)) >= 2
}

// GiveVoice is a member's own word on what was proposed to the panel.
type GiveVoice struct {
	Proposal string `json:"proposal,omitempty" doc:"Id of the proposal that was read; may be empty for recused alone" maxLength:"60"`
	Voice    string `json:"voice" doc:"agree, dissent or recused" enum:"agree,dissent,recused,"`
	Reasons  string `json:"reasons,omitempty" doc:"Needed for dissent; sealed as account"`
}

// Action is identification.voice.
func (*GiveVoice) Action() policy.Action { return policy.IdentificationVoice }

// Check requires the voice, and a reason for dissent.
func (x *GiveVoice) Check(c *valid.Check, _ *content.Content) {
	c.Term("voice", x.Voice, func(v string) bool { return v == Agrees || v == Dissent || v == Recused }, true)
	c.Text("proposal", &x.Proposal, 60, false)
	c.Text("reasons", &x.Reasons, valid.MaxText, x.Voice == Dissent)
}

func (x *GiveVoice) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	p := s.OpenPanel()
	switch {
	case p == nil || !p.sits(e.by.Staff):
		return nil, problem.ErrNotFound
	case p.Late(e.now):
		return nil, problem.Refuse("identification.panel-late")
	case s.voiceOf(p, e.by.Staff) != nil:
		return nil, problem.Refuse("identification.spoken")
	case x.Voice == Recused: // whoever must not decide says so at any time
	case p.Proposal == nil || p.Proposal.ID != x.Proposal:
		return nil, problem.Refuse("identification.proposal-read")
	case e.by.Staff == s.Presumed.By.Staff: // decided anew since the panel was called
		return nil, problem.Refuse("identification.own-work")
	case p.Proposal.Outcome == Revoked && s.Status() != Confirmed:
		return nil, problem.Refuse("identification.revoke-confirmed")
	}
	r := e.record()
	v := Voice{Record: r, Panel: p.ID, Proposal: x.Proposal, Voice: x.Voice, Reasons: e.text(s, r, "reasons", vault.Account, x.Reasons)}
	drafts := []ledger.Draft{draft(VoiceGiven, v)}
	v.By.Staff = e.by.Staff
	return append(drafts, p.settled(append(s.voicesOn(p), &v))...), nil
}

// settled is what follows from these voices: the decision, the end without one, or
// nothing yet.
func (p *Panel) settled(voices []*Voice) []ledger.Draft {
	done, carried := p.tally(voices)
	switch {
	case carried:
		out := []ledger.Draft{draft(PanelDecided, panelDecided{Panel: p.ID, Outcome: p.Proposal.Outcome})}
		if p.Review != "" {
			out = append(out, draft(ReviewAnswered, reviewAnswered{Review: p.Review, Outcome: p.Proposal.Outcome}))
		}
		return out
	case done:
		return []ledger.Draft{draft(PanelEnded, panelEnded{p.ID, NotCarried})}
	}
	return nil
}

// unseat ends the wait for a member who left the service, or whose agency was
// closed, before speaking. Nobody takes the seat: members are not exchanged.
type unseat struct{ Staff string }

// Action is identification.voice; the realm itself is the actor.
func (*unseat) Action() policy.Action { return policy.IdentificationVoice }

// Check has nothing to check.
func (*unseat) Check(*valid.Check, *content.Content) {}

func (x *unseat) decide(s *State, e *env) ([]ledger.Draft, error) {
	p := s.OpenPanel()
	if s.Closure != nil || p == nil || p.Late(e.now) || !p.sits(x.Staff) || s.voiceOf(p, x.Staff) != nil {
		return nil, problem.ErrNotFound
	}
	without := *p
	without.Seats = slices.Clone(p.Seats)
	for i := range without.Seats {
		without.Seats[i].Gone = without.Seats[i].Gone || without.Seats[i].Staff == x.Staff
	}
	return append([]ledger.Draft{draft(SeatLeft, seatLeft{p.ID, x.Staff})}, without.settled(s.voicesOn(p))...), nil
}
