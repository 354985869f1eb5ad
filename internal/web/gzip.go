package web

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
)

type writer = io.Writer

var zips = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed)
	return z
}}

// send answers with a whole page, compressed where the browser can read it.
// Pages hold no secret beside text that an attacker chooses in the same
// answer, so that compression tells nothing.
func send(w http.ResponseWriter, r *http.Request, status int, page []byte) {
	h := w.Header()
	h.Add("Vary", "Accept-Encoding")
	if strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
		small := pages.Get().(*bytes.Buffer)
		small.Reset()
		defer pages.Put(small)
		z := zips.Get().(*gzip.Writer)
		defer zips.Put(z)
		z.Reset(small)
		z.Write(page) // into memory: neither call can fail
		z.Close()
		page = small.Bytes()
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(page)))
	w.WriteHeader(status)
	w.Write(page) // an error here is a reader who went away
}
