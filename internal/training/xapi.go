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
	Timestamp time.Time `json:"timestamp,omitzero"` // absent where it is not known any more
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

// activity is the object of a statement; of one that voids another it is a
// reference, which has no definition.
type activity struct {
	ObjectType string      `json:"objectType"`
	ID         string      `json:"id"`
	Definition *definition `json:"definition,omitempty"`
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
	Platform          string                `json:"platform,omitempty"`
	ContextActivities map[string][]activity `json:"contextActivities"`
	Extensions        map[string]string     `json:"extensions,omitempty"`
}

// statements keeps ids of statements apart from other ids made of words: the
// same step has the same id, so that a file read twice counts once.
var statements = uuid.MustParse("0b7e3f5a-55e0-4a51-9d0c-5b1d7e0a6c42")

const adl = "http://adlnet.gov/expapi/"

// Statements tells a course as xAPI, in order of time. home is the home page of
// the accounts, an IRI; platform says which world it is.
func (c *Course) Statements(home, platform string) []Statement {
	course := c.activity(home)
	out := []Statement{}
	add := func(s *Seat, what, v, said string, object activity, r *result, at time.Time) {
		out = append(out, Statement{
			ID: c.statement(s, what), Actor: agent{"Agent", account{home, s.Seat}},
			Verb: verb{v, map[string]string{"en": said}}, Object: object, Result: r, Timestamp: at.UTC(), Version: "1.0.3",
			Context: xcontext{Platform: platform, ContextActivities: map[string][]activity{"grouping": {course}}},
		})
	}
	yes := true
	for _, s := range c.Seats {
		add(s, "attended", adl+"verbs/attended", "attended", course, nil, s.At)
		for x, t := range s.Tests {
			test := activity{"Activity", course.ID + "/tests/" + string(x), &definition{adl + "activities/assessment", map[string]string{"en": c.Title + ": knowledge test " + string(x)}}}
			r := &result{Score: &score{t.Percent() / 100, float64(t.Right), 0, float64(t.Of)}, Completion: &yes}
			if x != Before {
				passed := t.Percent() >= Floor
				r.Success = &passed
			}
			add(s, string(x), adl+"verbs/completed", "completed", test, r, t.At)
		}
		if s.Code != "" && s.Revoked == "" {
			add(s, earned, "http://id.tincanapi.com/verb/earned", "earned", course, nil, s.Issued)
		}
	}
	slices.SortFunc(out, byTime)
	return out
}

func byTime(a, b Statement) int {
	if n := a.Timestamp.Compare(b.Timestamp); n != 0 {
		return n
	}
	return strings.Compare(a.ID, b.ID)
}

// File is a course for a store that may have loaded it before: its statements,
// and for each certificate that was taken back what voids it, in place of what
// told of it. Where it was never told, what voids it refers to nothing there, and
// says neither whose it was nor why.
//
// Source: xAPI 1.0.3, part two, 2.3.2: a statement is voided where the store holds
// one that voids it, whichever came first.
func (c *Course) File(home, platform string) []Statement {
	out := c.Statements(home, platform)
	for _, w := range c.withdrawals(home, platform) {
		out = append(out, w.Statement)
	}
	slices.SortFunc(out, byTime)
	return out
}

// earned is the step of a certificate.
const earned = "earned"

// statement is the id of a step.
func (c *Course) statement(s *Seat, what string) string {
	return uuid.NewSHA1(statements, []byte(c.ID+"/"+s.Seat+"/"+what)).String()
}

func (c *Course) activity(home string) activity {
	return activity{"Activity", home + "/courses/" + c.ID, &definition{adl + "activities/course", map[string]string{"en": c.Title}}}
}

// withdrawal takes a statement back, where it was told.
type withdrawal struct {
	of string // id of the statement
	Statement
}

// withdrawals void the statements of certificates that were taken back. Who
// takes back is the issuer, under the name of none of its people. Why, the
// store is not told.
//
// Source: xAPI 1.0.3, part two, 2.3.2 (voided; its object is a reference) and
// 2.4.6 (platform only where the object is an activity: the world stands in an
// extension).
func (c *Course) withdrawals(home, platform string) []withdrawal {
	var out []withdrawal
	for _, s := range c.Seats {
		if s.Code == "" || s.Revoked == "" {
			continue
		}
		of := c.statement(s, earned)
		out = append(out, withdrawal{of, Statement{ID: c.statement(s, "voided"), Actor: agent{"Agent", account{home, "issuer"}},
			Verb: verb{adl + "verbs/voided", map[string]string{"en": "voided"}}, Object: activity{ObjectType: "StatementRef", ID: of},
			Timestamp: s.Withdrawn.UTC(), Version: "1.0.3",
			Context: xcontext{ContextActivities: map[string][]activity{"grouping": {c.activity(home)}}, Extensions: map[string]string{home + "/platform": platform}}}})
	}
	slices.SortFunc(out, func(a, b withdrawal) int { return strings.Compare(a.ID, b.ID) })
	return out
}
