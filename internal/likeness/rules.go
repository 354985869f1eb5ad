package likeness

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"time"

	"go.yaml.in/yaml/v3"

	"rufaa/internal/content"
	"rufaa/internal/search"
)

// File is the name of the data file in the content folder.
const File = "likeness.yaml"

// Rules is what content/likeness.yaml says.
type Rules struct {
	Nearness struct {
		Name    float64 `yaml:"name"`
		Bits    int     `yaml:"bits"`
		Sharing int     `yaml:"sharing"`
	} `yaml:"nearness"`
	Rules  []Rule `yaml:"rules"`
	Limits struct {
		Comparisons int           `yaml:"comparisons"`
		Listed      int           `yaml:"listed"` // of these, for what a list told
		Within      time.Duration `yaml:"within"`
		Open        int           `yaml:"open"`
	} `yaml:"limits"`
	Lapses    time.Duration `yaml:"lapses"`
	Refusals  []Term        `yaml:"refusal-reasons"`
	Unlinking []Term        `yaml:"unlinking-reasons"`
}

// Term is one reason that can be chosen.
type Term struct {
	ID    string            `yaml:"id"`
	Label map[string]string `yaml:"label"`
}

// Rule names what must come together. Empty asks nothing. Name is asked of the
// whole names and holds only where they are not known by their parts; Part is
// how near the parts come of which the least is nearest, in the order Parts.
type Rule struct {
	ID       string  `yaml:"id"`
	Number   Sign    `yaml:"number"`
	Name     float64 `yaml:"name"`
	Part     float64 `yaml:"part"`
	Parts    string  `yaml:"parts"`
	Sex      string  `yaml:"sex"`
	Age      string  `yaml:"age"`
	Language string  `yaml:"language"`
	// Bearers is how many people besides her at most may have names as near as
	// the rule asks; 0 asks nothing.
	Bearers int `yaml:"bearers"`
}

// How the parts of two names are laid beside each other.
const (
	Ordered = "ordered" // three or more, in the same order
	AnyWay  = "any"     // three or more, in any order
	Leading = "leading" // one of the two has only two: the first two of the other
)

// Sign is one thing that is alike about two persons.
type Sign string

// The signs, the strongest first.
const (
	SameIdentityNumber Sign = "identity-number"
	SamePhone          Sign = "phone"
	NamesAlike         Sign = "name"
	SameSex            Sign = "sex"
	SameAge            Sign = "age"
	SameLanguage       Sign = "language"
)

// telling are the signs that make a likeness new when they were not there
// before; that two are of one age is no new fact.
var telling = []Sign{SameIdentityNumber, SamePhone, NamesAlike}

// LoadRules reads and checks the data file.
func LoadRules(fsys fs.FS) (*Rules, error) {
	raw, err := fs.ReadFile(fsys, File)
	if err != nil {
		return nil, fmt.Errorf("likeness: %w; put the file back from the program's own content", err)
	}
	r := new(Rules)
	dec := yaml.NewDecoder(bytes.NewReader(raw))
	dec.KnownFields(true)
	if err := dec.Decode(r); err != nil {
		return nil, fmt.Errorf("likeness: %s: %w", File, err)
	}
	if err := r.check(); err != nil {
		return nil, fmt.Errorf("likeness: %s: %w", File, err)
	}
	return r, nil
}

func (r *Rules) check() error {
	var problems []error
	bad := func(format string, args ...any) { problems = append(problems, fmt.Errorf(format, args...)) }
	if r.Nearness.Name <= 0 || r.Nearness.Name > 1 || r.Nearness.Sharing < 2 {
		bad("nearness: name must lie between 0 and 1, and sharing be 2 or more")
	}
	if r.Limits.Listed < 1 || r.Limits.Listed > r.Limits.Comparisons {
		bad("limits: listed must be one or more, and not above comparisons")
	}
	if r.Limits.Comparisons < 1 || r.Limits.Within <= 0 || r.Limits.Open < 1 || r.Lapses <= 0 {
		bad("limits and lapses must be above nothing")
	}
	if len(r.Rules) == 0 || len(r.Refusals) == 0 || len(r.Unlinking) == 0 {
		bad("rules, refusal-reasons and unlinking-reasons each need an entry")
	}
	for i := range r.Rules {
		x := &r.Rules[i]
		switch {
		case x.ID == "":
			bad("rule %d has no id", i+1)
		case x.Number == "" && x.Name == 0 && x.Part == 0:
			bad("rule %s asks neither for a number nor for a name; it would liken everybody", x.ID)
		case x.Number != "" && x.Number != SameIdentityNumber && x.Number != SamePhone:
			bad("rule %s: number is identity-number or phone", x.ID)
		case x.Name != 0 && (x.Name < r.Nearness.Name || x.Name > 1):
			bad("rule %s: name must lie between nearness.name and 1", x.ID)
		case x.Bearers < 0 || x.Bearers > 0 && x.Part == 0:
			bad("rule %s: bearers is 1 or more and goes with parts", x.ID)
		case x.Part < 0 || x.Part > 1 || (x.Part > 0) != slices.Contains([]string{Ordered, AnyWay, Leading}, x.Parts):
			bad("rule %s: part lies between 0 and 1 and goes with parts, which is ordered, any or leading", x.ID)
		case !slices.Contains([]string{"", "open", "same"}, x.Sex), !slices.Contains([]string{"", "open", "as-known", "same"}, x.Language),
			!slices.Contains([]string{"", "open", "near", "as-known", "same"}, x.Age):
			bad("rule %s: sex is same or open, language is same, as-known or open, age is same, as-known, near or open", x.ID)
		}
	}
	for _, t := range slices.Concat(r.Refusals, r.Unlinking) {
		if t.ID == "" || t.Label["en"] == "" || t.Label["sw"] == "" {
			bad("the reason %q needs an id and a label in en and sw", t.ID)
		}
	}
	return errors.Join(problems...)
}

