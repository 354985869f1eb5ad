// Package keyfile keeps the secrets of a realm in one file of their own: the
// key-encryption keys, the key that signs checkpoints, and the keys of search
// tokens, name filters and sessions.
//
// It imports nothing of Rufaa.
//
// It keeps true:
//
//   - The file is created once with mode 0600 and is refused when anybody but
//     its owner may read it, when it is damaged, or when it belongs to another
//     realm. Each refusal says what to do.
//   - A new version of the file replaces the old one in a single step (written
//     beside it, flushed, renamed), so that a crash leaves one or the other.
//   - Secrets print, log and marshal as "[redacted]". Only MAC, Wrap, Unwrap
//     and Sign use them; no function returns them.
//   - The verifier is public and is also written beside the key file, so that a
//     copy of the ledger can be verified where no secret may be.
package keyfile
