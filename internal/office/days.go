package office

import (
	"context"
	"errors"
	"slices"

	"rufaa/internal/accounts"
	"rufaa/internal/diary"
	"rufaa/internal/problem"
)

// feedOwner tells whether the owner of a calendar's address still has the
// account, agency and duty that it was made with.
func (of *Office) feedOwner(ctx context.Context, staff, agency, duty string) (diary.Person, error) {
	s, err := of.Accounts.Staff(ctx, staff)
	if errors.Is(err, problem.ErrNotFound) {
		return diary.Person{}, nil
	}
	if err != nil {
		return diary.Person{}, err
	}
	active := s.State == accounts.Active && s.Agency == agency && of.AgencyExists(agency) && slices.Contains(s.Duties, accounts.Duty(duty))
	return diary.Person{Language: s.Language, Active: active}, nil
}
