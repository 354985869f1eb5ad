// Package exchange hands cases out in the fields of IOM's Human Trafficking
// Case Data Standard (HTCDS 2.0), as XLSX or JSON.
//
// It may import casefile, policy, realm and the floors below. It owns no data.
//
// It keeps true:
//
//   - Nothing leaves before its leaving is in the ledger (case.exported), and no
//     sealed text without an opening that "who saw what" shows.
//   - Whoever exports gets what the door lets them open, no more; what was left
//     out is said, with the reason.
//   - Without a name asked for, the reference of the case stands for the person.
//   - No cell of a sheet is a formula.
//
// The mapping of vocabularies to the standard's picklists is in fields.go; where
// the standard has no word, the field stays empty.
package exchange
