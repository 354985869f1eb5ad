package dextest

import (
	"bufio"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// Person is somebody the provider knows.
type Person struct {
	ID       string `json:"id"`
	Email    string `json:"email"`
	Name     string `json:"name"` // the claim "name"
	Password string `json:"password"`
}

// Settings are what the provider is started with.
type Settings struct {
	ClientID string   `json:"client_id"`
	Secret   string   `json:"secret"`
	Redirect string   `json:"redirect"`
	People   []Person `json:"people"`
}

// Dex is a running provider.
type Dex struct {
	Issuer string
	t      testing.TB
	stop   func()
}

// Start builds Dex if need be and runs it until the test ends.
func Start(t testing.TB, s Settings) *Dex {
	t.Helper()
	cmd := exec.Command(program(t))
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	stopped := false
	d := &Dex{t: t, stop: func() {
		if !stopped {
			stopped = true
			in.Close()
			cmd.Wait()
		}
	}}
	t.Cleanup(d.stop)
	if err := json.NewEncoder(in).Encode(s); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("Dex did not start: %v", err)
	}
	d.Issuer = strings.TrimSpace(strings.TrimPrefix(line, "ready "))
	return d
}

// Stop ends the provider before the test does.
func (d *Dex) Stop() { d.stop() }

// program builds Dex where the module files say so and gives its path. The
// name carries their digest: other files are another program.
func program(t testing.TB) string {
	t.Helper()
	_, here, _, ok := runtime.Caller(0)
	if !ok {
		t.Fatal("where is this file?")
	}
	dir := filepath.Join(filepath.Dir(here), "dex")
	sum := sha256.New()
	for _, name := range []string{"go.mod", "go.sum", "main.go"} {
		raw, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		sum.Write(raw)
	}
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	at := filepath.Join(cache, "rufaa-test", "dex-"+hex.EncodeToString(sum.Sum(nil)[:8]))
	if _, err := os.Stat(at); err == nil {
		return at
	}
	if err := os.MkdirAll(filepath.Dir(at), 0o755); err != nil {
		t.Fatal(err)
	}
	half := fmt.Sprintf("%s.%d", at, os.Getpid()) // two packages may build at once
	build := exec.Command("go", "build", "-o", half, ".")
	build.Dir, build.Env = dir, append(os.Environ(), "CGO_ENABLED=0", "GOFLAGS=-mod=readonly", "GOWORK=off")
	if text, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build Dex: %v\n%s", err, text)
	}
	if err := os.Rename(half, at); err != nil {
		t.Fatal(err)
	}
	return at
}

var formAction = regexp.MustCompile(`<form method="post" action="([^"]+)"`)

// SignIn walks through the provider's own pages as a browser would and gives
// the address it sends the person back to. That address is not visited.
func (d *Dex) SignIn(address, email, password string) *url.URL {
	d.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		d.t.Fatal(err)
	}
	var back *url.URL
	browser := &http.Client{Jar: jar, CheckRedirect: func(r *http.Request, _ []*http.Request) error {
		if !strings.HasPrefix(r.URL.String(), d.Issuer) {
			back = r.URL
			return http.ErrUseLastResponse
		}
		return nil
	}}
	page := read(d.t, browser.Get, address)
	if back != nil {
		return back
	}
	found := formAction.FindStringSubmatch(page)
	if found == nil {
		d.t.Fatalf("no form on the provider's page: %.400s", page)
	}
	origin, err := url.Parse(d.Issuer)
	if err != nil {
		d.t.Fatal(err)
	}
	to, err := origin.Parse(strings.ReplaceAll(found[1], "&amp;", "&"))
	if err != nil {
		d.t.Fatal(err)
	}
	page = read(d.t, func(at string) (*http.Response, error) {
		return browser.PostForm(at, url.Values{"login": {email}, "password": {password}})
	}, to.String())
	if back == nil {
		d.t.Fatalf("the provider did not send %s back: %.400s", email, page)
	}
	return back
}

func read(t testing.TB, do func(string) (*http.Response, error), address string) string {
	t.Helper()
	resp, err := do(address)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}
