-- +goose Up

-- training: what was handed to the outbox for a learning record store. It says
-- what went out, not what is in the ledger: folding the read models again
-- leaves it alone, so that nothing goes out a second time.
CREATE TABLE course_statements (
    id     TEXT PRIMARY KEY,
    course TEXT NOT NULL
);
CREATE TABLE course_handed (
    course  TEXT   PRIMARY KEY,
    version BIGINT NOT NULL
);

-- +goose Down
DROP TABLE course_handed;
DROP TABLE course_statements;
