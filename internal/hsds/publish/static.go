package publish

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io/fs"
	"net/http"
	"path"
	"strings"
	"time"

	"rufaa/internal/hsds"
)

// base is the public address of the prefix.
func (s *site) base(r *http.Request) string {
	if s.BaseURL != "" {
		return s.BaseURL
	}
	scheme := "http"
	if r.TLS != nil {
		scheme = "https"
	}
	return scheme + "://" + r.Host + s.Prefix
}

// about answers "/".
func (s *site) about(w http.ResponseWriter, r *http.Request) {
	base := s.base(r)
	body, err := marshal(hsds.About{Version: hsds.Version, Profile: base + "/profile/", OpenAPIURL: base + "/openapi.json"})
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.whole(w, r, asJSON, body)
}

// description answers openapi.json with the address that was asked.
func (s *site) description(w http.ResponseWriter, r *http.Request) {
	base, err := json.Marshal(s.base(r))
	if err != nil {
		s.fail(w, r, err)
		return
	}
	s.whole(w, r, asJSON, bytes.Replace(s.openapi, []byte(`"`+basePlaceholder+`"`), base, 1))
}

func (s *site) whole(w http.ResponseWriter, r *http.Request, mediaType string, body []byte) {
	sum := sha256.Sum256(body)
	if s.describeAs(w, r, mediaType, base64.RawURLEncoding.EncodeToString(sum[:15]), time.Time{}) {
		return
	}
	send(w, r, body)
}

// files serves a folder of the standard: schemas or profile. The folder itself
// answers with its README or, where it has none, its NOTICE.
func (s *site) files(fsys fs.FS, dir string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		name := path.Join(dir, strings.TrimPrefix(r.URL.Path, s.Prefix+"/"+dir+"/"))
		if name == dir {
			name = path.Join(dir, "README.md")
			if _, err := fs.Stat(fsys, name); err != nil {
				name = path.Join(dir, "NOTICE")
			}
		}
		if name != dir && !strings.HasPrefix(name, dir+"/") {
			s.fail(w, r, errNotFound)
			return
		}
		body, err := fs.ReadFile(fsys, name)
		if err != nil {
			s.fail(w, r, errNotFound)
			return
		}
		mediaType := "text/plain; charset=utf-8"
		switch path.Ext(name) {
		case ".json":
			mediaType = asJSON
		case ".md":
			mediaType = "text/markdown; charset=utf-8"
		}
		s.whole(w, r, mediaType, body)
	}
}