func (r *Rules) near() search.Nearness {
	return search.Nearness{Name: r.Nearness.Name, Bits: r.Nearness.Bits, Sharing: r.Nearness.Sharing}
}

// may tells whether any rule could hold, whatever else is known of the two.
func (r *Rules) may(tokens *search.Resemblance) bool {
	return slices.ContainsFunc(r.Rules, func(x Rule) bool { return x.admits(tokens) })
}

// admits tells whether numbers and names are what the rule asks.
func (x *Rule) admits(tokens *search.Resemblance) bool {
	switch {
	case x.Number == SameIdentityNumber && !tokens.IdentityNumber, x.Number == SamePhone && !tokens.Phone:
		return false
	case x.Part > 0:
		return slices.ContainsFunc(tokens.Names, x.laid)
	case x.Name > 0 && x.Number == "" && len(tokens.Names) > 0:
		return false // the parts say more than the whole
	}
	return tokens.Name >= x.Name
}

// laid tells whether two names are as near as the rule asks.
func (x *Rule) laid(names search.Aligned) bool {
	switch x.Parts {
	case Ordered:
		return names.Parts >= 3 && names.Ordered >= x.Part
	case AnyWay:
		return names.Parts >= 3 && names.Free >= x.Part
	}
	return names.Parts == 2 && names.Leading >= x.Part
}

func termIn(list []Term) func(string) bool {
	return func(id string) bool { return slices.ContainsFunc(list, func(t Term) bool { return t.ID == id }) }
}

// About is what of a person is judged besides tokens: it stands in the frame
// of the case, in the clear.
type About struct{ Sex, AgeBand, Language string }

// ages tells how far two bands are apart: 0 the same, 1 neighbours, more, or
// -1 when one is not known.
func ages(k *content.Content, a, b string) int {
	at := func(id string) int {
		return slices.IndexFunc(k.List("age-bands"), func(t content.Term) bool { return t.ID == id })
	}
	if a == "" || b == "" || a == "unknown" || b == "unknown" {
		return -1
	}
	i, j := at(a), at(b)
	if i < 0 || j < 0 {
		return -1
	}
	return max(i-j, j-i)
}

// Judge finds the first rule that two persons meet, and everything that is
// alike about them; rule is "" when none is met. Bearers are those of the first.
func (r *Rules) Judge(k *content.Content, tokens search.Resemblance, bearers Bearers, a, b About) (rule string, signs []Sign) {
	apart := ages(k, a.AgeBand, b.AgeBand)
	for i := range r.Rules {
		x := &r.Rules[i]
		if x.admits(&tokens) && x.rare(bearers[i]) && fits(x.Sex, a.Sex, b.Sex) && x.fitsAge(apart) && (x.Language == "open" || fits(x.Language, a.Language, b.Language)) {
			return x.ID, r.signs(tokens, a, b, apart)
		}
	}
	return "", nil
}

// fits holds what is known of two persons against what a rule asks.
func fits(asked, a, b string) bool {
	both := known(a) && known(b)
	switch asked {
	case "same":
		return both && a == b
	case "open", "as-known":
		return !both || a == b
	}
	return true
}

func (x *Rule) fitsAge(apart int) bool {
	switch x.Age {
	case "same":
		return apart == 0
	case "as-known":
		return apart <= 0
	case "near":
		return apart == 0 || apart == 1
	case "open":
		return apart <= 1
	}
	return true
}

func known(id string) bool { return id != "" && id != "unknown" }

func (r *Rules) signs(tokens search.Resemblance, a, b About, apart int) []Sign {
	var out []Sign
	for _, s := range []struct {
		sign  Sign
		alike bool
	}{
		{SameIdentityNumber, tokens.IdentityNumber}, {SamePhone, tokens.Phone}, {NamesAlike, tokens.Name >= r.Nearness.Name},
		{SameSex, known(a.Sex) && a.Sex == b.Sex}, {SameAge, apart == 0}, {SameLanguage, known(a.Language) && a.Language == b.Language},
	} {
		if s.alike {
			out = append(out, s.sign)
		}
	}
	return out
}
