package evidencefile

import (
	"context"
	"slices"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/inquiry"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/vault"
)

// standing is how somebody stands to a place, as the door is asked about it.
type standing struct {
	policy.Resource
	glass func(compartment string) bool // a break-glass of theirs opens it now
}

func (st *standing) context(compartment string) policy.Context {
	return policy.Context{Compartment: compartment, Glass: st.glass != nil && st.glass(compartment)}
}

// standing describes to the door what a file belongs to. Of a scene those are
// also admitted who have a role at it and are not on the inquiry's team; of a
// case those whose break-glass opens the compartment.
func (f *Files) standing(ctx context.Context, who realm.Actor, p Place) (*standing, error) {
	if p.Case == "" {
		res, err := f.resource(ctx, who, p)
		return &standing{Resource: res}, err
	}
	s, err := f.cases.Load(ctx, p.Case)
	if err != nil || !s.Exists() {
		return &standing{Resource: policy.Resource{Kind: "none"}}, err
	}
	return f.standingAt(who, s), nil
}

func (f *Files) standingAt(who realm.Actor, s *casefile.State) *standing {
	now := f.realm.Now()
	return &standing{s.Resource(now), func(c string) bool { return s.GlassOpens(who.Staff, vault.Compartment(c), now) }}
}

// resource is an inquiry or a scene of it.
func (f *Files) resource(ctx context.Context, who realm.Actor, p Place) (policy.Resource, error) {
	none := policy.Resource{Kind: "none"}
	now := f.realm.Now()
	switch {
	case p.Inquiry != "" && p.Scene != "":
		s, err := f.scenes.Load(ctx, p.Scene)
		if err != nil || s.Inquiry != p.Inquiry {
			return none, err
		}
		return s.Resource(who.Staff, now), nil
	case p.Inquiry != "":
		s, err := f.inquiries.Load(ctx, p.Inquiry)
		if err != nil {
			return none, err
		}
		return s.Resource(who.Staff, now), nil
	}
	return none, nil
}

// admit asks the door. What somebody may not know of is not there: of a file
// in a compartment that is not for the duty nothing is told.
func (f *Files) admit(ctx context.Context, who realm.Actor, do policy.Action, p Place, compartment string) error {
	st, err := f.standing(ctx, who, p)
	if err != nil {
		return err
	}
	c := st.context(compartment)
	if f.realm.Door.Decide(who.Principal, do, st.Resource, c).Allowed {
		return nil
	}
	if do != policy.FileView && f.realm.Door.Decide(who.Principal, policy.FileView, st.Resource, c).Allowed {
		return &problem.Denied{Action: string(do), Rule: "access.duty"}
	}
	return problem.ErrNotFound
}

func (f *Files) may(who realm.Actor, do policy.Action, st *standing, compartment string) bool {
	return f.realm.Door.Decide(who.Principal, do, st.Resource, st.context(compartment)).Allowed
}

// MayAdd names the compartments in which somebody may add files to a place; a
// page offers these.
func (f *Files) MayAdd(ctx context.Context, who realm.Actor, p Place) ([]vault.Compartment, error) {
	st, err := f.standing(ctx, who, p)
	if err != nil {
		return nil, err
	}
	var out []vault.Compartment
	for _, c := range vault.Compartments() {
		if f.may(who, policy.FileAdd, st, string(c)) {
			out = append(out, c)
		}
	}
	return out, nil
}

// MayAddAny tells whether somebody may add a file to a case that was read
// already: the case page asks this each time it is looked at.
func (f *Files) MayAddAny(who realm.Actor, s *casefile.State) bool {
	return f.mayAny(who, policy.FileAdd, s)
}

// mayAny asks the door about each compartment of a case until one is allowed.
func (f *Files) mayAny(who realm.Actor, do policy.Action, s *casefile.State) bool {
	st := f.standingAt(who, s)
	return slices.ContainsFunc(vault.Compartments(), func(c vault.Compartment) bool { return f.may(who, do, st, string(c)) })
}

// AdmitAdd asks the door whether somebody may add any file to a place at all.
func (f *Files) AdmitAdd(ctx context.Context, who realm.Actor, p Place) error {
	parts, err := f.MayAdd(ctx, who, p)
	if err != nil || len(parts) > 0 {
		return err
	}
	if p.Case != "" {
		if _, err := f.cases.Admitted(ctx, who, p.Case, policy.CaseView); err != nil {
			return err
		}
	} else if err := f.admit(ctx, who, policy.FileView, p, string(vault.Inquiry)); err != nil {
		return err
	}
	return &problem.Denied{Action: string(policy.FileAdd), Rule: "access.duty"}
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
	o.Basis = inquiry.BasisTeam
	return o, f.admit(ctx, who, policy.FileOpen, s.File.Place, s.File.Compartment)
}

// recordOf is under which name the openings of a place are recorded: those of
// a case stand with everything else that was opened of it.
func recordOf(p Place) string {
	if p.Case != "" {
		return p.Case
	}
	return inquiry.Subject(p.Inquiry)
}

func timeOf(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
