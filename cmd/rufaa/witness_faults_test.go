package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
	"rufaa/internal/witness"
)

// All events in these tests are invented.

// watched is an address behind which a test puts one server or another.
type watched struct {
	t        *testing.T
	signer   note.Signer
	verifier note.Verifier
	public   string
	url      string
	shown    atomic.Pointer[http.Handler]
	eye, key string
	stores   int
	append   func(words ...string) // to the newest story
}

func newWatched(t *testing.T) *watched {
	t.Helper()
	w := &watched{t: t, eye: filepath.Join(t.TempDir(), "witness")}
	w.rekey()
	s := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) { (*w.shown.Load()).ServeHTTP(rw, r) }))
	t.Cleanup(s.Close)
	w.url = s.URL
	w.shows(http.NotFound)
	code, out, _ := w.looks()
	if code != 1 {
		t.Fatal(code, out)
	}
	out, _, _ = strings.Cut(out, "\n")
	w.key = out[strings.LastIndex(out, " ")+1:]
	return w
}

func (w *watched) rekey() {
	w.t.Helper()
	private, public, err := note.GenerateKey(rand.Reader, ledger.Origin("training"))
	if err != nil {
		w.t.Fatal(err)
	}
	if w.signer, err = note.NewSigner(private); err != nil {
		w.t.Fatal(err)
	}
	if w.verifier, err = note.NewVerifier(public); err != nil {
		w.t.Fatal(err)
	}
	if w.public == "" {
		w.public = public
	}
}

func (w *watched) shows(h http.HandlerFunc) { x := http.Handler(h); w.shown.Store(&x) }

// story is the server of a ledger with these events.
func (w *watched) story(words ...string) http.Handler {
	w.t.Helper()
	w.stores++
	db := storetest.Open(w.t, store.SQLite, fmt.Sprint("story", w.stores))
	l, err := ledger.New(w.t.Context(), db, ledger.Options{Realm: "training", Signer: w.signer, Verifier: w.verifier, Now: time.Now})
	if err != nil {
		w.t.Fatal(err)
	}
	c, err := witness.NewCollector(l, db, w.key)
	if err != nil {
		w.t.Fatal(err)
	}
	w.append = func(words ...string) {
		w.t.Helper()
		for _, word := range words {
			err := db.Write(w.t.Context(), func(tx *store.Tx) error {
				_, err := l.Append(tx, "case/1", ledger.AnyVersion, ledger.Meta{Actor: "staff-7"}, ledger.Draft{Kind: "case.noted", Schema: 1, Payload: word})
				return err
			})
			if err != nil {
				w.t.Fatal(err)
			}
		}
		if _, err := l.Checkpoint(w.t.Context()); err != nil {
			w.t.Fatal(err)
		}
	}
	w.append(words...)
	return c.Handler()
}

func (w *watched) tells(words ...string) { h := w.story(words...); w.shown.Store(&h) }

func (w *watched) looks(more ...string) (int, string, string) {
	w.t.Helper()
	var out, errs bytes.Buffer
	args := append([]string{"witness", "--once", "--of", w.url, "--key", w.public, "--dir", w.eye, "--name", "agency.example"}, more...)
	code := run(w.t.Context(), args, &out, &errs)
	return code, out.String(), errs.String()
}

func (w *watched) finds(code int, says string, more ...string) {
	w.t.Helper()
	got, out, errs := w.looks(more...)
	if got != code || !strings.Contains(out+errs, says) {
		w.t.Errorf("status %d, want %d and %q:\n%s%s", got, code, says, out, errs)
	}
}

