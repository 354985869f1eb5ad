package exercise

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"rufaa/internal/clockwork"
	"rufaa/internal/ledger"
)

// Phase is where an exercise stands.
type Phase string

// The phases.
const (
	Ready   Phase = "ready" // set up, committed, not begun
	Playing Phase = "playing"
	Over    Phase = "over"
	Opened  Phase = "revealed"
)

// Minute is a moment of the scenario.
type Minute = clockwork.Minute

// State is an exercise as its events tell it, without anything hidden.
type State struct {
	ID        string                 `json:"id"`
	Version   int64                  `json:"version"`
	Scenario  string                 `json:"scenario"`
	Edition   string                 `json:"scenario_version"`
	Title     Text                   `json:"title"`
	Languages []string               `json:"languages"`
	FirstDay  string                 `json:"first_day"`
	Begins    Minute                 `json:"begins"`
	Ends      Minute                 `json:"ends"`
	Phase     Phase                  `json:"phase"`
	Digest    string                 `json:"digest"`
	Teams     []Team                 `json:"teams"`
	Members   []Member               `json:"members"`
	Gone      []Member               `json:"gone,omitempty"`  // who left, in the part they had last
	Told      map[string]Particulars `json:"told,omitempty"`  // by staff
	There     map[string][]int       `json:"there,omitempty"` // staff -> days, in order
	Turns     []TurnedEvent          `json:"turns"`
	Injects   map[string]*Inject     `json:"injects"`
	Free      []InjectedEvent        `json:"free,omitempty"`
	Links     map[string]string      `json:"links,omitempty"` // stream -> character, exhibit or place
	Stops     []Stop                 `json:"stops,omitempty"`
	Frozen    *FrozenEvent           `json:"frozen,omitempty"`
	Changed   time.Time              `json:"changed_at"`
}

// Inject is where one inject stands.
type Inject struct {
	Fired   *FiredEvent     `json:"fired,omitempty"`
	By      string          `json:"by,omitempty"` // staff who sent it; "system"
	Held    string          `json:"held,omitempty"`
	Skipped string          `json:"skipped,omitempty"`
	Unfired string          `json:"unfired,omitempty"`
	Answers []AnsweredEvent `json:"answers,omitempty"`
}

// Stop is a scene that the safe word stopped.
type Stop struct {
	StoppedEvent
	Over bool   `json:"over"`
	Note string `json:"continued_note,omitempty"`
}

// Exists tells a folded exercise from an empty one.
func (s *State) Exists() bool { return s.ID != "" && s.Scenario != "" }

// Member gives somebody's part; false when there is none.
func (s *State) Member(staff string) (Member, bool) {
	for _, m := range s.Members {
		if m.Staff == staff {
			return m, true
		}
	}
	return Member{}, false
}

// TeamOf is the team an agency plays; "" when none.
func (s *State) TeamOf(agency string) string {
	for _, t := range s.Teams {
		if t.Agency == agency {
			return t.ID
		}
	}
	return ""
}

// Inject gives where an inject stands, never nil.
func (s *State) inject(id string) *Inject {
	if s.Injects == nil {
		s.Injects = map[string]*Inject{}
	}
	if s.Injects[id] == nil {
		s.Injects[id] = &Inject{}
	}
	return s.Injects[id]
}

// Stopped gives the scenes that stand still by the safe word.
func (s *State) Stopped() []Stop {
	var out []Stop
	for _, x := range s.Stops {
		if !x.Over {
			out = append(out, x)
		}
	}
	return out
}

// Midnight is the civil beginning of day 1, in East Africa Time.
func (s *State) Midnight() time.Time {
	t, err := time.ParseInLocation(time.DateOnly, s.FirstDay, zone)
	if err != nil {
		return time.Time{}
	}
	return t
}

// zone is East Africa Time, by which the courts of the scenario count.
var zone = time.FixedZone("EAT", 3*60*60)

// Clock is the exercise's clock as its turns left it.
func (s *State) Clock() clockwork.Clock { return s.clock(s.Turns) }

// ClockAt is the clock as it went at a wall time of the past.
func (s *State) ClockAt(wall time.Time) clockwork.Clock {
	n := 0
	for n < len(s.Turns) && !s.Turns[n].Wall.After(wall) {
		n++
	}
	return s.clock(s.Turns[:n])
}

