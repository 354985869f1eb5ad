package accounts

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/google/uuid"

	"rufaa/internal/signon"
	"rufaa/internal/store"
)

// Options are what a realm hands in.
type Options struct {
	Realm string // the realm's name, shown in authenticator apps beside "Rufaa"
	Demo  bool   // a demonstration realm: demonstration staff may sign in

	// Audit writes an account.* event in the transaction of the change. The
	// detail holds ids and vocabulary only, and always the actor's
	// "actor_agency" and "actor_duty" where there is one.
	Audit func(tx *store.Tx, kind string, actor, subject string, detail map[string]string) error

	// Seal and Unseal keep TOTP secrets and the secrets of sign-ons; subject
	// is "staff/<id>" or "sign-on/<agency>".
	Seal   func(ctx context.Context, subject, plaintext string) (string, error)
	Unseal func(ctx context.Context, subject, sealed string) (string, error)

	// MAC is the realm's keyed hash for recovery codes (keyfile.Secret.MAC of
	// the pepper), so that a stolen database does not let anybody test codes.
	MAC func(label string, parts ...[]byte) [32]byte

	Conduct Conduct        // asked at sign-in
	SignOn  signon.Options // where agencies' sign-ons may be

	Now      func() time.Time // nil: the wall clock
	Rand     io.Reader        // nil: crypto/rand
	NewID    func() string    // nil: UUID version 7 from Rand
	Settings Settings
}

// Accounts is one realm's staff. It is safe for concurrent use.
type Accounts struct {
	db     *store.DB
	o      Options
	set    Settings
	hasher *hasher
	gate   *limiter
	cache  *cache
	seen   *seenMarks
	sso    *signon.Client
	site   atomic.Pointer[Site]
	randMu sync.Mutex
}

// System acts where no person does: at init and for demonstration data.
var System = Principal{ID: "system", Agency: "system", Duty: "system"}

// New binds accounts to a realm's store.
func New(db *store.DB, o Options) (*Accounts, error) {
	if o.Audit == nil || o.Seal == nil || o.Unseal == nil || o.MAC == nil {
		return nil, errors.New("accounts: Audit, Seal, Unseal and MAC must be handed in")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	a := &Accounts{db: db, o: o, set: o.Settings.withDefaults()}
	if a.o.NewID == nil {
		a.o.NewID = a.newID
	}
	var err error
	if a.hasher, err = newHasher(a.set, a.random); err != nil {
		return nil, err
	}
	a.gate = newLimiter(a.set)
	a.cache = newCache(a.set.CacheFor)
	if db.Engine() == store.Postgres { // others serve from it too, and end sessions unseen by this process
		a.cache.keep = 0
	}
	a.seen = newSeenMarks(db)
	a.sso = signon.New(o.SignOn)
	return a, nil
}

// Close waits for the marks of last use that are on their way to the store.
// Call it before the store is closed.
func (a *Accounts) Close() { a.seen.close() }

// now is the realm's clock, UTC to the millisecond.
func (a *Accounts) now() time.Time { return a.o.Now().UTC().Truncate(time.Millisecond) }

func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func fromMillis(ms int64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(ms).UTC()
}

func (a *Accounts) newID() string {
	a.randMu.Lock()
	defer a.randMu.Unlock()
	id, err := uuid.NewV7FromReader(a.o.Rand)
	if err != nil {
		panic("accounts: no randomness: " + err.Error()) // nothing safe can be done without
	}
	return id.String()
}

func (a *Accounts) random(n int) ([]byte, error) {
	b := make([]byte, n)
	a.randMu.Lock()
	defer a.randMu.Unlock()
	if _, err := io.ReadFull(a.o.Rand, b); err != nil {
		return nil, fmt.Errorf("accounts: no randomness: %w", err)
	}
	return b, nil
}

const tokenBytes = 32

var tokenText = base64.RawURLEncoding.Strict()

// newToken draws 256 random bits: base64url for the holder, their SHA-256 for
// the store. So many random bits need no key and no slow hash.
func (a *Accounts) newToken() (token string, hash []byte, err error) {
	b, err := a.random(tokenBytes)
	if err != nil {
		return "", nil, err
	}
	sum := sha256.Sum256(b)
	return tokenText.EncodeToString(b), sum[:], nil
}

// parseToken gives the hash under which a token is kept. Anything but the one
// spelling of 32 bytes is no token.
func parseToken(token string) (hash [sha256.Size]byte, ok bool) {
	if len(token) != 43 { // the length of 32 bytes in base64url
		return hash, false
	}
	var b [tokenBytes]byte
	n, err := tokenText.Decode(b[:], []byte(token))
	if err != nil || n != tokenBytes {
		return hash, false
	}
	return sha256.Sum256(b[:]), true
}

// audit writes the event of a change. Detail is name, value, name, value, …
func (a *Accounts) audit(tx *store.Tx, kind string, by Principal, subject string, detail ...string) error {
	m := make(map[string]string, len(detail)/2+2)
	for i := 0; i+1 < len(detail); i += 2 {
		m[detail[i]] = detail[i+1]
	}
	if by.Agency != "" {
		m["actor_agency"] = by.Agency
	}
	if by.Duty != "" {
		m["actor_duty"] = string(by.Duty)
	}
	if err := a.o.Audit(tx, kind, by.ID, subject, m); err != nil {
		return fmt.Errorf("accounts: record %s: %w", kind, err)
	}
	return nil
}

// forget drops what this process remembers of sessions once the change is
// durable. Changes are rare and a session is read again in microseconds, so
// everything is dropped: there is no entry to overlook.
func (a *Accounts) forget(tx *store.Tx) { tx.AfterCommit(a.cache.clear) }
