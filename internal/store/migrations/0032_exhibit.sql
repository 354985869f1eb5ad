-- +goose Up

-- exhibit: exhibits as their events tell them. Words stand in state sealed.
CREATE TABLE exhibits (
    id         TEXT   PRIMARY KEY,
    scene      TEXT   NOT NULL,
    n          BIGINT NOT NULL,
    number     TEXT   NOT NULL,
    code       TEXT   NOT NULL UNIQUE,
    kind       TEXT   NOT NULL,
    owner      TEXT   NOT NULL,
    status     TEXT   NOT NULL,
    keeper     TEXT   NOT NULL,
    awaited    TEXT   NOT NULL,
    seal       TEXT   NOT NULL,
    taken_at   BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    version    BIGINT NOT NULL,
    state      BYTEA  NOT NULL,
    UNIQUE (scene, n)
);
CREATE INDEX exhibits_keeper ON exhibits (keeper);
CREATE INDEX exhibits_awaited ON exhibits (awaited);
CREATE INDEX exhibits_seal ON exhibits (seal);

-- exhibit: the staff who have or had one, or are asked to take it.
CREATE TABLE exhibit_people (
    exhibit TEXT NOT NULL,
    staff   TEXT NOT NULL,
    PRIMARY KEY (exhibit, staff)
);
CREATE INDEX exhibit_people_staff ON exhibit_people (staff);

-- exhibit: keyed tokens of digests from forensic tools' reports, so that a
-- list finds a row without a digest being in the clear.
CREATE TABLE exhibit_tokens (
    token   TEXT NOT NULL,
    exhibit TEXT NOT NULL,
    PRIMARY KEY (token, exhibit)
);

-- exhibit: the last number of each scene.
CREATE TABLE exhibit_series (
    scene TEXT   PRIMARY KEY,
    last  BIGINT NOT NULL
);

-- +goose Down
DROP TABLE exhibit_series;
DROP TABLE exhibit_tokens;
DROP TABLE exhibit_people;
DROP TABLE exhibits;
