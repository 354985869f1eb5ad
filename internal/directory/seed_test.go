package directory

import (
	"slices"
	"strings"
	"testing"

	datafiles "rufaa/content"
	"rufaa/internal/text"
)

func TestTheRealStartIsNotVerifiedAndHidesItsShelters(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		n, err := w.Seed(ctx, secretariat)
		if err != nil || n < 40 {
			t.Fatalf("%d providers: %v", n, err)
		}
		if again, err := w.Seed(ctx, secretariat); err != nil || again != 0 {
			t.Errorf("a second start enters %d more: %v", again, err)
		}
		err = w.Each(ctx, func(p *Provider) bool {
			if p.Verified != nil || len(p.Sources) == 0 || p.Fictional {
				t.Errorf("%s: verified %v, sources %v", p.Name, p.Verified, p.Sources)
			}
			a, ok := w.r.Content.Agency(p.Agency)
			if !ok || a.Name != p.Name {
				t.Errorf("%s speaks for agency %q, which is %q", p.Name, p.Agency, a.Name)
			}
			for _, l := range p.Locations {
				if l.Confidential != a.Confidential || l.Confidential && l.Place != nil {
					t.Errorf("%s: %+v", p.Name, l)
				}
				if l.Place != nil && !l.Place.Middle {
					t.Errorf("%s claims the position of a building", p.Name)
				}
			}
			return true
		})
		if err != nil {
			t.Fatal(err)
		}
		men, err := w.Rank(ctx, manager, Needs{Service: "shelter", Person: Person{Sex: "male", Age: num(30)}, Later: true})
		if err != nil {
			t.Fatal(err)
		}
		names := func(list []Match) (out []string) {
			for _, m := range list {
				out = append(out, m.Name)
			}
			return out
		}
		if !slices.Contains(names(men.Matches), "Usikimye") || slices.Contains(names(men.Matches), "Trace Kenya") || men.Counts["sex"] == 0 {
			t.Errorf("shelters for a man: %v, left out %v", names(men.Matches), men.Counts)
		}
	})
}

func TestTheDemonstrationCoversTheCountry(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		n, err := w.SeedDemo(ctx, secretariat)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := w.SeedDemo(ctx, secretariat); err != nil || again != 0 {
			t.Errorf("a second time enters %d more: %v", again, err)
		}
		r, err := w.Find(ctx, officer, Query{Services: []string{"shelter"}, Size: 200})
		if err != nil || len(r.Counties) != 47 {
			t.Fatalf("%d providers, shelters in %d counties: %v", n, len(r.Counties), err)
		}
		ages := map[Age]int{}
		hidden := 0
		for _, row := range r.Rows {
			if !row.Fictional || !strings.Contains(row.Name, "fictional") {
				t.Errorf("%q does not say that it is fictional", row.Name)
			}
			for _, s := range row.Places {
				ages[s.Age]++
			}
			if row.Confidential {
				hidden++
			}
		}
		for _, a := range []Age{AgeNone, AgeFresh, AgeAgeing, AgeStale} {
			if ages[a] == 0 {
				t.Errorf("no capacity is %q: %v", a, ages)
			}
		}
		if hidden < 47 {
			t.Errorf("%d confidential shelters", hidden)
		}
		for name, p := range map[string]Person{
			"a mother with a child":      {Sex: "female", Age: num(30), Children: []int{4}},
			"a man":                      {Sex: "male", Age: num(30)},
			"a woman in a wheelchair":    {Sex: "female", Age: num(30), Disability: Yes},
			"a girl with a court order":  {Sex: "female", Age: num(12), CourtOrder: Yes},
			"a pregnant Ethiopian woman": {Sex: "female", Age: num(20), Pregnant: Yes, Nationality: "et"},
		} {
			r, err := w.Rank(ctx, manager, Needs{Service: "shelter", County: "nairobi-city", Person: p})
			if err != nil || len(r.Matches) == 0 || !r.Matches[0].Sure {
				t.Errorf("nobody can surely take %s: %+v %v", name, r.Counts, err)
			}
		}
	})
}

// Every sentence that a ranking can say, and every error of an entry, stands in
// both languages.
func TestEveryReasonHasItsWords(t *testing.T) {
	texts, err := text.Load(datafiles.Files, "text")
	if err != nil {
		t.Fatal(err)
	}
	keys := []string{"km", "km.about", "km.county", "open", "speaks", "interpreter", "unverified", "verified.stale",
		"unknown.open", "unknown.places", "unknown.language", "shut.closed", "shut.intake_closed"}
	for _, c := range criteria {
		keys = append(keys, "takes."+c.name, "unknown."+c.name, "no."+c.name)
	}
	for _, a := range []Age{AgeFresh, AgeAgeing, AgeStale} {
		keys = append(keys, "places."+string(a), "places."+string(a)+".no-maximum")
	}
	for _, no := range []string{"vetting", "avoid-provider", "avoid-area", "too-far", "language", "closed", "intake_closed", "full", "too-few", "group"} {
		keys = append(keys, "no."+no)
	}
	for _, lang := range texts.Codes() {
		for _, k := range keys {
			if !texts.In(lang).Has("directory.reason." + k) {
				t.Errorf("no words for %s in %s", k, lang)
			}
		}
	}
}
