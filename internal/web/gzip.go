package web

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"sync"
)

type writer = io.Writer

var zips = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed)
	return z
}}

// compressed gives the writer for a page. Pages hold no secret beside text that
// an attacker chooses in the same answer, so that compression tells nothing.
func compressed(w http.ResponseWriter, r *http.Request) (io.Writer, func()) {
	w.Header().Add("Vary", "Accept-Encoding")
	if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		return w, func() {}
	}
	w.Header().Set("Content-Encoding", "gzip")
	z := zips.Get().(*gzip.Writer)
	z.Reset(w)
	return z, func() {
		z.Close()
		zips.Put(z)
	}
}
