-- +goose Up

-- casefile: rows of agencies' own lists that were taken. A token is keyed and
-- tells one row again; prints are keyed digests of what the row said, so that
-- a changed one is noticed. Written with the events and not folded from them,
-- so that they can be forgotten; then case_id and prints are empty, and the
-- token alone stays, so that an old spreadsheet does not bring her back.
CREATE TABLE list_rows (
    agency  TEXT  NOT NULL,
    token   BYTEA NOT NULL,
    case_id TEXT  NOT NULL,
    prints  TEXT  NOT NULL,
    PRIMARY KEY (agency, token)
);
CREATE INDEX list_rows_case ON list_rows (case_id);

-- caselist: how an agency's lists are read, as their events tell it: headings,
-- their meaning, and words of the list for terms. Never a value of a person.
CREATE TABLE case_lists (
    agency  TEXT   NOT NULL,
    list    TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    state   BYTEA  NOT NULL,
    PRIMARY KEY (agency, list)
);

-- +goose Down
DROP TABLE case_lists;
DROP TABLE list_rows;
