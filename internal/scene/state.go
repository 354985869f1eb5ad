package scene

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"rufaa/internal/inquiry"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/vault"
)

// Roles at a scene that rules speak of (vocabulary scene-roles has them all).
const (
	Manager         = "scene-manager"
	ExhibitsOfficer = "exhibits-officer"
	VictimLiaison   = "victim-liaison"
)

// State is a scene as its events tell it.
type State struct {
	ID      string   `json:"id"`
	Version int64    `json:"version"`
	Inquiry string   `json:"inquiry"`
	Ref     string   `json:"ref"`
	Number  int      `json:"number"`
	Class   string   `json:"class"`
	CSE     bool     `json:"cse,omitempty"` // child sexual exploitation: stop, do not copy, view or send
	Cases   []string `json:"cases,omitempty"`
	Place   Place    `json:"place"`
	Opened  By       `json:"opened"`
	Roles   []Role   `json:"roles"`

	Observations []Observation `json:"observations,omitempty"`
	Units        []Unit        `json:"units,omitempty"`
	Persons      []Person      `json:"persons,omitempty"`
	Overrides    []Override    `json:"overrides,omitempty"`
	Log          []Entry       `json:"log,omitempty"`
	Marks        []Mark        `json:"marks,omitempty"`
	Runs         []Run         `json:"runs,omitempty"`
	Released     *Release      `json:"released,omitempty"`
	Clocks       []DeviceClock `json:"clocks,omitempty"` // the last word of each writer's device
	Changed      time.Time     `json:"changed_at"`

	inquiry *inquiry.State // as Load read it
}

// DeviceClock is how far the clock of somebody's device was from the server's
// when it last told the time.
type DeviceClock struct {
	Staff string    `json:"staff"`
	Off   int64     `json:"off"` // seconds ahead of the server
	At    time.Time `json:"at"`
}

// tells keeps the last word of a device's clock.
func (s *State) tells(by By, m Moment) {
	if m.Device == "" {
		return
	}
	s.Clocks = slices.DeleteFunc(s.Clocks, func(c DeviceClock) bool { return c.Staff == by.Staff })
	s.Clocks = append(s.Clocks, DeviceClock{Staff: by.Staff, Off: m.Off, At: by.At})
}

// Wrong tells whether a moment was told by a device whose clock is further
// from the server's than allowed (clock "device-time").
func (m Moment) Wrong(allowed time.Duration) bool {
	off := time.Duration(m.Off) * time.Second
	return m.Device != "" && (off > allowed || off < -allowed)
}

// Place is where the scene is; sealed as "inquiry" under the scene's key.
type Place struct {
	ID      string       `json:"id"`
	Address vault.Sealed `json:"address,omitempty"`
	Point   vault.Sealed `json:"point,omitempty"`
}

// Role is what somebody is at the scene, from when to when.
type Role struct {
	Staff  string `json:"staff"`
	Agency string `json:"agency"`
	Role   string `json:"role"`
	Since  By     `json:"since"`
	Until  *By    `json:"until,omitempty"`
}

// Exists tells a folded scene from an empty one.
func (s *State) Exists() bool { return s.Version > 0 }

// Of is the inquiry that the scene belongs to, as it was when the scene was
// loaded.
func (s *State) Of() *inquiry.State { return s.inquiry }

// Prefix begins the numbers of the scene's series: exhibits are Prefix + "/1"
// and so on.
func (s *State) Prefix() string { return s.Ref }

// RolesOf are the roles somebody holds at the scene now.
func (s *State) RolesOf(staff string) []string {
	var out []string
	for i := range s.Roles {
		if r := &s.Roles[i]; r.Staff == staff && r.Until == nil {
			out = append(out, r.Role)
		}
	}
	return out
}

// Holds tells whether somebody holds a role at the scene now.
func (s *State) Holds(staff, role string) bool { return slices.Contains(s.RolesOf(staff), role) }

