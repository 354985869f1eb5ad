package accounts

import (
	"context"

	"rufaa/internal/store"
)

// Confirm has somebody who is signed in show anew who they are, before an act
// that carries their name: by their password or, where the account has none,
// by a code of their second factor. It tells which. A wrong one counts towards
// the lock-out and gives ErrWrongPassword or ErrBadCode.
func (a *Accounts) Confirm(ctx context.Context, staff, password, code string) (how string, err error) {
	c, err := scanAccount(a.db.QueryRow(ctx, selectStaff+` WHERE s.id = $1`, staff))
	if err != nil {
		return "", err
	}
	if c.passwordHash == "" {
		return "code", a.freshFactor(ctx, c, code)
	}
	right, _, err := a.checkPassword(ctx, c, password)
	if err != nil {
		return "", err
	}
	if right && c.maySignIn(a.o.Demo) && !c.locked(a.now()) {
		return "password", nil
	}
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		c, err := accountIn(tx, staff)
		if err != nil {
			return err
		}
		return a.fail(tx, c, byPassword)
	})
	if err == nil {
		err = ErrWrongPassword
	}
	return "", err
}
