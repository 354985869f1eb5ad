package training

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"rufaa/internal/realm"
)

// A certificate is an Open Badges 3.0 credential (a W3C verifiable credential,
// data model 2.0) with the proof form VC-JWT: the members of the credential
// stand at the top of the payload beside iss, jti, nbf and sub, and the header
// carries the public key (Open Badges 3.0, section 8.2). It is signed with
// Ed25519 by a key of the realm that is made from its key file, and the issuer
// is that key (did:jwk): nothing has to be fetched to check it.

// contexts of a credential, in this order.
var contexts = []string{"https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"}

// issuer signs certificates of one realm.
type issuer struct {
	key  ed25519.PrivateKey
	did  string
	jwk  map[string]any
	name string
}

func newIssuer(r *realm.Realm) *issuer {
	seed := r.KeyFile.Index().MAC("open-badges/ed25519")
	key := ed25519.NewKeyFromSeed(seed[:])
	jwk := map[string]any{"kty": "OKP", "crv": "Ed25519", "x": base64.RawURLEncoding.EncodeToString(key.Public().(ed25519.PublicKey))}
	raw, err := json.Marshal(jwk)
	if err != nil {
		panic("training: a key cannot be written: " + err.Error()) // three strings
	}
	name := "Rufaa " + r.Name
	if r.Kind != realm.Live {
		name = strings.ToUpper(string(r.Kind)) + " · " + name
	}
	return &issuer{key: key, did: "did:jwk:" + base64.RawURLEncoding.EncodeToString(raw), jwk: jwk, name: name}
}

// Credential is what a certificate says.
type Credential struct {
	ID, Subject string // UUIDs
	Name        string // "" without consent
	Course      string // title
	From, To    string
	Issued      time.Time
	Code        string
	Percent     int // the least that was reached; never the own score
	Simulated   bool
}

// claims are the payload. A map, so that its members stand in order and the
// same certificate has the same bytes.
func (i *issuer) claims(c Credential) jwt.MapClaims {
	subject := map[string]any{
		"id": "urn:uuid:" + c.Subject, "type": []string{"AchievementSubject"},
		"activityStartDate": c.From + "T00:00:00+03:00", "activityEndDate": c.To + "T23:59:59+03:00",
		"achievement": map[string]any{
			"id": "urn:rufaa:achievement:joint-response", "type": []string{"Achievement"}, "achievementType": "Certificate",
			"name":        c.Course,
			"description": "Training in the joint response to trafficking in persons and smuggling of migrants.",
			"criteria":    map[string]any{"narrative": fmt.Sprintf("Attended the course and answered at least %d percent of the knowledge test after it.", c.Percent)},
		},
	}
	if c.Name != "" {
		subject["identifier"] = []any{map[string]any{"type": "IdentityObject", "hashed": false, "identityHash": c.Name, "identityType": "ext:name"}}
	}
	at := c.Issued.UTC().Truncate(time.Second)
	return jwt.MapClaims{
		"@context": contexts, "id": "urn:uuid:" + c.ID, "type": []string{"VerifiableCredential", "OpenBadgeCredential"},
		"name": c.Course, "issuer": map[string]any{"id": i.did, "type": []string{"Profile"}, "name": i.name},
		"validFrom": at.Format(time.RFC3339), "credentialSubject": subject,
		"iss": i.did, "jti": "urn:uuid:" + c.ID, "nbf": at.Unix(), "sub": "urn:uuid:" + c.Subject,
	}
}

// sign gives the credential as a compact JWT.
func (i *issuer) sign(c Credential) (string, error) {
	t := jwt.NewWithClaims(jwt.SigningMethodEdDSA, i.claims(c))
	t.Header["jwk"], t.Header["kid"] = i.jwk, i.did+"#0"
	out, err := t.SignedString(i.key)
	if err != nil {
		return "", fmt.Errorf("training: sign: %w", err)
	}
	return out, nil
}

// ErrNotOurs says that a credential is not signed by this realm, was changed,
// or is none.
var ErrNotOurs = errors.New("training: this is no credential of this realm")

// maxCredential bounds what is read, in bytes.
const maxCredential = 16 << 10

// read checks a credential against the realm's own key, whatever key its
// header offers, and gives its id (a UUID).
func (i *issuer) read(text string, now time.Time) (id string, err error) {
	text = strings.TrimSpace(text)
	if len(text) > maxCredential {
		return "", ErrNotOurs
	}
	claims := jwt.MapClaims{}
	_, err = jwt.ParseWithClaims(text, claims, func(*jwt.Token) (any, error) { return i.key.Public(), nil },
		jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}), jwt.WithIssuer(i.did), jwt.WithTimeFunc(func() time.Time { return now.Add(time.Minute) }))
	if err != nil {
		return "", ErrNotOurs
	}
	jti, _ := claims["jti"].(string)
	return strings.TrimPrefix(jti, "urn:uuid:"), nil
}
