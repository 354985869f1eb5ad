-- +goose Up

-- The joint case: detention with its hours, whole-case transfers, work that
-- waits for a second pair of eyes.
ALTER TABLE cases ADD COLUMN detained_since BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN offered_to TEXT NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN awaits INTEGER NOT NULL DEFAULT 0;
CREATE INDEX cases_offered ON cases (offered_to, due_at, id) WHERE offered_to <> '';
CREATE INDEX cases_awaits ON cases (holder, due_at, id) WHERE awaits = 1;
CREATE INDEX cases_detained ON cases (detained_since, id) WHERE detained = 1 AND closed_at = 0;

-- +goose Down
DROP INDEX cases_detained;
DROP INDEX cases_awaits;
DROP INDEX cases_offered;
ALTER TABLE cases DROP COLUMN awaits;
ALTER TABLE cases DROP COLUMN offered_to;
ALTER TABLE cases DROP COLUMN detained_since;
