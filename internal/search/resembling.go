package search

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
)

// Resemblance is another person whose tokens are those of the person asked
// about, or come near. It is for rules to judge and must not be shown: with
// the score a name can be guessed letter by letter.
type Resemblance struct {
	Person string
	CaseID string
	Name   float64 // Dice coefficient of the nearest names; 0 when none came near
	// Names of the one beside names of the other, part by part; none when either
	// was written before names were kept by their parts.
	Names          []Aligned
	Phone          bool
	IdentityNumber bool
}

// Nearness says how near is near enough to be judged.
type Nearness struct {
	Name float64 // Dice coefficient from which a name is taken along
	// Bits that a filter must have set: a name of one short part resembles
	// everybody who bears it.
	Bits int
	// Sharing is how many persons at most may have one number; a number that
	// more have is a broker's, a shelter's or a station's, and says nothing.
	Sharing int
}

// Resembling compares what is kept of one person with everybody, by tokens
// only: nothing is opened. The order is by id.
func (x *Index) Resembling(ctx context.Context, person string, near Nearness) ([]Resemblance, error) {
	if err := x.follow(ctx); err != nil {
		return nil, err
	}
	found := map[string]*Resemblance{}
	of := func(person, caseID string) *Resemblance {
		r := found[person]
		if r == nil {
			r = &Resemblance{Person: person, CaseID: caseID}
			found[person] = r
		}
		return r
	}
	if err := x.sameNumbers(ctx, person, near.Sharing, of); err != nil {
		return nil, err
	}
	filters, err := x.filtersOf(ctx, person)
	if err != nil {
		return nil, err
	}
	self := x.names.ids.pack(person)
	for i := range filters {
		if filters[i].count() < near.Bits {
			continue
		}
		for _, c := range x.names.scan(&filters[i], near.Name) {
			if c.person != self {
				r := of(x.names.ids.text(c.person), x.names.ids.text(c.caseID))
				r.Name = max(r.Name, c.score)
			}
		}
	}
	if err := x.alignAll(ctx, person, found); err != nil {
		return nil, err
	}
	out := make([]Resemblance, 0, len(found))
	for _, r := range found {
		out = append(out, *r)
	}
	slices.SortFunc(out, func(a, b Resemblance) int { return cmp.Compare(a.Person, b.Person) })
	return out, nil
}

// alignAll lays the names of those found beside the person's own.
func (x *Index) alignAll(ctx context.Context, person string, found map[string]*Resemblance) error {
	if len(found) == 0 {
		return nil
	}
	names, err := x.speltOf(ctx, slices.AppendSeq([]string{person}, maps.Keys(found)))
	if err != nil {
		return err
	}
	for other, r := range found {
		for _, a := range names[person] {
			for _, b := range names[other] {
				r.Names = append(r.Names, align(a, b))
			}
		}
	}
	return nil
}

func (x *Index) sameNumbers(ctx context.Context, person string, sharing int, of func(person, caseID string) *Resemblance) error {
	rows, err := x.db.Query(ctx, `SELECT o.kind, o.token, o.person, o.case_id FROM exact_tokens m
		JOIN exact_tokens o ON o.kind = m.kind AND o.token = m.token
		WHERE m.person = $1 AND o.person <> $1 ORDER BY o.kind, o.token, o.person`, person)
	if err != nil {
		return fmt.Errorf("search: same numbers: %w", err)
	}
	defer rows.Close()
	type holder struct{ person, caseID string }
	by := map[Kind]map[string][]holder{}
	for rows.Next() {
		var kind Kind
		var token []byte
		var h holder
		if err := rows.Scan(&kind, &token, &h.person, &h.caseID); err != nil {
			return fmt.Errorf("search: same numbers: %w", err)
		}
		if by[kind] == nil {
			by[kind] = map[string][]holder{}
		}
		by[kind][string(token)] = append(by[kind][string(token)], h)
	}
	for kind, tokens := range by {
		for _, holders := range tokens {
			if len(holders)+1 > sharing {
				continue
			}
			for _, h := range holders {
				r := of(h.person, h.caseID)
				r.Phone = r.Phone || kind == Phone
				r.IdentityNumber = r.IdentityNumber || kind == IdentityNumber
			}
		}
	}
	return rows.Err()
}

func (x *Index) filtersOf(ctx context.Context, person string) ([]filter, error) {
	rows, err := x.db.Query(ctx, `SELECT filter FROM name_filters WHERE person = $1 ORDER BY n`, person)
	if err != nil {
		return nil, fmt.Errorf("search: filters of a person: %w", err)
	}
	defer rows.Close()
	var out []filter
	for rows.Next() {
		var raw []byte
		if err := rows.Scan(&raw); err != nil {
			return nil, fmt.Errorf("search: filters of a person: %w", err)
		}
		f, ok := filterOf(raw)
		if !ok {
			return nil, fmt.Errorf("person %s: %w", person, errFilter)
		}
		out = append(out, f)
	}
	return out, rows.Err()
}
