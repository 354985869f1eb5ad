package casefile

import (
	"context"
	"time"

	"rufaa/internal/problem"
	"rufaa/internal/vault"
)

// SamePerson gives the other cases of the person that a case is about, as two
// case managers each confirmed. What speaks for her in one speaks for her in all.
func (c *Cases) SamePerson(find func(ctx context.Context, caseID string) ([]string, error)) {
	c.samePerson = find
}

// herOther loads the other cases of the person that a case is about.
func (c *Cases) herOther(ctx context.Context, caseID string) ([]*State, error) {
	if c.samePerson == nil {
		return nil, nil
	}
	ids, err := c.samePerson(ctx, caseID)
	if err != nil {
		return nil, err
	}
	out := make([]*State, len(ids))
	for i, id := range ids {
		if out[i], err = c.Load(ctx, id); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// MayBeSuspect refuses to hold somebody who may be a victim, in this case or in
// another of hers, for a suspect of the same matter before an act of hers was
// found unconnected and a second person confirmed it. It is for rooms that hold
// people to be something.
func (c *Cases) MayBeSuspect(ctx context.Context, caseID string) error {
	s, err := c.Load(ctx, caseID)
	if err != nil || !s.Exists() {
		return err
	}
	others, err := c.herOther(ctx, caseID)
	if err != nil {
		return err
	}
	return s.mayBeSuspect(others)
}

func (s *State) mayBeSuspect(others []*State) error {
	if !s.mayBeVictimIn(others) {
		return nil
	}
	for i := range s.Section14 {
		if _, err := s.restsOn(s.Section14[i].Act, others); err == nil {
			return nil
		}
	}
	return problem.Refuse("nonpunishment.review-first")
}

// mayBeVictimIn tells whether this case or another of hers gives any ground to
// hold her a victim.
func (s *State) mayBeVictimIn(others []*State) bool {
	may := s.MayBeVictim()
	for _, o := range others {
		may = may || o.MayBeVictim()
	}
	return may
}

// recovers tells whether her recovery and reflection period runs in another case and
// she has not agreed here to an interview by the agency since it began.
func (s *State) recovers(agency string, now time.Time, others []*State) bool {
	k := s.consentFor(agency, "investigation", vault.Inquiry, now)
	for _, o := range others {
		if r := o.Reflecting(now); r != nil && (k == nil || !k.By.At.After(r.By.At)) {
			return true
		}
	}
	return false
}

// restsOn is the id of the review on which a step against her for an act rests, "" where
// nothing speaks for her. The review is this case's newest of the act. What another case of
// hers found protected is protected here too, whichever came first: who reviewed
// it here could not read it.
func (s *State) restsOn(act string, others []*State) (review string, err error) {
	if !s.mayBeVictimIn(others) {
		return "", nil
	}
	r := s.section14Of(act)
	switch {
	case r == nil || r.Finding == "more_facts" || r.Confirmed == nil:
		return "", problem.Refuse("nonpunishment.review-first")
	case r.Finding == "protected":
		return "", problem.Refuse("nonpunishment.protected")
	}
	for _, o := range others {
		if x := o.section14Of(act); x != nil && x.Finding == "protected" && o.MayBeVictim() {
			return "", problem.Refuse("nonpunishment.protected")
		}
	}
	return r.ID, nil
}
