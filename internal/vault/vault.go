package vault

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"time"

	"rufaa/internal/keyfile"
	"rufaa/internal/store"
)

var (
	// ErrErased says that the subject's key for the compartment was destroyed;
	// nothing more can be sealed there.
	ErrErased = errors.New("vault: erased; nothing more may be kept here")

	// ErrNoKey says that the key store has no row for a subject whose texts
	// exist: it is older than the data, or was lost.
	ErrNoKey = errors.New("vault: the key store does not know this subject; restore the newest backup of the keys")

	// ErrNoRecorder says that the vault was built without a Recorder and
	// therefore opens nothing.
	ErrNoRecorder = errors.New("vault: nothing is opened without a record")
)

// Recorder makes the record of an opening durable. It returns nil only when
// the record would survive the loss of power; whatever else it returns keeps
// everything shut.
type Recorder func(ctx context.Context, o Opening) error

// Options carry what the vault is given from outside.
type Options struct {
	Recorder Recorder
	Rand     io.Reader        // crypto/rand when nil
	Now      func() time.Time // time.Now when nil
}

// Vault seals and opens. It is safe for concurrent use.
type Vault struct {
	keys     *store.DB
	file     *keyfile.File
	recorder Recorder
	rand     io.Reader
	now      func() time.Time
}

// New builds a vault over a key store and a key file. The key store is a
// database of its own, so that its backups can be kept for a shorter time than
// those of the data; erasure is only as good as that time.
func New(keys *store.DB, file *keyfile.File, o Options) *Vault {
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Vault{keys: keys, file: file, recorder: o.Recorder, rand: o.Rand, now: o.Now}
}

// load reads one ring; nil when the subject has none.
func (v *Vault) load(ctx context.Context, subject string) (*ring, error) {
	r, err := readRing(v.keys.QueryRow(ctx, selectRing, subject), subject)
	if errors.Is(err, store.ErrNoRow) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("vault: read keys: %w", err)
	}
	return r, nil
}
