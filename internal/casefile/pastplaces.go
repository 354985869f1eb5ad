package casefile

import (
	"context"
	"encoding/json"
	"fmt"

	"rufaa/internal/realm"
	"rufaa/internal/vault"
)

// PastPlaces opens where she was taken since the alert and is no more, on the
// ground on which it is opened where she is now: a shelter that she left shelters
// others. Where it happened is not among them, nor where she was at the alert, which
// often is the same: a court must read of it. The opening is recorded like any other.
func (c *Cases) PastPlaces(ctx context.Context, who realm.Actor, id, purpose string) ([]string, error) {
	s, err := c.Load(ctx, id)
	if err != nil {
		return nil, err
	}
	basis, glass, err := c.GroundFor(ctx, who, id, vault.Whereabouts, purpose)
	if err != nil || basis == BasisAuthor || basis == BasisComplaint {
		return nil, err
	}
	events, err := c.realm.Ledger.Stream(ctx, Stream(id), 0)
	if err != nil {
		return nil, fmt.Errorf("casefile: past places: %w", err)
	}
	var items []Item
	for _, e := range events {
		if e.Kind != PlaceChanged {
			continue
		}
		var p PlaceChangedEvent
		if err := json.Unmarshal(e.Payload, &p); err != nil {
			return nil, fmt.Errorf("casefile: past places: %w", err)
		}
		if p.ID != s.Place.ID && p.Kind != "with-trafficker" && !p.Place.IsZero() {
			items = append(items, item("place", p.ID, "place", vault.Whereabouts, p.Place))
		}
	}
	texts, err := c.OpenItems(ctx, who, s, purpose, basis, glass, items)
	if err != nil {
		return nil, err
	}
	out := []string{}
	for _, t := range texts {
		if t != "" && !vault.IsErased(t) {
			out = append(out, t)
		}
	}
	return out, nil
}
