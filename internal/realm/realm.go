package realm

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/gowebpki/jcs"
	"golang.org/x/mod/sumdb/note"

	"rufaa/internal/blob"
	"rufaa/internal/content"
	"rufaa/internal/keyfile"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/search"
	"rufaa/internal/store"
	"rufaa/internal/vault"
)

// Kind is what a realm is for. It is fixed at creation: a demonstration never
// becomes the real thing.
type Kind string

// The kinds.
const (
	Live     Kind = "live"
	Demo     Kind = "demo"
	Exercise Kind = "exercise"
)

// Facts is the realm's own file, realm.json. It holds nothing secret.
type Facts struct {
	Name     string    `json:"name"`
	Kind     Kind      `json:"kind"`
	Created  time.Time `json:"created"`
	Verifier string    `json:"verifier"` // public key of the checkpoints
}

// Options say where a realm lives and what it stands on.
type Options struct {
	Dir     string // the data folder; the realm's own is Dir/Name
	Name    string
	URL     string           // PostgreSQL; empty for SQLite in the realm's folder
	Content *content.Content // the realm's own: what is put in force later is put here
	Door    *policy.Door     // likewise
	Now     func() time.Time // nil: the wall clock
	Rand    io.Reader        // nil: crypto/rand
	Safe    keyfile.Safe     // how the key file is kept; the zero value: in the clear
	Shelf   blob.Shelf       // where the sealed pieces of files lie; nil: FilesFolder in the realm's folder
}

// FilesFolder is where the sealed pieces of a realm's files lie, in its folder.
const FilesFolder = "files"

func (o *Options) shelf() blob.Shelf {
	if o.Shelf != nil {
		return o.Shelf
	}
	return blob.OpenFolder(filepath.Join(o.folder(), FilesFolder))
}

// Realm is one open world.
type Realm struct {
	Facts
	Store   *store.DB
	Keys    *store.DB
	KeyFile *keyfile.File
	Ledger  *ledger.Ledger
	Vault   *vault.Vault
	Door    *policy.Door
	Content *content.Content
	Search  *search.Index
	Probes  *search.Limiter // how many searches a person may make
	Dir     string

	now         func() time.Time
	rand        io.Reader
	randMu      sync.Mutex
	projections []Projection
}

// Searches one person may make in a while: more than work asks for, fewer than
// guessing who is known takes.
const (
	probes      = 120
	probeWindow = 10 * time.Minute
)

// The errors of opening and creating, for callers that decide on them.
var (
	ErrNoRealm      = errors.New("there is no realm here")
	ErrOtherKeyFile = errors.New("the key file is another realm's: its public key is not the one in realm.json")
	ErrRealmExists  = errors.New("a realm of this name exists already")
	ErrNoRows       = errors.New("the folder holds a realm whose rows are not in this database")
	ErrOtherRows    = errors.New("the database holds the rows of another realm of this name")
)

var realmName = regexp.MustCompile(`^[a-z][a-z0-9-]{0,30}$`)

func (o *Options) defaults() error {
	if !realmName.MatchString(o.Name) {
		return fmt.Errorf("the realm name %q must be lower-case letters, digits and hyphens", o.Name)
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Rand == nil {
		o.Rand = rand.Reader
	}
	return nil
}

func (o *Options) folder() string { return filepath.Join(o.Dir, o.Name) }

// Create makes a new realm: its folder, its key file, its empty store. Where it
// fails, the key file that nothing was sealed under goes again, so that the
// next try does not meet half a realm.
func Create(ctx context.Context, o Options, kind Kind) (_ *Realm, err error) {
	if err := o.defaults(); err != nil {
		return nil, fmt.Errorf("realm: %w", err)
	}
	dir := o.folder()
	if _, err := os.Stat(filepath.Join(dir, factsFile)); err == nil {
		return nil, fmt.Errorf("%w: %s; choose another folder or open it with serve", ErrRealmExists, dir)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("realm: %w", err)
	}
	kf, err := o.Safe.Create(filepath.Join(dir, "realm.key"), o.Name, o.Rand)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.RemoveAll(filepath.Join(dir, factsFile)), os.RemoveAll(kf.Path()), os.RemoveAll(keyfile.VerifierPath(kf.Path())))
			os.Remove(dir) // only where it is empty now
		}
	}()
	facts := Facts{Name: o.Name, Kind: kind, Created: o.Now().UTC().Truncate(time.Second), Verifier: kf.Verifier()}
	raw, err := json.MarshalIndent(facts, "", "  ")
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(dir, factsFile), append(raw, '\n'), 0o600); err != nil {
		return nil, fmt.Errorf("realm: %w", err)
	}
	return open(ctx, o, false)
}

