package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"rufaa/internal/bundle"
	"rufaa/internal/casefile"
	"rufaa/internal/disclosure"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/witness"
)

func (a *api) bundleRoutes() {
	add(a, policy.BundleMake, route{
		method: "GET", path: "/cases/{id}/bundle", id: "preview-bundle", tag: "joint case", door: caseDoor,
		summary: "What a bundle for a court, the prosecution or the defence would hold; nothing is opened",
		query: []query{{name: "recipient", doc: "Who it is for", terms: casefile.BundleRecipients},
			{name: "purpose", doc: "What it is for (vocabulary purposes)"}},
	}, func(c *call, _ *none) (*disclosure.Preview, error) {
		q := c.r.URL.Query()
		return c.office().Discloser().Preview(c.r.Context(), c.actor, c.id("id"), &casefile.MakeBundle{Recipient: q.Get("recipient"), Purpose: q.Get("purpose")})
	})
	add(a, policy.BundleMake, route{
		method: "POST", path: "/cases/{id}/bundle", id: "make-bundle", tag: "joint case", door: caseDoor, status: 201, optional: []string{"files"},
		summary: "Make a bundle that verifies without a database; it is noted first, openings are recorded; with Accept: application/zip the file itself comes, of any size", also: zipToo,
	}, func(c *call, in *casefile.MakeBundle) (*MadeBundle, error) {
		made, err := c.office().Discloser().Make(c.r.Context(), c.actor, c.id("id"), casefile.Order{}, in)
		if err != nil {
			return nil, err
		}
		return c.bundle(made)
	})
}

// MadeBundle is a bundle with its file.
type MadeBundle struct {
	Name     string          `json:"name"`
	SHA256   string          `json:"sha256" doc:"Of the file, hexadecimal"`
	File     []byte          `json:"file" doc:"The zip"`
	Manifest bundle.Manifest `json:"manifest"`
}

// maxBundleAnswer bounds a bundle that goes inside JSON, in bytes. A larger one
// is asked for as a file.
const maxBundleAnswer = 64 << 20

// bundle answers with a bundle: inside JSON, or as the file itself to those who
// accept application/zip, sent while it is written.
func (c *call) bundle(made *disclosure.Made) (*MadeBundle, error) {
	if strings.Contains(c.r.Header.Get("Accept"), zipType) {
		c.sent = true
		if err := SendBundle(c.w, made); err != nil {
			panic(http.ErrAbortHandler) // its length was promised: what is broken must not look whole
		}
		return nil, nil
	}
	if made.Size > maxBundleAnswer {
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "recipient", Key: "bundle.error.large"}}}
	}
	var file bytes.Buffer
	if _, err := made.WriteTo(&file); err != nil {
		return nil, err
	}
	sum := sha256.Sum256(file.Bytes())
	return &MadeBundle{Name: made.Name, SHA256: hex.EncodeToString(sum[:]), File: file.Bytes(), Manifest: made.Manifest}, nil
}

const zipType = "application/zip"

// SendBundle sends a bundle while it is written, however long it is: a line that
// comes on is given time. Its length is told, so that a break shows as a file
// cut off, which the page in it would name too.
func SendBundle(w http.ResponseWriter, made *disclosure.Made) error {
	h := w.Header()
	h.Set("Content-Type", zipType)
	h.Set("Content-Disposition", fmt.Sprintf("attachment; filename=%q", made.Name))
	h.Set("Content-Length", strconv.FormatInt(made.Size, 10))
	out := patiently(w)
	out.prolong() // reading everything for its digests may have taken long
	w.WriteHeader(http.StatusOK)
	if n, err := made.WriteTo(out); err != nil {
		return fmt.Errorf("api: bundle broke off after %d of %d bytes: %w", n, made.Size, err)
	}
	return nil
}

// zipToo describes the other form of the answer.
func zipToo(op *huma.Operation) {
	for _, status := range []string{"200", "201"} {
		if r := op.Responses[status]; r != nil {
			r.Content[zipType] = &huma.MediaType{Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}
		}
	}
}

// Witnesses are those who have co-signed the ledger.
type Witnesses struct {
	Verifier  string         `json:"verifier" doc:"Public key of the realm's checkpoints"`
	Witnesses []witness.Seen `json:"witnesses"`
}

func (a *api) witnessRoutes() {
	add(a, policy.WitnessView, route{
		method: "GET", path: "/witnesses", id: "witnesses", summary: "Who has witnessed the ledger, and up to when", tag: "oversight",
	}, func(c *call, _ *none) (*Witnesses, error) {
		seen, err := witness.Newest(c.r.Context(), c.office().Store)
		return &Witnesses{c.office().Verifier, all(seen)}, err
	})
}
