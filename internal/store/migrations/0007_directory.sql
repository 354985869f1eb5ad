-- +goose Up

-- directory: a provider as its events tell it. Of a confidential place the
-- state holds its county and a sealed text.
CREATE TABLE directory_providers (
    id      TEXT   PRIMARY KEY,
    seq     BIGINT NOT NULL,
    version BIGINT NOT NULL,
    agency  TEXT   NOT NULL,
    name    TEXT   NOT NULL,
    state   BYTEA  NOT NULL
);
CREATE INDEX directory_providers_seq ON directory_providers (seq);
CREATE INDEX directory_providers_agency ON directory_providers (agency);

-- directory: every hold, for those who made it, those who keep it, and for
-- statistics. It names no case.
CREATE TABLE directory_holds (
    id       TEXT    PRIMARY KEY,
    provider TEXT    NOT NULL,
    service  TEXT    NOT NULL,
    location TEXT    NOT NULL,
    unit     TEXT    NOT NULL,
    grp      TEXT    NOT NULL,
    places   INTEGER NOT NULL,
    staff    TEXT    NOT NULL,
    agency   TEXT    NOT NULL,
    made_at  BIGINT  NOT NULL,
    until_at BIGINT  NOT NULL,
    ended_at BIGINT  NOT NULL,
    outcome  TEXT    NOT NULL
);
CREATE INDEX directory_holds_staff ON directory_holds (staff, until_at);
CREATE INDEX directory_holds_provider ON directory_holds (provider, until_at);

-- +goose Down
DROP TABLE directory_holds;
DROP TABLE directory_providers;
