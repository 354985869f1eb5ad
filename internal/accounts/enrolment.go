package accounts

import (
	"context"
	"fmt"

	"rufaa/internal/store"
)

// Enrolment is what somebody needs to set up an authenticator app: the URL as
// a picture to scan, the secret to type.
type Enrolment struct {
	Secret string // base32
	URL    string // otpauth://totp/…
}

// Enrolment gives the secret of a sign-in at stage NeedsToEnrol. It stays the
// same until it is confirmed, so that loading the page again does not spoil
// what was scanned.
func (a *Accounts) Enrolment(ctx context.Context, token string) (Enrolment, error) {
	hash, ok := parseToken(token)
	if !ok {
		return Enrolment{}, ErrNoSession
	}
	l, err := a.half(a.db.QueryRow(ctx, selectLive, hash[:]), NeedsToEnrol)
	if err != nil {
		return Enrolment{}, err
	}
	secret, err := a.pendingSecret(ctx, l)
	if err != nil {
		return Enrolment{}, err
	}
	return Enrolment{Secret: secret, URL: totpURL(a.o.Realm, l.Username, secret)}, nil
}

// pendingSecret opens the secret that was begun, or begins one. Should two
// pages ask at once, the one that comes second gets the first one's.
func (a *Accounts) pendingSecret(ctx context.Context, l *live) (string, error) {
	c, err := scanAccount(a.db.QueryRow(ctx, selectStaff+` WHERE s.id = $1`, l.ID))
	if err != nil {
		return "", err
	}
	if c.SecondFactor == FactorNone {
		secret, err := a.newSecret()
		if err != nil {
			return "", err
		}
		sealed, err := a.o.Seal(ctx, vaultSubject(c.ID), secret)
		if err != nil {
			return "", fmt.Errorf("accounts: seal second factor: %w", err)
		}
		begun := false
		err = a.db.Write(ctx, func(tx *store.Tx) error {
			n, err := tx.Exec(`UPDATE staff SET second_factor = 'enrolling', totp_sealed = $1, totp_step = 0
				WHERE id = $2 AND second_factor = 'none' AND state = 'active'`, sealed, c.ID)
			begun = n == 1
			return err
		})
		if err != nil {
			return "", fmt.Errorf("accounts: begin second factor: %w", err)
		}
		if begun {
			return secret, nil
		}
		if c, err = scanAccount(a.db.QueryRow(ctx, selectStaff+` WHERE s.id = $1`, l.ID)); err != nil {
			return "", err
		}
	}
	if c.SecondFactor != FactorEnrolling {
		return "", ErrWrongState
	}
	secret, err := a.o.Unseal(ctx, vaultSubject(c.ID), c.totpSealed)
	if err != nil {
		return "", fmt.Errorf("accounts: open second factor: %w", err)
	}
	return secret, nil
}

// ConfirmSecondFactor takes the app's first code, finishes the sign-in and
// gives ten recovery codes, shown this once. A wrong code may be tried again:
// whoever has the secret on the screen has nothing to guess.
func (a *Accounts) ConfirmSecondFactor(ctx context.Context, token, code string) (SignedIn, []string, error) {
	hash, ok := parseToken(token)
	if !ok {
		return SignedIn{}, nil, ErrNoSession
	}
	l, err := a.half(a.db.QueryRow(ctx, selectLive, hash[:]), NeedsToEnrol)
	if err != nil {
		return SignedIn{}, nil, err
	}
	c, err := scanAccount(a.db.QueryRow(ctx, selectStaff+` WHERE s.id = $1`, l.ID))
	if err != nil {
		return SignedIn{}, nil, err
	}
	if c.SecondFactor != FactorEnrolling {
		return SignedIn{}, nil, ErrEnrolmentNeeded
	}
	p, err := a.readProof(ctx, c, code)
	if err != nil {
		return SignedIn{}, nil, err
	}
	if p.step == 0 {
		return SignedIn{}, nil, ErrBadCode
	}
	f, err := a.freshSession(l.client)
	if err != nil {
		return SignedIn{}, nil, err
	}
	codes, hashes, err := a.newRecoveryCodes(c.ID)
	if err != nil {
		return SignedIn{}, nil, err
	}
	var in SignedIn
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		if _, err := a.half(tx.QueryRow(selectLive, hash[:]), NeedsToEnrol); err != nil {
			return err
		}
		c, err := accountIn(tx, l.ID)
		if err != nil {
			return err
		}
		if c.SecondFactor != FactorEnrolling || c.totpSealed != p.sealed {
			return ErrEnrolmentNeeded
		}
		if err := a.confirm(tx, c, p, hashes); err != nil {
			return err
		}
		a.forget(tx)
		if err := dropSession(tx, hash[:]); err != nil {
			return err
		}
		in, err = a.complete(tx, c, f, p.kind())
		return err
	})
	if err != nil {
		return SignedIn{}, nil, err
	}
	return in, codes, nil
}

func (a *Accounts) confirm(tx *store.Tx, c *account, p proof, recovery [][]byte) error {
	if _, err := tx.Exec(`UPDATE staff SET second_factor = 'confirmed', totp_step = $1, changed_at = $2 WHERE id = $3`,
		p.step, a.now().UnixMilli(), c.ID); err != nil {
		return fmt.Errorf("accounts: confirm second factor: %w", err)
	}
	// Another device of the same person may stand before the same page; it
	// signs in with a code like everybody.
	if _, err := tx.Exec(`UPDATE sessions SET stage = $1 WHERE staff = $2 AND stage = $3`,
		string(NeedsFactor), c.ID, string(NeedsToEnrol)); err != nil {
		return fmt.Errorf("accounts: confirm second factor: %w", err)
	}
	if err := keepRecoveryCodes(tx, c.ID, recovery); err != nil {
		return err
	}
	return a.audit(tx, "account.second_factor_confirmed", c.self(), c.ID)
}
