package evidencefile

import (
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/vault"
)

// Kinds of events in a file's stream, "file/<id>".
const (
	Kept      = "file.kept"      // its content is all there
	Examined  = "file.examined"  // by the platform: type, and what a camera wrote
	Stamped   = "file.stamped"   // a timestamp authority signed its digest
	Destroyed = "file.destroyed" // its key is gone
)

// Stream is the ledger's name of a file's stream.
func Stream(id string) string { return "file/" + id }

// Place is what a file belongs to: a case, or an inquiry and perhaps a scene
// and an exhibit of it.
type Place struct {
	Case    string `json:"case,omitempty"`
	Inquiry string `json:"inquiry,omitempty"`
	Scene   string `json:"scene,omitempty"`
	Exhibit string `json:"exhibit,omitempty"`
}

// Key is how rows name the place.
func (p Place) Key() string {
	if p.Case != "" {
		return "case/" + p.Case
	}
	return "inquiry/" + p.Inquiry
}

// Evidence tells a file of an inquiry from an attachment of a case.
func (p Place) Evidence() bool { return p.Inquiry != "" }

// KeptEvent says that a content is all there. Digest is SHA-256 of the content
// and is plain for evidence only; Sealed is the sum over the sealed pieces
// (internal/blob), by which a store can be checked without any key.
type KeptEvent struct {
	Place
	Compartment  string       `json:"compartment"`
	Kind         string       `json:"kind"`
	Size         int64        `json:"size"`
	Pieces       int64        `json:"pieces"`
	Sealed       string       `json:"sealed_sum"`
	Digest       string       `json:"sha256,omitempty"`
	SealedDigest vault.Sealed `json:"sha256_sealed,omitempty"`
	Declared     bool         `json:"declared"` // the sender named the digest, and it was this one
	Name         vault.Sealed `json:"name"`
	Note         vault.Sealed `json:"note,omitempty"`
	BegunAt      time.Time    `json:"begun_at"`            // server's clock
	DeviceAt     *time.Time   `json:"device_at,omitempty"` // the sending device's clock, beside it
	Parent       string       `json:"parent,omitempty"`
	Tool         string       `json:"tool,omitempty"` // what made it from its parent, with version
	NoPreview    bool         `json:"no_preview,omitempty"`
}

// ExaminedEvent is what the platform saw of a content's form. Position and
// camera are sealed.
type ExaminedEvent struct {
	By       string       `json:"by"`                 // examiner and version
	Type     string       `json:"type"`               // by content, e.g. image/jpeg
	Odd      []string     `json:"odd,omitempty"`      // what does not fit, see Oddities
	Width    int          `json:"width,omitempty"`    // pixels
	Height   int          `json:"height,omitempty"`   // pixels
	Turn     int          `json:"turn,omitempty"`     // how the camera was held (Exif orientation, 2 to 8); 0 is upright
	TakenAt  *time.Time   `json:"taken_at,omitempty"` // the camera's clock
	Zoned    bool         `json:"zoned,omitempty"`    // the camera wrote its offset from UTC; else Nairobi is assumed
	Position vault.Sealed `json:"position,omitempty"` // latitude and longitude, WGS 84
	Camera   vault.Sealed `json:"camera,omitempty"`
}

// StampedEvent is a timestamp of the content's SHA-256 (RFC 3161).
type StampedEvent struct {
	Authority string    `json:"authority"` // its address
	At        time.Time `json:"at"`        // as the authority says
	Serial    string    `json:"serial"`
	Token     []byte    `json:"token"` // DER, as openssl ts reads it
}

// Why a file was destroyed.
const (
	OnList       = "hash-list"     // its digest stands on a list of known abuse material
	AbuseExhibit = "abuse-exhibit" // while it was on its way its exhibit became such material
	Forgot       = "erased"        // its person was forgotten
	Orphaned     = "parent"        // made from a file that was destroyed
)

// DestroyedEvent is the end of a file. Place and agency are told again because
// an upload on a list has no event before it.
type DestroyedEvent struct {
	Place
	Reason   string `json:"reason"`
	List     string `json:"list,omitempty"`
	Uploader string `json:"uploader"` // staff
	Agency   string `json:"agency"`   // of the uploader
}

func draft(kind string, payload any) ledger.Draft {
	return ledger.Draft{Kind: kind, Schema: 1, Payload: payload}
}
