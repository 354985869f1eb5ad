package keyfile

import (
	"crypto/rand"
	"fmt"

	"github.com/tink-crypto/tink-go/v2/keyset"
)

// Rotate adds a new key-encryption key and makes it the primary. Data keys
// wrapped before still open; vault.Rewrap moves them over, and Retire then
// drops the old keys. Running servers notice by themselves.
func Rotate(path string) error { return Safe{}.Rotate(path) }

// Rotate is Rotate for key files kept in this safe.
func (s Safe) Rotate(path string) error {
	return s.change(path, func(k *kek) (*keyset.Handle, error) { return grown(k.handle, rand.Reader) })
}

// Retire drops every key-encryption key but the primary. Whatever is still
// wrapped by a dropped key is lost for good, remnants of erased keys in
// journals and backups among it: that is its purpose. Call it after
// vault.Rewrap on every server, when the retention of key backups has passed.
func Retire(path string) error { return Safe{}.Retire(path) }

// Retire is Retire for key files kept in this safe.
func (s Safe) Retire(path string) error {
	return s.change(path, func(k *kek) (*keyset.Handle, error) {
		m := keyset.NewManagerFromHandle(k.handle)
		for i := range k.handle.Len() {
			e, err := k.handle.Entry(i)
			if err != nil {
				return nil, err
			}
			if KeyID(e.KeyID()) == k.primary {
				continue
			}
			if err := m.Delete(e.KeyID()); err != nil {
				return nil, err
			}
		}
		return m.Handle()
	})
}

// Wrap puts the file under this safe's present key: for a file that stood in the
// clear, or when the KMS has a newer key.
func (s Safe) Wrap(path string) error {
	return s.change(path, func(k *kek) (*keyset.Handle, error) { return k.handle, nil })
}

func (s Safe) change(path string, to func(*kek) (*keyset.Handle, error)) error {
	return replace(path, func() ([]byte, error) {
		c, err := s.read(path)
		if err != nil {
			return nil, err
		}
		h, err := to(c.kek)
		if err != nil {
			return nil, fmt.Errorf("keyfile: change the keyset: %w", err)
		}
		if c.doc.KEK, err = keysetJSON(h); err != nil {
			return nil, fmt.Errorf("keyfile: encode the keyset: %w", err)
		}
		return s.encode(path, &c.doc)
	})
}
