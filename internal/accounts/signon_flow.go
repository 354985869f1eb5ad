package accounts

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strings"

	"rufaa/internal/signon"
	"rufaa/internal/store"
)

// SignOnStep is where somebody goes on: Address is the agency's own page, Host
// the name to show, Token what this browser brings back.
type SignOnStep struct {
	Token   string
	Address string
	Host    string
}

// pendingSignOn is what a step remembers. Invitation is the hash of the link
// in base64, when somebody is being linked.
type pendingSignOn struct {
	Agency     string `json:"agency"`
	Invitation string `json:"invitation,omitempty"`
	Shared     bool   `json:"shared,omitempty"`
}

// flow derives the unguessable parts from the browser's token, so that whoever
// reads the store finds none of them there.
func (a *Accounts) flow(token string, factors []string) signon.Flow {
	part := func(label string) string {
		sum := a.o.MAC("accounts/sign-on/"+label, []byte(token))
		return base64.RawURLEncoding.EncodeToString(sum[:])
	}
	return signon.Flow{State: part("state"), Nonce: part("nonce"), Verifier: part("verifier"), Factors: factors}
}

// BeginSignOn begins a sign-in through the agency whose domain the address
// has: ErrNoSignOn when there is none. Whether somebody has that address here
// is not told.
func (a *Accounts) BeginSignOn(ctx context.Context, email string, on Client) (SignOnStep, error) {
	if wait, ok := a.gate.take(on.Address, a.now()); !ok {
		return SignOnStep{}, &TooManyTries{RetryAfter: wait}
	}
	all, err := a.activeSignOns(ctx)
	if err != nil {
		return SignOnStep{}, err
	}
	domain := domainOf(email)
	for _, k := range all {
		if slices.Contains(k.Domains, domain) {
			return a.sendTo(ctx, k, pendingSignOn{Agency: k.Agency, Shared: on.Shared})
		}
	}
	return SignOnStep{}, ErrNoSignOn
}

// BeginLink begins to link the account behind an invitation with the agency's
// sign-on; whoever was only invited joins by it, without a password. An account
// that is open already must be signed in to as well (session): otherwise
// whoever makes invitations and runs the sign-on could step into it unnoticed.
func (a *Accounts) BeginLink(ctx context.Context, invitation, session string, on Client) (SignOnStep, error) {
	var k keptSignOn
	p := pendingSignOn{Shared: on.Shared}
	me, notIn := a.Authenticate(ctx, session)
	err := a.db.View(ctx, func(tx *store.Tx) error {
		l, c, err := a.openLink(tx, invitation)
		if err != nil {
			return err
		}
		if l.reason == linkReset {
			return ErrInvitation
		}
		if l.reason == linkSignOn && (notIn != nil || me.ID != c.ID) {
			return ErrLinkSignIn
		}
		p.Agency, p.Invitation = c.Agency, base64.RawURLEncoding.EncodeToString(l.hash)
		k, err = a.activeSignOn(tx, c.Agency)
		return err
	})
	if err != nil {
		return SignOnStep{}, err
	}
	return a.sendTo(ctx, k, p)
}

func (a *Accounts) sendTo(ctx context.Context, k keptSignOn, p pendingSignOn) (SignOnStep, error) {
	to, err := a.provider(ctx, k)
	if err != nil {
		return SignOnStep{}, err
	}
	token, hash, err := a.newToken()
	if err != nil {
		return SignOnStep{}, err
	}
	address, err := a.sso.Address(ctx, to, a.flow(token, k.Factors))
	if err != nil {
		return SignOnStep{}, fmt.Errorf("%w: %w", ErrSignOnUnreachable, err)
	}
	u, err := url.Parse(address)
	if err != nil {
		return SignOnStep{}, fmt.Errorf("%w: %w", ErrSignOnUnreachable, err)
	}
	return SignOnStep{Token: token, Address: address, Host: u.Hostname()}, a.begin(ctx, hash, viaSignOn, "", p)
}

// FinishSignOn takes what somebody brought back from the agency's sign-on. The
// step is used up whatever comes of it. ErrNotLinked covers all that the
// provider's word alone does not open.
func (a *Accounts) FinishSignOn(ctx context.Context, token, state, code string, on Client) (SignedIn, error) {
	hash, ok := parseToken(token)
	if !ok {
		return SignedIn{}, ErrStepGone
	}
	var p pendingSignOn
	var k keptSignOn
	err := a.db.Write(ctx, func(tx *store.Tx) (err error) {
		if _, err = a.ceremony(tx.QueryRow(selectCeremony, hash[:]), viaSignOn, &p); err != nil {
			return err
		}
		if k, err = a.activeSignOn(tx, p.Agency); err != nil {
			return err
		}
		return takeCeremony(tx, hash[:])
	})
	if err != nil {
		return SignedIn{}, err
	}
	flow := a.flow(token, k.Factors)
	if subtle.ConstantTimeCompare([]byte(state), []byte(flow.State)) != 1 {
		return SignedIn{}, ErrStepGone
	}
	if code == "" || len(code) > 4096 {
		return SignedIn{}, ErrSignOnRefused
	}
	who, err := a.vouched(ctx, k, flow, code)
	if err != nil {
		return SignedIn{}, err
	}
	on.Shared = p.Shared
	f, err := a.freshSession(on)
	if err != nil {
		return SignedIn{}, err
	}
	in, err := a.enterThrough(ctx, k, p, who, f)
	if err == nil {
		a.gate.giveBack(on.Address)
	}
	return in, err
}

