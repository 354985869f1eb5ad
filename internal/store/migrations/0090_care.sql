-- +goose Up

-- measure: what counts as care in a case (a service given, a need met, a referral
-- begun), so that the first one is known again when a service is struck out. at is
-- milliseconds since 1970. What was measured before has no source of its own until
-- a rebuild.
CREATE TABLE measure_care (
    case_id TEXT   NOT NULL,
    source  TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (case_id, source)
);
INSERT INTO measure_care (case_id, source, at) SELECT case_id, '', care_at FROM measure_cases WHERE care_at > 0;

-- +goose Down
DROP TABLE measure_care;
