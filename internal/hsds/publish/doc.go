// Package publish serves the public part of the directory as the Human
// Services Data Specification 3.1: lists, items, filters, ndjson, bulk export,
// schemas, profile and openapi.json.
//
// It owns the Snapshot (encoded once, then only joined) and the handler. It
// imports internal/hsds and internal/problem. Who has a directory implements
// Catalog.
//
// It keeps true:
//
//   - What gets here is public already. Should a confidential place get here
//     nevertheless, no snapshot is made of it: the last answer stands until
//     somebody mends the data (guard.go).
//   - Every answer keeps the standard in strict mode and the profile.
//   - A filter that is not understood is refused, never left out: an answer
//     that silently holds too much sends people to the wrong place.
//   - A page and the export are of one moment: the snapshot that stood when
//     the request came.
package publish
