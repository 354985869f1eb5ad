// Package custody computes the chain of custody of one exhibit: who had it,
// from when to when, under which seal, and everything that is wrong with it.
// It keeps nothing and asks nobody: events in, a Chain out.
//
// It imports nothing of Rufaa. It keeps true:
//
//   - The same events at the same moment give the same chain.
//   - A chain is unbroken only if nothing that breaks one was found. Nothing is
//     smoothed over: what is not recorded counts as not having happened.
//   - Every finding names both events that do not fit together, and says in
//     what they differ by a text key, so that a judge reads it in words.
//   - One fault is told once: after a finding the walk goes on from what was
//     last said, so that a wrong seal at noon is not told again in the evening.
//
// Times are of three kinds and never mixed up: when something happened as the
// person says (At), what the clock of the device showed (Device), and when the
// server wrote it down (Recorded). All are UTC.
package custody
