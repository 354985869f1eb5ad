-- +goose Up

-- certificate: certificates of electronic evidence, as their events tell them.
-- Ids, numbers, digests and ciphertext.
CREATE TABLE certificates (
    id         TEXT   PRIMARY KEY,
    inquiry    TEXT   NOT NULL,
    status     TEXT   NOT NULL,
    changed_at BIGINT NOT NULL,
    version    BIGINT NOT NULL,
    state      BYTEA  NOT NULL
);
CREATE INDEX certificates_inquiry ON certificates (inquiry, changed_at);

-- +goose Down
DROP TABLE certificates;
