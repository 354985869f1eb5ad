package exercise

import (
	"context"
	"slices"
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/scenario"
	"rufaa/internal/valid"
)

// Mark is a mentor's grade of a criterion, for one team or for all together.
type Mark struct {
	Criterion string    `json:"criterion" maxLength:"40"`
	Grade     string    `json:"grade" doc:"P, S, M, U, or - where there was no fair chance" enum:"P,S,M,U,-"`
	Team      string    `json:"team,omitempty" doc:"Empty is all teams together" maxLength:"40"`
	Note      string    `json:"note,omitempty" maxLength:"1000"`
	Tapped    time.Time `json:"tapped,omitzero" doc:"When it was tapped, when the phone had no network"`
}

// Mark keeps a grade. A mentor may think again: the last of each criterion and
// team counts, the others stay in the ledger. It may be given until the reveal.
func (x *Exercises) Mark(ctx context.Context, who realm.Actor, key string, m Mark) (realm.Receipt, error) {
	if err := x.check(func(c *valid.Check) {
		c.Text("note", &m.Note, 1000, false)
		c.Term("grade", m.Grade, func(g string) bool { return slices.Contains([]string{"P", "S", "M", "U", "-"}, g) }, true)
	}); err != nil {
		return realm.Receipt{}, err
	}
	return x.do(ctx, act{who: who, do: policy.ExerciseScore, key: key, name: "exercise.mark", body: m,
		decide: func(s *State, _ Member) ([]ledger.Draft, error) {
			if err := x.watched(ctx, s, m.Criterion, m.Team, true); err != nil {
				return nil, err
			}
			wall, at := x.tapped(s, m.Tapped)
			return []ledger.Draft{draft(Graded, GradedEvent{Criterion: m.Criterion, Grade: m.Grade, Note: m.Note, Team: m.Team, Moment: at, Wall: wall})}, nil
		}})
}

// Note is a free note tied to the moment at which it was written.
type Note struct {
	Note      string    `json:"note" doc:"Names nobody of the staff" maxLength:"2000"`
	Criterion string    `json:"criterion,omitempty" maxLength:"40"`
	Team      string    `json:"team,omitempty" maxLength:"40"`
	Tapped    time.Time `json:"tapped,omitzero"`
}

// Note keeps a note of a mentor or observer.
func (x *Exercises) Note(ctx context.Context, who realm.Actor, key string, n Note) (realm.Receipt, error) {
	if err := x.check(func(c *valid.Check) { c.Text("note", &n.Note, 2000, true) }); err != nil {
		return realm.Receipt{}, err
	}
	return x.do(ctx, act{who: who, do: policy.ExerciseNote, key: key, name: "exercise.note", body: n,
		decide: func(s *State, _ Member) ([]ledger.Draft, error) {
			if err := x.watched(ctx, s, n.Criterion, n.Team, false); err != nil {
				return nil, err
			}
			wall, at := x.tapped(s, n.Tapped)
			return []ledger.Draft{draft(Noted, NotedEvent{Criterion: n.Criterion, Note: n.Note, Team: n.Team, Moment: at, Wall: wall})}, nil
		}})
}

// watched refuses what comes before play or after the reveal, and what is about
// no criterion or team of the scenario.
func (x *Exercises) watched(ctx context.Context, s *State, criterion, team string, must bool) error {
	switch s.Phase {
	case Ready:
		return problem.Refuse("exercise.not-begun")
	case Opened:
		return problem.Refuse("exercise.revealed")
	}
	script, err := x.script(ctx, s)
	if err != nil {
		return err
	}
	known := slices.ContainsFunc(script.Criteria, func(k scenario.Criterion) bool { return k.ID == criterion })
	switch {
	case !known && (must || criterion != ""):
		return unknownTerm("criterion")
	case team != "" && !s.hasTeam(team):
		return unknownTerm("team")
	}
	return nil
}

// Sheet is what a mentor or observer has on the phone: the criteria with the
// words for each grade, and the own marks and notes. It holds nothing of a case
// and nothing of what is hidden.
type Sheet struct {
	*Face
	Criteria []SheetLine  `json:"criteria"`
	Teams    []Team       `json:"teams"`
	Notes    []NotedEvent `json:"notes" doc:"The own, newest first"`
	Grades   bool         `json:"grades" doc:"The caller grades; an observer only notes"`
}

// SheetLine is one criterion with the own last grades, by team ("" is all).
type SheetLine struct {
	ID      string            `json:"id"`
	Text    Text              `json:"text"`
	Anchors Text              `json:"anchors" doc:"What each grade looks like"`
	Mine    map[string]string `json:"mine"`
}

// Sheet gives the own sheet.
func (x *Exercises) Sheet(ctx context.Context, who realm.Actor) (*Sheet, error) {
	s, m, err := x.Admitted(ctx, who, policy.ExerciseNote)
	if err != nil {
		return nil, err
	}
	script, err := x.script(ctx, s)
	if err != nil {
		return nil, err
	}
	may, err := x.May(ctx, who, policy.ExerciseScore)
	if err != nil {
		return nil, err
	}
	out := &Sheet{Face: x.face(s, m, who.Language), Teams: s.Teams, Grades: may}
	mine := map[string]map[string]string{}
	tapped := map[[2]string]time.Time{} // a phone sends late what was tapped before
	events, err := x.realm.Ledger.Stream(ctx, Stream(s.ID), 0)
	if err != nil {
		return nil, err
	}
	for _, e := range events {
		if e.Actor != who.Staff {
			continue
		}
		switch e.Kind {
		case Graded:
			err = read(e, func(p GradedEvent) {
				at := [2]string{p.Criterion, p.Team}
				if p.Wall.Before(tapped[at]) {
					return
				}
				tapped[at] = p.Wall
				if mine[p.Criterion] == nil {
					mine[p.Criterion] = map[string]string{}
				}
				mine[p.Criterion][p.Team] = p.Grade
			})
		case Noted:
			err = read(e, func(p NotedEvent) { out.Notes = append(out.Notes, p) })
		}
		if err != nil {
			return nil, err
		}
	}
	slices.Reverse(out.Notes)
	for _, k := range script.Criteria {
		out.Criteria = append(out.Criteria, SheetLine{ID: k.ID, Text: k.Text, Anchors: k.Anchors, Mine: mine[k.ID]})
	}
	return out, nil
}
