package exhibit

import (
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/vault"
)

// Kinds of events. All but Numbered stand in "exhibit/<id>".
const (
	Numbered     = "series.numbered" // in "series/<scene>"
	Recorded     = "exhibit.recorded"
	Corrected    = "exhibit.corrected"
	Offered      = "exhibit.offered"
	Received     = "exhibit.received"   // by whom it was for, signed in
	Attested     = "exhibit.attested"   // by paper: who has no account
	Declined     = "exhibit.declined"   // by whom it was for
	Withdrawn    = "exhibit.withdrawn"  // by who offered it
	TakenBack    = "exhibit.taken_back" // from somebody without an account
	Moved        = "exhibit.moved"
	SealOpened   = "exhibit.seal_opened"
	Resealed     = "exhibit.resealed"
	LabRequested = "exhibit.lab_requested"
	LabAnswered  = "exhibit.lab_answered"
	Returned     = "exhibit.returned"
	Destroyed    = "exhibit.destroyed"

	DigestsReported = "exhibit.digests_reported" // digests.go
)

// Stream is the ledger's name of an exhibit's stream.
func Stream(id string) string { return "exhibit/" + id }

// SeriesStream is the ledger's name of a scene's numbers.
func SeriesStream(scene string) string { return "series/" + scene }

// Subject is whose key an exhibit's texts are sealed under.
func Subject(id string) string { return "exhibit/" + id }

// NumberedEvent gives the next number of a scene away.
type NumberedEvent struct {
	N       int    `json:"n"`
	Exhibit string `json:"exhibit"`
}

// RecordedEvent is an exhibit as it was taken up. Sealed texts stand by the
// name of their field; Tokens are keyed digests of digests, by which a list
// finds the exhibit without anything being opened.
type RecordedEvent struct {
	ID     string                  `json:"id"`
	Scene  string                  `json:"scene"`
	N      int                     `json:"n"`
	Number string                  `json:"number"`
	Code   string                  `json:"code"` // on the label; says nothing
	Plain  Plain                   `json:"plain"`
	Sealed map[string]vault.Sealed `json:"sealed,omitempty"`
	Tokens []string                `json:"tokens,omitempty"`
	Finder Keeper                  `json:"finder"`
	Seen   Seen                    `json:"seen"`
}

// CorrectedEvent puts right what was told of it. Plain is whole, Sealed holds
// what was written anew.
type CorrectedEvent struct {
	ID      string                  `json:"id"`
	Plain   Plain                   `json:"plain"`
	Sealed  map[string]vault.Sealed `json:"sealed,omitempty"`
	Tokens  []string                `json:"tokens,omitempty"`
	FoundAt time.Time               `json:"found_at"`
	Reason  vault.Sealed            `json:"reason"`
}

// Keeper is who has an exhibit: a member of staff, or somebody without an
// account, known by a record, a role (vocabulary custody-outsiders) and a name.
type Keeper struct {
	Staff   string       `json:"staff,omitempty"`
	Agency  string       `json:"agency,omitempty"`
	Outside string       `json:"outside,omitempty"`
	Role    string       `json:"role,omitempty"`
	Name    vault.Sealed `json:"name,omitempty"`
}

// ID tells keepers apart.
func (k Keeper) ID() string {
	if k.Outside != "" {
		return "outside/" + k.Outside
	}
	return k.Staff
}

// Seen is what somebody saw when something happened: when and where it was, by
// the own word, and the seal. Times are UTC.
type Seen struct {
	At        time.Time    `json:"at"`
	Device    time.Time    `json:"device,omitzero"` // what the device's clock showed
	Place     string       `json:"place"`           // of the register, or scene, vehicle, other
	Shelf     string       `json:"shelf,omitempty"` // of a store, as marked
	PlaceText vault.Sealed `json:"place_text,omitempty"`
	Seal      string       `json:"seal,omitempty"`
	Broken    bool         `json:"broken,omitempty"`
	Condition vault.Sealed `json:"condition,omitempty"`
}

// OfferedEvent is the giver's side of a hand-over.
type OfferedEvent struct {
	ID     string       `json:"id"`
	To     Keeper       `json:"to"`
	Reason string       `json:"reason"` // vocabulary custody-reasons
	Note   vault.Sealed `json:"note,omitempty"`
	Travel int          `json:"travel,omitempty"` // least minutes of the way, as declared
	Seen   Seen         `json:"seen"`
}

