-- +goose Up

-- hashlist: the category that a list gives an item; 0 where it gives none.
-- Reports of forensic tools stand in the exhibit's own stream: digest_reports
-- of 0035 stays empty.
ALTER TABLE hash_list_entries ADD COLUMN category INTEGER NOT NULL DEFAULT 0;

-- +goose Down
ALTER TABLE hash_list_entries DROP COLUMN category;
