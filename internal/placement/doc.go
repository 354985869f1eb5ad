// Package placement proposes where many people can go at once: the night of a
// raid, thirty victims, few beds. It asks the directory who can take each of
// them, makes of it one problem, and lets internal/placing find the best answer
// for all together.
//
// It may import casefile (View, the lists), directory, placing, policy and
// realm. It owns no data and decides nothing: a person reads the proposal with
// its reasons and sends each referral, which asks for consent as ever.
//
// It keeps true:
//
//   - Who belongs together stays together, under one roof: siblings, a mother
//     with her child. A child with a mother is judged as a child that comes
//     along, and as a child with a bed of its own; either will do.
//   - Nobody is sent where one of the hard rules of the directory says no, nor
//     where nobody has reported a free bed in time.
//   - A bed that one of the few kinds could have who have little choice (mothers
//     with children, men, people with a disability) costs everybody else the
//     more, the fewer there are of it (taxonomy.yaml, placement). It is never
//     kept from somebody who has no other choice.
//   - Everybody counts the same: first as many people as possible, then the
//     shortest ways. Everybody stands in the answer: placed, or left over with
//     the reason and whom to ring.
//   - Only cases that the person may place are placed (policy
//     placement.propose, asked of each).
package placement
