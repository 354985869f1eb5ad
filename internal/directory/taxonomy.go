package directory

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"rufaa/internal/content"
)

// Term is one word of a directory list. The conditions below the label apply
// to the lists that use them.
type Term struct {
	ID    string `yaml:"id"`
	Label Words  `yaml:"label"`

	Residential bool `yaml:"residential"` // units: people sleep there
	Barred      bool `yaml:"barred"`      // vetting: nobody is sent there

	// groups: whom a capacity is for.
	Sexes          []string `yaml:"sexes"`
	MinAge         *int     `yaml:"min_age"`
	MaxAge         *int     `yaml:"max_age"`
	WithChildren   bool     `yaml:"with_children"`
	WithDisability bool     `yaml:"with_disability"`
}

// Taxonomy is the directory's own data: its lists, thresholds, holidays and
// the shapes of the counties.
type Taxonomy struct {
	Freshness struct {
		Capacity Freshness `yaml:"capacity"`
		Verified Freshness `yaml:"verified"`
	} `yaml:"freshness"`
	Holds struct {
		Lasts   time.Duration `yaml:"lasts"`   // unless said otherwise
		Longest time.Duration `yaml:"longest"` // that may be asked for
		Most    int           `yaml:"most"`    // places in one hold
	} `yaml:"holds"`
	Distance struct {
		Band     float64 `yaml:"band"`                  // km, of the order in a ranking
		Rounding float64 `yaml:"confidential_rounding"` // km
	} `yaml:"distance"`
	// Placement is for placing many people at once: what it costs, in
	// kilometres, to spend a scarce bed or to send somebody where something
	// must still be asked.
	Placement struct {
		Reserve map[string]int `yaml:"reserve"` // by group: the last such bed within reach
		Reach   float64        `yaml:"reach"`   // km
		Plenty  int            `yaml:"plenty"`  // so many free within reach need no keeping
		Unsure  int            `yaml:"unsure"`
		Foreign int            `yaml:"foreign"` // nobody there is known to speak the language
	} `yaml:"placement"`
	Holidays *Holidays  `yaml:"-"`
	Map      *Map       `yaml:"-"`
	Words    Vocabulary `yaml:"-"`

	content *content.Content
	lists   map[string][]Term
	spoken  map[string]meaning // words of the short message form
}

// directoryLists are the lists that the program asks for by name.
var directoryLists = []string{"units", "groups", "blocked-reasons", "service-states", "vetting", "verified-how",
	"documents", "phone-ways", "hold-outcomes", "closing-reasons"}

// LoadTaxonomy reads taxonomy.yaml and counties.yaml. Its errors name file and
// remedy.
func LoadTaxonomy(files fs.FS, c *content.Content) (*Taxonomy, error) {
	var f struct {
		Taxonomy `yaml:",inline"`
		Lists    map[string][]Term `yaml:"lists"`
		Holidays struct {
			Sundays bool     `yaml:"sunday_moves"`
			Fixed   []string `yaml:"fixed"`
			Dates   []string `yaml:"dates"`
		} `yaml:"holidays"`
	}
	if err := decode(files, "taxonomy.yaml", &f); err != nil {
		return nil, err
	}
	t := &f.Taxonomy
	t.content, t.lists = c, f.Lists
	for _, name := range directoryLists {
		if len(t.lists[name]) == 0 {
			return nil, fmt.Errorf("directory: taxonomy.yaml: the list %q is missing or empty; put it back", name)
		}
	}
	if t.Holds.Lasts <= 0 || t.Holds.Longest < t.Holds.Lasts || t.Holds.Most < 1 || t.Distance.Band <= 0 || t.Distance.Rounding <= 0 {
		return nil, fmt.Errorf("directory: taxonomy.yaml: holds and distance need figures above zero, and longest no shorter than lasts")
	}
	if p := t.Placement; p.Reach <= 0 || p.Plenty < 1 || p.Unsure < 0 || p.Foreign < 0 {
		return nil, fmt.Errorf("directory: taxonomy.yaml: placement needs reach and plenty above zero, unsure and foreign no less")
	}
	for group := range t.Placement.Reserve {
		if _, ok := t.Term("groups", group); !ok {
			return nil, fmt.Errorf("directory: taxonomy.yaml: placement keeps beds for %q, which is no group; name one of the list groups", group)
		}
	}
	if len(c.AllServices()) > 64 || len(c.All("languages")) > 64 || len(c.All("counties")) > 254 { // the index keeps them as bits and bytes
		return nil, fmt.Errorf("directory: more than 64 service categories or languages, or 254 counties; take some away")
	}
	t.Holidays = &Holidays{fixed: map[string]bool{}, dates: map[string]bool{}, sundays: f.Holidays.Sundays}
	for _, d := range f.Holidays.Fixed {
		t.Holidays.fixed[d] = true
	}
	for _, d := range f.Holidays.Dates {
		if _, err := time.Parse(time.DateOnly, d); err != nil {
			return nil, fmt.Errorf("directory: taxonomy.yaml: holiday %q is no date; write YYYY-MM-DD", d)
		}
		t.Holidays.dates[d] = true
	}
	var err error
	if t.Map, err = loadMap(files, c); err != nil {
		return nil, err
	}
	return t, t.loadWords(files)
}

func decode(files fs.FS, name string, into any) error {
	raw, err := fs.ReadFile(files, name)
	if err != nil {
		return fmt.Errorf("directory: %s cannot be read; put it back from the program's own content: %w", name, err)
	}
	d := yaml.NewDecoder(bytes.NewReader(raw))
	d.KnownFields(true)
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("directory: %s: %w; correct the YAML", name, err)
	}
	return nil
}

// List gives one list in its order.
func (t *Taxonomy) List(name string) []Term { return t.lists[name] }

// Term finds one term of a list.
func (t *Taxonomy) Term(list, id string) (Term, bool) {
	l := t.lists[list]
	if i := slices.IndexFunc(l, func(x Term) bool { return x.ID == id }); i >= 0 {
		return l[i], true
	}
	return Term{}, false
}

// Label is the label of a term, or the id where there is none.
func (t *Taxonomy) Label(list, id, lang string) string {
	if x, ok := t.Term(list, id); ok {
		return x.Label.In(lang)
	}
	return id
}

// in is the lookup of one list of the directory; inVocabulary of the content.
func (t *Taxonomy) in(list string) func(string) bool {
	return func(id string) bool { _, ok := t.Term(list, id); return ok }
}

func (t *Taxonomy) inVocabulary(list string) func(string) bool {
	return func(id string) bool { _, ok := t.content.Term(list, id); return ok }
}

// countyNumber is the place of a county in its vocabulary, from 1; 0 is none.
func (t *Taxonomy) countyNumber(id string) uint8 {
	return uint8(1 + slices.IndexFunc(t.content.All("counties"), func(c content.Term) bool { return c.ID == id }))
}

func (t *Taxonomy) service(id string) bool { _, ok := t.content.Service(id); return ok }

// serves tells whether a service of a kind answers a need for another: itself,
// or the category it stands under.
func (t *Taxonomy) serves(kind, need string) bool {
	for kind != "" {
		if kind == need {
			return true
		}
		s, _ := t.content.Service(kind)
		kind = s.Parent
	}
	return false
}
