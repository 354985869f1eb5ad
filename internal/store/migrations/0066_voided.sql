-- +goose Up

-- training: certificates that were taken back after they were told to a record
-- store are voided there. Every course is looked at once more; what was told
-- stands in course_statements and is not told again.
DELETE FROM course_handed;

-- +goose Down
DELETE FROM course_handed;
