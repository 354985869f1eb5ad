// Package passkeytest makes keys for the virtual authenticator of tests.
package passkeytest

import wan "github.com/descope/virtualwebauthn"

// whole is the length in bytes of a P-256 key as COSE when both coordinates
// are whole.
const whole = 77

// Key is a fresh P-256 passkey. The virtual authenticator drops leading zeros
// of a coordinate, which a real one must not (RFC 9053 section 7.1.1) and the
// server refuses: one key in 128. Such a key is made again.
func Key() wan.Credential {
	for {
		if key := wan.NewCredential(wan.KeyTypeEC2); len(key.Key.AttestationData()) == whole {
			return key
		}
	}
}
