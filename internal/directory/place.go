package directory

import (
	"context"
	"encoding/json"
	"fmt"

	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/vault"
)

// Purpose and basis of opening a confidential place, as they stand in the
// record of who saw what.
const (
	purposeMatching = "matching"
	purposeOwn      = "own-place"
	basisOwnStaff   = "own-staff"
)

func placeOf(location string) vault.Place {
	return vault.Place{Record: location, Field: "place", Compartment: vault.Whereabouts, Schema: 1}
}

func (d *Directory) sealPlace(ctx context.Context, provider, location string, p *Place) (vault.Sealed, error) {
	raw, err := json.Marshal(p)
	if err != nil {
		return "", fmt.Errorf("directory: seal place: %w", err)
	}
	sealer, err := d.realm.Vault.Sealer(ctx, Stream(provider))
	if err != nil {
		return "", fmt.Errorf("directory: seal place: %w", err)
	}
	return sealer.Seal(placeOf(location), string(raw))
}

// OpenPlace shows the provider's own staff where their confidential place is.
// The opening is recorded before anything is read.
func (d *Directory) OpenPlace(ctx context.Context, who realm.Actor, provider, location string) (*Place, error) {
	return d.openPlace(ctx, who, provider, location, purposeOwn)
}

// TooNear tells the provider's own staff whether their confidential place lies
// within one of the areas that somebody must be kept away from. It is the one
// answer that depends on the true position, so it is given to those alone who
// know that position; each is recorded like an opening. A place whose position
// was never told is neither near nor far: not known.
func (d *Directory) TooNear(ctx context.Context, who realm.Actor, provider, location string, avoid []Circle) (Fact, error) {
	place, err := d.openPlace(ctx, who, provider, location, purposeMatching)
	if err != nil {
		return NotKnown, err
	}
	if place == nil || place.Latitude == nil || place.Longitude == nil {
		return NotKnown, nil
	}
	at := Point{*place.Latitude, *place.Longitude}
	for _, c := range avoid {
		if Kilometres(at, c.Point) <= c.Kilometres {
			return Yes, nil
		}
	}
	return No, nil
}

func (d *Directory) openPlace(ctx context.Context, who realm.Actor, provider, location, purpose string) (*Place, error) {
	p, err := d.load(ctx, provider)
	if err != nil {
		return nil, err
	}
	l := p.Location(location)
	if l == nil {
		return nil, problem.ErrNotFound
	}
	if err := d.admit(who, policy.DirectoryPlace, p, ""); err != nil {
		return nil, err
	}
	if !l.Confidential || l.Sealed.IsZero() {
		return l.Place, nil
	}
	texts, err := d.realm.Vault.Open(ctx, vault.Opening{
		Actor: who.Staff, Agency: who.Agency, Duty: who.Duty, Device: who.Device,
		Purpose: purpose, Basis: basisOwnStaff, Case: Stream(provider),
	}, []vault.Item{{Place: placeOf(location), Sealed: l.Sealed}})
	if err != nil {
		return nil, fmt.Errorf("directory: open place: %w", err)
	}
	if vault.IsErased(texts[0]) {
		return nil, nil
	}
	place := new(Place)
	if err := json.Unmarshal([]byte(texts[0]), place); err != nil {
		return nil, fmt.Errorf("directory: open place: %w", err)
	}
	return place, nil
}
