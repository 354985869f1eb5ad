package accounts

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strings"
)

// Site is where people reach the pages of this realm. Passkeys and an
// agency's sign-on are bound to it.
type Site struct {
	Origin string // scheme and host, e.g. https://rufaa.example.go.ke
	Base   string // path prefix of the realm: "" or "/realm/exercise"
}

var errOrigin = errors.New("an origin is https:// and a host name, with a port where there is one, and nothing after it; " +
	"plain http only for localhost")

// ParseOrigin checks an origin. A host that is an address cannot have passkeys
// (Web Authentication, 5.1.3), so it must have a name.
func ParseOrigin(s string) (string, error) {
	u, err := url.Parse(strings.TrimSuffix(s, "/"))
	if err != nil || u.Host == "" || u.Path != "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || u.Opaque != "" {
		return "", errOrigin
	}
	host := strings.ToLower(u.Hostname())
	if _, err := netip.ParseAddr(host); err == nil || host == "" {
		return "", errOrigin
	}
	if u.Scheme != "https" && !(u.Scheme == "http" && host == "localhost") {
		return "", errOrigin
	}
	if port := u.Port(); port != "" && !(u.Scheme == "https" && port == "443") {
		host = net.JoinHostPort(host, port)
	}
	return u.Scheme + "://" + host, nil
}

// ServeAt says where the realm's pages are reached. It is called once, before
// the first request; without it there are neither passkeys nor sign-ons.
func (a *Accounts) ServeAt(s Site) error {
	origin, err := ParseOrigin(s.Origin)
	if err != nil {
		return err
	}
	a.site.Store(&Site{Origin: origin, Base: s.Base})
	return nil
}

// Site gives what ServeAt was told, or false.
func (a *Accounts) Site() (Site, bool) {
	s := a.site.Load()
	if s == nil {
		return Site{}, false
	}
	return *s, true
}

// Host is the name and port in the origin.
func (s Site) Host() string {
	_, host, _ := strings.Cut(s.Origin, "://")
	return host
}

// name is the host without its port: the relying party's id.
func (s Site) name() string {
	u, err := url.Parse(s.Origin)
	if err != nil {
		return ""
	}
	return u.Hostname()
}
