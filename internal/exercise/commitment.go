package exercise

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"

	"github.com/gowebpki/jcs"
	"go.yaml.in/yaml/v3"

	"rufaa/internal/scenario"
)

// How names the way of the digest, as it stands in the ledger.
const How = "sha256(salt || RFC 8785 JSON of the scenario)"

// Canonical is a scenario as canonical JSON (RFC 8785): comments, order and
// quoting of the file change nothing, every word of it does.
func Canonical(s *scenario.Scenario) ([]byte, error) {
	return canonical(s)
}

func canonical(v any) ([]byte, error) {
	raw, err := yaml.Marshal(v)
	if err != nil {
		return nil, fmt.Errorf("exercise: canonical form: %w", err)
	}
	var tree any
	if err := yaml.Unmarshal(raw, &tree); err != nil {
		return nil, fmt.Errorf("exercise: canonical form: %w", err)
	}
	if raw, err = json.Marshal(tree); err != nil {
		return nil, fmt.Errorf("exercise: canonical form: %w", err)
	}
	if raw, err = jcs.Transform(raw); err != nil {
		return nil, fmt.Errorf("exercise: canonical form: %w", err)
	}
	return raw, nil
}

// Digest commits to a canonical file. The salt keeps it from being guessed by
// who knows the shipped file and tries small changes.
func Digest(salt, file []byte) string {
	h := sha256.New()
	h.Write(salt)
	h.Write(file)
	return hex.EncodeToString(h.Sum(nil))
}

// Opens tells whether what was revealed is what was committed to.
func (p *RevealedEvent) Opens(digest string) bool {
	salt, err := hex.DecodeString(p.Salt)
	return err == nil && Digest(salt, []byte(p.File)) == digest
}

// saltBytes is the length of the salt.
const saltBytes = 32

// reveal makes the event that opens a commitment.
func reveal(salt string, file string, s *scenario.Scenario) (RevealedEvent, error) {
	story := *s
	story.Criteria = nil
	a, err := canonical(&story)
	if err != nil {
		return RevealedEvent{}, err
	}
	b, err := canonical(s.Criteria)
	if err != nil {
		return RevealedEvent{}, err
	}
	return RevealedEvent{Salt: salt, File: file, Scenario: Digest(nil, a), Criteria: Digest(nil, b)}, nil
}
