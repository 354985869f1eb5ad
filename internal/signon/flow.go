package signon

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

var (
	// ErrUnreachable says that the provider, or something it needs, did not
	// answer, or not as a provider does.
	ErrUnreachable = errors.New("signon: the provider does not answer as one")
	// ErrNotGenuine says that what came back is not a good assertion for this
	// step: another audience, nonce or issuer, a bad signature, out of date, or
	// a code that the provider does not take.
	ErrNotGenuine = errors.New("signon: the assertion is not good")
)

// Provider is an agency's sign-on as its administrator entered it.
type Provider struct {
	Issuer       string // as the provider spells it
	ClientID     string
	ClientSecret string
	Redirect     string // where people come back to
}

// Flow is one attempt. All three are unguessable and used once.
type Flow struct {
	State, Nonce string
	Verifier     string   // of PKCE: 43 to 128 characters (RFC 7636, 4.1)
	Factors      []string // asked for as acr_values
}

// Assertion is what the provider says of the person who came back.
type Assertion struct {
	Issuer, Subject string
	Email           string
	EmailVerified   bool
	ACR             string
	AMR             []string
	claims          map[string]any
}

// Claim gives a claim that is a text or a whole number, or "".
func (a Assertion) Claim(name string) string {
	switch v := a.claims[name].(type) {
	case string:
		return strings.TrimSpace(v)
	case float64:
		if v == float64(int64(v)) {
			return fmt.Sprint(int64(v))
		}
	}
	return ""
}

// Proves tells whether the assertion names one of these ways of signing in,
// by context class or by method (OpenID Connect Core 1.0, 2; RFC 8176).
func (a Assertion) Proves(factors []string) bool {
	if a.ACR != "" && slices.Contains(factors, a.ACR) {
		return true
	}
	return slices.ContainsFunc(a.AMR, func(m string) bool { return slices.Contains(factors, m) })
}

// knownFor is how long a discovery document is kept. Keys have a cache of
// their own that follows the provider's changes at once.
const knownFor = 10 * time.Minute

// cache keeps providers by issuer.
type cache struct {
	mu sync.Mutex
	by map[string]known
}

type known struct {
	p     *oidc.Provider
	until time.Time
}

const mostKnown = 500

// Forget drops what is remembered of an issuer.
func (c *Client) Forget(issuer string) {
	c.known.mu.Lock()
	defer c.known.mu.Unlock()
	delete(c.known.by, issuer)
}

func (c *Client) remembered(issuer string) *oidc.Provider {
	c.known.mu.Lock()
	defer c.known.mu.Unlock()
	if k, ok := c.known.by[issuer]; ok && c.o.Now().Before(k.until) {
		return k.p
	}
	return nil
}

func (c *Client) remember(issuer string, p *oidc.Provider) {
	c.known.mu.Lock()
	defer c.known.mu.Unlock()
	if c.known.by == nil || len(c.known.by) >= mostKnown {
		c.known.by = map[string]known{}
	}
	c.known.by[issuer] = known{p, c.o.Now().Add(knownFor)}
}

// discover finds a provider's addresses and checks that each may be used.
func (c *Client) discover(ctx context.Context, issuer string) (*oidc.Provider, error) {
	if p := c.remembered(issuer); p != nil {
		return p, nil
	}
	if err := c.spoken(issuer); err != nil {
		return nil, fmt.Errorf("%w: issuer: %w", ErrUnreachable, err)
	}
	p, err := oidc.NewProvider(oidc.ClientContext(ctx, c.http), issuer)
	if err != nil {
		return nil, fmt.Errorf("%w: discovery: %w", ErrUnreachable, shortly(err))
	}
	var also struct {
		JWKS string `json:"jwks_uri"`
	}
	if err := p.Claims(&also); err != nil {
		return nil, fmt.Errorf("%w: discovery: %w", ErrUnreachable, shortly(err))
	}
	at := p.Endpoint()
	for _, address := range []string{at.AuthURL, at.TokenURL, also.JWKS} {
		if err := c.spoken(address); err != nil {
			return nil, fmt.Errorf("%w: an endpoint: %w", ErrUnreachable, err)
		}
	}
	c.remember(issuer, p)
	return p, nil
}

