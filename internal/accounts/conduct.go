package accounts

import (
	"context"
	"fmt"
	"time"

	"rufaa/internal/store"
)

// Conduct is the code of conduct that is asked at sign-in. The text stands in
// content/conduct.yaml; without a version none is asked.
type Conduct struct {
	Version string
	Renew   time.Duration
}

// owesConduct tells whether somebody has to accept the code before anything
// else: never did, another version, or too long ago. Demonstration staff are
// invented and promise nothing.
func (a *Accounts) owesConduct(c *account) bool {
	if a.o.Conduct.Version == "" || c.Demo() {
		return false
	}
	return !a.ConductStands(c.Staff)
}

// ConductStands tells whether somebody's promise is to the present version and
// not yet due again.
func (a *Accounts) ConductStands(s Staff) bool {
	return s.ConductVersion == a.o.Conduct.Version && !s.ConductAt.IsZero() &&
		(a.o.Conduct.Renew <= 0 || a.now().Before(s.ConductAt.Add(a.o.Conduct.Renew)))
}

// AcceptConduct takes the promise of a sign-in that waits for it and finishes
// the sign-in. The version is the one that was read: ErrConductChanged when
// another stands by now.
func (a *Accounts) AcceptConduct(ctx context.Context, token, version string) (SignedIn, error) {
	hash, ok := parseToken(token)
	if !ok {
		return SignedIn{}, ErrNoSession
	}
	l, err := a.half(a.db.QueryRow(ctx, selectLive, hash[:]), NeedsConduct)
	if err != nil {
		return SignedIn{}, err
	}
	if version != a.o.Conduct.Version {
		return SignedIn{}, ErrConductChanged
	}
	f, err := a.freshSession(l.client)
	if err != nil {
		return SignedIn{}, err
	}
	var in SignedIn
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		if _, err := a.half(tx.QueryRow(selectLive, hash[:]), NeedsConduct); err != nil {
			return err
		}
		c, err := accountIn(tx, l.ID)
		if err != nil {
			return err
		}
		a.forget(tx)
		if err := dropSession(tx, hash[:]); err != nil {
			return err
		}
		if err := a.promise(tx, c.self(), c.ID); err != nil {
			return err
		}
		in, err = a.openSession(tx, c, f, Full)
		return err
	})
	return in, err
}

func (a *Accounts) promise(tx *store.Tx, by Principal, staff string) error {
	if _, err := tx.Exec(`UPDATE staff SET conduct_version = $1, conduct_at = $2 WHERE id = $3`,
		a.o.Conduct.Version, millis(a.now()), staff); err != nil {
		return fmt.Errorf("accounts: accept the code of conduct: %w", err)
	}
	return a.audit(tx, "account.conduct_accepted", by, staff, "version", a.o.Conduct.Version)
}

// ReadConduct tells whose sign-in waits for the promise, for the page that
// shows the code.
func (a *Accounts) ReadConduct(ctx context.Context, token string) (language string, err error) {
	hash, ok := parseToken(token)
	if !ok {
		return "", ErrNoSession
	}
	l, err := a.half(a.db.QueryRow(ctx, selectLive, hash[:]), NeedsConduct)
	if err != nil {
		return "", err
	}
	return l.Language, nil
}
