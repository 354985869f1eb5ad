package certificate

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"time"

	"golang.org/x/mod/sumdb/note"

	"rufaa/internal/ledger"
)

const form = "rufaa-certificate/1"

// Texts are a certificate's words, opened.
type Texts struct {
	Office string `json:"office"`
	How    string `json:"how"`
	Device string `json:"device"`
	Use    string `json:"use"`
	Notes  string `json:"notes,omitempty"`
	Reason string `json:"reason,omitempty"` // of the revocation
}

// document is the one text that is signed. Each member stands on a line of its
// own; a line that goes on is indented, so that no word can pass for a member.
// The nonce keeps its digest, which is plain, from being guessed from words.
func document(realm, nonce string, s *State, t *Texts, name string, at time.Time) string {
	var b strings.Builder
	line := func(member, text string) {
		fmt.Fprintf(&b, "%s: %s\n", member, strings.ReplaceAll(strings.TrimSpace(strings.ReplaceAll(text, "\r", "")), "\n", "\n  "))
	}
	b.WriteString(form + "\n")
	line("realm", realm)
	line("certificate", s.ID)
	line("inquiry", s.Draft.Inquiry)
	line("replaces", s.Draft.Replaces)
	for i := range s.Draft.Things {
		x := &s.Draft.Things[i]
		line(x.Kind, x.Number+" "+x.ID)
		for _, d := range x.Digests {
			line("digest", d.Method+" "+d.Hex)
		}
	}
	line("how", t.How)
	line("device", t.Device)
	line("regular-use", s.Draft.From+"/"+s.Draft.To+" "+t.Use)
	line("notes", t.Notes)
	line("responsible", s.Draft.Responsible+" "+name)
	line("office", t.Office)
	line("signed", at.UTC().Format(time.RFC3339))
	line("nonce", nonce)
	return b.String()
}

// sign puts the platform's signature over the digest of a document.
func sign(realm, id, doc string, by note.Signer) (string, error) {
	raw, err := note.Sign(&note.Note{Text: noteText(realm, id, doc)}, by)
	return string(raw), err
}

func noteText(realm, id, doc string) string {
	return fmt.Sprintf("%s\n%s\n%s\nsha256 %x\n", form, ledger.Origin(realm), id, sha256.Sum256([]byte(doc)))
}

// Check tells whether a document is the one that was signed for this
// certificate, with nothing but the realm's public key.
func Check(realm, id, doc, signed string, verifiers ...note.Verifier) error {
	n, err := note.Open([]byte(signed), note.VerifierList(verifiers...))
	if err != nil {
		return fmt.Errorf("certificate: %w", err)
	}
	if n.Text != noteText(realm, id, doc) {
		return fmt.Errorf("certificate: the text is not the one that was signed")
	}
	return nil
}
