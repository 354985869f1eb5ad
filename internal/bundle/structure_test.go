package bundle

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"testing"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"rufaa/internal/ledger"
)

// All content in these tests is invented.

// small is a whole bundle of an empty ledger with some documents, as its parts
// and as its bytes.
func small(t testing.TB, also ...part) ([]part, []byte, note.Verifier) {
	t.Helper()
	private, public, err := note.GenerateKey(rand.Reader, ledger.Origin("training"))
	if err != nil {
		t.Fatal(err)
	}
	signer, err1 := note.NewSigner(private)
	verifier, err2 := note.NewVerifier(public)
	root, err3 := tlog.TreeHash(0, nil)
	point, err4 := note.Sign(&note.Note{Text: fmt.Sprintf("%s\n0\n%s\ntime 2026-01-31T08:15:00.000Z\nafter -\n", ledger.Origin("training"), root)}, signer)
	if err := errors.Join(err1, err2, err3, err4); err != nil {
		t.Fatal(err)
	}
	m := &making{Dossier: &Dossier{Realm: "training", Verifier: public, Signer: signer, Reference: "RF-0"}}
	m.add("checkpoint.txt", "checkpoint", "", point)
	m.addJSON("cosignatures.json", "cosignatures", []Cosignature{})
	m.addJSON("opened.json", "opened", []openedText{})
	m.addJSON("events.json", "events", []event{})
	m.addJSON("exhibits.json", "exhibits", []Exhibit{})
	m.add("documents/one.txt", "document", "One", []byte("An invented statement."))
	for _, p := range also {
		m.put(p, "document", "")
	}
	m.about()
	manifest := write(m.man)
	seal, err := note.Sign(&note.Note{Text: sealText(m.Realm, manifest)}, signer)
	if err != nil {
		t.Fatal(err)
	}
	parts := append([]part{held(manifestPart, manifest), held(sealPart, seal)}, m.parts...)
	var out bytes.Buffer
	if err := writeTo(&out, parts); err != nil {
		t.Fatal(err)
	}
	return parts, out.Bytes(), verifier
}

// starts tells where each part begins, and at the end where the list does.
func starts(parts []part) []int {
	out := []int{0}
	for _, p := range parts {
		out = append(out, out[len(out)-1]+int(p.room()+p.size))
	}
	return out
}

// spoilt are the ways in which somebody could build another archive around the
// same parts. Each gives its bytes.
func spoilt(parts []part, raw []byte, n, long int) map[string][]byte {
	at := starts(parts)
	list := at[len(at)-1]
	extra := held("documents/extra.txt", make([]byte, long))
	twin := parts[n]
	gap := bytes.Repeat([]byte{0}, long)
	insert := func(where int, b []byte) []byte { return slices.Insert(slices.Clone(raw), where, b...) }
	whole := func(parts []part) []byte {
		var out bytes.Buffer
		_ = writeTo(&out, parts)
		return out.Bytes()
	}
	swapped := slices.Clone(parts)
	swapped[n], swapped[(n+1)%len(parts)] = swapped[(n+1)%len(parts)], swapped[n]
	tail := raw[len(raw)-22:]
	comment := slices.Clone(raw)
	binary.LittleEndian.PutUint16(comment[len(raw)-2:], uint16(long))
	return map[string][]byte{
		"a gap before a part":           insert(at[n], gap),
		"a gap before the list":         insert(list, gap),
		"a gap before the end":          insert(len(raw)-22, gap),
		"something after the end":       insert(len(raw), gap),
		"a comment":                     append(comment, gap...),
		"an entry more":                 whole(slices.Insert(slices.Clone(parts), n, extra)),
		"an entry at the end":           whole(append(slices.Clone(parts), extra)),
		"an entry that nobody lists":    insert(list, append(extra.local(), extra.data...)),
		"a line for nothing":            insert(len(raw)-22, extra.central(0)),
		"a part twice":                  whole(slices.Insert(slices.Clone(parts), n, twin)),
		"a part twice in the list":      insert(len(raw)-22, twin.central(int64(at[n]))),
		"a part less":                   whole(slices.Delete(slices.Clone(parts), n, n+1)),
		"two parts changed places":      whole(swapped),
		"a zip64 field in a head":       insert(at[n]+localSize+len(parts[n].name), zip64(parts[n].size, parts[n].size)),
		"a zip64 end that is not asked": slices.Concat(raw[:len(raw)-22], end(plainParts, int64(len(raw)-22-list), int64(list))[:76], tail),
		"a zip64 locator alone":         insert(len(raw)-22, []byte("PK\x06\x07\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x00\x00\x00")),
		"bytes before the beginning":    insert(0, gap),
		"nothing":                       {},
	}
}

// Whatever is put between, before, behind or beside the parts, the bundle is not
// believed, and a part or the end of the archive is named.
func TestAnotherArchiveOfTheSamePartsIsNamed(t *testing.T) {
	parts, raw, verifier := small(t)
	if _, err := Verify(raw, verifier); err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{endPart: true}
	for _, p := range parts {
		known[p.name] = true
	}
	rapid.Check(t, func(rt *rapid.T) {
		n, long := rapid.IntRange(0, len(parts)-1).Draw(rt, "part"), rapid.IntRange(1, 200).Draw(rt, "bytes")
		for how, bad := range spoilt(parts, raw, n, long) {
			var dmg *Damage
			if _, err := Verify(bad, verifier); !errors.As(err, &dmg) || !known[dmg.Part] {
				rt.Fatalf("%s (%s, %d bytes): %v", how, parts[n].name, long, err)
			}
		}
	})
}

// A manifest that names a part twice is no bundle's, whoever signed it.
func TestTwoPartsOfOneNameAreNamed(t *testing.T) {
	for _, name := range []string{"documents/one.txt", "exhibits.json", manifestPart, sealPart} {
		_, raw, verifier := small(t, held(name, []byte("[]")))
		var dmg *Damage
		if _, err := Verify(raw, verifier); !errors.As(err, &dmg) || dmg.Part != name {
			t.Errorf("%s twice: %v", name, err)
		}
	}
}

// More parts than a plain zip can count: the zip64 end says how many, and each
// of its bytes is held to.
func TestMoreThan65535Parts(t *testing.T) {
	var many []part
	for i := range plainParts {
		many = append(many, held(fmt.Sprintf("documents/n%06d.txt", i), []byte{byte(i)}))
	}
	parts, raw, verifier := small(t, many...)
	r, err := Verify(raw, verifier)
	if err != nil || len(r.Parts) != len(parts)-2 {
		t.Fatalf("%v", err)
	}
	if size, err := fits(parts); err != nil || size != int64(len(raw)) {
		t.Errorf("it is said to take %d bytes (%v) and takes %d", size, err, len(raw))
	}
	listed := starts(parts)
	from := len(raw) - 22 - 20 - 56
	z := &reading{parts: parts}
	for at := from; at < len(raw); at++ {
		bad := slices.Clone(raw[listed[len(listed)-1]:])
		bad[len(bad)-(len(raw)-at)] ^= 1
		z.in = bufio.NewReader(bytes.NewReader(bad))
		var dmg *Damage
		if err := z.tail(); !errors.As(err, &dmg) || dmg.Part != endPart {
			t.Fatalf("byte %d of the zip64 end: %v", at-from, err)
		}
	}
	if string(raw[from:from+4]) != "PK\x06\x06" {
		t.Errorf("no zip64 end, but %x", raw[from:from+4])
	}
}
