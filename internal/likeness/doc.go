// Package likeness owns pairs of persons, in cases of different agencies, of
// whom tokens say that they may be one: a likeness. It proposes, two case
// managers answer, and only what both confirm is linked.
//
// A likeness is a stream of its own, "likeness/<id>", whose id follows from
// the two persons, so that a pair stands once. It may import casefile (Load,
// Items, OpenItems), policy, realm, search and the floors below. The written
// rule and its thresholds are data (content/likeness.yaml).
//
// It keeps true:
//
//   - Candidates come from tokens and from the frame of a case (sex, age band,
//     language). Nothing is opened to find them, and a person decides (Data
//     Protection Act 2019 s.35).
//   - Nobody but the case managers of the two cases learns that a likeness
//     stands. Until both agreed neither learns which agency the other is, what
//     exactly is alike, or whether the other has answered.
//   - The person is asked before anything is compared, unless she is a child
//     or in danger, with a reason. Only the fields that both sides agreed to
//     are opened, each opening recorded in the case it belongs to.
//   - A refused, different or unlinked pair is not proposed again unless a
//     number or a name is alike that was not before. Every step is an event;
//     records are linked, never merged, and a link can be undone by either.
//   - Names cannot be tried out: what one member of staff writes is compared
//     so often a day and not more, after the write and not within it, so that
//     neither answer nor time tells the writer what was found. Of these a list
//     takes a part alone, after whom its importer wrote: a long list holds up
//     nobody (docs/decisions/0106).
package likeness
