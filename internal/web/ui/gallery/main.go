package main

import (
	"compress/gzip"
	"errors"
	"flag"
	"fmt"
	"log"
	"net"
	"net/http"
	"os"
	"time"

	"rufaa/internal/text"
	"rufaa/internal/web/assets"
	"rufaa/internal/web/ui"

	"github.com/a-h/templ"
)

func main() {
	addr := flag.String("addr", "127.0.0.1:8090", "where to serve")
	content := flag.String("content", "content", "folder whose text/ holds the catalogs")
	flag.Parse()
	if err := serve(*addr, *content); err != nil {
		log.Fatal(err)
	}
}

func serve(addr, content string) error {
	texts, err := text.Load(os.DirFS(content), "text")
	if err != nil {
		return err
	}
	files, err := assets.Handler()
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.Handle(assets.Prefix, files)
	mux.HandleFunc("POST /language", language)
	for path, page := range pages {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			p := frame(texts, r)
			body := page(&p)
			show(w, r, p, body)
		})
	}
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("gallery: %w", err)
	}
	fmt.Printf("ready http://%s\n", ln.Addr())
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second}
	if err := server.Serve(ln); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("gallery: %w", err)
	}
	return nil
}

// language keeps the choice in a cookie and goes back to the page.
func language(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{Name: "lang", Value: r.FormValue("lang"), Path: "/", SameSite: http.SameSiteStrictMode})
	back := r.FormValue("return")
	if _, known := pages[back]; !known {
		back = "/"
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
}

// policy is the strict one that the program sends, so that a component that
// needs inline style or script fails here already.
const policy = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; connect-src 'self'"

func show(w http.ResponseWriter, r *http.Request, p ui.Page, body templ.Component) {
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", policy)
	h.Set("Content-Encoding", "gzip")
	h.Set("Cache-Control", "no-store")
	z := gzip.NewWriter(w)
	defer z.Close()
	ctx := templ.WithChildren(r.Context(), body)
	if err := ui.Layout(p).Render(ctx, z); err != nil {
		log.Printf("gallery: %s: %v", r.URL.Path, err)
	}
}
