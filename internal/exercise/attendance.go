package exercise

import (
	"context"
	"errors"
	"slices"
	"strings"

	"rufaa/internal/ledger"
	"rufaa/internal/measure"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/scenario"
	"rufaa/internal/valid"
)

// Presence says whether somebody was there on one day.
type Presence struct {
	Staff  string `json:"staff" maxLength:"60"`
	Day    int    `json:"day" doc:"Day of the scenario, from 1"`
	There  bool   `json:"there" doc:"false takes back what was recorded before"`
	Reason string `json:"reason,omitempty" doc:"Of a correction; names nobody" maxLength:"300"`
}

// Attendance is a sheet, or as much of it as changes.
type Attendance struct {
	List []Presence `json:"attendance" minItems:"1" maxItems:"2000"`
}

// mostPresences bounds one sheet.
const mostPresences = 2000

// Attend records who was there; all of a sheet or nothing. What stands recorded
// already is no second event: two controllers with the same list do no harm.
func (x *Exercises) Attend(ctx context.Context, who realm.Actor, key string, a Attendance) (realm.Receipt, error) {
	a.List = slices.Clone(a.List)
	if err := x.check(func(c *valid.Check) {
		c.Count("attendance", len(a.List), mostPresences)
		if len(a.List) == 0 {
			c.Add("attendance", "common.error.choose")
		}
		for i := range a.List {
			c.Text(valid.Index("attendance", i, "reason"), &a.List[i].Reason, 300, false)
		}
	}); err != nil {
		return realm.Receipt{}, err
	}
	return x.do(ctx, act{who: who, do: policy.ExerciseControl, key: key, name: "exercise.attend", body: a,
		decide: func(s *State, _ Member) ([]ledger.Draft, error) {
			days, err := x.days(ctx, s)
			if err != nil {
				return nil, err
			}
			return s.attended(days, a.List)
		}})
}

// attended drafts what a sheet changes. It is held against the exercise first:
// who never joined was not there, and there is no day but the scenario's.
func (s *State) attended(days []int, list []Presence) ([]ledger.Draft, error) {
	type box struct {
		staff string
		day   int
	}
	c := valid.Check{}
	var out []ledger.Draft
	said := map[box]bool{}
	for i, p := range list {
		b := box{p.Staff, p.Day}
		before, twice := said[b]
		said[b] = p.There
		if _, known := s.everJoined(p.Staff); !known {
			c.Add(valid.Index("attendance", i, "staff"), "exercise.error.not_joined")
		}
		switch {
		case !slices.Contains(days, p.Day):
			c.Add(valid.Index("attendance", i, "day"), "exercise.error.day")
		case twice && before != p.There:
			c.Add(valid.Index("attendance", i, "there"), "exercise.error.both")
		case !twice && slices.Contains(s.There[p.Staff], p.Day) != p.There:
			out = append(out, draft(Attended, AttendedEvent(p)))
		}
	}
	return out, c.Err()
}

// days are those of an exercise's scenario.
func (x *Exercises) days(ctx context.Context, s *State) ([]int, error) {
	script, err := x.script(ctx, s)
	if err != nil {
		return nil, err
	}
	return Days(script), nil
}

