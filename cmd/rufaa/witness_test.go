package main

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/demo"
	"rufaa/internal/office"
	"rufaa/internal/realm"
)

// All people and cases in these tests are invented.

// started runs a command until the test ends and gives what it says first.
func started(t *testing.T, lines int, args ...string) []string {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	r, w := io.Pipe()
	done := make(chan struct{})
	go func() {
		defer close(done)
		run(ctx, args, w, io.Discard)
		w.Close()
	}()
	t.Cleanup(func() { stop(); go io.Copy(io.Discard, r); <-done })
	in := bufio.NewReader(r)
	var out []string
	for range lines {
		line, err := in.ReadString('\n')
		if err != nil {
			t.Fatal(err, out)
		}
		out = append(out, strings.TrimSpace(line))
	}
	go io.Copy(io.Discard, in)
	return out
}

func TestAnotherAgencyWitnessesAndTheBundleSaysSo(t *testing.T) {
	dir, ctx := t.TempDir(), context.Background()
	data, eye := filepath.Join(dir, "data"), filepath.Join(dir, "witness")
	clock := new(demo.Clock)
	options := office.Options{Data: data, Realm: "live", Now: clock.Now, Log: slog.New(slog.DiscardHandler)}
	of, err := office.Create(ctx, options, realm.Demo)
	if err != nil {
		t.Fatal(err)
	}
	if err := demo.Enrol(ctx, of); err != nil {
		t.Fatal(err)
	}
	manager := demo.Actor("wanjiru.case")
	rc, err := of.Cases.Raise(ctx, demo.Actor("amina.officer"), casefile.Order{}, &casefile.Alert{Holder: "x-tumaini", County: "mombasa", Person: casefile.PersonFacts{Name: "Zawadi Fictional"}})
	if err == nil {
		_, err = of.Cases.Do(ctx, manager, rc.ID, casefile.Order{}, &casefile.Take{})
	}
	verifier := of.Verifier
	if err != nil || of.Close() != nil {
		t.Fatal(err)
	}
	facts := filepath.Join(data, "live", "realm.json")
	raw, err := os.ReadFile(facts)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(facts, bytes.Replace(raw, []byte(`"demo"`), []byte(`"exercise"`), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	// The witness's key comes first; there is nothing to follow yet.
	var before, why bytes.Buffer
	if code := run(ctx, []string{"witness", "--once", "--of", "http://127.0.0.1:1", "--key", verifier, "--dir", eye, "--name", "agency.example"}, &before, &why); code != 1 || !strings.Contains(why.String(), "does not answer") {
		t.Fatalf("%d %s", code, why.String())
	}
	said := strings.TrimSpace(before.String())
	key := said[strings.LastIndex(said, " ")+1:]
	at := strings.TrimPrefix(started(t, 1, "serve", "--data", data, "--addr", "127.0.0.1:0", "--witness", key)[0], "ready ")
	status := strings.TrimPrefix(started(t, 1, "witness", "--of", at, "--key", verifier, "--dir", eye, "--listen", "127.0.0.1:0")[0], "ready ")

	seen := regexp.MustCompile(`agency\.example`)
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		if seen.MatchString(get(t, at+"/witness/v1/witnesses")) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("nothing was witnessed: " + get(t, status))
		}
	}
	if page := get(t, status); !strings.Contains(page, "The ledger only grew") || !strings.Contains(page, key) && !strings.Contains(page, "agency.example") {
		t.Error(page)
	}
	var out, errs bytes.Buffer
	if code := run(ctx, []string{"verify", "--data", data}, &out, &errs); code != 0 || !strings.Contains(out.String(), "witnessed by agency.example up to event") {
		t.Errorf("%d %s %s", code, out.String(), errs.String())
	}
}

func get(t *testing.T, url string) string {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	raw, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func TestABundleIsVerifiedWithoutARealm(t *testing.T) {
	dir, ctx := t.TempDir(), context.Background()
	clock := new(demo.Clock)
	of, err := office.Create(ctx, office.Options{Data: dir, Realm: "demo", Now: clock.Now, Log: slog.New(slog.DiscardHandler)}, realm.Demo)
	if err != nil {
		t.Fatal(err)
	}
	defer of.Close()
	if err := demo.Enrol(ctx, of); err != nil {
		t.Fatal(err)
	}
	manager := demo.Actor("wanjiru.case")
	rc, err := of.Cases.Raise(ctx, demo.Actor("amina.officer"), casefile.Order{}, &casefile.Alert{Holder: "x-tumaini", County: "mombasa", Person: casefile.PersonFacts{Name: "Zawadi Fictional"}})
	if err == nil {
		_, err = of.Cases.Do(ctx, manager, rc.ID, casefile.Order{}, &casefile.Take{})
	}
	if err != nil {
		t.Fatal(err)
	}
	made, err := of.Discloser().Make(ctx, manager, rc.ID, casefile.Order{}, &casefile.MakeBundle{Recipient: "court", Purpose: "prosecution"})
	if err != nil {
		t.Fatal(err)
	}
	var zip bytes.Buffer
	if _, err := made.WriteTo(&zip); err != nil {
		t.Fatal(err)
	}
	whole := zip.Bytes()
	file := filepath.Join(t.TempDir(), "bundle.zip")
	verify := func(raw []byte, args ...string) (int, string) {
		t.Helper()
		if err := os.WriteFile(file, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		var out bytes.Buffer
		return run(ctx, append([]string{"verify", file}, args...), &out, &out), out.String()
	}
	if code, says := verify(whole, "--key", of.Verifier); code != 0 || !strings.Contains(says, "all verified") || strings.Contains(says, "compare it") {
		t.Errorf("%d %s", code, says)
	}
	if code, says := verify(whole); code != 0 || !strings.Contains(says, of.Verifier) {
		t.Errorf("%d %s", code, says)
	}
	at := bytes.Index(whole, []byte(`"leaf"`))
	whole[at+12] ^= 1
	if code, says := verify(whole); code != 1 || !strings.Contains(says, "events.json") {
		t.Errorf("%d %s", code, says)
	}
}
