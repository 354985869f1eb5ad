package directory

import (
	"slices"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/valid"
)

// Add enters a provider with its places and services, all or nothing. Places
// and services may name each other by ids of the caller's own; where an id is
// empty one is made.
type Add struct {
	Profile   Profile    `json:"profile"`
	Locations []Location `json:"locations,omitempty" maxItems:"200"`
	Services  []Service  `json:"services,omitempty" maxItems:"200"`
}

// Describe replaces the profile.
type Describe struct {
	Profile Profile `json:"profile"`
}

// SetLocation adds a place (without id) or replaces one. A confidential place
// without Place keeps what is sealed already.
type SetLocation struct {
	Location Location `json:"location"`
}

// DropLocation takes a place away, and the services given there from it.
type DropLocation struct {
	ID string `json:"id" maxLength:"60"`
}

// SetService adds a service (without id) or replaces one.
type SetService struct {
	Service Service `json:"service"`
}

// DropService takes a service away.
type DropService struct {
	ID string `json:"id" maxLength:"60"`
}

// SetSchedule sets the hours of a service at a place (both named), of a
// service everywhere, or of a place.
type SetSchedule struct {
	Service  string `json:"service,omitempty" maxLength:"60"`
	Location string `json:"location,omitempty" maxLength:"60"`
	Hours    Hours  `json:"hours"`
}

func (*Add) Action() policy.Action          { return policy.DirectoryEdit }
func (*Describe) Action() policy.Action     { return policy.DirectoryEdit }
func (*SetLocation) Action() policy.Action  { return policy.DirectoryEdit }
func (*DropLocation) Action() policy.Action { return policy.DirectoryEdit }
func (*SetService) Action() policy.Action   { return policy.DirectoryEdit }
func (*DropService) Action() policy.Action  { return policy.DirectoryEdit }
func (*SetSchedule) Action() policy.Action  { return policy.DirectoryEdit }

// Check cleans the input.
func (a *Add) Check(v *valid.Check, t *Taxonomy) {
	c := checker{Check: v, t: t}
	c.profile("profile.", &a.Profile)
	c.Count("locations", len(a.Locations), 200)
	c.Count("services", len(a.Services), 200)
	for i := range a.Locations {
		c.location(valid.Index("locations", i, ""), &a.Locations[i])
	}
	for i := range a.Services {
		at := valid.Index("services", i, "")
		c.service(at, &a.Services[i])
		for j, x := range a.Services[i].At {
			if x.Location != "" && !slices.ContainsFunc(a.Locations, func(l Location) bool { return l.ID == x.Location }) {
				c.Add(valid.Index(at+"at", j, "location"), "directory.error.no-such-place")
			}
		}
	}
}

// Check cleans the input.
func (d *Describe) Check(v *valid.Check, t *Taxonomy) {
	checker{Check: v, t: t}.profile("profile.", &d.Profile)
}

// Check cleans the input.
func (s *SetLocation) Check(v *valid.Check, t *Taxonomy) {
	checker{Check: v, t: t}.location("location.", &s.Location)
}

// Check cleans the input.
func (d *DropLocation) Check(v *valid.Check, _ *Taxonomy) { v.Text("id", &d.ID, 60, true) }

// Check cleans the input.
func (s *SetService) Check(v *valid.Check, t *Taxonomy) {
	checker{Check: v, t: t}.service("service.", &s.Service)
}

// Check cleans the input.
func (d *DropService) Check(v *valid.Check, _ *Taxonomy) { v.Text("id", &d.ID, 60, true) }

// Check cleans the input.
func (s *SetSchedule) Check(v *valid.Check, t *Taxonomy) {
	checker{Check: v, t: t}.hours("hours", &s.Hours)
}

