-- +goose Up

-- What witnesses have signed of this ledger. It is no part of the tree: each
-- line proves itself by the witness's key.
CREATE TABLE cosignatures (
    witness  TEXT   NOT NULL, -- name in its key
    size     BIGINT NOT NULL, -- of the checkpoint, in events
    at       BIGINT NOT NULL, -- when the witness signed, milliseconds since 1970
    verifier TEXT   NOT NULL, -- its public key
    line     TEXT   NOT NULL, -- the signature line of the note
    PRIMARY KEY (witness, size)
);

-- +goose Down
DROP TABLE cosignatures;