func (a *Accounts) vouched(ctx context.Context, k keptSignOn, flow signon.Flow, code string) (signon.Assertion, error) {
	from, err := a.provider(ctx, k)
	if err != nil {
		return signon.Assertion{}, err
	}
	who, err := a.sso.Exchange(ctx, from, flow, code)
	if errors.Is(err, signon.ErrUnreachable) {
		return who, fmt.Errorf("%w: %w", ErrSignOnUnreachable, err)
	}
	if err != nil {
		return who, fmt.Errorf("%w: %w", ErrSignOnRefused, err)
	}
	return who, nil
}

// enterThrough opens the session of whom the sign-on vouched for, or links the
// account first.
func (a *Accounts) enterThrough(ctx context.Context, k keptSignOn, p pendingSignOn, who signon.Assertion, f fresh) (in SignedIn, err error) {
	var refused error
	err = a.db.Write(ctx, func(tx *store.Tx) error {
		now, err := a.activeSignOn(tx, k.Agency)
		if err != nil {
			return err
		}
		if now.Issuer != k.Issuer {
			return ErrStepGone // changed while somebody was on the way
		}
		var c *account
		if p.Invitation != "" {
			c, err = a.linkAccount(tx, now, p.Invitation, who)
		} else {
			c, err = a.linkedAccount(tx, now, who)
		}
		var no Refusal
		if errors.As(err, &no) && (no == ErrNotLinked || no == ErrLinkMismatch) {
			refused = no // told, and counted all the same
			return a.countMiss(tx, "sign-on")
		}
		if err != nil {
			return err
		}
		if len(now.Factors) > 0 && who.Proves(now.Factors) {
			in, err = a.complete(tx, c, f, "sign-on")
		} else {
			in, err = a.beginSession(tx, c, f)
		}
		return err
	})
	if err == nil {
		err = refused
	}
	return in, err
}

// linkedAccount finds whose link it is. The account is judged as it stands
// now, whatever the provider says.
func (a *Accounts) linkedAccount(tx *store.Tx, k keptSignOn, who signon.Assertion) (*account, error) {
	var staff string
	err := tx.QueryRow(`SELECT staff FROM sign_on_links WHERE issuer = $1 AND subject = $2`, k.Issuer, who.Subject).Scan(&staff)
	if errors.Is(err, store.ErrNoRow) {
		return nil, ErrNotLinked
	}
	if err != nil {
		return nil, fmt.Errorf("accounts: link: %w", err)
	}
	c, err := accountIn(tx, staff)
	if err != nil {
		return nil, err
	}
	if !c.maySignIn(a.o.Demo) || c.Agency != k.Agency || !meant(k.SignOn, c.Staff, who) {
		return nil, ErrNotLinked
	}
	return c, nil
}

// linkAccount uses an invitation: the person vouched for must be the one who
// was invited.
func (a *Accounts) linkAccount(tx *store.Tx, k keptSignOn, invitation string, who signon.Assertion) (*account, error) {
	hash, err := base64.RawURLEncoding.DecodeString(invitation)
	if err != nil {
		return nil, ErrInvitation
	}
	l, c, err := a.openLinkOf(tx, hash)
	if err != nil {
		return nil, err
	}
	if c.Agency != k.Agency || !meant(k.SignOn, c.Staff, who) {
		return nil, ErrLinkMismatch
	}
	now := a.now().UnixMilli()
	if _, err := tx.Exec(`DELETE FROM sign_on_links WHERE staff = $1`, c.ID); err != nil {
		return nil, fmt.Errorf("accounts: link: %w", err)
	}
	n, err := tx.Exec(`INSERT INTO sign_on_links (staff, issuer, subject, linked_at) VALUES ($1,$2,$3,$4) ON CONFLICT (issuer, subject) DO NOTHING`,
		c.ID, k.Issuer, who.Subject, now)
	if err != nil {
		return nil, fmt.Errorf("accounts: link: %w", err)
	}
	if n == 0 {
		return nil, ErrLinkMismatch // somebody else's already
	}
	if _, err := tx.Exec(`UPDATE invitations SET used_at = $1 WHERE token_hash = $2`, now, l.hash); err != nil {
		return nil, fmt.Errorf("accounts: use invitation: %w", err)
	}
	if err := a.audit(tx, "account.sign_on_linked", c.self(), c.ID); err != nil || l.reason != linkJoin {
		return c, err
	}
	if _, err := tx.Exec(`UPDATE staff SET state = 'active', changed_at = $1 WHERE id = $2`, now, c.ID); err != nil {
		return nil, fmt.Errorf("accounts: join: %w", err)
	}
	c.State = Active
	return c, a.audit(tx, "account.joined", c.self(), c.ID, "agency", c.Agency)
}

// meant tells whether the person vouched for is this one: by the staff's
// number where the agency has them, else by the verified address.
func meant(k SignOn, s Staff, who signon.Assertion) bool {
	if k.NumberClaim != "" {
		return s.Number != "" && who.Claim(k.NumberClaim) == s.Number
	}
	return who.EmailVerified && who.Email != "" && strings.EqualFold(who.Email, s.Email) && slices.Contains(k.Domains, domainOf(who.Email))
}
