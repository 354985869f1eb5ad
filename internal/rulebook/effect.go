package rulebook

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"slices"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/content"
	"rufaa/internal/policy"
)

// World is what the effect of a version is told over: the realm's cases, its
// referrals and its people. Nothing sealed is opened.
type World struct {
	Cases func(context.Context, func(*casefile.State) error) error
	// Waiting counts referrals that wait for an answer, by urgency.
	Waiting func(context.Context) (map[string]int, error)
	// People gives everybody who is active, once for each duty.
	People func(context.Context) ([]policy.Principal, error)
}

// Effect is what a version would change, told before anybody approves it.
type Effect struct {
	Decisions []policy.Change `json:"decisions" doc:"Cells of the table of decisions that change"`
	Sight     []Sight         `json:"sight" doc:"Who would lose or gain sight of what, over the cases there are"`
	Clocks    []ClockChange   `json:"clocks"`
	Terms     []TermChange    `json:"terms"`
	Signs     []SignChange    `json:"signs" doc:"Indicators of a questionnaire that come, go or change"`
}

// Sight is how many people lose or gain sight of one thing, in how many cases.
type Sight struct {
	What   string `json:"what" doc:"case, part.<part> or a compartment"`
	Gains  bool   `json:"gains"`
	People int    `json:"people"`
	Cases  int    `json:"cases"`
}

// ClockChange is a period that changes.
type ClockChange struct {
	ID      string        `json:"id"`
	Before  time.Duration `json:"before" doc:"Nanoseconds; 0: the clock is new"`
	After   time.Duration `json:"after" doc:"Nanoseconds"`
	Running int           `json:"running" doc:"Clocks of this kind that run now"`
	// Moves tells whether those that run change with it; others keep the time
	// they were given, because somebody was told it.
	Moves bool `json:"moves"`
	// Restart tells that it holds for new sessions after the next start only.
	Restart bool `json:"restart"`
}

// TermChange is a term or service that comes, retires or gets another label.
type TermChange struct {
	List  string `json:"list" doc:"Name of the vocabulary; services for the categories of help"`
	ID    string `json:"id"`
	How   string `json:"how" enum:"added,retired,returned,renamed,changed"`
	Cases int    `json:"cases" doc:"Up to so many cases name it"`
}

// SignChange is one indicator.
type SignChange struct {
	ID  string `json:"id"`
	How string `json:"how" enum:"added,removed,changed"`
}

// Summary is an effect in a few figures, for the history.
type Summary struct {
	Decisions int `json:"decisions,omitempty"`
	Lose      int `json:"lose,omitempty"` // people who lose sight of something
	Gain      int `json:"gain,omitempty"`
	Clocks    int `json:"clocks,omitempty"`
	Terms     int `json:"terms,omitempty"`
	Signs     int `json:"signs,omitempty"`
}

// Summary counts. The figure of people is that of the thing most people lose
// or gain.
func (e *Effect) Summary() Summary {
	s := Summary{Decisions: len(e.Decisions), Clocks: len(e.Clocks), Terms: len(e.Terms), Signs: len(e.Signs)}
	for _, x := range e.Sight {
		if x.Gains {
			s.Gain = max(s.Gain, x.People)
		} else {
			s.Lose = max(s.Lose, x.People)
		}
	}
	return s
}

// effect tells what a candidate that has no problem would change.
func (b *Rulebook) effect(ctx context.Context, d Document, c candidate) (*Effect, error) {
	now, then := b.realm.Content.Pinned(), c.content
	e := &Effect{Decisions: []policy.Change{}, Sight: []Sight{}, Clocks: clockChanges(now, then), Terms: termChanges(now, then), Signs: []SignChange{}}
	if d.Kind == Questionnaire {
		e.Signs = signChanges(now, then, d.Name)
	}
	if d.Kind == Policy {
		before := b.realm.Door
		e.Decisions = append(e.Decisions, policy.Compare(before, c.door)...)
		sight, err := b.sight(ctx, before, c.door)
		if err != nil {
			return nil, err
		}
		e.Sight = append(e.Sight, sight...)
	}
	return e, b.overCases(ctx, e)
}

func clockChanges(now, then *content.Content) []ClockChange {
	was := map[string]time.Duration{}
	for _, c := range now.Clocks() {
		was[c.ID] = c.Within
	}
	out := []ClockChange{}
	for _, c := range then.Clocks() {
		if was[c.ID] != c.Within {
			out = append(out, ClockChange{ID: c.ID, Before: was[c.ID], After: c.Within, Moves: c.ID == "break-glass-review" || c.ID == "retention",
				Restart: slices.Contains([]string{"session-idle", "session-absolute", "invitation"}, c.ID)})
		}
	}
	return out
}

