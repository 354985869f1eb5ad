package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"

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
		method: "POST", path: "/cases/{id}/bundle", id: "make-bundle", tag: "joint case", door: caseDoor, status: 201,
		summary: "Make a bundle that verifies without a database; it is noted first, openings are recorded",
	}, func(c *call, in *casefile.MakeBundle) (*MadeBundle, error) {
		made, err := c.office().Discloser().Make(c.r.Context(), c.actor, c.id("id"), casefile.Order{}, in)
		if err != nil {
			return nil, err
		}
		return bundleAnswer(made)
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
// is taken from its page, which sends it while it is written.
const maxBundleAnswer = 64 << 20

func bundleAnswer(made *disclosure.Made) (*MadeBundle, error) {
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
