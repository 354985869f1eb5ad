-- +goose Up

-- training: courses as their events tell them. Names in state are sealed; who
-- sits where is an opaque account.
CREATE TABLE courses (
    id       TEXT   PRIMARY KEY,
    day_from TEXT   NOT NULL,
    over     BIGINT NOT NULL,
    version  BIGINT NOT NULL,
    state    BYTEA  NOT NULL
);

-- training: certificates by code and by credential, for whoever checks one.
CREATE TABLE course_codes (
    code       TEXT PRIMARY KEY,
    credential TEXT NOT NULL UNIQUE,
    course     TEXT NOT NULL,
    seat       TEXT NOT NULL
);

-- +goose Down
DROP TABLE course_codes;
DROP TABLE courses;
