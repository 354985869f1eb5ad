// Package rulebook owns the versions of the data files by which a realm works:
// questionnaires, clocks, vocabularies, services, the words of the rules, the
// scoring, the letters, the agencies' extra fields and the policies.
//
// A document is a stream of its own, "rulebook/<document>": drafted, approved
// by a second person, in force from a moment on, withdrawn. What the program
// brings along is the version before the first. It may import content, policy,
// realm, the case room (to tell an effect over its cases) and the floors below.
//
// It keeps true:
//
//   - Nobody approves the own draft. Policies may be approved by a data
//     protection officer too.
//   - What is in force has passed every check that the program's own files
//     pass, as a whole with all other documents, and no line that no policy may
//     cross is crossed. What does not pass never takes effect, and says why.
//   - Content and door change at once and whole, without a restart, in every
//     server of the realm; after a restart they are as the ledger says.
//   - What was recorded stays readable: terms, services and clocks retire and
//     never vanish, a questionnaire once in force stays under its own id, and a
//     way back is a new version.
//   - Somebody can always keep the rulebook: a version of the policies after
//     which nobody could replace it is refused.
package rulebook
