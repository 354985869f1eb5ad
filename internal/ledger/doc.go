// Package ledger is the memory of a realm: events, appended once, never
// changed, hashed into a tree whose signed checkpoints anybody can verify.
//
// It owns the tables events, tree, checkpoints and commands, and imports
// store alone. Other rooms append drafts and read events; none touches the
// tables.
//
// An event's bytes are its envelope as canonical JSON (RFC 8785), with the
// members actor, agency, at, cause, device, duty, key, kind, payload, purpose,
// realm, schema, seq, stream and version; at is RFC 3339 in UTC to the
// millisecond. Its leaf is SHA-256(0x00 || bytes), the tree is that of RFC 6962
// (golang.org/x/mod/sumdb/tlog), and a checkpoint is a signed note in the form
// of C2SP tlog-checkpoint:
//
//	rufaa/kenya
//	1024
//	<root, base64>
//	time 2026-01-31T08:15:00.000Z
//	after 960
//
// The last two lines are extensions: when it was signed, and the size of the
// checkpoint before it ("-" for the first), so that none can be taken out of
// the middle.
//
// It keeps true:
//
//   - seq counts the realm's events from 0 without a gap and is the leaf's
//     place in the tree; version counts a stream's events from 1 likewise.
//   - Events, leaves, inner hashes and the checkpoint that falls due with them
//     (every 1,024 events, and a minute after the first that none covers)
//     become durable in one transaction.
//   - Payload numbers are integers that every JSON reader holds exactly
//     (at most 2^53-1 in size); times are strings.
//   - Verify finds and names any byte that differs in stored events, hashes
//     and checkpoints, and that checkpoints are missing where events stand that
//     cannot be without. What it cannot know from the store alone is that events
//     after the newest checkpoint were cut off, with or without that checkpoint,
//     or that checkpoints of the last minute and thousand events were: keep a
//     copy of the newest checkpoint elsewhere.
//   - The table commands (answers by idempotency key) is no part of the tree.
package ledger
