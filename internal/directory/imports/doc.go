// Package imports brings lists of others into the directory: HSDS 3.0 and 3.1,
// CSV and XLSX, read by internal/hsds/intake.
//
// It owns the translation of the standard into the directory's words, the
// gathering of rows into providers, the check of each row by the directory's
// own rules, and the drafts: files between upload and confirmation. It may
// import directory and the floors below.
//
// It keeps true:
//
//   - A dry run and an import see the same rows the same way; the first stores
//     nothing.
//   - A bad row takes no good one with it; what is good goes in together, in
//     one transaction, or not at all.
//   - Where a confidential place is goes no further than the row that tells it:
//     not into a provider, a problem, a draft's answer or a log. A place that
//     one row calls confidential is so in every row, and so is one that the
//     directory knows as such, by id, name or telephone.
//   - A draft belongs to one person, stays in memory, is bounded and ends.
package imports
