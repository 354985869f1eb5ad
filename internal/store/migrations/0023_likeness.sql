-- +goose Up

-- likeness: pairs of persons of two agencies who may be one, as their events
-- tell it. Ids only.
CREATE TABLE likenesses (
    id         TEXT   PRIMARY KEY,
    case_a     TEXT   NOT NULL,
    person_a   TEXT   NOT NULL,
    case_b     TEXT   NOT NULL,
    person_b   TEXT   NOT NULL,
    status     TEXT   NOT NULL,
    changed_at BIGINT NOT NULL,
    version    BIGINT NOT NULL,
    state      BYTEA  NOT NULL
);
CREATE INDEX likenesses_a ON likenesses (case_a, status);
CREATE INDEX likenesses_b ON likenesses (case_b, status);
CREATE INDEX likenesses_clock ON likenesses (status, changed_at);

-- likeness: who was written and is still to be compared, written together with
-- the tokens; emptied by the clockwork. Not a projection.
CREATE TABLE likeness_due (
    person  TEXT   PRIMARY KEY,
    case_id TEXT   NOT NULL,
    staff   TEXT   NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX likeness_due_at ON likeness_due (at);

-- family: which cases of one holder belong together, as their events tell it.
CREATE TABLE families (
    id      TEXT   PRIMARY KEY,
    version BIGINT NOT NULL,
    state   BYTEA  NOT NULL
);

-- family: the members; a case is in one family, also when two join at once.
CREATE TABLE family_members (
    case_id TEXT PRIMARY KEY,
    person  TEXT NOT NULL,
    family  TEXT NOT NULL
);
CREATE INDEX family_members_family ON family_members (family);

-- +goose Down
DROP TABLE family_members;
DROP TABLE families;
DROP TABLE likeness_due;
DROP TABLE likenesses;
