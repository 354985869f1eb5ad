package office

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"rufaa/internal/accounts"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
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
	if err := of.forgetLeft(context.WithoutCancel(ctx)); err != nil {
		of.Log.Error("forgetting who left", "realm", of.Name, "error", err.Error())
	}
	return nil
}

// forgetLeft destroys what was kept for those who left and for nobody else: where
// they are reached, their calendar's address, their searches and filters. What
// they shared stays with their colleagues. It may be repeated.
func (of *Office) forgetLeft(ctx context.Context) error {
	const left = ` WHERE staff IN (SELECT id FROM staff WHERE state = 'left')`
	return of.Store.Write(ctx, func(tx *store.Tx) error {
		for _, kept := range []string{`DELETE FROM notice_settings` + left, `DELETE FROM notice_addresses` + left, `DELETE FROM calendar_feeds` + left,
			`DELETE FROM kept_lists` + left + ` AND shared = 0`} {
			if _, err := tx.Exec(kept); err != nil {
				return fmt.Errorf("office: what is kept of who left: %w", err)
			}
		}
		return nil
	})
}

// CloseAgency ends an agency's part: nobody of it signs in, and no panel waits for
// its people. The open cases that it answers for are handed over first, or nobody
// would see them any more.
func (of *Office) CloseAgency(ctx context.Context, by accounts.Principal, id string) error {
	switch held, err := of.Cases.HeldBy(ctx, id); {
	case err != nil:
		return err
	case held > 0 && by.Agency != id:
		return problem.Refuse("agency.cases-first", "count", held)
	}
	if err := of.Accounts.CloseAgency(ctx, by, id); err != nil {
		return err
	}
	if err := of.ReloadAgencies(ctx); err != nil {
		return err
	}
	if err := of.departed(context.WithoutCancel(ctx)); err != nil { // the clockwork ends it
		of.Log.Error("off the panels after an agency closed", "realm", of.Name, "error", err.Error())
	}
	return nil
}

// ReopenAgency undoes CloseAgency; who was taken off a panel is not put back.
func (of *Office) ReopenAgency(ctx context.Context, by accounts.Principal, id string) error {
	if err := of.Accounts.ReopenAgency(ctx, by, id); err != nil {
		return err
	}
	return of.ReloadAgencies(ctx)
}

// departed takes everybody who left, or was moved, but still stands on a team of
// before, off it.
func (of *Office) departed(ctx context.Context) error {
	ids, err := of.Cases.OnTeams(ctx)
	if err != nil {
		return err
	}
	inquiring, err := of.Inquiries.OnTeams(ctx)
	if err != nil {
		return err
	}
	awaited, err := of.Cases.OnPanels(ctx)
	if err != nil {
		return err
	}
	if ids = slices.Concat(ids, inquiring, awaited); len(ids) == 0 {
		return nil
	}
	people, err := of.Accounts.Lookup(ctx, ids...)
	if err != nil {
		return err
	}
	for _, id := range ids {
		if p, known := people[id]; known {
			if err := of.offTeams(ctx, p); err != nil {
				return err
			}
			if !of.AgencyExists(p.Agency) { // the agency may come back; no panel waits for that
				if err := of.Cases.Unseat(ctx, keeper, p.ID); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// offTeams takes somebody off the teams on which they have no place any more:
// who is gone off all, who was moved to another team of an exercise off those
// of the team before.
func (of *Office) offTeams(ctx context.Context, p accounts.Staff) error {
	switch {
	case of.gone(p):
		return errors.Join(of.Cases.Depart(ctx, keeper, p.ID), of.Inquiries.Depart(ctx, keeper, p.ID))
	case of.Kind == realm.Exercise && ofExercises(p.Agency):
		return errors.Join(of.Cases.DepartOthers(ctx, keeper, p.ID, p.Agency), of.Inquiries.DepartOthers(ctx, keeper, p.ID, p.Agency))
	}
	return nil
}

// gone tells whether somebody works here no more. In an exercise whoever left
// play is suspended, until the next one.
func (of *Office) gone(p accounts.Staff) bool {
	return p.State == accounts.Left || p.State == accounts.Suspended && of.Kind == realm.Exercise
}
