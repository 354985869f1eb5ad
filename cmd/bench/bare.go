package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"sync/atomic"

	"rufaa/internal/office"
	"rufaa/internal/store"
)

// bare is what the same SQL costs with nothing around it: no session, no
// policy, no sealing, no page.
func bare(of *office.Office, caseID string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /list", func(w http.ResponseWriter, r *http.Request) {
		var total int
		if err := of.Store.QueryRow(r.Context(), `SELECT count(*) FROM team WHERE staff = $1 AND closed = 0`, managerID(0)).Scan(&total); err != nil {
			http.Error(w, err.Error(), 500)
			return
		}
		rows, err := of.Store.Query(r.Context(), `SELECT c.id, c.ref, c.stage, c.presumed, c.track, c.holder, c.county, c.sex, c.age_band, c.child, c.risk,
			c.danger, c.detained, c.waiting, c.opened_at, c.changed_at, c.due_at, c.due, c.version, c.alert_staff
			FROM team t JOIN cases c ON c.id = t.case_id WHERE t.staff = $1 AND t.closed = 0 AND (t.due_at > $2 OR (t.due_at = $2 AND t.case_id > $3))
			ORDER BY t.due_at, t.case_id LIMIT $4`, managerID(0), -1<<62, "", 51)
		if err != nil {
			http.Error(w, err.Error(), 500)
			return
		}
		defer rows.Close()
		var out [][]any
		for rows.Next() {
			row := make([]any, 20)
			into := make([]any, 20)
			for i := range row {
				into[i] = &row[i]
			}
			if err := rows.Scan(into...); err != nil {
				http.Error(w, err.Error(), 500)
				return
			}
			out = append(out, row)
		}
		json.NewEncoder(w).Encode(map[string]any{"total": total, "rows": out})
	})
	mux.HandleFunc("GET /case", func(w http.ResponseWriter, r *http.Request) {
		var raw []byte
		if err := of.Store.QueryRow(r.Context(), `SELECT state FROM case_state WHERE id = $1`, caseID).Scan(&raw); err != nil {
			http.Error(w, err.Error(), 500)
			return
		}
		w.Write(raw)
	})
	var n atomic.Int64
	body, leaf := make([]byte, 700), make([]byte, 32)
	mux.HandleFunc("POST /command", func(w http.ResponseWriter, r *http.Request) {
		err := of.Store.Write(r.Context(), func(tx *store.Tx) error { return bareCommand(tx, n.Add(1), caseID, body, leaf) })
		if err != nil {
			http.Error(w, err.Error(), 500)
		}
	})
	return mux
}

// bareCommand runs the statements of one durable command on tables of its own
// of the same shape, so that the ledger stays what it is.
func bareCommand(tx *store.Tx, n int64, caseID string, body, leaf []byte) error {
	var raw []byte
	if err := tx.QueryRow(`SELECT state FROM case_state WHERE id = $1`, caseID).Scan(&raw); err != nil {
		return err
	}
	for _, s := range []struct {
		text string
		args []any
	}{
		{`INSERT INTO bare_events (seq, stream, version, kind, at, body, leaf) VALUES ($1,$2,$3,$4,$5,$6,$7)`, []any{n, fmt.Sprint("case/", n), 1, "case.account_added", n, body, leaf}},
		{`INSERT INTO bare_tree (idx, hash) VALUES ($1,$2)`, []any{n, leaf}},
		{`INSERT INTO bare_state (id, version, state) VALUES ($1,$2,$3) ON CONFLICT (id) DO UPDATE SET version = excluded.version, state = excluded.state`, []any{caseID, n, raw}},
		{`UPDATE bare_cases SET changed_at = $2, version = $2 WHERE id = $1`, []any{caseID, n}},
		{`UPDATE team SET due_at = due_at WHERE case_id = $1 AND closed <> 0`, []any{caseID}},
		{`INSERT INTO bare_commands (actor, key, digest, answer, at) VALUES ($1,$2,$3,$4,$5)`, []any{"a", fmt.Sprint(n), leaf, body[:80], n}},
	} {
		if _, err := tx.Exec(s.text, s.args...); err != nil {
			return err
		}
	}
	return nil
}

// bareTables are shaped like the real ones and thrown away before each run.
var bareTables = []string{
	`DROP TABLE IF EXISTS bare_events`, `DROP TABLE IF EXISTS bare_tree`, `DROP TABLE IF EXISTS bare_state`, `DROP TABLE IF EXISTS bare_cases`, `DROP TABLE IF EXISTS bare_commands`,
	`CREATE TABLE bare_events (seq INTEGER PRIMARY KEY, stream TEXT NOT NULL, version BIGINT NOT NULL, kind TEXT NOT NULL, at BIGINT NOT NULL, body BYTEA NOT NULL, leaf BYTEA NOT NULL, UNIQUE (stream, version))`,
	`CREATE TABLE bare_tree (idx BIGINT PRIMARY KEY, hash BYTEA NOT NULL)`,
	`CREATE TABLE bare_state (id TEXT PRIMARY KEY, version BIGINT NOT NULL, state BYTEA NOT NULL)`,
	`CREATE TABLE bare_cases AS SELECT * FROM cases LIMIT 1000`,
	`CREATE TABLE bare_commands (actor TEXT NOT NULL, key TEXT NOT NULL, digest BYTEA NOT NULL, answer BYTEA NOT NULL, at BIGINT NOT NULL, PRIMARY KEY (actor, key))`,
}
