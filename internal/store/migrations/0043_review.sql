-- +goose Up

-- review: what follows from an exercise, as its events tell it.
CREATE TABLE review_plans (
    exercise TEXT  PRIMARY KEY,
    state    BYTEA NOT NULL
);

-- +goose Down
DROP TABLE review_plans;
