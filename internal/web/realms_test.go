package web_test

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rufaa/internal/api"
	"rufaa/internal/office/officetest"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/web"
)

// Two realms in one server: what is a key in one is nothing in the other, and
// what happens in one does not touch the other.
func TestRealmsCannotTouchEachOther(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			live, play := officetest.Open(t, engine), officetest.Open(t, engine)
			srv := httptest.NewServer(mounted(live.Office, play.Office))
			defer srv.Close()
			there := "/realm/" + play.Name
			w := &world{World: live, t: t, url: srv.URL, staff: map[string]realm.Actor{}, token: map[string]string{}}
			enrol(t, live.Office, w.staff)
			enrol(t, play.Office, map[string]realm.Actor{})
			token := signIn(t, srv.URL, "proof-case-manager", password)
			id := w.cared(mine, "case_manager")

			before := fingerprint(t, play)
			for _, r := range web.Routes(live.Office) {
				method, path := fill(r.Pattern, "case_manager", id, id, id)
				path = there + strings.ReplaceAll(strings.ReplaceAll(path, "{$}", ""), "{what}", "suspend")
				if got := outcome(ask(t, srv.URL, token, method, path, question("case_manager"))); got != "sign-in" {
					t.Errorf("%s with the other realm's session: %s", path, got)
				}
			}
			for _, o := range api.Operations() {
				if o.Open {
					continue
				}
				method, path := fill(o.Method+" "+o.Path, "case_manager", id, id, id)
				if got := outcome(ask(t, srv.URL, token, method, there+path, nil)); got != "sign-in" {
					t.Errorf("%s %s with the other realm's session: %s", method, there+path, got)
				}
			}
			got := ask(t, srv.URL, token, "POST", "/alerts", url.Values{"account": {"Told in the first realm."}})
			if got.status != 303 {
				t.Fatalf("an alert in the own realm: %d", got.status)
			}
			if after := fingerprint(t, play); after != before {
				t.Errorf("work in %s changed %s:\n%s\n%s", live.Name, play.Name, before, after)
			}

			other := signIn(t, srv.URL+there, "proof-case-manager", password)
			if got := ask(t, srv.URL, other, "GET", there+"/cases/"+id, nil); got.status != 404 {
				t.Errorf("a case of the first realm in the second: %d", got.status)
			}
			if got := outcome(ask(t, srv.URL, other, "GET", "/cases/"+id, nil)); got != "sign-in" {
				t.Errorf("the second realm's session in the first: %s", got)
			}
		})
	}
}

// fingerprint is every byte of a realm: its files, and its ledger's size where
// the store is elsewhere.
func fingerprint(t *testing.T, w *officetest.World) string {
	t.Helper()
	size, err := w.Ledger.Size(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	h := sha256.New()
	h.Write([]byte{byte(size), byte(size >> 8), byte(size >> 16)})
	err = filepath.WalkDir(filepath.Join(w.Dir), func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, "-shm") { // shm is memory shared by readers
			return err
		}
		raw, err := os.ReadFile(path)
		h.Write([]byte(path))
		h.Write(raw)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return hex.EncodeToString(h.Sum(nil))
}
