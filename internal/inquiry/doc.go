// Package inquiry owns an investigation: who works on it, which cases it is
// about, which operations are planned, which scenes belong to it.
//
// An inquiry is a stream "inquiry/<id>" (events.go) that folds into a State.
// Commands are plain structs; each has a pure decide. It may import casefile
// (Load, Admitted), policy, realm and the floors below. The rooms of scenes,
// exhibits, files and hearings build on Load and Admitted.
//
// It keeps true:
//
//   - Only its team sees that an inquiry exists. To everybody else, of the same
//     unit too, it is not there: the same answer after the same work.
//   - A case is linked by somebody who has a part in both. Linking opens
//     nothing of the case: what of it an investigator may open is decided in
//     the case, by her consent or another recorded basis.
//   - Those who care for a person learn at most that an inquiry exists, and of
//     which agency (inquiry.know); never its title, team or plans.
//   - There is always a lead. The last one is not taken off the team before
//     another stands.
//   - Its title and everything written in words are sealed as "inquiry" under
//     the inquiry's own key; kind, dates, members and counts are plain.
package inquiry
