package referral

import (
	"context"
	"errors"
	"slices"

	"rufaa/internal/casefile"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// Together says in an offer that the family comes along.
const Together = "together"

// lodging are the services that decide where somebody lives: for these, people
// who belong together are not parted without a reason that is kept.
//
// Source: CRC arts. 9 and 20(3); Children Act 2022 s.8 (best interests);
// Rufaa's own rule for brothers and sisters.
var lodging = []string{"shelter", "return", "resettlement", "rent"}

func lodges(service string) bool { return slices.Contains(lodging, service) }

// BelongingTo is how the room learns which other cases belong together with
// one; without it every person stands alone.
func (r *Referrals) BelongingTo(fn func(ctx context.Context, caseID string) ([]string, error)) {
	r.family = fn
}

// Parts tells whether a case's person belongs together with others: an offer of
// a place to live asks about them then, and pages show the question.
func (r *Referrals) Parts(ctx context.Context, caseID string) (bool, error) {
	open, err := r.openFamily(ctx, caseID)
	return len(open) > 0, err
}

// openFamily gives the cases of the family, besides the own, that are open.
func (r *Referrals) openFamily(ctx context.Context, caseID string) ([]*casefile.State, error) {
	if r.family == nil {
		return nil, nil
	}
	ids, err := r.family(ctx, caseID)
	if err != nil {
		return nil, err
	}
	var out []*casefile.State
	for _, id := range ids {
		s, err := r.cases.Load(ctx, id)
		if err != nil {
			return nil, err
		}
		if s.Exists() && s.Closure == nil {
			out = append(out, s)
		}
	}
	return out, nil
}

// keptTogether holds the rule, and gives how many of the family come along.
func (r *Referrals) keptTogether(ctx context.Context, s *casefile.State, o *Offer, service string) (int, error) {
	if !lodges(service) {
		return 0, nil
	}
	open, err := r.openFamily(ctx, s.ID)
	switch {
	case err != nil || len(open) == 0:
		return 0, err
	case o.Family == "":
		return 0, problem.Refuse("referral.family-together", "count", len(open))
	case o.Family != Together:
		return 0, nil
	}
	for _, m := range open {
		for _, ref := range m.Referrals {
			if under(ref.State) && lodges(ref.Service) && ref.To != o.To {
				return 0, problem.Refuse("referral.family-elsewhere", "case", m.Ref)
			}
		}
	}
	return len(open), nil
}

// under tells whether a referral is on its way or at work.
func under(state string) bool {
	return state == "sent" || state == "accepted" || state == "started"
}

// Kin is a referral of the same family to the same agency.
type Kin struct {
	ID     string `json:"id"`
	Ref    string `json:"reference"`
	Status string `json:"status"`
}

// KinOf gives the referrals that belong together with one, as far as the reader
// may see each: of the same family, to the same agency, for a place to live.
func (r *Referrals) KinOf(ctx context.Context, who realm.Actor, s *State) ([]Kin, error) {
	if s.Family != Together {
		return nil, nil
	}
	open, err := r.openFamily(ctx, s.Case)
	if err != nil {
		return nil, err
	}
	var out []Kin
	for _, m := range open {
		for _, ref := range m.Referrals {
			if ref.To != s.To || !lodges(ref.Service) {
				continue
			}
			if _, err := r.View(ctx, who, ref.ID); err != nil {
				if errors.Is(err, problem.ErrNotFound) || errors.As(err, new(*problem.Denied)) {
					continue
				}
				return nil, err
			}
			out = append(out, Kin{ref.ID, m.Ref, ref.State})
		}
	}
	return out, nil
}
