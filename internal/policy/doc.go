// Package policy is the one door: every read and every change of Rufaa asks
// it, and what no policy permits is refused.
//
// It owns the list of actions, the shape of a request (who, in which duty,
// doing what, to what, for which purpose, on which basis) and the evaluation
// of the Cedar files in content/policy. It imports no domain room: rooms
// describe their things to it as a Resource.
//
// It keeps true:
//
//   - Default deny. There is no "all cases" duty, not for administrators
//     either.
//   - The files decide, not the code: an action without a policy is never
//     permitted, a policy that names an unknown action does not load, and no
//     handler decides anything by itself.
//   - "Not yours" looks like "not there": a case is found only by those who
//     may see that it exists (Door.Case).
package policy
