// Package witness lets another agency watch a realm's ledger.
//
// A witness follows the checkpoints of a server, checks that each continues
// the last one it signed for, and co-signs it (C2SP tlog-cosignature,
// cosignature/v1, timestamped Ed25519). The server keeps the co-signatures. A
// ledger that was forked, rewritten or rolled back cannot be shown to the
// witness without the witness finding out.
//
// It owns the table cosignatures and the witness's state file. It may import
// ledger and store.
//
// It keeps true:
//
//   - What a witness signed for is durable in its state before the signature
//     leaves, and the state never goes back.
//   - After an alarm a witness signs nothing more for that ledger: both notes
//     are kept as evidence until a person has looked.
//   - A server keeps a co-signature only of a checkpoint that it made itself, by
//     a witness that its operator named.
//   - Nothing but sizes, digests and times goes between them.
package witness
