package office

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"rufaa/internal/accounts"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
)

// A name somebody changed is seen everywhere a minute later, also by servers
// that did not take the change. Names decide nothing.
const (
	nameStays  = time.Minute
	peopleKept = 10_000
)

// StaffNames gives the names of members of staff for pages. Ids that are
// nobody's have an empty name.
func (of *Office) StaffNames(ctx context.Context, ids ...string) (map[string]string, error) {
	out := make(map[string]string, len(ids))
	var ask []string
	for _, id := range ids {
		if name, ok := of.people.Get(id); ok {
			out[id] = name
		} else {
			ask = append(ask, id)
		}
	}
	if len(ask) == 0 {
		return out, nil
	}
	found, err := of.Accounts.Lookup(ctx, ask...)
	for id, s := range found {
		out[id] = s.Name
		of.people.Add(id, s.Name)
	}
	return out, err
}

// managersOf gives an agency's case managers by user name.
func (of *Office) managersOf(ctx context.Context, agency string) (map[string]string, error) {
	list, err := of.Accounts.Colleagues(ctx, agency, accounts.CaseManager)
	out := make(map[string]string, len(list))
	for _, s := range list {
		out[s.Username] = s.ID
	}
	return out, err
}

// agencyNames keeps the names of agencies in memory: every list shows them.
type agencyNames struct {
	mu      sync.RWMutex
	by      map[string]accounts.Agency
	edition uint64 // counts how often they were read
}

func (of *Office) startAgencies(ctx context.Context) error {
	var start []accounts.Agency
	for _, a := range of.Content.Agencies() {
		start = append(start, accounts.Agency{ID: a.ID, Name: a.Name, Kind: a.Kind, County: a.County})
	}
	if _, err := of.Accounts.EnsureAgencies(ctx, accounts.System, start); err != nil {
		return fmt.Errorf("office: agencies: %w", err)
	}
	return of.ReloadAgencies(ctx)
}

// ReloadAgencies reads the agencies again, after one was added or closed.
func (of *Office) ReloadAgencies(ctx context.Context) error {
	all, err := of.Accounts.Agencies(ctx)
	if err != nil {
		return err
	}
	by := make(map[string]accounts.Agency, len(all))
	for _, a := range all {
		by[a.ID] = a
	}
	of.agencies.mu.Lock()
	of.agencies.by = by
	of.agencies.edition++
	of.agencies.mu.Unlock()
	return nil
}

// AgencyName is the name of an agency, or its id where there is none.
func (of *Office) AgencyName(id string) string {
	of.agencies.mu.RLock()
	defer of.agencies.mu.RUnlock()
	if a, ok := of.agencies.by[id]; ok {
		return a.Name
	}
	return id
}

// AgenciesEdition changes whenever the names of agencies are read again.
func (of *Office) AgenciesEdition() uint64 {
	of.agencies.mu.RLock()
	defer of.agencies.mu.RUnlock()
	return of.agencies.edition
}

// AgencyExists tells whether an agency takes part.
func (of *Office) AgencyExists(id string) bool {
	of.agencies.mu.RLock()
	defer of.agencies.mu.RUnlock()
	a, ok := of.agencies.by[id]
	return ok && !a.Closed
}

// everybody gives who is active, once for each duty, to count over.
func (of *Office) everybody(ctx context.Context) ([]policy.Principal, error) {
	agencies, err := of.Accounts.Agencies(ctx)
	if err != nil {
		return nil, err
	}
	var out []policy.Principal
	for _, a := range agencies {
		staff, err := of.Accounts.StaffOf(ctx, a.ID)
		if err != nil {
			return nil, err
		}
		for _, s := range staff {
			if s.State != accounts.Active {
				continue
			}
			for _, d := range s.Duties {
				out = append(out, policy.Principal{Staff: s.ID, Agency: s.Agency, Duty: string(d)})
			}
		}
	}
	return out, nil
}

// works tells whether somebody can act now: nobody of a closed agency can.
func (of *Office) works(s accounts.Staff) bool {
	return s.State == accounts.Active && of.AgencyExists(s.Agency)
}

func (of *Office) agencyOf(ctx context.Context, staff string) string {
	s, err := of.Accounts.Staff(ctx, staff)
	if err != nil || !of.works(s) {
		return ""
	}
	return s.Agency
}

// dutiesOf are the duties that an active member of staff may act in.
func (of *Office) dutiesOf(ctx context.Context, staff string) []string {
	s, err := of.Accounts.Staff(ctx, staff)
	if err != nil || !of.works(s) {
		return nil
	}
	return namesOf(s.Duties)
}

func namesOf(duties []accounts.Duty) []string {
	out := make([]string, len(duties))
	for i, d := range duties {
		out[i] = string(d)
	}
	return out
}

// staffBy finds an active member of staff by id, or by the name they sign in with.
func (of *Office) staffBy(ctx context.Context, name string) (id, agency string, duties []string, err error) {
	s, err := of.Accounts.Staff(ctx, name)
	if errors.Is(err, problem.ErrNotFound) {
		s, err = of.Accounts.StaffByUsername(ctx, name)
	}
	switch {
	case errors.Is(err, problem.ErrNotFound):
		return "", "", nil, nil
	case err != nil:
		return "", "", nil, err
	case !of.works(s):
		return "", "", nil, nil
	}
	return s.ID, s.Agency, namesOf(s.Duties), nil
}

// agencyKind is the kind of an agency (vocabulary agency-kinds); "" is unknown.
func (of *Office) agencyKind(id string) string {
	of.agencies.mu.RLock()
	defer of.agencies.mu.RUnlock()
	return of.agencies.by[id].Kind
}
