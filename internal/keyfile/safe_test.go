package keyfile_test

import (
	"bytes"
	"crypto/rand"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gocloud.dev/secrets/localsecrets"

	"rufaa/internal/keyfile"
)

func under(t *testing.T) keyfile.Safe {
	t.Helper()
	key, err := localsecrets.NewRandomKey()
	if err != nil {
		t.Fatal(err)
	}
	keeper := localsecrets.NewKeeper(key)
	t.Cleanup(func() { keeper.Close() })
	return keyfile.Under(keeper)
}

// A key file under a KMS is of no use without it: neither to whoever copies the
// disk nor to another KMS key.
func TestAWrappedKeyFileIsOfNoUseWithoutItsKMS(t *testing.T) {
	path := filepath.Join(t.TempDir(), "realm.key")
	safe := under(t)
	f, err := safe.Create(path, "kenya", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"signer", "pepper", "PRIVATE", "key_encryption_keys", "typeUrl"} {
		if strings.Contains(string(raw), word) {
			t.Errorf("the wrapped file holds %q", word)
		}
	}
	if !strings.Contains(string(raw), f.Verifier()) {
		t.Error("the public verifier is not readable without the KMS")
	}
	if _, err := keyfile.Load(path, "kenya"); !errors.Is(err, keyfile.ErrWrapped) || !strings.Contains(err.Error(), "--kms") {
		t.Errorf("without a KMS: %v", err)
	}
	if _, err := under(t).Load(path, "kenya"); !errors.Is(err, keyfile.ErrKMS) {
		t.Errorf("with another KMS key: %v", err)
	}
	again, err := safe.Load(path, "kenya")
	if err != nil || again.Verifier() != f.Verifier() {
		t.Fatalf("with its KMS: %v", err)
	}
	sealed, err := f.Wrap([]byte("data key"), []byte("ad"))
	if err != nil {
		t.Fatal(err)
	}
	if err := safe.Rotate(path); err != nil {
		t.Fatal(err)
	}
	if err := again.Reload(); err != nil {
		t.Fatal(err)
	}
	if plain, err := again.Unwrap(sealed, []byte("ad")); err != nil || string(plain) != "data key" {
		t.Errorf("after a rotation under the KMS: %q %v", plain, err)
	}
	if err := safe.Retire(path); err != nil {
		t.Fatal(err)
	}
	if now, _ := os.ReadFile(path); bytes.Contains(now, []byte("key_encryption_keys")) {
		t.Error("a change wrote the file in the clear")
	}
}

// A file in the clear is taken under a KMS, and its outside cannot be swapped.
func TestAPlainKeyFileIsTakenUnderAKMS(t *testing.T) {
	dir := t.TempDir()
	path, safe := filepath.Join(dir, "realm.key"), under(t)
	plain, err := keyfile.Create(path, "kenya", rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	if err := safe.Wrap(path); err != nil {
		t.Fatal(err)
	}
	if _, err := keyfile.Load(path, "kenya"); !errors.Is(err, keyfile.ErrWrapped) {
		t.Errorf("after wrapping, without the KMS: %v", err)
	}
	if f, err := safe.Load(path, "kenya"); err != nil || f.Verifier() != plain.Verifier() {
		t.Errorf("after wrapping: %v", err)
	}
	raw, _ := os.ReadFile(path)
	if err := os.WriteFile(path, bytes.Replace(raw, []byte(`"realm": "kenya"`), []byte(`"realm": "uganda"`), 1), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := safe.Load(path, "uganda"); !errors.Is(err, keyfile.ErrMalformed) {
		t.Errorf("a wrapped file under another name: %v", err)
	}
}
