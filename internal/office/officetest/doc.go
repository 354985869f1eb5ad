// Package officetest opens offices for tests: a realm of its own on either
// engine, with the demonstration's fictional staff and a clock that a test
// sets. It is imported by tests only.
package officetest
