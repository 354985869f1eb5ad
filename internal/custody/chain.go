package custody

import "time"

// Kind is what happened to the exhibit.
type Kind string

// The kinds.
const (
	Found     Kind = "found"     // taken up at the scene: the chain begins
	Handed    Kind = "handed"    // from one keeper to another; both sides tell it
	Moved     Kind = "moved"     // to another place, with the same keeper
	Opened    Kind = "opened"    // the seal was opened
	Resealed  Kind = "resealed"  // a new seal was put on
	Returned  Kind = "returned"  // to its owner: the chain ends
	Destroyed Kind = "destroyed" // by order: the chain ends
)

// Place is where something happened. Coordinates are degrees (WGS 84) and
// count only when Known.
type Place struct {
	Name     string // what people call it; two places of one name are one place
	Lat, Lon float64
	Known    bool
}

// Moment is one side of an event: who, when, where, and the seal as seen.
type Moment struct {
	Who      string
	At       time.Time // as said by the person
	Device   time.Time // what the device's clock showed when it was sent; zero for none
	Recorded time.Time // by the server
	Place    Place
	Seal     string // number of the seal as seen; "" when there was none
	Broken   bool   // the seal was there, and damaged
}

// Event is one thing that happened, in the order in which it was recorded.
type Event struct {
	ID       string
	Kind     Kind
	By       Moment        // the finder, the giver, or who else acted
	To       string        // of a hand-over: to whom
	Received *Moment       // of a hand-over: the other side; nil while not confirmed
	Travel   time.Duration // least time that the way takes, as declared; 0 for none
	NewSeal  string        // of a resealing
	Reason   bool          // of seals: why was written down
}

// Limits are what is still regular. They are data of the deployment.
type Limits struct {
	Confirm time.Duration // a hand-over is confirmed within
	Gap     time.Duration // between giving and receiving, besides the declared way
	Clock   time.Duration // a device's clock may differ by
	Speed   float64       // km/h; whatever is faster is impossible
}

// Flaw is a kind of finding.
type Flaw string

// The flaws. The first group breaks a chain; the second is told and breaks
// nothing.
const (
	NoBeginning Flaw = "no-beginning" // the first event is not the finding
	FoundTwice  Flaw = "found-twice"
	Gap         Flaw = "gap"         // nobody had it for a while
	Stranger    Flaw = "stranger"    // somebody acted to whom it was never given
	Overlap     Flaw = "overlap"     // two had it at once
	WrongOrder  Flaw = "wrong-order" // happened before what went before it
	SealDiffers Flaw = "seal-differs"
	SealBroken  Flaw = "seal-broken"
	SealOpen    Flaw = "seal-open"    // handed on while the seal was open
	SealUnknown Flaw = "seal-unknown" // resealed though nobody opened it
	NoSeal      Flaw = "no-seal"      // handed on without ever having been sealed
	SealReason  Flaw = "seal-reason"  // opened or resealed without a reason
	Unconfirmed Flaw = "unconfirmed"  // one side of a hand-over is missing
	WrongHands  Flaw = "wrong-hands"  // received by somebody else than it was for
	TooFast     Flaw = "too-fast"     // nobody travels that fast
	AfterEnd    Flaw = "after-end"    // happened after it was returned or destroyed
	LateConfirm Flaw = "late-confirm"
	DeviceClock Flaw = "device-clock" // a device's clock was wrong
)

// Flaws lists them all, in the order in which they are explained.
var Flaws = []Flaw{NoBeginning, FoundTwice, Gap, Stranger, Overlap, WrongOrder, SealDiffers, SealBroken, SealOpen,
	SealUnknown, NoSeal, SealReason, Unconfirmed, WrongHands, TooFast, AfterEnd, LateConfirm, DeviceClock}

// Breaks tells whether a flaw breaks the chain.
func (f Flaw) Breaks() bool { return f != LateConfirm && f != DeviceClock }

// OfPeople tells whether Was and Is of a finding are ids of people.
func (f Flaw) OfPeople() bool { return f == Stranger || f == WrongHands || f == Unconfirmed }

// Ref points to one side of one event.
type Ref struct {
	Event    int  // place in Chain.Events
	Received bool // the receiving side of a hand-over
}

// Finding is one thing wrong, with the two sides that do not fit together.
// First equals Second where an event does not fit with itself.
type Finding struct {
	Flaw          Flaw
	First, Second Ref
	Span          time.Duration // of gaps, overlaps, orders, delays, clocks
	Km, Speed     float64       // of what was too fast; 0 when only the way was declared
	Was, Is       string        // of seals: numbers; of people: ids
}

// Key is the text that says it.
func (f *Finding) Key() string { return "custody.flaw." + string(f.Flaw) }

// Stay is a time during which one person had the exhibit.
type Stay struct {
	Who      string
	From, To int // events; To is -1 while it lasts
}

// Chain is what the events amount to.
type Chain struct {
	Events   []Event
	Findings []Finding
	Stays    []Stay
	Keeper   string // who has it; "" before the beginning and after the end
	Place    Place  // where it was last
	Seal     string // that is on it; "" for none
	Open     bool   // the seal was opened and none was put on since
	Waiting  int    // hand-over that waits for its other side, within the time; -1 for none
	Ended    int    // event that ended the chain; -1 for none
}

// Unbroken tells whether the chain holds.
func (c *Chain) Unbroken() bool {
	for i := range c.Findings {
		if c.Findings[i].Flaw.Breaks() {
			return false
		}
	}
	return len(c.Events) > 0
}

// side is the moment that a reference points to.
func (c *Chain) side(r Ref) *Moment {
	e := &c.Events[r.Event]
	if r.Received && e.Received != nil {
		return e.Received
	}
	return &e.By
}

// Side gives the moment that a finding points to.
func (c *Chain) Side(r Ref) Moment { return *c.side(r) }
