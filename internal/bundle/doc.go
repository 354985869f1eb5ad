// Package bundle makes the file that a court, the prosecution or the defence is
// given of a case, and verifies it where there is no database.
//
// It owns the form of the file: one zip whose every byte follows from its
// parts. It may import ledger alone. What goes into a bundle comes in a
// Dossier; who may make one is asked by whoever fills that.
//
// It keeps true:
//
//   - The same dossier gives the same bytes.
//   - No byte of a bundle differs unseen: Verify names the part that was
//     touched, or the part whose place in the archive was.
//   - What a recipient is not given is not in the bundle in any form but the
//     leaf of its event, which is a digest. A ciphertext leaves only beside the
//     whole text that it holds.
//   - Identity, whereabouts, care, immigration and witness particulars are given
//     to nobody, and what is secret is masked in the texts that are
//     (CTIPA s.11; Witness Protection Act s.30I).
//
// A leaf proves that an event stands in the ledger of the signed checkpoint.
// That an opened text is what a ciphertext held is attested by the platform's
// signature over the manifest: see docs/decisions/0022.
package bundle
