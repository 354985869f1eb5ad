-- +goose Up

-- diary: the secret address of somebody's calendar, as a hash.
CREATE TABLE calendar_feeds (
    staff   TEXT   PRIMARY KEY,
    agency  TEXT   NOT NULL,
    duty    TEXT   NOT NULL,
    token   BYTEA  NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE INDEX calendar_feeds_token ON calendar_feeds (token);

-- kept: filters over worklists and searches that somebody keeps. What is
-- searched for is sealed; a filter holds terms alone.
CREATE TABLE kept_lists (
    id      TEXT    PRIMARY KEY,
    staff   TEXT    NOT NULL,
    agency  TEXT    NOT NULL,
    duty    TEXT    NOT NULL,
    kind    TEXT    NOT NULL,
    name    TEXT    NOT NULL,
    shared  INTEGER NOT NULL,
    preset  INTEGER NOT NULL,
    content BYTEA   NOT NULL,
    sealed  TEXT    NOT NULL,
    at      BIGINT  NOT NULL
);
CREATE INDEX kept_lists_staff ON kept_lists (staff, at);
CREATE INDEX kept_lists_agency ON kept_lists (agency, shared, at);

-- +goose Down
DROP TABLE kept_lists;
DROP TABLE calendar_feeds;
