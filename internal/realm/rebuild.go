package realm

import (
	"context"
	"fmt"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/store"
)

func principal(staff, agency, duty string) policy.Principal {
	return policy.Principal{Staff: staff, Agency: agency, Duty: duty}
}

// Rebuild throws every read model away and folds it again from the ledger, in
// one transaction: readers see the old models until the new ones stand.
// Search tokens are not in the ledger, so that they can be forgotten; they are
// left as they are.
func (r *Realm) Rebuild(ctx context.Context) (events int64, err error) {
	err = r.Store.WriteLarge(ctx, func(tx *store.Tx) error {
		for _, p := range r.projections {
			if err := p.Reset(tx); err != nil {
				return fmt.Errorf("realm: rebuild: %w", err)
			}
		}
		return r.Ledger.EachIn(tx, 0, func(e ledger.Event) error {
			events++
			return r.project(tx, []ledger.Event{e})
		})
	})
	return events, err
}
