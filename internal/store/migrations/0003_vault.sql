-- +goose Up

-- vault: the data keys of one subject, one for each compartment, each wrapped
-- by the key-encryption key named in kek. An erased compartment is listed in
-- erased and has no key any more; the row stays as its tombstone. Used in the
-- key store only.
CREATE TABLE key_rings (
    subject TEXT   PRIMARY KEY,
    kek     BIGINT NOT NULL,
    keys    BYTEA  NOT NULL,
    erased  TEXT   NOT NULL,
    made_at BIGINT NOT NULL,
    erased_at BIGINT NOT NULL
);

-- vault: orders under which nothing of a subject may be erased. Several may
-- stand at once; each is released by itself. reason is the id of the order or
-- the case, never a name. Used in the key store only.
CREATE TABLE key_holds (
    subject TEXT   NOT NULL,
    reason  TEXT   NOT NULL,
    since   BIGINT NOT NULL,
    PRIMARY KEY (subject, reason)
);

-- +goose Down
DROP TABLE key_holds;
DROP TABLE key_rings;
