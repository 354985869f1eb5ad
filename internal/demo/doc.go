// Package demo fills a demonstration realm: fictional agencies, staff and
// cases in every stage, told through the same commands that people use.
//
// Everything in it is invented. It imports office and the rooms; nothing
// imports it but cmd/rufaa and tests. It keeps true: a demonstration realm can
// be told from a real one by its kind, and no real organisation has fictional
// staff.
package demo
