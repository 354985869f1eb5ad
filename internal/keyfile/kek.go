package keyfile

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/aead/aesgcm"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/insecuresecretdataaccess"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/secretdata"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// KeyID names one key-encryption key. It stands at the head of everything the
// key wrapped and is no secret.
type KeyID uint32

// ErrUnknownKey says that something was wrapped by a key-encryption key that
// this file does not hold.
var ErrUnknownKey = errors.New("keyfile: wrapped by a key this key file does not hold")

// prefixLen is Tink's mark of the key: one byte of version and four of id.
const prefixLen = 5

// kek is the keyset with its primitive, built once.
type kek struct {
	handle  *keyset.Handle
	aead    tink.AEAD
	primary KeyID
	known   map[KeyID]bool
}

func parseKEK(raw []byte) (*kek, error) {
	h, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(raw)))
	if err != nil {
		return nil, err
	}
	return newKEK(h)
}

func newKEK(h *keyset.Handle) (*kek, error) {
	primitive, err := aead.New(h)
	if err != nil {
		return nil, err
	}
	first, err := h.Primary()
	if err != nil {
		return nil, err
	}
	k := &kek{handle: h, aead: primitive, primary: KeyID(first.KeyID()), known: make(map[KeyID]bool)}
	for i := range h.Len() {
		e, err := h.Entry(i)
		if err != nil {
			return nil, err
		}
		if e.KeyStatus() != keyset.Enabled {
			continue
		}
		if p, ok := e.Key().Parameters().(*aesgcm.Parameters); !ok || p.Variant() != aesgcm.VariantTink || p.KeySizeInBytes() != 32 {
			return nil, errors.New("a key-encryption key is not AES256-GCM with Tink's prefix")
		}
		k.known[KeyID(e.KeyID())] = true
	}
	return k, nil
}

// grown is the keyset with one more key, drawn from rand, as its primary.
func grown(old *keyset.Handle, rand io.Reader) (*keyset.Handle, error) {
	m := keyset.NewManager()
	if old != nil {
		m = keyset.NewManagerFromHandle(old)
	}
	params, err := aesgcm.NewParameters(aesgcm.ParametersOpts{
		KeySizeInBytes: 32, IVSizeInBytes: 12, TagSizeInBytes: 16, Variant: aesgcm.VariantTink,
	})
	if err != nil {
		return nil, err
	}
	id, err := freshID(old, rand)
	if err != nil {
		return nil, err
	}
	raw := make([]byte, 32)
	if _, err := io.ReadFull(rand, raw); err != nil {
		return nil, err
	}
	key, err := aesgcm.NewKey(secretdata.NewBytesFromData(raw, insecuresecretdataaccess.Token{}), uint32(id), params)
	clear(raw)
	if err != nil {
		return nil, err
	}
	if _, err := m.AddKey(key); err != nil {
		return nil, err
	}
	if err := m.SetPrimary(uint32(id)); err != nil {
		return nil, err
	}
	return m.Handle()
}

func freshID(old *keyset.Handle, rand io.Reader) (KeyID, error) {
	taken := func(id KeyID) bool {
		for i := 0; old != nil && i < old.Len(); i++ {
			if e, err := old.Entry(i); err == nil && KeyID(e.KeyID()) == id {
				return true
			}
		}
		return id == 0
	}
	for {
		var b [4]byte
		if _, err := io.ReadFull(rand, b[:]); err != nil {
			return 0, err
		}
		if id := KeyID(binary.BigEndian.Uint32(b[:])); !taken(id) {
			return id, nil
		}
	}
}

// Wrapper tells by which key something was wrapped.
func Wrapper(wrapped []byte) (KeyID, error) {
	if len(wrapped) < prefixLen || wrapped[0] != 1 {
		return 0, errors.New("keyfile: not a wrapped key")
	}
	return KeyID(binary.BigEndian.Uint32(wrapped[1:prefixLen])), nil
}

// Primary is the key-encryption key that wraps at present.
func (f *File) Primary() KeyID { return f.now.Load().kek.primary }

// Knows tells whether the file, as last read, holds the key.
func (f *File) Knows(id KeyID) bool { return f.now.Load().kek.known[id] }

// Wrap encrypts a data key under the primary key-encryption key, bound to ad.
func (f *File) Wrap(key, ad []byte) ([]byte, error) {
	out, err := f.now.Load().kek.aead.Encrypt(key, ad)
	if err != nil {
		return nil, errors.New("keyfile: wrap failed")
	}
	return out, nil
}

// Unwrap decrypts a data key. A key wrapped after the file was read by another
// process's rotation makes it read the file again, once; ErrUnknownKey when
// that does not help.
func (f *File) Unwrap(wrapped, ad []byte) ([]byte, error) {
	id, err := Wrapper(wrapped)
	if err != nil {
		return nil, err
	}
	if !f.Knows(id) {
		if err := f.Reload(); err != nil {
			return nil, err
		}
		if !f.Knows(id) {
			return nil, fmt.Errorf("%w (%08x)", ErrUnknownKey, uint32(id))
		}
	}
	out, err := f.now.Load().kek.aead.Decrypt(wrapped, ad)
	if err != nil {
		return nil, errors.New("keyfile: a wrapped key does not open here")
	}
	return out, nil
}
