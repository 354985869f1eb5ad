// Package dextest starts a real OpenID Connect provider for tests: Dex, as a
// program of a module of its own in dex/, so that its dependencies stay out of
// Rufaa's. It is built once by the Go tool and kept in the user's cache. It is
// imported by tests only. The people are invented.
package dextest
