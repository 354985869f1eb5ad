package outward

import (
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

// How long one exchange may take.
const (
	dialTime    = 5 * time.Second
	RequestTime = 10 * time.Second
)

// ErrForbidden says that a name led to an address that is not a public one.
var ErrForbidden = errors.New("the address is not a public one")

// Guard says where requests may go.
type Guard struct {
	Networks []netip.Prefix // besides the public ones, e.g. a government's own
	Loopback bool           // this machine, also over plain http
	Shut     bool           // nobody at all, whatever address is entered: nothing leaves an exercise
}

// Client makes a client behind the guard. most bounds an answer, in bytes: a
// longer one fails instead of ending early.
func (g Guard) Client(most int) *http.Client {
	dialer := &net.Dialer{Timeout: dialTime, Control: g.admit}
	return &http.Client{
		Timeout: RequestTime,
		Transport: guarded{g, most, &http.Transport{
			DialContext: dialer.DialContext, TLSHandshakeTimeout: dialTime, ForceAttemptHTTP2: true,
			ResponseHeaderTimeout: RequestTime, MaxResponseHeaderBytes: 64 << 10, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute,
		}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return errors.New("a redirect is not followed") },
	}
}

// Check tells whether an address may be used at all: https, or http to this
// machine; ErrForbidden is one that is written in numbers and not public. Where a name leads is looked at when the connection is made.
func (g Guard) Check(address string) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Host == "" || u.User != nil:
		return errors.New("not an address of the web")
	case u.Scheme == "https":
		if ip, err := netip.ParseAddr(u.Hostname()); err == nil && !g.reaches(ip) {
			return ErrForbidden
		}
		return nil
	case u.Scheme == "http" && g.Loopback && loopback(u.Hostname()):
		return nil
	}
	return errors.New("only https addresses are used")
}

// admit looks at the address itself, after the name was resolved.
func (g Guard) admit(network, address string, _ syscall.RawConn) error {
	at, err := netip.ParseAddrPort(address)
	if err != nil || g.Shut || !g.reaches(at.Addr()) {
		return ErrForbidden
	}
	return nil
}

// reaches tells whether an address is a public one, or one that was named.
func (g Guard) reaches(ip netip.Addr) bool {
	switch ip = ip.Unmap().WithZone(""); {
	case ip.IsLoopback():
		return g.Loopback
	case inside(ip, g.Networks):
		return true
	}
	return ip.IsGlobalUnicast() && !ip.IsPrivate() && !inside(ip, reserved)
}

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
	netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("192.88.99.0/24"), netip.MustParsePrefix("::/96"),
	netip.MustParsePrefix("fec0::/10"), netip.MustParsePrefix("3fff::/20"),
}

func loopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

// guarded puts the bounds on every request, whoever makes it.
type guarded struct {
	g    Guard
	most int
	next http.RoundTripper
}

func (x guarded) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := x.g.Check(r.URL.String()); err != nil {
		return nil, err
	}
	resp, err := x.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	resp.Body = &bounded{ReadCloser: resp.Body, most: x.most, left: x.most}
	return resp, nil
}

// bounded fails, rather than ends, an answer that is too long: half a document
// must not be taken for a whole one.
type bounded struct {
	io.ReadCloser
	most, left int
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= n; b.left < 0 {
		return 0, fmt.Errorf("an answer longer than %d bytes", b.most)
	}
	return n, err
}
