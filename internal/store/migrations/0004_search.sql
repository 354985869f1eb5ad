-- +goose Up

-- search: keyed filters over the bigrams of a person's names, one row a name.
-- Not in the ledger, so that they can be forgotten.
CREATE TABLE name_filters (
    person  TEXT    NOT NULL,
    n       INTEGER NOT NULL,
    case_id TEXT    NOT NULL,
    filter  BYTEA   NOT NULL,
    PRIMARY KEY (person, n)
);

-- search: keyed tokens of phones and identity numbers, for equality only.
CREATE TABLE exact_tokens (
    kind    TEXT  NOT NULL,
    token   BYTEA NOT NULL,
    person  TEXT  NOT NULL,
    case_id TEXT  NOT NULL,
    PRIMARY KEY (kind, token, person)
);
CREATE INDEX exact_tokens_person ON exact_tokens (person);

-- +goose Down
DROP TABLE exact_tokens;
DROP TABLE name_filters;
