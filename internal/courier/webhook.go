package courier

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	standard "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"rufaa/internal/outward"
)

// SecretBytes is how long the key of a webhook is.
const SecretBytes = 32

// SecretText is a key as Standard Webhooks writes it.
func SecretText(raw []byte) string { return "whsec_" + base64.StdEncoding.EncodeToString(raw) }

// Hook is one signed message to an agency's endpoint. It holds no case content.
type Hook struct {
	URL     string
	ID      string   // webhook-id, the same at every try
	Secrets []string // as SecretText gives them; two while one replaces the other
	Body    []byte
	At      time.Time // webhook-timestamp, of this try
}

// Hooks posts webhooks.
type Hooks struct {
	guard outward.Guard
	http  *http.Client
}

// NewHooks posts behind the guard.
func NewHooks(g outward.Guard) *Hooks { return &Hooks{g, g.Client(maxSMSAnswer)} }

// Check tells whether an address may be an endpoint.
func (h *Hooks) Check(address string) error { return h.guard.Check(address) }

// Post sends one. Everything but a status from 200 to 299 is a failure, as the
// specification of Standard Webhooks asks; 410 says: never again.
func (h *Hooks) Post(ctx context.Context, x Hook) error {
	var signatures []string
	for _, secret := range x.Secrets {
		wh, err := standard.NewWebhook(secret)
		if err != nil {
			return permanent("the secret of the webhook cannot be read")
		}
		sig, err := wh.Sign(x.ID, x.At, x.Body)
		if err != nil {
			return permanent("the webhook cannot be signed")
		}
		signatures = append(signatures, sig)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, x.URL, bytes.NewReader(x.Body))
	if err != nil {
		return permanent("the address of the webhook is none")
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "Rufaa")
	r.Header.Set("webhook-id", x.ID)
	r.Header.Set("webhook-timestamp", strconv.FormatInt(x.At.Unix(), 10))
	r.Header.Set("webhook-signature", strings.Join(signatures, " "))
	resp, err := h.http.Do(r)
	if err != nil {
		return unreachable("the webhook's endpoint", err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return errors.New("the endpoint's answer cannot be read")
	}
	if resp.StatusCode == http.StatusGone {
		return ErrGone
	}
	if resp.StatusCode >= 200 && resp.StatusCode < 300 {
		return nil
	}
	return errors.New("the endpoint answers " + strconv.Itoa(resp.StatusCode))
}

// ErrGone says that the endpoint wants no webhook any more.
var ErrGone error = &Permanent{"the endpoint says that it is gone (410)"}
