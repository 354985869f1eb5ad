// Package review is the after-action review of an exercise: what was true, what
// the teams did, and what follows from it.
//
// The figures are a pure function, Compute, over the scenario and what happened
// (Play); anybody who holds the revealed scenario and an export of the ledger
// computes them again. It may import scenario and, to read the ledger, exercise,
// exhibit (its reading of chains) and ledger; of the improvement plan it keeps the stream "review/<id>" and may
// import policy and realm for it.
//
// It keeps true:
//
//   - The order in which independent events stand in the ledger changes nothing.
//   - Every figure names the events behind it.
//   - What is wrong with a chain of custody is what the room of exhibits finds in
//     it; each flaw is named with both its events, under its exhibit and under
//     the criterion that reads gaps in custody. What breaks a chain is that
//     room's rule: a late confirmation is named and breaks nothing.
//   - A team is scored only for what it had a fair chance to do: the inject was
//     sent, somebody of it was there for all of the time it had, and play lasted
//     as long. What was done in time counts all the same. Counts stand beside shares.
//   - What control did by hand is listed with the criteria it touched.
//   - Teams are shown, nobody else: no member of staff stands in a report, and
//     there is no export about a person. Each sees the own deeds elsewhere.
//   - Two reports are compared only when scenario and criteria are the same.
package review