func TestAWitnessAsAProgramSaysWhatItFinds(t *testing.T) {
	for name, x := range map[string]struct {
		then func(w *watched)
		code int
		says string
	}{
		"grown":              {func(w *watched) { w.append("four") }, 0, "signed for 4 events"},
		"the same":           {func(w *watched) {}, 0, "signed for 3 events"},
		"an old backup":      {func(w *watched) { w.tells("one", "two") }, 3, "there were 3 events and now there are 2"},
		"a backup that grew": {func(w *watched) { w.tells("one", "two", "else", "and more") }, 3, "the first 3 events are not those that were signed"},
		"rewritten":          {func(w *watched) { w.tells("changed", "two", "three") }, 3, "two different ledgers of 3 events"},
		"another key":        {func(w *watched) { w.rekey(); w.tells("one", "two", "three", "four") }, 1, "not signed by the realm: another key"},
		"a page": {func(w *watched) {
			w.shows(func(rw http.ResponseWriter, _ *http.Request) { fmt.Fprint(rw, "<html>down</html>") })
		}, 1, "not signed by the realm"},
		"nothing": {func(w *watched) { w.shows(func(http.ResponseWriter, *http.Request) {}) }, 1, "not signed by the realm"},
		"a fault": {func(w *watched) { w.shows(func(rw http.ResponseWriter, _ *http.Request) { rw.WriteHeader(502) }) }, 1, "502 Bad Gateway"},
		"no proof": {func(w *watched) {
			h := w.story("one", "two", "three", "four")
			w.shows(func(rw http.ResponseWriter, r *http.Request) {
				if strings.HasSuffix(r.URL.Path, "/growth") {
					fmt.Fprint(rw, "<html>")
					return
				}
				h.ServeHTTP(rw, r)
			})
		}, 1, "the proof"},
		"its state cut short": {func(w *watched) {
			raw, err := os.ReadFile(filepath.Join(w.eye, "state.json"))
			if err != nil {
				t.Fatal(err)
			}
			for n := range len(raw) - 2 {
				if err := os.WriteFile(filepath.Join(w.eye, "state.json"), raw[:n], 0o600); err != nil {
					t.Fatal(err)
				}
				if n%97 == 0 {
					w.finds(1, "what it remembers is lost or damaged")
				}
			}
		}, 1, "what it remembers is lost or damaged"},
		"its state deleted":   {func(w *watched) { os.Remove(filepath.Join(w.eye, "state.json")); w.tells("another") }, 1, "state.json is not there, but a key is"},
		"its key deleted":     {func(w *watched) { os.Remove(filepath.Join(w.eye, "witness.key")) }, 1, "witness.key is not there, but a state is"},
		"its state emptied":   {func(w *watched) { os.WriteFile(filepath.Join(w.eye, "state.json"), []byte("null"), 0o600) }, 1, "what it remembers"},
		"given another realm": {func(w *watched) { w.rekey(); w.public = w.verifierText() }, 1, "its checkpoint is not signed by the key"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWatched(t)
			w.tells("one", "two", "three")
			w.finds(0, "signed for 3 events")
			x.then(w)
			w.finds(x.code, x.says)
			if x.code == 3 { // the true story back again changes nothing
				w.tells("one", "two", "three")
				w.finds(3, "found ")
			}
		})
	}
}

// verifierText is the public key of the newest signer.
func (w *watched) verifierText() string {
	w.t.Helper()
	_, public, err := note.GenerateKey(rand.Reader, ledger.Origin("training"))
	if err != nil {
		w.t.Fatal(err)
	}
	return public
}

// Without --once it follows until it finds something, and ends with it.
func TestAWitnessThatFollowsEndsWithTheAlarm(t *testing.T) {
	w := newWatched(t)
	w.tells("one", "two", "three")
	follow := func(ctx context.Context, more ...string) (int, string) {
		var errs bytes.Buffer
		code := run(ctx, append([]string{"witness", "--of", w.url, "--key", w.public, "--dir", w.eye, "--listen", "127.0.0.1:0", "--every", "1s"}, more...), &bytes.Buffer{}, &errs)
		return code, errs.String()
	}
	go func() { time.Sleep(1500 * time.Millisecond); w.tells("one", "other", "three", "four") }()
	if code, says := follow(t.Context()); code != 3 || !strings.Contains(says, "ALARM") {
		t.Errorf("%d %s", code, says)
	}
	ctx, stop := context.WithTimeout(t.Context(), 3*time.Second)
	defer stop()
	if code, says := follow(ctx, "--stay"); code != 3 || strings.Count(says, "ALARM") != 2 { // once in the log, once at the end
		t.Errorf("%d %s", code, says)
	}
}

// A server that tells each witness a story of its own is found when they compare.
func TestTwoWitnessesOfOneLedgerCompare(t *testing.T) {
	w := newWatched(t)
	w.tells("one", "two", "three")
	first := strings.TrimPrefix(started(t, 1, "witness", "--of", w.url, "--key", w.public, "--dir", w.eye, "--listen", "127.0.0.1:0", "--every", "1h")[0], "ready ")
	deadline := time.Now().Add(30 * time.Second)
	for get(t, first+"/checkpoint") == "" && time.Now().Before(deadline) {
		time.Sleep(20 * time.Millisecond)
	}
	second := func(code int, says string) {
		t.Helper()
		w.eye = filepath.Join(t.TempDir(), "second")
		var out, errs bytes.Buffer
		got := run(t.Context(), []string{"witness", "--once", "--of", w.url, "--key", w.public, "--dir", w.eye, "--name", "agency.example", "--peer", first}, &out, &errs)
		if got != code || !strings.Contains(errs.String(), says) {
			t.Errorf("status %d, want %d and %q: %s", got, code, says, errs.String())
		}
	}
	w.append("four")
	second(1, "its operator must start it with --witness") // all is well but for its own key
	w.tells("one", "two", "another", "four")
	second(3, "the first 3 events are not those that were signed")
	w.tells("one", "two")
	second(1, "compared with the witness at") // it lags, or hides what the other saw: told, and no alarm
	w.tells("one", "two", "another")
	second(3, "two different ledgers of 3 events")
}
