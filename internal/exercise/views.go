package exercise

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/scenario"
)

// Face is an exercise as everybody with a part may see it.
type Face struct {
	ID       string      `json:"id"`
	Title    string      `json:"title"`
	Phase    Phase       `json:"phase" enum:"ready,playing,over,revealed"`
	Digest   string      `json:"digest" doc:"Committed to before play: SHA-256, hex"`
	Part     Part        `json:"part" enum:"control,actor,mentor,observer,player"`
	Team     string      `json:"team,omitempty"`
	Cast     string      `json:"character,omitempty"`
	Moment   string      `json:"moment" doc:"Scenario time, like D2 07:30"`
	Civil    time.Time   `json:"civil" doc:"What legal deadlines are counted by"`
	Wall     time.Time   `json:"wall"`
	Rate     float64     `json:"rate" doc:"Scenario minutes in a wall minute; 0 stands still"`
	Frozen   string      `json:"frozen,omitempty" doc:"Freeze and teach: what it is about"`
	Stopped  int         `json:"stopped" doc:"Scenes that the safe word stopped"`
	Version  int64       `json:"version"`
	Revealed bool        `json:"revealed"`
	Attended []int       `json:"attended" doc:"Days on which the caller was recorded as there"`
	Told     Particulars `json:"told" doc:"What the caller told for the report on attendance"`
}

// Face gives the front of the exercise.
func (x *Exercises) Face(ctx context.Context, who realm.Actor) (*Face, error) {
	s, m, err := x.Admitted(ctx, who, policy.ExerciseView)
	if err != nil {
		return nil, err
	}
	return x.face(s, m, who.Language), nil
}

func (x *Exercises) face(s *State, m Member, lang string) *Face {
	clock := s.Clock()
	f := &Face{ID: s.ID, Title: s.Title.In(lang), Phase: s.Phase, Digest: s.Digest, Part: m.Part, Team: m.Team, Cast: m.Character,
		Moment: x.Now(s).String(), Civil: x.realm.Now(), Wall: x.wall(), Rate: clock.Rate(), Stopped: len(s.Stopped()), Version: s.Version,
		Revealed: s.Phase == Opened, Attended: s.person(m, false).Days, Told: s.Told[m.Staff]}
	if s.Frozen != nil {
		f.Frozen = s.Frozen.Text
	}
	return f
}

// Line is one inject on the board.
type Line struct {
	ID       string          `json:"id"`
	At       string          `json:"at,omitempty" doc:"When it is due; empty when it waits for a condition"`
	When     bool            `json:"conditional"`
	Title    string          `json:"title" doc:"Title, from and channel are empty for a mentor until it is sent"`
	From     string          `json:"from"`
	Teams    []string        `json:"teams"`
	Channel  string          `json:"channel"`
	State    string          `json:"state" doc:"due, waiting, sent, answered, held, skipped or not-taken" enum:"due,waiting,sent,answered,held,skipped,not-taken"`
	Sent     string          `json:"sent,omitempty" doc:"Moment"`
	By       string          `json:"by,omitempty" doc:"clock, condition or control"`
	Reason   string          `json:"reason,omitempty"`
	Expected []Expect        `json:"expected,omitempty"`
	Answers  []AnsweredEvent `json:"answers,omitempty"`
}

// Expect is an expected action, and whether it was seen.
type Expect struct {
	Team   string  `json:"team"`
	Do     string  `json:"do"`
	About  string  `json:"about"`
	Text   string  `json:"text,omitempty"`
	Due    string  `json:"due"`
	Done   string  `json:"done,omitempty" doc:"Moment at which it was seen"`
	From   string  `json:"from,omitempty" doc:"ledger, actor, control or answer"`
	Events []int64 `json:"events,omitempty"`
	Late   bool    `json:"late"`
}

// Board is what control, mentors and observers watch.
type Board struct {
	*Face
	Lines []Line            `json:"injects" doc:"For an observer, those that have been sent"`
	Deeds []Deed            `json:"deeds" doc:"The newest first, at most 60"`
	Stops []Stop            `json:"stops"`
	Calls []CalledEvent     `json:"calls"`
	Felt  []FeltEvent       `json:"wellbeing"`
	Links map[string]string `json:"links"`
}

// newest bounds the deeds and calls on the board.
const newest = 60

// Board gives the live board.
func (x *Exercises) Board(ctx context.Context, who realm.Actor) (*Board, error) {
	s, m, err := x.Admitted(ctx, who, policy.ExerciseWatch)
	if err != nil {
		return nil, err
	}
	x.turning.Lock()
	defer x.turning.Unlock()
	g, err := x.game(ctx, s)
	if err != nil {
		return nil, err
	}
	b := &Board{Face: x.face(s, m, who.Language), Stops: slices.Clone(s.Stops), Links: s.Links, Lines: x.lines(s, g, who.Language)}
	for i := len(g.deeds) - 1; i >= 0 && len(b.Deeds) < newest; i-- {
		b.Deeds = append(b.Deeds, g.deeds[i])
	}
	if b.Calls, err = entries[CalledEvent](ctx, x, s.ID, Called, newest); err != nil {
		return nil, err
	}
	b.Felt, err = entries[FeltEvent](ctx, x, s.ID, Felt, newest)
	if m.Part == Control {
		return b, err
	}
	for i := range b.Stops { // that somebody said the safe word is told, who it was is not
		b.Stops[i].Staff = ""
	}
	if s.Phase != Opened {
		b.veil()
	}
	return b, err
}

