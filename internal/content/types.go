package content

import "time"

// Words is one text in every language: language code -> text.
type Words map[string]string

// In gives the text in a language, or in English.
func (w Words) In(lang string) string {
	if s, ok := w[lang]; ok && s != "" {
		return s
	}
	return w["en"]
}

// Term is one entry of a vocabulary.
type Term struct {
	ID        string `yaml:"id"`
	Label     Words  `yaml:"label"`
	Detention bool   `yaml:"detention"` // places-of-stay: a cell, a prison, another lock
	Safe      bool   `yaml:"safe"`      // places-of-stay: counts as a safe place in time to care
	Source    string `yaml:"source"`
}

// In gives the label in a language.
func (t Term) In(lang string) string { return t.Label.In(lang) }

// Service is one category of help; the top ones are those of CTIPA s.15.
type Service struct {
	ID     string `yaml:"id"`
	Parent string `yaml:"parent"`
	Label  Words  `yaml:"label"`
	Source string `yaml:"source"`
}

// Rule is one rule of the domain, as it is told to the person it stops.
type Rule struct {
	ID     string `yaml:"id"`
	Title  Words  `yaml:"title"`
	Why    Words  `yaml:"why"`
	Remedy Words  `yaml:"remedy"`
	Source string `yaml:"source"`
}

// Clock is one period that the mechanism keeps.
type Clock struct {
	ID        string        `yaml:"id"`
	Within    time.Duration `yaml:"within"`
	Confirmed bool          `yaml:"confirmed"`
	Source    string        `yaml:"source"`
}

// Questionnaire is one version of a screening form.
type Questionnaire struct {
	ID       string   `yaml:"id"`
	Version  int      `yaml:"version"`
	Audience string   `yaml:"audience"` // adult or child
	Title    Words    `yaml:"title"`
	Intro    Words    `yaml:"intro"`
	Sources  []string `yaml:"sources"`
	Groups   []Group  `yaml:"groups"`

	by map[string]*Indicator
}

// Group is what stands together on the page. Where a sign is counted is said
// by its own dimension.
type Group struct {
	ID         string      `yaml:"id"`
	Title      Words       `yaml:"title"`
	Indicators []Indicator `yaml:"indicators"`
}

// Indicator is one sign to look or ask for. It is a trigger for inquiry, not
// a proof.
type Indicator struct {
	ID       string `yaml:"id"`
	Text     Words  `yaml:"text"`
	Ask      Words  `yaml:"ask"`
	Strength string `yaml:"strength"` // strong, medium, weak
	Element  string `yaml:"element"`  // act, means, purpose, none (CTIPA s.3)
	Track    string `yaml:"track"`    // trafficking, smuggling, both
	// Dimension is where the sign is counted (scoring.yaml); Also is the
	// smuggling dimension of a sign of both tracks.
	Dimension string `yaml:"dimension"`
	Also      string `yaml:"also"`
}

// Indicator finds one by its id.
func (q *Questionnaire) Indicator(id string) (*Indicator, bool) {
	i, ok := q.by[id]
	return i, ok
}

// Agency is a real organisation with public facts, each from a named source.
// Nothing here has been verified by a call until Verified says so.
type Agency struct {
	ID           string   `yaml:"id"`
	Name         string   `yaml:"name"`
	Kind         string   `yaml:"kind"`
	County       string   `yaml:"county"`
	Town         string   `yaml:"town"`
	Role         Words    `yaml:"role"`
	Phones       []string `yaml:"phones"`
	Hours        string   `yaml:"hours"`
	Services     []string `yaml:"services"`
	Serves       Words    `yaml:"serves"`
	Website      string   `yaml:"website"`
	Sources      []string `yaml:"sources"`
	Confidential bool     `yaml:"confidential_location"` // its place is never shown
	Verified     string   `yaml:"verified"`              // YYYY-MM-DD of the last call, or empty
}

// Content is everything loaded.
type Content struct {
	Scoring        Scoring
	Services       []Service
	Agencies       []Agency
	Questionnaires []*Questionnaire
	Clocks         []Clock
	Rules          []Rule
	Conduct        Conduct

	lists    map[string][]Term
	terms    map[string]map[string]Term
	services map[string]Service
	rules    map[string]Rule
	clocks   map[string]time.Duration
	quest    map[string]*Questionnaire
	agencies map[string]Agency
}

// Term finds one term of a vocabulary.
func (c *Content) Term(list, id string) (Term, bool) {
	t, ok := c.terms[list][id]
	return t, ok
}

// List gives a vocabulary in its order.
func (c *Content) List(list string) []Term { return c.lists[list] }

// Lists names every vocabulary.
func (c *Content) Lists() map[string][]Term { return c.lists }

// Label is the label of a term, or the id where there is none.
func (c *Content) Label(list, id, lang string) string {
	if t, ok := c.terms[list][id]; ok {
		return t.In(lang)
	}
	return id
}

// Service finds one service.
func (c *Content) Service(id string) (Service, bool) {
	s, ok := c.services[id]
	return s, ok
}

// Rule finds one rule.
func (c *Content) Rule(id string) (Rule, bool) {
	r, ok := c.rules[id]
	return r, ok
}

// Clock gives a period. An unknown clock is a fault of the program, found at
// start by Load, which knows every clock the program asks for.
func (c *Content) Clock(id string) time.Duration {
	d, ok := c.clocks[id]
	if !ok {
		panic("content: no clock " + id)
	}
	return d
}

// Questionnaire finds one version of a form.
func (c *Content) Questionnaire(id string) (*Questionnaire, bool) {
	q, ok := c.quest[id]
	return q, ok
}

// QuestionnaireFor gives the newest form for an audience.
func (c *Content) QuestionnaireFor(audience string) *Questionnaire {
	var best *Questionnaire
	for _, q := range c.Questionnaires {
		if q.Audience == audience && (best == nil || q.Version > best.Version) {
			best = q
		}
	}
	return best
}

// Agency finds one of the start agencies.
func (c *Content) Agency(id string) (Agency, bool) {
	a, ok := c.agencies[id]
	return a, ok
}
