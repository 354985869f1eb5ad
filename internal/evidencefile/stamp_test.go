package evidencefile_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"rufaa/internal/office"
	"rufaa/internal/office/officetest"
	"rufaa/internal/stamp"
	"rufaa/internal/store"
)

// authority is openssl ts behind an address, with certificates of its own. All
// names are invented.
type authority struct {
	*httptest.Server
	t    *testing.T
	dir  string
	mu   sync.Mutex
	says http.HandlerFunc // nil: as openssl answers
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{t: t, dir: t.TempDir()}
	conf := "[req]\ndistinguished_name=dn\n[dn]\n[ca]\nbasicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign\n" +
		"[stamping]\nextendedKeyUsage=critical,timeStamping\n[tsa]\ndefault_tsa=t\n[t]\nserial=./serial\ndefault_policy=1.2.3.4.1\n" +
		"digests=sha256\naccuracy=secs:1\ntsa_name=no\ness_cert_id_chain=no\nsigner_digest=sha256\n"
	for name, text := range map[string]string{"ts.cnf": conf, "serial": "01\n"} {
		if err := os.WriteFile(filepath.Join(a.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	a.openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj", "/CN=Fictional Root", "-config", "ts.cnf", "-extensions", "ca")
	a.openssl("req", "-newkey", "rsa:2048", "-nodes", "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Fictional Authority", "-config", "ts.cnf")
	a.openssl("x509", "-req", "-in", "tsa.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", "tsa.pem", "-extfile", "ts.cnf", "-extensions", "stamping")
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.mu.Lock()
		says := a.says
		a.mu.Unlock()
		if says != nil {
			says(w, r)
			return
		}
		query, err := io.ReadAll(r.Body)
		if err == nil {
			err = os.WriteFile(filepath.Join(a.dir, "q.tsq"), query, 0o600)
		}
		if err != nil {
			t.Error(err)
		}
		a.openssl("ts", "-reply", "-config", "ts.cnf", "-section", "t", "-queryfile", "q.tsq", "-signer", "tsa.pem", "-inkey", "tsa.key", "-out", "r.tsr")
		http.ServeFile(w, r, filepath.Join(a.dir, "r.tsr"))
	}))
	t.Cleanup(a.Close)
	return a
}

func (a *authority) openssl(args ...string) {
	a.t.Helper()
	cmd := exec.Command("openssl", args...)
	cmd.Dir = a.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		a.t.Errorf("openssl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func (a *authority) now(says http.HandlerFunc) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.says = says
}

func stamped(t *testing.T, test func(s *tale, a *authority)) {
	for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			a := newAuthority(t)
			stamper, err := stamp.New(a.URL, filepath.Join(a.dir, "ca.pem"))
			if err != nil {
				t.Fatal(err)
			}
			w := officetest.OpenWith(t, engine, func(o *office.Options) { o.Stamper = stamper })
			test(&tale{w, t, t.Context()}, a)
		})
	}
}

// An authority that refuses, answers with a page or breaks off is asked again;
// when it is back its timestamp is kept, and openssl takes it.
func TestATimestampComesWhenTheAuthorityIsBack(t *testing.T) {
	stamped(t, func(s *tale, a *authority) {
		content := photo(t, 64, 64, "", "", 0, 0)
		id := s.sent(detective, evidence(s.aScene(false)), content)
		for name, says := range map[string]http.HandlerFunc{
			"refuses": func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "no", http.StatusServiceUnavailable) },
			"a page":  func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "<html>maintenance</html>") },
			"no":      func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte("0\x03\x02\x01\x02")) }, // status: rejection
			"breaks off": func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Length", "4000")
				fmt.Fprint(w, "0")
			},
		} {
			a.now(says)
			if err := s.Files.StampAll(s.ctx); err == nil || len(s.seen(detective, id).Stamps) != 0 {
				s.t.Errorf("%s: %v", name, err)
			}
		}
		a.now(nil)
		s.must(s.Files.StampAll(s.ctx))
		s.must(s.Files.StampAll(s.ctx)) // once is enough
		v := s.seen(detective, id)
		if len(v.Stamps) != 1 || v.Stamps[0].Authority != a.URL {
			s.t.Fatalf("%+v", v.Stamps)
		}
		s.must(os.WriteFile(filepath.Join(a.dir, "token.der"), v.Stamps[0].Token, 0o600))
		a.openssl("ts", "-verify", "-digest", digest(content), "-in", "token.der", "-token_in", "-CAfile", "ca.pem")
	})
}

// While an authority hangs, files are sent, examined, previewed and opened; one
// that was opened meanwhile keeps the answer that comes at last.
func TestASlowAuthorityHoldsUpNobody(t *testing.T) {
	stamped(t, func(s *tale, a *authority) {
		at := s.aScene(false)
		first := s.sent(detective, evidence(at), photo(t, 64, 64, "", "", 0, 0))
		asked, goOn := make(chan bool), make(chan bool)
		a.now(func(w http.ResponseWriter, r *http.Request) {
			close(asked)
			<-goOn
			a.now(nil)
			a.Config.Handler.ServeHTTP(w, r)
		})
		done := make(chan error)
		go func() { done <- s.Files.StampAll(s.ctx) }()
		<-asked
		began := time.Now()
		second := s.sent(detective, evidence(at), photo(t, 65, 64, "", "", 0, 0))
		s.must(s.Files.Work(s.ctx))
		for _, id := range []string{first, second} {
			if raw, err := s.fetch(detective, id, "investigation"); err != nil || len(raw) == 0 {
				s.t.Errorf("%d bytes, %v", len(raw), err)
			}
		}
		if v := s.seen(detective, second); v.Type != "image/jpeg" || time.Since(began) > 10*time.Second {
			s.t.Errorf("%+v after %s", v, time.Since(began))
		}
		close(goOn)
		s.must(<-done)
		if v := s.seen(detective, first); len(v.Stamps) != 1 {
			s.t.Errorf("%+v", v)
		}
	})
}
