package main

import (
	"context"
	"errors"

	"rufaa/internal/office"
	"rufaa/internal/store"
)

// bareCommand is one durable command as its statements alone: what the program
// asks and writes for an account told in a case, in the same order, on tables of
// the same shape with the same rows and indexes, so that the ledger stays what it
// is. Nothing is sealed, hashed, decided or folded.
type bareCommand struct {
	of         *office.Office
	caseID     string
	key        string
	body, leaf []byte
}

func (c bareCommand) run(ctx context.Context) error {
	var version int64
	if err := c.of.Store.QueryRow(ctx, `SELECT version FROM bare_cases WHERE id = $1`, c.caseID).Scan(&version); err != nil {
		return err
	}
	return c.of.Store.Write(ctx, c.write)
}

func (c bareCommand) write(tx *store.Tx) error {
	var was []byte
	err := tx.QueryRow(`SELECT digest, answer FROM bare_commands WHERE actor = $1 AND key = $2`, "a", c.key).Scan(&was, &was)
	if !errors.Is(err, store.ErrNoRow) {
		return errors.Join(errors.New("a key came twice"), err)
	}
	var seq, version, open, at int64
	if err := tx.QueryRow(`SELECT COALESCE((SELECT max(seq) FROM bare_events), 0) + 1, COALESCE((SELECT max(version) FROM bare_events WHERE stream = $1), 0) + 1,
		(SELECT COALESCE(max(size), 0) FROM checkpoints), COALESCE((SELECT at FROM events WHERE seq = (SELECT COALESCE(max(size), 0) FROM checkpoints)), 0)`,
		"case/"+c.caseID).Scan(&seq, &version, &open, &at); err != nil {
		return err
	}
	for _, s := range []struct {
		text string
		args []any
	}{
		{`INSERT INTO bare_events (seq, stream, version, kind, at, body, leaf) VALUES ($1,$2,$3,$4,$5,$6,$7)`, []any{seq, "case/" + c.caseID, version, "case.account_added", seq, c.body, c.leaf}},
		{`INSERT INTO bare_tree (idx, hash) VALUES ($1,$2)`, []any{seq, c.leaf}},
		{`INSERT INTO bare_watch (case_id, next_at) VALUES ($1, $2) ON CONFLICT (case_id) DO UPDATE SET next_at = excluded.next_at WHERE bare_watch.next_at <> excluded.next_at`, []any{c.caseID, 1}},
		{`UPDATE bare_cases SET changed_at = $2, version = $3 WHERE id = $1`, []any{c.caseID, seq, version}},
		{`INSERT INTO bare_commands (actor, key, digest, answer, at) VALUES ($1,$2,$3,$4,$5)`, []any{"a", c.key, c.leaf, c.body[:80], seq}},
	} {
		if _, err := tx.Exec(s.text, s.args...); err != nil {
			return err
		}
	}
	if version%16 != 0 {
		return nil
	}
	_, err = tx.Exec(`UPDATE bare_snapshots SET version = $2, state = $3 WHERE id = $1`, c.caseID, version, make([]byte, 16<<10))
	return err
}

// bareTables are shaped like the real ones and thrown away before each run.
var bareTables = []string{
	`DROP TABLE IF EXISTS bare_events`, `DROP TABLE IF EXISTS bare_tree`, `DROP TABLE IF EXISTS bare_state`, `DROP TABLE IF EXISTS bare_snapshots`,
	`DROP TABLE IF EXISTS bare_cases`, `DROP TABLE IF EXISTS bare_watch`, `DROP TABLE IF EXISTS bare_commands`,
	`CREATE TABLE bare_events (seq INTEGER PRIMARY KEY, stream TEXT NOT NULL, version BIGINT NOT NULL, kind TEXT NOT NULL, at BIGINT NOT NULL, body BYTEA NOT NULL, leaf BYTEA NOT NULL, UNIQUE (stream, version))`,
	`CREATE TABLE bare_tree (idx BIGINT PRIMARY KEY, hash BYTEA NOT NULL)`,
	`CREATE TABLE bare_snapshots AS SELECT * FROM case_snapshots LIMIT 0`,
	`CREATE UNIQUE INDEX bare_snapshots_id ON bare_snapshots (id)`,
	`INSERT INTO bare_snapshots SELECT * FROM case_snapshots WHERE id IN (SELECT case_id FROM team WHERE staff = '` + managerID(0) + `')`,
	`CREATE TABLE bare_cases AS SELECT * FROM cases`,
	`CREATE UNIQUE INDEX bare_cases_id ON bare_cases (id)`,
	`CREATE UNIQUE INDEX bare_cases_ref ON bare_cases (ref)`,
	`CREATE INDEX bare_cases_holder ON bare_cases (holder, waiting, closed_at, due_at)`,
	`CREATE INDEX bare_cases_waiting ON bare_cases (waiting, closed_at, due_at)`,
	`CREATE INDEX bare_cases_alert ON bare_cases (alert_staff, closed_at, due_at)`,
	`CREATE TABLE bare_watch AS SELECT * FROM notice_watch`,
	`CREATE UNIQUE INDEX bare_watch_case ON bare_watch (case_id)`,
	`CREATE TABLE bare_commands (actor TEXT NOT NULL, key TEXT NOT NULL, digest BYTEA NOT NULL, answer BYTEA NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (actor, key))`,
}