// veil takes off the board, for mentors and observers before the reveal, what is
// control's alone: words that follow from the hidden truth, what is expected,
// why a branch waits, what is still to come, and what control and actors say to
// each other. A mentor has to be in the right place in time, and is told when the
// next inject comes to which team; an observer sees what has been sent.
func (b *Board) veil() {
	if b.Part != Mentor {
		b.Lines = slices.DeleteFunc(b.Lines, func(l Line) bool { return l.Sent == "" })
	}
	b.Deeds = slices.DeleteFunc(b.Deeds, func(d Deed) bool { return d.Do == "treated_as_child" || d.Do == "treated_as_adult" })
	for i := range b.Deeds {
		if d := &b.Deeds[i]; d.Do == "identified" || d.Do == "labelled_wrong" {
			d.Do = "presumed"
		}
	}
	for i := range b.Lines {
		b.Lines[i].Reason = ""
		if b.Lines[i].Sent == "" {
			b.Lines[i].Title, b.Lines[i].From, b.Lines[i].Channel = "", "", ""
		}
		for j := range b.Lines[i].Expected {
			x := &b.Lines[i].Expected[j]
			x.Do, x.About, x.Text = "", "", ""
		}
	}
	b.Calls, b.Felt, b.Links = nil, nil, nil
}

func (x *Exercises) lines(s *State, g *game, lang string) []Line {
	var out []Line
	reason := map[string]string{}
	for _, u := range g.play.Unfired() {
		reason[u.Inject.ID] = u.Reason
	}
	for i := range g.script.Injects {
		in := &g.script.Injects[i]
		l := Line{ID: in.ID, When: in.When != "", Title: in.Title.In(lang), From: in.From, Teams: in.To, Channel: in.Channel, State: "due"}
		if in.At.Set {
			l.At = in.At.Minute.String()
		} else {
			l.State = "waiting"
		}
		y := s.Injects[in.ID]
		if y == nil {
			y = &Inject{}
		}
		switch {
		case y.Fired != nil && len(y.Answers) > 0:
			l.State = "answered"
		case y.Fired != nil:
			l.State = "sent"
		case y.Skipped != "":
			l.State, l.Reason = "skipped", y.Skipped
		case y.Held != "":
			l.State, l.Reason = "held", y.Held
		case y.Unfired != "":
			l.State, l.Reason = "not-taken", y.Unfired
		case in.When != "":
			l.Reason = reason[in.ID]
		}
		if y.Fired != nil {
			l.Sent, l.By, l.Answers = Minute(y.Fired.Moment).String(), y.Fired.By, y.Answers
			if y.Fired.By == ByControl {
				l.Reason = y.Fired.Reason
			}
			l.Expected = expected(g, in, Minute(y.Fired.Moment), lang)
		}
		out = append(out, l)
	}
	for _, f := range s.Free {
		l := Line{ID: f.ID, Title: f.Title, From: f.From, Teams: f.Teams, Channel: f.Channel, State: "sent", Sent: Minute(f.Moment).String(),
			By: ByControl, Reason: f.Reason}
		if y := s.Injects[f.ID]; y != nil && len(y.Answers) > 0 {
			l.State, l.Answers = "answered", y.Answers
		}
		out = append(out, l)
	}
	return out
}

func expected(g *game, in *scenario.Inject, sent Minute, lang string) []Expect {
	var out []Expect
	for _, x := range in.Expect {
		due := sent + Minute(x.Within)
		e := Expect{Team: x.Team, Do: x.Do, About: x.About, Text: x.Action.In(lang), Due: due.String()}
		for _, d := range g.deeds {
			if d.Do == x.Do && d.About == x.About {
				e.Done, e.From, e.Events, e.Late = d.At.String(), d.From, d.Events, d.At > due
				break
			}
		}
		e.Late = e.Late || e.Done == "" && g.play.Now() > due
		out = append(out, e)
	}
	return out
}

// entries reads events of one kind from the log, the newest first.
func entries[T any](ctx context.Context, x *Exercises, id, kind string, limit int) ([]T, error) {
	rows, err := x.realm.Store.Query(ctx, `SELECT payload FROM exercise_log WHERE exercise = $1 AND kind = $2 ORDER BY seq DESC LIMIT $3`, id, kind, limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []T
	for rows.Next() {
		var raw []byte
		var p T
		if err := rows.Scan(&raw); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(raw, &p); err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, rows.Err()
}
