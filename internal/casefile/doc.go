// Package casefile owns a person's case: from the first alert through
// screening, consent, safety and needs to follow-up, closure and reopening.
//
// A case is a stream of events (events.go) that folds into a State (state.go,
// fold.go). Commands (alert.go, screening.go, consent.go, …) are plain structs
// that pages and API both fill; each has a decide method that holds its rules
// and is pure: state and command in, events or a refusal out. service.go runs
// them all the same way: policy, rules, sealing, one transaction. A case is kept
// whole only every few versions (snapshot.go); shelf.go folds what came since.
//
// It may import policy, realm and the floors below, internal/content,
// internal/problem and internal/valid; never web, api or another domain room.
// The referral room reads cases through Load and Disclosable.
//
// It keeps true, whatever the order of commands:
//
//   - Immediate danger comes first: an alert is never refused for a missing
//     field, and an unanswered danger is answered before any interview.
//   - Care before questions: no investigative interview before safety, needs
//     and a consent that stands (interview.go).
//   - A person under 18, or whose age is in doubt, is treated as a child, and
//     means are not asked for (CTIPA s.3; screening.go).
//   - A person decides whether somebody is presumed a victim; the score only
//     assists. "Not presumed" carries its reason and a way back.
//   - Nothing sealed is in a plain column, and what another agency may open is
//     what openings.go computes from consent or another recorded basis.
package casefile
