package accounts

import (
	"context"
	"fmt"

	"rufaa/internal/store"
)

// ChangePassword sets a new password against the old one and ends the
// person's other sessions. A wrong old password is ErrWrongPassword and counts
// towards the lock-out; a locked account gets the same answer.
func (a *Accounts) ChangePassword(ctx context.Context, who Principal, old, password string) error {
	c, err := scanAccount(a.db.QueryRow(ctx, selectStaff+` WHERE s.id = $1`, who.ID))
	if err != nil {
		return err
	}
	if c.Demo() {
		return ErrWrongState // a demonstration's sign-ins are printed on its door
	}
	pw, err := strongPassword(password, knownBy(c.Username, c.Name, c.Agency, c.AgencyName)...)
	if err != nil {
		return err
	}
	if was, ok := normalPassword(old); ok && was == pw {
		return &WeakPassword{SameAsOld}
	}
	right, _, err := a.checkPassword(ctx, c, old)
	if err != nil {
		return err
	}
	hash := ""
	if right {
		if hash, err = a.hasher.hash(ctx, pw); err != nil {
			return err
		}
	}
	return a.setPassword(ctx, who, c, hash)
}

// setPassword writes the new hash, or counts a failure when there is none.
func (a *Accounts) setPassword(ctx context.Context, who Principal, checked *account, hash string) error {
	wrong := false
	err := a.db.Write(ctx, func(tx *store.Tx) error {
		c, err := accountIn(tx, who.ID)
		if err != nil {
			return err
		}
		if hash == "" || c.passwordHash != checked.passwordHash || !c.maySignIn(a.o.Demo) || c.locked(a.now()) {
			wrong = true
			return a.fail(tx, c, byPassword)
		}
		if _, err := tx.Exec(`UPDATE staff SET password_hash = $1, changed_at = $2 WHERE id = $3`, hash, a.now().UnixMilli(), c.ID); err != nil {
			return fmt.Errorf("accounts: change password: %w", err)
		}
		if _, err := a.endSessions(tx, c.ID, who.Session); err != nil {
			return err
		}
		return a.audit(tx, "account.password_changed", who, c.ID)
	})
	if err == nil && wrong {
		err = ErrWrongPassword
	}
	return err
}