// ReceivedEvent is the receiver's side.
type ReceivedEvent struct {
	ID   string `json:"id"`
	Seen Seen   `json:"seen"`
}

// Paper is a signed paper: the evidence file that holds its scan, if it was
// taken in, and the scan's SHA-256 in hexadecimal.
type Paper struct {
	File   string `json:"file,omitempty"`
	Digest string `json:"digest"`
}

// AttestedEvent is the receiver's side as it stands on a signed paper.
type AttestedEvent struct {
	ID    string `json:"id"`
	Paper Paper  `json:"paper"`
	Seen  Seen   `json:"seen"`
}

// DeclinedEvent says that somebody does not take it.
type DeclinedEvent struct {
	ID     string       `json:"id"`
	Reason string       `json:"reason"` // vocabulary custody-declines
	Note   vault.Sealed `json:"note,omitempty"`
}

// WithdrawnEvent takes an offer back.
type WithdrawnEvent struct {
	ID   string       `json:"id"`
	Note vault.Sealed `json:"note,omitempty"`
}

// TakenBackEvent is a hand-over from somebody without an account: Given stands
// on the paper, Taken is told by the receiver.
type TakenBackEvent struct {
	ID     string       `json:"id"`
	Reason string       `json:"reason"`
	Note   vault.Sealed `json:"note,omitempty"`
	Travel int          `json:"travel,omitempty"`
	Paper  Paper        `json:"paper"`
	Given  Seen         `json:"given"`
	Taken  Seen         `json:"taken"`
}

// MovedEvent is another place with the same keeper.
type MovedEvent struct {
	ID     string       `json:"id"`
	Reason string       `json:"reason"`
	Note   vault.Sealed `json:"note,omitempty"`
	Travel int          `json:"travel,omitempty"`
	Seen   Seen         `json:"seen"`
}

// SealEvent is an opening or a resealing.
type SealEvent struct {
	ID      string       `json:"id"`
	Reason  string       `json:"reason"` // vocabulary seal-reasons
	Note    vault.Sealed `json:"note,omitempty"`
	NewSeal string       `json:"new_seal,omitempty"`
	Seen    Seen         `json:"seen"`
}

// LabRequestedEvent asks a laboratory something.
type LabRequestedEvent struct {
	ID         string       `json:"id"`
	Laboratory string       `json:"laboratory"` // place of the register
	Asks       []string     `json:"asks"`       // vocabulary laboratory-asks
	Urgency    string       `json:"urgency"`
	Question   vault.Sealed `json:"question,omitempty"`
}

// LabAnsweredEvent is what it said.
type LabAnsweredEvent struct {
	ID        string       `json:"id"`
	Reference string       `json:"reference"`
	Summary   vault.Sealed `json:"summary"`
	Files     []string     `json:"files,omitempty"`
}

// ReturnedEvent ends the chain: given back against a receipt.
type ReturnedEvent struct {
	ID      string       `json:"id"`
	To      string       `json:"to"` // vocabulary return-to
	Name    vault.Sealed `json:"name,omitempty"`
	Receipt Paper        `json:"receipt"`
	Note    vault.Sealed `json:"note,omitempty"`
	Seen    Seen         `json:"seen"`
}

// DestroyedEvent ends the chain: by order of a court, before two witnesses.
type DestroyedEvent struct {
	ID        string         `json:"id"`
	Order     string         `json:"order"`
	OrderedOn string         `json:"ordered_on"`
	Method    string         `json:"method"` // vocabulary destruction-methods
	Witnesses []vault.Sealed `json:"witnesses"`
	Note      vault.Sealed   `json:"note,omitempty"`
	Seen      Seen           `json:"seen"`
}

// By is who did a step. Device names the client; it is not its clock.
type By struct {
	Staff  string    `json:"staff"`
	Agency string    `json:"agency"`
	At     time.Time `json:"at"`
}

func draft(kind string, payload any) ledger.Draft {
	return ledger.Draft{Kind: kind, Schema: 1, Payload: payload}
}

func happened(kind string, payload any) ([]ledger.Draft, error) {
	return drafts(kind, payload), nil
}

func place(record, field string) vault.Place {
	return vault.Place{Record: record, Field: field, Compartment: vault.Inquiry, Schema: 1}
}

func keeperOf(p policy.Principal) Keeper { return Keeper{Staff: p.Staff, Agency: p.Agency} }

func drafts(kind string, payload any) []ledger.Draft { return []ledger.Draft{draft(kind, payload)} }
