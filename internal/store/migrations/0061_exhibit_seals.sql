-- +goose Up

-- exhibit: every seal that was ever put on something: its number closes one
-- thing, once. The first one stands where an old ledger holds it twice.
CREATE TABLE exhibit_seals (
    seal    TEXT PRIMARY KEY,
    exhibit TEXT NOT NULL,
    step    TEXT NOT NULL
);
INSERT INTO exhibit_seals (seal, exhibit, step) SELECT seal, min(id), '' FROM exhibits WHERE seal <> '' GROUP BY seal;

-- +goose Down
DROP TABLE exhibit_seals;
