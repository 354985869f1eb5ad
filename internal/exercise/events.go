package exercise

import (
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/scenario"
	"rufaa/internal/vault"
)

// Kinds of events in an exercise's stream, "exercise/<id>". A kind never
// changes its meaning.
const (
	SetUp     = "exercise.set_up"
	Committed = "exercise.committed" // the digest, before anybody plays
	Joined    = "exercise.joined"    // somebody has a part
	Moved     = "exercise.moved"     // from one team to another
	Left      = "exercise.left"      // somebody has a part no more
	Described = "exercise.described" // what somebody told for the report
	Turned    = "exercise.clock"     // the clock: started, paused, resumed, faster, jumped, stepped
	Fired     = "exercise.fired"     // an inject was sent
	Held      = "exercise.held"      // control holds an inject back
	Released  = "exercise.released"  // and lets it go again
	Skipped   = "exercise.skipped"   // control dropped an inject
	Unfired   = "exercise.unfired"   // a branch was not taken, with the reason
	Injected  = "exercise.injected"  // a free inject of control
	Answered  = "exercise.answered"  // a team answered an inject
	Told      = "exercise.told"      // an actor told a reveal to somebody
	Treated   = "exercise.treated"   // how an actor was treated
	Stopped   = "exercise.stopped"   // the safe word
	Continued = "exercise.continued" // control lets a stopped scene go on
	Frozen    = "exercise.frozen"    // freeze and teach
	Thawed    = "exercise.thawed"
	Called    = "exercise.called" // between control and actors
	Felt      = "exercise.felt"   // an actor's wellbeing
	Linked    = "exercise.linked" // a case is about a character or place
	Noticed   = "exercise.noticed"
	Graded    = "exercise.graded"   // a mentor's grade
	Noted     = "exercise.noted"    // a mentor's or observer's note
	Attended  = "exercise.attended" // somebody was there on a day, or was not after all
	Captured  = "exercise.captured" // what would have left the realm
	Ended     = "exercise.ended"
	Revealed  = "exercise.revealed"
)

// Stream is the ledger's name of an exercise's stream.
func Stream(id string) string { return "exercise/" + id }

// Text is one text by language code.
type Text = scenario.Text

// Team is a team of the scenario and the agency that plays it.
type Team struct {
	ID     string `json:"id"`
	Agency string `json:"agency"`
	Name   Text   `json:"name"`
}

// SetUpEvent makes an exercise. The scenario file is sealed under the exercise.
type SetUpEvent struct {
	Scenario  string       `json:"scenario"`
	Version   string       `json:"version"`
	Title     Text         `json:"title"`
	Languages []string     `json:"languages"`
	FirstDay  string       `json:"first_day"` // YYYY-MM-DD: civil day 1, East Africa Time
	Begins    int          `json:"begins"`    // minutes since midnight of day 1
	Ends      int          `json:"ends"`
	Teams     []Team       `json:"teams"`
	File      vault.Sealed `json:"file"` // canonical JSON of the scenario
	Salt      vault.Sealed `json:"salt"`
}

// CommittedEvent is the digest: SHA-256 over salt and canonical file, in hex.
type CommittedEvent struct {
	Digest string `json:"digest"`
	How    string `json:"how"` // "sha256(salt || RFC 8785 JSON of the scenario)"
}

// JoinedEvent gives somebody a part.
type JoinedEvent struct {
	Staff     string `json:"staff"`
	Part      Part   `json:"part"`
	Team      string `json:"team,omitempty"`      // of a player; whom a mentor watches
	Character string `json:"character,omitempty"` // of an actor
}

// MovedEvent takes somebody from one team to another. What was done before
// stays with the team that it was done in.
type MovedEvent struct {
	Staff  string    `json:"staff"`
	From   string    `json:"from"`
	To     string    `json:"to"`
	Reason string    `json:"reason"`
	Moment int       `json:"moment"`
	Wall   time.Time `json:"wall"`
}

// LeftEvent ends somebody's part. The days on which somebody was there stay.
type LeftEvent struct {
	Staff  string    `json:"staff"`
	Reason string    `json:"reason,omitempty"`
	Moment int       `json:"moment"`
	Wall   time.Time `json:"wall"`
}

