// Package content loads and checks the data files: vocabularies, services,
// clocks, rules, questionnaires, scoring and agencies. It also adds up the
// answers of a questionnaire (Scoring.Score) and tells how it came about
// (Scoring.Explain); a person decides.
//
// Content is the content in force: a handle that answers from an edition, which
// Replace exchanges whole and without a lock (internal/rulebook).
//
// It imports nothing of Rufaa. It keeps true:
//
//   - What loads is complete in English and Kiswahili, refers only to what
//     exists; an edition is never changed afterwards.
//   - What does not load names file, line and remedy, everything at once.
//   - What the program asks for by name (required.go) is there.
//   - No questionnaire asks a child for means (CTIPA s.3).
//   - One more "yes" never makes an indication weaker.
package content
