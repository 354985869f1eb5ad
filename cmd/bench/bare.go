package main

import (
	"encoding/json"
	"io"
	"net/http"

	"rufaa/internal/office"
)

// bare is what the same SQL costs with nothing around it: no session, no
// policy, no sealing, no page.
func bare(of *office.Office) http.Handler {
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
	mux.HandleFunc("GET /case/{case}", func(w http.ResponseWriter, r *http.Request) {
		var raw []byte
		if err := of.Store.QueryRow(r.Context(), `SELECT state FROM case_snapshots WHERE id = $1`, r.PathValue("case")).Scan(&raw); err != nil {
			http.Error(w, err.Error(), 500)
			return
		}
		w.Write(raw)
	})
	body, leaf := make([]byte, 700), make([]byte, 32)
	mux.HandleFunc("POST /command/{case}", func(w http.ResponseWriter, r *http.Request) {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			http.Error(w, err.Error(), 400)
			return
		}
		c := bareCommand{of: of, caseID: r.PathValue("case"), key: r.Header.Get("Idempotency-Key"), body: body, leaf: leaf}
		if err := c.run(r.Context()); err != nil {
			http.Error(w, err.Error(), 500)
		}
	})
	return mux
}
