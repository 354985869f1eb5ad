package casefile

import (
	"context"
	"encoding/json"
	"fmt"

	"rufaa/internal/realm"
	"rufaa/internal/vault"
)

// PurposeMask is the purpose in the record when the platform itself opens where
// somebody is, so that it can be taken out of what leaves; no person sees it.
const PurposeMask = "bundle-masking"

// PlacesToMask opens where she is and where she was taken since the alert: a
// shelter that she left shelters others. Where it happened is not among them, nor
// where she was at the alert once she was moved, which often is the same: a court
// must read of it. The platform opens it and not who asks, for a prosecutor may not
// know it and must not pass it on either; the opening is recorded as the platform's.
func (c *Cases) PlacesToMask(ctx context.Context, s *State) ([]string, error) {
	events, err := c.realm.Ledger.Stream(ctx, Stream(s.ID), 0)
	if err != nil {
		return nil, fmt.Errorf("casefile: places: %w", err)
	}
	in := []vault.Item{}
	add := func(id string, sealed vault.Sealed) {
		if !sealed.IsZero() {
			in = append(in, item("place", id, "place", vault.Whereabouts, sealed).Item)
		}
	}
	add(s.Place.ID, s.Place.Text)
	for _, e := range events {
		if e.Kind != PlaceChanged {
			continue
		}
		var p PlaceChangedEvent
		if err := json.Unmarshal(e.Payload, &p); err != nil {
			return nil, fmt.Errorf("casefile: places: %w", err)
		}
		if p.ID != s.Place.ID && p.Kind != "with-trafficker" {
			add(p.ID, p.Place)
		}
	}
	if len(in) == 0 {
		return nil, nil
	}
	texts, err := c.realm.Vault.Open(ctx, vault.Opening{Actor: realm.System.Staff, Agency: realm.System.Agency, Duty: realm.System.Duty,
		Purpose: PurposeMask, Basis: "duty", Case: s.ID}, in)
	if err != nil {
		return nil, fmt.Errorf("casefile: places: %w", err)
	}
	out := []string{}
	for _, t := range texts {
		if t != "" && !vault.IsErased(t) {
			out = append(out, t)
		}
	}
	return out, nil
}
