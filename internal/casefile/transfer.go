package casefile

import (
	"time"

	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Kinds of events of a transfer.
const (
	TransferOffered  = "case.transfer_offered"
	TransferAnswered = "case.transfer_answered"
)

// Transfer hands the whole case to another agency. Until it is accepted the
// agency that offers goes on answering for it.
type Transfer struct {
	Record
	To       string       `json:"to"`
	Reason   string       `json:"reason"` // vocabulary transfer-reasons
	Due      time.Time    `json:"due_at"`
	State    string       `json:"state"` // offered, accepted, declined
	Note     vault.Sealed `json:"note"`  // the hand-over note
	Answered *By          `json:"answered,omitempty"`
	Decline  string       `json:"decline,omitempty"` // vocabulary referral-decline-reasons
}

func (t *Transfer) texts() []text { return []text{{"handover_note", "note", vault.Care, t.Note}} }

// OpenTransfer is the one that waits for an answer, or nil.
func (s *State) OpenTransfer() *Transfer {
	if t := last(s.Transfers); t != nil && t.State == "offered" {
		return t
	}
	return nil
}

// OfferTransfer offers the whole case to another agency, with a hand-over
// note. She agrees first, or another basis is recorded.
type OfferTransfer struct {
	To     string `json:"to" doc:"Agency that is asked to take the case" maxLength:"60"`
	Reason string `json:"reason" doc:"Vocabulary transfer-reasons" maxLength:"40"`
	Note   string `json:"note" doc:"Hand-over note: what was done, promised, still open; sealed as care"`
}

func (t *OfferTransfer) agency() (field, id string) { return "to", t.To }

// Action is transfer.offer.
func (*OfferTransfer) Action() policy.Action { return policy.TransferOffer }

// Check requires agency, reason and note.
func (t *OfferTransfer) Check(c *valid.Check, k *content.Content) {
	c.Text("to", &t.To, 60, true)
	c.Term("reason", t.Reason, inList(k, "transfer-reasons"), true)
	c.Text("note", &t.Note, valid.MaxText, true)
}

func (t *OfferTransfer) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.open(); err != nil {
		return nil, err
	}
	switch {
	case t.To == s.Holder:
		return nil, problem.Refuse("referral.other-agency")
	case s.OpenTransfer() != nil:
		return nil, problem.Refuse("transfer.one-at-a-time")
	case s.Danger.Immediate && s.Danger.Answered == nil:
		return nil, problem.Refuse("alert.immediate-danger-first")
	}
	if err := s.mayTakeOver(t.To, e.now); err != nil {
		return nil, err
	}
	r := e.record()
	return happened(TransferOffered, Transfer{Record: r, To: t.To, Reason: t.Reason, State: "offered",
		Due: e.now.Add(e.content.Clock("referral-answer-urgent")), Note: e.text(s, r, "note", vault.Care, t.Note)})
}

// mayTakeOver tells why an agency may not have the whole case: she said no, took
// her yes back, or was never asked.
func (s *State) mayTakeOver(agency string, now time.Time) error {
	for _, c := range []vault.Compartment{vault.Identity, vault.Care} {
		if basis, _ := s.Ground(agency, "assistance", c, now); basis == "" {
			return problem.Refuse(s.WhyNoGround(agency, "assistance", c))
		}
	}
	return nil
}

// AnswerTransfer takes the case over, or declines with a reason.
type AnswerTransfer struct {
	Accept bool   `json:"accept"`
	Reason string `json:"reason,omitempty" doc:"Why not (vocabulary referral-decline-reasons)" maxLength:"60"`
}

// transferAnswered is the payload of case.transfer_answered.
type transferAnswered struct {
	Transfer string `json:"transfer"`
	To       string `json:"to"`
	Accepted bool   `json:"accepted"`
	Reason   string `json:"reason,omitempty"`
}

// Action is transfer.answer.
func (*AnswerTransfer) Action() policy.Action { return policy.TransferAnswer }

// Check requires a reason for a no.
func (a *AnswerTransfer) Check(c *valid.Check, k *content.Content) {
	c.Term("reason", a.Reason, inList(k, "referral-decline-reasons"), !a.Accept)
}

func (a *AnswerTransfer) decide(s *State, e *env) ([]ledger.Draft, error) {
	t := s.OpenTransfer()
	if t == nil || t.To != e.by.Agency {
		return nil, problem.Refuse("case.step-order", "step", "transfer")
	}
	if a.Accept { // she may have changed her mind since the case was offered
		if err := s.open(); err != nil {
			return nil, err
		}
		if err := s.mayTakeOver(t.To, e.now); err != nil {
			return nil, err
		}
	}
	return happened(TransferAnswered, transferAnswered{Transfer: t.ID, To: t.To, Accepted: a.Accept, Reason: a.Reason})
}

var transferFolds = map[string]folder{
	TransferOffered: adds(func(s *State) *[]Transfer { return &s.Transfers }),
	TransferAnswered: on(func(s *State, p transferAnswered, by By) {
		t := find(s.Transfers, p.Transfer)
		if t == nil {
			return
		}
		t.Answered, t.Decline, t.State = &by, p.Reason, "declined"
		if !p.Accepted {
			return
		}
		t.State = "accepted"
		// The managers who hand over leave; who cares for her through a
		// referral of their own stays.
		for i := range s.Team {
			if m := &s.Team[i]; m.Until == nil && m.Agency == s.Holder && m.Referral == "" {
				m.Until = &by.At
			}
		}
		s.Holder = t.To
		s.endMembership(by.Staff, by.At)
		s.Team = append(s.Team, Member{Staff: by.Staff, Agency: by.Agency, Duty: by.Duty, Since: by.At})
	}),
}
