-- +goose Up

-- search: which person's name filters were changed last, in the order of the
-- writes, so that every server on the database takes in what others wrote. A
-- forgotten person keeps her row: the others must forget her too.
CREATE TABLE name_changes (
    person TEXT   NOT NULL PRIMARY KEY,
    n      BIGINT NOT NULL
);
CREATE UNIQUE INDEX name_changes_n ON name_changes (n);

-- +goose Down
DROP TABLE name_changes;
