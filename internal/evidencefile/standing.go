package evidencefile

import (
	"context"
	"time"

	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/vault"
)

// Inquiries is what the room asks of the room of inquiries.
type Inquiries interface {
	// Resource describes an inquiry to the door as one person stands to it; of
	// kind "none" when there is none.
	Resource(ctx context.Context, staff, id string) (policy.Resource, error)
	// Scene tells whether a scene belongs to the inquiry, whether it is about
	// sexual exploitation of children, and when its log begins.
	Scene(ctx context.Context, inquiry, scene string) (ok, cse bool, from time.Time, err error)
}

// BasisTeam is the ground in the record when a file of an inquiry is opened.
const BasisTeam = "team"

// resource describes what a file belongs to, and which action lets somebody
// know of the whole.
func (f *Files) resource(ctx context.Context, who realm.Actor, p Place) (policy.Resource, policy.Action, error) {
	switch {
	case p.Case != "":
		s, err := f.cases.Load(ctx, p.Case)
		if err != nil || !s.Exists() {
			return policy.Resource{Kind: "none"}, policy.CaseView, err
		}
		return s.Resource(f.realm.Now()), policy.CaseView, nil
	case p.Inquiry != "" && f.inquiries != nil:
		r, err := f.inquiries.Resource(ctx, who.Staff, p.Inquiry)
		return r, policy.FileView, err
	}
	return policy.Resource{Kind: "none"}, policy.FileView, nil
}

// admit asks the door. What somebody may not know of is not there: of a file
// in a compartment that is not for the duty nothing is told.
func (f *Files) admit(ctx context.Context, who realm.Actor, do policy.Action, p Place, compartment string) error {
	res, _, err := f.resource(ctx, who, p)
	if err != nil {
		return err
	}
	c := policy.Context{Compartment: compartment}
	if f.realm.Door.Decide(who.Principal, do, res, c).Allowed {
		return nil
	}
	if do != policy.FileView && f.realm.Door.Decide(who.Principal, policy.FileView, res, c).Allowed {
		return &problem.Denied{Action: string(do), Rule: "access.duty"}
	}
	return problem.ErrNotFound
}

func (f *Files) may(ctx context.Context, who realm.Actor, do policy.Action, p Place, compartment string) (bool, error) {
	res, _, err := f.resource(ctx, who, p)
	return err == nil && f.realm.Door.Decide(who.Principal, do, res, policy.Context{Compartment: compartment}).Allowed, err
}

// MayAdd names the compartments in which somebody may add files to a place; a
// page offers these.
func (f *Files) MayAdd(ctx context.Context, who realm.Actor, p Place) ([]vault.Compartment, error) {
	var out []vault.Compartment
	for _, c := range vault.Compartments() {
		ok, err := f.may(ctx, who, policy.FileAdd, p, string(c))
		if err != nil {
			return nil, err
		}
		if ok {
			out = append(out, c)
		}
	}
	return out, nil
}

// ground finds on what a file may be opened for a purpose, and asks the door:
// of a case the grounds of its compartment hold, of an inquiry being on its
// team.
func (f *Files) ground(ctx context.Context, who realm.Actor, s *State, purpose string) (vault.Opening, error) {
	o := vault.Opening{Actor: who.Staff, Agency: who.Agency, Duty: who.Duty, Device: who.Device, Purpose: purpose, Case: recordOf(s.File.Place)}
	if s.File.Case != "" {
		basis, glass, err := f.cases.GroundFor(ctx, who, s.File.Case, vault.Compartment(s.File.Compartment), purpose)
		o.Basis, o.BreakGlass = basis, glass
		return o, err
	}
	if _, ok := f.realm.Content.Term("purposes", purpose); !ok {
		return o, &problem.Invalid{Fields: []problem.Field{{Name: "purpose", Key: "common.error.choose"}}}
	}
	o.Basis = BasisTeam
	return o, f.admit(ctx, who, policy.FileOpen, s.File.Place, s.File.Compartment)
}

// recordOf is under which name the openings of a place are recorded: those of
// a case stand with everything else that was opened of it.
func recordOf(p Place) string {
	if p.Case != "" {
		return p.Case
	}
	return p.Key()
}

func timeOf(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
