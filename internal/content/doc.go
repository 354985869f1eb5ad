// Package content loads and checks the data files: vocabularies, services,
// clocks, rules, questionnaires, scoring and agencies.
//
// It imports nothing of Rufaa. It keeps true: what loads is complete in
// English and Kiswahili, refers only to what exists, and is never changed
// afterwards; what does not load names file, line and remedy.
package content
