package directory

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// small is a generated country that fits a test.
func small(t testing.TB) (*world, *snapshot) {
	t.Helper()
	w := newWorld(t, "sqlite")
	list, err := w.Generate(5, 80, 200, 700)
	if err != nil {
		t.Fatal(err)
	}
	for i, p := range list {
		p.ID, p.Version = fmt.Sprintf("p-%03d", i), 1
	}
	list[3].Holds = []Hold{{ID: "h", Service: list[3].Services[0].ID, Location: list[3].Services[0].At[0].Location, Unit: "bed", Group: "women", Count: 1, Until: noon.AddDate(0, 0, 1)}}
	w.index.mu.Lock()
	s := w.index.snapshotOf(list, 0)
	w.index.mu.Unlock()
	w.index.snap.Store(s)
	return w, s
}

// plainly is the filter in the words of the domain, without any index: what
// Find has to agree with.
func plainly(w *world, s *snapshot, q Query) (keys []string, km map[string]float64) {
	km = map[string]float64{}
	for _, x := range s.byName {
		for i := range x.entries {
			e := &x.entries[i]
			p, sv, l := x.p, e.service, e.location
			at := sv.AtLocation(l.ID)
			match := len(q.Services) == 0
			for _, need := range q.Services {
				match = match || w.Taxonomy.serves(sv.Kind, need)
			}
			match = match && (q.County == "" || l.County == q.County)
			match = match && (q.Language == "" || slices.Contains(p.Spoken(sv), q.Language))
			match = match && (q.Person == nil || sv.Eligibility.Takes(q.Person) != No)
			match = match && q.Open.lets(openFact(Openness(p.HoursOf(sv, at), w.Taxonomy.Holidays, w.clock()).State))
			free := NotKnown
			for k := range at.Capacities {
				c := &at.Capacities[k]
				g, _ := w.Taxonomy.Term("groups", c.Group)
				n, told := p.Free(Slot{sv.ID, l.ID, c.Unit, c.Group}, w.clock())
				if told && (q.Person == nil || g.suits(q.Person)) && w.Taxonomy.Freshness.Capacity.Of(&c.Reported.At, w.clock()) != AgeStale {
					if free = free.Or(Of(n > 0)); free == NotKnown {
						free = Of(n > 0)
					}
				}
			}
			match = match && q.Free.lets(free)
			names := folded(p.Name) + " " + folded(sv.Name)
			if l.Place != nil {
				names += " " + folded(l.Place.Town)
			}
			for _, word := range strings.Fields(folded(q.Text)) {
				match = match && strings.Contains(names, word)
			}
			key := p.ID + "/" + sv.ID + "/" + l.ID
			if q.From != nil {
				to, _, _ := w.Taxonomy.Map.publicPoint(l)
				km[key] = Kilometres(*q.From, to)
				if l.Confidential {
					r := w.Taxonomy.Distance.Rounding
					km[key] = max(r, math.Round(km[key]/r)*r)
				}
				match = match && (q.Near == 0 || km[key] <= q.Near)
			}
			if match {
				keys = append(keys, key)
			}
		}
	}
	return keys, km
}

func TestFindAgreesWithThePlainReadingOfTheQuery(t *testing.T) {
	w, s := small(t)
	rapid.Check(t, func(t *rapid.T) {
		surely := rapid.SampledFrom([]Surely{Any, Maybe, Surest})
		q := Query{
			Services: rapid.SliceOfN(rapid.SampledFrom([]string{"shelter", "medical", "legal", "reintegration", "other", "court-support"}), 0, 2).Draw(t, "services"),
			Text:     rapid.SampledFrom([]string{"", "tumaini", "LEGAL aid", "nakuru", "clinic 7"}).Draw(t, "text"),
			County:   rapid.SampledFrom([]string{"", "", "nairobi-city", "nakuru", "lamu"}).Draw(t, "county"),
			Language: rapid.SampledFrom([]string{"", "", "am", "sw", "my"}).Draw(t, "language"),
			Open:     surely.Draw(t, "open"), Free: surely.Draw(t, "free"), Size: rapid.IntRange(1, 60).Draw(t, "size"), Page: rapid.IntRange(1, 4).Draw(t, "page"),
		}
		if rapid.Bool().Draw(t, "person") {
			q.Person = &Person{Sex: rapid.SampledFrom([]string{"", "female", "male", "other"}).Draw(t, "sex"), AgeBand: rapid.SampledFrom([]string{"", "12-17", "18-24", "50+"}).Draw(t, "band"),
				Children: rapid.SliceOfN(rapid.IntRange(-1, 17), 0, 2).Draw(t, "children"), Disability: rapid.SampledFrom([]Fact{NotKnown, Yes}).Draw(t, "disability")}
		}
		if rapid.Bool().Draw(t, "from") {
			q.From = &Point{rapid.Float64Range(-4, 4).Draw(t, "lat"), rapid.Float64Range(34, 41).Draw(t, "lon")}
			q.Near = rapid.SampledFrom([]float64{0, 60, 300}).Draw(t, "near")
		}
		want, km := plainly(w, s, q)
		if q.From != nil {
			slices.SortStableFunc(want, func(a, b string) int { return cmp.Compare(math.Round(km[a]*1e6), math.Round(km[b]*1e6)) })
		}
		got, err := w.Find(ctx, officer, q)
		if err != nil || got.Total != len(want) {
			t.Fatalf("found %d, want %d (%v)", got.Total, len(want), err)
		}
		counted := 0
		for _, n := range got.Counties {
			counted += n
		}
		if counted != got.Total || got.Pages != (got.Total+q.Size-1)/q.Size {
			t.Fatalf("%d in counties, %d pages, of %d", counted, got.Pages, got.Total)
		}
		from := min((q.Page-1)*q.Size, len(want))
		page := want[from:min(from+q.Size, len(want))]
		if len(got.Rows) != len(page) {
			t.Fatalf("%d rows, want %d", len(got.Rows), len(page))
		}
		for i, r := range got.Rows {
			if key := r.Provider + "/" + r.Service + "/" + r.Location; key != page[i] {
				t.Fatalf("row %d is %s, want %s", i, key, page[i])
			}
		}
	})
}

