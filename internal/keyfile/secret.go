package keyfile

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"log/slog"
)

const redacted = "[redacted]"

// secretSize is the length of every symmetric secret in bytes.
const secretSize = 32

// Secret is a symmetric key of the realm. It can be used and compared by what
// it does, never shown: every way of printing it gives "[redacted]".
type Secret struct {
	// In a closure, because fmt cannot call the methods below on an unexported
	// field of some other struct and prints what it finds there instead, even
	// behind a pointer. Of a function it prints the address.
	key func() []byte
}

// MAC is HMAC-SHA256 over a label and the parts, each with its length before
// it, so that no two different lists of parts give the same input. The label
// keeps uses of one key apart, e.g. "exact/phone" and "command".
func (s Secret) MAC(label string, parts ...[]byte) [32]byte {
	h := s.Hash()
	frame(h, []byte(label))
	for _, p := range parts {
		frame(h, p)
	}
	var sum [32]byte
	h.Sum(sum[:0])
	return sum
}

// Hash is a keyed HMAC-SHA256 for callers that make many; Reset and reuse it.
// The caller owes the separation of uses that MAC gives by its label.
func (s Secret) Hash() hash.Hash {
	if s.key == nil {
		// An empty key would make tokens that anybody can compute.
		panic("keyfile: a secret is used before it was loaded")
	}
	return hmac.New(sha256.New, s.key())
}

func frame(h hash.Hash, part []byte) {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(len(part)))
	h.Write(n[:])
	h.Write(part)
}

func (Secret) String() string               { return redacted }
func (Secret) GoString() string             { return redacted }
func (Secret) Format(s fmt.State, _ rune)   { fmt.Fprint(s, redacted) }
func (Secret) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }
func (Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }
func (Secret) LogValue() slog.Value         { return slog.StringValue(redacted) }
