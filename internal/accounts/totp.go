package accounts

import (
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
)

// Time-based codes after RFC 6238 with what every authenticator app knows:
// SHA-1, six digits, thirty seconds, one step of clock difference either way.
const (
	totpPeriod = 30 // seconds
	totpSkew   = 1  // steps
	totpBytes  = 20 // of secret: the length of SHA-1, RFC 4226 section 4
)

var totpOpts = hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1}

var base32Text = base32.StdEncoding.WithPadding(base32.NoPadding)

func (a *Accounts) newSecret() (string, error) {
	b, err := a.random(totpBytes)
	if err != nil {
		return "", err
	}
	return base32Text.EncodeToString(b), nil
}

// totpStep finds the time step whose code this is, later than the last one
// taken, so that a code seen over a shoulder is of no use. 0 is none.
func totpStep(secret, code string, now time.Time, last int64) (int64, error) {
	at := now.Unix() / totpPeriod
	var found int64
	for step := at - totpSkew; step <= at+totpSkew; step++ {
		want, err := hotp.GenerateCodeCustom(secret, uint64(step), totpOpts)
		if err != nil {
			return 0, fmt.Errorf("accounts: second factor: a stored secret is damaged: %w", err)
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 && step > last && found == 0 {
			found = step
		}
	}
	return found, nil
}

// totpURL is what an authenticator app scans.
func totpURL(realm, username, secret string) string {
	issuer := "Rufaa"
	if realm != "" {
		issuer += " " + realm
	}
	// Spaces as %20: some apps show a plus sign as it stands.
	q := url.Values{"secret": {secret}, "issuer": {issuer}, "algorithm": {"SHA1"}, "digits": {"6"}, "period": {"30"}}
	return "otpauth://totp/" + url.PathEscape(issuer+":"+username) + "?" + strings.ReplaceAll(q.Encode(), "+", "%20")
}

// sixDigits gives the code somebody typed, "123 456" too.
func sixDigits(s string) (string, bool) {
	if len(s) > 40 {
		return "", false
	}
	s = strings.Map(func(r rune) rune {
		if r == ' ' || r == '-' || r == '\t' {
			return -1
		}
		return r
	}, s)
	if len(s) != 6 || strings.Trim(s, "0123456789") != "" {
		return "", false
	}
	return s, true
}

func vaultSubject(staff string) string { return "staff/" + staff }
