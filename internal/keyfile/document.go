package keyfile

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"golang.org/x/mod/sumdb/note"
)

// formatVersion is raised when a member of the file changes its meaning.
const formatVersion = 1

// document is the file as it stands on disk.
type document struct {
	Version  int             `json:"rufaa_key_file"`
	Realm    string          `json:"realm"`
	KEK      json.RawMessage `json:"key_encryption_keys"` // a Tink keyset
	Signer   string          `json:"signer"`              // note signer key
	Verifier string          `json:"verifier"`            // note verifier key, public
	Index    string          `json:"index"`               // base64, 32 bytes; so are the next two
	Linkage  string          `json:"linkage"`
	Pepper   string          `json:"pepper"`
}

// contents is the file in use.
type contents struct {
	doc     document
	kek     *kek
	signer  note.Signer
	index   Secret
	linkage Secret
	pepper  Secret
}

// parse reads a key file. Its errors say which member is wrong and never what
// stands in it.
func parse(raw []byte) (*contents, error) {
	c := new(contents)
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&c.doc); err != nil {
		return nil, errors.New("it is not the JSON of a key file")
	}
	if _, err := dec.Token(); err != io.EOF {
		return nil, errors.New("something follows the end of the JSON")
	}
	if c.doc.Version != formatVersion {
		return nil, errors.New("its version is not the one this program reads")
	}
	if !realmName.MatchString(c.doc.Realm) {
		return nil, errors.New("realm: not a realm's name")
	}
	var err error
	if c.kek, err = parseKEK(c.doc.KEK); err != nil {
		return nil, errors.New("key_encryption_keys: not a usable keyset")
	}
	if c.signer, err = note.NewSigner(c.doc.Signer); err != nil || c.signer.Name() != Origin(c.doc.Realm) {
		return nil, errors.New("signer: not this realm's signer key")
	}
	v, err := note.NewVerifier(c.doc.Verifier)
	if err != nil || v.Name() != c.signer.Name() || v.KeyHash() != c.signer.KeyHash() {
		return nil, errors.New("verifier: does not belong to the signer")
	}
	for _, m := range []struct {
		name string
		text string
		into *Secret
	}{{"index", c.doc.Index, &c.index}, {"linkage", c.doc.Linkage, &c.linkage}, {"pepper", c.doc.Pepper, &c.pepper}} {
		b, err := base64.StdEncoding.Strict().DecodeString(m.text)
		if err != nil || len(b) != secretSize {
			return nil, errors.New(m.name + ": not 32 bytes in base64")
		}
		m.into.key = func() []byte { return b }
	}
	return c, nil
}

func (d *document) encode() ([]byte, error) {
	out, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(out, '\n'), nil
}

func keysetJSON(h *keyset.Handle) (json.RawMessage, error) {
	var b strings.Builder
	// In the clear by design: this file is the root of the realm's keys, and
	// its mode is what protects it. A KMS would take its place.
	if err := insecurecleartextkeyset.Write(h, keyset.NewJSONWriter(&b)); err != nil {
		return nil, err
	}
	var compact bytes.Buffer
	if err := json.Compact(&compact, []byte(b.String())); err != nil {
		return nil, err
	}
	return compact.Bytes(), nil
}
