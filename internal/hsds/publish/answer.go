package publish

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"
)

// smallest is the size in bytes below which an answer is not worth packing.
const smallest = 1400

var buffers = sync.Pool{New: func() any { return new([]byte) }}

// biggestKept bounds what a pooled buffer may hold on to, in bytes.
const biggestKept = 4 << 20

func giveBack(b *[]byte) {
	if cap(*b) <= biggestKept {
		*b = (*b)[:0]
		buffers.Put(b)
	}
}

var packers = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(io.Discard, gzip.BestSpeed) // the level is valid
	return z
}}

func cacheControl(age time.Duration) string {
	return fmt.Sprintf("public, max-age=%d", int(age.Seconds()))
}

// describeAs sets the headers of a good answer and tells whether the reader
// has it already; then nothing more is to be written. Everything here is
// public, so any page of any site may read it.
func (s *site) describeAs(w http.ResponseWriter, r *http.Request, mediaType, tag string, modified time.Time) (known bool) {
	h := w.Header()
	h["Content-Type"] = []string{mediaType}
	h["Access-Control-Allow-Origin"] = anyone
	h["Vary"] = varies
	if r.Method == http.MethodPost {
		h["Cache-Control"] = []string{"no-store"}
		return false
	}
	h["Cache-Control"] = []string{s.cache}
	h["Etag"] = []string{`"` + tag + `"`}
	if !modified.IsZero() {
		h["Last-Modified"] = []string{modified.Format(http.TimeFormat)}
	}
	if !fresh(r, tag, modified) {
		return false
	}
	w.WriteHeader(http.StatusNotModified)
	return true
}

var (
	anyone = []string{"*"}
	varies = []string{"Accept-Encoding"}
)

// fresh tells whether what the reader has still stands (RFC 9110, 13.2.2).
func fresh(r *http.Request, tag string, modified time.Time) bool {
	if given := r.Header.Get("If-None-Match"); given != "" {
		for t := range strings.SplitSeq(given, ",") {
			t = strings.TrimSuffix(strings.Trim(strings.TrimPrefix(strings.TrimSpace(t), "W/"), `"`), packed)
			if t == tag || t == "*" {
				return true
			}
		}
		return false
	}
	since, err := http.ParseTime(r.Header.Get("If-Modified-Since"))
	return err == nil && !modified.IsZero() && !modified.After(since)
}

// packed ends the tag of an answer with Content-Encoding: those are other bytes.
const packed = "-gz"

// takesGzip reads Accept-Encoding; "gzip;q=0" is a no.
func takesGzip(r *http.Request) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, weight, _ := strings.Cut(strings.TrimSpace(part), ";")
		weight = strings.ReplaceAll(weight, " ", "")
		if name == "gzip" && weight != "q=0" && weight != "q=0.0" && weight != "q=0.00" && weight != "q=0.000" {
			return true
		}
	}
	return false
}

// markPacked says that the body that follows is packed.
func markPacked(h http.Header) {
	h["Content-Encoding"] = []string{"gzip"}
	if tag := h["Etag"]; tag != nil {
		h["Etag"] = []string{strings.TrimSuffix(tag[0], `"`) + packed + `"`}
	}
}

// send writes a whole body and returns what it packed, if it did.
func send(w http.ResponseWriter, r *http.Request, body []byte) []byte {
	if len(body) < smallest || !takesGzip(r) {
		w.Header()["Content-Length"] = []string{strconv.Itoa(len(body))}
		if r.Method != http.MethodHead {
			w.Write(body)
		}
		return nil
	}
	if r.Method == http.MethodHead {
		markPacked(w.Header())
		return nil
	}
	var out bytes.Buffer
	out.Grow(len(body) / 5)
	z := packers.Get().(*gzip.Writer)
	defer packers.Put(z)
	z.Reset(&out)
	z.Write(body) // a bytes.Buffer takes everything
	z.Close()
	sendPacked(w, out.Bytes())
	return out.Bytes()
}

func sendPacked(w http.ResponseWriter, body []byte) {
	markPacked(w.Header())
	w.Header()["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.Write(body)
}
