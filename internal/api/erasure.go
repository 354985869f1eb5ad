package api

import (
	"rufaa/internal/casefile"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// ErasureAsked answers the first of two steps: nothing was destroyed yet.
type ErasureAsked struct {
	realm.Receipt
	Request     *casefile.ErasureRequest `json:"request"`
	StillNeeded string                   `json:"still_needed" doc:"The operation by which a second person confirms it before the request lapses; until then nothing is destroyed" enum:"confirm-erasure"`
}

// Erasures are the requests that wait for a second person.
type Erasures struct {
	Erasures []casefile.ErasureRow `json:"erasures" doc:"The oldest first"`
}

// overseen adds a command about the record as a whole; it leaves the case's own
// version as it is.
func overseen[In, Out any](a *api, action policy.Action, rt route, do func(*casefile.Cases, *call, *In) (Out, error)) {
	rt.tag = "oversight"
	add(a, action, rt, func(c *call, in *In) (Out, error) {
		var no Out
		s, err := c.office().Cases.Admitted(c.r.Context(), c.actor, c.id("id"), action)
		if err != nil {
			return no, err
		}
		if c.matched && c.order.Expect != s.Version {
			return no, &problem.Changed{Expected: c.order.Expect, Have: s.Version}
		}
		out, err := do(c.office().Cases, c, in)
		if err != nil {
			return no, err
		}
		c.version = s.Version
		return out, nil
	})
}

// erasureRoutes are legal holds, and the two steps of an erasure.
func (a *api) erasureRoutes() {
	hold := func(held bool) func(*casefile.Cases, *call, *none) (*realm.Receipt, error) {
		return func(cs *casefile.Cases, c *call, _ *none) (*realm.Receipt, error) {
			rc, err := cs.Hold(c.r.Context(), c.actor, c.id("id"), c.order, held)
			return &rc, err
		}
	}
	overseen(a, policy.HoldDecide, on("/hold", "hold", "Stop erasure while a court or inquiry needs the record; ends a request for it"), hold(true))
	overseen(a, policy.HoldDecide, on("/release", "release", "End a legal hold"), hold(false))

	asking := on("/erasure", "erase", "Ask for the keys of everybody in a closed case to be destroyed; a second person confirms it")
	asking.status = 202
	overseen(a, policy.Erase, asking, func(cs *casefile.Cases, c *call, in *casefile.AskErasure) (*ErasureAsked, error) {
		rc, asked, err := cs.AskErasure(c.r.Context(), c.actor, c.id("id"), c.order, in)
		return &ErasureAsked{rc, asked, "confirm-erasure"}, err
	})
	overseen(a, policy.ErasureConfirm, on("/erasure/confirmation", "confirm-erasure", "The second person's word: destroys the keys of everybody in a closed case, for good"),
		func(cs *casefile.Cases, c *call, in *casefile.ConfirmErasure) (*realm.Receipt, error) {
			rc, err := cs.ConfirmErasure(c.r.Context(), c.actor, c.id("id"), c.order, in)
			return &rc, err
		})
	overseen(a, policy.ErasureConfirm, on("/erasure/withdrawal", "withdraw-erasure", "End a request for erasure"),
		func(cs *casefile.Cases, c *call, in *casefile.WithdrawErasure) (*realm.Receipt, error) {
			rc, err := cs.WithdrawErasure(c.r.Context(), c.actor, c.id("id"), c.order, in)
			return &rc, err
		})
	add(a, policy.ErasureConfirm, route{
		method: "GET", path: "/cases/{id}/erasure", id: "erasure", summary: "Where a case stands on its way to erasure", tag: "oversight", door: caseDoor,
	}, func(c *call, _ *none) (*casefile.Erasing, error) {
		return c.office().Cases.Erasing(c.r.Context(), c.actor, c.id("id"))
	})
	add(a, policy.ErasureConfirm, route{
		method: "GET", path: "/erasures", id: "erasures", summary: "Requests for erasure that wait for a second person", tag: "oversight", query: []query{limit(50)},
	}, func(c *call, _ *none) (*Erasures, error) {
		rows, err := c.office().Cases.ErasuresAsked(c.r.Context(), c.actor, c.number["limit"])
		return &Erasures{all(rows)}, err
	})
}
