-- +goose Up

-- search: the parts of a person's names in their order, as keyed tokens, and
-- sealed: equal names do not look equal to whoever has the table alone. One row
-- a person; whoever was written before has none until written again.
CREATE TABLE spelt_names (
    person TEXT  NOT NULL PRIMARY KEY,
    sealed BYTEA NOT NULL
);

-- +goose Down
DROP TABLE spelt_names;
