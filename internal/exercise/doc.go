// Package exercise plays a scenario in a realm of kind exercise: set-up, the
// clock, the injects, what actors log, what control decides, and what the
// teams did, read from the ledger. Review and training record are built on its
// events by other rooms.
//
// One exercise is one stream, "exercise/<id>"; a realm plays one at a time. It
// may import casefile, exhibit, referral, scene (kinds and payloads of their events, and of
// exhibit its reading of chains), measure (cells that are too small), scenario, clockwork,
// policy, realm, vault and the floors below. The realm's accounts it reaches through People.
//
// It keeps true:
//
//   - An exercise exists only in a realm of kind exercise. Nothing in it knows
//     another realm, and nothing leaves: mail, messages and exports are caught
//     in the mailbox, no agency's sign-on and no timestamp authority is asked, the
//     directory is not published. Statements of courses alone go out, to the one learning
//     record store that the operator of the server sets (decision 0070).
//   - A salted digest of the whole scenario file, hidden truth and criteria
//     included, is in the ledger before anybody plays; the file itself is
//     sealed until it is revealed, and control alone reads it before.
//   - Three clocks. Wall time stands in every act on the clock; scenario time
//     is what the realm's events and legal deadlines are counted by, and it
//     never runs backwards; pauses, compressed nights and jumps drop no inject
//     and change no order. Where an act stands still the wall times of the acts
//     before and after bracket what happened meanwhile.
//   - An inject is sent at most once, whoever sends it. One that is not sent
//     says why. What control did by hand carries its reason.
//   - Everything is in the ledger: a server that is killed and started again
//     plays on from it, and the clock tells the truth.
//   - Whoever takes part has an account of this realm and one part; a player's
//     account is of the team's agency, so that a deed counts for the team in which
//     it was done, before and after a move.
//   - Who was there is recorded by control alone, each day once. Control sees the
//     sheet; everybody else sees only the own days, and reports tell numbers.
//   - What is done on the ordinary pages after the end is no deed. Whoever watches
//     learns what is hidden when everybody does.
//   - Deeds are facts with the ids of the events behind them. What the ledger
//     cannot show is logged by actors or noted by control and mentors, and says so.
package exercise
