package certificate

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/vault"
)

// Kinds of events in a certificate's stream, "certificate/<id>".
const (
	Drafted = "certificate.drafted"
	Revised = "certificate.revised"
	Signed  = "certificate.signed"
	Revoked = "certificate.revoked"
)

// Stream is the ledger's name of a certificate's stream.
func Stream(id string) string { return "certificate/" + id }

// Digest is one digest of a thing, hexadecimal.
type Digest struct {
	Method string `json:"method"`
	Hex    string `json:"hex"`
}

// Thing is an exhibit or a file that a certificate is about.
type Thing struct {
	Kind    string   `json:"kind"` // exhibit or file
	ID      string   `json:"id"`
	Number  string   `json:"number"` // as people call it; never a name of a person
	Digests []Digest `json:"digests,omitempty"`
}

// Key names a thing among those of an inquiry.
func (t *Thing) Key() string { return t.Kind + "/" + t.ID }

// DraftedEvent is a certificate that is not signed yet; Revised carries the
// same. Words are sealed.
type DraftedEvent struct {
	Inquiry     string       `json:"inquiry"`
	Things      []Thing      `json:"things"`
	Responsible string       `json:"responsible"` // staff
	Office      vault.Sealed `json:"office"`      // in what capacity
	How         vault.Sealed `json:"how"`         // how the record was produced
	Device      vault.Sealed `json:"device"`      // particulars of the device
	Use         vault.Sealed `json:"use"`         // period of regular use, proper working
	Notes       vault.Sealed `json:"notes,omitempty"`
	From        string       `json:"from,omitempty"` // period of regular use, YYYY-MM-DD
	To          string       `json:"to,omitempty"`
	Language    string       `json:"language"`
	Replaces    string       `json:"replaces,omitempty"`
}

// SignedEvent is the text that was signed and the platform's signature over
// its digest.
type SignedEvent struct {
	Document vault.Sealed `json:"document"`
	Note     string       `json:"note"`
	Proved   string       `json:"proved"` // how they showed anew who they are: password or code
}

// RevokedEvent ends a certificate.
type RevokedEvent struct {
	Reason     vault.Sealed `json:"reason"`
	ReplacedBy string       `json:"replaced_by,omitempty"`
}

// By is who did a step.
type By struct {
	Staff  string    `json:"staff"`
	Agency string    `json:"agency"`
	At     time.Time `json:"at"`
}

// Status is where a certificate stands.
type Status string

// The statuses.
const (
	IsDraft   Status = "draft"
	IsSigned  Status = "signed"
	IsRevoked Status = "revoked"
)

// State is a certificate as its events tell it.
type State struct {
	ID      string        `json:"id"`
	Version int64         `json:"version"`
	Status  Status        `json:"status"`
	Draft   DraftedEvent  `json:"draft"`
	Drafted By            `json:"drafted"`
	Signed  *SignedEvent  `json:"signed,omitempty"`
	Signer  *By           `json:"signer,omitempty"`
	End     *RevokedEvent `json:"end,omitempty"`
	Ended   *By           `json:"ended,omitempty"`
	Changed time.Time     `json:"changed_at"`
}

// Exists tells a folded certificate from an empty one.
func (s *State) Exists() bool { return s.Version > 0 }

// Fold applies one event. An unknown kind is an error, so that an old program
// never works on a certificate it only half understands.
func (s *State) Fold(e ledger.Event) error {
	by := By{Staff: e.Actor, Agency: e.Agency, At: e.At}
	var err error
	switch e.Kind {
	case Drafted, Revised:
		var p DraftedEvent
		err = json.Unmarshal(e.Payload, &p)
		s.Draft, s.Drafted, s.Status = p, by, IsDraft
	case Signed:
		s.Signed = new(SignedEvent)
		err = json.Unmarshal(e.Payload, s.Signed)
		s.Signer, s.Status = &by, IsSigned
	case Revoked:
		s.End = new(RevokedEvent)
		err = json.Unmarshal(e.Payload, s.End)
		s.Ended, s.Status = &by, IsRevoked
	default:
		err = fmt.Errorf("unknown kind")
	}
	if err != nil {
		return fmt.Errorf("certificate: event %d (%s): %w", e.Seq, e.Kind, err)
	}
	s.ID = strings.TrimPrefix(e.Stream, "certificate/")
	s.Version, s.Changed = e.Version, e.At
	return nil
}
