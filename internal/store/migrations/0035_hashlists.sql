-- +goose Up

-- hashlist: lists of known abuse material, as their events tell it.
CREATE TABLE hash_lists (
    id      TEXT   PRIMARY KEY,
    status  TEXT   NOT NULL, -- inforce or withdrawn
    at      BIGINT NOT NULL,
    version BIGINT NOT NULL,
    state   BYTEA  NOT NULL
);

-- hashlist: what stands on them, keyed: without the realm's key file nobody can
-- tell what. Not a projection.
CREATE TABLE hash_list_entries (
    list TEXT  NOT NULL,
    algo TEXT  NOT NULL, -- md5, sha1, sha256
    mac  BYTEA NOT NULL,
    PRIMARY KEY (mac, algo, list)
);
CREATE INDEX hash_list_entries_of ON hash_list_entries (list, algo);

-- hashlist: digests of things ("file/<id>", "exhibit/<id>"), keyed the same way,
-- to hold against lists to come. Not a projection: forgotten with the thing.
CREATE TABLE digest_marks (
    thing TEXT   NOT NULL,
    n     BIGINT NOT NULL, -- which item of the thing
    algo  TEXT   NOT NULL,
    mac   BYTEA  NOT NULL,
    PRIMARY KEY (thing, n, algo)
);
CREATE INDEX digest_marks_mac ON digest_marks (mac);

-- hashlist: reports of forensic tools, as their events tell it.
CREATE TABLE digest_reports (
    id      TEXT   PRIMARY KEY,
    exhibit TEXT   NOT NULL,
    agency  TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    state   BYTEA  NOT NULL
);
CREATE INDEX digest_reports_exhibit ON digest_reports (exhibit, at);

-- +goose Down
DROP TABLE digest_reports;
DROP TABLE digest_marks;
DROP TABLE hash_list_entries;
DROP TABLE hash_lists;
