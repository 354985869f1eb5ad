-- +goose Up

-- casefile: a case as its events up to version tell it, kept every few versions;
-- whoever reads the case folds the events since into it. The table has a new name
-- so that an older program, which wrote it with every event, does not read it.
ALTER TABLE case_state RENAME TO case_snapshots;

-- +goose Down
-- The rows of an older program stand at the current version: its rebuild writes them.
ALTER TABLE case_snapshots RENAME TO case_state;
