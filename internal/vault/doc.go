// Package vault seals what identifies or endangers a person, and opens it only
// after the record of that opening is durable.
//
// It owns the data keys (one for each subject and compartment, in a key store
// of their own, wrapped by the realm's key file), the sealed text form, legal
// holds and erasure. It imports internal/store and internal/keyfile.
//
// It keeps true:
//
//   - No plaintext, and no unwrapped key for reading, exists before the
//     Recorder has returned nil for that very opening.
//   - A ciphertext opens only in the place it was sealed for: subject, record,
//     field, compartment and schema version are authenticated with it.
//   - A data key is durable before anything sealed under it is handed out.
//   - No data key outlives the call that used it: nothing is cached, so that an
//     erasure needs no other process to forget anything.
//   - Erased stays erased: the tombstone forbids a new key for the same subject
//     and compartment. A legal hold forbids erasure.
//   - No error text holds a plaintext, a key or a ciphertext.
//
// Files are sealed in pieces (piece.go) by the same keys and rules: the subject
// of a file is the file itself, so that its key can be destroyed alone. Reading
// one is an opening. Only the running state of an upload opens without a
// record; it never leaves the process.
//
// Data keys are AES-256-GCM from the standard library with random nonces (one
// key seals far fewer than 2^32 texts); the keyset that wraps them is Tink's,
// which brings rotation. Plaintexts are padded to a multiple of 32 bytes, so
// that a ciphertext does not tell a short name from a long one.
package vault
