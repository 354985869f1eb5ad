package accounts

import (
	"context"
	"fmt"

	"rufaa/internal/store"
)

// Accept uses a link: it sets the password and begins the sign-in of the
// device. A new colleague goes on with Enrolment and ConfirmSecondFactor,
// somebody with a new password with SecondFactor. *WeakPassword leaves the
// link unused.
func (a *Accounts) Accept(ctx context.Context, token, password string, on Client) (SignedIn, error) {
	var c *account
	err := a.db.View(ctx, func(tx *store.Tx) (err error) {
		var l openLink
		if l, c, err = a.openLink(tx, token); err == nil && l.reason == linkSignOn {
			err = ErrInvitation // it opens the way through the agency's sign-on alone
		}
		return err
	})
	if err != nil {
		return SignedIn{}, err
	}
	pw, err := strongPassword(password, knownBy(c.Username, c.Name, c.Agency, c.AgencyName)...)
	if err != nil {
		return SignedIn{}, err
	}
	hash, err := a.hasher.hash(ctx, pw)
	if err != nil {
		return SignedIn{}, err
	}
	fresh, err := a.freshSession(on)
	if err != nil {
		return SignedIn{}, err
	}
	var in SignedIn
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		l, c, err := a.openLink(tx, token) // again: it works once
		if err != nil {
			return err
		}
		if err := a.useLink(tx, l, c, hash); err != nil {
			return err
		}
		in, err = a.beginSession(tx, c, fresh)
		return err
	})
	return in, err
}

func (a *Accounts) useLink(tx *store.Tx, l openLink, c *account, hash string) error {
	now := a.now().UnixMilli()
	if _, err := tx.Exec(`UPDATE invitations SET used_at = $1 WHERE token_hash = $2`, now, l.hash); err != nil {
		return fmt.Errorf("accounts: use invitation: %w", err)
	}
	// Whoever reaches a new password by link was checked by a person: the
	// lock-out of earlier guesses ends with it.
	if _, err := tx.Exec(`UPDATE staff SET password_hash = $1, state = 'active', failed = 0, locked_until = 0, changed_at = $2
		WHERE id = $3`, hash, now, c.ID); err != nil {
		return fmt.Errorf("accounts: set password: %w", err)
	}
	kind := "account.joined"
	if l.reason == linkReset {
		kind = "account.password_changed"
	}
	c.State = Active
	return a.audit(tx, kind, c.self(), c.ID, "agency", c.Agency)
}

// self is the person acting on the own account before any duty is chosen.
func (c *account) self() Principal {
	return Principal{ID: c.ID, Agency: c.Agency, Duty: oneDuty(c.Duties, "")}
}
