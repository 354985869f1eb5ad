-- +goose Up

-- exercise: where each exercise stands, as its events tell it. Nothing hidden
-- of the scenario is in it.
CREATE TABLE exercises (
    id        TEXT   PRIMARY KEY,
    begun_seq BIGINT NOT NULL,
    phase     TEXT   NOT NULL,
    version   BIGINT NOT NULL,
    state     BYTEA  NOT NULL
);

-- exercise: every event of play in order, for the board, the mailbox and the
-- review. Times in milliseconds, moments in minutes of the scenario.
CREATE TABLE exercise_log (
    seq      BIGINT PRIMARY KEY,
    exercise TEXT   NOT NULL,
    version  BIGINT NOT NULL,
    kind     TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    moment   BIGINT NOT NULL,
    staff    TEXT   NOT NULL,
    agency   TEXT   NOT NULL,
    team     TEXT   NOT NULL,
    subject  TEXT   NOT NULL,
    payload  BYTEA  NOT NULL
);
CREATE INDEX exercise_log_kind ON exercise_log (exercise, kind, seq);

-- +goose Down
DROP TABLE exercise_log;
DROP TABLE exercises;
