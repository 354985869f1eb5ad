package keyfile

import (
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"strings"
	"sync"
	"sync/atomic"

	"golang.org/x/mod/sumdb/note"
)

var realmName = regexp.MustCompile(`^[a-z][a-z0-9_-]{0,40}$`)

// Origin is the name under which a realm signs: "rufaa/" and the realm.
func Origin(realm string) string { return "rufaa/" + realm }

// File is a realm's key file in use. It is safe for concurrent use and prints
// as "[redacted]".
type File struct {
	safe   Safe
	path   string
	realm  string
	now    atomic.Pointer[contents]
	reload sync.Mutex
}

// Create draws new secrets from rand and writes them to path with mode 0600,
// and the verifier to VerifierPath(path). A file that stands there already is
// never overwritten: ErrExists.
func Create(path, realm string, rand io.Reader) (*File, error) {
	return Safe{}.Create(path, realm, rand)
}

// Create is Create for key files kept in this safe.
func (s Safe) Create(path, realm string, rand io.Reader) (*File, error) {
	if !realmName.MatchString(realm) {
		return nil, &Fault{Kind: ErrRealmName, Path: path, Remedy: "choose a name such as kenya or training-1."}
	}
	doc, err := draw(realm, rand)
	if err != nil {
		return nil, fmt.Errorf("keyfile: draw secrets: %w", err)
	}
	raw, err := s.encode(path, doc)
	if err != nil {
		return nil, err
	}
	if err := writeNew(path, raw, 0o600); err != nil {
		return nil, err
	}
	f, err := s.Load(path, realm)
	if err != nil {
		return nil, err
	}
	return f, f.WriteVerifier(VerifierPath(path))
}

func draw(realm string, rand io.Reader) (*document, error) {
	h, err := grown(nil, rand)
	if err != nil {
		return nil, err
	}
	doc := &document{Version: formatVersion, Realm: realm}
	if doc.KEK, err = keysetJSON(h); err != nil {
		return nil, err
	}
	if doc.Signer, doc.Verifier, err = note.GenerateKey(rand, Origin(realm)); err != nil {
		return nil, err
	}
	for _, into := range []*string{&doc.Index, &doc.Linkage, &doc.Pepper} {
		b := make([]byte, secretSize)
		if _, err := io.ReadFull(rand, b); err != nil {
			return nil, err
		}
		*into = base64.StdEncoding.EncodeToString(b)
		clear(b)
	}
	return doc, nil
}

// Load reads the realm's key file. Errors are *Fault and say what to do.
func Load(path, realm string) (*File, error) { return Safe{}.Load(path, realm) }

// Load is Load for key files kept in this safe.
func (s Safe) Load(path, realm string) (*File, error) {
	c, err := s.read(path)
	if err != nil {
		return nil, err
	}
	if c.doc.Realm != realm {
		return nil, &Fault{Kind: ErrOtherRealm, Path: path, Detail: fmt.Sprintf("it is for %q, not %q", c.doc.Realm, realm),
			Remedy: "point to the key file that was made with this realm; data sealed in one realm never opens in another."}
	}
	f := &File{path: path, realm: realm, safe: s}
	f.now.Store(c)
	return f, nil
}

// Reload reads the file again, after a rotation by another process. On an
// error what was loaded before stays in use.
func (f *File) Reload() error {
	f.reload.Lock()
	defer f.reload.Unlock()
	fresh, err := f.safe.Load(f.path, f.realm)
	if err != nil {
		return err
	}
	f.now.Store(fresh.now.Load())
	return nil
}

// Realm is the name of the realm the secrets belong to.
func (f *File) Realm() string { return f.realm }

// Path is where the file stands.
func (f *File) Path() string { return f.path }

// Signer signs checkpoints as rufaa/<realm>.
func (f *File) Signer() note.Signer { return f.now.Load().signer }

// Verifier is the public key that checks what Signer signed, in note's text
// form. It may be shown to anybody.
func (f *File) Verifier() string { return f.now.Load().doc.Verifier }

// Index keys exact search tokens and the digests of commands.
func (f *File) Index() Secret { return f.now.Load().index }

// Linkage keys the filters by which names are compared.
func (f *File) Linkage() Secret { return f.now.Load().linkage }

// Pepper keys what is stored of session tokens and recovery codes.
func (f *File) Pepper() Secret { return f.now.Load().pepper }

// VerifierPath is where the public verifier of a key file stands: realm.key
// has realm.pub beside it.
func VerifierPath(path string) string { return strings.TrimSuffix(path, ".key") + ".pub" }

func (*File) String() string               { return redacted }
func (*File) GoString() string             { return redacted }
func (*File) Format(s fmt.State, _ rune)   { fmt.Fprint(s, redacted) }
func (*File) MarshalJSON() ([]byte, error) { return []byte(`"` + redacted + `"`), nil }
func (*File) MarshalText() ([]byte, error) { return []byte(redacted), nil }
func (*File) LogValue() slog.Value         { return slog.StringValue(redacted) }
