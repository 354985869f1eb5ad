-- +goose Up

-- notice: who caused it, for lines that are told to a duty: whoever caused it is
-- not told of it. Empty on rows from before, and where nobody did.
ALTER TABLE notices ADD COLUMN actor TEXT NOT NULL DEFAULT '';

-- +goose Down
ALTER TABLE notices DROP COLUMN actor;
