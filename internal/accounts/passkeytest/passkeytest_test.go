package passkeytest

import "testing"

// Of a thousand keys none is short; without the check about eight would be.
func TestEveryKeyIsWhole(t *testing.T) {
	for range 1000 {
		if key := Key(); len(key.Key.AttestationData()) != whole {
			t.Fatalf("a key of %d bytes", len(key.Key.AttestationData()))
		}
	}
}