// Days are the scenario's days, in order.
func Days(script *scenario.Script) []int {
	var out []int
	for _, d := range script.Timetable {
		out = append(out, d.Day)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Person is somebody of the exercise as control sees it.
type Person struct {
	Member
	Particulars
	Name string `json:"name"`
	Home string `json:"-"` // what they are grouped under: Group of the report
	Days []int  `json:"days" doc:"On which they were there"`
	Gone bool   `json:"gone,omitempty" doc:"Left the exercise"`
}

// Roll is who takes part and who did, and the days there are.
type Roll struct {
	*Face
	Days    []int    `json:"days"`
	Teams   []Team   `json:"teams"`
	Vacant  []string `json:"vacant" doc:"Characters that nobody plays"`
	Persons []Person `json:"people"`
}

// Roll gives it to control; names are for whoever shows it to fill in.
func (x *Exercises) Roll(ctx context.Context, who realm.Actor) (*Roll, error) {
	s, m, err := x.Admitted(ctx, who, policy.ExerciseControl)
	if err != nil {
		return nil, err
	}
	script, err := x.script(ctx, s)
	if err != nil {
		return nil, err
	}
	r := &Roll{Face: x.face(s, m, who.Language), Teams: s.Teams, Vacant: []string{}}
	if r.Days, err = x.days(ctx, s); err != nil {
		return nil, err
	}
	for _, c := range script.Characters {
		if !slices.ContainsFunc(s.Members, func(m Member) bool { return m.Character == c.ID }) {
			r.Vacant = append(r.Vacant, c.ID)
		}
	}
	for _, m := range s.Members {
		r.Persons = append(r.Persons, s.person(m, false))
	}
	for _, m := range s.Gone {
		r.Persons = append(r.Persons, s.person(m, true))
	}
	return r, nil
}

func (s *State) person(m Member, gone bool) Person {
	p := Person{Member: m, Particulars: s.Told[m.Staff], Days: slices.Clone(s.There[m.Staff]), Gone: gone}
	if p.Days == nil {
		p.Days = []int{}
	}
	if p.Home = p.Particulars.Agency; p.Home == "" && m.Part == Player {
		p.Home = s.with(Seat{Member: m}).Agency
	}
	return p
}

// DayCount is how many were there on a day.
type DayCount struct {
	Day   int           `json:"day"`
	Count measure.Count `json:"count"`
}

// Turnout is who came, in numbers about the group alone.
type Turnout struct {
	People   measure.Count  `json:"people" doc:"There on one day at least"`
	Days     []DayCount     `json:"days"`
	ByPart   []measure.Cell `json:"by_part"`
	ByAgency []measure.Cell `json:"by_agency" doc:"As told; of a player who told none the team's agency"`
	BySex    []measure.Cell `json:"by_sex"`
	ByCounty []measure.Cell `json:"by_county"`
}

// OwnTurnout gives control the turnout of the realm's exercise.
func (x *Exercises) OwnTurnout(ctx context.Context, who realm.Actor) (*Turnout, error) {
	s, _, err := x.Admitted(ctx, who, policy.ExerciseControl)
	if err != nil {
		return nil, err
	}
	return x.turnout(ctx, s)
}

// Turnout gives it to a room of the realm, for the training record. Whoever
// shows any of it to people asks the door first.
func (x *Exercises) Turnout(ctx context.Context, id string) (*Turnout, error) {
	s, err := x.Load(ctx, id)
	if err != nil {
		return nil, err
	}
	if !s.Exists() {
		return nil, problem.ErrNotFound
	}
	return x.turnout(ctx, s)
}

func (x *Exercises) turnout(ctx context.Context, s *State) (*Turnout, error) {
	days, err := x.days(ctx, s)
	if err != nil {
		return nil, err
	}
	return s.Turnout(days), nil
}

// Turnout is who came, of the days that a scenario has.
func (s *State) Turnout(days []int) *Turnout {
	part, agency, sex, county := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	spelled, on, all := map[string]string{}, map[int]int{}, 0
	for _, m := range slices.Concat(s.Members, s.Gone) {
		p := s.person(m, false)
		if len(p.Days) == 0 {
			continue
		}
		all++
		for _, d := range p.Days {
			on[d]++
		}
		// One agency, however its letters were written.
		folded := strings.ToLower(p.Home)
		if spelled[folded] == "" {
			spelled[folded] = p.Home
		}
		part[string(p.Part)]++
		agency[spelled[folded]]++
		sex[p.Sex]++
		county[p.County]++
	}
	t := &Turnout{People: measure.Alone(all), ByPart: measure.Cells(part), ByAgency: measure.Cells(agency), BySex: measure.Cells(sex), ByCounty: measure.Cells(county)}
	for _, d := range days {
		t.Days = append(t.Days, DayCount{d, measure.Within(on[d], all)})
	}
	return t
}

func notHere(err error) error {
	if errors.Is(err, problem.ErrNotFound) {
		return &problem.Invalid{Fields: []problem.Field{{Name: "staff", Key: "exercise.error.no_account"}}}
	}
	return err
}
