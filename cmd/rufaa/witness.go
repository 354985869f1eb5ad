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
	"rufaa/internal/realm"
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
	Peers  []string      `name:"peer" help:"Status page of another witness of the same ledger, e.g. https://witness.example.org: what both are shown is compared." placeholder:"URL"`
	Once   bool          `help:"Look once and end: status 0 when all is well, 3 at an alarm, 1 when nothing could be seen."`
	Stay   bool          `help:"Stay at an alarm and show it on the status page; without it the program ends with status 3."`
}

func (c *witnessCmd) Run(ctx context.Context, s *streams) error {
	verifier, err := note.NewVerifier(c.Key)
	if err != nil {
		return fmt.Errorf("--key: %w", err)
	}
	if c.Every < time.Second {
		return errors.New("--every: at least 1s")
	}
	f := &witness.Follower{URL: c.Of, Verifier: verifier, Dir: c.Dir, Client: &http.Client{Timeout: 30 * time.Second}, Now: time.Now, Peers: c.Peers}
	leave, err := realm.Occupy(c.Dir, "witness") // two with one memory would each lose what the other keeps
	if err != nil {
		return err
	}
	defer leave()
	if err := f.Open(c.Name, rand.Reader); err != nil {
		return err
	}
	key := "give the operator this key: rufaa serve --witness " + f.Public()
	if c.Once {
		fmt.Fprintln(s.out, key)
		if err := f.Look(ctx); err != nil {
			return err
		}
		fmt.Fprintf(s.out, "the ledger only grew; signed for %d events\n", f.Size())
		return nil
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
	fmt.Fprintf(s.out, "ready http://%s\n%s\n", shown(ln.Addr().String()), key)
	t := time.NewTicker(c.Every)
	defer t.Stop()
	var found error
	for {
		if err := f.Look(ctx); err != nil && ctx.Err() == nil {
			if errors.Is(err, witness.ErrAlarm) && !c.Stay {
				return err
			}
			if found == nil { // an alarm that stands is told once
				s.log.Error("witness", "of", c.Of, "error", err.Error())
			}
			if errors.Is(err, witness.ErrAlarm) {
				found = err
			}
		}
		select {
		case err := <-failed:
			return err
		case <-ctx.Done():
			return found
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
