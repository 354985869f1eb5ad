package stamp_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rufaa/internal/stamp"
)

// authority is a real one: openssl ts behind a small server, with a root and
// certificates made for the test. All names are invented.
type authority struct {
	dir    string
	answer func(query []byte) []byte // nil: as openssl answers
	cert   string
}

func openssl(t testing.TB, dir string, args ...string) {
	t.Helper()
	cmd := exec.Command("openssl", args...)
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("openssl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
}

func newAuthority(t testing.TB) *authority {
	t.Helper()
	a := &authority{dir: t.TempDir(), cert: "tsa"}
	conf := "[req]\ndistinguished_name=dn\n[dn]\n[ca]\nbasicConstraints=critical,CA:true\nkeyUsage=critical,keyCertSign,cRLSign\n" +
		"[stamping]\nextendedKeyUsage=critical,timeStamping\n[web]\nextendedKeyUsage=serverAuth\n" +
		"[tsa]\ndefault_tsa=t\n[t]\ndir=.\nserial=./serial\ndefault_policy=1.2.3.4.1\ndigests=sha256\naccuracy=secs:1\nordering=no\ntsa_name=no\ness_cert_id_chain=no\nsigner_digest=sha256\n"
	for name, text := range map[string]string{"ts.cnf": conf, "serial": "01\n"} {
		if err := os.WriteFile(filepath.Join(a.dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	openssl(t, a.dir, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "ca.key", "-out", "ca.pem", "-days", "30", "-subj", "/CN=Fictional Root", "-config", "ts.cnf", "-extensions", "ca")
	a.certificate(t, "tsa", "stamping")
	return a
}

func (a *authority) certificate(t testing.TB, name, use string, more ...string) {
	t.Helper()
	openssl(t, a.dir, "req", "-newkey", "rsa:2048", "-nodes", "-keyout", name+".key", "-out", name+".csr", "-subj", "/CN=Fictional "+name, "-config", "ts.cnf")
	openssl(t, a.dir, append([]string{"x509", "-req", "-in", name + ".csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-out", name + ".pem", "-extfile", "ts.cnf", "-extensions", use}, more...)...)
}

// expired makes a certificate for timestamping that ran out years ago.
func (a *authority) expired(t testing.TB, name string) {
	t.Helper()
	decode := func(file string) []byte {
		raw, err := os.ReadFile(filepath.Join(a.dir, file))
		if err != nil {
			t.Fatal(err)
		}
		b, _ := pem.Decode(raw)
		return b.Bytes
	}
	ca, err := x509.ParseCertificate(decode("ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.ParsePKCS8PrivateKey(decode("ca.key"))
	if err != nil {
		t.Fatal(err)
	}
	own, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	usage, err := asn1.Marshal([]asn1.ObjectIdentifier{{1, 3, 6, 1, 5, 5, 7, 3, 8}})
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.CreateCertificate(rand.Reader, &x509.Certificate{SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "Fictional old"},
		NotBefore: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC), NotAfter: time.Date(2020, 2, 1, 0, 0, 0, 0, time.UTC),
		ExtraExtensions: []pkix.Extension{{Id: asn1.ObjectIdentifier{2, 5, 29, 37}, Critical: true, Value: usage}}}, ca, &own.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := x509.MarshalPKCS8PrivateKey(own)
	if err != nil {
		t.Fatal(err)
	}
	for file, b := range map[string]*pem.Block{name + ".pem": {Type: "CERTIFICATE", Bytes: der}, name + ".key": {Type: "PRIVATE KEY", Bytes: raw}} {
		if err := os.WriteFile(filepath.Join(a.dir, file), pem.EncodeToMemory(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func (a *authority) reply(t testing.TB, query []byte) []byte {
	t.Helper()
	q, r := filepath.Join(a.dir, "q.tsq"), filepath.Join(a.dir, "r.tsr")
	if err := os.WriteFile(q, query, 0o600); err != nil {
		t.Error(err)
		return nil
	}
	cmd := exec.Command("openssl", "ts", "-reply", "-config", "ts.cnf", "-section", "t", "-queryfile", q, "-signer", a.cert+".pem", "-inkey", a.cert+".key", "-out", r)
	cmd.Dir = a.dir
	if out, err := cmd.CombinedOutput(); err != nil {
		return out // not an answer at all
	}
	raw, err := os.ReadFile(r)
	if err != nil {
		t.Error(err)
	}
	return raw
}

func (a *authority) serve(t testing.TB) string {
	t.Helper()
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("Content-Type") != "application/timestamp-query" {
			http.Error(w, "no query", http.StatusBadRequest)
			return
		}
		if a.answer != nil {
			w.Write(a.answer(query))
			return
		}
		w.Write(a.reply(t, query))
	}))
	t.Cleanup(s.Close)
	return s.URL
}

func (a *authority) ask(t testing.TB, digest [32]byte) (*stamp.Token, error) {
	t.Helper()
	c, err := stamp.New(a.serve(t), filepath.Join(a.dir, "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	return c.Stamp(context.Background(), digest[:])
}

var digest = sha256.Sum256([]byte("a photo (fictional)"))

func TestARealAuthoritySigns(t *testing.T) {
	a := newAuthority(t)
	token, err := a.ask(t, digest)
	if err != nil {
		t.Fatal(err)
	}
	if since := time.Since(token.At); since < -time.Minute || since > 5*time.Minute || token.Serial == "" {
		t.Errorf("%+v", token)
	}
	// What is kept is what openssl itself accepts.
	if err := os.WriteFile(filepath.Join(a.dir, "token.der"), token.DER, 0o600); err != nil {
		t.Fatal(err)
	}
	openssl(t, a.dir, "ts", "-verify", "-digest", fmt.Sprintf("%x", digest), "-in", "token.der", "-token_in", "-CAfile", "ca.pem")
}

func TestWhatIsRefused(t *testing.T) {
	a := newAuthority(t)
	other := sha256.Sum256([]byte("another"))
	c, err := stamp.New(a.serve(t), filepath.Join(a.dir, "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	var first []byte // an answer to another request about the same digest
	a.answer = func(q []byte) []byte { first = a.reply(t, q); return first }
	if _, err := c.Stamp(context.Background(), digest[:]); err != nil {
		t.Fatal(err)
	}
	a.certificate(t, "web", "web", "-days", "30")
	a.expired(t, "old")
	stranger := newAuthority(t)
	for name, x := range map[string]struct {
		answer func(q []byte) []byte
		want   error
	}{
		"an old answer played again": {func([]byte) []byte { return first }, stamp.ErrNonce},
		"about another digest": {func(q []byte) []byte {
			return a.reply(t, []byte(strings.Replace(string(q), string(digest[:]), string(other[:]), 1)))
		}, stamp.ErrDigest},
		"signed by somebody not trusted":   {func(q []byte) []byte { return stranger.reply(t, q) }, stamp.ErrTrust},
		"a page":                           {func([]byte) []byte { return []byte("<html>down</html>") }, stamp.ErrAnswer},
		"nothing":                          {func([]byte) []byte { return nil }, stamp.ErrAnswer},
		"one bit of the signature flipped": {func(q []byte) []byte { r := a.reply(t, q); r[len(r)-20] ^= 1; return r }, stamp.ErrAnswer},
	} {
		t.Run(name, func(t *testing.T) {
			a.answer = x.answer
			if _, err := c.Stamp(context.Background(), digest[:]); !errors.Is(err, x.want) {
				t.Errorf("got %v, want %v", err, x.want)
			}
		})
	}
	a.answer = nil
	for _, cert := range []string{"web", "old"} {
		a.cert = cert
		if _, err := c.Stamp(context.Background(), digest[:]); err == nil {
			t.Errorf("a certificate (%s) that is not for this, or had run out, was accepted", cert)
		}
	}
}

func TestAnAuthorityThatIsDown(t *testing.T) {
	a := newAuthority(t)
	c, err := stamp.New("http://127.0.0.1:1/", filepath.Join(a.dir, "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Stamp(context.Background(), digest[:]); !errors.Is(err, stamp.ErrDown) {
		t.Errorf("got %v", err)
	}
	for _, wrong := range []string{"", "ftp://x", "x"} {
		if _, err := stamp.New(wrong, filepath.Join(a.dir, "ca.pem")); err == nil {
			t.Errorf("%q was taken for an authority", wrong)
		}
	}
}

// list is a list of the root with the serial numbers that it revoked, valid until
// a moment.
func (a *authority) list(t testing.TB, file string, until time.Time, serials ...*big.Int) string {
	t.Helper()
	block := func(name string) []byte {
		raw, err := os.ReadFile(filepath.Join(a.dir, name))
		if err != nil {
			t.Fatal(err)
		}
		b, _ := pem.Decode(raw)
		return b.Bytes
	}
	ca, err := x509.ParseCertificate(block("ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	key, err := x509.ParsePKCS8PrivateKey(block("ca.key"))
	if err != nil {
		t.Fatal(err)
	}
	l := &x509.RevocationList{Number: big.NewInt(1), ThisUpdate: time.Now().Add(-48 * time.Hour), NextUpdate: until}
	for _, n := range serials {
		l.RevokedCertificateEntries = append(l.RevokedCertificateEntries, x509.RevocationListEntry{SerialNumber: n, RevocationTime: time.Now().Add(-time.Hour)})
	}
	der, err := x509.CreateRevocationList(rand.Reader, l, ca, key.(*rsa.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(a.dir, file)
	if err := os.WriteFile(name, pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// A certificate that is on the list of its root signs nothing any more; nor does
// one of which no valid list tells. A newer list is read without a restart.
func TestARevokedCertificateSignsNothing(t *testing.T) {
	a := newAuthority(t)
	c, err := stamp.New(a.serve(t), filepath.Join(a.dir, "ca.pem"))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Revoked(filepath.Join(a.dir, "none.pem")); err == nil {
		t.Error("a list that is not there was taken")
	}
	raw, err := os.ReadFile(filepath.Join(a.dir, "tsa.pem"))
	if err != nil {
		t.Fatal(err)
	}
	b, _ := pem.Decode(raw)
	cert, err := x509.ParseCertificate(b.Bytes)
	if err != nil {
		t.Fatal(err)
	}
	ask := func() error { _, err := c.Stamp(context.Background(), digest[:]); return err }
	if err := c.Revoked(a.list(t, "crl.pem", time.Now().Add(time.Hour), big.NewInt(999))); err != nil {
		t.Fatal(err)
	}
	if err := ask(); err != nil {
		t.Errorf("a certificate that stands: %v", err)
	}
	a.list(t, "crl.pem", time.Now().Add(time.Hour), cert.SerialNumber)
	if err := ask(); !errors.Is(err, stamp.ErrRevoked) {
		t.Errorf("a revoked certificate: %v", err)
	}
	a.list(t, "crl.pem", time.Now().Add(-time.Hour))
	if err := ask(); !errors.Is(err, stamp.ErrRevoked) {
		t.Errorf("a list that ran out: %v", err)
	}
	stranger := newAuthority(t)
	if err := c.Revoked(stranger.list(t, "crl.pem", time.Now().Add(time.Hour))); err != nil {
		t.Fatal(err)
	}
	if err := ask(); !errors.Is(err, stamp.ErrRevoked) {
		t.Errorf("a list of somebody else: %v", err)
	}
}

func FuzzVerify(f *testing.F) {
	f.Add([]byte("0\x03\x02\x01\x00"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if tok, err := stamp.Verify(raw, digest[:], nil, nil); err == nil && tok != nil {
			t.Error("noise was accepted")
		}
	})
}
