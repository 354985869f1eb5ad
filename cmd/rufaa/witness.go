package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"golang.org/x/mod/sumdb/note"

	"rufaa/content"
	"rufaa/internal/office"
	"rufaa/internal/text"
	"rufaa/internal/witness"
)

type witnessCmd struct {
	Of     string        `required:"" help:"Address of the realm that is witnessed, e.g. https://rufaa.example.go.ke."`
	Key    string        `required:"" help:"Public key of the realm's checkpoints, as its operator gave it by another way."`
	Dir    string        `required:"" help:"Folder for the witness's own key and what it remembers." type:"path"`
	Listen string        `help:"Address of the status page." default:"127.0.0.1:8090"`
	Name   string        `help:"Name of the witness in a new key, e.g. the agency's domain." default:"witness"`
	Every  time.Duration `help:"How often to look." default:"1m"`
}

func (c *witnessCmd) Run(ctx context.Context, s *streams) error {
	verifier, err := note.NewVerifier(c.Key)
	if err != nil {
		return fmt.Errorf("--key: %w", err)
	}
	if c.Every < time.Second {
		return errors.New("--every: at least 1s")
	}
	f := &witness.Follower{URL: c.Of, Verifier: verifier, Dir: c.Dir, Client: &http.Client{Timeout: 30 * time.Second}, Now: time.Now}
	if err := f.Open(c.Name, rand.Reader); err != nil {
		return err
	}
	texts, err := text.Load(content.Files, "text")
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", c.Listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w; choose another --listen", c.Listen, err)
	}
	srv := &http.Server{ReadHeaderTimeout: headerTime, ReadTimeout: readTime, WriteTimeout: writeTime, IdleTimeout: idleTime, MaxHeaderBytes: 64 << 10,
		Handler: f.Status(func(r *http.Request) (string, func(string) string) {
			l := texts.Match("", r.Header.Get("Accept-Language"))
			return l.Code(), func(key string) string { return l.T(key) }
		})}
	failed := make(chan error, 1)
	go func() { failed <- srv.Serve(ln) }()
	defer srv.Close()
	fmt.Fprintf(s.out, "ready http://%s\ngive the operator this key: rufaa serve --witness %s\n", shown(ln.Addr().String()), f.Public())
	t := time.NewTicker(c.Every)
	defer t.Stop()
	for {
		if err := f.Look(ctx); err != nil && ctx.Err() == nil {
			s.log.Error("witness", "of", c.Of, "error", err.Error())
		}
		select {
		case err := <-failed:
			return err
		case <-ctx.Done():
			return nil
		case <-t.C:
		}
	}
}

// witnessed lets the witnesses with these keys ask, where there are any.
func witnessed(offices []*office.Office, keys []string, next http.Handler) (http.Handler, error) {
	if len(keys) == 0 {
		return next, nil
	}
	mux := http.NewServeMux()
	mux.Handle("/", next)
	for i, of := range offices {
		c, err := witness.NewCollector(of.Ledger, of.Store, keys...)
		if err != nil {
			return nil, fmt.Errorf("--witness: %w", err)
		}
		mux.Handle(base(i, of)+witness.Prefix+"/", http.StripPrefix(base(i, of), c.Handler()))
	}
	return mux, nil
}
