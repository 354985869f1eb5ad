// Package realmtest gives tests of rooms below the office what a realm stands
// on. It is imported by tests only.
package realmtest
