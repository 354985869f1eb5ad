// Package scenario is the exercise as a file and everything pure about it: the
// story, its people and what they hide, the injects and the conditions they
// wait for, the criteria and how they are graded.
//
// It owns the file format (see schema.json), the one vocabulary of facts that
// branching, scoring and rehearsal share, the checks of `rufaa exercise check`,
// the play of a scenario over facts, and the spreadsheet of master events.
//
// It may import clockwork and libraries, never a room with storage: it reads no
// clock, no ledger and no disk. It keeps true: a scenario that loads has only
// conditions that end, at a bounded cost; an inject fires at most once, in
// order of (scenario time, place in the list); one that did not fire can say
// why. Every person in a scenario is fictional.
package scenario
