package keyfile

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"gocloud.dev/secrets"
)

// Safe is how key files are kept: in the clear, protected by their mode alone,
// or wrapped by a key that lives in a KMS and never leaves it. The zero value
// keeps them in the clear.
type Safe struct{ kms *secrets.Keeper }

// Under keeps key files wrapped by a KMS. A file in the clear is still read,
// so that it can be wrapped (Wrap); what is written is always wrapped.
func Under(kms *secrets.Keeper) Safe { return Safe{kms} }

// wrapped is the file as it stands on disk under a KMS. Realm and verifier are
// no secret.
type wrapped struct {
	Version  int    `json:"rufaa_key_file"`
	Realm    string `json:"realm"`
	Verifier string `json:"verifier"`
	Wrapped  []byte `json:"wrapped_by_kms"` // base64
}

// kmsTime bounds one call of the KMS.
const kmsTime = 20 * time.Second

func (s Safe) encode(path string, doc *document) ([]byte, error) {
	inner, err := doc.encode()
	if err != nil || s.kms == nil {
		return inner, err
	}
	defer clear(inner)
	ctx, stop := context.WithTimeout(context.Background(), kmsTime)
	defer stop()
	sealed, err := s.kms.Encrypt(ctx, inner)
	if err != nil {
		return nil, kmsFault(path, err)
	}
	out, err := json.MarshalIndent(wrapped{doc.Version, doc.Realm, doc.Verifier, sealed}, "", "  ")
	if err != nil {
		return nil, err
	}
	return append(out, '\n'), nil
}

// unwrap gives the bytes of the document itself.
func (s Safe) unwrap(path string, raw []byte) ([]byte, error) {
	var w wrapped
	if err := json.Unmarshal(raw, &w); err != nil || len(w.Wrapped) == 0 {
		return append([]byte(nil), raw...), nil // in the clear, or damaged: parse tells
	}
	if s.kms == nil {
		return nil, &Fault{Kind: ErrWrapped, Path: path, Remedy: "say which KMS holds its key: --kms URL, for example hashivault://rufaa-live."}
	}
	ctx, stop := context.WithTimeout(context.Background(), kmsTime)
	defer stop()
	inner, err := s.kms.Decrypt(ctx, w.Wrapped)
	if err != nil {
		return nil, kmsFault(path, err)
	}
	var doc document
	if err := json.Unmarshal(inner, &doc); err != nil || doc.Realm != w.Realm || doc.Verifier != w.Verifier {
		return nil, malformed(path, "what is wrapped is not what stands outside")
	}
	return inner, nil
}

func kmsFault(path string, err error) error {
	detail := "it refused"
	if errors.Is(err, context.DeadlineExceeded) {
		detail = "it does not answer"
	}
	return &Fault{Kind: ErrKMS, Path: path, Detail: detail,
		Remedy: "see that the KMS runs, that the URL names the key this file was wrapped by, and that this account may use it."}
}
