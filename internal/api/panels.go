package api

import (
	"rufaa/internal/casefile"
	"rufaa/internal/policy"
)

// Sittings are the panels that somebody sits on.
type Sittings struct {
	Panels []casefile.SittingRow `json:"panels" doc:"Those that wait for the own voice first"`
}

// panelReads are what the members of identification panels see.
func (a *api) panelReads() {
	add(a, policy.IdentificationVoice, route{
		method: "GET", path: "/panels", id: "panels", summary: "Identification panels that one sits on now", tag: "joint case", query: []query{limit(50)},
	}, func(c *call, _ *none) (*Sittings, error) {
		rows, err := c.office().Cases.Sittings(c.r.Context(), c.actor, c.number["limit"])
		return &Sittings{all(rows)}, err
	})
	add(a, policy.IdentificationVoice, route{
		method: "GET", path: "/cases/{id}/panel", id: "panel", summary: "The open panel of a case, for its members; there is none for anybody else, nor afterwards",
		tag: "joint case", door: caseDoor,
	}, func(c *call, _ *none) (*casefile.Sitting, error) {
		return c.office().Cases.Sitting(c.r.Context(), c.actor, c.id("id"))
	})
	add(a, policy.IdentificationVoice, route{
		method: "GET", path: "/cases/{id}/panel/papers", id: "panel-papers", summary: "Open what lies before the panel, for its members; the opening is recorded",
		tag: "joint case", door: caseDoor,
	}, func(c *call, _ *none) (*OpenedCompartment, error) {
		o, err := c.office().Cases.PanelPapers(c.r.Context(), c.actor, c.id("id"))
		if err != nil {
			return nil, err
		}
		return openedOf(o), nil
	})
}
