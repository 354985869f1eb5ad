package casefile

import (
	"context"

	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/search"
	"rufaa/internal/valid"
)

// knownSimilarity is the Dice coefficient from which a name is told before an
// alert is stored. It is higher than for a search: nobody asked.
const knownSimilarity = 0.74

// Known looks for cases that the writer may see and that may be about the
// person of an alert, before it is stored: by number and by name. Whoever may
// not search, or has searched too often, gets none and is not stopped: an
// alert comes first. What other agencies have leaves no row, count or time.
func (c *Cases) Known(ctx context.Context, who realm.Actor, f PersonFacts) ([]Hit, error) {
	if c.realm.Door.Realm(who.Principal, policy.SearchExact) != nil || c.realm.Door.Realm(who.Principal, policy.SearchName) != nil {
		return nil, nil
	}
	numbers, written := exacts(f), names(f)
	v := valid.New(c.now())
	if f.check(v, c.realm.Content, ""); v.Err() != nil || len(numbers)+len(written) == 0 {
		return nil, nil // the alert itself is told what is wrong
	}
	if _, ok := c.realm.Probes.Allow(who.Staff, c.now()); !ok {
		return nil, nil
	}
	mine, err := c.inReach(ctx, who)
	if err != nil {
		return nil, err
	}
	var found []search.Hit
	for _, n := range numbers {
		hits, err := c.realm.Search.FindExact(ctx, n.Kind, n.Value)
		if err != nil {
			return nil, err
		}
		found = append(found, hits...)
	}
	near, err := c.realm.Search.Find(ctx, written, maxHits, knownSimilarity, func(caseID string) bool { return mine[caseID] })
	if err != nil {
		return nil, err
	}
	hits, err := c.visible(ctx, who, append(found, near...))
	if err != nil {
		return nil, err
	}
	return hits, c.recordSearch(ctx, who, "alert", len(hits))
}

// visible narrows what was found to cases whose frame the person may see, each
// once.
func (c *Cases) visible(ctx context.Context, who realm.Actor, found []search.Hit) ([]Hit, error) {
	var hits []Hit
	seen := map[string]bool{}
	for _, f := range found {
		s, err := c.Load(ctx, f.CaseID)
		if err != nil {
			return nil, err
		}
		if seen[f.CaseID] || c.admit(who, policy.CaseView, s) != nil {
			continue
		}
		seen[f.CaseID] = true
		if len(hits) < maxHits {
			hits = append(hits, Hit{Row: s.row(), Person: f.Person})
		}
	}
	return hits, nil
}
