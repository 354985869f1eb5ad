// Package caselist takes in the lists of cases that agencies kept before, CSV
// and XLSX, so that a spreadsheet can be dropped: columns given a meaning,
// words of the list turned into terms, a dry run with each row's problem, and
// all good rows in one transaction.
//
// It owns the reading of a row, the drafts between upload and confirmation,
// and how each agency's lists are read (kept for the next time). Files are
// opened by internal/sheets, cases are made by casefile.TakeList. It may import
// casefile, policy, realm and the floors below.
//
// It keeps true:
//
//   - A dry run and an import see the same rows the same way; the first stores
//     nothing.
//   - A bad row takes no good one with it; what is good goes in together, or
//     nothing does.
//   - A row is known again by its number in the list; taken again it changes
//     the case that it made, never makes a second one, and does not write over
//     what people wrote by hand. Somebody who was forgotten does not come back.
//   - Nothing of a list reaches the disk but what is sealed in a case. A draft
//     is one person's, in memory, bounded, and ends. Of headings and words only
//     keyed digests are kept: the first row of a list without headings is a
//     person.
//   - No problem holds a value of the file.
package caselist
