package witness

import (
	"html/template"
	"net/http"
	"strings"
	"time"
)

// Words give a text of the catalog in the language that a reader asks for.
type Words func(r *http.Request) (lang string, t func(key string) string)

var statusForm = template.Must(template.New("status").Parse(`<!doctype html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>{{call .T "witness.status.title"}}</title>
<style>body{font:1.1875rem/1.4 sans-serif;max-width:45rem;margin:1rem auto;padding:0 1rem;color:#0b0c0c;overflow-wrap:anywhere}dt{font-weight:700}dd{margin:0 0 .75rem}.alarm{border-left:.5rem solid #d4351c;padding-left:1rem}</style></head>
<body><main><h1>{{call .T "witness.status.title"}}</h1>
{{if .State.Alarm}}<div class="alarm" role="alert"><h2>{{call .T "witness.status.alarm"}}</h2><p>{{call .T "witness.status.alarm.text"}}</p><p lang="en">{{.State.Alarm.Detail}}</p>
<h3>{{call .T "witness.status.signed"}}</h3><pre>{{.State.Alarm.Signed}}</pre><h3>{{call .T "witness.status.shown"}}</h3><pre>{{.State.Alarm.Shown}}</pre></div>
{{else if .Last}}<p role="status"><strong>{{call .T "witness.status.failed"}}</strong> <span lang="en">{{.Last}}</span></p>
{{else}}<p role="status">{{call .T "witness.status.good"}}</p>{{end}}
<dl><dt>{{call .T "witness.status.of"}}</dt><dd>{{.URL}}</dd><dt>{{call .T "witness.upto"}}</dt><dd>{{.Size}}</dd><dt>{{call .T "witness.at"}}</dt><dd>{{.Signed}}</dd>
<dt>{{call .T "witness.status.looked"}}</dt><dd>{{.Looked}}</dd><dt>{{call .T "witness.status.key"}}</dt><dd>{{.Public}}</dd></dl></main></body></html>
`))

// Status is the page on which the witness's own agency sees how it stands. A
// program reads 503 while an alarm stands, and when the newest look failed: who
// hides a ledger from its witness must not look well. Other witnesses find the
// newest checkpoint beside it.
func (f *Follower) Status(words Words) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+newest, f.Newest)
	mux.HandleFunc("GET /", func(w http.ResponseWriter, r *http.Request) {
		state, looked, last := f.State()
		lang, t := words(r)
		h := w.Header()
		h.Set("Content-Type", "text/html; charset=utf-8")
		h.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Cache-Control", "no-store")
		size := "–"
		if lines := strings.Split(state.Note, "\n"); len(lines) > 1 {
			size = lines[1]
		}
		if state.Alarm != nil || last != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
		statusForm.Execute(w, map[string]any{"Lang": lang, "T": t, "State": state, "Last": last, "URL": f.URL, "Size": size,
			"Signed": moment(state.SignedAt), "Looked": moment(looked), "Public": f.public})
	})
	return mux
}

func moment(at time.Time) string {
	if at.IsZero() {
		return "–"
	}
	return at.Format("2006-01-02 15:04:05 UTC")
}
