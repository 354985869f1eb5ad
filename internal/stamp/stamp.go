package stamp

import (
	"bytes"
	"context"
	"crypto"
	"crypto/rand"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/url"
	"os"
	"time"

	"github.com/digitorus/pkcs7"
	"github.com/digitorus/timestamp"
)

// Token is what an authority signed, verified.
type Token struct {
	At     time.Time // UTC, as the authority says
	Serial string
	DER    []byte // as openssl ts -verify -token_in reads it
}

// What can be wrong with an answer; compare with errors.Is.
var (
	ErrDown   = errors.New("stamp: the timestamp authority does not answer")
	ErrAnswer = errors.New("stamp: the authority's answer is not readable, or a refusal")
	ErrDigest = errors.New("stamp: the authority signed another digest")
	ErrNonce  = errors.New("stamp: the authority answered another request")
	ErrTrust  = errors.New("stamp: the authority's certificate is not trusted, not for timestamping, or was not valid then or is not now")
	// ErrRevoked says that the certificate was revoked, or that nothing valid
	// says whether it was.
	ErrRevoked = errors.New("stamp: the authority's certificate is revoked, or no list that is still valid tells")
)

// Authority is one timestamp authority.
type Authority struct {
	url    string
	roots  *x509.CertPool
	lists  string // file with lists of revoked certificates; "" for none
	client *http.Client
}

// answerFor is how long an authority may take.
const answerFor = 20 * time.Second

// New speaks with the authority at an http or https address and trusts the
// certificates of a PEM file.
func New(address, trusted string) (*Authority, error) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.Scheme != "http" && u.Scheme != "https" {
		return nil, fmt.Errorf("timestamp authority: %q is no http or https address", address)
	}
	raw, err := os.ReadFile(trusted)
	if err != nil {
		return nil, fmt.Errorf("timestamp authority: %w; name the file with the certificates it is trusted by (--timestamp-roots)", err)
	}
	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(raw) {
		return nil, fmt.Errorf("timestamp authority: %s holds no certificate in PEM form", trusted)
	}
	return &Authority{url: address, roots: roots, client: &http.Client{Timeout: answerFor}}, nil
}

// Authority is the address, as it stands in the record.
func (a *Authority) Authority() string { return a.url }

// Stamp has a SHA-256 digest signed.
func (a *Authority) Stamp(ctx context.Context, digest []byte) (*Token, error) {
	nonce, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 63))
	if err != nil {
		return nil, err
	}
	ask, err := (&timestamp.Request{HashAlgorithm: crypto.SHA256, HashedMessage: digest, Certificates: true, Nonce: nonce}).Marshal()
	if err != nil {
		return nil, fmt.Errorf("stamp: request: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, a.url, bytes.NewReader(ask))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/timestamp-query")
	resp, err := a.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrDown, err)
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(io.LimitReader(resp.Body, 256<<10))
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: it broke off: %w", ErrDown, err)
	case resp.StatusCode != http.StatusOK:
		return nil, fmt.Errorf("%w: %s", ErrDown, resp.Status)
	}
	t, chain, err := verify(raw, digest, nonce, a.roots)
	if err != nil {
		return nil, err
	}
	if err := a.fresh(chain, time.Now()); err != nil {
		return nil, err
	}
	return t, nil
}

// Verify holds an answer against the request it is to.
func Verify(answer, digest []byte, nonce *big.Int, roots *x509.CertPool) (*Token, error) {
	t, _, err := verify(answer, digest, nonce, roots)
	return t, err
}

// verify gives the chain of the certificate that signed as well, up to a root.
func verify(answer, digest []byte, nonce *big.Int, roots *x509.CertPool) (t *Token, chain []*x509.Certificate, err error) {
	defer func() {
		if recover() != nil { // a reader's fault is the answer's
			t, chain, err = nil, nil, ErrAnswer
		}
	}()
	ts, err := timestamp.ParseResponse(answer)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	switch {
	case ts.HashAlgorithm != crypto.SHA256 || !bytes.Equal(ts.HashedMessage, digest):
		return nil, nil, ErrDigest
	case ts.Nonce == nil || ts.Nonce.Cmp(nonce) != 0:
		return nil, nil, ErrNonce
	}
	p7, err := pkcs7.Parse(ts.RawToken)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrAnswer, err)
	}
	between := x509.NewCertPool()
	for _, c := range p7.Certificates {
		between.AddCert(c)
	}
	then := x509.VerifyOptions{Roots: roots, Intermediates: between, CurrentTime: ts.Time, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageTimeStamping}}
	if err := p7.VerifyWithOpts(then); err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrTrust, err)
	}
	chain, err = signedBy(p7, then)
	if err != nil {
		return nil, nil, fmt.Errorf("%w: %w", ErrTrust, err)
	}
	return &Token{At: ts.Time.UTC(), Serial: ts.SerialNumber.String(), DER: ts.RawToken}, chain, nil
}
