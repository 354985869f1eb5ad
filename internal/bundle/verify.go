package bundle

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	cosig "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"rufaa/internal/ledger"
)

// Report is what Verify found in order.
type Report struct {
	Manifest
	KeyGiven   bool // the key came from outside, not from the bundle itself
	Checkpoint ledger.Checkpoint
	Whole      int // events that stand in the bundle
	Leaves     int // events of which the leaf alone does
	Witnesses  []Seen
	Exhibits   []Exhibit // as the bundle lists them, with what is wrong with their chains
}

// Seen is one witness that co-signed the checkpoint.
type Seen struct {
	Name string
	At   time.Time // UTC, to the second
}

// Verify checks a bundle with nothing but its bytes. The verifiers are the
// keys that the reader trusts; without one the key in the bundle is used, and
// its fingerprint must be compared with the one the platform publishes. The
// error is a *Damage that names the first part that is not as it was made.
func Verify(raw []byte, verifiers ...note.Verifier) (*Report, error) {
	return VerifyFrom(bytes.NewReader(raw), verifiers...)
}

// VerifyFrom is Verify of a file that need not fit into memory: documents are
// only passed through. An error in reading is returned as it is.
func VerifyFrom(in io.Reader, verifiers ...note.Verifier) (*Report, error) {
	z := &reading{in: bufio.NewReaderSize(in, 1<<16)}
	man, err := z.next(manifestPart, -1, 64<<20, true)
	if err != nil {
		return nil, &Damage{manifestPart, err.Error()}
	}
	seal, err := z.next(sealPart, -1, 1<<16, true)
	if err != nil {
		return nil, &Damage{sealPart, err.Error()}
	}
	r := &Report{KeyGiven: len(verifiers) > 0}
	if err := json.Unmarshal(man.data, &r.Manifest); err != nil || r.Format != format || !bytes.Equal(write(r.Manifest), man.data) {
		return nil, damaged(manifestPart, "it is no manifest in its one form")
	}
	if !r.KeyGiven {
		v, err := note.NewVerifier(r.Verifier)
		if err != nil {
			return nil, damaged(manifestPart, "it holds no public key")
		}
		verifiers = []note.Verifier{v}
	}
	if err := r.sealed(seal.data, man.data, verifiers); err != nil {
		return nil, err
	}
	at, names := map[string][]byte{}, map[string]bool{manifestPart: true, sealPart: true}
	for _, want := range r.Parts {
		if names[want.Name] {
			return nil, damaged(want.Name, "two parts are called so")
		}
		names[want.Name] = true
		hold := slices.Contains(meant, want.Name)
		if want.Size < 0 || hold && want.Size > maxHeld || !partName.MatchString(want.Name) {
			return nil, damaged(want.Name, "it can be no part of a bundle")
		}
		p, err := z.next(want.Name, want.Size, 0, hold)
		if err != nil {
			return nil, &Damage{want.Name, err.Error()}
		}
		if hex.EncodeToString(p.sum[:]) != want.SHA256 {
			return nil, damaged(want.Name, "its digest is not the one that was signed")
		}
		at[want.Name] = p.data
	}
	if err := z.tail(); err != nil {
		return nil, err
	}
	return r, r.meaning(at, verifiers)
}

// meant are the parts whose meaning is checked, beside their bytes.
var meant = []string{"checkpoint.txt", "cosignatures.json", "events.json", "exhibits.json"}

// sealed checks the signature over the manifest.
func (r *Report) sealed(seal, man []byte, verifiers []note.Verifier) error {
	n, err := openNote(seal, verifiers)
	if err != nil {
		return damaged(sealPart, "%v", err)
	}
	if n.Text != sealText(r.Realm, man) {
		return damaged(manifestPart, "it is not the manifest that was signed")
	}
	return nil
}

// openNote opens a signed note in its one form: base64 has idle bits.
func openNote(raw []byte, verifiers []note.Verifier) (*note.Note, error) {
	n, err := note.Open(raw, note.VerifierList(verifiers...))
	if err != nil {
		return nil, err
	}
	s := n.Sigs[0]
	sig, err := base64.StdEncoding.Strict().DecodeString(s.Base64)
	if err != nil || string(raw) != n.Text+"\n— "+s.Name+" "+base64.StdEncoding.EncodeToString(sig)+"\n" {
		return nil, fmt.Errorf("the note is not in its one form")
	}
	return n, nil
}

// meaning checks what the parts say: the platform can sign a mistake too.
func (r *Report) meaning(at map[string][]byte, verifiers []note.Verifier) (err error) {
	if r.Checkpoint, err = ledger.OpenCheckpoint(at["checkpoint.txt"], verifiers...); err != nil {
		return damaged("checkpoint.txt", "%v", err)
	}
	if r.Checkpoint.Origin != ledger.Origin(r.Realm) || r.Checkpoint.Size != r.Manifest.Checkpoint {
		return damaged("checkpoint.txt", "it is another checkpoint than the manifest names")
	}
	if err := r.witnesses(at["cosignatures.json"]); err != nil {
		return damaged("cosignatures.json", "%v", err)
	}
	if err := r.proven(at["events.json"]); err != nil {
		return damaged("events.json", "%v", err)
	}
	if err := json.Unmarshal(at["exhibits.json"], &r.Exhibits); err != nil {
		return damaged("exhibits.json", "%v", err)
	}
	return nil
}

func (r *Report) witnesses(raw []byte) error {
	var list []Cosignature
	if err := json.Unmarshal(raw, &list); err != nil {
		return err
	}
	text, _, _ := bytes.Cut(r.Checkpoint.Note, []byte("\n\n"))
	for _, c := range list {
		v, err := cosig.NewVerifierForCosignatureV1(c.Verifier)
		if err != nil {
			return err
		}
		n, err := note.Open([]byte(string(text)+"\n\n"+c.Line+"\n"), note.VerifierList(v))
		if err != nil {
			return fmt.Errorf("witness %s: %w", v.Name(), err)
		}
		when, err := cosig.CoSigV1Timestamp(n.Sigs[0])
		if err != nil {
			return err
		}
		r.Witnesses = append(r.Witnesses, Seen{v.Name(), when.UTC()})
	}
	return nil
}

func (r *Report) proven(raw []byte) error {
	var list []event
	if err := json.Unmarshal(raw, &list); err != nil {
		return err
	}
	c := r.Checkpoint
	for _, x := range list {
		if err := tlog.CheckRecord(x.Path, c.Size, c.Hash, x.Seq, x.Leaf); err != nil {
			return fmt.Errorf("event %d does not stand in the ledger of the checkpoint", x.Seq)
		}
		if x.Body == "" {
			r.Leaves++
			continue
		}
		e, err := ledger.ReadBody([]byte(x.Body))
		if err != nil || tlog.RecordHash([]byte(x.Body)) != x.Leaf || e.Seq != x.Seq || e.Stream != x.Stream || e.Realm != r.Realm {
			return fmt.Errorf("event %d is not the one in the ledger", x.Seq)
		}
		r.Whole++
	}
	return nil
}
