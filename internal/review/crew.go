package review

import (
	"cmp"
	"slices"

	"rufaa/internal/exercise"
	"rufaa/internal/ledger"
	"rufaa/internal/scenario"
)

// Attendance is who came, in numbers about the group alone, and how the teams
// changed. Nobody stands in it: no account, no name, no reason of a departure.
type Attendance struct {
	Came    *exercise.Turnout `json:"came" doc:"As control recorded it; small groups are withheld"`
	Crews   []Crew            `json:"crews"`
	Changes []Change          `json:"changes"`
}

// Crew is how many played in a team.
type Crew struct {
	Team     string `json:"team"`
	Began    int    `json:"began" doc:"When play began"`
	Joined   int    `json:"joined" doc:"Later on"`
	MovedIn  int    `json:"moved_in"`
	MovedOut int    `json:"moved_out"`
	Left     int    `json:"left"`
	Ended    int    `json:"ended" doc:"When play ended"`
	Nobody   []Span `json:"nobody,omitempty" doc:"When nobody of the team was there"`
}

// Span is from a moment to before another.
type Span struct {
	From scenario.Minute `json:"from"`
	To   scenario.Minute `json:"to"`
}

// How a team changed.
const (
	CrewJoined   = "joined"
	CrewMovedIn  = "moved_in"
	CrewMovedOut = "moved_out"
	CrewLeft     = "left"
)

// Change is how many players a team got or lost at one moment.
type Change struct {
	At     scenario.Minute `json:"at"`
	Team   string          `json:"team"`
	What   string          `json:"what" doc:"joined, moved_in, moved_out or left"`
	People int             `json:"people"`
	Events []int64         `json:"events"`
}

// stint is how long somebody played in a team. Staff tells persons apart and is
// shown to nobody.
type stint struct {
	staff, team string
	from, to    scenario.Minute
}

// never is later than any moment of a scenario.
const never = scenario.Minute(scenario.Never)

// before is when those play who had a part when play began.
const before = scenario.Minute(-1)

// crews follows who plays in which team. What changes before play begins is no
// change of the play: it begins with who is there then.
type crews struct {
	stints  []stint
	changes []Change
}

func (c *crews) read(e ledger.Event, s *exercise.State) error {
	switch e.Kind {
	case exercise.Joined:
		return decode(e, func(x exercise.JoinedEvent) {
			if x.Part != exercise.Player {
				return
			}
			at := before
			if s.Phase != exercise.Ready {
				at = max(s.Begins, s.MomentOf(e.At))
				c.changed(at, x.Team, CrewJoined, e.Seq)
			}
			c.stints = append(c.stints, stint{x.Staff, x.Team, at, never})
		})
	case exercise.Moved:
		return decode(e, func(x exercise.MovedEvent) {
			at := scenario.Minute(x.Moment)
			if i := c.at(x.Staff); i >= 0 && s.Phase == exercise.Ready {
				c.stints[i].team = x.To
			} else if i >= 0 {
				c.stints[i].to = at
				c.changed(at, x.From, CrewMovedOut, e.Seq)
				c.changed(at, x.To, CrewMovedIn, e.Seq)
				c.stints = append(c.stints, stint{x.Staff, x.To, at, never})
			}
		})
	}
	return decode(e, func(x exercise.LeftEvent) {
		if i := c.at(x.Staff); i >= 0 && s.Phase == exercise.Ready {
			c.stints = slices.Delete(c.stints, i, i+1)
		} else if i >= 0 {
			c.stints[i].to = scenario.Minute(x.Moment)
			c.changed(c.stints[i].to, c.stints[i].team, CrewLeft, e.Seq)
		}
	})
}

// at is where somebody plays now; -1 for who plays in no team.
func (c *crews) at(staff string) int {
	return slices.IndexFunc(c.stints, func(y stint) bool { return y.staff == staff && y.to == never })
}

func (c *crews) changed(at scenario.Minute, team, what string, event int64) {
	i := slices.IndexFunc(c.changes, func(x Change) bool { return x.At == at && x.Team == team && x.What == what })
	if i < 0 {
		i = len(c.changes)
		c.changes = append(c.changes, Change{At: at, Team: team, What: what})
	}
	c.changes[i].People++
	c.changes[i].Events = append(c.changes[i].Events, event)
}

