-- +goose Up

-- casefile: the case as its events tell it; state is canonical for the version.
CREATE TABLE case_state (
    id      TEXT   PRIMARY KEY,
    version BIGINT NOT NULL,
    state   BYTEA  NOT NULL
);

-- casefile: what lists, clocks and statistics need. Nothing here identifies.
CREATE TABLE cases (
    id         TEXT    PRIMARY KEY,
    ref        TEXT    NOT NULL UNIQUE,
    stage      TEXT    NOT NULL,
    presumed   TEXT    NOT NULL,
    track      TEXT    NOT NULL,
    holder     TEXT    NOT NULL,
    alert_staff  TEXT  NOT NULL,
    alert_agency TEXT  NOT NULL,
    waiting    INTEGER NOT NULL,
    county     TEXT    NOT NULL,
    sex        TEXT    NOT NULL,
    age_band   TEXT    NOT NULL,
    child      INTEGER NOT NULL,
    risk       TEXT    NOT NULL,
    danger     INTEGER NOT NULL,
    detained   INTEGER NOT NULL,
    opened_at  BIGINT  NOT NULL,
    changed_at BIGINT  NOT NULL,
    closed_at  BIGINT  NOT NULL,
    due_at     BIGINT  NOT NULL,
    due        TEXT    NOT NULL,
    version    BIGINT  NOT NULL
);
CREATE INDEX cases_holder ON cases (holder, waiting, closed_at, due_at);
CREATE INDEX cases_waiting ON cases (waiting, closed_at, due_at);
CREATE INDEX cases_alert ON cases (alert_staff, closed_at, due_at);

-- casefile: who is on which team now. due_at and closed repeat the case's, so
-- that a person's worklist is one index walk.
CREATE TABLE team (
    case_id TEXT    NOT NULL,
    staff   TEXT    NOT NULL,
    agency  TEXT    NOT NULL,
    duty    TEXT    NOT NULL,
    closed  INTEGER NOT NULL,
    due_at  BIGINT  NOT NULL,
    PRIMARY KEY (case_id, staff)
);
CREATE INDEX team_staff ON team (staff, closed, due_at, case_id);

-- casefile: notices for a person or for a duty of an agency.
CREATE TABLE notices (
    id      TEXT   PRIMARY KEY,
    staff   TEXT   NOT NULL,
    agency  TEXT   NOT NULL,
    duty    TEXT   NOT NULL,
    kind    TEXT   NOT NULL,
    case_id TEXT   NOT NULL,
    about   TEXT   NOT NULL,
    at      BIGINT NOT NULL
);
CREATE INDEX notices_staff ON notices (staff, at);
CREATE INDEX notices_duty ON notices (agency, duty, at);

-- casefile: which notices somebody has put aside. Not a projection.
CREATE TABLE notices_seen (
    notice TEXT   NOT NULL,
    staff  TEXT   NOT NULL,
    at     BIGINT NOT NULL,
    PRIMARY KEY (notice, staff)
);

-- casefile: every break-glass, for the second person and the review queue.
CREATE TABLE glass (
    id       TEXT    PRIMARY KEY,
    case_id  TEXT    NOT NULL,
    ref      TEXT    NOT NULL,
    staff    TEXT    NOT NULL,
    agency   TEXT    NOT NULL,
    at       BIGINT  NOT NULL,
    until_at BIGINT  NOT NULL,
    whereabouts INTEGER NOT NULL,
    second   TEXT    NOT NULL,
    reviewed INTEGER NOT NULL
);
CREATE INDEX glass_open ON glass (reviewed, at);

-- realm: who opened what of whom; a projection of access.opened events.
CREATE TABLE openings (
    seq     INTEGER PRIMARY KEY,
    case_id TEXT    NOT NULL,
    at      BIGINT  NOT NULL,
    staff   TEXT    NOT NULL,
    agency  TEXT    NOT NULL,
    duty    TEXT    NOT NULL,
    purpose TEXT    NOT NULL,
    basis   TEXT    NOT NULL,
    compartments TEXT NOT NULL,
    fields  TEXT    NOT NULL,
    glass   TEXT    NOT NULL
);
CREATE INDEX openings_case ON openings (case_id, seq);

-- referral: the referral as its events tell it.
CREATE TABLE referrals (
    id        TEXT   PRIMARY KEY,
    case_id   TEXT   NOT NULL,
    ref       TEXT   NOT NULL,
    sender    TEXT   NOT NULL,
    receiver  TEXT   NOT NULL,
    service   TEXT   NOT NULL,
    purpose   TEXT   NOT NULL,
    urgency   TEXT   NOT NULL,
    status    TEXT   NOT NULL,
    escalated INTEGER NOT NULL,
    sent_at   BIGINT NOT NULL,
    due_at    BIGINT NOT NULL,
    changed_at BIGINT NOT NULL,
    version   BIGINT NOT NULL,
    state     BYTEA  NOT NULL
);
CREATE INDEX referrals_receiver ON referrals (receiver, status, due_at);
CREATE INDEX referrals_case ON referrals (case_id, sent_at);
CREATE INDEX referrals_clock ON referrals (status, escalated, due_at);

-- +goose Down
DROP TABLE referrals;
DROP TABLE openings;
DROP TABLE glass;
DROP TABLE notices_seen;
DROP TABLE notices;
DROP TABLE team;
DROP TABLE cases;
DROP TABLE case_state;
