// Package problem is the vocabulary in which every floor says no: a command
// that is not allowed, not found, stale, malformed, or refused by a rule.
//
// It owns these few error types and nothing else, and imports nothing of
// Rufaa. One place in internal/web and one in internal/api turn them into
// words for a person (texts by key, rules by id) and into a status. They carry
// keys and field names, never what somebody typed: an error text must be safe
// to log.
package problem
