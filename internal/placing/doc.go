// Package placing finds places for many people at once, such as sixty rescued
// in one night: all of them together, so that nobody takes the one bed that
// somebody else depends on.
//
// It is pure: people as units that stay together, the places open to each with
// a cost, free beds by kind go in; who goes where, who is left without a place
// and why come out. It imports nothing of Rufaa, knows no names and no
// positions, and decides nothing: a person reads the proposal and its reasons
// and chooses. Written rules only; nothing is predicted.
//
// It keeps true:
//
//   - A unit is never split, a bed never given twice, nobody sent to a place
//     that was not among the unit's options.
//   - To leave a person without a place costs more than every distance and
//     reserve together: first as many people as possible, then the least cost.
//   - The same input gives the same proposal. Only the wall clock can cut a
//     search short of its allotted work, and the result then says so.
//   - "Proven" means that no better proposal exists. Otherwise the gap says how
//     much better one could be at most.
//   - Every decision carries what it was weighed against: each option that
//     would have cost the unit less, and who has those beds.
//
// How: branch and bound. The bound relaxes "a unit has one place" by a price
// for each unit (Lagrange multipliers, improved by subgradient steps) and then
// solves, exactly, for each place alone which units pay best for its beds.
// Prices and bounds are whole numbers, so no rounding can prove a falsehood.
// What it cannot prove, a mixed-integer solver may (Solver).
// docs/decisions/0013-the-solver.md tells what else was tried.
package placing
