// Package measure counts how fast care reaches people, and where it does not:
// from the alert to a safe place, to first care, to the first answered
// referral; open needs, answers and refusals by county and service.
//
// It owns the tables measure_*, a projection of the case and referral streams
// that `rufaa rebuild` makes anew. It may import casefile and referral (their
// events), directory (who helps where), policy and realm; it opens nothing
// sealed and knows no name.
//
// It keeps true:
//
//   - No cell of fewer than five people is shown, and none can be worked out
//     from the others of its table (suppress.go), from another period or from
//     the asker's own cases (times_hidden.go, docs/decisions/0098).
//   - A case in which something has not happened yet is counted as such, never
//     left out: a median of those who were reached alone would flatter.
//
// No published figure of time to care exists for Kenya; these are the first, and
// what counts as safe place or first care is written at each measure.
package measure