// DescribedEvent is what somebody told for the report on attendance; the last
// counts.
type DescribedEvent struct {
	Staff string `json:"staff"`
	Particulars
}

// TurnedEvent is one act on the clock. Moments are minutes of the scenario.
type TurnedEvent struct {
	Act    string    `json:"act"` // run, pause, jump, step (clockwork.Act)
	Rate   float64   `json:"rate,omitempty"`
	To     int       `json:"to,omitempty"` // moment of a jump, minutes of a step
	Wall   time.Time `json:"wall"`         // UTC
	Moment int       `json:"moment"`       // before the act
	// FirstDay is set by the first act: the civil day 1 that play really begins on.
	FirstDay string `json:"first_day,omitempty"`
	Reason   string `json:"reason,omitempty"`
}

// How an inject came to be sent.
const (
	ByClock     = "clock"
	ByCondition = "condition"
	ByControl   = "control"
)

// FiredEvent says that an inject was sent. Causes are sequence numbers of the events that
// made its condition true; Reason is control's.
type FiredEvent struct {
	Inject string    `json:"inject"`
	Moment int       `json:"moment"`
	Wall   time.Time `json:"wall"`
	By     string    `json:"by"`
	Causes []int64   `json:"causes,omitempty"`
	Reason string    `json:"reason,omitempty"`
	Teams  []string  `json:"teams"`
}

// HandEvent is control's hand on an inject: held, released or skipped; or the
// play's own reason for one that was not taken.
type HandEvent struct {
	Inject string `json:"inject"`
	Moment int    `json:"moment"`
	Reason string `json:"reason"`
}

// InjectedEvent is a free inject.
type InjectedEvent struct {
	ID      string   `json:"id"`
	Moment  int      `json:"moment"`
	From    string   `json:"from"` // as the teams read it
	Teams   []string `json:"teams"`
	Channel string   `json:"channel"`
	Title   string   `json:"title"`
	Content string   `json:"content"`
	Reason  string   `json:"reason"`
}

// AnsweredEvent is a team's answer to an inject, free or of the scenario.
type AnsweredEvent struct {
	Inject string `json:"inject"`
	Team   string `json:"team"`
	Moment int    `json:"moment"`
	Text   string `json:"text"`
}

// ToldEvent is an actor's log: which reveal, or what in words, was told to whom.
type ToldEvent struct {
	Character string    `json:"character"`
	Reveal    string    `json:"reveal,omitempty"` // "" is something she says freely
	Team      string    `json:"team"`
	Staff     string    `json:"staff,omitempty"` // who listened, when the actor knows
	Asked     string    `json:"asked,omitempty"` // freely, kindly, pressed
	Note      string    `json:"note,omitempty"`
	Moment    int       `json:"moment"`
	Wall      time.Time `json:"wall"` // when it was tapped, which may be before it was sent
}

// TreatedEvent is an actor's log of how she was treated (treatments of
// content/exercise.yaml), by which team.
type TreatedEvent struct {
	Character string    `json:"character"`
	How       string    `json:"how"`
	Team      string    `json:"team,omitempty"`
	Note      string    `json:"note,omitempty"`
	Moment    int       `json:"moment"`
	Wall      time.Time `json:"wall"`
}

// StoppedEvent is the safe word: the scene stops at once.
type StoppedEvent struct {
	ID        string    `json:"id"`
	Staff     string    `json:"staff"`
	Character string    `json:"character,omitempty"`
	Place     string    `json:"place,omitempty"`
	Note      string    `json:"note,omitempty"`
	Moment    int       `json:"moment"`
	Wall      time.Time `json:"wall"`
}

// ContinuedEvent lets a stopped scene go on, or ends it.
type ContinuedEvent struct {
	Stop string `json:"stop"`
	Note string `json:"note"`
}

// FrozenEvent stops the play for teaching.
type FrozenEvent struct {
	Rate   float64   `json:"rate"` // of before; 0 when the clock stood
	Text   string    `json:"text"`
	Moment int       `json:"moment"`
	Wall   time.Time `json:"wall"`
}

