-- +goose Up

-- realm: name, kind and public verifier, so that a copy of the database can be
-- verified without the realm's folder.
CREATE TABLE realm_facts (
    key   TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- +goose Down
DROP TABLE realm_facts;
