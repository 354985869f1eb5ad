package api

import (
	"rufaa/internal/casefile"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
)

// on is a command on the case of the path.
func on(path, id, summary string, optional ...string) route {
	return route{
		method: "POST", path: "/cases/{id}" + path, id: id, summary: summary, tag: "cases", door: caseDoor,
		ordered: true, optional: optional,
	}
}

// recording is a command that adds a record to the case of the path.
func recording(path, id, summary string, optional ...string) route {
	r := on(path, id, summary, optional...)
	r.status = 201
	return r
}

// command is a casefile command as a pointer to the body it is read from.
type command[T any] interface {
	*T
	casefile.Command
}

// run adds a route for one command on a case. The action is the command's
// own; prepare puts the ids of the path over those of the body.
func run[T any, P command[T]](a *api, rt route, prepare func(*call, *T) error) {
	add(a, P(new(T)).Action(), rt, func(c *call, in *T) (*realm.Receipt, error) {
		if prepare != nil {
			if err := prepare(c, in); err != nil {
				if denied := c.admit(); denied != nil {
					return nil, denied
				}
				return nil, err
			}
		}
		rc, err := c.office().Cases.Do(c.r.Context(), c.actor, c.id("id"), c.order, P(in))
		return c.receipt(rc, err)
	})
}

// receipt answers a command with the version it led to.
func (c *call) receipt(rc realm.Receipt, err error) (*realm.Receipt, error) {
	if err != nil {
		return nil, err
	}
	c.version = rc.Version
	return &rc, nil
}

func (a *api) caseCommands() {
	add(a, policy.AlertCreate, route{
		method: "POST", path: "/alerts", id: "raise-alert", summary: "Report somebody; nothing is required", tag: "cases",
		status: 201, ordered: true, optional: []string{"*"},
	}, func(c *call, in *casefile.Alert) (*realm.Receipt, error) {
		rc, err := c.office().Cases.Raise(c.r.Context(), c.actor, c.order, in)
		c.location = "/cases/" + rc.ID
		return c.receipt(rc, err)
	})
	run[casefile.Take](a, on("/take", "take-case", "Become the case manager", "*"), nil)
	run[casefile.AnswerDanger](a, on("/danger", "answer-danger", "Say what was done about an immediate danger"), nil)
	run[casefile.Tell](a, recording("/account", "add-account", "Add what was told, so that she is not asked again"), nil)
	run[casefile.Describe](a, recording("/persons", "describe-person", "Add or replace what is known of a person"), nil)
	run[casefile.Move](a, on("/place", "move", "Say where she is now"), nil)
	run[casefile.Screen](a, recording("/screenings", "screen", "Record a screening"), nil)
	run[casefile.Presume](a, on("/presumption", "presume", "Decide about the presumption"), nil)
	run[casefile.Assess](a, recording("/safety", "assess-safety", "Assess the risk"), nil)
	run[casefile.AssessNeeds](a, recording("/needs", "assess-needs", "Assess needs and wishes", "needs"), nil)
	run(a, on("/needs/{need}/settlement", "settle-need", "A need is met, or no longer hers", "need"), func(c *call, in *casefile.SettleNeed) error {
		in.Need = c.id("need")
		return nil
	})
	run[casefile.Join](a, recording("/team", "join-team", "Bring a colleague onto the team"), nil)
	run(a, on("/team/{staff}/leave", "leave-team", "Take a colleague off the team", "*"), func(c *call, in *casefile.Leave) error {
		in.Staff = c.id("staff")
		return nil
	})
	run[casefile.RecordInterview](a, recording("/interviews", "record-interview", "Record an investigative interview, after care"), nil)
	run[casefile.Follow](a, recording("/follow-ups", "follow-up", "Record a contact after care began"), nil)
	run[casefile.RecordExtra](a, on("/extra", "record-extra", "Set the own agency's extra fields; nobody else sees them"), nil)
	run[casefile.Close](a, on("/closure", "close-case", "End the work, with a reason", "reason"), nil)
	run[casefile.Reopen](a, on("/reopening", "reopen-case", "Return a closed case to work", "reason"), nil)
}

func (a *api) consentCommands() {
	run[casefile.Ask](a, recording("/consents", "record-consent", "Record her yes or no"), nil)
	run(a, on("/consents/{consent}/withdrawal", "withdraw-consent", "Take a consent back", "*"), func(c *call, in *casefile.Withdraw) error {
		in.Consent = c.id("consent")
		return nil
	})
	run[casefile.Ground](a, recording("/bases", "record-basis", "Record another basis than consent", "reason"), nil)
	run(a, on("/bases/{basis}/end", "end-basis", "End another basis before its time", "*"), func(c *call, in *casefile.EndGround) error {
		in.Basis = c.id("basis")
		return nil
	})
}
