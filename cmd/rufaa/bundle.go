package main

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/mod/sumdb/note"

	"rufaa/internal/bundle"
)

// verifyBundle checks one bundle with nothing but the file and, where the
// reader has it, the platform's public key.
func verifyBundle(s *streams, file, key string) error {
	info, err := os.Stat(file)
	if err != nil {
		return err
	}
	if info.Size() > bundle.MaxSize {
		return fmt.Errorf("%s is larger than any bundle", file)
	}
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	var trusted []note.Verifier
	if key != "" {
		v, err := note.NewVerifier(key)
		if err != nil {
			return fmt.Errorf("--key: %w", err)
		}
		trusted = append(trusted, v)
	}
	r, err := bundle.Verify(raw, trusted...)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s for the %s, made %s: %d parts, %d events whole, %d as their digest, in a ledger of %d events: all verified\n",
		r.Reference, r.Recipient, r.Made, len(r.Parts), r.Whole, r.Leaves, r.Checkpoint.Size)
	for _, w := range r.Witnesses {
		fmt.Fprintf(s.out, "witnessed by %s at %s\n", w.Name, w.At.Format(time.RFC3339))
	}
	if !r.KeyGiven {
		fmt.Fprintf(s.out, "signed with the key in the bundle itself; compare it with the one the platform publishes:\n%s\n", r.Verifier)
	}
	return nil
}
