package signon

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"syscall"
	"time"
)

// Bounds of what a provider may send and how long it may take. A discovery
// document has a few kilobytes, a key set with many keys some tens.
const (
	maxAnswer   = 512 << 10
	dialTime    = 5 * time.Second
	requestTime = 10 * time.Second
)

// errForbiddenAddress says that a name led to a place no provider lives at.
var errForbiddenAddress = errors.New("the address is not a public one")

// Options say where providers may be.
type Options struct {
	Networks []netip.Prefix   // besides the public ones, e.g. a government's own
	Loopback bool             // this machine, also over plain http
	Now      func() time.Time // nil: the wall clock, by which providers date their tokens
}

// Client speaks to providers. It is safe for concurrent use.
type Client struct {
	o     Options
	http  *http.Client
	known cache
}

// New makes a client.
func New(o Options) *Client {
	if o.Now == nil {
		o.Now = time.Now
	}
	c := &Client{o: o}
	dialer := &net.Dialer{Timeout: dialTime, Control: c.admit}
	c.http = &http.Client{
		Timeout: requestTime,
		Transport: guarded{c, &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: dialTime, ForceAttemptHTTP2: true,
			ResponseHeaderTimeout: requestTime, MaxResponseHeaderBytes: 64 << 10, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute,
		}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return errors.New("a redirect is not followed") },
	}
	return c
}

// admit looks at the address itself, after the name was resolved: a name that
// leads somewhere else at the next look leads nowhere.
func (c *Client) admit(network, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return errForbiddenAddress
	}
	ip := at.Addr().Unmap().WithZone("")
	switch {
	case ip.IsLoopback():
		if c.o.Loopback {
			return nil
		}
		return errForbiddenAddress
	case c.named(ip):
		return nil
	case !ip.IsGlobalUnicast(), ip.IsPrivate(), inside(ip, reserved):
		return errForbiddenAddress
	}
	return nil
}

func (c *Client) named(ip netip.Addr) bool { return inside(ip, c.o.Networks) }

func inside(ip netip.Addr, networks []netip.Prefix) bool {
	for _, n := range networks {
		if n.Contains(ip) {
			return true
		}
	}
	return false
}

// reserved are special-purpose blocks that look public (IANA IPv4 and IPv6
// Special-Purpose Address Registries), with those that carry an IPv4 address.
var reserved = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"),
	netip.MustParsePrefix("192.0.2.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("198.51.100.0/24"),
	netip.MustParsePrefix("203.0.113.0/24"), netip.MustParsePrefix("240.0.0.0/4"), netip.MustParsePrefix("64:ff9b::/96"),
	netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2001::/23"), netip.MustParsePrefix("2001:db8::/32"),
	netip.MustParsePrefix("2002::/16"),
}

// spoken tells whether an address may be used at all: https, or http to this
// machine.
func (c *Client) spoken(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.User != nil:
		return errors.New("not an address of the web")
	case u.Scheme == "https":
		return nil
	case u.Scheme == "http" && c.o.Loopback && loopback(u.Hostname()):
		return nil
	}
	return errors.New("only https addresses are used")
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// guarded puts the bounds on every request, whoever makes it.
type guarded struct {
	c    *Client
	next http.RoundTripper
}

func (g guarded) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := g.c.spoken(r.URL.String()); err != nil {
		return nil, err
	}
	resp, err := g.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	resp.Body = &bounded{ReadCloser: resp.Body, left: maxAnswer}
	return resp, nil
}

// bounded fails, rather than ends, an answer that is too long: half a document
// must not be taken for a whole one.
type bounded struct {
	io.ReadCloser
	left int
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= n; b.left < 0 {
		return 0, fmt.Errorf("an answer longer than %d bytes", maxAnswer)
	}
	return n, err
}

func (c *Client) within(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, requestTime)
}
