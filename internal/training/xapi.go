package training

import (
	"slices"
	"strings"
	"time"

	"github.com/google/uuid"
)

// Statement is one xAPI statement (version 1.0.3). Its actor is an opaque
// account: no mail address, no name, no staff id.
type Statement struct {
	ID        string    `json:"id"`
	Actor     agent     `json:"actor"`
	Verb      verb      `json:"verb"`
	Object    activity  `json:"object"`
	Result    *result   `json:"result,omitempty"`
	Context   xcontext  `json:"context"`
	Timestamp time.Time `json:"timestamp"`
	Version   string    `json:"version"`
}

type agent struct {
	ObjectType string  `json:"objectType"`
	Account    account `json:"account"`
}

type account struct {
	HomePage string `json:"homePage"`
	Name     string `json:"name"`
}

type verb struct {
	ID      string            `json:"id"`
	Display map[string]string `json:"display"`
}

type activity struct {
	ObjectType string     `json:"objectType"`
	ID         string     `json:"id"`
	Definition definition `json:"definition"`
}

type definition struct {
	Type string            `json:"type"`
	Name map[string]string `json:"name"`
}

type result struct {
	Score      *score `json:"score,omitempty"`
	Success    *bool  `json:"success,omitempty"`
	Completion *bool  `json:"completion,omitempty"`
}

type score struct {
	Scaled float64 `json:"scaled"`
	Raw    float64 `json:"raw"`
	Min    float64 `json:"min"`
	Max    float64 `json:"max"`
}

type xcontext struct {
	Platform          string                `json:"platform"`
	ContextActivities map[string][]activity `json:"contextActivities"`
}

// statements keeps ids of statements apart from other ids made of words: the
// same step has the same id, so that a file read twice counts once.
var statements = uuid.MustParse("0b7e3f5a-55e0-4a51-9d0c-5b1d7e0a6c42")

const adl = "http://adlnet.gov/expapi/"

// Statements tells a course as xAPI, in order of time. home is the home page of
// the accounts, an IRI; platform says which world it is.
func (c *Course) Statements(home, platform string) []Statement {
	course := activity{"Activity", home + "/courses/" + c.ID, definition{adl + "activities/course", map[string]string{"en": c.Title}}}
	out := []Statement{}
	add := func(s *Seat, what, v, said string, object activity, r *result, at time.Time) {
		out = append(out, Statement{
			ID: uuid.NewSHA1(statements, []byte(c.ID+"/"+s.Seat+"/"+what)).String(), Actor: agent{"Agent", account{home, s.Seat}},
			Verb: verb{v, map[string]string{"en": said}}, Object: object, Result: r, Timestamp: at.UTC(), Version: "1.0.3",
			Context: xcontext{platform, map[string][]activity{"grouping": {course}}},
		})
	}
	yes := true
	for _, s := range c.Seats {
		add(s, "attended", adl+"verbs/attended", "attended", course, nil, s.At)
		for x, t := range s.Tests {
			test := activity{"Activity", course.ID + "/tests/" + string(x), definition{adl + "activities/assessment", map[string]string{"en": c.Title + ": knowledge test " + string(x)}}}
			r := &result{Score: &score{t.Percent() / 100, float64(t.Right), 0, float64(t.Of)}, Completion: &yes}
			if x != Before {
				passed := t.Percent() >= Floor
				r.Success = &passed
			}
			add(s, string(x), adl+"verbs/completed", "completed", test, r, t.At)
		}
		if s.Code != "" && s.Revoked == "" {
			add(s, "earned", "http://id.tincanapi.com/verb/earned", "earned", course, nil, s.Issued)
		}
	}
	slices.SortFunc(out, func(a, b Statement) int {
		if n := a.Timestamp.Compare(b.Timestamp); n != 0 {
			return n
		}
		return strings.Compare(a.ID, b.ID)
	})
	return out
}
