// Package family owns which persons belong together: a mother and her child,
// brothers and sisters, across the cases of one agency. It is asked when
// people are placed, so that nobody is torn from the own child.
//
// A family is a small stream of its own, "family/<id>". It may import casefile
// (Load, Admitted), policy, realm and the floors below.
//
// It keeps true:
//
//   - All cases of a family are held by one agency; families do not cross
//     agencies, because belonging together is told of both.
//   - A case is in one family at most.
//   - Whoever may not see a member's case learns neither that it is there nor
//     how many there are.
package family
