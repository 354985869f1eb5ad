package stamp

import (
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/digitorus/pkcs7"
)

// Revoked names a file (PEM) with lists of revoked certificates (RFC 5280), one
// of each issuer between the authority and its root. It is read at every stamp,
// so that a newer list is one file put in the place of the old. From then on a
// stamp is refused when its certificate is revoked, and when the list of its
// issuer is missing or ran out: what cannot be known is not taken for good.
func (a *Authority) Revoked(file string) error {
	if _, err := readLists(file); err != nil {
		return err
	}
	a.lists = file
	return nil
}

func readLists(file string) ([]*x509.RevocationList, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("stamp: lists of revoked certificates: %w", err)
	}
	var out []*x509.RevocationList
	for block, rest := pem.Decode(raw); block != nil; block, rest = pem.Decode(rest) {
		l, err := x509.ParseRevocationList(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("stamp: lists of revoked certificates: %s: %w", file, err)
		}
		out = append(out, l)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("stamp: lists of revoked certificates: %s holds none in PEM form", file)
	}
	return out, nil
}

// fresh holds an answer that came just now to what is known now: an authority
// that signs with a certificate that ran out, and dates the answer back, is
// refused, and so is one whose certificate was revoked.
func (a *Authority) fresh(chain []*x509.Certificate, now time.Time) error {
	for _, c := range chain {
		if now.Before(c.NotBefore) || now.After(c.NotAfter) {
			return fmt.Errorf("%w: %s is valid until %s", ErrTrust, c.Subject, c.NotAfter.Format(time.DateOnly))
		}
	}
	if a.lists == "" {
		return nil
	}
	lists, err := readLists(a.lists)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrRevoked, err)
	}
	for i := range len(chain) - 1 { // a root is trusted by itself
		if err := standing(chain[i], chain[i+1], lists, now); err != nil {
			return fmt.Errorf("%w: %s: %w", ErrRevoked, chain[i].Subject, err)
		}
	}
	return nil
}

// standing tells whether a certificate is on the newest valid list of its issuer.
func standing(c, issuer *x509.Certificate, lists []*x509.RevocationList, now time.Time) error {
	known := false
	for _, l := range lists {
		if l.CheckSignatureFrom(issuer) != nil || now.After(l.NextUpdate) {
			continue
		}
		known = true
		for _, e := range l.RevokedCertificateEntries {
			if e.SerialNumber.Cmp(c.SerialNumber) == 0 {
				return fmt.Errorf("revoked on %s", e.RevocationTime.Format(time.DateOnly))
			}
		}
	}
	if !known {
		return errors.New("no list of its issuer that is still valid")
	}
	return nil
}

// signedBy is the chain of the certificate that signed.
func signedBy(p7 *pkcs7.PKCS7, o x509.VerifyOptions) ([]*x509.Certificate, error) {
	signer := p7.GetOnlySigner()
	if signer == nil {
		return nil, errors.New("not signed by one")
	}
	chains, err := signer.Verify(o)
	if err != nil {
		return nil, err
	}
	return chains[0], nil
}
