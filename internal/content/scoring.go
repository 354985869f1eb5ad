package content

import "fmt"

// Scoring is the rule by which indicators add up. It is data: the published
// counting rule could not be confirmed, and the file says so.
type Scoring struct {
	Confirmed bool   `yaml:"confirmed"`
	Source    string `yaml:"source"`
	// Positive lists the combinations that make one group positive; any one
	// of them is enough.
	Positive []Combination `yaml:"positive"`
	// Levels say how many positive groups make which strength, the highest
	// first.
	Levels []Level `yaml:"levels"`
}

// Combination is a least number of indicators of each strength. An indicator
// that is stronger than needed counts too.
type Combination struct {
	Strong int `yaml:"strong"`
	Medium int `yaml:"medium"`
	Weak   int `yaml:"weak"`
}

// Level is one strength of indication.
type Level struct {
	ID     string `yaml:"id"`     // weak, moderate, strong
	Groups int    `yaml:"groups"` // positive groups needed
	// Purpose: an indicator of exploitation must be among them.
	Purpose bool `yaml:"purpose"`
}

// Result is what a questionnaire's answers add up to.
type Result struct {
	Trafficking string // none, weak, moderate, strong
	Smuggling   string
	Groups      []GroupResult
}

// GroupResult explains one group: how many indicators of each strength were
// answered yes, and whether that makes it positive.
type GroupResult struct {
	Group    string
	Strong   int
	Medium   int
	Weak     int
	Positive bool
}

// Score adds up the answers. More "yes" never makes an indication weaker. For
// a child, means play no part: its questionnaire has none.
func (sc Scoring) Score(q *Questionnaire, answers map[string]string) Result {
	var r Result
	r.Trafficking = sc.track(q, answers, "trafficking", &r.Groups)
	r.Smuggling = sc.track(q, answers, "smuggling", nil)
	return r
}

func (sc Scoring) track(q *Questionnaire, answers map[string]string, track string, out *[]GroupResult) string {
	positive, any, purpose := 0, false, false
	for _, g := range q.Groups {
		res := GroupResult{Group: g.ID}
		for _, in := range g.Indicators {
			if answers[in.ID] != "yes" {
				continue
			}
			if out == nil && in.Track != track && in.Track != "both" || out != nil && in.Track == "smuggling" {
				continue
			}
			any = true
			purpose = purpose || in.Element == "purpose" || track == "smuggling"
			switch in.Strength {
			case "strong":
				res.Strong++
			case "medium":
				res.Medium++
			case "weak":
				res.Weak++
			}
		}
		for _, c := range sc.Positive {
			res.Positive = res.Positive || c.met(res)
		}
		if res.Positive {
			positive++
		}
		if out != nil {
			*out = append(*out, res)
		}
	}
	for _, l := range sc.Levels {
		if positive >= l.Groups && (!l.Purpose || purpose) && any {
			return l.ID
		}
	}
	return "none"
}

// met lets a stronger indicator stand for a weaker one.
func (c Combination) met(r GroupResult) bool {
	strong := r.Strong - c.Strong
	if strong < 0 {
		return false
	}
	medium := r.Medium + strong - c.Medium
	if medium < 0 {
		return false
	}
	return r.Weak+medium-c.Weak >= 0
}

func (l *loader) scoring() {
	const file = "scoring.yaml"
	if len(l.c.Scoring.Positive) == 0 || len(l.c.Scoring.Levels) == 0 {
		l.add(file, 0, "positive or levels is empty", "say which combinations make a group positive and how many groups make which strength")
	}
	for i, lv := range l.c.Scoring.Levels {
		if lv.ID != "weak" && lv.ID != "moderate" && lv.ID != "strong" {
			l.add(file, 0, fmt.Sprintf("level %d has the unknown id %q", i+1, lv.ID), "use strong, moderate or weak")
		}
	}
}