// factsFile says what a realm is, in its folder.
const factsFile = "realm.json"

// ReadFacts reads realm.json of one realm.
func ReadFacts(dir, name string) (Facts, error) {
	raw, err := os.ReadFile(filepath.Join(dir, name, factsFile))
	if errors.Is(err, fs.ErrNotExist) {
		return Facts{}, fmt.Errorf("%w: %s; make one with: rufaa init --data %s", ErrNoRealm, filepath.Join(dir, name), dir)
	}
	if err != nil {
		return Facts{}, fmt.Errorf("realm: %w", err)
	}
	var f Facts
	if err := json.Unmarshal(raw, &f); err != nil {
		return Facts{}, fmt.Errorf("realm: %s: %w; restore the file from a backup", filepath.Join(dir, name, factsFile), err)
	}
	return f, nil
}

// List names the realms of a data folder, in order.
func List(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("realm: %w", err)
	}
	var out []string
	for _, e := range entries {
		if _, err := os.Stat(filepath.Join(dir, e.Name(), factsFile)); err == nil {
			out = append(out, e.Name())
		}
	}
	return out, nil
}

// Open opens a realm that exists. Rooms register their projections next. It
// never makes an empty store beside a folder whose rows are elsewhere
// (ErrNoRows), nor takes the rows of another realm for its own (ErrOtherRows).
func Open(ctx context.Context, o Options) (*Realm, error) { return open(ctx, o, true) }

func open(ctx context.Context, o Options, laid bool) (_ *Realm, err error) {
	if err := o.defaults(); err != nil {
		return nil, fmt.Errorf("realm: %w", err)
	}
	r := &Realm{Content: o.Content, Door: o.Door, Dir: o.folder(), now: o.Now, rand: o.Rand}
	if r.Facts, err = ReadFacts(o.Dir, o.Name); err != nil {
		return nil, err
	}
	if r.KeyFile, err = o.Safe.Load(filepath.Join(r.Dir, "realm.key"), o.Name); err != nil {
		return nil, err
	}
	if r.KeyFile.Verifier() != r.Verifier {
		return nil, fmt.Errorf("%w: %s; put this realm's own key file back from the backup of the keys", ErrOtherKeyFile, r.KeyFile.Path())
	}
	defer func() {
		if err != nil {
			r.Close()
		}
	}()
	if r.Store, r.Keys, err = openStores(ctx, o, laid); err != nil {
		return nil, err
	}
	if err = sameRealm(ctx, r.Store, r.Facts, r.Dir); err != nil {
		return nil, err
	}
	verifier, err := note.NewVerifier(r.Verifier)
	if err != nil {
		return nil, fmt.Errorf("realm: the public key in realm.json: %w; restore the file from a backup", err)
	}
	r.Ledger, err = ledger.New(ctx, r.Store, ledger.Options{Realm: o.Name, Signer: r.KeyFile.Signer(), Verifier: verifier, Now: r.Now})
	if err != nil {
		return nil, err
	}
	r.Vault = vault.New(r.Keys, r.KeyFile, vault.Options{Recorder: r.record, Rand: o.Rand, Now: r.Now})
	r.Search, err = search.Open(ctx, r.Store, r.KeyFile)
	if err != nil {
		return nil, err
	}
	if err = r.keepFacts(ctx); err != nil {
		return nil, err
	}
	r.Probes = search.NewLimiter(probes, probeWindow)
	r.Register(openings{})
	r.Register(silent{})
	return r, nil
}

