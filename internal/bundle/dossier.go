package bundle

import (
	"errors"
	"io"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/note"

	"rufaa/internal/ledger"
)

// Recipient is who a bundle is for.
type Recipient string

// The recipients.
const (
	Court       Recipient = "court"
	Prosecution Recipient = "prosecution"
	Defence     Recipient = "defence"
)

// Recipients lists them all.
func Recipients() []Recipient { return []Recipient{Court, Prosecution, Defence} }

// Compartments that the recipient is given. The rest stays closed for
// everybody. Sources: Constitution art. 50(2)(j), disclosure to the defence;
// CTIPA s.11, no disclosure of identity.
func (r Recipient) Compartments() []string {
	switch r {
	case Court, Prosecution:
		return []string{"account", "inquiry"}
	case Defence:
		return []string{"inquiry"}
	}
	return nil
}

// May tells whether something of this compartment goes to the recipient; what
// belongs to none goes to all.
func (r Recipient) May(compartment string) bool {
	return compartment == "" || slices.Contains(r.Compartments(), compartment)
}

// Document is a file of the case. Its bytes go as they are: who puts one in
// answers for what it shows. They are held, or read by Open, twice: once for
// their digests, once into the bundle.
type Document struct {
	Name        string // of the part, e.g. "history.pdf"
	Title       string
	Compartment string // "" for none
	Bytes       []byte
	Open        func() (io.ReadCloser, error) // instead of Bytes
}

// Exhibit is one thing that was secured, with what its chain amounts to.
type Exhibit struct {
	ID          string    `json:"id"`
	Number      string    `json:"number,omitempty"`
	Code        string    `json:"code,omitempty"` // of its label: says nothing by itself
	Label       string    `json:"label"`
	Description string    `json:"description,omitempty"`
	Seal        string    `json:"seal,omitempty"`
	Status      string    `json:"status,omitempty"`
	Count       int       `json:"count,omitempty"`  // of material that is a row only
	SHA256      string    `json:"sha256,omitempty"` // of a file, hex
	Digests     []Digest  `json:"digests,omitempty"`
	Compartment string    `json:"compartment,omitempty"`
	Unbroken    *bool     `json:"unbroken,omitempty"` // nil: no chain was computed
	Findings    []Finding `json:"findings,omitempty"`
}

// Digest is one digest that a tool's report names.
type Digest struct {
	Method string `json:"method"`
	Hex    string `json:"hex"`
}

// Finding is one thing wrong with a chain, as a sentence in the bundle's
// language.
type Finding struct {
	Flaw   string `json:"flaw"`
	Breaks bool   `json:"breaks"`
	Text   string `json:"text"`
}

// Custody is one step of an exhibit's chain, as both sides told it. From and To
// are agencies or roles, never where a person stays. Times besides At are RFC
// 3339, UTC; those of the other side are empty while it told nothing.
type Custody struct {
	Exhibit        string    `json:"exhibit"`
	At             time.Time `json:"at"`
	Recorded       string    `json:"recorded,omitempty"` // by the server
	From           string    `json:"from"`
	To             string    `json:"to"`
	What           string    `json:"what"`
	Place          string    `json:"place,omitempty"`
	Seal           string    `json:"seal,omitempty"` // as who acted saw it
	Broken         bool      `json:"broken,omitempty"`
	NewSeal        string    `json:"new_seal,omitempty"` // put on by it
	Received       string    `json:"received,omitempty"`
	ReceivedSeal   string    `json:"received_seal,omitempty"`
	ReceivedBroken bool      `json:"received_broken,omitempty"`
	Confirmed      string    `json:"confirmed,omitempty"`    // when the server took the other side down
	Paper          string    `json:"paper_sha256,omitempty"` // of the scan of what the other side signed instead of a sign-in
	Attested       string    `json:"attested,omitempty"`     // who says that the paper was signed
	Order          string    `json:"order,omitempty"`        // of the court, for a destruction
	OrderedOn      string    `json:"ordered_on,omitempty"`   // YYYY-MM-DD
	Method         string    `json:"method,omitempty"`       // of destruction
}

// Drawing is a chain as a picture (SVG).
type Drawing struct {
	Exhibit string
	Bytes   []byte
}

// Sketch is a scene as it was drawn (SVG). Bare is the same without the photo
// that it stands on: what it says in words, which is looked through for secrets.
type Sketch struct {
	Title       string
	Compartment string
	Bytes       []byte
	Bare        []byte
}

// Laboratory is what a laboratory was asked of an exhibit, and what it said.
type Laboratory struct {
	Exhibit  string `json:"exhibit"`
	Asked    string `json:"asked"` // RFC 3339
	By       string `json:"by"`
	Question string `json:"question,omitempty"`
	Answered string `json:"answered,omitempty"` // RFC 3339; empty: not yet
	Result   string `json:"result,omitempty"`
}

// Left is something that was left out, and how often.
type Left struct{ What, Reason string }

// Stream is a history: its events in order, each proven in the checkpoint.
type Stream struct {
	Name   string
	Proofs []ledger.Proof
}

// Opened is a sealed text that the maker may know, with its ciphertext.
type Opened struct {
	Compartment string
	Field       string
	Sealed      string
	Text        string
}

// Cosignature is what a witness put under the checkpoint.
type Cosignature struct {
	Verifier string `json:"verifier"` // the witness's public key (C2SP tlog-cosignature)
	Line     string `json:"line"`     // its signature line under the note
}

// Dossier is what a bundle is made from.
type Dossier struct {
	Realm, Reference string
	Recipient        Recipient
	Purpose          string
	Language         string            // of the page in the bundle: en or sw
	Words            map[string]string // texts of that page, see PageWords
	Made             time.Time
	Staff, Agency    string // who makes it: ids

	Streams      []Stream
	Opened       []Opened
	Documents    []Document
	Certificates []Document
	Chosen       []string // ids of files that somebody looked at and chose
	// Papers prints what goes of exhibits and of their chains, for who reads on
	// paper. It is handed what goes, masked, and nothing else. Nil for none.
	Papers     func(exhibits []Exhibit, chain []Custody) ([]Document, error)
	Exhibits   []Exhibit
	Custody    []Custody
	Drawings   []Drawing
	Sketches   []Sketch
	Laboratory []Laboratory
	Left       []Left // what others left out before, e.g. files that are too large

	Checkpoint   ledger.Checkpoint
	Cosignatures []Cosignature
	Verifier     string // public key of the realm's checkpoints
	Signer       note.Signer

	// Secrets are names, numbers and places that may stand nowhere in the
	// bundle: masked in texts, and an event that holds one goes as its leaf.
	Secrets []string

	forms map[string]*secretForm // of the secrets, as they are looked for
}

// ErrDossier says that a dossier cannot become a bundle.
var ErrDossier = errors.New("bundle: the dossier is not complete")
