// Package content carries the data files that make Rufaa Kenyan: agencies,
// questionnaires, scoring, clocks, services, vocabularies, rules, policies and
// texts. None of them is legal advice, and each says in its first lines where
// it comes from and what in it is not confirmed.
//
// It imports nothing of Rufaa and holds no logic: internal/content,
// internal/text and internal/policy read and check the files. It keeps true:
// real organisations stand here with public facts and sources only, no shelter
// with more than its county, and nothing about a real person.
package content
