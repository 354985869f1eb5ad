package accounts

import (
	"context"
	"fmt"
	"slices"

	"rufaa/internal/store"
	"rufaa/internal/valid"
)

// change runs one change of somebody's account by somebody else. That nobody
// changes their own keeps two pairs of eyes on it, and it means that whoever
// administers is still there afterwards.
func (a *Accounts) change(ctx context.Context, by Principal, staff string, fn func(tx *store.Tx, c *account) error) error {
	if by.ID == staff {
		return ErrOnSelf
	}
	return a.db.Write(ctx, func(tx *store.Tx) error {
		c, err := accountIn(tx, staff)
		if err != nil {
			return err
		}
		a.forget(tx)
		return fn(tx, c)
	})
}

func (a *Accounts) setState(tx *store.Tx, c *account, to State, from ...State) error {
	if !slices.Contains(from, c.State) {
		return ErrWrongState
	}
	_, err := tx.Exec(`UPDATE staff SET state = $1, changed_at = $2 WHERE id = $3`, string(to), a.now().UnixMilli(), c.ID)
	if err != nil {
		return fmt.Errorf("accounts: change state: %w", err)
	}
	return nil
}

// Suspend shuts an active account until Resume and ends its sessions.
func (a *Accounts) Suspend(ctx context.Context, by Principal, staff string) error {
	return a.change(ctx, by, staff, func(tx *store.Tx, c *account) error { return a.suspend(tx, by, c) })
}

func (a *Accounts) suspend(tx *store.Tx, by Principal, c *account) error {
	if err := a.setState(tx, c, Suspended, Active); err != nil {
		return err
	}
	if err := a.shut(tx, c); err != nil {
		return err
	}
	return a.audit(tx, "account.suspended", by, c.ID)
}

// Resume opens a suspended account again. Whoever was given a new password
// meanwhile needs a new link.
func (a *Accounts) Resume(ctx context.Context, by Principal, staff string) error {
	return a.change(ctx, by, staff, func(tx *store.Tx, c *account) error {
		if err := a.setState(tx, c, Active, Suspended); err != nil {
			return err
		}
		return a.audit(tx, "account.resumed", by, staff)
	})
}

// Leave closes an account for good: sessions, links, password, second factor,
// passkeys, the link to the agency's sign-on and contact details go at once.
// ErrLastAdministrator until somebody else of the agency is one. Name and user name stay, because the record
// speaks of them.
func (a *Accounts) Leave(ctx context.Context, by Principal, staff string) error {
	return a.change(ctx, by, staff, func(tx *store.Tx, c *account) error {
		if err := a.keepAnAdministrator(tx, c); err != nil {
			return err
		}
		if err := a.setState(tx, c, Left, Invited, Active, Suspended); err != nil {
			return err
		}
		if err := a.shut(tx, c); err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE staff SET password_hash = '', totp_sealed = '', second_factor = $1, email = '', phone = '', number = ''
			WHERE id = $2`, string(factorAfter(c)), staff); err != nil {
			return fmt.Errorf("accounts: leave: %w", err)
		}
		if err := dropRecoveryCodes(tx, staff); err != nil {
			return err
		}
		if err := dropKeys(tx, staff); err != nil {
			return err
		}
		if _, err := dropDelegate(tx, staff); err != nil {
			return err
		}
		return a.audit(tx, "account.left", by, staff)
	})
}

// factorAfter keeps a demonstration account recognisable as one.
func factorAfter(c *account) Factor {
	if c.Demo() {
		return FactorWaived
	}
	return FactorNone
}

// shut ends what lets somebody in.
func (a *Accounts) shut(tx *store.Tx, c *account) error {
	if _, err := a.endSessions(tx, c.ID, ""); err != nil {
		return err
	}
	return endLinks(tx, c.ID, a.now())
}

// SetDuties gives somebody other duties, at least one. A session that acts in
// a duty taken away acts in none until another is chosen.
func (a *Accounts) SetDuties(ctx context.Context, by Principal, staff string, duties []Duty) error {
	v := valid.New(a.now())
	a.checkDuties(v, duties)
	if err := v.Err(); err != nil {
		return err
	}
	return a.change(ctx, by, staff, func(tx *store.Tx, c *account) error {
		if c.State == Left {
			return ErrWrongState
		}
		if err := mayGive(tx, by, c.Agency, c.Duties, duties); err != nil {
			return err
		}
		if !slices.Contains(duties, Administrator) {
			if err := a.keepAnAdministrator(tx, c); err != nil {
				return err
			}
		}
		if _, err := tx.Exec(`UPDATE staff SET duties = $1, changed_at = $2 WHERE id = $3`,
			encodeDuties(duties), a.now().UnixMilli(), staff); err != nil {
			return fmt.Errorf("accounts: set duties: %w", err)
		}
		return a.audit(tx, "account.duties_changed", by, staff, "before", joinDuties(c.Duties), "duties", joinDuties(duties))
	})
}

// ResetSecondFactor is for a lost phone: the old app, recovery codes and all
// passkeys work no more, sessions end, and the next sign-in sets up a new one. Until then
// the password alone opens the account, so make sure who asks.
func (a *Accounts) ResetSecondFactor(ctx context.Context, by Principal, staff string) error {
	return a.change(ctx, by, staff, func(tx *store.Tx, c *account) error {
		if c.State != Active || c.Demo() {
			return ErrWrongState
		}
		if _, err := tx.Exec(`UPDATE staff SET second_factor = 'none', totp_sealed = '', totp_step = 0, changed_at = $1
			WHERE id = $2`, a.now().UnixMilli(), staff); err != nil {
			return fmt.Errorf("accounts: reset second factor: %w", err)
		}
		if err := dropRecoveryCodes(tx, staff); err != nil {
			return err
		}
		if _, err := tx.Exec(`DELETE FROM passkeys WHERE staff = $1`, staff); err != nil {
			return fmt.Errorf("accounts: reset second factor: %w", err)
		}
		if _, err := a.endSessions(tx, staff, ""); err != nil {
			return err
		}
		return a.audit(tx, "account.second_factor_reset", by, staff)
	})
}

// Unlock ends a lock-out before its time. The holder is still told of the
// failed attempts.
func (a *Accounts) Unlock(ctx context.Context, by Principal, staff string) error {
	return a.change(ctx, by, staff, func(tx *store.Tx, c *account) error {
		if _, err := tx.Exec(`UPDATE staff SET failed = 0, locked_until = 0 WHERE id = $1`, staff); err != nil {
			return fmt.Errorf("accounts: unlock: %w", err)
		}
		return a.audit(tx, "account.unlocked", by, staff)
	})
}

// SetLanguage changes the language in which somebody is spoken to.
func (a *Accounts) SetLanguage(ctx context.Context, who Principal, language string) error {
	if !validLanguage(language) {
		v := valid.New(a.now())
		v.Add("language", "common.error.unknown_term")
		return v.Err()
	}
	return a.db.Write(ctx, func(tx *store.Tx) error {
		a.forget(tx)
		_, err := tx.Exec(`UPDATE staff SET language = $1 WHERE id = $2`, language, who.ID)
		return err
	})
}
