package keyfile_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"rufaa/internal/keyfile"
)

func create(t *testing.T, realm string) (*keyfile.File, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "realm.key")
	f, err := keyfile.Create(path, realm, rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return f, path
}

// secretsOf are the texts of the file that nobody may ever see.
func secretsOf(t *testing.T, path string) []string {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Signer, Index, Linkage, Pepper string
		KEK                            struct {
			Key []struct {
				KeyData struct{ Value string }
			}
		} `json:"key_encryption_keys"`
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	out := []string{doc.Signer, doc.Index, doc.Linkage, doc.Pepper}
	for _, k := range doc.KEK.Key {
		out = append(out, k.KeyData.Value)
	}
	for _, s := range out {
		if len(s) < 32 {
			t.Fatalf("the test does not see the secrets of the file any more")
		}
	}
	return out
}

func TestANewKeyFileIsForItsOwnerOnlyAndNeverOverwritten(t *testing.T) {
	_, path := create(t, "kenya")
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	if got := info.Mode().Perm(); got != 0o600 {
		t.Errorf("mode %04o", got)
	}
	before, _ := os.ReadFile(path)
	if _, err := keyfile.Create(path, "kenya", rand.Reader); !errors.Is(err, keyfile.ErrExists) {
		t.Errorf("creating it again gave %v", err)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the key file was overwritten")
	}
}

func TestWhatIsLoadedIsWhatWasCreated(t *testing.T) {
	f, path := create(t, "kenya")
	wrapped, err := f.Wrap([]byte("a data key"), []byte("bound"))
	if err != nil {
		t.Fatal(err)
	}
	g, err := keyfile.Load(path, "kenya")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := g.Unwrap(wrapped, []byte("bound")); err != nil || string(got) != "a data key" {
		t.Errorf("unwrapped %q, %v", got, err)
	}
	if _, err := g.Unwrap(wrapped, []byte("elsewhere")); err == nil {
		t.Error("a wrapped key opened although bound to something else")
	}
	for name, pair := range map[string][2]keyfile.Secret{
		"index": {f.Index(), g.Index()}, "linkage": {f.Linkage(), g.Linkage()}, "pepper": {f.Pepper(), g.Pepper()},
	} {
		if pair[0].MAC("x", []byte("y")) != pair[1].MAC("x", []byte("y")) {
			t.Errorf("%s is another key after loading", name)
		}
	}
}

func TestTheSecretsOfARealmDiffer(t *testing.T) {
	f, _ := create(t, "kenya")
	seen := map[[32]byte]string{}
	for name, s := range map[string]keyfile.Secret{"index": f.Index(), "linkage": f.Linkage(), "pepper": f.Pepper()} {
		sum := s.MAC("x")
		if other, ok := seen[sum]; ok {
			t.Errorf("%s and %s are one key", name, other)
		}
		seen[sum] = name
	}
}

func TestMACKeepsPartsAndLabelsApart(t *testing.T) {
	f, _ := create(t, "kenya")
	s := f.Index()
	a := s.MAC("l", []byte("ab"), []byte("c"))
	for name, other := range map[string][32]byte{
		"parts cut elsewhere": s.MAC("l", []byte("a"), []byte("bc")),
		"one part":            s.MAC("l", []byte("abc")),
		"another label":       s.MAC("m", []byte("ab"), []byte("c")),
		"part in the label":   s.MAC("lab", []byte("c")),
	} {
		if a == other {
			t.Errorf("%s gives the same MAC", name)
		}
	}
}

func TestCheckpointsAreVerifiedWithoutSecrets(t *testing.T) {
	f, path := create(t, "kenya")
	msg, err := note.Sign(&note.Note{Text: "rufaa/kenya\n1\nAAAA\n"}, f.Signer())
	if err != nil {
		t.Fatal(err)
	}
	v, err := keyfile.LoadVerifier(keyfile.VerifierPath(path))
	if err != nil {
		t.Fatal(err)
	}
	if v.Name() != "rufaa/kenya" {
		t.Errorf("the realm signs as %q", v.Name())
	}
	if _, err := note.Open(msg, note.VerifierList(v)); err != nil {
		t.Errorf("the exported verifier refuses the realm's signature: %v", err)
	}
	pub, _ := os.ReadFile(keyfile.VerifierPath(path))
	for _, s := range secretsOf(t, path) {
		if strings.Contains(string(pub), s) {
			t.Error("a secret stands in the public file")
		}
	}
}

