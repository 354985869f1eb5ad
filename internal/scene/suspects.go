package scene

import "context"

// suspect is the standing of somebody who is held to have committed the offence.
const suspect = "suspect"

// BeforeSuspecting sets what is asked before somebody with a case is held to be
// a suspect of the same matter: whoever may be a victim is so held only after
// the review of section 14. Without it nothing is asked.
//
// Source: CTIPA s.14; OSCE 2013 recommendations on non-punishment.
func (c *Scenes) BeforeSuspecting(ask func(ctx context.Context, caseID string) error) {
	c.suspecting = ask
}

// suspects asks when a command makes a suspect of somebody with a case.
func (c *Scenes) suspects(ctx context.Context, s *State, cmd Command) error {
	caseID := ""
	switch x := cmd.(type) {
	case *Arrive:
		if x.Standing == suspect {
			caseID = x.Case
		}
	case *Restate:
		if p := s.Person(x.Person); p != nil && x.Standing == suspect && p.Standing != suspect {
			caseID = p.Case
		}
	}
	if caseID == "" || c.suspecting == nil {
		return nil
	}
	return c.suspecting(ctx, caseID)
}
