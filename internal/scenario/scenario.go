package scenario

// Format is the version of the file format this program reads and writes.
const Format = 1

// Text is one text in the languages of the scenario, by language code.
type Text map[string]string

// In is the text in the language, or in the first of the others it has.
func (t Text) In(lang string) string {
	if s := t[lang]; s != "" {
		return s
	}
	for _, l := range []string{"en", "sw"} {
		if s := t[l]; s != "" {
			return s
		}
	}
	return ""
}

// Scenario is one exercise from background to grading.
type Scenario struct {
	Format     int            `yaml:"rufaa_scenario"`
	ID         string         `yaml:"id"`
	Version    string         `yaml:"version"`
	Fictional  bool           `yaml:"fictional"`
	Source     string         `yaml:"source"`
	Languages  []string       `yaml:"languages"`
	Title      Text           `yaml:"title"`
	Background Text           `yaml:"background"`
	Timetable  []Day          `yaml:"timetable"`
	Objectives []Objective    `yaml:"objectives"`
	Places     []Place        `yaml:"places"`
	Teams      []Team         `yaml:"teams"`
	Trust      map[string]int `yaml:"trust"`
	Characters []Character    `yaml:"characters"`
	Exhibits   []Exhibit      `yaml:"exhibits,omitempty"`
	Truth      []Wrong        `yaml:"truth"`
	Injects    []Inject       `yaml:"injects"`
	Criteria   []Criterion    `yaml:"criteria"`
	Resources  Resources      `yaml:"resources"`

	at positions
}

// Day is a day of play, in scenario time.
type Day struct {
	Day  int    `yaml:"day"`
	From Moment `yaml:"from"`
	To   Moment `yaml:"to"`
}

// Objective is what players should be able to do afterwards.
type Objective struct {
	ID   string `yaml:"id"`
	Text Text   `yaml:"text"`
}

// Place is a place of the story. X and Y are on the scenario's own map, 0 to 100
// from west to east and from north to south: a fictional town has no coordinates.
type Place struct {
	ID   string         `yaml:"id"`
	Name Text           `yaml:"name"`
	Kind string         `yaml:"kind"`
	X    int            `yaml:"x"`
	Y    int            `yaml:"y"`
	Beds map[string]int `yaml:"beds,omitempty"` // by who may sleep there: girls, boys, women, men
}

// Team is an agency's team, with its duties and number of players.
type Team struct {
	ID      string `yaml:"id"`
	Name    Text   `yaml:"name"`
	Duties  Text   `yaml:"duties"`
	Players int    `yaml:"players"`
	Control bool   `yaml:"control,omitempty"` // played by exercise control
}

// Character is an actor's role: what she says, what she hides and when she tells.
type Character struct {
	ID      string   `yaml:"id"`
	Name    Text     `yaml:"name"`
	Age     int      `yaml:"age"` // true age in years
	Sex     string   `yaml:"sex"` // f or m
	Speaks  []string `yaml:"speaks"`
	Place   string   `yaml:"place"`
	Shows   Text     `yaml:"shows"`
	Says    Text     `yaml:"says"`
	Hides   Text     `yaml:"hides"`
	Never   Text     `yaml:"never,omitempty"` // what the actor never does
	Trust   int      `yaml:"trust"`           // at the start
	Role    string   `yaml:"role"`            // victim, smuggled, offender, witness, other: the hidden truth
	Reveals []Reveal `yaml:"reveals,omitempty"`
	Bed     string   `yaml:"bed,omitempty"`
}

// Reveal is something she tells once trust reaches the gate and When holds.
type Reveal struct {
	ID    string `yaml:"id"`
	Gate  int    `yaml:"gate"`
	When  string `yaml:"when,omitempty"`
	Truth Text   `yaml:"truth"`
	// Recorded are deeds that show it was understood and kept, Wrong those that
	// show the contrary was; the review reads them.
	Recorded []Deed `yaml:"recorded,omitempty"`
	Wrong    []Deed `yaml:"wrong,omitempty"`
}

// Exhibit is a thing to be found, and where it is.
type Exhibit struct {
	ID    string `yaml:"id"`
	Name  Text   `yaml:"name"`
	Place string `yaml:"place"`
}

// Wrong is one line of the ground truth: who was harmed, by whom and how.
type Wrong struct {
	Victim   string   `yaml:"victim"`
	By       []string `yaml:"by"`
	Kind     string   `yaml:"kind"` // trafficking or smuggling
	Text     Text     `yaml:"text"`
	Exhibits []string `yaml:"exhibits,omitempty"`
	Places   []string `yaml:"places,omitempty"`
}

// Inject is one event fed to the players. With only At it fires then. With At
// and When it is decided at At, or until Until when that is given. With only
// When it waits until the end of the timetable.
type Inject struct {
	ID       string        `yaml:"id"`
	At       Moment        `yaml:"at,omitempty"`
	Until    Moment        `yaml:"until,omitempty"`
	When     string        `yaml:"when,omitempty"`
	From     string        `yaml:"from"` // a character, a team or "control"
	To       []string      `yaml:"to"`   // teams
	Channel  string        `yaml:"channel"`
	Title    Text          `yaml:"title"`
	Content  Text          `yaml:"content"`
	Sets     []Deed        `yaml:"sets,omitempty"`
	Expect   []Expectation `yaml:"expect,omitempty"`
	Tempt    []Temptation  `yaml:"tempt,omitempty"`
	Fallback Text          `yaml:"contingency,omitempty"`
}

// Deed names a fact: a word of the vocabulary and whom or what it is about.
type Deed struct {
	Do    string `yaml:"do"`
	About string `yaml:"about"`
}

// Expectation is what a good team does about an inject, and how soon.
type Expectation struct {
	Deed     `yaml:",inline"`
	Team     string   `yaml:"team"`
	Within   Span     `yaml:"within"`
	Criteria []string `yaml:"k,omitempty"`
	Action   Text     `yaml:"action,omitempty"`
}

// Temptation is a wrong turn a weak team may take at an inject.
type Temptation struct {
	Deed `yaml:",inline"`
	Team string `yaml:"team"`
}

// Criterion is one measure with its grades. Performed, Some and Major are
// conditions, tried in this order; none true is "unable". Chance says whether
// the team had a fair chance at all; Breach caps the grade at Major.
type Criterion struct {
	ID        string `yaml:"id"`
	Objective string `yaml:"objective"`
	Weight    int    `yaml:"weight"`
	Text      Text   `yaml:"text"`
	Source    string `yaml:"source"`
	Chance    string `yaml:"chance,omitempty"`
	Breach    string `yaml:"breach,omitempty"`
	Performed string `yaml:"p"`
	Some      string `yaml:"s,omitempty"`
	Major     string `yaml:"m,omitempty"`
	Anchors   Text   `yaml:"anchors,omitempty"` // what each grade looks like, in words
}

// Resources bound what teams can do at once.
type Resources struct {
	Interpreters map[string]int `yaml:"interpreters"` // by language
}
