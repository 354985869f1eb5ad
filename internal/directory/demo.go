package directory

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"rufaa/internal/realm"
)

// demoFile is demo.yaml: patterns of fictional providers.
type demoFile struct {
	Stems     []string         `yaml:"stems"`
	Languages []string         `yaml:"languages"`
	Hours     map[string]Hours `yaml:"hours"`
	Patterns  []pattern        `yaml:"patterns"`
	Agencies  []struct {
		Agency, Name, County string
		Pattern              int
	} `yaml:"agencies"`
}

type pattern struct {
	Name         string   `yaml:"name"`
	Kind         string   `yaml:"kind"`
	Every        int      `yaml:"every"`
	From         int      `yaml:"from"`
	Confidential bool     `yaml:"confidential"`
	Accessible   Fact     `yaml:"accessible"`
	Hours        []string `yaml:"hours"`
	About        Words    `yaml:"about"`
	Languages    []string `yaml:"languages"`
	Services     []struct {
		Kind        string          `yaml:"kind"`
		Residential Fact            `yaml:"residential"`
		Free        Fact            `yaml:"free"`
		Documents   []string        `yaml:"documents"`
		Eligibility demoEligibility `yaml:"eligibility"`
		Capacity    []struct {
			Unit, Group string
			Maximum     int
		} `yaml:"capacity"`
	} `yaml:"services"`
}

type demoEligibility struct {
	startEligibility `yaml:",inline"`
	Other            Fact `yaml:"other"`
	MaxChildAge      *int `yaml:"max_child_age"`
	AnyNationality   Fact `yaml:"any_nationality"`
	AnyExploitation  Fact `yaml:"any_exploitation"`
	Pregnancy        Fact `yaml:"pregnancy"`
	Disability       Fact `yaml:"disability"`
	CourtOrder       Fact `yaml:"court_order"`
}

func (e demoEligibility) full() Eligibility {
	return Eligibility{Female: e.Female, Male: e.Male, Other: e.Other, MinAge: e.MinAge, MaxAge: e.MaxAge,
		WithMother: e.WithMother, MaxChildAge: e.MaxChildAge, AnyNationality: e.AnyNationality, AnyExploitation: e.AnyExploitation,
		Pregnancy: e.Pregnancy, Disability: e.Disability, CourtOrder: e.CourtOrder}
}

// maker makes fictional providers; the same seed makes the same ones.
type maker struct {
	t    *Taxonomy
	f    *demoFile
	rand *rand.Rand
	now  time.Time
	n    int
}

func (d *Directory) maker(seed uint64) (*maker, error) {
	m := &maker{t: d.Taxonomy, f: new(demoFile), rand: rand.New(rand.NewPCG(seed, 47)), now: d.realm.Now()}
	return m, decode(d.files, "demo.yaml", m.f)
}

// reportAges are how old reports of capacity are, in turn: fresh, ageing,
// stale, and some that nobody ever made.
var reportAges = []time.Duration{2 * time.Hour, 20 * time.Hour, 40 * time.Hour, 30 * time.Minute, 9 * 24 * time.Hour, 3 * time.Hour, -1, 65 * time.Hour}