// Not known is never no: whoever has said nothing is found by every question
// about a person, and by no question that wants to be sure.
func TestNotKnownIsNeverNo(t *testing.T) {
	w := newWorld(t, "sqlite")
	w.add(&Add{Profile: Profile{Name: "Silent (fictional)", Kind: "ngo"}, Services: []Service{{Kind: "shelter"}}})
	rapid.Check(t, func(t *rapid.T) {
		fact := rapid.SampledFrom([]Fact{NotKnown, Yes, No})
		p := Person{Sex: rapid.SampledFrom([]string{"", "female", "male", "other", "unknown"}).Draw(t, "sex"), Age: num(rapid.IntRange(0, 100).Draw(t, "age")),
			Children: rapid.SliceOfN(rapid.IntRange(-1, 17), 0, 3).Draw(t, "children"), Pregnant: fact.Draw(t, "pregnant"), Disability: fact.Draw(t, "disability"),
			Nationality: rapid.SampledFrom([]string{"", "et", "ug"}).Draw(t, "nationality"), Exploitation: rapid.SampledFrom([]string{"", "sexual"}).Draw(t, "exploitation"),
			CourtOrder: fact.Draw(t, "order"), Languages: []string{"am"}}
		maybe, err := w.Find(ctx, manager, Query{Person: &p, Open: Maybe, Free: Maybe})
		if err != nil || maybe.Total != 1 || maybe.Rows[0].Takes == No || maybe.Rows[0].Opening.State != OpenNotKnown {
			t.Fatalf("%+v %v", maybe, err)
		}
		for _, q := range []Query{{Open: Surest}, {Free: Surest}, {Language: "am"}} {
			if r, _ := w.Find(ctx, manager, q); r.Total != 0 {
				t.Fatalf("surely %+v", q)
			}
		}
		r, err := w.Rank(ctx, manager, Needs{Service: "shelter", Person: p, Language: true, County: "meru"})
		if err != nil || len(r.Matches) != 1 || r.Matches[0].Sure {
			t.Fatalf("%+v %v", r, err)
		}
	})
}

// Hours that held until a day gone by say nothing of today: the list, its filter
// and one provider's page agree on "not known".
func TestHoursThatEndedAreNotKnown(t *testing.T) {
	w := newWorld(t, "sqlite")
	ended := Hours{Open: []Piece{{Opens: "00:00", Closes: "24:00", Until: "2020-12-31"}}, OnHolidays: Yes}
	rc := w.add(&Add{Profile: Profile{Name: "Once open (fictional)", Kind: "ngo"}, Services: []Service{{Kind: "shelter", Hours: ended}}})
	for how, want := range map[Surely]int{Any: 1, Maybe: 1, Surest: 0} {
		r, err := w.Find(ctx, manager, Query{Open: how})
		if err != nil || r.Total != want || want == 1 && r.Rows[0].Opening.State != OpenNotKnown {
			t.Errorf("%v: %+v %v", how, r, err)
		}
	}
	if p := w.provider(rc); len(p.Services) != 1 || p.Services[0].Hours.Open[0].Until != "2020-12-31" {
		t.Errorf("the hours themselves are gone: %+v", p.Services)
	}
}

func TestANationalLineAnswersEveryCounty(t *testing.T) {
	w := newWorld(t, "sqlite")
	if _, err := w.Seed(ctx, secretariat); err != nil {
		t.Fatal(err)
	}
	r, err := w.Find(ctx, officer, Query{County: "mandera", Open: Surest})
	if err != nil {
		t.Fatal(err)
	}
	if !slices.ContainsFunc(r.Rows, func(r Row) bool { return strings.Contains(r.Name, "1195") }) {
		t.Errorf("the national line is not found in Mandera: %+v", r.Rows)
	}
}
