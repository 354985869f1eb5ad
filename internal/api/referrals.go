package api

import (
	"context"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/referral"
	"rufaa/internal/vault"
)

// ReferralView is a referral without its texts; they are read by themselves.
type ReferralView struct {
	ID        string         `json:"id"`
	Version   int64          `json:"version"`
	Status    string         `json:"status"`
	Case      string         `json:"case"`
	Reference string         `json:"reference"`
	From      string         `json:"from"`
	To        string         `json:"to"`
	Service   string         `json:"service"`
	Purpose   string         `json:"purpose"`
	Urgency   string         `json:"urgency"`
	Needs     []string       `json:"needs,omitempty"`
	Facts     referral.Facts `json:"facts"`
	Disclosed []DisclosedAs  `json:"disclosed" doc:"What was disclosed with it, and on which ground"`
	SentBy    referral.By    `json:"sent_by"`
	Due       time.Time      `json:"due"`
	Escalated *time.Time     `json:"escalated,omitempty"`
	Steps     []ReferralStep `json:"steps"`
	Changed   time.Time      `json:"changed_at"`
	Rank      int            `json:"rank,omitempty" doc:"For the sender: its place in the list of who could take her"`
	Departure string         `json:"departure,omitempty" doc:"For the sender: why not the first of that list"`
	Family    string         `json:"family,omitempty" doc:"For the sender: whether people who belong together come along, or why not"`
	Kin       []referral.Kin `json:"kin,omitempty" doc:"Referrals of the same family to the same place, as far as the reader may see them"`
}

// DisclosedAs names one disclosed text.
type DisclosedAs struct {
	Label       string `json:"label"`
	Compartment string `json:"compartment"`
	Basis       string `json:"basis"`
}

// ReferralStep is one line of its history.
type ReferralStep struct {
	Kind   string      `json:"kind"`
	Reason string      `json:"reason,omitempty"`
	From   string      `json:"from,omitempty"`
	By     referral.By `json:"by"`
}

// DisclosedTexts are what was disclosed, in the clear. That they were read is
// on record before they are answered.
type DisclosedTexts struct {
	Items []DisclosedText `json:"items"`
}

// DisclosedText is one of them.
type DisclosedText struct {
	Label       string `json:"label"`
	Compartment string `json:"compartment"`
	Basis       string `json:"basis,omitempty"`
	Text        string `json:"text"`
	Erased      bool   `json:"erased,omitempty"`
}

func (a *api) referralRoutes() {
	preview := on("/referrals/preview", "preview-referral", "See exactly what would be disclosed")
	preview.ordered, preview.tag = false, "referrals"
	add(a, policy.ReferralSend, preview, func(c *call, in *referral.Offer) (*referral.Shown, error) {
		shown, err := c.office().Referrals.Preview(c.r.Context(), c.actor, c.id("id"), in)
		if shown != nil {
			shown.Items = all(shown.Items)
		}
		return shown, err
	})
	send := recording("/referrals", "send-referral", "Send what was previewed, and nothing else")
	send.tag = "referrals"
	add(a, policy.ReferralSend, send, func(c *call, in *referral.Offer) (*realm.Receipt, error) {
		rc, err := c.office().Referrals.Send(c.r.Context(), c.actor, c.id("id"), c.order, in)
		c.location = "/referrals/" + rc.ID
		return c.receipt(rc, err)
	})
	add(a, policy.CaseList, route{
		method: "GET", path: "/referrals/inbox", id: "referral-inbox", summary: "What was sent to the own agency", tag: "referrals", door: roomDoor,
		query: []query{limit(50)},
	}, func(c *call, _ *none) (*ReferralRows, error) {
		rows, err := c.office().Referrals.Inbox(c.r.Context(), c.actor, c.number["limit"])
		return &ReferralRows{all(rows)}, err
	})
	a.referralReads()
	a.referralSteps()
}

func (a *api) referralReads() {
	one := route{method: "GET", path: "/referrals/{id}", id: "referral", summary: "A referral, for either end", tag: "referrals", door: referralDoor, versioned: true}
	add(a, policy.ReferralView, one, func(c *call, _ *none) (*ReferralView, error) {
		s, err := c.office().Referrals.View(c.r.Context(), c.actor, c.id("id"))
		if err != nil {
			return nil, err
		}
		c.version = s.Version
		v := referralView(s, c.who.Agency)
		v.Kin, err = c.office().Referrals.KinOf(c.r.Context(), c.actor, s)
		return v, err
	})
	texts := route{method: "GET", path: "/referrals/{id}/disclosed", id: "read-disclosed", summary: "Read what was disclosed; the reading is recorded", tag: "referrals", door: referralDoor}
	add(a, policy.ReferralView, texts, func(c *call, _ *none) (*DisclosedTexts, error) {
		_, told, err := c.office().Referrals.Read(c.r.Context(), c.actor, c.id("id"))
		return &DisclosedTexts{each(told, disclosedText)}, err
	})
}

func disclosedText(t *referral.Telling) DisclosedText {
	out := DisclosedText{Label: t.Label, Compartment: t.Compartment, Basis: t.Basis, Text: t.Text}
	if vault.IsErased(t.Text) {
		out.Text, out.Erased = "", true
	}
	return out
}

func referralView(s *referral.State, agency string) *ReferralView {
	v := &ReferralView{
		ID: s.ID, Version: s.Version, Status: s.Status, Case: s.Case, Reference: s.Ref, From: s.From, To: s.To,
		Service: s.Service, Purpose: s.Purpose, Urgency: s.Urgency, Needs: s.Needs, Facts: s.Facts,
		SentBy: s.SentBy, Due: s.Due, Escalated: s.Escalated, Changed: s.Changed,
		Disclosed: each(s.Disclosed, func(d *referral.Disclosed) DisclosedAs { return DisclosedAs{d.Label, d.Compartment, d.Basis} }),
		Steps:     each(s.Steps, func(st *referral.Step) ReferralStep { return ReferralStep{st.Kind, st.Reason, st.From, st.By} }),
	}
	if agency == s.From { // how it was chosen is not the receiver's to read
		v.Rank, v.Departure, v.Family = s.Rank, s.Departure, s.Family
	}
	return v
}

func (a *api) referralSteps() {
	at := func(path, id, summary string, optional ...string) route {
		return route{method: "POST", path: "/referrals/{id}" + path, id: id, summary: summary, tag: "referrals", door: referralDoor, ordered: true, optional: optional}
	}
	step(a, policy.ReferralAnswer, at("/answer", "answer-referral", "Accept or decline"), (*referral.Referrals).Answer)
	step(a, policy.ReferralProgress, at("/progress", "progress-referral", "The work began or ended"), (*referral.Referrals).Progress)
	step(a, policy.ReferralFeedback, at("/feedback", "referral-feedback", "What she, her guardian or the provider says of it"), (*referral.Referrals).Feedback)
	step(a, policy.ReferralWithdraw, at("/withdrawal", "withdraw-referral", "Take a referral back", "*"), (*referral.Referrals).Withdraw)
}

func step[T any](a *api, action policy.Action, rt route, do func(*referral.Referrals, context.Context, realm.Actor, string, casefile.Order, *T) (realm.Receipt, error)) {
	add(a, action, rt, func(c *call, in *T) (*realm.Receipt, error) {
		rc, err := do(c.office().Referrals, c.r.Context(), c.actor, c.id("id"), c.order, in)
		return c.receipt(rc, err)
	})
}
