// Package sheets reads tables of cells that people keep in spreadsheets: CSV
// in UTF-8, UTF-16 or the letters that a spreadsheet program on Windows or an
// old Macintosh writes, and XLSX. It is for lists of anything; what the cells
// mean is the caller's.
//
// It imports internal/hsds for what a spreadsheet would run, and
// internal/problem. It stores nothing and writes no file.
//
// It keeps true:
//
//   - What is read is bounded: bytes, columns, cells, and for archives what
//     they would unpack to, before anything is unpacked.
//   - A file that is not read at all is a *problem.Invalid with a key of
//     content/text/sheet.*; a row that is not read is a *RowError, and the next
//     row can be.
//   - A cell of a workbook that holds something other than a value (a formula
//     without a result, an error, the lower part of merged cells) is named, not
//     read as nothing.
//   - No error holds a value of the file.
package sheets
