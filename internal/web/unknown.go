package web

import (
	"mime"
	"net/http"
	"strings"
	"unicode"
	"unicode/utf8"

	"rufaa/internal/headonly"
)

// serve calls the page of an address. An address or a way of asking that there
// is no page for is told on a page too, in the reader's language.
func (s *site) serve(w http.ResponseWriter, r *http.Request) {
	if !printable(r.URL.Path) { // no id has such a character, and PostgreSQL takes none
		s.request(w, r).noPage()
		return
	}
	handler, pattern := s.mux.Handler(r)
	if pattern != "" {
		s.mux.ServeHTTP(w, r)
		return
	}
	status, header := headonly.Of(handler, r)
	rq := s.request(w, r)
	switch status {
	case http.StatusNotFound:
		rq.noPage()
	case http.StatusMethodNotAllowed:
		w.Header().Set("Allow", header.Get("Allow"))
		rq.tell(http.StatusMethodNotAllowed, rq.t("common.error.unreadable"))
	default: // the way to the address as it is written here
		handler.ServeHTTP(w, r)
	}
}

// printable tells whether a text is UTF-8 without control characters.
func printable(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, unicode.IsControl)
}

func (rq *request) noPage() {
	rq.tell(http.StatusNotFound, rq.t("common.error.not_found"), para(rq.t("web.no_page")))
}

// assetOrPage serves style sheets and scripts. Whoever opens an unknown one as a
// page (a browser asks for HTML then) is told on a page; what a page fetches for
// itself gets plain text.
func (s *site) assetOrPage(files http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.Header.Get("Accept"), "text/html") {
			if status, _ := headonly.Of(files, r); status == http.StatusNotFound {
				s.request(w, r).noPage()
				return
			}
		}
		files.ServeHTTP(w, r)
	})
}

// foreign tells that a form came from another site.
func (s *site) foreign(w http.ResponseWriter, r *http.Request) {
	rq := s.request(w, r)
	rq.tell(http.StatusForbidden, rq.t("api.problem.cross-origin.title"), para(rq.t("web.foreign")))
}

// aForm tells whether what was sent is a form, or nothing.
func aForm(r *http.Request) bool {
	if r.ContentLength == 0 {
		return true
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	return err == nil && (kind == "application/x-www-form-urlencoded" || kind == "multipart/form-data")
}
