// Package intake reads directories of others: HSDS 3.0 and 3.1 as JSON (page,
// array, single, ndjson) or zipped tabular data package, plain CSV, and XLSX,
// and writes the plain sheet that people edit and send back.
//
// It imports internal/hsds and internal/problem. It stores nothing: Read gives
// records one by one, flat (things refer to each other by id), and a Report;
// whoever stores them does so in one transaction after Report is good enough.
//
// A sheet is read in two steps. Inspect shows its columns with a guess of what
// each means; a person changes the guess; Read applies it. Running Read without
// storing is the dry run.
//
// It keeps true:
//
//   - One bad row takes nothing with it: each problem names row, column, what
//     is wrong and what to do, and every good row is given.
//   - A second import finds what the first one made: ids are derived from the
//     source and its own keys.
//   - Coordinates and addresses of what is confidential are never given on,
//     nor repeated in a problem.
//   - No problem holds a value of the file.
//   - What is not read is bounded: bytes, rows, columns, cells, and for archives
//     what they would unpack to, before anything is unpacked.
package intake
