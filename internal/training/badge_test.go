package training

import (
	"bytes"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

func madeIssuer(seed byte) *issuer {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, 32))
	jwk := map[string]any{"kty": "OKP", "crv": "Ed25519", "x": base64.RawURLEncoding.EncodeToString(key.Public().(ed25519.PublicKey))}
	raw, _ := json.Marshal(jwk)
	return &issuer{key: key, did: "did:jwk:" + base64.RawURLEncoding.EncodeToString(raw), jwk: jwk, name: "EXERCISE · Rufaa test"}
}

var sample = Credential{ID: "00000000-0000-8000-8000-000000000001", Subject: "00000000-0000-8000-8000-000000000002", Name: "Asha Mfano (fictional)",
	Course: "Kaskazi", From: "2026-03-02", To: "2026-03-06", Issued: time.Date(2026, 3, 6, 12, 0, 0, 0, time.UTC), Code: "7K3M-9QXD-2ABC", Percent: Floor}

func part(t *testing.T, jwt string, i int) map[string]any {
	t.Helper()
	raw, err := base64.RawURLEncoding.DecodeString(strings.Split(jwt, ".")[i])
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(raw, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// fits checks against a schema of testdata.
func fits(t *testing.T, file string, value any) {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(file, doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(file)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	plain, err := jsonschema.UnmarshalJSON(bytes.NewReader(encoded))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Validate(plain); err != nil {
		t.Errorf("%s: %v\n%s", file, err, encoded)
	}
}

// The credential has the members that Open Badges 3.0 asks for, the proof form
// VC-JWT, and a signature that the key in its issuer checks.
func TestACertificateIsAnOpenBadge(t *testing.T) {
	i := madeIssuer(1)
	signed, err := i.sign(sample)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := i.sign(sample)
	if signed != again {
		t.Error("one certificate has two texts")
	}
	head, body := part(t, signed, 0), part(t, signed, 1)
	fits(t, "achievement-credential.schema.json", body)
	if head["alg"] != "EdDSA" || head["typ"] != "JWT" || head["jwk"] == nil {
		t.Errorf("header %v", head)
	}
	if _, wrapped := body["vc"]; wrapped {
		t.Error("the credential is wrapped as in data model 1.1")
	}
	// Anybody: take the key out of the issuer's name and check the signature.
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimPrefix(body["iss"].(string), "did:jwk:"))
	if err != nil {
		t.Fatal(err)
	}
	var jwk struct{ X string }
	if err := json.Unmarshal(raw, &jwk); err != nil {
		t.Fatal(err)
	}
	public, err := base64.RawURLEncoding.DecodeString(jwk.X)
	if err != nil {
		t.Fatal(err)
	}
	cut := strings.LastIndex(signed, ".")
	sig, err := base64.RawURLEncoding.DecodeString(signed[cut+1:])
	if err != nil || !ed25519.Verify(public, []byte(signed[:cut]), sig) {
		t.Error("the signature does not hold")
	}
	if strings.Contains(signed, "@") {
		t.Error("a mail address stands in it")
	}
}

func TestOnlyTheRealmsOwnCertificatesAreRead(t *testing.T) {
	i, now := madeIssuer(1), sample.Issued.Add(time.Hour)
	signed, _ := i.sign(sample)
	if id, err := i.read(" "+signed+"\n", now); err != nil || id != sample.ID {
		t.Errorf("%q, %v", id, err)
	}
	theirs, _ := madeIssuer(2).sign(sample)
	parts := strings.Split(signed, ".")
	none := base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"none","typ":"JWT"}`)) + "." + parts[1] + "."
	other := sample
	other.Name = "Somebody Else (fictional)"
	swapped, _ := i.sign(other)
	for name, text := range map[string]string{
		"another key's": theirs, "alg none": none, "empty": "", "a word": "a.b.c", "half": parts[0] + "." + parts[1],
		"another payload": parts[0] + "." + strings.Split(swapped, ".")[1] + "." + parts[2], "a megabyte": strings.Repeat("a", 1<<20),
	} {
		if id, err := i.read(text, now); err == nil {
			t.Errorf("%s was read as %q", name, id)
		}
	}
}

func FuzzCredential(f *testing.F) {
	i := madeIssuer(1)
	signed, err := i.sign(sample)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(signed)
	f.Add("eyJhbGciOiJub25lIn0.e30.")
	f.Fuzz(func(t *testing.T, text string) {
		if _, err := i.read(text, sample.Issued.Add(time.Hour)); err == nil && strings.TrimSpace(text) != signed {
			// Another text of the same signature could only differ in what base64 leaves open.
			a, b := strings.Split(strings.TrimSpace(text), "."), strings.Split(signed, ".")
			if a[0] != b[0] || a[1] != b[1] {
				t.Errorf("%q was read", text)
			}
		}
	})
}

// Statements have the form of xAPI 1.0.3, under opaque accounts, and the same
// ids each time.
func TestStatementsAreXAPI(t *testing.T) {
	c := &Course{ID: "c1", OpenedEvent: OpenedEvent{Title: "Kaskazi"}, Seats: map[string]*Seat{
		"9f8e7d": {SeatedEvent: SeatedEvent{Seat: "9f8e7d"}, At: sample.Issued, Code: "X", Issued: sample.Issued,
			Tests: map[Sitting]*Test{Before: {At: sample.Issued, Right: 3, Of: 14}, After: {At: sample.Issued, Right: 12, Of: 14}}},
	}}
	list := c.Statements("https://exercise.rufaa.invalid", "EXERCISE · Rufaa")
	if len(list) != 4 {
		t.Fatalf("%d statements", len(list))
	}
	for i, s := range list {
		fits(t, "xapi-statement.schema.json", s)
		raw, _ := json.Marshal(s)
		if bytes.Contains(raw, []byte("mbox")) || bytes.Contains(raw, []byte("@")) {
			t.Errorf("a mail address: %s", raw)
		}
		if again := c.Statements("https://exercise.rufaa.invalid", "EXERCISE · Rufaa")[i]; again.ID != s.ID {
			t.Error("one step has two ids")
		}
	}
}

// A certificate that was taken back is voided in the form of xAPI 1.0.3: by the
// issuer, with a reference and no word of why.
func TestWhatVoidsIsXAPI(t *testing.T) {
	c := &Course{ID: "c1", OpenedEvent: OpenedEvent{Title: "Kaskazi"}, Seats: map[string]*Seat{
		"9f8e7d": {SeatedEvent: SeatedEvent{Seat: "9f8e7d"}, At: sample.Issued, Code: "X", Issued: sample.Issued},
		"1a2b3c": {SeatedEvent: SeatedEvent{Seat: "1a2b3c"}, At: sample.Issued, Code: "Y", Issued: sample.Issued},
	}}
	const home, platform = "https://exercise.rufaa.invalid", "EXERCISE · Rufaa"
	said := map[string]bool{}
	for _, s := range c.Statements(home, platform) {
		said[s.ID] = true
	}
	if c.withdrawals(home, platform) != nil {
		t.Error("a certificate that stands is voided")
	}
	c.Seats["9f8e7d"].Revoked, c.Seats["9f8e7d"].Withdrawn = "Given by mistake.", sample.Issued
	list := c.withdrawals(home, platform)
	if len(list) != 1 || !said[list[0].of] || list[0].Object.ID != list[0].of {
		t.Fatalf("voided: %+v", list)
	}
	fits(t, "xapi-statement.schema.json", list[0].Statement)
	raw, _ := json.Marshal(list[0].Statement)
	if !bytes.Contains(raw, []byte("EXERCISE")) || bytes.Contains(raw, []byte("mistake")) || bytes.Contains(raw, []byte("9f8e7d")) {
		t.Errorf("it says %s", raw)
	}
}
