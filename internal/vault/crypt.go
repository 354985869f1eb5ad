package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"errors"
	"io"
)

const (
	keySize   = 32 // AES-256
	nonceSize = 12
	tagSize   = 16
	padTo     = 32 // plaintexts grow to a multiple of this many bytes
)

// ErrDoesNotOpen says that a sealed text was altered, or stands in another
// place than it was sealed for.
var ErrDoesNotOpen = errors.New("vault: a sealed text does not open in this place; it was altered or moved")

func newAEAD(key []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, errors.New("vault: a data key has the wrong length")
	}
	return cipher.NewGCM(block)
}

// encrypt gives nonce and ciphertext of the padded text.
func encrypt(a cipher.AEAD, rand io.Reader, text string, ad []byte) ([]byte, error) {
	padded := (len(text)/padTo + 1) * padTo // at least one byte marks the end
	out := make([]byte, nonceSize+padded, nonceSize+padded+tagSize)
	if _, err := io.ReadFull(rand, out[:nonceSize]); err != nil {
		return nil, errors.New("vault: no randomness for a nonce")
	}
	body := out[nonceSize:]
	copy(body, text)
	body[len(text)] = 0x80 // ISO/IEC 7816-4: a one bit, then zeros
	return a.Seal(out[:nonceSize], out[:nonceSize], body, ad), nil
}

func decrypt(a cipher.AEAD, raw, ad []byte) (string, error) {
	body, err := a.Open(raw[nonceSize:nonceSize], raw[:nonceSize], raw[nonceSize:], ad)
	if err != nil {
		return "", ErrDoesNotOpen
	}
	for i := len(body) - 1; i >= 0; i-- {
		switch body[i] {
		case 0x80:
			return string(body[:i]), nil
		case 0:
		default:
			return "", ErrDoesNotOpen
		}
	}
	return "", ErrDoesNotOpen
}