func (s *State) clock(turns []TurnedEvent) clockwork.Clock {
	c := clockwork.Start(time.Time{}, s.Begins)
	for i, t := range turns {
		if i == 0 {
			c = clockwork.Start(t.Wall, s.Begins)
		}
		next, err := c.Turn(clockwork.Turn{Wall: t.Wall, Act: clockwork.Act(t.Act), Rate: t.Rate, To: Minute(t.To)})
		if err == nil { // only turns that could be made are in the ledger
			c = next
		}
	}
	return c
}

// MomentOf is the scenario's moment of a civil time.
func (s *State) MomentOf(at time.Time) Minute {
	return Minute(at.Sub(s.Midnight()) / time.Minute)
}

// Fold applies one event. An unknown kind is an error, so that an old program
// never plays an exercise it only half understands.
func (s *State) Fold(e ledger.Event) error {
	if err := s.apply(e); err != nil {
		return fmt.Errorf("exercise: event %d (%s): %w", e.Seq, e.Kind, err)
	}
	s.ID = strings.TrimPrefix(e.Stream, "exercise/")
	s.Version, s.Changed = e.Version, e.At
	return nil
}

func read[T any](e ledger.Event, then func(T)) error {
	var p T
	if err := json.Unmarshal(e.Payload, &p); err != nil {
		return err
	}
	then(p)
	return nil
}

func (s *State) apply(e ledger.Event) error {
	switch e.Kind {
	case SetUp:
		return read(e, func(p SetUpEvent) {
			s.Scenario, s.Edition, s.Title, s.Languages = p.Scenario, p.Version, p.Title, p.Languages
			s.FirstDay, s.Begins, s.Ends, s.Teams, s.Phase = p.FirstDay, Minute(p.Begins), Minute(p.Ends), p.Teams, Ready
		})
	case Committed:
		return read(e, func(p CommittedEvent) { s.Digest = p.Digest })
	case Joined, Moved, Left, Described, Attended:
		return s.applyPerson(e)
	case Turned:
		return read(e, func(p TurnedEvent) {
			s.Turns = append(s.Turns, p)
			if p.FirstDay != "" {
				s.FirstDay = p.FirstDay
			}
			if s.Phase == Ready {
				s.Phase = Playing
			}
		})
	case Fired, Held, Released, Skipped, Unfired, Injected, Answered:
		return s.applyInject(e)
	case Stopped, Continued, Frozen, Thawed:
		return s.applyStop(e)
	case Linked:
		return read(e, func(p LinkedEvent) {
			if s.Links == nil {
				s.Links = map[string]string{}
			}
			s.Links[p.Stream] = p.About
		})
	case Ended:
		s.Phase, s.Frozen = Over, nil
	case Revealed:
		s.Phase = Opened
	case Told, Treated, Called, Felt, Noticed, Graded, Noted, Captured: // of the log alone
	default:
		return fmt.Errorf("unknown kind")
	}
	return nil
}

func (s *State) applyInject(e ledger.Event) error {
	switch e.Kind {
	case Fired:
		return read(e, func(p FiredEvent) {
			x := s.inject(p.Inject)
			x.Fired, x.By, x.Held, x.Unfired = &p, e.Actor, "", ""
		})
	case Injected:
		return read(e, func(p InjectedEvent) { s.Free = append(s.Free, p) })
	case Answered:
		return read(e, func(p AnsweredEvent) { x := s.inject(p.Inject); x.Answers = append(x.Answers, p) })
	}
	return read(e, func(p HandEvent) {
		x := s.inject(p.Inject)
		switch e.Kind {
		case Held:
			x.Held = p.Reason
		case Released:
			x.Held = ""
		case Skipped:
			x.Skipped, x.Held = p.Reason, ""
		case Unfired:
			x.Unfired = p.Reason
		}
	})
}

func (s *State) applyStop(e ledger.Event) error {
	switch e.Kind {
	case Stopped:
		return read(e, func(p StoppedEvent) { s.Stops = append(s.Stops, Stop{StoppedEvent: p}) })
	case Continued:
		return read(e, func(p ContinuedEvent) {
			for i := range s.Stops {
				if s.Stops[i].ID == p.Stop {
					s.Stops[i].Over, s.Stops[i].Note = true, p.Note
				}
			}
		})
	case Frozen:
		return read(e, func(p FrozenEvent) { s.Frozen = &p })
	}
	s.Frozen = nil
	return nil
}
