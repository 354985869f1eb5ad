package publish

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"rufaa/internal/hsds"
)

func TestPOSTAnswersLikeGET(t *testing.T) {
	h := handler(t, fictional())
	for _, k := range kinds {
		want, got := get(t, h, "/"+k.name+"?per_page=2"), ask(t, h, "POST", "/"+k.name+"?per_page=2")
		if got.status != 200 || !bytes.Equal(want.body, got.body) {
			t.Errorf("%s: %d, another answer than GET", k.name, got.status)
		}
	}
	r := httptest.NewRequest("POST", "/hsds/v3/services", strings.NewReader("search=meals&per_page=5"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	if p := into[hsds.Page[named]](t, reply{w.Code, nil, w.Body.Bytes()}); p.TotalItems != 1 {
		t.Errorf("parameters in a form: %d found", p.TotalItems)
	}
	for media, body := range map[string]string{
		"application/json":                  `{"search":"meals"}`,
		"application/x-www-form-urlencoded": "search=" + strings.Repeat("a", maxForm),
	} {
		r := httptest.NewRequest("POST", "/hsds/v3/services", strings.NewReader(body))
		r.Header.Set("Content-Type", media)
		w := httptest.NewRecorder()
		if h.ServeHTTP(w, r); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d, want a refusal", media, w.Code)
		}
	}
}

func TestOtherMethodsAndPaths(t *testing.T) {
	h := handler(t, fictional())
	for _, c := range []struct {
		method, target string
		status         int
		allow          string
	}{
		{"PUT", "/services", 405, "GET, HEAD, POST"},
		{"POST", "/", 405, "GET, HEAD"},
		{"POST", "/services/" + ids.Of("service", "day"), 405, "GET, HEAD"},
		{"DELETE", "/bulk", 405, "GET, HEAD"},
		{"GET", "/services/nothing", 404, ""},
		{"GET", "/services/" + ids.Of("service", "?"), 404, ""},
		{"GET", "/nothing", 404, ""},
		{"GET", "/profile/nothing.json", 404, ""},
		{"GET", "/schema/../profile.go", 404, ""},
	} {
		r := ask(t, h, c.method, c.target)
		if r.status == http.StatusTemporaryRedirect || r.status == http.StatusMovedPermanently {
			continue // the mux cleans the path first
		}
		if r.status != c.status || r.header.Get("Allow") != c.allow || r.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s %s: %d, Allow %q, %s", c.method, c.target, r.status, r.header.Get("Allow"), r.header.Get("Content-Type"))
		}
	}
}

func TestReadersKeepWhatStillStands(t *testing.T) {
	h := handler(t, fictional())
	for _, target := range []string{"/services", "/services/" + ids.Of("service", "day"), "/services?format=ndjson", "/bulk", "/", "/openapi.json", "/profile/terms.json"} {
		first := get(t, h, target)
		tag := first.header.Get("ETag")
		if first.status != 200 || tag == "" {
			t.Fatalf("%s: %d, ETag %q", target, first.status, tag)
		}
		again := ask(t, h, "GET", target, "If-None-Match", `"other", W/`+tag)
		if again.status != http.StatusNotModified || len(again.body) > 0 {
			t.Errorf("%s: %d with the same tag", target, again.status)
		}
		if r := ask(t, h, "GET", target, "If-None-Match", `"other"`); r.status != 200 {
			t.Errorf("%s: %d with another tag", target, r.status)
		}
		if head := ask(t, h, "HEAD", target); head.status != 200 || len(head.body) > 0 || head.header.Get("ETag") != tag {
			t.Errorf("%s: HEAD answers %d with %d bytes", target, head.status, len(head.body))
		}
		modified := first.header.Get("Last-Modified")
		if modified == "" {
			continue
		}
		if r := ask(t, h, "GET", target, "If-Modified-Since", modified); r.status != http.StatusNotModified {
			t.Errorf("%s: %d, nothing has changed since", target, r.status)
		}
		if r := ask(t, h, "GET", target, "If-Modified-Since", "Thu, 19 Nov 2026 08:30:00 GMT"); r.status != 200 {
			t.Errorf("%s: %d, it has changed since", target, r.status)
		}
	}
	changed := fictional()
	changed.Services[0].Name = "Day room"
	if a, b := snapshot(t, fictional()), snapshot(t, changed); a.Tag() == b.Tag() || a.Tag() != snapshot(t, fictional()).Tag() {
		t.Error("the tag must change with the content and only with it")
	}
}

