package directory

import (
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
)

// Vet records the Secretariat's judgement.
type Vet struct {
	State string `json:"state" doc:"Directory list vetting" maxLength:"40"`
	Until string `json:"until,omitempty" doc:"YYYY-MM-DD" maxLength:"10"`
}

// Close says that a provider is no more. It stays in the ledger and is found
// no longer.
type Close struct {
	Reason string `json:"reason" doc:"Directory list closing-reasons" maxLength:"40"`
}

// Action is what the door is asked for.
func (*Vet) Action() policy.Action { return policy.DirectoryVet }

// Action is what the door is asked for.
func (*Close) Action() policy.Action { return policy.DirectoryEdit }

// Check cleans the input.
func (x *Vet) Check(v *valid.Check, t *Taxonomy) {
	v.Term("state", x.State, t.in("vetting"), true)
	v.FutureDate("until", x.Until)
}

// Check cleans the input.
func (x *Close) Check(v *valid.Check, t *Taxonomy) {
	v.Term("reason", x.Reason, t.in("closing-reasons"), true)
}

func (x *Vet) decide(p *Provider, _ *env) ([]ledger.Draft, error) {
	if err := p.open(); err != nil {
		return nil, err
	}
	return happened(Vetted, VettedEvent{State: x.State, Until: x.Until})
}

func (x *Close) decide(p *Provider, e *env) ([]ledger.Draft, error) {
	if err := p.open(); err != nil {
		return nil, err
	}
	for i := range p.Holds {
		if p.Holds[i].Runs(e.now) {
			return nil, problem.Refuse("directory.holds-run")
		}
	}
	return happened(ClosedDown, ClosedEvent{Reason: x.Reason})
}

// Reopen says that a provider that was closed is there all the same.
type Reopen struct{}

// Action is what the door is asked for.
func (*Reopen) Action() policy.Action { return policy.DirectoryEdit }

// Check cleans the input.
func (*Reopen) Check(*valid.Check, *Taxonomy) {}

func (*Reopen) decide(p *Provider, _ *env) ([]ledger.Draft, error) {
	if p.Closed == nil || p.MergedIn != "" {
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "reopen", Key: "keeping.error.not_closed"}}}
	}
	return happened(Reopened, struct{}{})
}
