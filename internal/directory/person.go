package directory

import (
	"slices"
	"strconv"
	"strings"
)

// Person is what of somebody's facts decides who can take her. Nothing here
// identifies. What is empty is not known.
type Person struct {
	Sex     string `json:"sex,omitempty" doc:"Vocabulary sexes"`
	Age     *int   `json:"age,omitempty" doc:"Completed years, when known"`
	AgeBand string `json:"age_band,omitempty" doc:"Vocabulary age-bands, when the age is not known"`
	Child   bool   `json:"child,omitempty" doc:"Under 18, or in doubt about it"`
	// Children come along with her; their ages in years, -1 not known.
	Children []int `json:"children,omitempty"`
	// ChildBands are the bands (vocabulary age-bands) of more children who come
	// along, of whom no age is known.
	ChildBands   []string `json:"child_bands,omitempty"`
	Pregnant     Fact     `json:"pregnant,omitempty"`
	Disability   Fact     `json:"disability,omitempty"`
	Nationality  string   `json:"nationality,omitempty" doc:"Vocabulary countries"`
	Exploitation string   `json:"exploitation,omitempty" doc:"Vocabulary exploitation"`
	CourtOrder   Fact     `json:"court_order,omitempty" doc:"There is a court order"`
	Languages    []string `json:"languages,omitempty" doc:"Those she speaks"`
}

// Along is how many children come along with her.
func (p *Person) Along() int { return len(p.Children) + len(p.ChildBands) }

// Ages gives the lowest and highest age that can be hers.
func (p *Person) Ages() (low, high int) {
	low, high = 0, 120
	switch {
	case p.Age != nil:
		return *p.Age, *p.Age
	case strings.HasSuffix(p.AgeBand, "+"):
		if n, err := strconv.Atoi(strings.TrimSuffix(p.AgeBand, "+")); err == nil {
			low = n
		}
	default:
		from, to, ok := strings.Cut(p.AgeBand, "-")
		a, err := strconv.Atoi(from)
		b, err2 := strconv.Atoi(to)
		if ok && err == nil && err2 == nil {
			low, high = a, b
		}
	}
	if p.Child {
		high = min(high, 17)
	}
	return low, max(low, high)
}

// criterion is one question of eligibility. ask tells whether the service
// takes such a person; applies is false when the person gives no cause to ask.
type criterion struct {
	name string
	ask  func(e *Eligibility, p *Person) (takes Fact, applies bool)
}

// criteria are all there are, those that shut out most first. The rules are
// the provider's own words, never a guess: what a provider has not said is not
// known.
var criteria = [...]criterion{
	{"sex", askSex},
	{"age", askAge},
	{"children", askChildren},
	{"pregnancy", func(e *Eligibility, p *Person) (Fact, bool) { return e.Pregnancy, p.Pregnant == Yes }},
	{"disability", func(e *Eligibility, p *Person) (Fact, bool) { return e.Disability, p.Disability == Yes }},
	{"nationality", func(e *Eligibility, p *Person) (Fact, bool) {
		return listed(e.AnyNationality, e.Nationalities, p.Nationality), p.Nationality != "" && p.Nationality != "other"
	}},
	{"exploitation", func(e *Eligibility, p *Person) (Fact, bool) {
		return listed(e.AnyExploitation, e.Exploitation, p.Exploitation), p.Exploitation != "" && p.Exploitation != "unknown"
	}},
	{"court-order", askCourtOrder},
}

func askSex(e *Eligibility, p *Person) (Fact, bool) {
	switch p.Sex {
	case "female":
		return e.Female, true
	case "male":
		return e.Male, true
	case "other":
		return e.Other, true
	}
	if all := e.Female.And(e.Male); all == Yes {
		return Yes, true
	}
	return NotKnown, e.Female == No || e.Male == No
}

func askAge(e *Eligibility, p *Person) (Fact, bool) {
	low, high := p.Ages()
	if low == 0 && high >= 120 { // nothing known of her
		limited := e.MinAge != nil && *e.MinAge > 0 || e.MaxAge != nil && *e.MaxAge < 120
		return NotKnown, limited
	}
	atLeast, atMost := NotKnown, NotKnown
	if e.MinAge != nil {
		atLeast = span(low >= *e.MinAge, high < *e.MinAge)
	}
	if e.MaxAge != nil {
		atMost = span(high <= *e.MaxAge, low > *e.MaxAge)
	}
	return atLeast.And(atMost), true
}

func span(all, none bool) Fact {
	switch {
	case all:
		return Yes
	case none:
		return No
	}
	return NotKnown
}

func askChildren(e *Eligibility, p *Person) (Fact, bool) {
	if p.Along() == 0 {
		return NotKnown, false
	}
	if e.WithMother == Yes && e.MaxChildAge != nil {
		out := Yes
		for _, age := range p.Children {
			out = out.And(span(age >= 0 && age <= *e.MaxChildAge, age > *e.MaxChildAge))
		}
		for _, band := range p.ChildBands {
			low, high := (&Person{AgeBand: band, Child: true}).Ages()
			out = out.And(span(high <= *e.MaxChildAge, low > *e.MaxChildAge))
		}
		return out, true
	}
	return e.WithMother, true
}

func listed(anyOf Fact, list []string, id string) Fact {
	if anyOf == Yes || slices.Contains(list, id) {
		return Yes
	}
	return anyOf
}

func askCourtOrder(e *Eligibility, p *Person) (Fact, bool) {
	switch {
	case e.CourtOrder == Yes:
		return p.CourtOrder, true
	case p.CourtOrder == No:
		if e.CourtOrder == No {
			return Yes, true
		}
		return NotKnown, true
	}
	return NotKnown, false
}

// Takes tells whether a service takes such a person: no as soon as one
// criterion says no, yes when all that apply say yes.
func (e *Eligibility) Takes(p *Person) Fact {
	out := Yes
	for i := range criteria {
		f, applies := criteria[i].ask(e, p)
		if !applies {
			continue
		}
		if f == No {
			return No
		}
		out = out.And(f)
	}
	return out
}

// speaks tells whether a service speaks one of her languages.
func speaks(spoken, hers []string) Fact {
	if len(spoken) == 0 {
		return NotKnown
	}
	return Of(slices.ContainsFunc(hers, func(l string) bool { return slices.Contains(spoken, l) }))
}

// Suits tells whether a capacity for a group (directory list groups) is one she could have.
func (t *Taxonomy) Suits(group string, p *Person) bool {
	g, ok := t.Term("groups", group)
	return ok && g.suits(p)
}

func (g *Term) suits(p *Person) bool {
	if len(g.Sexes) > 0 && p.Sex != "" && p.Sex != "unknown" && !slices.Contains(g.Sexes, p.Sex) {
		return false
	}
	low, high := p.Ages()
	if g.MinAge != nil && high < *g.MinAge || g.MaxAge != nil && low > *g.MaxAge {
		return false
	}
	return (!g.WithChildren || p.Along() > 0) && (!g.WithDisability || p.Disability == Yes)
}
