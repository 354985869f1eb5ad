package assets

import (
	"bytes"
	"errors"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func build() fstest.MapFS {
	file := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	return fstest.MapFS{
		".gitkeep":         file(""),
		"manifest.json":    file(`{"app.css": "app.1f.css", "dot.svg": "dot.2e.svg"}`),
		"app.1f.css":       file("plain"),
		"app.1f.css.gz":    file("gzipped"),
		"app.1f.css.br":    file("brotli"),
		"dot.2e.svg":       file("<svg/>"),
		"dot.2e.svg.gz":    file("gzipped svg"),
		"forgotten.3d.css": file("not in the manifest"),
	}
}

func TestAProgramCompiledWithoutAssetsSaysHowToBuildThem(t *testing.T) {
	_, err := load(fstest.MapFS{".gitkeep": &fstest.MapFile{}})
	if !errors.Is(err, ErrNotBuilt) || !strings.Contains(err.Error(), "npm run build") {
		t.Fatalf("got %v", err)
	}
}

func TestAHalfBuiltFolderIsRefused(t *testing.T) {
	root := build()
	delete(root, "app.1f.css")
	if _, err := load(root); err == nil || !strings.Contains(err.Error(), "app.1f.css") {
		t.Fatalf("got %v", err)
	}
}

func TestTheBrowserGetsTheSmallestFormItTakes(t *testing.T) {
	s, err := load(build())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ path, accept, body, encoding string }{
		{"app.1f.css", "gzip, deflate, br, zstd", "brotli", "br"},
		{"app.1f.css", "gzip", "gzipped", "gzip"},
		{"app.1f.css", "br;q=0, gzip;q=0.5", "gzipped", "gzip"},
		{"app.1f.css", "br; q=0.0, GZIP;q=0", "plain", ""},
		{"app.1f.css", "", "plain", ""},
		{"dot.2e.svg", "br", "<svg/>", ""},
	} {
		r := httptest.NewRequest("GET", Prefix+c.path, nil)
		r.Header.Set("Accept-Encoding", c.accept)
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != 200 || w.Body.String() != c.body || w.Header().Get("Content-Encoding") != c.encoding {
			t.Errorf("%s with %q: %d %q %q", c.path, c.accept, w.Code, w.Body, w.Header().Get("Content-Encoding"))
		}
		if got := w.Header().Get("Cache-Control"); got != "public, max-age=31536000, immutable" {
			t.Errorf("%s: Cache-Control %q", c.path, got)
		}
		if w.Header().Get("Vary") != "Accept-Encoding" {
			t.Errorf("%s: no Vary", c.path)
		}
	}
}

func TestOnlyWhatTheManifestNamesIsServed(t *testing.T) {
	s, err := load(build())
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"manifest.json", "app.css", "app.1f.css.gz", "forgotten.3d.css", ".gitkeep", "../doc.go", ""} {
		r := httptest.NewRequest("GET", Prefix+"x", nil)
		r.URL.Path = Prefix + path
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if w.Code != http.StatusNotFound {
			t.Errorf("%q: %d", path, w.Code)
		}
	}
}

func TestAssetsAreOnlyRead(t *testing.T) {
	s, err := load(build())
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("POST", Prefix+"app.1f.css", nil))
	if w.Code != http.StatusMethodNotAllowed {
		t.Errorf("POST: %d", w.Code)
	}
	w = httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequest("HEAD", Prefix+"app.1f.css", nil))
	if w.Code != 200 || w.Body.Len() != 0 || w.Header().Get("Content-Length") != "5" {
		t.Errorf("HEAD: %d, %d bytes, length %s", w.Code, w.Body.Len(), w.Header().Get("Content-Length"))
	}
}

func TestANameThatIsNotBuiltIsAFaultInThePage(t *testing.T) {
	s, err := load(build())
	if err != nil {
		t.Fatal(err)
	}
	if s.url("app.css") != "/assets/app.1f.css" {
		t.Errorf("got %s", s.url("app.css"))
	}
	defer func() {
		if recover() == nil {
			t.Error("a wrong name went unnoticed")
		}
	}()
	s.url("app.scss")
}

// The real build, when there is one, is whole and within its budget; without
// one the program must say so.
func TestTheBuildInThisProgram(t *testing.T) {
	s, err := built()
	if err != nil {
		if !errors.Is(err, ErrNotBuilt) {
			t.Fatal(err)
		}
		if got := Check(); !errors.Is(got, ErrNotBuilt) {
			t.Fatalf("Check says %v", got)
		}
		return
	}
	for name, limit := range map[string]int64{"app.css": 14 << 10, "app.js": 3 << 10, "favicon.svg": 1 << 10} {
		f, ok := s.files[s.names[name]]
		if !ok || f.plain.size == 0 || f.gz.size == 0 || f.br.size == 0 {
			t.Errorf("%s: is missing a form", name)
		}
		if f.gz.size > limit || f.br.size > limit {
			t.Errorf("%s: gzip %d, brotli %d bytes, budget %d", name, f.gz.size, f.br.size, limit)
		}
		plain, err := fs.ReadFile(s.root, f.plain.name)
		if err != nil {
			t.Fatal(err)
		}
		for _, foreign := range []string{"http://", "https://", "//fonts", "GDS Transport", "crown", "crest"} {
			if f.kind != "image/svg+xml" && bytes.Contains(plain, []byte(foreign)) {
				t.Errorf("%s holds %q", name, foreign)
			}
		}
	}
}
