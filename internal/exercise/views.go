package exercise

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"rufaa/internal/policy"
	"rufaa/internal/problem"
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
	Title    string          `json:"title"`
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
	Lines []Line            `json:"injects"`
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
	b := &Board{Face: x.face(s, m, who.Language), Stops: s.Stops, Links: s.Links, Lines: x.lines(s, g, who.Language)}
	for i := len(g.deeds) - 1; i >= 0 && len(b.Deeds) < newest; i-- {
		b.Deeds = append(b.Deeds, g.deeds[i])
	}
	if b.Calls, err = entries[CalledEvent](ctx, x, s.ID, Called, newest); err != nil {
		return nil, err
	}
	b.Felt, err = entries[FeltEvent](ctx, x, s.ID, Felt, newest)
	if m.Part != Control && s.Phase != Opened {
		b.veil()
	}
	return b, err
}

// veil takes off the board, for mentors and observers before the reveal, what is
// control's alone: words that follow from the hidden truth, what is expected,
// why a branch waits, and what control and actors say to each other.
func (b *Board) veil() {
	b.Deeds = slices.DeleteFunc(b.Deeds, func(d Deed) bool { return d.Do == "treated_as_child" || d.Do == "treated_as_adult" })
	for i := range b.Deeds {
		if d := &b.Deeds[i]; d.Do == "identified" || d.Do == "labelled_wrong" {
			d.Do = "presumed"
		}
	}
	for i := range b.Lines {
		b.Lines[i].Reason = ""
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

// Mail is one message in a team's mailbox.
type Mail struct {
	ID      string          `json:"id"`
	Moment  string          `json:"moment"`
	From    string          `json:"from"`
	Channel string          `json:"channel"`
	Title   string          `json:"title"`
	Content string          `json:"content"`
	Answers []AnsweredEvent `json:"answers,omitempty"`
	Answer  bool            `json:"answerable"`
	Caught  bool            `json:"caught,omitempty" doc:"It would have left the realm; channel is then email, sms, webhook or file"`
	at      int
}

// Mailbox gives a player's team what reached it: injects, newest first, and what
// the realm would have sent outside.
func (x *Exercises) Mailbox(ctx context.Context, who realm.Actor) ([]Mail, error) {
	s, m, err := x.Admitted(ctx, who, policy.ExerciseAnswer)
	if err != nil {
		return nil, err
	}
	script, err := x.script(ctx, s)
	if err != nil {
		return nil, err
	}
	var out []Mail
	own := func(id string) []AnsweredEvent {
		var list []AnsweredEvent
		if y := s.Injects[id]; y != nil {
			for _, a := range y.Answers {
				if a.Team == m.Team {
					list = append(list, a)
				}
			}
		}
		return list
	}
	for i := range script.Injects {
		in := &script.Injects[i]
		if y := s.Injects[in.ID]; y != nil && y.Fired != nil && slices.Contains(y.Fired.Teams, m.Team) {
			out = append(out, Mail{ID: in.ID, at: y.Fired.Moment, From: sender(script, in.From, who.Language), Channel: in.Channel,
				Title: in.Title.In(who.Language), Content: in.Content.In(who.Language), Answers: own(in.ID), Answer: s.Phase == Playing})
		}
	}
	for _, f := range s.Free {
		if slices.Contains(f.Teams, m.Team) {
			out = append(out, Mail{ID: f.ID, at: f.Moment, From: f.From, Channel: f.Channel, Title: f.Title, Content: f.Content,
				Answers: own(f.ID), Answer: s.Phase == Playing})
		}
	}
	caught, err := x.caught(ctx, s, func(p *CapturedEvent) bool {
		return p.Staff == who.Staff || p.Staff == "" && (p.Agency == "" || p.Agency == who.Agency)
	})
	if err != nil {
		return nil, err
	}
	for _, p := range caught {
		m := Mail{ID: p.ID, at: p.moment, Channel: p.Channel, Title: p.Subject, Content: p.Body, From: "Rufaa", Caught: true}
		if p.File != "" {
			m.Title = p.File
		}
		out = append(out, m)
	}
	slices.SortStableFunc(out, func(a, b Mail) int { return b.at - a.at })
	for i := range out {
		out[i].Moment = Minute(out[i].at).String()
	}
	return out, nil
}

// captured is one thing that was caught, with when.
type captured struct {
	CapturedEvent
	moment int
	at     time.Time
}

// caught is what would have left the realm, the newest first, as far as it is
// for whoever asks.
func (x *Exercises) caught(ctx context.Context, s *State, mine func(*CapturedEvent) bool) ([]captured, error) {
	rows, err := x.realm.Store.Query(ctx, `SELECT moment, at, payload FROM exercise_log WHERE exercise = $1 AND kind = $2 ORDER BY seq DESC`, s.ID, Captured)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []captured
	for rows.Next() && len(out) < caughtShown {
		var raw []byte
		var at int64
		var c captured
		if err := rows.Scan(&c.moment, &at, &raw); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(raw, &c.CapturedEvent); err != nil {
			return nil, err
		}
		if c.at = time.UnixMilli(at).UTC(); mine(&c.CapturedEvent) {
			out = append(out, c)
		}
	}
	return out, rows.Err()
}

// caughtShown is how much of what was caught a mailbox shows.
const caughtShown = 200

// Post is one message to a person that was caught, for the room of notices.
type Post struct {
	Caught
	At time.Time
}

// Post gives what was caught for one person, the newest first; "" is everybody.
func (x *Exercises) Post(ctx context.Context, staff string) ([]Post, error) {
	s, err := x.Current(ctx)
	if err != nil || !s.Exists() {
		return nil, err
	}
	list, err := x.caught(ctx, s, func(p *CapturedEvent) bool { return p.File == "" && (staff == "" || p.Staff == staff) })
	if err != nil {
		return nil, err
	}
	var out []Post
	for _, p := range list {
		out = append(out, Post{Caught{ID: p.ID, Channel: p.Channel, Staff: p.Staff, Agency: p.Agency, Subject: p.Subject, Body: p.Body}, p.at})
	}
	return out, nil
}

func sender(script *scenario.Script, from, lang string) string {
	for _, c := range script.Characters {
		if c.ID == from {
			return c.Name.In(lang)
		}
	}
	for _, t := range script.Teams {
		if t.ID == from {
			return t.Name.In(lang)
		}
	}
	return ""
}

// Role is an actor's briefing card.
type Role struct {
	*Face
	Character string         `json:"id"`
	Code      string         `json:"code" doc:"What players type to say that a case is about this person"`
	Name      string         `json:"name"`
	Age       int            `json:"age"`
	Speaks    []string       `json:"speaks"`
	Place     string         `json:"place"`
	Shows     string         `json:"shows"`
	Says      string         `json:"says"`
	Hides     string         `json:"hides"`
	Never     string         `json:"never"`
	Reveals   []Secret       `json:"reveals"`
	Told      []ToldEvent    `json:"told"`
	Treated   []TreatedEvent `json:"treated"`
	Calls     []CalledEvent  `json:"calls"`
	Teams     []Team         `json:"teams"`
}

// Secret is something she tells under a condition.
type Secret struct {
	ID   string `json:"id"`
	Text string `json:"text"`
	Now  bool   `json:"now" doc:"Trust has reached the gate: she tells it when asked"`
	Free bool   `json:"freely" doc:"No trust is needed"`
	Told bool   `json:"told"`
}

// Role gives an actor the own card.
func (x *Exercises) Role(ctx context.Context, who realm.Actor) (*Role, error) {
	s, m, err := x.Admitted(ctx, who, policy.ExerciseAct)
	if err != nil {
		return nil, err
	}
	x.turning.Lock()
	defer x.turning.Unlock()
	g, err := x.game(ctx, s)
	if err != nil {
		return nil, err
	}
	c, lang := cast(g.script, m.Character), who.Language
	if c.ID == "" {
		return nil, problem.ErrNotFound
	}
	r := &Role{Face: x.face(s, m, lang), Character: c.ID, Code: x.Code(s, c.ID), Name: c.Name.In(lang), Age: c.Age, Speaks: c.Speaks,
		Shows: c.Shows.In(lang), Says: c.Says.In(lang), Hides: c.Hides.In(lang), Never: c.Never.In(lang), Teams: s.Teams}
	for _, p := range g.script.Places {
		if p.ID == c.Place {
			r.Place = p.Name.In(lang)
		}
	}
	now := g.play.Told(c.ID)
	for i := range c.Reveals {
		y := &c.Reveals[i]
		_, told := g.play.Facts().Done("told", y.ID)
		r.Reveals = append(r.Reveals, Secret{ID: y.ID, Text: y.Truth.In(lang), Free: y.Gate <= c.Trust && y.When == "",
			Told: told, Now: slices.ContainsFunc(now, func(z *scenario.Reveal) bool { return z.ID == y.ID })})
	}
	mine := func(id string) bool { return id == c.ID }
	told, err := entries[ToldEvent](ctx, x, s.ID, Told, 400)
	if err != nil {
		return nil, err
	}
	r.Told = slices.DeleteFunc(told, func(e ToldEvent) bool { return !mine(e.Character) })
	treated, err := entries[TreatedEvent](ctx, x, s.ID, Treated, 400)
	if err != nil {
		return nil, err
	}
	r.Treated = slices.DeleteFunc(treated, func(e TreatedEvent) bool { return !mine(e.Character) })
	calls, err := entries[CalledEvent](ctx, x, s.ID, Called, newest)
	r.Calls = slices.DeleteFunc(calls, func(e CalledEvent) bool { return e.To != c.ID && e.To != "actors" })
	return r, err
}

// Truth gives the scenario to control; to everybody with a part once it is
// revealed.
func (x *Exercises) Truth(ctx context.Context, who realm.Actor) (*scenario.Scenario, error) {
	s, _, err := x.Admitted(ctx, who, policy.ExerciseView)
	if err != nil {
		return nil, err
	}
	if s.Phase != Opened {
		if _, _, err := x.Admitted(ctx, who, policy.ExerciseTruth); err != nil {
			return nil, err
		}
	}
	script, err := x.script(ctx, s)
	if err != nil {
		return nil, err
	}
	return script.Scenario, nil
}

// Opening gives what was revealed, from the ledger; before, there is nothing.
func (x *Exercises) Opening(ctx context.Context, who realm.Actor) (*RevealedEvent, error) {
	s, _, err := x.Admitted(ctx, who, policy.ExerciseView)
	if err != nil {
		return nil, err
	}
	if s.Phase != Opened {
		return nil, problem.ErrNotFound
	}
	events, err := x.realm.Ledger.Stream(ctx, Stream(s.ID), 0)
	if err != nil {
		return nil, err
	}
	var out *RevealedEvent
	for _, e := range events {
		if e.Kind == Revealed {
			err = read(e, func(p RevealedEvent) { out = &p })
		}
	}
	return out, err
}
