-- +goose Up

-- casefile: whose voice a panel that sits awaits, from the events of cases.
-- due_at is milliseconds since 1970; from then on no voice is taken. spoken: the
-- own voice is given, and others are awaited.
CREATE TABLE panel_seats (
    case_id  TEXT    NOT NULL,
    staff    TEXT    NOT NULL,
    panel    TEXT    NOT NULL,
    due_at   BIGINT  NOT NULL,
    proposed INTEGER NOT NULL,
    spoken   INTEGER NOT NULL,
    PRIMARY KEY (case_id, staff)
);
CREATE INDEX panel_seats_staff ON panel_seats (staff, due_at);

-- casefile: who keeps an open case in sight because they gave a supervisor's word
-- on its work or raised a flag in it, from the events of cases.
CREATE TABLE overseers (
    case_id TEXT NOT NULL,
    staff   TEXT NOT NULL,
    PRIMARY KEY (case_id, staff)
);
CREATE INDEX overseers_staff ON overseers (staff);

-- +goose Down
DROP TABLE overseers;
DROP TABLE panel_seats;
