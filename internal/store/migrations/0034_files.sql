-- +goose Up

-- blob: contents kept in sealed pieces. Not a projection: the ledger tells of
-- a content by its digests, these rows tell where its pieces are.
CREATE TABLE blobs (
    id         TEXT   PRIMARY KEY,
    part       TEXT   NOT NULL, -- compartment whose key seals it
    size       BIGINT NOT NULL, -- declared length in bytes; -1: told by its end
    got        BIGINT NOT NULL, -- bytes acknowledged
    pieces     BIGINT NOT NULL, -- pieces acknowledged
    whole      BIGINT NOT NULL, -- 1: nothing is added any more
    hashes     TEXT   NOT NULL, -- which hashes run beside SHA-256: "md5 sha1"
    running    BYTEA  NOT NULL, -- their inner state, sealed
    begun_at   BIGINT NOT NULL,
    touched_at BIGINT NOT NULL
);
CREATE INDEX blobs_unfinished ON blobs (whole, touched_at);

-- blob: the pieces in order. What is not here is no part of the content,
-- whatever lies in the folder.
CREATE TABLE blob_pieces (
    blob TEXT   NOT NULL,
    n    BIGINT NOT NULL, -- from 0
    size BIGINT NOT NULL, -- bytes of content in it
    mark TEXT   NOT NULL, -- end of the piece's name: two writers never share one
    sum  BYTEA  NOT NULL, -- SHA-256 of the sealed piece
    PRIMARY KEY (blob, n)
);

-- evidencefile: uploads that are under way. Not a projection.
CREATE TABLE uploads (
    id      TEXT   PRIMARY KEY, -- of the file to be
    staff   TEXT   NOT NULL,
    agency  TEXT   NOT NULL,
    place   TEXT   NOT NULL, -- "case/<id>" or "inquiry/<id>"
    at      BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    state   BYTEA  NOT NULL  -- what was said of it; words are sealed
);
CREATE INDEX uploads_of ON uploads (staff, place);
CREATE INDEX uploads_end ON uploads (ends_at);

-- evidencefile: files as their events tell them.
CREATE TABLE files (
    id      TEXT   PRIMARY KEY,
    place   TEXT   NOT NULL, -- "case/<id>" or "inquiry/<id>"
    parent  TEXT   NOT NULL,
    status  TEXT   NOT NULL, -- kept or destroyed
    agency  TEXT   NOT NULL, -- of whoever uploaded it
    staff   TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    todo    TEXT   NOT NULL, -- what the clockwork still owes it: "examine stamp"
    version BIGINT NOT NULL,
    state   BYTEA  NOT NULL
);
CREATE INDEX files_place ON files (place, at);
CREATE INDEX files_parent ON files (parent);
CREATE INDEX files_todo ON files (todo, at);
CREATE INDEX files_destroyed ON files (status, agency, at);

-- +goose Down
DROP TABLE files;
DROP TABLE uploads;
DROP TABLE blob_pieces;
DROP TABLE blobs;
