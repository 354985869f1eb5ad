package publish

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"rufaa/internal/problem"
)

// answered is a problem document (RFC 9457). It never holds what was sent.
type answered struct {
	Type   string     `json:"type"`
	Title  string     `json:"title"`
	Status int        `json:"status"`
	Detail string     `json:"detail"`
	Errors []oneError `json:"errors,omitempty"`
}

type oneError struct {
	Parameter string `json:"parameter"`
	Detail    string `json:"detail"`
}

// fault is a problem of this package's own.
type fault struct {
	kind   string
	status int
	allow  string
}

func (f *fault) Error() string { return "publish: " + f.kind }

var (
	errNotFound   = &fault{kind: "not-found", status: http.StatusNotFound}
	errMethod     = &fault{kind: "method", status: http.StatusMethodNotAllowed, allow: "GET, HEAD"}
	errListMethod = &fault{kind: "method", status: http.StatusMethodNotAllowed, allow: "GET, HEAD, POST"}
	errMalformed  = &fault{kind: "malformed", status: http.StatusBadRequest}
	errMediaType  = &fault{kind: "media-type", status: http.StatusBadRequest}
	errParameter  = &fault{kind: "parameter", status: http.StatusBadRequest}
	errBusy       = &fault{kind: "busy", status: http.StatusServiceUnavailable}
	errAway       = &fault{kind: "unavailable", status: http.StatusServiceUnavailable}
)

// retryAfter is how many seconds somebody waits who was told to come back.
const retryAfter = 30

// unavailable says that there is no snapshot to answer from.
type unavailable struct{ cause error }

func (u *unavailable) Error() string { return "publish: no snapshot: " + u.cause.Error() }
func (u *unavailable) Unwrap() error { return u.cause }

// fail answers with the problem document of err, in the reader's language.
func (s *site) fail(w http.ResponseWriter, r *http.Request, err error) {
	words := s.Words(r)
	f := errAway
	var invalid *problem.Invalid
	var away *unavailable
	switch {
	case errors.As(err, &invalid):
		f = errParameter
	case errors.As(err, &away):
		s.Log.Error("hsds", "error", err.Error())
	default:
		errors.As(err, &f)
	}
	p := answered{Type: "urn:rufaa:problem:hsds-" + f.kind, Status: f.status,
		Title: words.T("hsds.problem." + f.kind + ".title"), Detail: words.T("hsds.problem." + f.kind + ".detail")}
	if invalid != nil {
		for _, e := range invalid.Fields {
			p.Errors = append(p.Errors, oneError{e.Name, words.T(e.Key, e.Args...)})
		}
	}
	h := w.Header()
	h.Set("Content-Type", "application/problem+json")
	h.Set("Content-Language", words.Code())
	h.Set("Cache-Control", "no-store")
	h.Set("Access-Control-Allow-Origin", "*")
	if f.allow != "" {
		h.Set("Allow", f.allow)
	}
	if f.status == http.StatusServiceUnavailable {
		h.Set("Retry-After", strconv.Itoa(retryAfter))
	}
	w.WriteHeader(f.status)
	if r.Method != http.MethodHead {
		json.NewEncoder(w).Encode(p)
	}
}

// wrong is one parameter that is refused.
func wrong(name, key string, args ...any) error {
	return &problem.Invalid{Fields: []problem.Field{{Name: name, Key: key, Args: args}}}
}

// get lets GET and HEAD through.
func (s *site) get(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			s.fail(w, r, errMethod)
			return
		}
		next(w, r)
	}
}
