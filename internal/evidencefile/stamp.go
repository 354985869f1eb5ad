package evidencefile

import (
	"context"

	"rufaa/internal/stamp"
)

// Stamper asks a timestamp authority (RFC 3161) to sign a SHA-256 digest, and
// verifies its answer; internal/stamp is one.
type Stamper interface {
	Stamp(ctx context.Context, digest []byte) (*stamp.Token, error)
	Authority() string
}
