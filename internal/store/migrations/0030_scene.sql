-- +goose Up

-- inquiry: the inquiry as its events tell it; its title is sealed.
CREATE TABLE inquiries (
    id         TEXT   PRIMARY KEY,
    ref        TEXT   NOT NULL UNIQUE,
    agency     TEXT   NOT NULL,
    kind       TEXT   NOT NULL,
    opened_at  BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    closed_at  BIGINT NOT NULL,
    version    BIGINT NOT NULL,
    state      BYTEA  NOT NULL
);

-- inquiry: who is on the team, for the list of one's own.
CREATE TABLE inquiry_team (
    inquiry TEXT NOT NULL,
    staff   TEXT NOT NULL,
    PRIMARY KEY (inquiry, staff)
);
CREATE INDEX inquiry_team_staff ON inquiry_team (staff, inquiry);

-- inquiry: which cases it is about now.
CREATE TABLE inquiry_cases (
    inquiry TEXT NOT NULL,
    case_id TEXT NOT NULL,
    PRIMARY KEY (inquiry, case_id)
);
CREATE INDEX inquiry_cases_case ON inquiry_cases (case_id, inquiry);

-- scene: the scene as its events tell it; what is written in words is sealed.
CREATE TABLE scenes (
    id         TEXT    PRIMARY KEY,
    inquiry    TEXT    NOT NULL,
    ref        TEXT    NOT NULL UNIQUE,
    class      TEXT    NOT NULL,
    cse        INTEGER NOT NULL,
    opened_at  BIGINT  NOT NULL,
    changed_at BIGINT  NOT NULL,
    version    BIGINT  NOT NULL,
    state      BYTEA   NOT NULL
);
CREATE INDEX scenes_inquiry ON scenes (inquiry, opened_at);

-- scene: who has a role at it now.
CREATE TABLE scene_staff (
    scene TEXT NOT NULL,
    staff TEXT NOT NULL,
    PRIMARY KEY (scene, staff)
);
CREATE INDEX scene_staff_staff ON scene_staff (staff, scene);

-- scene: every override of the rule that victims and suspects are kept apart,
-- for the second person who is told and for the oversight list.
CREATE TABLE scene_overrides (
    id       TEXT    PRIMARY KEY,
    scene    TEXT    NOT NULL,
    ref      TEXT    NOT NULL,
    staff    TEXT    NOT NULL,
    agency   TEXT    NOT NULL,
    kind     TEXT    NOT NULL,
    at       BIGINT  NOT NULL,
    told     TEXT    NOT NULL,
    seen_at  BIGINT  NOT NULL,
    reviewed INTEGER NOT NULL
);
CREATE INDEX scene_overrides_open ON scene_overrides (reviewed, at);
CREATE INDEX scene_overrides_told ON scene_overrides (told, seen_at);

-- +goose Down
DROP TABLE scene_overrides;
DROP TABLE scene_staff;
DROP TABLE scenes;
DROP TABLE inquiry_cases;
DROP TABLE inquiry_team;
DROP TABLE inquiries;
