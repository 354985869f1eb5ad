package signon

import (
	"context"
	"net/http"
	"net/netip"
	"time"

	"rufaa/internal/outward"
)

// maxAnswer bounds what a provider may send. A discovery document has a few
// kilobytes, a key set with many keys some tens.
const maxAnswer = 512 << 10

// Options say where providers may be.
type Options struct {
	Networks []netip.Prefix   // besides the public ones, e.g. a government's own
	Loopback bool             // this machine, also over plain http
	Shut     bool             // nobody is asked: in an exercise cards alone sign in
	Now      func() time.Time // nil: the wall clock, by which providers date their tokens
}

// Client speaks to providers. It is safe for concurrent use.
type Client struct {
	o     Options
	guard outward.Guard
	http  *http.Client
	known cache
}

// New makes a client.
func New(o Options) *Client {
	if o.Now == nil {
		o.Now = time.Now
	}
	g := outward.Guard{Networks: o.Networks, Loopback: o.Loopback, Shut: o.Shut}
	return &Client{o: o, guard: g, http: g.Client(maxAnswer)}
}

// spoken tells whether an address may be used at all.
func (c *Client) spoken(address string) error { return c.guard.Check(address) }

func (c *Client) within(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, outward.RequestTime)
}
