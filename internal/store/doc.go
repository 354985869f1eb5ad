// Package store keeps a realm's rows on disk: SQLite by default, PostgreSQL
// by URL, behind one concrete type.
//
// It owns the connection pools, the migrations of every room's tables, and
// the one write lane of a realm. It imports no other room.
//
// It keeps true:
//
//   - A Write that returned nil is durable: SQLite runs in WAL mode with
//     synchronous=FULL, PostgreSQL with its default synchronous_commit.
//   - The writes of a realm are serial. Writers that arrive together share
//     one transaction and one fsync, each inside a savepoint of its own, so
//     that a refused write takes nothing of its neighbours with it. On
//     PostgreSQL an advisory lock makes the lane serial across servers.
//   - What several writes of one caller do through Together is one transaction.
//   - A write is never abandoned because its caller went away: cancelling a
//     commit in flight could lose what was acknowledged elsewhere.
//   - One SQL text serves both engines: placeholders $1, $2…, column types
//     TEXT, INTEGER, BIGINT and BYTEA, no booleans (INTEGER 0 or 1), times as
//     BIGINT Unix milliseconds UTC.
package store
