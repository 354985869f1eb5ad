package publish

import (
	"compress/gzip"
	"io"
	"mime"
	"net/http"
	"net/url"
	"strconv"

	"github.com/google/uuid"
)

const (
	asJSON   = "application/json"
	asNDJSON = "application/x-ndjson"
)

// maxForm bounds the body of a POST in bytes.
const maxForm = 64 << 10

// listOf answers GET and POST alike; a POST may carry its parameters as a form.
func (s *site) listOf(k kind) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		snap, err := s.catalog.Snapshot(r.Context())
		if err != nil {
			s.fail(w, r, &unavailable{err})
			return
		}
		if s.again(w, r, snap) {
			return
		}
		values, err := parameters(r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		q, err := understand(values, k.known)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		if q.ndjson {
			s.stream(w, r, snap, k.list(snap), k.form(snap, q), q)
			return
		}
		s.page(w, r, snap, k.list(snap), k.form(snap, q), q)
	}
}

func parameters(r *http.Request) (url.Values, error) {
	switch r.Method {
	case http.MethodGet, http.MethodHead:
	case http.MethodPost:
		return posted(r)
	default:
		return nil, errListMethod
	}
	if r.URL.RawQuery == "" {
		return nil, nil
	}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, errMalformed
	}
	return values, nil
}

// posted joins the parameters of the address and of the form.
func posted(r *http.Request) (url.Values, error) {
	r.Body = http.MaxBytesReader(nil, r.Body, maxForm)
	media, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if media == "application/x-www-form-urlencoded" {
		if err := r.ParseForm(); err != nil {
			return nil, errMalformed
		}
		return r.Form, nil
	}
	if n, err := io.Copy(io.Discard, r.Body); n > 0 || err != nil {
		return nil, errMediaType
	}
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, errMalformed
	}
	return values, nil
}

// again answers a page that was packed before for the same snapshot.
func (s *site) again(w http.ResponseWriter, r *http.Request, snap *Snapshot) bool {
	if r.Method != http.MethodGet || !takesGzip(r) {
		return false
	}
	body := s.packed.find(snap.tag, r)
	if body == nil {
		return false
	}
	if !s.describeAs(w, r, asJSON, snap.tag, snap.content.Modified) {
		sendPacked(w, body)
	}
	return true
}

// page answers one page. A page past the last is empty, which is no mistake:
// the list may have become shorter meanwhile.
func (s *site) page(w http.ResponseWriter, r *http.Request, snap *Snapshot, l *listing, add form, q *query) {
	if s.describeAs(w, r, asJSON, snap.tag, snap.content.Modified) {
		return
	}
	var found marks
	total := l.n
	if q.filtered() {
		found = snap.matching(l, q)
		total = found.count()
	}
	if q.minimal && !q.paged { // "aim to return all services within one call"
		q.perPage = max(total, 1)
	}
	body := buffers.Get().(*[]byte)
	defer giveBack(body)
	skip := min(total, (q.page-1)*q.perPage)
	b := head(*body, total, min(q.perPage, total-skip), q)
	n := 0
	put := func(i int32) bool {
		if n > 0 {
			b = append(b, ',')
		}
		b = add(b, i)
		n++
		return n < q.perPage
	}
	if found != nil {
		found.each(skip, put)
	} else {
		for i := skip; i < total && put(int32(i)); i++ {
		}
	}
	*body = append(b, `]}`...)
	if out := send(w, r, *body); out != nil {
		s.packed.keep(snap.tag, r, out)
	}
}

// head opens a Page.
func head(b []byte, total, size int, q *query) []byte {
	pages := (total + q.perPage - 1) / q.perPage
	b = strconv.AppendInt(append(b, `{"total_items":`...), int64(total), 10)
	b = strconv.AppendInt(append(b, `,"total_pages":`...), int64(pages), 10)
	b = strconv.AppendInt(append(b, `,"page_number":`...), int64(q.page), 10)
	b = strconv.AppendInt(append(b, `,"size":`...), int64(size), 10)
	b = strconv.AppendBool(append(b, `,"first_page":`...), q.page == 1)
	b = strconv.AppendBool(append(b, `,"last_page":`...), q.page >= pages)
	b = strconv.AppendBool(append(b, `,"empty":`...), size == 0)
	return append(b, `,"contents":[`...)
}

// stream sends everything that matches, one item in a line. page and per_page
// do not apply: "stream all the results without pagination".
func (s *site) stream(w http.ResponseWriter, r *http.Request, snap *Snapshot, l *listing, add form, q *query) {
	if s.describeAs(w, r, asNDJSON, snap.tag, snap.content.Modified) {
		return
	}
	out, finish := packing(w, r)
	defer finish()
	if r.Method == http.MethodHead {
		return
	}
	body := buffers.Get().(*[]byte)
	defer giveBack(body)
	b := *body
	put := func(i int32) bool {
		b = append(add(b, i), '\n')
		if len(b) < 64<<10 {
			return true
		}
		_, err := out.Write(b)
		b = b[:0]
		return err == nil && r.Context().Err() == nil
	}
	if q.filtered() {
		snap.matching(l, q).each(0, put)
	} else {
		for i := 0; i < l.n && put(int32(i)); i++ {
		}
	}
	out.Write(b)
	*body = b
}

// packing gives the writer of a stream.
func packing(w http.ResponseWriter, r *http.Request) (io.Writer, func()) {
	if !takesGzip(r) {
		return w, func() {}
	}
	markPacked(w.Header())
	z := packers.Get().(*gzip.Writer)
	z.Reset(w)
	return z, func() {
		z.Close()
		packers.Put(z)
	}
}

// itemOf answers one thing with everything that belongs to it.
func (s *site) itemOf(k kind) http.HandlerFunc {
	var known []string
	if k.name == "organizations" {
		known = []string{"full_service"}
	}
	return func(w http.ResponseWriter, r *http.Request) {
		values, err := parameters(r)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		q, err := understand(values, known)
		if err != nil {
			s.fail(w, r, err)
			return
		}
		snap, err := s.catalog.Snapshot(r.Context())
		if err != nil {
			s.fail(w, r, &unavailable{err})
			return
		}
		id, err := uuid.Parse(r.PathValue("id"))
		i, ok := k.list(snap).byID[id.String()]
		if err != nil || !ok {
			s.fail(w, r, errNotFound)
			return
		}
		if s.describeAs(w, r, asJSON, snap.tag, snap.content.Modified) {
			return
		}
		body := buffers.Get().(*[]byte)
		defer giveBack(body)
		*body = k.item(snap, q)(*body, i)
		send(w, r, *body)
	}
}
