package accounts

import (
	"context"
	"errors"
	"fmt"
	"time"

	"rufaa/internal/problem"
	"rufaa/internal/store"
)

// SignedIn is what a step of a sign-in gives its caller.
type SignedIn struct {
	Token    string // belongs in the cookie or answer, nowhere else
	Session  string // id of the session
	Staff    string
	Stage    Stage // what Token is good for
	Expires  time.Time
	Language string

	NeedsDuty bool // several duties and none chosen: ChooseDuty comes next
	// Missed tells the holder how many sign-ins failed since the last good one,
	// and when the last of them was; zero in a half-done sign-in.
	Missed   int
	MissedAt time.Time
}

// NeedsSecondFactor says that SecondFactor comes next.
func (s SignedIn) NeedsSecondFactor() bool { return s.Stage == NeedsFactor }

// NeedsPromise says that AcceptConduct comes next.
func (s SignedIn) NeedsPromise() bool { return s.Stage == NeedsConduct }

// NeedsEnrolment says that Enrolment and ConfirmSecondFactor come next.
func (s SignedIn) NeedsEnrolment() bool { return s.Stage == NeedsToEnrol }

// SignIn checks a password. ErrBadCredentials covers all that a stranger may
// not tell apart; *TooManyTries is about the address alone and ErrBusy about
// the server.
func (a *Accounts) SignIn(ctx context.Context, username, password string, on Client) (SignedIn, error) {
	if wait, ok := a.gate.take(on.Address, a.now()); !ok {
		return SignedIn{}, &TooManyTries{RetryAfter: wait}
	}
	c, err := a.byUsername(ctx, username)
	if err != nil {
		return SignedIn{}, err
	}
	right, stale, err := a.checkPassword(ctx, c, password)
	if err != nil {
		return SignedIn{}, err
	}
	if !right {
		return SignedIn{}, a.miss(ctx, c)
	}
	better := ""
	if stale {
		pw, _ := normalPassword(password)
		if better, err = a.hasher.hash(ctx, pw); err != nil {
			return SignedIn{}, err
		}
	}
	f, err := a.freshSession(on)
	if err != nil {
		return SignedIn{}, err
	}
	in, err := a.enter(ctx, c, f, better)
	if err == nil {
		a.gate.giveBack(on.Address)
	}
	return in, err
}

// byUsername gives nil for what is nobody's name.
func (a *Accounts) byUsername(ctx context.Context, username string) (*account, error) {
	name, ok := ParseUsername(username)
	if !ok {
		name = "" // nobody's; asked for all the same
	}
	c, err := scanAccount(a.db.QueryRow(ctx, selectStaff+` WHERE s.username = $1`, name))
	if errors.Is(err, problem.ErrNotFound) {
		return nil, nil
	}
	return c, err
}

// checkPassword computes one hash whoever c is, nobody included.
func (a *Accounts) checkPassword(ctx context.Context, c *account, password string) (right, stale bool, err error) {
	stored, real := a.hasher.dummy, false
	if c != nil && c.passwordHash != "" {
		stored, real = c.passwordHash, true
	}
	pw, possible := normalPassword(password)
	right, stale, err = a.hasher.check(ctx, pw, stored)
	right = right && real && possible
	return right, right && stale, err
}

// miss records a failed sign-in; it writes one row whoever c is.
func (a *Accounts) miss(ctx context.Context, c *account) error {
	err := a.db.Write(ctx, func(tx *store.Tx) error {
		if c == nil {
			return a.countMiss(tx, "unknown")
		}
		now, err := accountIn(tx, c.ID)
		if err != nil {
			return err
		}
		return a.fail(tx, now, byPassword)
	})
	if err != nil {
		return err
	}
	return ErrBadCredentials
}

// enter opens the session after a right password, if the account may be
// entered now: what was read before the hash may have changed since.
func (a *Accounts) enter(ctx context.Context, checked *account, f fresh, better string) (in SignedIn, err error) {
	refused := false
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		c, err := accountIn(tx, checked.ID)
		if err != nil {
			return err
		}
		if c.passwordHash != checked.passwordHash || !c.maySignIn(a.o.Demo) || c.locked(a.now()) {
			refused = true
			return a.countMiss(tx, "closed")
		}
		if better != "" {
			if _, err := tx.Exec(`UPDATE staff SET password_hash = $1 WHERE id = $2`, better, c.ID); err != nil {
				return fmt.Errorf("accounts: renew password hash: %w", err)
			}
		}
		in, err = a.beginSession(tx, c, f)
		return err
	})
	if err == nil && refused {
		err = ErrBadCredentials
	}
	return in, err
}

// beginSession goes from the right password to the next step.
func (a *Accounts) beginSession(tx *store.Tx, c *account, f fresh) (SignedIn, error) {
	switch c.SecondFactor {
	case FactorWaived:
		return a.complete(tx, c, f, "waived-demo")
	case FactorConfirmed:
		return a.openSession(tx, c, f, NeedsFactor)
	}
	return a.openSession(tx, c, f, NeedsToEnrol)
}

// complete opens the full session, or the one in which the code of conduct is
// accepted, and clears what counted against the account.
func (a *Accounts) complete(tx *store.Tx, c *account, f fresh, factor string) (SignedIn, error) {
	stage := Full
	if a.owesConduct(c) {
		stage = NeedsConduct
	}
	in, err := a.openSession(tx, c, f, stage)
	if err != nil {
		return SignedIn{}, err
	}
	if _, err := tx.Exec(`UPDATE staff SET failed = 0, locked_until = 0, missed = 0, missed_at = 0, signed_in_at = $1 WHERE id = $2`,
		a.now().UnixMilli(), c.ID); err != nil {
		return SignedIn{}, fmt.Errorf("accounts: sign in: %w", err)
	}
	in.Missed, in.MissedAt = c.missed, c.missedAt
	return in, a.audit(tx, "account.signed_in", c.self(), c.ID,
		"factor", factor, "session", f.id, "client", string(f.client.Kind))
}
