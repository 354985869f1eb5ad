-- +goose Up

-- casefile: who asked for the erasure of a case and why, while it waits for a
-- second person, from the events about whole records. Times are milliseconds
-- since 1970; from until_at on the request no longer holds. One row a case.
CREATE TABLE erasures (
    case_id  TEXT   NOT NULL PRIMARY KEY,
    id       TEXT   NOT NULL,
    staff    TEXT   NOT NULL,
    agency   TEXT   NOT NULL,
    duty     TEXT   NOT NULL,
    reason   TEXT   NOT NULL,
    asked_at BIGINT NOT NULL,
    until_at BIGINT NOT NULL
);

-- +goose Down
DROP TABLE erasures;
