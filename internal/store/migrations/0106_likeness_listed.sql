-- +goose Up

-- likeness: who is to be compared because a list told of her waits behind whom
-- its importer wrote.
ALTER TABLE likeness_due ADD COLUMN listed INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE likeness_due DROP COLUMN listed;