// attendance is what was read, by team. acted are the days on which a team did
// something: it was there then, whatever the sheet says.
func (c *crews) attendance(s *scenario.Script, state *exercise.State, acted map[string]map[int]bool) *Attendance {
	out := &Attendance{Came: state.Turnout(exercise.Days(s)), Crews: []Crew{}, Changes: slices.Clone(c.changes)}
	if out.Changes == nil {
		out.Changes = []Change{}
	}
	slices.SortFunc(out.Changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Team, b.Team), cmp.Compare(a.What, b.What))
	})
	for _, t := range s.Teams {
		if t.Control {
			continue
		}
		crew := Crew{Team: t.ID, Nobody: c.nobody(t.ID, state, acted[t.ID])}
		for _, y := range c.stints {
			if y.team == t.ID && y.from == before {
				crew.Began++
			}
			if y.team == t.ID && y.to == never {
				crew.Ended++
			}
		}
		for _, x := range c.changes {
			if x.Team == t.ID {
				*map[string]*int{CrewJoined: &crew.Joined, CrewMovedIn: &crew.MovedIn, CrewMovedOut: &crew.MovedOut, CrewLeft: &crew.Left}[x.What] += x.People
			}
		}
		out.Crews = append(out.Crews, crew)
	}
	return out
}

// nobody is when nobody of a team was there: nobody had a part in it, or, on a
// day for which control kept the sheet, nobody who had one came. Of a day
// without a sheet nothing is known, and nobody is missed.
func (c *crews) nobody(team string, s *exercise.State, acted map[int]bool) []Span {
	sheet := map[int]bool{}
	for _, days := range s.There {
		for _, d := range days {
			sheet[d] = true
		}
	}
	edges := []scenario.Minute{s.Begins, s.Ends}
	for at := s.Begins - s.Begins%dayLong + dayLong; at < s.Ends; at += dayLong {
		edges = append(edges, at)
	}
	for _, y := range c.stints {
		if y.team == team {
			edges = append(edges, min(max(y.from, s.Begins), s.Ends), min(max(y.to, s.Begins), s.Ends))
		}
	}
	slices.Sort(edges)
	edges = slices.Compact(edges)
	var out []Span
	for i := 0; i+1 < len(edges); i++ {
		at, day := edges[i], int(edges[i]/dayLong)+1
		if slices.ContainsFunc(c.stints, func(y stint) bool {
			return y.team == team && y.from <= at && at < y.to && (!sheet[day] || acted[day] || slices.Contains(s.There[y.staff], day))
		}) {
			continue
		}
		if n := len(out); n > 0 && out[n-1].To == at {
			out[n-1].To = edges[i+1]
			continue
		}
		out = append(out, Span{at, edges[i+1]})
	}
	return out
}

// dayLong is a day of the scenario, in minutes.
const dayLong = scenario.Minute(24 * 60)

// unmanned tells whether nobody of a team was there for some of a time. A fair
// chance is the whole of the time allowed, as it is where play ends too early.
func (c *computing) unmanned(team string, from, to scenario.Minute) bool {
	if c.p.Attendance == nil {
		return false
	}
	for _, x := range c.p.Attendance.Crews {
		if x.Team == team {
			return slices.ContainsFunc(x.Nobody, func(s Span) bool { return s.From < max(to, from+1) && from < s.To })
		}
	}
	return false
}

// unheld gives, of each criterion, the teams of which nobody was there while
// something that it names or reads was due, and whether that was all of it.
func (c *computing) unheld() (teams map[string][]string, whole map[string]bool) {
	teams, whole = map[string][]string{}, map[string]bool{}
	chance := map[string]bool{}
	for i := range c.r.Injects {
		for _, x := range c.r.Injects[i].Expects {
			of := slices.Concat(x.Criteria, c.byOf[scenario.Read{Do: x.Do, About: x.About}])
			slices.Sort(of)
			for _, k := range slices.Compact(of) {
				if x.Nobody && !slices.Contains(teams[k], x.Team) {
					teams[k] = append(teams[k], x.Team)
				}
				chance[k] = chance[k] || x.State != NoChance
			}
		}
	}
	for k := range teams {
		slices.Sort(teams[k])
		whole[k] = !chance[k]
	}
	return teams, whole
}
