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
	in, err := os.Open(file)
	if err != nil {
		return err
	}
	defer in.Close()
	var trusted []note.Verifier
	if key != "" {
		v, err := note.NewVerifier(key)
		if err != nil {
			return fmt.Errorf("--key: %w", err)
		}
		trusted = append(trusted, v)
	}
	r, err := bundle.VerifyFrom(in, trusted...)
	if err != nil {
		return err
	}
	fmt.Fprintf(s.out, "%s for the %s, made %s: %d parts, %d events whole, %d as their digest, in a ledger of %d events: all verified\n",
		r.Reference, r.Recipient, r.Made, len(r.Parts), r.Whole, r.Leaves, r.Checkpoint.Size)
	for _, x := range r.Exhibits {
		chain := ""
		switch {
		case x.Unbroken == nil:
		case *x.Unbroken:
			chain = ": chain of custody unbroken"
		default:
			chain = ": chain of custody BROKEN"
		}
		fmt.Fprintf(s.out, "exhibit %s %s%s\n", x.Number, x.Label, chain)
		for _, f := range x.Findings {
			fmt.Fprintf(s.out, "  %s\n", f.Text)
		}
	}
	for _, w := range r.Witnesses {
		fmt.Fprintf(s.out, "witnessed by %s at %s\n", w.Name, w.At.Format(time.RFC3339))
	}
	if !r.KeyGiven {
		fmt.Fprintf(s.out, "signed with the key in the bundle itself; compare it with the one the platform publishes:\n%s\n", r.Verifier)
	}
	return nil
}
