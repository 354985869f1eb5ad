package accounts

import (
	"bytes"
	"context"
	"fmt"

	"rufaa/internal/store"
)

// maxTries is how many wrong codes one half-done sign-in survives.
const maxTries = 5

// proof is a second factor as given, checked as far as is possible without
// the write lane.
type proof struct {
	sealed   string // the secret it was checked against
	step     int64  // of an app's code; 0: none matched
	recovery []byte // keyed hash of a recovery code
}

func (a *Accounts) readProof(ctx context.Context, c *account, code string) (proof, error) {
	p := proof{sealed: c.totpSealed}
	if digits, ok := sixDigits(code); ok && c.totpSealed != "" {
		secret, err := a.o.Unseal(ctx, vaultSubject(c.ID), c.totpSealed)
		if err != nil {
			return p, fmt.Errorf("accounts: open second factor: %w", err)
		}
		p.step, err = totpStep(secret, digits, a.now(), c.totpStep)
		return p, err
	}
	if plain, ok := recoveryCode(code); ok {
		p.recovery = a.recoveryHash(c.ID, plain)
	}
	return p, nil
}

// take accepts a proof once: false when it is wrong, was taken already, or the
// account cannot be entered now.
func (a *Accounts) take(tx *store.Tx, c *account, p proof) (bool, error) {
	now := a.now()
	if c.locked(now) || !c.maySignIn(a.o.Demo) || c.SecondFactor != FactorConfirmed || c.totpSealed != p.sealed {
		return false, nil
	}
	switch {
	case p.step > 0:
		n, err := tx.Exec(`UPDATE staff SET totp_step = $1 WHERE id = $2 AND totp_step < $1`, p.step, c.ID)
		return n == 1, err
	case p.recovery != nil:
		n, err := tx.Exec(`UPDATE recovery_codes SET used_at = $1 WHERE staff = $2 AND hash = $3 AND used_at = 0`,
			now.UnixMilli(), c.ID, bytes.Clone(p.recovery))
		return n == 1, err
	}
	return false, nil
}

func (p proof) kind() string {
	if p.recovery != nil {
		return "recovery-code"
	}
	return "totp"
}

// SecondFactor finishes a sign-in with a code of the app or a recovery code.
// The token given so far ends and a new one is handed out. ErrBadCode tells
// nothing of a lock-out; after five wrong codes the sign-in begins again.
func (a *Accounts) SecondFactor(ctx context.Context, token, code string) (SignedIn, error) {
	hash, ok := parseToken(token)
	if !ok {
		return SignedIn{}, ErrNoSession
	}
	l, err := a.half(a.db.QueryRow(ctx, selectLive, hash[:]), NeedsFactor)
	if err != nil {
		return SignedIn{}, err
	}
	c, err := scanAccount(a.db.QueryRow(ctx, selectStaff+` WHERE s.id = $1`, l.ID))
	if err != nil {
		return SignedIn{}, err
	}
	p, err := a.readProof(ctx, c, code)
	if err != nil {
		return SignedIn{}, err
	}
	f, err := a.freshSession(l.client)
	if err != nil {
		return SignedIn{}, err
	}
	var in SignedIn
	wrong := false
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		l, err := a.half(tx.QueryRow(selectLive, hash[:]), NeedsFactor)
		if err != nil {
			return err
		}
		c, err := accountIn(tx, l.ID)
		if err != nil {
			return err
		}
		taken, err := a.take(tx, c, p)
		if err != nil {
			return fmt.Errorf("accounts: second factor: %w", err)
		}
		if !taken {
			wrong = true
			return a.wrongCode(tx, c, hash[:])
		}
		a.forget(tx)
		if err := dropSession(tx, hash[:]); err != nil {
			return err
		}
		in, err = a.complete(tx, c, f, p.kind())
		return err
	})
	if err == nil && wrong {
		err = ErrBadCode
	}
	return in, err
}

// wrongCode counts against the account and against this half-done sign-in.
func (a *Accounts) wrongCode(tx *store.Tx, c *account, hash []byte) error {
	if err := a.fail(tx, c, byCode); err != nil {
		return err
	}
	if _, err := tx.Exec(`UPDATE sessions SET tries = tries + 1 WHERE token_hash = $1`, hash); err != nil {
		return fmt.Errorf("accounts: count a wrong code: %w", err)
	}
	a.forget(tx)
	_, err := tx.Exec(`UPDATE sessions SET revoked_at = $1 WHERE token_hash = $2 AND tries >= $3`,
		a.now().UnixMilli(), hash, maxTries)
	return err
}

// dropSession removes a half-done session that a full one replaces.
func dropSession(tx *store.Tx, hash []byte) error {
	_, err := tx.Exec(`DELETE FROM sessions WHERE token_hash = $1`, hash)
	return err
}
