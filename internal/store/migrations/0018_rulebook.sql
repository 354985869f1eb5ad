-- +goose Up

-- rulebook: a document as its events tell it, without the texts.
CREATE TABLE rulebook_documents (
    id      TEXT   PRIMARY KEY,
    seq     BIGINT NOT NULL,
    version BIGINT NOT NULL,
    state   BYTEA  NOT NULL
);

-- rulebook: the text of every version, for good.
CREATE TABLE rulebook_texts (
    document TEXT    NOT NULL,
    number   INTEGER NOT NULL,
    body     TEXT    NOT NULL,
    PRIMARY KEY (document, number)
);

-- +goose Down
DROP TABLE rulebook_texts;
DROP TABLE rulebook_documents;
