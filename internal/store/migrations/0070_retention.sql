-- +goose Up

-- casefile: whether a legal hold stops the erasure of a case (1) and when its
-- keys were destroyed last (milliseconds since 1970; 0 for never), from the
-- events about whole records.
ALTER TABLE cases ADD COLUMN held INTEGER NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN erased_at BIGINT NOT NULL DEFAULT 0;
UPDATE cases SET held = 1 WHERE 'vault.held' = (SELECT e.kind FROM events e
    WHERE e.stream = 'oversight/' || cases.id AND e.kind IN ('vault.held', 'vault.released') ORDER BY e.version DESC LIMIT 1);
UPDATE cases SET erased_at = COALESCE((SELECT MAX(e.at) FROM events e
    WHERE e.stream = 'oversight/' || cases.id AND e.kind = 'vault.erased'), 0);
CREATE INDEX cases_retention ON cases (closed_at) WHERE closed_at > 0;

-- +goose Down
DROP INDEX cases_retention;
ALTER TABLE cases DROP COLUMN erased_at;
ALTER TABLE cases DROP COLUMN held;
