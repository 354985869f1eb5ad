package scene

import (
	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Released is the kind of the event that gives the scene up.
const Released = "scene.released"

// ReleasedEvent says to whom the scene was given up.
type ReleasedEvent struct {
	ID   string       `json:"id"`
	To   string       `json:"to"` // vocabulary scene-releases
	Name vault.Sealed `json:"name,omitempty"`
	Note vault.Sealed `json:"note,omitempty"`
	Moment
}

// Release is that nobody guards the scene any more.
type Release struct {
	ReleasedEvent
	By By `json:"by"`
}

// open refuses work at a released scene.
func (s *State) open() error {
	if s.Released != nil {
		return problem.Refuse("scene.released")
	}
	return nil
}

// GiveUp releases the scene: everybody out, everybody at it looked after,
// every step done or explained.
type GiveUp struct {
	To   string `json:"to" doc:"Vocabulary scene-releases" maxLength:"40"`
	Name string `json:"name,omitempty" doc:"Who took it over; sealed as inquiry" maxLength:"200"`
	Note string `json:"note,omitempty" doc:"Sealed as inquiry"`
	At
}

// Action is scene.release.
func (*GiveUp) Action() policy.Action { return policy.SceneRelease }

// Check requires to whom.
func (g *GiveUp) Check(c *valid.Check, k *content.Content) {
	c.Term("to", g.To, inList(k, "scene-releases"), true)
	c.Line("name", &g.Name, valid.MaxName, g.To == "owner" || g.To == "authority")
	c.Text("note", &g.Note, valid.MaxText, false)
	g.At.check(c)
}

func (g *GiveUp) decide(s *State, e *env) ([]ledger.Draft, error) {
	if err := s.Releasable(e.content); err != nil {
		return nil, err
	}
	id := e.newID()
	return happened(Released, ReleasedEvent{ID: id, To: g.To, Name: e.sealed(Subject(s.ID), id, "name", g.Name),
		Note: e.sealed(Subject(s.ID), id, "note", g.Note), Moment: g.At.moment(e.now)})
}

// Releasable tells what still stands in the way of releasing the scene; nil is
// nothing.
func (s *State) Releasable(k *content.Content) error {
	if err := s.open(); err != nil {
		return err
	}
	if len(s.Inside()) > 0 {
		return problem.Refuse("scene.log-open")
	}
	for i := range s.Persons {
		if s.Persons[i].Left == nil {
			return problem.Refuse("scene.persons-open")
		}
	}
	if len(s.Runs) == 0 {
		return problem.Refuse("scene.steps-open")
	}
	for i := range s.Runs {
		// A guide that is no longer among the content asks for nothing more.
		if g := k.Guide(s.Runs[i].Guide); g != nil && s.Runs[i].Open(g) > 0 {
			return problem.Refuse("scene.steps-open")
		}
	}
	return nil
}

var releaseFolds = map[string]folder{
	Released: on(func(s *State, p ReleasedEvent, by By) {
		s.Released = &Release{p, by}
		s.tells(by, p.Moment)
	}),
}
