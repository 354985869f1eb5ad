-- +goose Up

-- ledger: one row an event. seq is the order of the realm and the leaf's
-- place in the tree; body is the canonical envelope (RFC 8785), the columns
-- beside it repeat what queries need.
CREATE TABLE events (
    seq     INTEGER PRIMARY KEY,
    stream  TEXT    NOT NULL,
    version BIGINT  NOT NULL,
    kind    TEXT    NOT NULL,
    at      BIGINT  NOT NULL,
    body    BYTEA   NOT NULL,
    leaf    BYTEA   NOT NULL,
    UNIQUE (stream, version)
);

-- ledger: inner hashes of the tree, by their stored index (x/mod/sumdb/tlog).
-- The keys here are INTEGER and not BIGINT because SQLite then makes them the
-- row's own number and needs no second index; PostgreSQL's INTEGER holds the
-- hashes of a thousand million events.
CREATE TABLE tree (
    idx  INTEGER PRIMARY KEY,
    hash BYTEA  NOT NULL
);

-- ledger: signed notes over the tree's head (C2SP tlog-checkpoint).
CREATE TABLE checkpoints (
    size INTEGER PRIMARY KEY,
    at   BIGINT NOT NULL,
    note BYTEA  NOT NULL
);

-- ledger: what was answered to a command, so that a repeat gets the same.
-- digest is keyed, never a bare hash of what a person typed.
CREATE TABLE commands (
    actor  TEXT   NOT NULL,
    key    TEXT   NOT NULL,
    digest BYTEA  NOT NULL,
    answer BYTEA  NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY (actor, key)
);

-- +goose Down
DROP TABLE commands;
DROP TABLE checkpoints;
DROP TABLE tree;
DROP TABLE events;
