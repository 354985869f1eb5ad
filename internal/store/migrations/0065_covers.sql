-- +goose Up

-- casefile: whose place a member of the team takes for a time of leave (JSON),
-- when the next of these ends (milliseconds since 1970; the greatest number for
-- none), and whether they are on the team in their own right (1) or for a leave
-- alone (0). What stood before is filled in by rufaa rebuild; the door knows
-- the end of a cover anyway.
ALTER TABLE team ADD COLUMN ends_at BIGINT NOT NULL DEFAULT 9223372036854775807;
ALTER TABLE team ADD COLUMN own INTEGER NOT NULL DEFAULT 1;
ALTER TABLE team ADD COLUMN covers TEXT NOT NULL DEFAULT '';
CREATE INDEX team_ends ON team (ends_at) WHERE ends_at < 9223372036854775807;

-- casefile: who is kept away from a case.
CREATE TABLE kept_away (
    case_id TEXT NOT NULL,
    staff   TEXT NOT NULL,
    PRIMARY KEY (staff, case_id)
);

-- +goose Down
DROP TABLE kept_away;
DROP INDEX team_ends;
ALTER TABLE team DROP COLUMN covers;
ALTER TABLE team DROP COLUMN own;
ALTER TABLE team DROP COLUMN ends_at;
