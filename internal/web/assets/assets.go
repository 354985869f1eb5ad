package assets

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
	"sync"
)

//go:embed all:dist
var dist embed.FS

// ErrNotBuilt says that the program was compiled without its style sheet.
var ErrNotBuilt = errors.New("assets: style sheet and script are not built; run `npm ci && npm run build` in web/ (or `make build`) and compile again")

// Prefix is the path under which Handler serves.
const Prefix = "/assets/"

// built reads the embedded build once; it cannot change while we run.
var built = sync.OnceValues(func() (*set, error) {
	root, err := fs.Sub(dist, "dist")
	if err != nil {
		return nil, fmt.Errorf("assets: %w", err)
	}
	return load(root)
})

// Check reports whether the assets are there. Call it at start.
func Check() error {
	_, err := built()
	return err
}

// URL is the path of an asset by its plain name: "app.css" gives
// "/assets/app.4304818f6283.css". It panics for a name that the build does not
// have, which is a fault in a page; unbuilt assets give the plain path.
func URL(name string) string {
	s, err := built()
	if err != nil {
		return Prefix + name
	}
	return s.url(name)
}

// Handler serves everything under Prefix, for a year and unchanging, as the
// name changes with the content.
func Handler() (http.Handler, error) {
	s, err := built()
	if err != nil {
		return nil, err
	}
	return s, nil
}

// file is one asset and its precompressed twins. What is read is read from the
// program's own file: kept in memory besides, it would lie there twice.
type file struct {
	kind          string
	plain, gz, br form
}

// form is one way an asset is sent.
type form struct {
	name string // in the build; "" when this form is not built
	size int64  // in bytes
}

type set struct {
	root  fs.FS
	names map[string]string // plain name to hashed
	files map[string]file   // by hashed name
}

func load(root fs.FS) (*set, error) {
	raw, err := fs.ReadFile(root, "manifest.json")
	if errors.Is(err, fs.ErrNotExist) {
		return nil, ErrNotBuilt
	}
	if err != nil {
		return nil, fmt.Errorf("assets: manifest: %w", err)
	}
	s := &set{root: root, files: map[string]file{}}
	if err := json.Unmarshal(raw, &s.names); err != nil {
		return nil, fmt.Errorf("assets: manifest: %w", err)
	}
	for _, hashed := range s.names {
		f := file{kind: kindOf(hashed)}
		if f.plain, err = formOf(root, hashed); err != nil {
			return nil, fmt.Errorf("assets: the build is incomplete, run it again: %w", err)
		}
		if f.gz, err = twin(root, hashed+".gz"); err != nil {
			return nil, err
		}
		if f.br, err = twin(root, hashed+".br"); err != nil {
			return nil, err
		}
		s.files[hashed] = f
	}
	return s, nil
}

func formOf(root fs.FS, name string) (form, error) {
	about, err := fs.Stat(root, name)
	if err != nil {
		return form{}, err
	}
	return form{name, about.Size()}, nil
}

func twin(root fs.FS, name string) (form, error) {
	f, err := formOf(root, name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return form{}, fmt.Errorf("assets: %w", err)
	}
	return f, nil
}

func (s *set) url(name string) string {
	hashed, ok := s.names[name]
	if !ok {
		panic("assets: no asset " + strconv.Quote(name))
	}
	return Prefix + hashed
}

// ServeHTTP answers with the smallest form the browser takes.
func (s *set) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "method not allowed", http.StatusMethodNotAllowed)
		return
	}
	f, ok := s.files[strings.TrimPrefix(r.URL.Path, Prefix)]
	if !ok {
		http.NotFound(w, r)
		return
	}
	chosen, encoding := f.choose(r.Header.Get("Accept-Encoding"))
	body, err := s.root.Open(chosen.name)
	if err != nil { // it was there at the start and cannot change
		http.NotFound(w, r)
		return
	}
	defer body.Close()
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Content-Length", strconv.FormatInt(chosen.size, 10))
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Add("Vary", "Accept-Encoding")
	if encoding != "" {
		h.Set("Content-Encoding", encoding)
	}
	if r.Method == http.MethodGet {
		_, _ = io.Copy(w, body) // a reader who has gone needs no answer
	}
}

func (f file) choose(accept string) (chosen form, encoding string) {
	switch {
	case f.br.name != "" && accepts(accept, "br"):
		return f.br, "br"
	case f.gz.name != "" && accepts(accept, "gzip"):
		return f.gz, "gzip"
	}
	return f.plain, ""
}

// accepts reads Accept-Encoding (RFC 9110, 12.5.3) as far as needed: a coding
// counts when it is named and not refused with q=0.
func accepts(header, coding string) bool {
	for part := range strings.SplitSeq(header, ",") {
		name, params, _ := strings.Cut(part, ";")
		if strings.EqualFold(strings.TrimSpace(name), coding) {
			q := strings.ReplaceAll(params, " ", "")
			return !strings.HasPrefix(q, "q=0") || strings.Trim(strings.TrimPrefix(q, "q=0"), ".0") != ""
		}
	}
	return false
}

func kindOf(name string) string {
	switch ext := path.Ext(name); ext {
	case ".css":
		return "text/css; charset=utf-8"
	case ".js":
		return "text/javascript; charset=utf-8"
	case ".svg":
		return "image/svg+xml"
	default:
		if kind := mime.TypeByExtension(ext); kind != "" {
			return kind
		}
		return "application/octet-stream"
	}
}
