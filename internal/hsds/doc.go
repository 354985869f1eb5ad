// Package hsds knows the Human Services Data Specification 3.1 and nothing of
// Rufaa's rooms: its wire types, its ids, a checker that works offline, its
// tabular form, and the Kenya protection profile.
//
// It owns the embedded schemas (folder schema, CC BY-SA 4.0, see its NOTICE)
// and the profile (folder profile). It imports nothing of Rufaa. Its rooms:
//
//   - publish serves a snapshot of public data under /hsds/v3;
//   - intake reads HSDS 3.0 and 3.1, CSV and XLSX, row by row.
//
// It keeps true:
//
//   - Every id that leaves is a UUID. The same thing of ours has the same UUID
//     in every answer and export, and a second import finds it again (IDs).
//   - The checker never asks the internet, asserts formats, and in its strict
//     mode refuses every name that the standard does not know.
//   - The profile adds terms, never properties: what keeps the profile also
//     passes the plain standard in strict mode.
//   - A text that a spreadsheet would run as a formula leaves with an
//     apostrophe before it (Inert).
package hsds