func (a *Add) decide(p *Provider, e *env) ([]ledger.Draft, error) {
	if p.Exists() {
		return nil, problem.Refuse("directory.entered-already")
	}
	drafts := []ledger.Draft{draft(Added, ProfileEvent{a.Profile})}
	ids := map[string]string{"": ""}
	for _, l := range a.Locations {
		given := l.ID
		l.ID = e.newID()
		if given != "" {
			ids[given] = l.ID
		}
		if err := e.hide(&l); err != nil {
			return nil, err
		}
		drafts = append(drafts, draft(LocationSet, LocationEvent{recorded(l)}))
	}
	for _, s := range a.Services {
		s.ID = e.newID()
		s.At = slices.Clone(s.At)
		for i := range s.At {
			s.At[i].Location = ids[s.At[i].Location]
		}
		drafts = append(drafts, draft(ServiceSet, ServiceEvent{s}))
	}
	return drafts, nil
}

// hide seals where a confidential location is.
func (e *env) hide(l *Location) error {
	if !l.Confidential || l.Place == nil {
		return nil
	}
	sealed, err := e.seal(l.ID, l.Place)
	l.Place, l.Sealed = nil, sealed
	return err
}

func (d *Describe) decide(p *Provider, _ *env) ([]ledger.Draft, error) {
	if err := p.open(); err != nil {
		return nil, err
	}
	return happened(Described, ProfileEvent{d.Profile})
}

func (s *SetLocation) decide(p *Provider, e *env) ([]ledger.Draft, error) {
	if err := p.open(); err != nil {
		return nil, err
	}
	l := s.Location
	if l.ID == "" {
		l.ID = e.newID()
	} else {
		old := p.Location(l.ID)
		if old == nil {
			return nil, problem.ErrNotFound
		}
		if l.Confidential && l.Place == nil {
			l.Sealed = old.Sealed
		}
		if l.External == nil { // who edits a confidential place does not see them
			l.External = old.External
		}
	}
	if err := e.hide(&l); err != nil {
		return nil, err
	}
	return happened(LocationSet, LocationEvent{recorded(l)})
}

func (d *DropLocation) decide(p *Provider, e *env) ([]ledger.Draft, error) {
	if err := p.open(); err != nil {
		return nil, err
	}
	if p.Location(d.ID) == nil {
		return nil, problem.ErrNotFound
	}
	if slices.ContainsFunc(p.Holds, func(h Hold) bool { return h.Location == d.ID && h.Runs(e.now) }) {
		return nil, problem.Refuse("directory.holds-run")
	}
	return happened(LocationDropped, DropEvent{d.ID})
}

func (s *SetService) decide(p *Provider, e *env) ([]ledger.Draft, error) {
	if err := p.open(); err != nil {
		return nil, err
	}
	x := s.Service
	if x.ID == "" {
		x.ID = e.newID()
	} else if p.Service(x.ID) == nil {
		return nil, problem.ErrNotFound
	}
	for i := range x.At {
		if id := x.At[i].Location; id != "" && p.Location(id) == nil {
			return nil, problem.ErrNotFound
		}
	}
	return happened(ServiceSet, ServiceEvent{x})
}

func (d *DropService) decide(p *Provider, e *env) ([]ledger.Draft, error) {
	if err := p.open(); err != nil {
		return nil, err
	}
	if p.Service(d.ID) == nil {
		return nil, problem.ErrNotFound
	}
	if slices.ContainsFunc(p.Holds, func(h Hold) bool { return h.Service == d.ID && h.Runs(e.now) }) {
		return nil, problem.Refuse("directory.holds-run")
	}
	return happened(ServiceDropped, DropEvent{d.ID})
}

func (s *SetSchedule) decide(p *Provider, _ *env) ([]ledger.Draft, error) {
	if err := p.open(); err != nil {
		return nil, err
	}
	if s.Service == "" && p.Location(s.Location) == nil {
		return nil, problem.ErrNotFound
	}
	if s.Service != "" {
		x := p.Service(s.Service)
		if x == nil || s.Location != "" && x.AtLocation(s.Location) == nil {
			return nil, problem.ErrNotFound
		}
	}
	return happened(HoursSet, HoursEvent{Service: s.Service, Location: s.Location, Hours: s.Hours})
}

// open refuses work on a provider that is closed or merged away.
func (p *Provider) open() error {
	if !p.Live() {
		return problem.Refuse("directory.closed")
	}
	return nil
}
