// Package placement proposes where many people can go at once: the night of a
// raid, thirty victims, few beds. It asks the directory who can take each of
// them, makes of it one problem, and lets internal/placing find the best answer
// for all together.
//
// It may import directory, placing, policy and realm. It owns no data and
// decides nothing: a person reads the proposal with its reasons and sends each
// referral, which asks for consent as ever.
//
// It keeps true:
//
//   - Who belongs together stays together: siblings, a mother with her child.
//   - Nobody is sent where one of the hard rules of the directory says no.
//   - A scarce bed (mothers with children, men, people with a disability) is
//     not spent on somebody who has another choice.
//   - Everybody stands in the answer: placed, or left over with the reason.
package placement