// openStores opens both; laid refuses rows that are not there. Data keys may
// be gone for good, and are not asked for.
func openStores(ctx context.Context, o Options, laid bool) (rows, keys *store.DB, err error) {
	r := o.at("rufaa")
	r.Laid = laid
	if rows, err = store.Open(ctx, r); err != nil {
		return nil, nil, noRows(o, err)
	}
	k := o.at("keys")
	k.Readers, k.Keys = 4, true
	if keys, err = store.Open(ctx, k); err != nil {
		rows.Close()
		return nil, nil, err
	}
	return rows, keys, nil
}

// at says where one of the realm's two stores is: its rows ("rufaa") or its
// data keys ("keys").
func (o *Options) at(name string) store.Options {
	if o.URL == "" {
		return store.Options{Path: filepath.Join(o.folder(), name+".db")}
	}
	schema := schemaOf(o.Name)
	if name == "keys" {
		schema += "_keys"
	}
	return store.Options{URL: o.URL, Schema: schema}
}

func schemaOf(name string) string { return "realm_" + strings.ReplaceAll(name, "-", "_") }

// Close finishes what is under way and shuts the stores.
func (r *Realm) Close() error {
	var errs []error
	for _, db := range []*store.DB{r.Store, r.Keys} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// Now is the realm's clock, UTC to the millisecond: what is written is what
// is read back.
func (r *Realm) Now() time.Time { return r.now().UTC().Truncate(time.Millisecond) }

// NewID gives a fresh id, ordered by time so that indexes stay compact, and
// with 74 random bits so that nobody guesses another's.
func (r *Realm) NewID() string {
	r.randMu.Lock()
	defer r.randMu.Unlock()
	id, err := uuid.NewV7FromReader(r.rand)
	if err != nil {
		panic("realm: no randomness: " + err.Error()) // nothing safe can be done without
	}
	return id.String()
}

// Random gives n random bytes.
func (r *Realm) Random(n int) []byte {
	b := make([]byte, n)
	r.randMu.Lock()
	defer r.randMu.Unlock()
	if _, err := io.ReadFull(r.rand, b); err != nil {
		panic("realm: no randomness: " + err.Error()) // nothing safe can be done without
	}
	return b
}

// refAlphabet is Crockford's: no letter that a tired reader takes for a digit,
// or hears as another over the telephone.
const refAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// NewRef gives a case reference such as RF-7K3M-9QXD-2: 40 random bits that
// tell nothing about order or agency, and a check character.
func (r *Realm) NewRef() string {
	var b [8]byte
	r.randMu.Lock()
	_, err := io.ReadFull(r.rand, b[:])
	r.randMu.Unlock()
	if err != nil {
		panic("realm: no randomness: " + err.Error())
	}
	sum := 0
	out := make([]byte, 8)
	for i, x := range b {
		v := int(x & 31)
		out[i] = refAlphabet[v]
		sum += (i + 1) * v
	}
	return "RF-" + string(out[:4]) + "-" + string(out[4:]) + "-" + string(refAlphabet[sum%31])
}

// Digest is a keyed digest of a command, to recognise it when it comes again.
// It is keyed because a bare hash of a name can be guessed.
func (r *Realm) Digest(action, target string, command any) ([]byte, error) {
	raw, err := json.Marshal(command)
	if err != nil {
		return nil, fmt.Errorf("realm: digest: %w", err)
	}
	if raw, err = jcs.Transform(raw); err != nil {
		return nil, fmt.Errorf("realm: digest: %w", err)
	}
	mac := r.KeyFile.Index().MAC("command", []byte(action), []byte(target), raw)
	return mac[:], nil
}