// shortly keeps a provider's own words, which may be a whole page, out of
// errors and logs.
func shortly(err error) error {
	text := err.Error()
	if i := strings.IndexAny(text, "\n<{"); i >= 0 {
		text = text[:i]
	}
	if len(text) > 200 {
		text = text[:200]
	}
	return errors.New(strings.TrimSpace(text))
}

// Check finds out whether a provider answers, without what is remembered.
func (c *Client) Check(ctx context.Context, issuer string) error {
	ctx, cancel := c.within(ctx)
	defer cancel()
	c.Forget(issuer)
	_, err := c.discover(ctx, issuer)
	return err
}

func (p Provider) config(found *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{ClientID: p.ClientID, ClientSecret: p.ClientSecret, Endpoint: found.Endpoint(),
		RedirectURL: p.Redirect, Scopes: []string{oidc.ScopeOpenID, "email", "profile"}}
}

// Address is where the person is sent.
func (c *Client) Address(ctx context.Context, p Provider, f Flow) (string, error) {
	ctx, cancel := c.within(ctx)
	defer cancel()
	found, err := c.discover(ctx, p.Issuer)
	if err != nil {
		return "", err
	}
	opts := []oauth2.AuthCodeOption{oidc.Nonce(f.Nonce), oauth2.S256ChallengeOption(f.Verifier)}
	if len(f.Factors) > 0 {
		opts = append(opts, oauth2.SetAuthURLParam("acr_values", strings.Join(f.Factors, " ")))
	}
	return p.config(found).AuthCodeURL(f.State, opts...), nil
}

// Exchange turns the code into an assertion that is good for this flow.
func (c *Client) Exchange(ctx context.Context, p Provider, f Flow, code string) (Assertion, error) {
	ctx, cancel := c.within(ctx)
	defer cancel()
	found, err := c.discover(ctx, p.Issuer)
	if err != nil {
		return Assertion{}, err
	}
	ctx = oidc.ClientContext(ctx, c.http)
	token, err := p.config(found).Exchange(ctx, code, oauth2.VerifierOption(f.Verifier))
	if err != nil {
		var refused *oauth2.RetrieveError
		if errors.As(err, &refused) && refused.Response != nil && refused.Response.StatusCode < 500 {
			return Assertion{}, fmt.Errorf("%w: the provider refused the code (%d)", ErrNotGenuine, refused.Response.StatusCode)
		}
		return Assertion{}, fmt.Errorf("%w: token endpoint: %w", ErrUnreachable, shortly(err))
	}
	raw, ok := token.Extra("id_token").(string)
	if !ok {
		return Assertion{}, fmt.Errorf("%w: no identity token", ErrNotGenuine)
	}
	return c.read(ctx, p, f, found, raw)
}

func (c *Client) read(ctx context.Context, p Provider, f Flow, found *oidc.Provider, raw string) (Assertion, error) {
	id, err := found.Verifier(&oidc.Config{ClientID: p.ClientID, Now: c.o.Now}).Verify(ctx, raw)
	if err != nil {
		if strings.Contains(err.Error(), "fetching keys") {
			return Assertion{}, fmt.Errorf("%w: key set: %w", ErrUnreachable, shortly(err))
		}
		return Assertion{}, fmt.Errorf("%w: %w", ErrNotGenuine, shortly(err))
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(f.Nonce)) != 1 {
		return Assertion{}, fmt.Errorf("%w: another nonce", ErrNotGenuine)
	}
	out := Assertion{Issuer: p.Issuer, Subject: id.Subject}
	var known struct {
		Email    string   `json:"email"`
		Verified any      `json:"email_verified"` // some send a text
		ACR      string   `json:"acr"`
		AMR      []string `json:"amr"`
		AZP      string   `json:"azp"`
	}
	if err := errors.Join(id.Claims(&known), id.Claims(&out.claims)); err != nil {
		return Assertion{}, fmt.Errorf("%w: claims of another form", ErrNotGenuine)
	}
	// OpenID Connect Core 1.0, 3.1.3.7: whom the token was issued to.
	if known.AZP != "" && known.AZP != p.ClientID || len(id.Audience) > 1 && known.AZP == "" || id.Subject == "" || len(id.Subject) > 255 {
		return Assertion{}, fmt.Errorf("%w: issued to somebody else", ErrNotGenuine)
	}
	out.Email, out.ACR, out.AMR = strings.ToLower(strings.TrimSpace(known.Email)), known.ACR, known.AMR
	out.EmailVerified = known.Verified == true || known.Verified == "true"
	return out, nil
}
