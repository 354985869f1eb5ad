// Package outward is the way out of the machine: an HTTP client that speaks to
// addresses which somebody outside the program wrote down, and to no other.
// Agencies' sign-ons, webhooks and the SMS gateway are reached through it.
//
// It owns nothing and imports the standard library alone.
//
// It keeps true:
//
//   - Only https is spoken. Plain http is spoken to this very machine, where
//     Guard.Loopback allows it, for tests and demonstrations.
//   - No connection goes to an address that is not public, whatever a name
//     resolves to, but for the networks an operator named. The address itself
//     is looked at when the connection is made, so that a name cannot lead
//     elsewhere at the second look.
//   - No redirect is followed, no proxy is used, no cookie is kept.
//   - Every answer is bounded in time and size.
package outward
