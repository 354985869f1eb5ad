-- +goose Up

-- accounts: whom an agency named to sit for it on identification panels, in the
-- order in which they were named.
CREATE TABLE panel_delegates (
    staff    TEXT   PRIMARY KEY,
    agency   TEXT   NOT NULL,
    named_at BIGINT NOT NULL
);
CREATE INDEX panel_delegates_agency ON panel_delegates (agency, named_at);

-- +goose Down
DROP TABLE panel_delegates;
