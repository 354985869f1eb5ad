package bundle_test

import (
	"archive/zip"
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	cosig "github.com/transparency-dev/formats/note"
	"golang.org/x/mod/sumdb/note"
	"pgregory.net/rapid"

	"rufaa/internal/bundle"
	"rufaa/internal/ledger"
	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// All names, events and texts in these tests are invented.

const (
	herName = "Zawadi Fictional"
	shelter = "Nyumba ya Mfano"
	openSea = "rv1.person-1.inquiry.AAAA" // a ciphertext whose text goes along
	shutSea = "rv1.person-1.account.BBBB"
	nameSea = "rv1.person-1.identity.CCCC"
)

func words() map[string]string {
	out := map[string]string{}
	for _, key := range bundle.PageWords {
		out[key] = "word " + key
	}
	return out
}

func keys(t testing.TB, name string) (note.Signer, note.Verifier, string, string) {
	t.Helper()
	private, public, err := note.GenerateKey(rand.Reader, name)
	if err != nil {
		t.Fatal(err)
	}
	s, err1 := note.NewSigner(private)
	v, err2 := note.NewVerifier(public)
	if err := errors.Join(err1, err2); err != nil {
		t.Fatal(err)
	}
	return s, v, private, public
}

// dossier is a small case in a real ledger, with a witness.
func dossier(t testing.TB, db *store.DB) (*bundle.Dossier, note.Verifier) {
	t.Helper()
	signer, verifier, _, public := keys(t, ledger.Origin("training"))
	now := time.Date(2026, 1, 31, 8, 15, 0, 0, time.UTC)
	l, err := ledger.New(t.Context(), db, ledger.Options{Realm: "training", Signer: signer, Verifier: verifier, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	put := func(stream, kind string, payload any) {
		err := db.Write(t.Context(), func(tx *store.Tx) error {
			_, err := l.Append(tx, stream, ledger.AnyVersion, ledger.Meta{Actor: "staff-7", Agency: "agency-2"}, ledger.Draft{Kind: kind, Schema: 1, Payload: payload})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	put("case/1", "case.alerted", map[string]string{"name": nameSea})
	put("case/2", "case.taken", map[string]string{"other": "case"})
	put("case/1", "case.taken", map[string]string{"by": "staff-7"})
	put("case/1", "case.interview_recorded", map[string]string{"account": openSea})
	put("case/1", "case.account_added", map[string]string{"text": shutSea})
	put("case/1", "case.closed", map[string]string{"reason": "stays at " + shelter})
	put("case/1", "case.presumption_decided", map[string]string{"decision": "not_presumed", "way_back": "SECRET-KIOSK"}) // of before it was sealed
	put("case/1", "case.interview_recorded", map[string]string{"on": "2025-03-04", "repeat_reason": "SECRET-AGAIN"})
	put("case/1", "case.referral_noted", map[string]string{"to": "x-shelter"})
	if _, err := l.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	proofs, c, err := l.ProveStream(t.Context(), "case/1")
	if err != nil {
		t.Fatal(err)
	}
	private, witness, err := note.GenerateKey(rand.Reader, "witness.example")
	if err != nil {
		t.Fatal(err)
	}
	cosigner, err := cosig.NewSignerForCosignatureV1(private)
	if err != nil {
		t.Fatal(err)
	}
	text, _, _ := strings.Cut(string(c.Note), "\n\n")
	signed, err := note.Sign(&note.Note{Text: text + "\n"}, cosigner)
	if err != nil {
		t.Fatal(err)
	}
	_, line, _ := strings.Cut(strings.TrimSuffix(string(signed), "\n"), "\n\n")
	return &bundle.Dossier{
		Realm: "training", Reference: "RF-0000-0000-0", Recipient: bundle.Court, Purpose: "prosecution", Language: "en", Words: words(),
		Made: now, Staff: "staff-7", Agency: "agency-2", Streams: []bundle.Stream{{Name: "case/1", Proofs: proofs}},
		Opened: []bundle.Opened{
			{Compartment: "inquiry", Field: "interview", Sealed: openSea, Text: "The passport was kept in a drawer."},
			{Compartment: "account", Field: "account", Sealed: shutSea, Text: "I am zawadi  fictional and sleep at nyumba ya mfano."},
			{Compartment: "identity", Field: "name", Sealed: nameSea, Text: herName},
		},
		Documents: []bundle.Document{{Name: "statement.txt", Title: "Statement of " + herName, Bytes: []byte("An invented statement.\n")},
			{Name: "recording.bin", Title: "Recording", Open: func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader("an invented recording")), nil }},
			{Name: "health.txt", Title: "Health", Compartment: "care", Bytes: []byte("SECRET-HEALTH")}},
		Certificates: []bundle.Document{{Name: "certificate.txt", Title: "Certificate", Bytes: []byte("An invented certificate.\n")}},
		Exhibits: []bundle.Exhibit{{ID: "x1", Number: "S1/1", Label: "Passport", Unbroken: new(bool), Findings: []bundle.Finding{{Flaw: "gap", Breaks: true, Text: "Nobody had it for 3 hours."}}},
			{ID: "x2", Label: "SECRET-FILE", Compartment: "witness"}},
		Drawings: []bundle.Drawing{{Exhibit: "x1", Bytes: []byte("<svg/>")}, {Exhibit: "x2", Bytes: []byte("SECRET-DRAWING")}, {Exhibit: "x1", Bytes: []byte("<svg>" + shelter + "</svg>")}},
		Sketches: []bundle.Sketch{{Title: "S1 of " + herName, Compartment: "inquiry", Bare: []byte("<svg/>"), Bytes: []byte("<svg>photo</svg>")},
			{Title: "S2", Compartment: "witness", Bytes: []byte("SECRET-SKETCH")},
			{Title: "S3", Bare: []byte("<svg>" + shelter + "</svg>"), Bytes: []byte("SECRET-SHELTER")}},
		Laboratory: []bundle.Laboratory{{Exhibit: "x1", Asked: "2026-01-31T08:15:00Z", By: "x-lab", Result: "No trace of " + herName}, {Exhibit: "x2", Result: "SECRET-RESULT"}},
		Left:       []bundle.Left{{What: "file", Reason: "size"}},
		Custody: []bundle.Custody{{Exhibit: "x1", At: now, From: "agency-2", To: shelter, What: "handed over"},
			{Exhibit: "x2", At: now, From: "SECRET-FROM", To: "b", What: "handed over"}},
		Checkpoint: c, Cosignatures: []bundle.Cosignature{{Verifier: witness, Line: line}},
		Verifier: public, Signer: signer, Secrets: []string{herName, shelter, "x-shelter"},
	}, verifier
}

func makeBundle(t testing.TB, d *bundle.Dossier) ([]byte, bundle.Manifest) {
	t.Helper()
	raw, man, err := bundle.Make(d)
	if err != nil {
		t.Fatal(err)
	}
	return raw, man
}

func TestABundleVerifiesWithoutADatabase(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d, verifier := dossier(t, db)
		raw, _ := makeBundle(t, d)
		if again, _ := makeBundle(t, d); !bytes.Equal(raw, again) {
			t.Error("the same dossier gave other bytes")
		}
		r, err := bundle.Verify(raw, verifier)
		if err != nil {
			t.Fatal(err)
		}
		if len(r.Exhibits) != 1 || *r.Exhibits[0].Unbroken || len(r.Exhibits[0].Findings) != 1 {
			t.Errorf("the broken chain is not named: %+v", r.Exhibits)
		}
		if r.Whole != 2 || r.Leaves != 6 || !r.KeyGiven || r.Checkpoint.Size != 9 || len(r.Witnesses) != 1 || r.Witnesses[0].Name != "witness.example" {
			t.Errorf("%+v", r)
		}
		if r, err := bundle.Verify(raw); err != nil || r.KeyGiven {
			t.Errorf("by its own key: %v", err)
		}
		_, stranger, _, _ := keys(t, ledger.Origin("training"))
		if _, err := bundle.Verify(raw, stranger); err == nil {
			t.Error("another key of the same name is believed")
		}
		// Any tool opens it.
		z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range z.File {
			in, err := f.Open()
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			if _, err := b.ReadFrom(in); err != nil { // checks the CRC too
				t.Errorf("%s: %v", f.Name, err)
			}
		}
	})
}

func TestWhatARecipientIsNotGivenIsNotThere(t *testing.T) {
	d, _ := dossier(t, storetest.Open(t, store.SQLite, "closed"))
	for _, to := range bundle.Recipients() {
		d.Recipient = to
		raw, man := makeBundle(t, d)
		lower := strings.ToLower(string(raw))
		for _, secret := range append(d.Secrets, "zawadi", "SECRET-", nameSea, shutSea) {
			if strings.Contains(lower, strings.ToLower(secret)) {
				t.Errorf("%s: the bundle holds %q", to, secret)
			}
		}
		if got, want := strings.Contains(lower, "and sleep at"), to != bundle.Defence; got != want {
			t.Errorf("%s: the account is there: %v", to, got)
		}
		if !strings.Contains(lower, "kept in a drawer") {
			t.Errorf("%s: the interview is missing", to)
		}
		if len(man.Closed) < 4 {
			t.Errorf("%s: what stays closed is not told: %+v", to, man.Closed)
		}
	}
	d.Recipient = "newspaper"
	if _, _, err := bundle.Make(d); !errors.Is(err, bundle.ErrDossier) {
		t.Error(err)
	}
}

// places tells to which part each byte belongs.
func places(t *testing.T, raw []byte) []string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	var out []string
	fill := func(name string, n int) {
		for range n {
			out = append(out, name)
		}
	}
	for _, f := range z.File {
		fill(f.Name, 30+len(f.Name)+int(f.UncompressedSize64))
	}
	for _, f := range z.File {
		fill(f.Name, 46+len(f.Name))
	}
	fill("end of the archive", 22)
	if len(out) != len(raw) {
		t.Fatalf("%d of %d bytes have an owner", len(out), len(raw))
	}
	return out
}

func TestEveryTouchedByteIsNamed(t *testing.T) {
	d, verifier := dossier(t, storetest.Open(t, store.SQLite, "flips"))
	raw, _ := makeBundle(t, d)
	owner := places(t, raw)
	check := func(bad []byte, at int) error {
		var dmg *bundle.Damage
		if _, err := bundle.Verify(bad, verifier); !errors.As(err, &dmg) || dmg.Part != owner[at] {
			return fmt.Errorf("byte %d of %s: %v", at, owner[at], err)
		}
		return nil
	}
	bad := slices.Clone(raw)
	for i := range bad { // every byte
		bad[i] ^= 1 << (i % 8)
		if err := check(bad, i); err != nil {
			t.Fatal(err)
		}
		bad[i] = raw[i]
	}
	rapid.Check(t, func(rt *rapid.T) {
		i := rapid.IntRange(0, len(raw)-1).Draw(rt, "byte")
		bad := slices.Clone(raw)
		bad[i] = rapid.Byte().Filter(func(b byte) bool { return b != raw[i] }).Draw(rt, "value")
		if err := check(bad, i); err != nil {
			rt.Fatal(err)
		}
		cut := rapid.IntRange(0, len(raw)-1).Draw(rt, "length")
		if _, err := bundle.Verify(raw[:cut], verifier); err == nil {
			rt.Fatalf("cut to %d bytes, still believed", cut)
		}
	})
	if _, err := bundle.Verify(append(slices.Clone(raw), 0), verifier); err == nil {
		t.Error("something follows the end")
	}
}

// TestALargeRecordingIsNeverHeld: what is made, written and verified is passed
// through, so that a recording may be larger than the memory.
func TestALargeRecordingIsNeverHeld(t *testing.T) {
	d, verifier := dossier(t, storetest.Open(t, store.SQLite, "large"))
	const size = 96 << 20
	d.Documents = append(d.Documents, bundle.Document{Name: "long.bin", Title: "Long", Open: func() (io.ReadCloser, error) {
		return io.NopCloser(io.LimitReader(zeros{}, size)), nil
	}})
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	b, err := bundle.Prepare(d)
	if err != nil {
		t.Fatal(err)
	}
	in, out := io.Pipe()
	go func() {
		_, err := b.WriteTo(out)
		out.CloseWithError(err)
	}()
	if _, err := bundle.VerifyFrom(in, verifier); err != nil {
		t.Fatal(err)
	}
	runtime.ReadMemStats(&after)
	if took := after.TotalAlloc - before.TotalAlloc; took > size/4 || b.Size < size {
		t.Errorf("%d bytes of memory for a bundle of %d", took, b.Size)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// TestADocumentThatChangesMeanwhileIsNoticed: between its digest and its bytes
// nothing may slip in.
func TestADocumentThatChangesMeanwhileIsNoticed(t *testing.T) {
	d, _ := dossier(t, storetest.Open(t, store.SQLite, "meanwhile"))
	n := 0
	d.Documents = []bundle.Document{{Name: "moving.bin", Title: "Moving", Open: func() (io.ReadCloser, error) {
		n++
		return io.NopCloser(strings.NewReader(fmt.Sprint("reading ", n))), nil
	}}}
	b, err := bundle.Prepare(d)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.WriteTo(io.Discard); err == nil {
		t.Error("another content than the one that was signed is written")
	}
	d.Documents[0].Open = func() (io.ReadCloser, error) { return nil, io.ErrUnexpectedEOF }
	if _, err := bundle.Prepare(d); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Error(err)
	}
	if _, err := bundle.Preview(d); err != nil {
		t.Errorf("a preview reads a document: %v", err)
	}
}

func FuzzVerify(f *testing.F) {
	d, verifier := dossier(f, storetest.Open(f, store.SQLite, "fuzz"))
	raw, _ := makeBundle(f, d)
	f.Add(raw)
	f.Add([]byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, in []byte) {
		if _, err := bundle.Verify(in, verifier); err == nil && !bytes.Equal(in, raw) {
			t.Error("another file is believed")
		}
	})
}
