package api

import (
	"rufaa/internal/office"
	"rufaa/internal/policy"
)

func (a *api) rehearsalRoutes() {
	add(a, policy.RehearsalRun, route{
		method: "POST", path: "/rehearsals", id: "rehearse", summary: "Play a scenario without people, as it stands and with a change; keeps nothing", tag: "exercise",
		optional: []string{"runs", "seed", "teams", "beds", "interpreters", "answer_percent", "consent_percent"},
	}, func(c *call, in *office.RehearsalAsk) (*office.Rehearsed, error) {
		return c.office().Rehearse(c.r.Context(), c.actor, *in)
	})
}