func TestAKeyFileIsRefusedWithARemedy(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(t *testing.T, path string) string // gives the path to load
		want  error
		words string
	}{
		"missing":               {func(t *testing.T, p string) string { return p + "x" }, keyfile.ErrMissing, "backup of the keys"},
		"a folder":              {func(t *testing.T, p string) string { return filepath.Dir(p) }, keyfile.ErrUnreadable, "account that runs"},
		"readable by the group": {chmod(0o640), keyfile.ErrExposed, "chmod 600"},
		"readable by the world": {chmod(0o604), keyfile.ErrExposed, "chmod 600"},
		"writable by the world": {chmod(0o602), keyfile.ErrExposed, "chmod 600"},
		"empty":                 {rewrite(func([]byte) []byte { return nil }), keyfile.ErrMalformed, "do not edit"},
		"cut off":               {rewrite(func(b []byte) []byte { return b[:len(b)/2] }), keyfile.ErrMalformed, "do not edit"},
		"followed by more":      {rewrite(func(b []byte) []byte { return append(b, "{}"...) }), keyfile.ErrMalformed, "do not edit"},
		"of a later version":    {replaced(`"rufaa_key_file": 1`, `"rufaa_key_file": 2`), keyfile.ErrMalformed, "do not edit"},
		"with a member more":    {replaced(`"realm"`, `"extra": 1, "realm"`), keyfile.ErrMalformed, "do not edit"},
		"with a short secret":   {replaced(`"pepper": "`, `"pepper": "AAAA`), keyfile.ErrMalformed, "do not edit"},
		"far too long":          {rewrite(func(b []byte) []byte { return append(b, bytes.Repeat([]byte(" "), 2<<20)...) }), keyfile.ErrMalformed, "do not edit"},
	} {
		t.Run(name, func(t *testing.T) {
			_, path := create(t, "kenya")
			secrets := secretsOf(t, path)
			_, err := keyfile.Load(c.spoil(t, path), "kenya")
			var fault *keyfile.Fault
			if !errors.Is(err, c.want) || !errors.As(err, &fault) {
				t.Fatalf("got %v, want %v", err, c.want)
			}
			if !strings.Contains(fault.Remedy, c.words) || !strings.Contains(err.Error(), fault.Remedy) {
				t.Errorf("the remedy %q is not helpful", fault.Remedy)
			}
			for _, s := range secrets {
				if strings.Contains(err.Error(), s[:12]) {
					t.Error("the error shows key material")
				}
			}
		})
	}
}

