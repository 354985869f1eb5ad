package headonly

import "net/http"

// Of gives the status and the headers with which the handler answers the
// request; 0 when it answers with none.
func Of(h http.Handler, r *http.Request) (status int, header http.Header) {
	seen := &answer{header: http.Header{}}
	h.ServeHTTP(seen, r)
	return seen.status, seen.header
}

// answer keeps status and headers of an answer and drops its body.
type answer struct {
	header http.Header
	status int
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) Write(b []byte) (int, error) { return len(b), nil }
func (a *answer) WriteHeader(status int)      { a.status = status }
