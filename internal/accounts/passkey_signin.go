package accounts

import (
	"context"
	"errors"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"rufaa/internal/store"
)

// BeginPasskeySignIn asks whatever authenticator is at hand; nobody is known
// yet, so that the answer is the same for all.
func (a *Accounts) BeginPasskeySignIn(ctx context.Context, on Client) (PasskeyStep, error) {
	rp, err := a.relyingParty()
	if err != nil {
		return PasskeyStep{}, err
	}
	if wait, ok := a.gate.take(on.Address, a.now()); !ok {
		return PasskeyStep{}, &TooManyTries{RetryAfter: wait}
	}
	challenge, err := a.random(32)
	if err != nil {
		return PasskeyStep{}, err
	}
	options, session, err := rp.BeginDiscoverableLogin(webauthn.WithChallenge(challenge))
	if err != nil {
		return PasskeyStep{}, fmt.Errorf("accounts: begin passkey sign-in: %w", err)
	}
	return a.askAuthenticator(ctx, usePasskey, "", options, pendingPasskey{Session: *session})
}

// PasskeySignIn finishes a sign-in with a passkey: both factors at once, so no
// code is asked. ErrBadPasskey stands for an unknown or shut passkey, a wrong
// answer and every account that may not sign in now. A lock-out does not
// stand in the way: it is against guessing, and this cannot be guessed.
func (a *Accounts) PasskeySignIn(ctx context.Context, token string, response []byte, on Client) (SignedIn, error) {
	rp, err := a.relyingParty()
	if err != nil {
		return SignedIn{}, err
	}
	hash, ok := parseToken(token)
	if !ok {
		return SignedIn{}, ErrStepGone
	}
	var p pendingPasskey
	if _, err := a.ceremony(a.db.QueryRow(ctx, selectCeremony, hash[:]), usePasskey, &p); err != nil {
		return SignedIn{}, err
	}
	key, counter, err := a.asserted(ctx, rp, p.Session, response)
	if err != nil && !errors.Is(err, ErrBadPasskey) {
		return SignedIn{}, err
	}
	f, ferr := a.freshSession(on)
	if ferr != nil {
		return SignedIn{}, ferr
	}
	var in SignedIn
	bad := err != nil
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		if err := takeCeremony(tx, hash[:]); err != nil {
			return err
		}
		if bad {
			return a.countMiss(tx, "passkey")
		}
		in, bad, err = a.enterWithPasskey(tx, key, counter, f)
		return err
	})
	if err == nil && bad {
		err = ErrBadPasskey
	}
	if err == nil {
		a.gate.giveBack(on.Address)
	}
	return in, err
}

// asserted finds the passkey that answered and checks its signature.
func (a *Accounts) asserted(ctx context.Context, rp *webauthn.WebAuthn, s webauthn.SessionData, response []byte) (keptPasskey, uint32, error) {
	var key keptPasskey
	if len(response) > maxResponse {
		return key, 0, ErrBadPasskey
	}
	parsed, err := protocol.ParseCredentialRequestResponseBytes(response)
	if err != nil {
		return key, 0, ErrBadPasskey
	}
	key, err = scanPasskey(a.db.QueryRow(ctx, selectPasskeys+` WHERE credential = $1`, parsed.RawID))
	if errors.Is(err, store.ErrNoRow) {
		return key, 0, ErrBadPasskey
	}
	if err != nil {
		return key, 0, fmt.Errorf("accounts: passkey: %w", err)
	}
	c, err := scanAccount(a.db.QueryRow(ctx, selectStaff+` WHERE s.id = $1`, key.staff))
	if err != nil {
		return key, 0, err
	}
	h := a.holder(c, []keptPasskey{key})
	whose := func(_, _ []byte) (webauthn.User, error) { return h, nil }
	if _, _, err := rp.ValidatePasskeyLogin(whose, s, parsed); err != nil {
		return key, 0, ErrBadPasskey
	}
	return key, parsed.Response.AuthenticatorData.Counter, nil
}

// enterWithPasskey opens the session if account and passkey are good now. A
// counter that does not grow means that the passkey exists twice: it is shut,
// and the holder is told of a failed attempt.
func (a *Accounts) enterWithPasskey(tx *store.Tx, checked keptPasskey, counter uint32, f fresh) (in SignedIn, bad bool, err error) {
	key, err := scanPasskey(tx.QueryRow(selectPasskeys+` WHERE id = $1`, checked.ID))
	if errors.Is(err, store.ErrNoRow) {
		return in, true, a.countMiss(tx, "passkey")
	}
	if err != nil {
		return in, true, err
	}
	c, err := accountIn(tx, key.staff)
	if err != nil {
		return in, true, err
	}
	if !c.maySignIn(a.o.Demo) || !key.Cloned.IsZero() {
		return in, true, a.countMiss(tx, "closed")
	}
	if counter <= key.counter && (counter != 0 || key.counter != 0) {
		return in, true, a.shutPasskey(tx, c, key)
	}
	if _, err := tx.Exec(`UPDATE passkeys SET counter = $1, used_at = $2 WHERE id = $3`, int64(counter), millis(a.now()), key.ID); err != nil {
		return in, true, fmt.Errorf("accounts: passkey used: %w", err)
	}
	in, err = a.complete(tx, c, f, "passkey")
	return in, false, err
}

func (a *Accounts) shutPasskey(tx *store.Tx, c *account, key keptPasskey) error {
	now := millis(a.now())
	if _, err := tx.Exec(`UPDATE passkeys SET cloned_at = $1 WHERE id = $2`, now, key.ID); err != nil {
		return fmt.Errorf("accounts: shut passkey: %w", err)
	}
	if _, err := tx.Exec(`UPDATE staff SET missed = missed + 1, missed_at = $1 WHERE id = $2`, now, c.ID); err != nil {
		return fmt.Errorf("accounts: shut passkey: %w", err)
	}
	// The actor is nobody: which of the two is the holder's own is not known.
	return a.audit(tx, "account.passkey_cloned", Principal{}, c.ID, "passkey", key.ID)
}