func TestAnswersArePackedOnRequest(t *testing.T) {
	h := handler(t, fictional())
	for _, target := range []string{"/services?full=true", "/services?full=true&format=ndjson", "/openapi.json"} {
		plain := get(t, h, target)
		r := ask(t, h, "GET", target, "Accept-Encoding", "br, gzip;q=0.8")
		if r.header.Get("Content-Encoding") != "gzip" || r.header.Get("Vary") != "Accept-Encoding" || r.header.Get("ETag") == plain.header.Get("ETag") {
			t.Fatalf("%s: %v", target, r.header)
		}
		z, err := gzip.NewReader(bytes.NewReader(r.body))
		if err != nil {
			t.Fatal(err)
		}
		if body, err := io.ReadAll(z); err != nil || !bytes.Equal(body, plain.body) {
			t.Errorf("%s: packed is not the same", target)
		}
		if again := ask(t, h, "GET", target, "Accept-Encoding", "gzip"); !bytes.Equal(again.body, r.body) || again.header.Get("ETag") != r.header.Get("ETag") {
			t.Errorf("%s: asked again it is another answer", target)
		}
		if r := ask(t, h, "GET", target, "Accept-Encoding", "gzip", "If-None-Match", r.header.Get("ETag")); r.status != http.StatusNotModified {
			t.Errorf("%s: %d with the tag of the packed answer", target, r.status)
		}
		if r := ask(t, h, "GET", target, "Accept-Encoding", "gzip;q=0"); r.header.Get("Content-Encoding") != "" {
			t.Errorf("%s: packed for somebody who does not want it", target)
		}
	}
}

// A page that was packed is not given out for another snapshot.
func TestAPackedPageGoesWithItsSnapshot(t *testing.T) {
	c := &changing{snapshot(t, fictional())}
	h := NewHandler(c, options)
	ask(t, h, "GET", "/services?full=true", "Accept-Encoding", "gzip")
	changed := fictional()
	changed.Services = changed.Services[:1]
	changed.ServiceAtLocations = changed.ServiceAtLocations[:1]
	c.now = snapshot(t, changed)
	r := ask(t, h, "GET", "/services?full=true", "Accept-Encoding", "gzip")
	z, err := gzip.NewReader(bytes.NewReader(r.body))
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	if p := into[hsds.Page[named]](t, reply{200, nil, body}); p.TotalItems != 1 {
		t.Errorf("%d services of a snapshot that is gone", p.TotalItems)
	}
}

type changing struct{ now *Snapshot }

func (c *changing) Snapshot(context.Context) (*Snapshot, error) { return c.now, nil }

func TestMinimalListsEverythingAtOnce(t *testing.T) {
	h := handler(t, fictional())
	p := into[hsds.Page[map[string]any]](t, get(t, h, "/services?minimal=true"))
	if p.TotalPages != 1 || p.Size != 3 || len(p.Contents[0]) != 4 {
		t.Errorf("%+v", p)
	}
	if p := into[hsds.Page[named]](t, get(t, h, "/services?minimal=true&per_page=2")); p.Size != 2 || p.TotalPages != 2 {
		t.Errorf("with per_page: %+v", p)
	}
}

func TestProfileAndSchemasAreServed(t *testing.T) {
	h := handler(t, fictional())
	for target, want := range map[string]string{
		"/profile/":                          "Kenya protection",
		"/profile/service.json":              "last_modified",
		"/profile/terms.json":                "court-order-needed",
		"/schema/":                           "CC BY-SA 4.0",
		"/schema/service.json":               "eligibility_description",
		"/schema/LICENSE":                    "Share-Alike",
		"/schema/compiled/service_list.json": "properties",
	} {
		if r := get(t, h, target); r.status != 200 || !strings.Contains(string(r.body), want) {
			t.Errorf("%s: %d without %q", target, r.status, want)
		}
	}
}

func TestTheAddressIsTheOneAsked(t *testing.T) {
	o := options
	o.BaseURL = ""
	h := NewHandler(Fixed(snapshot(t, fictional())), o)
	a := into[hsds.About](t, get(t, h, "/"))
	if a.Version != "3.1" || a.Profile != "http://example.com/hsds/v3/profile/" || a.OpenAPIURL != "http://example.com/hsds/v3/openapi.json" {
		t.Errorf("%+v", a)
	}
}

type broken struct{}

func (broken) Snapshot(context.Context) (*Snapshot, error) { return nil, errors.New("secret cause") }

func TestWithoutASnapshot(t *testing.T) {
	h := NewHandler(broken{}, options)
	for _, target := range []string{"/services", "/services/" + ids.Of("", ""), "/bulk", "/services?format=ndjson"} {
		r := get(t, h, target)
		if r.status != http.StatusServiceUnavailable || r.header.Get("Retry-After") == "" || strings.Contains(string(r.body), "secret") {
			t.Errorf("%s: %d %s", target, r.status, r.body)
		}
	}
}

// slow lets an export hang until somebody lets go.
type slow struct {
	memory
	started, release chan struct{}
}

func (s *slow) Write(b []byte) (int, error) {
	select {
	case s.started <- struct{}{}:
	default:
	}
	<-s.release
	return len(b), nil
}

func TestExportsAreFew(t *testing.T) {
	o := options
	o.MaxBulk = 1
	h := NewHandler(Fixed(snapshot(t, fictional())), o)
	s := &slow{memory: memory{header: http.Header{}}, started: make(chan struct{}, 1), release: make(chan struct{})}
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.ServeHTTP(s, httptest.NewRequest("GET", "/hsds/v3/bulk", nil))
	}()
	<-s.started
	if r := get(t, h, "/bulk"); r.status != http.StatusServiceUnavailable || r.header.Get("Retry-After") == "" {
		t.Errorf("a second export: %d", r.status)
	}
	close(s.release)
	<-done
	if r := get(t, h, "/bulk"); r.status != 200 {
		t.Errorf("after the first has ended: %d", r.status)
	}
}
