package office

import (
	"context"

	"rufaa/internal/accounts"
	"rufaa/internal/realm"
)

// Leave closes somebody's account for good and takes them off every team. The
// account is shut first, at once; should the second part be cut off, the
// clockwork ends it.
func (of *Office) Leave(ctx context.Context, by accounts.Principal, staff string) error {
	if err := of.Accounts.Leave(ctx, by, staff); err != nil {
		return err
	}
	if err := of.Cases.Depart(context.WithoutCancel(ctx), keeper, staff); err != nil {
		of.Log.Error("off the teams after leaving", "realm", of.Name, "error", err.Error())
	}
	if err := of.Inquiries.Depart(context.WithoutCancel(ctx), keeper, staff); err != nil {
		of.Log.Error("off the inquiries after leaving", "realm", of.Name, "error", err.Error())
	}
	return nil
}

// departed takes everybody who left, but still stands on a team, off it.
func (of *Office) departed(ctx context.Context) error {
	ids, err := of.Cases.OnTeams(ctx)
	if err != nil {
		return err
	}
	inquiring, err := of.Inquiries.OnTeams(ctx)
	if err != nil {
		return err
	}
	if ids = append(ids, inquiring...); len(ids) == 0 {
		return nil
	}
	people, err := of.Accounts.Lookup(ctx, ids...)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if p, known := people[id]; known && of.gone(p) {
			if err := of.Cases.Depart(ctx, keeper, id); err != nil {
				return err
			}
			if err := of.Inquiries.Depart(ctx, keeper, id); err != nil {
				return err
			}
		}
	}
	return nil
}

// gone tells whether somebody works here no more. In an exercise whoever left
// play is suspended, until the next one.
func (of *Office) gone(p accounts.Staff) bool {
	return p.State == accounts.Left || p.State == accounts.Suspended && of.Kind == realm.Exercise
}
