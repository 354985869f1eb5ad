package intake

import (
	"net/mail"
	"net/url"
	"strings"
	"time"
	"unicode"
)

func someDate(text string) (time.Time, bool) {
	for _, layout := range []string{time.DateOnly, time.RFC3339, "02/01/2006", "2/1/2006", "02.01.2006", "2006-01-02 15:04:05"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}

// email tells whether an address is one, and no more than one.
func email(s string) bool {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || len(s) > 254 {
		return false
	}
	local, domain, _ := strings.Cut(s, "@")
	if len(local) > 64 || strings.ContainsAny(s, "\" ()[],:;<>\\") || !strings.Contains(domain, ".") {
		return false
	}
	for _, r := range s {
		if r > unicode.MaxASCII {
			return false
		}
	}
	return hostname(domain)
}

func hostname(h string) bool {
	if h == "" || len(h) > 253 {
		return false
	}
	for label := range strings.SplitSeq(h, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
			return false
		}
		for _, r := range label {
			if !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || r == '-') {
				return false
			}
		}
	}
	return true
}

// webAddress completes "haki.example" to "https://haki.example"; only http and
// https are addresses that a reader should follow.
func webAddress(s string) (string, bool) {
	if !strings.Contains(s, "://") {
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || !hostname(u.Hostname()) || !strings.Contains(u.Hostname(), ".") ||
		u.User != nil || strings.ContainsAny(s, " \n\t<>\"{}|\\^`") {
		return "", false
	}
	return u.String(), true
}

// truth reads yes and no in English and Kiswahili; ok is false for others.
func truth(s string) (yes, ok bool) {
	switch folded(s) {
	case "yes", "y", "true", "1", "x", "ndiyo", "ndio", "confidential", "siri":
		return true, true
	case "no", "n", "false", "0", "hapana":
		return false, true
	}
	return false, false
}
