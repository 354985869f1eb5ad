-- +goose Up

-- measure: when care reached a person. Times are milliseconds since 1970, 0 is
-- not yet. Nothing here identifies.
CREATE TABLE measure_cases (
    case_id     TEXT   PRIMARY KEY,
    county      TEXT   NOT NULL,
    holder      TEXT   NOT NULL,
    alert_at    BIGINT NOT NULL,
    safe_at     BIGINT NOT NULL,
    care_at     BIGINT NOT NULL,
    answered_at BIGINT NOT NULL
);
CREATE INDEX measure_cases_alert ON measure_cases (alert_at);

-- measure: each need with what became of it.
CREATE TABLE measure_needs (
    need    TEXT   PRIMARY KEY,
    case_id TEXT   NOT NULL,
    service TEXT   NOT NULL,
    since   BIGINT NOT NULL,
    state   TEXT   NOT NULL
);
CREATE INDEX measure_needs_case ON measure_needs (case_id);

-- measure: each referral with its answer.
CREATE TABLE measure_referrals (
    referral    TEXT   PRIMARY KEY,
    case_id     TEXT   NOT NULL,
    service     TEXT   NOT NULL,
    receiver    TEXT   NOT NULL,
    sent_at     BIGINT NOT NULL,
    answered_at BIGINT NOT NULL,
    outcome     TEXT   NOT NULL,
    reason      TEXT   NOT NULL
);

-- +goose Down
DROP TABLE measure_referrals;
DROP TABLE measure_needs;
DROP TABLE measure_cases;
