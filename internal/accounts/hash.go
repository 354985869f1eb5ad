package accounts

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync/atomic"

	"golang.org/x/crypto/argon2"
)

// HashParams are argon2id's costs.
type HashParams struct {
	MemoryKiB uint32
	Passes    uint32
	Lanes     uint8
}

// Bounds of what a stored hash may ask of this machine, so that a tampered
// row cannot exhaust it.
const (
	maxMemoryKiB = 256 * 1024
	maxPasses    = 16
	maxLanes     = 8
	saltBytes    = 16
	keyBytes     = 32
)

func (p HashParams) valid() bool {
	return p.MemoryKiB >= 8*uint32(p.Lanes) && p.MemoryKiB <= maxMemoryKiB &&
		p.Passes >= 1 && p.Passes <= maxPasses && p.Lanes >= 1 && p.Lanes <= maxLanes
}

// hashQueue is how many sign-ins may wait for a turn; further ones are told to
// come back, instead of a queue that nobody waits to the end of.
const hashQueue = 64

// hasher makes and checks password hashes: golang.org/x/crypto/argon2 (RFC
// 9106) in PHC string form, "$argon2id$v=19$m=32768,t=3,p=1$salt$key".
//
// alexedwards/argon2id wraps the same function; it is not used because it
// accepts any cost that a stored string names, and because the limits below
// would have to stand around it all the same.
type hasher struct {
	params HashParams
	random func(int) ([]byte, error)
	turns  chan struct{}
	queued atomic.Int64
	calls  atomic.Int64 // hashes computed, for tests of constant work
	dummy  string
}

func newHasher(s Settings, random func(int) ([]byte, error)) (*hasher, error) {
	if !s.Hash.valid() {
		return nil, fmt.Errorf("accounts: hash settings m=%d,t=%d,p=%d are out of bounds", s.Hash.MemoryKiB, s.Hash.Passes, s.Hash.Lanes)
	}
	h := &hasher{params: s.Hash, random: random, turns: make(chan struct{}, s.HashesAtOnce)}
	// Its key is random and not computed: no password matches it, and start-up
	// does not wait for a hash.
	b, err := random(saltBytes + keyBytes)
	if err != nil {
		return nil, err
	}
	h.dummy = phc(s.Hash, b[:saltBytes], b[saltBytes:])
	return h, nil
}

func (h *hasher) turn(ctx context.Context) (release func(), err error) {
	defer h.queued.Add(-1)
	if h.queued.Add(1) > hashQueue {
		return nil, ErrBusy
	}
	select {
	case h.turns <- struct{}{}:
		return func() { <-h.turns }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (h *hasher) compute(ctx context.Context, password string, p HashParams, salt []byte) ([]byte, error) {
	release, err := h.turn(ctx)
	if err != nil {
		return nil, err
	}
	defer release()
	h.calls.Add(1)
	return argon2.IDKey([]byte(password), salt, p.Passes, p.MemoryKiB, p.Lanes, keyBytes), nil
}

// hash makes the stored form of a password.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	salt, err := h.random(saltBytes)
	if err != nil {
		return "", err
	}
	key, err := h.compute(ctx, password, h.params, salt)
	if err != nil {
		return "", err
	}
	return phc(h.params, salt, key), nil
}

// check compares a password with its stored form; stale says that the form
// was made with other costs than today's.
func (h *hasher) check(ctx context.Context, password, stored string) (ok, stale bool, err error) {
	p, salt, want, err := parsePHC(stored)
	if err != nil {
		return false, false, err
	}
	got, err := h.compute(ctx, password, p, salt)
	if err != nil {
		return false, false, err
	}
	return subtle.ConstantTimeCompare(got, want) == 1, p != h.params, nil
}

var phcText = base64.RawStdEncoding.Strict()

func phc(p HashParams, salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.MemoryKiB, p.Passes, p.Lanes,
		phcText.EncodeToString(salt), phcText.EncodeToString(key))
}

var errPHC = errors.New("accounts: a stored password hash is damaged")

func parsePHC(s string) (p HashParams, salt, key []byte, err error) {
	parts := strings.Split(s, "$")
	if len(s) > 200 || len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != "v="+strconv.Itoa(argon2.Version) {
		return p, nil, nil, errPHC
	}
	if _, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.MemoryKiB, &p.Passes, &p.Lanes); err != nil || !p.valid() {
		return p, nil, nil, errPHC
	}
	if salt, err = phcText.DecodeString(parts[4]); err != nil || len(salt) != saltBytes {
		return p, nil, nil, errPHC
	}
	if key, err = phcText.DecodeString(parts[5]); err != nil || len(key) != keyBytes {
		return p, nil, nil, errPHC
	}
	// One hash has one spelling: Sscanf would skip a sign or a leading zero.
	if phc(p, salt, key) != s {
		return p, nil, nil, errPHC
	}
	return p, salt, key, nil
}
