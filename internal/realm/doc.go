// Package realm binds a world of its own together: store, ledger, vault, keys,
// policy door, content, accounts, name index and clock. A live country, a
// demonstration and an exercise are three realms of one program.
//
// It owns the realm's folder and key file, the one way in which a command
// becomes durable (Commit), the record of every opening (access.opened), the
// registry of projections, and rebuild, backup and restore.
//
// It imports the floors below, policy and accounts; rooms import it.
//
// It keeps true:
//
//   - Two realms share nothing: not a file, schema, key, session or cache. A
//     Realm value reaches its own things only.
//   - A realm opens with its own rows or not at all: an empty database is never
//     made in their place, and another realm's are not taken for them.
//   - A command's events, its read models, its answer and its idempotency key
//     become durable together or not at all.
//   - What the vault opens is in the ledger first.
package realm