func chmod(mode os.FileMode) func(*testing.T, string) string {
	return func(t *testing.T, path string) string {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
}

func rewrite(fn func([]byte) []byte) func(*testing.T, string) string {
	return func(t *testing.T, path string) string {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, fn(raw), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
}

func replaced(old, with string) func(*testing.T, string) string {
	return rewrite(func(b []byte) []byte {
		if !bytes.Contains(b, []byte(old)) {
			panic("the file has no " + old)
		}
		return bytes.Replace(b, []byte(old), []byte(with), 1)
	})
}

func TestAnyFlippedByteIsNoticedOrHarmless(t *testing.T) {
	f, path := create(t, "kenya")
	raw, _ := os.ReadFile(path)
	wrapped, err := f.Wrap([]byte("a data key"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := range raw {
		bad := bytes.Clone(raw)
		bad[i] ^= 0x01
		if err := os.WriteFile(path, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		g, err := keyfile.Load(path, "kenya")
		if err != nil {
			var fault *keyfile.Fault
			if !errors.As(err, &fault) {
				t.Fatalf("byte %d: %v is not a fault", i, err)
			}
			continue
		}
		// A changed symmetric secret cannot be told from another; a changed
		// key-encryption key must not open what the old one wrapped.
		if got, err := g.Unwrap(wrapped, nil); err == nil && string(got) != "a data key" {
			t.Fatalf("byte %d: something else was unwrapped", i)
		}
	}
}

func TestAnotherRealmsKeyFileIsRefused(t *testing.T) {
	_, path := create(t, "training")
	if _, err := keyfile.Load(path, "kenya"); !errors.Is(err, keyfile.ErrOtherRealm) {
		t.Errorf("got %v", err)
	}
	if _, err := keyfile.Create(filepath.Join(t.TempDir(), "k"), "Not A Name", rand.Reader); !errors.Is(err, keyfile.ErrRealmName) {
		t.Errorf("got %v", err)
	}
}

func TestRotationKeepsOldKeysAndWrapsWithTheNew(t *testing.T) {
	f, path := create(t, "kenya")
	old, err := f.Wrap([]byte("first"), nil)
	if err != nil {
		t.Fatal(err)
	}
	signer := f.Verifier()
	if err := keyfile.Rotate(path); err != nil {
		t.Fatal(err)
	}
	g, err := keyfile.Load(path, "kenya")
	if err != nil {
		t.Fatal(err)
	}
	if g.Primary() == f.Primary() || !g.Knows(f.Primary()) || g.Verifier() != signer {
		t.Error("rotation must add one key and change nothing else")
	}
	if got, err := g.Unwrap(old, nil); err != nil || string(got) != "first" {
		t.Errorf("what the old key wrapped: %q, %v", got, err)
	}
	fresh, err := g.Wrap([]byte("second"), nil)
	if err != nil {
		t.Fatal(err)
	}
	// f has not read the rotated file; it does so when it meets the new key.
	if got, err := f.Unwrap(fresh, nil); err != nil || string(got) != "second" {
		t.Errorf("a running server met the new key: %q, %v", got, err)
	}
	if info, _ := os.Stat(path); info.Mode().Perm() != 0o600 {
		t.Errorf("mode after rotation %04o", info.Mode().Perm())
	}
	if _, err := os.Stat(path + ".new"); err == nil {
		t.Error("rotation left a copy of the secrets behind")
	}
}

func TestRetiringOldKeysMakesTheirWrapsUseless(t *testing.T) {
	f, path := create(t, "kenya")
	old, err := f.Wrap([]byte("first"), nil)
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		if err := keyfile.Rotate(path); err != nil {
			t.Fatal(err)
		}
	}
	if err := keyfile.Retire(path); err != nil {
		t.Fatal(err)
	}
	g, err := keyfile.Load(path, "kenya")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := g.Unwrap(old, nil); !errors.Is(err, keyfile.ErrUnknownKey) {
		t.Errorf("got %v", err)
	}
}

func TestAnInterruptedRotationIsNotTrampledOn(t *testing.T) {
	_, path := create(t, "kenya")
	before, _ := os.ReadFile(path)
	if err := os.WriteFile(path+".new", []byte("half"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := keyfile.Rotate(path); !errors.Is(err, keyfile.ErrBusy) {
		t.Errorf("got %v", err)
	}
	if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
		t.Error("the key file changed")
	}
}

func TestSecretsNeverPrint(t *testing.T) {
	f, path := create(t, "kenya")
	secrets := secretsOf(t, path)
	var out bytes.Buffer
	log := slog.New(slog.NewJSONHandler(&out, nil))
	text := slog.New(slog.NewTextHandler(&out, nil))
	s := f.Index()
	for _, v := range []any{f, *&f, s, &s, []keyfile.Secret{s}, map[string]keyfile.Secret{"a": s}, struct{ S keyfile.Secret }{s}, struct{ F *keyfile.File }{f},
		struct{ s keyfile.Secret }{s}, &struct{ f *keyfile.File }{f}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%q", "%d"} {
			fmt.Fprintf(&out, verb+"\n", v)
		}
		if err := json.NewEncoder(&out).Encode(v); err != nil {
			t.Fatal(err)
		}
		log.Info("key", "value", v)
		text.Info("key", "value", v)
	}
	fmt.Fprintln(&out, s.String(), s.GoString(), f.String(), f.GoString())
	if !strings.Contains(out.String(), "[redacted]") {
		t.Error("nothing was redacted")
	}
	for _, secret := range secrets {
		if strings.Contains(out.String(), secret[:12]) {
			t.Errorf("key material was printed")
		}
	}
	// Nor as the bytes that %d, %x or %v of a slice would give.
	raw, err := base64.StdEncoding.DecodeString(secrets[1]) // the index key
	if err != nil {
		t.Fatal(err)
	}
	for _, form := range []string{"%x", "%X", "%d", "%v", "%q"} {
		for _, part := range [][]byte{raw[:6], raw[20:26]} {
			if shown := strings.Trim(fmt.Sprintf(form, part), "[]\""); strings.Contains(out.String(), shown) {
				t.Errorf("the index key was printed with %s", form)
			}
		}
	}
}

func TestASecretThatWasNeverLoadedIsNotUsed(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("an empty key made a token that anybody can compute")
		}
	}()
	var s keyfile.Secret
	s.MAC("x")
}
