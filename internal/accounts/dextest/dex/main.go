// Dex as an agency's own sign-on, for tests: an identity provider with one
// client and invented people, all in memory. It prints "ready ISSUER" and ends
// when its standard input is closed.
//
// It is a module of its own, so that nothing Dex needs comes near Rufaa.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/dexidp/dex/server"
	"github.com/dexidp/dex/storage"
	"github.com/dexidp/dex/storage/memory"
	"golang.org/x/crypto/bcrypt"
)

// settings is the one line read from standard input.
type settings struct {
	ClientID string   `json:"client_id"`
	Secret   string   `json:"secret"`
	Redirect string   `json:"redirect"`
	People   []person `json:"people"`
}

type person struct {
	ID       string `json:"id"`
	Email    string `json:"email"`
	Name     string `json:"name"`
	Password string `json:"password"`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "dex:", err)
		os.Exit(1)
	}
}

func run() error {
	lines := json.NewDecoder(os.Stdin)
	var set settings
	if err := lines.Decode(&set); err != nil {
		return fmt.Errorf("settings: %w", err)
	}
	quiet := slog.New(slog.NewTextHandler(io.Discard, nil))
	store, err := stored(set, quiet)
	if err != nil {
		return err
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	issuer := "http://" + ln.Addr().String() + "/dex"
	dex, err := server.NewServer(ctx, server.Config{Issuer: issuer, Storage: store, SkipApprovalScreen: true, Logger: quiet,
		IDTokensValidFor: 10 * time.Minute})
	if err != nil {
		return err
	}
	go func() { // the test that started us is gone
		_, _ = io.Copy(io.Discard, os.Stdin)
		ln.Close()
	}()
	fmt.Println("ready " + issuer)
	if err := http.Serve(ln, dex); !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}

func stored(set settings, log *slog.Logger) (storage.Storage, error) {
	var people []storage.Password
	for _, p := range set.People {
		hash, err := bcrypt.GenerateFromPassword([]byte(p.Password), bcrypt.DefaultCost)
		if err != nil {
			return nil, err
		}
		people = append(people, storage.Password{Email: p.Email, Hash: hash, Username: p.Name, UserID: p.ID})
	}
	s := storage.WithStaticClients(memory.New(log), []storage.Client{{
		ID: set.ClientID, Secret: set.Secret, Name: "Rufaa", RedirectURIs: []string{set.Redirect},
	}})
	s = storage.WithStaticPasswords(s, people, log)
	return storage.WithStaticConnectors(s, []storage.Connector{{ID: server.LocalConnector, Name: "Email", Type: server.LocalConnector}}), nil
}
