// Package draft holds what lies between the upload of a list and its
// confirmation: the file, what its columns mean, and the outcome of the dry run.
//
// It owns the shelf of drafts and imports internal/problem alone. What a draft
// is belongs to the room that takes the list: internal/caselist for cases,
// internal/directory/imports for providers.
//
// It keeps true:
//
//   - A draft is one person's and stands in memory only: an unconfirmed list of
//     people or places never reaches a disk.
//   - It ends half an hour after it was last used, and all drafts of a shelf
//     together are bounded.
package draft
