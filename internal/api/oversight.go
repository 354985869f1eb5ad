package api

import (
	"rufaa/internal/casefile"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/referral"
)

// GlassQueue is what waits for review.
type GlassQueue struct {
	BreakGlass []casefile.GlassRow `json:"break_glass"`
}

// Retention is what the data protection officer decides about.
type Retention struct {
	Due  []casefile.Keeping `json:"due" doc:"The oldest first"`
	Held []casefile.Keeping `json:"held" doc:"Past the end, kept by a legal hold"`
}

// Hits are the cases a search found.
type Hits struct {
	Cases []casefile.Hit `json:"cases"`
}

func (a *api) oversightRoutes() {
	add(a, policy.GlassBreak, route{
		method: "POST", path: "/break-glass", id: "break-glass", summary: "Open a case in an emergency, for an hour, with a reason", tag: "oversight",
		status: 201, ordered: true,
	}, func(c *call, in *casefile.Break) (*realm.Receipt, error) {
		rc, err := c.office().Cases.BreakGlass(c.r.Context(), c.actor, c.order, in)
		return c.receipt(rc, err)
	})
	add(a, policy.GlassReview, route{
		method: "GET", path: "/break-glass", id: "break-glass-queue", summary: "What waits for review", tag: "oversight", query: []query{limit(50)},
	}, func(c *call, _ *none) (*GlassQueue, error) {
		rows, err := c.office().Cases.GlassQueue(c.r.Context(), c.actor, c.number["limit"])
		return &GlassQueue{all(rows)}, err
	})
	run(a, on("/break-glass/{glass}/second", "second-break-glass", "The second person's yes to opening whereabouts", "*"), func(c *call, in *casefile.Second) error {
		in.Glass = c.id("glass")
		return nil
	})
	run(a, on("/break-glass/{glass}/review", "review-break-glass", "Review a break-glass", "break_glass"), func(c *call, in *casefile.ReviewGlass) error {
		in.Glass = c.id("glass")
		return nil
	})
	add(a, policy.RetentionView, route{
		method: "GET", path: "/retention", id: "retention", summary: "Closed cases at the end of their retention, to be erased or held by a person", tag: "oversight", query: []query{limit(50)},
	}, func(c *call, _ *none) (*Retention, error) {
		cases, ctx := c.office().Cases, c.r.Context()
		due, err := cases.Ended(ctx, c.actor, false, c.number["limit"])
		if err != nil {
			return nil, err
		}
		held, err := cases.Ended(ctx, c.actor, true, c.number["limit"])
		return &Retention{all(due), all(held)}, err
	})
	a.erasureRoutes()
	a.searchRoutes()
}

func (a *api) searchRoutes() {
	add(a, policy.SearchExact, route{
		method: "POST", path: "/search", id: "search", summary: "Find cases by reference, telephone, identity number or name", tag: "oversight",
	}, func(c *call, in *casefile.Query) (*Hits, error) {
		hits, err := c.office().Cases.Find(c.r.Context(), c.actor, in)
		return &Hits{all(hits)}, err
	})
	add(a, policy.OverviewView, route{
		method: "GET", path: "/overview", id: "overview", summary: "Counts and clocks, no identities", tag: "oversight",
	}, func(c *call, _ *none) (*casefile.Overview, error) {
		return c.office().Cases.Overview(c.r.Context(), c.actor)
	})
	add(a, policy.OverviewView, route{
		method: "GET", path: "/overview/unanswered", id: "unanswered-referrals", summary: "Referrals nobody answered in time", tag: "oversight", query: []query{limit(50)},
	}, func(c *call, _ *none) (*ReferralRows, error) {
		rows, err := c.office().Referrals.Unanswered(c.r.Context(), c.actor, c.number["limit"])
		return &ReferralRows{each(rows, func(r *referral.Row) referral.Row { return *r })}, err
	})
}