// Holding are the ids of who holds a role now.
func (s *State) Holding(role string) []string {
	var out []string
	for i := range s.Roles {
		if r := &s.Roles[i]; r.Role == role && r.Until == nil {
			out = append(out, r.Staff)
		}
	}
	return out
}

// Present are the ids of everybody who may see the scene at the moment: the
// inquiry's team and those with a role here.
func (s *State) Present(now time.Time) []string {
	var out []string
	if s.inquiry != nil {
		out = s.inquiry.Members(now)
	}
	for i := range s.Roles {
		if r := &s.Roles[i]; r.Until == nil && !slices.Contains(out, r.Staff) {
			out = append(out, r.Staff)
		}
	}
	return out
}

// Resource describes the scene to the policy door as one person stands to it:
// Roles are the person's roles here, and "lead" for who leads the inquiry. A
// scene that does not exist is of kind "none".
func (s *State) Resource(staff string, now time.Time) policy.Resource {
	if !s.Exists() {
		return policy.Resource{Kind: "none"}
	}
	r := policy.Resource{Kind: "scene", Team: s.Present(now), Roles: s.RolesOf(staff)}
	if s.inquiry != nil {
		r.Holder = s.inquiry.Agency
		if m := s.inquiry.Member(staff, now); m != nil {
			r.Roles = append(r.Roles, "team")
			if m.Duty == inquiry.Lead {
				r.Roles = append(r.Roles, inquiry.Lead)
			}
		}
	}
	return r
}

// Fold applies one event. An unknown kind is an error, so that an old program
// never works on a scene it only half understands.
func (s *State) Fold(e ledger.Event) error {
	f := folds[e.Kind]
	if f == nil {
		return fmt.Errorf("scene: event %d: unknown kind %s", e.Seq, e.Kind)
	}
	if err := f(s, e.Payload, By{Staff: e.Actor, Agency: e.Agency, At: e.At}); err != nil {
		return fmt.Errorf("scene: event %d (%s): %w", e.Seq, e.Kind, err)
	}
	s.ID = strings.TrimPrefix(e.Stream, "scene/")
	s.Version, s.Changed = e.Version, e.At
	return nil
}

type folder func(s *State, payload json.RawMessage, by By) error

func on[P any](apply func(*State, P, By)) folder {
	return func(s *State, payload json.RawMessage, by By) error {
		var p P
		if err := json.Unmarshal(payload, &p); err != nil {
			return err
		}
		apply(s, p, by)
		return nil
	}
}

var folds = merged(sceneFolds, unitFolds, personFolds, standingFolds, handlingFolds, overrideFolds, logFolds, sketchFolds, stepFolds, linkFolds, releaseFolds)

func merged(lists ...map[string]folder) map[string]folder {
	out := map[string]folder{}
	for _, l := range lists {
		maps.Copy(out, l)
	}
	return out
}

var sceneFolds = map[string]folder{
	Opened: on(func(s *State, p OpenedEvent, by By) {
		s.Inquiry, s.Ref, s.Number, s.Class, s.CSE, s.Cases, s.Opened = p.Inquiry, p.Ref, p.Number, p.Class, p.CSE, p.Cases, by
		s.Place = Place{ID: p.PlaceID, Address: p.Address, Point: p.Point}
		s.Roles = []Role{{Staff: by.Staff, Agency: by.Agency, Role: p.Role, Since: by}}
		s.tells(by, p.Moment)
	}),
	RoleGiven: on(func(s *State, p RoleGivenEvent, by By) {
		s.Roles = append(s.Roles, Role{Staff: p.Staff, Agency: p.Agency, Role: p.Role, Since: by})
	}),
	RoleEnded: on(func(s *State, p RoleEndedEvent, by By) {
		for i := range s.Roles {
			if r := &s.Roles[i]; r.Staff == p.Staff && r.Role == p.Role && r.Until == nil {
				r.Until = &by
			}
		}
	}),
}
