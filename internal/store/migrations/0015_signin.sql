-- +goose Up

-- accounts: passkeys. id is the name by which a list speaks of one, credential
-- what the authenticator calls it; record is its public key with what was told
-- at enrolment, counter the highest the authenticator has shown. cloned_at is
-- when a lower one was seen; from then on it opens nothing.
CREATE TABLE passkeys (
    id         TEXT   PRIMARY KEY,
    staff      TEXT   NOT NULL REFERENCES staff (id),
    credential BYTEA  NOT NULL UNIQUE,
    name       TEXT   NOT NULL,
    record     TEXT   NOT NULL,
    counter    BIGINT NOT NULL,
    cloned_at  BIGINT NOT NULL,
    made_at    BIGINT NOT NULL,
    used_at    BIGINT NOT NULL
);
CREATE INDEX passkeys_staff ON passkeys (staff, made_at);

-- accounts: steps that were begun and wait for an authenticator or for an
-- agency's sign-on to answer. kind is passkey-new, passkey or sign-on; staff is
-- empty while nobody is known. Each is taken once.
CREATE TABLE ceremonies (
    token_hash BYTEA  PRIMARY KEY,
    kind       TEXT   NOT NULL,
    staff      TEXT   NOT NULL,
    data       TEXT   NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX ceremonies_staff ON ceremonies (staff);

-- accounts: an agency's own sign-on (OpenID Connect). domains and factors are
-- JSON lists. number_claim names the claim that is the staff's number; empty
-- means that the address decides.
CREATE TABLE sign_ons (
    agency        TEXT    PRIMARY KEY REFERENCES agencies (id),
    issuer        TEXT    NOT NULL,
    client_id     TEXT    NOT NULL,
    secret_sealed TEXT    NOT NULL,
    domains       TEXT    NOT NULL,
    number_claim  TEXT    NOT NULL,
    factors       TEXT    NOT NULL,
    active        INTEGER NOT NULL,
    changed_at    BIGINT  NOT NULL
);

-- accounts: who an agency's sign-on means by a subject.
CREATE TABLE sign_on_links (
    staff     TEXT   PRIMARY KEY REFERENCES staff (id),
    issuer    TEXT   NOT NULL,
    subject   TEXT   NOT NULL,
    linked_at BIGINT NOT NULL,
    UNIQUE (issuer, subject)
);

-- accounts: number is the agency's own number of a person; conduct_version and
-- conduct_at are the code of conduct accepted last, 0 for never.
ALTER TABLE staff ADD COLUMN number TEXT NOT NULL DEFAULT '';
ALTER TABLE staff ADD COLUMN conduct_version TEXT NOT NULL DEFAULT '';
ALTER TABLE staff ADD COLUMN conduct_at BIGINT NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE staff DROP COLUMN conduct_at;
ALTER TABLE staff DROP COLUMN conduct_version;
ALTER TABLE staff DROP COLUMN number;
DROP TABLE sign_on_links;
DROP TABLE sign_ons;
DROP TABLE ceremonies;
DROP TABLE passkeys;
