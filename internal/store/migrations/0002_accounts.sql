-- +goose Up

-- accounts: the agencies that work together. id is a short name such as
-- ctip-secretariat; kind and county are vocabulary ids; state is active or closed.
CREATE TABLE agencies (
    id       TEXT   PRIMARY KEY,
    name     TEXT   NOT NULL,
    kind     TEXT   NOT NULL,
    county   TEXT   NOT NULL,
    state    TEXT   NOT NULL,
    added_at BIGINT NOT NULL
);

-- accounts: the people who work there. duties is a JSON list of duty ids;
-- state is invited, active, suspended or left; second_factor is none, enrolling,
-- confirmed or waived-demo. failed and locked_until hold the lock-out, missed
-- and missed_at what the holder is told at the next sign-in. totp_step is the
-- last time step whose code was taken. 0 is "never" in every time.
CREATE TABLE staff (
    id            TEXT    PRIMARY KEY,
    agency        TEXT    NOT NULL REFERENCES agencies (id),
    name          TEXT    NOT NULL,
    username      TEXT    NOT NULL UNIQUE,
    email         TEXT    NOT NULL,
    phone         TEXT    NOT NULL,
    duties        TEXT    NOT NULL,
    language      TEXT    NOT NULL,
    password_hash TEXT    NOT NULL,
    second_factor TEXT    NOT NULL,
    totp_sealed   TEXT    NOT NULL,
    totp_step     BIGINT  NOT NULL,
    failed        INTEGER NOT NULL,
    locked_until  BIGINT  NOT NULL,
    missed        INTEGER NOT NULL,
    missed_at     BIGINT  NOT NULL,
    state         TEXT    NOT NULL,
    created_at    BIGINT  NOT NULL,
    changed_at    BIGINT  NOT NULL,
    signed_in_at  BIGINT  NOT NULL
);
CREATE INDEX staff_agency ON staff (agency, name);

-- accounts: keyed hashes of recovery codes, never the codes.
CREATE TABLE recovery_codes (
    staff   TEXT   NOT NULL REFERENCES staff (id),
    hash    BYTEA  NOT NULL,
    used_at BIGINT NOT NULL,
    PRIMARY KEY (staff, hash)
);

-- accounts: one open link a person, to join or to set a new password (reason
-- is join or reset). Only the SHA-256 of the token is kept.
CREATE TABLE invitations (
    token_hash BYTEA  PRIMARY KEY,
    staff      TEXT   NOT NULL REFERENCES staff (id),
    reason     TEXT   NOT NULL,
    made_at    BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at    BIGINT NOT NULL,
    ended_at   BIGINT NOT NULL
);
CREATE INDEX invitations_staff ON invitations (staff);

-- accounts: sessions. stage is full, or second-factor or enrol while a sign-in
-- is half done; id is the name by which a list speaks of it, never the token.
CREATE TABLE sessions (
    token_hash BYTEA   PRIMARY KEY,
    id         TEXT    NOT NULL UNIQUE,
    staff      TEXT    NOT NULL REFERENCES staff (id),
    stage      TEXT    NOT NULL,
    kind       TEXT    NOT NULL,
    shared     INTEGER NOT NULL,
    device     TEXT    NOT NULL,
    duty       TEXT    NOT NULL,
    tries      INTEGER NOT NULL,
    created_at BIGINT  NOT NULL,
    seen_at    BIGINT  NOT NULL,
    idle_ms    BIGINT  NOT NULL,
    expires_at BIGINT  NOT NULL,
    revoked_at BIGINT  NOT NULL
);
CREATE INDEX sessions_staff ON sessions (staff, revoked_at, expires_at);

-- accounts: how many sign-ins a day failed without an open account behind
-- them, by reason. No names.
CREATE TABLE sign_in_misses (
    day    TEXT   NOT NULL,
    reason TEXT   NOT NULL,
    n      BIGINT NOT NULL,
    PRIMARY KEY (day, reason)
);

-- +goose Down
DROP TABLE sign_in_misses;
DROP TABLE sessions;
DROP TABLE invitations;
DROP TABLE recovery_codes;
DROP TABLE staff;
DROP TABLE agencies;
