package api

import (
	"time"

	"rufaa/internal/inquiry"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
)

// InquiryRow is one inquiry in the list of one's own.
type InquiryRow struct {
	ID      string    `json:"id"`
	Ref     string    `json:"reference"`
	Kind    string    `json:"kind"`
	Agency  string    `json:"agency"`
	Scenes  int       `json:"scenes"`
	Closed  bool      `json:"closed"`
	Changed time.Time `json:"changed_at"`
}

// InquiryRows are the inquiries on whose team the caller is.
type InquiryRows struct {
	Inquiries []InquiryRow `json:"inquiries"`
}

// InquiryTexts is what is sealed in an inquiry, opened.
type InquiryTexts struct {
	Texts []inquiry.Text `json:"texts"`
}

// InquiriesOfCase are inquiries about a case, as far as the caller may know.
type InquiriesOfCase struct {
	Inquiries []inquiry.Known `json:"inquiries"`
}

// InquiryView is an inquiry without anything sealed.
type InquiryView struct {
	ID         string               `json:"id"`
	Ref        string               `json:"reference"`
	Version    int64                `json:"version"`
	Kind       string               `json:"kind"`
	Agency     string               `json:"agency"`
	Team       []inquiry.Member     `json:"team"`
	Cases      []inquiry.CaseLink   `json:"cases"`
	Scenes     []inquiry.SceneRef   `json:"scenes"`
	Operations []InquiryOperation   `json:"operations"`
	Closed     *inquiry.ClosedEvent `json:"closed,omitempty"`
}

// InquiryOperation is an operation without its sealed words.
type InquiryOperation struct {
	ID       string            `json:"id"`
	Kind     string            `json:"kind"`
	On       string            `json:"on"`
	Weighed  bool              `json:"risk_weighed"`
	Briefed  bool              `json:"briefed"`
	Outcome  string            `json:"outcome,omitempty"`
	Officers []inquiry.Officer `json:"officers"`
	Units    []inquiry.Unit    `json:"units"`
}

func inquiryView(s *inquiry.State) *InquiryView {
	v := &InquiryView{ID: s.ID, Ref: s.Ref, Version: s.Version, Kind: s.Kind, Agency: s.Agency, Team: all(s.Team), Cases: all(s.Cases), Scenes: all(s.Scenes),
		Operations: []InquiryOperation{}}
	for i := range s.Operations {
		op := &s.Operations[i]
		o := InquiryOperation{ID: op.ID, Kind: op.Kind, On: op.On, Weighed: !op.Risk.IsZero(), Briefed: len(op.Briefings) > 0, Officers: all(op.Officers), Units: all(op.Units)}
		if op.Ended != nil {
			o.Outcome = op.Ended.Outcome
		}
		v.Operations = append(v.Operations, o)
	}
	if s.Closure != nil {
		v.Closed = &inquiry.ClosedEvent{ID: s.Closure.ID, Reason: s.Closure.Reason}
	}
	return v
}

func (a *api) inquiryRoutes() {
	add(a, policy.InquiryList, route{method: "GET", path: "/inquiries", id: "inquiries", tag: "inquiries",
		summary: "Inquiries on whose team one is"}, func(c *call, _ *none) (*InquiryRows, error) {
		list, err := c.office().Inquiries.List(c.r.Context(), c.actor)
		out := &InquiryRows{Inquiries: []InquiryRow{}}
		for _, s := range list {
			out.Inquiries = append(out.Inquiries, InquiryRow{ID: s.ID, Ref: s.Ref, Kind: s.Kind, Agency: s.Agency, Scenes: len(s.Scenes), Closed: s.Closure != nil, Changed: s.Changed})
		}
		return out, err
	})
	add(a, policy.InquiryCreate, route{method: "POST", path: "/inquiries", id: "open-inquiry", tag: "inquiries", status: 201, ordered: true,
		summary: "Open an inquiry; who opens it leads it"}, func(c *call, in *inquiry.Open) (*realm.Receipt, error) {
		rc, err := c.office().Inquiries.Open(c.r.Context(), c.actor, c.order, in)
		if err == nil {
			c.location = "/inquiries/" + rc.ID
		}
		return c.receipt(rc, err)
	})
	add(a, policy.InquiryView, route{method: "GET", path: "/inquiries/{id}", id: "inquiry", tag: "inquiries", door: inquiryDoor, versioned: true,
		summary: "One inquiry without anything sealed"}, func(c *call, _ *none) (*InquiryView, error) {
		v, err := c.office().Inquiries.View(c.r.Context(), c.actor, c.id("id"))
		if err != nil {
			return nil, err
		}
		c.version = v.Version
		return inquiryView(v.State), nil
	})
	add(a, policy.InquiryRead, route{method: "POST", path: "/inquiries/{id}/texts", id: "read-inquiry", tag: "inquiries", door: inquiryDoor,
		summary: "Open what is sealed in it; recorded first"}, func(c *call, _ *none) (*InquiryTexts, error) {
		list, err := c.office().Inquiries.Read(c.r.Context(), c.actor, c.id("id"))
		return &InquiryTexts{all(list)}, err
	})
	add(a, policy.InquiryKnow, route{method: "GET", path: "/cases/{id}/inquiries", id: "case-inquiries", tag: "inquiries", door: caseDoor,
		summary: "That inquiries exist about a case, and of which agency"}, func(c *call, _ *none) (*InquiriesOfCase, error) {
		list, err := c.office().Inquiries.OfCase(c.r.Context(), c.actor, c.id("id"))
		return &InquiriesOfCase{all(list)}, err
	})
	inquire[inquiry.Join](a, "/team", "join-inquiry", "Put somebody on the team, or give a new duty", "until")
	inquire[inquiry.Leave](a, "/team/leave", "leave-inquiry", "Take somebody off the team")
	inquire[inquiry.Link](a, "/cases", "link-case", "Link a case that one has a part in")
	inquire[inquiry.Unlink](a, "/cases/unlink", "unlink-case", "End the link with a case")
	inquire[inquiry.Plan](a, "/operations", "plan-operation", "Plan an operation, or plan it anew", "operation", "place", "plan", "risk", "officers", "units")
	inquire[inquiry.Brief](a, "/operations/brief", "brief-operation", "Record a briefing", "note")
	inquire[inquiry.Finish](a, "/operations/end", "end-operation", "Carried out or called off", "note")
	inquire[inquiry.Close](a, "/closure", "close-inquiry", "Close an inquiry", "note")
	inquire[inquiry.Reopen](a, "/reopening", "reopen-inquiry", "Reopen it with a reason")
}

// inquire adds a route for one command on the inquiry of the path.
func inquire[T any, P interface {
	*T
	inquiry.Command
}](a *api, path, id, summary string, optional ...string) {
	rt := route{method: "POST", path: "/inquiries/{id}" + path, id: id, summary: summary, tag: "inquiries", door: inquiryDoor, ordered: true, optional: optional}
	add(a, P(new(T)).Action(), rt, func(c *call, in *T) (*realm.Receipt, error) {
		rc, err := c.office().Inquiries.Do(c.r.Context(), c.actor, c.id("id"), c.order, P(in))
		return c.receipt(rc, err)
	})
}