// CalledEvent is a short message between control and actors.
type CalledEvent struct {
	ID   string    `json:"id"`
	To   string    `json:"to"` // a character, "actors" or "control"
	Text string    `json:"text"`
	Wall time.Time `json:"wall"`
}

// FeltEvent is an actor's answer to the wellbeing check.
type FeltEvent struct {
	Character string `json:"character"`
	How       string `json:"how"` // term of content/exercise.yaml
	Note      string `json:"note,omitempty"`
	Moment    int    `json:"moment"`
}

// LinkedEvent says what of the scenario a case, exhibit or scene of the realm
// is about: a character, an exhibit or a place. How is "card" (a player typed the code of the card) or "control".
type LinkedEvent struct {
	Stream string `json:"stream"` // e.g. "case/<id>" or "exhibit/<id>"
	About  string `json:"about"`
	How    string `json:"how"`
}

// NoticedEvent is a deed that the ledger cannot show, seen and noted by control
// or a mentor. It counts as a fact and is marked as noted by hand.
type NoticedEvent struct {
	Team   string `json:"team"`
	Do     string `json:"do"` // word of scenario.Vocabulary
	About  string `json:"about"`
	Inject string `json:"inject,omitempty"`
	Moment int    `json:"moment"`
	Reason string `json:"reason"`
}

// GradedEvent is a mentor's grade of a criterion for a team.
type GradedEvent struct {
	Criterion string    `json:"criterion"`
	Grade     string    `json:"grade"` // P, S, M, U or - (scenario.Grade)
	Note      string    `json:"note,omitempty"`
	Team      string    `json:"team,omitempty"` // "" is all teams together
	Moment    int       `json:"moment"`
	Wall      time.Time `json:"wall"` // when it was tapped
}

// NotedEvent is a free note tied to a moment.
type NotedEvent struct {
	Criterion string    `json:"criterion,omitempty"`
	Note      string    `json:"note"`
	Team      string    `json:"team,omitempty"`
	Moment    int       `json:"moment"`
	Wall      time.Time `json:"wall"`
}

// AttendedEvent says that somebody was there on a day of the scenario; not There
// takes back what was said before. Of which agency, sex and county somebody is
// stands in DescribedEvent alone, once for all days.
type AttendedEvent struct {
	Staff  string `json:"staff"`
	Day    int    `json:"day"` // counts from 1
	There  bool   `json:"there"`
	Reason string `json:"reason,omitempty"` // of a correction
}

// CapturedEvent is what would have left the realm.
type CapturedEvent struct {
	ID      string   `json:"id"`
	Channel string   `json:"channel"`          // email, sms, webhook, file
	To      []string `json:"to,omitempty"`     // of events of before: addresses
	Staff   string   `json:"staff,omitempty"`  // the one person it was for, who alone reads it
	Agency  string   `json:"agency,omitempty"` // of whom it was for, when known
	Subject string   `json:"subject,omitempty"`
	Body    string   `json:"body,omitempty"`
	File    string   `json:"file,omitempty"` // name
	Bytes   int64    `json:"bytes,omitempty"`
	Digest  string   `json:"digest,omitempty"` // SHA-256 of a file, hex
}

// EndedEvent ends play.
type EndedEvent struct {
	Moment int       `json:"moment"`
	Wall   time.Time `json:"wall"`
	Reason string    `json:"reason,omitempty"`
}

// RevealedEvent opens what was committed to: with it anybody recomputes the
// digest. Parts are digests of scenario and criteria without salt, by which two
// runs can be told to be of one scenario.
type RevealedEvent struct {
	Salt     string `json:"salt"` // hex
	File     string `json:"file"` // canonical JSON
	Scenario string `json:"scenario_digest"`
	Criteria string `json:"criteria_digest"`
}

// Nothing is the payload of events that say all by their kind.
type Nothing struct{}

func draft(kind string, payload any) ledger.Draft {
	return ledger.Draft{Kind: kind, Schema: 1, Payload: payload}
}