func termChanges(now, then *content.Content) []TermChange {
	out := []TermChange{}
	is := then.Lists()
	for _, list := range slices.Sorted(maps.Keys(is)) {
		for _, t := range is[list] {
			old, had := now.Term(list, t.ID)
			changed := old.Detention != t.Detention || old.Source != t.Source
			if how := change(had, old.Retired, t.Retired, old.Label, t.Label, changed); how != "" {
				out = append(out, TermChange{List: list, ID: t.ID, How: how})
			}
		}
	}
	for _, s := range then.AllServices() {
		old, had := now.Service(s.ID)
		changed := old.Parent != s.Parent || old.Source != s.Source
		if how := change(had, old.Retired, s.Retired, old.Label, s.Label, changed); how != "" {
			out = append(out, TermChange{List: "services", ID: s.ID, How: how})
		}
	}
	return out
}

func change(had, wasRetired, retired bool, was, is content.Words, otherwise bool) string {
	switch {
	case !had:
		return "added"
	case retired && !wasRetired:
		return "retired"
	case wasRetired && !retired:
		return "returned"
	case !maps.Equal(was, is):
		return "renamed"
	case otherwise:
		return "changed"
	}
	return ""
}

func signChanges(now, then *content.Content, family string) []SignChange {
	out := []SignChange{}
	was, _ := now.Newest(family)
	is, _ := then.Newest(family)
	if was == nil || is == nil {
		return out
	}
	each := func(q *content.Questionnaire, fn func(*content.Indicator)) {
		for g := range q.Groups {
			for i := range q.Groups[g].Indicators {
				fn(&q.Groups[g].Indicators[i])
			}
		}
	}
	each(is, func(in *content.Indicator) {
		old, had := was.Indicator(in.ID)
		switch {
		case !had:
			out = append(out, SignChange{in.ID, "added"})
		case !maps.Equal(old.Text, in.Text) || !maps.Equal(old.Ask, in.Ask) || old.Strength != in.Strength || old.Element != in.Element ||
			old.Track != in.Track || old.Dimension != in.Dimension || old.Also != in.Also || old.Only != in.Only:
			out = append(out, SignChange{in.ID, "changed"})
		}
	})
	each(was, func(in *content.Indicator) {
		if _, kept := is.Indicator(in.ID); !kept {
			out = append(out, SignChange{in.ID, "removed"})
		}
	})
	return out
}

// overCases counts the clocks that run and the cases that name a term.
func (b *Rulebook) overCases(ctx context.Context, e *Effect) error {
	if len(e.Clocks) == 0 && len(e.Terms) == 0 || b.World.Cases == nil {
		return nil
	}
	running, now := map[string]int{}, b.realm.Now()
	waiting, err := b.World.Waiting(ctx)
	if err != nil {
		return err
	}
	for urgency, n := range waiting {
		running["referral-answer-"+urgency] = n
	}
	err = b.World.Cases(ctx, func(s *casefile.State) error {
		for _, id := range runningIn(s, now) {
			running[id]++
		}
		if len(e.Terms) == 0 {
			return nil
		}
		raw, err := json.Marshal(s)
		if err != nil {
			return err
		}
		for i := range e.Terms {
			if t := &e.Terms[i]; t.How != "added" && bytes.Contains(raw, []byte(`"`+t.ID+`"`)) {
				t.Cases++
			}
		}
		return nil
	})
	for i := range e.Clocks {
		e.Clocks[i].Running = running[e.Clocks[i].ID]
	}
	return err
}

// runningIn names the clocks that run in a case, by their id in clocks.yaml.
func runningIn(s *casefile.State, now time.Time) []string {
	var out []string
	for i := range s.BreakGlass {
		g := &s.BreakGlass[i]
		if g.Until.After(now) {
			out = append(out, "break-glass")
		}
		if g.Reviewed == nil {
			out = append(out, "break-glass-review")
		}
	}
	if s.Closure != nil {
		return append(out, "retention")
	}
	if s.Stage == casefile.StageAlerted && s.TakeDue != nil {
		id := "alert-taken"
		if s.Danger.Immediate {
			id = "alert-taken-danger"
		}
		out = append(out, id)
	}
	if last := s.LastSafety(); last != nil {
		out = append(out, "safety-reassess-"+last.Level)
	}
	return out
}
