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
