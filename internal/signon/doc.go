// Package signon talks to an agency's own sign-on: an OpenID Connect provider
// that somebody outside Rufaa runs. It finds the provider's addresses, makes
// the address a person is sent to, and turns the code they come back with into
// what the provider asserts about them.
//
// It owns no table and knows no account: whom an assertion means is decided in
// accounts. It imports the libraries for OpenID Connect, and outward, behind
// whose guard every request goes.
//
// It keeps true:
//
//   - Authorization code flow with PKCE (S256), state and nonce, nothing else.
//   - Only https is spoken. Plain http is spoken to this very machine, where
//     Options.Loopback allows it, for tests and demonstrations.
//   - No connection goes to an address that is not public, whatever a name
//     resolves to, but for the networks an operator named. No redirect is
//     followed and no proxy is used.
//   - Every answer is bounded in time and size.
//   - What ails a provider comes back as ErrUnreachable or ErrNotGenuine with
//     the reason in the chain; no secret, code or token stands in an error.
package signon
