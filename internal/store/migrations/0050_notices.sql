-- +goose Up

-- notice: a notice knows the event that caused it, so that what is sent about
-- it is found from there on. Older ones keep 0 and are never sent.
ALTER TABLE notices ADD COLUMN seq BIGINT NOT NULL DEFAULT 0;
CREATE INDEX notices_seq ON notices (seq);
CREATE INDEX notices_case ON notices (case_id);

-- notice: when a clock of a case is near next, as its events tell it.
CREATE TABLE notice_watch (
    case_id TEXT   PRIMARY KEY,
    next_at BIGINT NOT NULL
);
CREATE INDEX notice_watch_next ON notice_watch (next_at);

-- notice: up to which event was looked whom to write to. Not a projection: a
-- rebuild sends nothing again.
CREATE TABLE notice_cursor (
    id  INTEGER PRIMARY KEY,
    seq BIGINT  NOT NULL
);

-- notice: how somebody wants to be told; JSON without an address.
CREATE TABLE notice_settings (
    staff    TEXT  PRIMARY KEY,
    settings BYTEA NOT NULL
);

-- notice: where somebody of the staff is reached, once it was verified. Never
-- an address of a survivor.
CREATE TABLE notice_addresses (
    staff       TEXT    NOT NULL,
    channel     TEXT    NOT NULL,
    address     TEXT    NOT NULL,
    verified_at BIGINT  NOT NULL,
    code        BYTEA   NOT NULL,
    code_until  BIGINT  NOT NULL,
    tries       INTEGER NOT NULL,
    asked       INTEGER NOT NULL,
    asked_since BIGINT  NOT NULL,
    PRIMARY KEY (staff, channel)
);

-- notice: what waits for its hour: one notice, one person or agency, one channel.
CREATE TABLE notice_pending (
    id      TEXT   PRIMARY KEY,
    notice  TEXT   NOT NULL,
    staff   TEXT   NOT NULL,
    agency  TEXT   NOT NULL,
    channel TEXT   NOT NULL,
    kind    TEXT   NOT NULL,
    due_at  BIGINT NOT NULL
);
CREATE INDEX notice_pending_due ON notice_pending (due_at);

-- notice: messages on their way out; body is kinds and counts as JSON.
CREATE TABLE notice_outbox (
    id       TEXT    PRIMARY KEY,
    staff    TEXT    NOT NULL,
    agency   TEXT    NOT NULL,
    channel  TEXT    NOT NULL,
    body     BYTEA   NOT NULL,
    state    TEXT    NOT NULL,
    tries    INTEGER NOT NULL,
    next_at  BIGINT  NOT NULL,
    failure  TEXT    NOT NULL,
    made_at  BIGINT  NOT NULL,
    done_at  BIGINT  NOT NULL
);
CREATE INDEX notice_outbox_next ON notice_outbox (state, next_at);

-- notice: what would have left a realm that nothing leaves.
CREATE TABLE notice_captured (
    id      TEXT   PRIMARY KEY,
    staff   TEXT   NOT NULL,
    agency  TEXT   NOT NULL,
    channel TEXT   NOT NULL,
    subject TEXT   NOT NULL,
    text    TEXT   NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX notice_captured_at ON notice_captured (staff, at);

-- notice: agencies' endpoints; the keys are sealed.
CREATE TABLE webhooks (
    agency        TEXT    PRIMARY KEY,
    url           TEXT    NOT NULL,
    secret        TEXT    NOT NULL,
    earlier       TEXT    NOT NULL,
    earlier_until BIGINT  NOT NULL,
    state         TEXT    NOT NULL,
    failures      INTEGER NOT NULL,
    failure       TEXT    NOT NULL,
    changed_at    BIGINT  NOT NULL
);

-- +goose Down
DROP TABLE webhooks;
DROP TABLE notice_captured;
DROP TABLE notice_outbox;
DROP TABLE notice_pending;
DROP TABLE notice_addresses;
DROP TABLE notice_settings;
DROP TABLE notice_cursor;
DROP TABLE notice_watch;
DROP INDEX notices_case;
DROP INDEX notices_seq;
ALTER TABLE notices DROP COLUMN seq;
