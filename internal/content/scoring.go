package content

import "slices"

// Scoring is the rule by which signs add up. It is data: the published
// counting rule could not be confirmed, and the file says so.
type Scoring struct {
	Confirmed  bool        `yaml:"confirmed"`
	Source     string      `yaml:"source"`
	Dimensions []Dimension `yaml:"dimensions"`
	// Positive lists the combinations that make a dimension positive; any one
	// of them is enough.
	Positive []Combination `yaml:"positive"`
	// Levels say, for each track, what makes which strength, strongest first.
	Levels map[string][]Level `yaml:"levels"`
}

// Dimension is one side of a story on which signs are counted.
type Dimension struct {
	ID    string `yaml:"id"`
	Track string `yaml:"track"` // trafficking or smuggling
	Title Words  `yaml:"title"`
}

// Combination is a least number of signs of each strength. A sign that is
// stronger than needed counts too.
type Combination struct {
	Strong int `yaml:"strong"`
	Medium int `yaml:"medium"`
	Weak   int `yaml:"weak"`
}

// Level is one way to reach a strength.
type Level struct {
	ID       string `yaml:"id"`       // weak, moderate, strong
	Positive int    `yaml:"positive"` // positive dimensions of the track, at least
	Needs    string `yaml:"needs"`    // a dimension that must be positive, or empty
	Audience string `yaml:"audience"` // adult, child, or empty for both
}

// Result is what a questionnaire's answers add up to.
type Result struct {
	Trafficking string // none, weak, moderate, strong
	Smuggling   string
	Groups      []GroupResult // every dimension, in the order of the file

	// Act, Means and Purpose tell which elements of CTIPA s.3 have a sign.
	// Means stays false for a child: it plays no part.
	Act, Means, Purpose bool
}

// GroupResult explains one dimension: how many signs of each strength were
// answered yes, and whether that makes it positive.
type GroupResult struct {
	Group    string // id of the dimension
	Track    string // trafficking or smuggling
	Strong   int
	Medium   int
	Weak     int
	Positive bool
}

// Line is one sentence of the explanation: a text key with its arguments.
type Line struct {
	Key  string
	Args []any // name, value, …
}

// Dimension finds one dimension.
func (sc Scoring) Dimension(id string) (Dimension, bool) {
	for _, d := range sc.Dimensions {
		if d.ID == id {
			return d, true
		}
	}
	return Dimension{}, false
}

// Score adds up the answers (indicator id -> yes, no, unknown, not_asked).
// Only yes counts, and one more yes never makes an indication weaker. Answers
// that the questionnaire does not know are passed over.
func (sc Scoring) Score(q *Questionnaire, answers map[string]string) Result {
	r := Result{Groups: make([]GroupResult, len(sc.Dimensions))}
	at := make(map[string]int, len(sc.Dimensions))
	for i, d := range sc.Dimensions {
		r.Groups[i] = GroupResult{Group: d.ID, Track: d.Track}
		at[d.ID] = i
	}
	for g := range q.Groups {
		for i := range q.Groups[g].Indicators {
			in := &q.Groups[g].Indicators[i]
			if answers[in.ID] != "yes" {
				continue
			}
			r.element(q, in)
			for _, id := range []string{in.Dimension, in.Also} {
				if k, ok := at[id]; ok {
					r.Groups[k].count(in.Strength)
				}
			}
		}
	}
	for i := range r.Groups {
		g := &r.Groups[i]
		g.Positive = slices.ContainsFunc(sc.Positive, func(c Combination) bool { return c.met(*g) })
	}
	r.Trafficking = sc.level(q, "trafficking", r.Groups)
	r.Smuggling = sc.level(q, "smuggling", r.Groups)
	return r
}

// element notes the element of trafficking that a sign belongs to.
func (r *Result) element(q *Questionnaire, in *Indicator) {
	if in.Track == "smuggling" {
		return
	}
	switch in.Element {
	case "act":
		r.Act = true
	case "means":
		r.Means = r.Means || q.Audience != "child"
	case "purpose":
		r.Purpose = true
	}
}

func (g *GroupResult) count(strength string) {
	switch strength {
	case "strong":
		g.Strong++
	case "medium":
		g.Medium++
	case "weak":
		g.Weak++
	}
}

// Signs is how many signs of the dimension were answered yes.
func (g GroupResult) Signs() int { return g.Strong + g.Medium + g.Weak }

func (sc Scoring) level(q *Questionnaire, track string, groups []GroupResult) string {
	positive, signs := 0, 0
	met := map[string]bool{"": true}
	for _, g := range groups {
		if g.Track != track {
			continue
		}
		signs += g.Signs()
		if g.Positive {
			positive++
			met[g.Group] = true
		}
	}
	if signs == 0 {
		return "none"
	}
	for _, l := range sc.Levels[track] {
		if positive >= l.Positive && met[l.Needs] && (l.Audience == "" || l.Audience == q.Audience) {
			return l.ID
		}
	}
	return "none"
}

// met lets a stronger sign stand for a weaker one.
func (c Combination) met(g GroupResult) bool {
	strong := g.Strong - c.Strong
	if strong < 0 {
		return false
	}
	medium := g.Medium + strong - c.Medium
	if medium < 0 {
		return false
	}
	return g.Weak+medium-c.Weak >= 0
}

// Explain tells how a result came about, in the order to be read: the strength
// for each track, each dimension with a sign, who decides, and that the rule
// is not confirmed where it is not. Dimensions are named in lang.
func (sc Scoring) Explain(r Result, lang string) []Line {
	lines := []Line{
		{Key: "common.scoring.trafficking." + r.Trafficking},
		{Key: "common.scoring.smuggling." + r.Smuggling},
	}
	for _, g := range r.Groups {
		if g.Signs() == 0 {
			continue
		}
		key := "common.scoring.dimension.negative"
		if g.Positive {
			key = "common.scoring.dimension.positive"
		}
		d, _ := sc.Dimension(g.Group)
		lines = append(lines, Line{Key: key, Args: []any{
			"dimension", d.Title.In(lang), "strong", g.Strong, "medium", g.Medium, "weak", g.Weak}})
	}
	lines = append(lines, Line{Key: "common.scoring.person_decides"})
	if !sc.Confirmed {
		lines = append(lines, Line{Key: "common.scoring.not_confirmed"})
	}
	return lines
}
