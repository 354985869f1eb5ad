package evidencefile

import (
	"context"
	"time"
)

// Stamp is what a timestamp authority said, verified.
type Stamp struct {
	At     time.Time // UTC
	Serial string
	Token  []byte // DER
}

// Stamper asks a timestamp authority (RFC 3161) to sign a SHA-256 digest, and
// verifies its answer.
type Stamper interface {
	Stamp(ctx context.Context, digest []byte) (*Stamp, error)
	Authority() string
}