// make makes one provider of a pattern in a county.
func (m *maker) make(p *pattern, county string) *Provider {
	m.n++
	stem := m.f.Stems[m.n%len(m.f.Stems)]
	label := m.t.content.Label("counties", county, "en")
	out := &Provider{Profile: Profile{
		Name: strings.NewReplacer("{stem}", stem, "{county}", label).Replace(p.Name), Kind: p.Kind, County: county, About: p.About,
		Phones:    []Phone{{Number: fmt.Sprintf("+2547000000%02d", m.n%100), Way: "voice", Always: NotKnown}},
		Languages: append([]string{"en", "sw", m.f.Languages[m.n%len(m.f.Languages)]}, p.Languages...),
		Fictional: true,
	}}
	slices.Sort(out.Languages)
	out.Languages = slices.Compact(out.Languages)
	where := m.somewhere(county)
	l := Location{ID: "1", Kind: "physical", County: county, Confidential: p.Confidential, Accessible: p.Accessible,
		Hours: m.f.Hours[p.Hours[m.n%len(p.Hours)]],
		Place: &Place{Town: label, Address: fmt.Sprintf("%s Lane %d (fictional)", stem, 1+m.n%90), Latitude: &where.Latitude, Longitude: &where.Longitude}}
	out.Locations = []Location{l}
	for i := range p.Services {
		x := &p.Services[i]
		s := Service{Kind: x.Kind, Residential: x.Residential, Cost: Cost{Free: x.Free}, Documents: x.Documents, Eligibility: x.Eligibility.full()}
		at := At{Location: l.ID}
		for _, c := range x.Capacity {
			at.Capacities = append(at.Capacities, m.capacity(c.Unit, c.Group, c.Maximum))
		}
		s.At = []At{at}
		out.Services = append(out.Services, s)
	}
	if m.n%3 != 0 {
		out.Verified = &Verified{By: By{At: m.now.Add(-time.Duration(m.rand.IntN(300)) * 24 * time.Hour)}, How: "fictional"}
	}
	return out
}

func (m *maker) capacity(unit, group string, maximum int) Capacity {
	c := Capacity{Unit: unit, Group: group, Maximum: &maximum}
	age := reportAges[m.rand.IntN(len(reportAges))]
	if age < 0 {
		return c
	}
	free := m.rand.IntN(maximum/2 + 1)
	if free > 1 && m.rand.IntN(4) == 0 {
		c.Blocked = []Blocked{{Reason: []string{"staff", "isolation"}[m.rand.IntN(2)], Count: 1}}
		free--
	}
	c.Available, c.Reported = &free, &By{At: m.now.Add(-age)}
	return c
}

// somewhere is a point in a county, rounded to a hundred metres.
func (m *maker) somewhere(county string) Point {
	c := m.t.Map.counties[county]
	for {
		b := c.around.Bound()
		p := Point{b.Min[1] + m.rand.Float64()*(b.Max[1]-b.Min[1]), b.Min[0] + m.rand.Float64()*(b.Max[0]-b.Min[0])}
		p.Latitude, p.Longitude = round(p.Latitude), round(p.Longitude)
		if m.t.Map.InCounty(county, p) {
			return p
		}
	}
}

func round(x float64) float64 { return float64(int(x*1000)) / 1000 }

// demoSeed makes every demonstration the same.
const demoSeed = 1963

// demoSource names the demonstration as a source of ids.
const demoSource = "rufaa-demo"

// Demo makes the fictional providers of the demonstration: some in every
// county, and those of the demonstration's agencies.
func (d *Directory) Demo() ([]*Provider, error) {
	m, err := d.maker(demoSeed)
	if err != nil {
		return nil, err
	}
	var out []*Provider
	for i, c := range d.Taxonomy.content.List("counties") {
		for k := range m.f.Patterns {
			if p := &m.f.Patterns[k]; (i+p.Every-p.From%p.Every)%p.Every == 0 {
				out = append(out, m.make(p, c.ID))
			}
		}
	}
	for _, a := range m.f.Agencies {
		p := m.make(&m.f.Patterns[a.Pattern], a.County)
		p.Name, p.Agency = a.Name, a.Agency
		out = append(out, p)
	}
	for i, p := range out {
		p.External = map[string]string{demoSource: fmt.Sprint(i)}
	}
	return out, nil
}

// SeedDemo enters the fictional providers and tells how many. Run again, it
// enters those that lack.
func (d *Directory) SeedDemo(ctx context.Context, who realm.Actor) (int, error) {
	list, err := d.Demo()
	if err != nil {
		return 0, err
	}
	return d.Enter(ctx, who, list)
}
