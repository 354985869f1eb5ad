package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/directory"
	"rufaa/internal/realm"
)

// rescued raises a case of mine that has its manager and an open need of a
// place.
func (w *world) rescued(n int, sex string, age int) string {
	w.t.Helper()
	minor := "no"
	if age < 18 {
		minor = "yes"
	}
	rc, err := w.Cases.Raise(context.Background(), w.staff["other"], casefile.Order{}, &casefile.Alert{Holder: mine, County: "nairobi-city",
		Person: casefile.PersonFacts{Name: fmt.Sprintf("%s Fiktivo %d", canaries["identity"], n), Age: &age, Minor: minor, Sex: sex, Language: "sw"}})
	w.must(err)
	w.must(w.do("case_manager", rc.ID, &casefile.Take{}))
	w.must(w.do("case_manager", rc.ID, &casefile.AssessNeeds{Needs: []casefile.NeedFact{{Service: "shelter", Urgency: "urgent"}}}))
	return rc.ID
}

// houses is a directory in which there are enough beds for women, few for
// anybody else.
func (w *world) houses() {
	w.t.Helper()
	num := func(n int) *int { return &n }
	yes, no := directory.Yes, directory.No
	now := directory.By{At: w.Clock.Now()}
	house := func(name, county, agency string, e directory.Eligibility, beds map[string]int) *directory.Provider {
		at := directory.At{Location: "l"}
		for _, group := range []string{"women", "men", "girls", "boys"} {
			if n, ok := beds[group]; ok {
				at.Capacities = append(at.Capacities, directory.Capacity{Unit: "bed", Group: group, Maximum: num(n), Available: num(n), Reported: &now})
			}
		}
		return &directory.Provider{
			Profile:   directory.Profile{Name: name + " (fictional)", Kind: "shelter", Agency: agency, County: county, Languages: []string{"sw"}, Fictional: true},
			Locations: []directory.Location{{ID: "l", Kind: "physical", County: county, Confidential: true, Place: &directory.Place{Address: canaries["whereabouts"]}}},
			Services:  []directory.Service{{ID: "s", Kind: "shelter", Residential: yes, Hours: directory.Always(), Eligibility: e, At: []directory.At{at}}}}
	}
	_, err := w.Directory.Enter(context.Background(), realm.Actor{Principal: w.staff["secretariat"].Principal}, []*directory.Provider{
		house("Mama House", "nairobi-city", theirs, directory.Eligibility{Female: yes, Male: no, MinAge: num(18), MaxAge: num(120), WithMother: yes, MaxChildAge: num(12)}, map[string]int{"women": 3}),
		house("Dada House", "nakuru", theirs, directory.Eligibility{Female: yes, Male: no, MinAge: num(18), MaxAge: num(120), WithMother: no}, map[string]int{"women": 40}),
		house("Kaka House", "mombasa", theirs, directory.Eligibility{Female: no, Male: yes, MinAge: num(18), MaxAge: num(120), WithMother: no}, map[string]int{"men": 1}),
		house("Watoto House", "nairobi-city", theirs, directory.Eligibility{Female: yes, Male: yes, MinAge: num(0), MaxAge: num(17), WithMother: no}, map[string]int{"girls": 2, "boys": 1}),
	})
	w.must(err)
}

// night is thirty people: a mother with two children, two sisters, two men and
// twenty-three women alone. It gives the form that chooses them all.
func (w *world) night() (choice url.Values, ids []string) {
	choice = url.Values{}
	add := func(mark, sex string, age int) {
		id := w.rescued(len(ids), sex, age)
		ids = append(ids, id)
		choice.Set("pick."+id, "yes")
		choice.Set("with."+id, mark)
	}
	add("A", "female", 30)
	add("A", "male", 5)
	add("A", "female", 8)
	add("B", "female", 14)
	add("B", "female", 12)
	add("", "male", 33)
	add("", "male", 41)
	for i := range 23 {
		add("", "female", 19+i)
	}
	return choice, ids
}

// cards are the lines of a proposal, by the references in their titles.
func cards(body string) map[string]string {
	out := map[string]string{}
	for _, part := range strings.Split(body, `<div class="r-card"><h2>`)[1:] {
		title, rest, _ := strings.Cut(part, "</h2>")
		out[title], _, _ = strings.Cut(rest, `id="choice"`)
	}
	return out
}

func TestThirtyPeopleArePlacedTogether(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.houses()
		choice, ids := w.night()
		token := w.token["case_manager"]
		size, _ := w.Ledger.Size(t.Context())
		ref := func(i int) string {
			s, err := w.Cases.Load(context.Background(), ids[i])
			w.must(err)
			return s.Ref
		}
		page := ask(t, w.url, token, "GET", "/placement", nil)
		if page.status != http.StatusOK || strings.Count(page.body, `name="pick.`) != 30 {
			t.Fatalf("the page offers %d cases: %d", strings.Count(page.body, `name="pick.`), page.status)
		}
		got := w.post("en", token, "/placement", choice)
		if got.status != http.StatusOK || !strings.Contains(got.body, "29 people have a place.") || !strings.Contains(got.body, "1 has none.") || !strings.Contains(got.body, "No better proposal exists") {
			t.Fatalf("%d %.1500s", got.status, got.body)
		}
		for _, word := range []string{"Fiktivo", canaries["identity"], canaries["whereabouts"], "⟦"} {
			if strings.Contains(got.body, word) {
				t.Errorf("the proposal shows %s", word)
			}
		}
		all := cards(got.body)
		family, sisters := all[ref(0)+" + "+ref(1)+" + "+ref(2)], all[ref(3)+" + "+ref(4)]
		if !strings.Contains(family, "Mama House") || !strings.Contains(family, "3 × bed, women") {
			t.Errorf("the mother with her children: %.600s", family)
		}
		if !strings.Contains(sisters, "Watoto House") {
			t.Errorf("the sisters: %.600s", sisters)
		}
		for i := 7; i < 30; i++ {
			if one := all[ref(i)]; !strings.Contains(one, "Dada House (fictional), Nakuru</p>") || strings.Contains(one, "Mama House (fictional), Nairobi City</p>") {
				t.Fatalf("a woman alone: %.600s", one)
			}
		}
		men := all[ref(5)] + all[ref(6)]
		if strings.Count(men, "Kaka House (fictional), Mombasa</p>") != 1 || strings.Count(men, "No place") != 1 || !strings.Contains(men, "does not take people of this sex") {
			t.Errorf("two men, one bed: %.1500s", men)
		}
		if !strings.Contains(got.body, "Beds for those who have little choice") {
			t.Error("nothing is told of the beds that are kept")
		}
		if !strings.Contains(sisters, "may not be told of "+ref(3)+" yet") || !strings.Contains(sisters, `/cases/`+ids[3]+`/referrals/preview`) {
			t.Errorf("without a consent it is said, and the referral is still there: %.1500s", sisters)
		}
		if now, _ := w.Ledger.Size(t.Context()); now != size {
			t.Errorf("a proposal decided something: %d events", now-size)
		}
		if sw := w.post("sw", token, "/placement", choice); strings.Contains(sw.body, "⟦") || !strings.Contains(sw.body, "Familia A") {
			t.Error("not all in Kiswahili")
		}
		w.holdsAndGoesOn(choice, ids, sisters)
	})
}

var holdValue = regexp.MustCompile(`name="hold" value="([^"]+)"`)

// holdsAndGoesOn presses hold for the sisters: both beds are kept, the page goes
// on with the same choice, and the sisters stay there.
func (w *world) holdsAndGoesOn(choice url.Values, ids []string, line string) {
	t, token := w.t, w.token["case_manager"]
	m := holdValue.FindStringSubmatch(line)
	if m == nil {
		t.Fatalf("nothing to press: %.600s", line)
	}
	form := url.Values{"_key": {"key-1"}, "hold": {m[1]}}
	for k, v := range choice {
		form[k] = v
	}
	got := w.post("en", token, "/placement/hold", form)
	if got.status != http.StatusOK || !strings.Contains(got.body, "The beds are held") || !strings.Contains(got.body, "You hold a place at Watoto House") {
		t.Fatalf("%d %.1500s", got.status, got.body)
	}
	if !strings.Contains(got.body, "27 people have a place.") {
		t.Errorf("the others: %.800s", got.body)
	}
	held := 0
	for _, id := range ids[3:5] {
		list, err := w.Directory.HeldFor(context.Background(), w.staff["case_manager"], id)
		w.must(err)
		held += len(list)
	}
	if held != 2 {
		t.Errorf("%d beds are held for two sisters", held)
	}
	size, _ := w.Ledger.Size(t.Context())
	if again := w.post("en", token, "/placement/hold", form); again.status != http.StatusOK {
		t.Errorf("pressed twice: %d", again.status)
	}
	if now, _ := w.Ledger.Size(t.Context()); now != size {
		t.Errorf("pressed twice, held twice: %d events more", now-size)
	}
	// A bed for somebody else's case is no bed at all.
	form.Set("hold", strings.Replace(m[1], ids[3], w.cared(theirs, "other"), 1))
	if got := w.post("en", token, "/placement/hold", form); got.status != http.StatusNotFound {
		t.Errorf("held for another agency's case: %d", got.status)
	}
}

// The Secretariat places by frames: it may hold and sees no consent, no need
// and no referral. Nobody places cases that are not theirs.
func TestWhoPlacesWhom(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		w.houses()
		own, foreign := w.rescued(1, "female", 25), w.cared(theirs, "other")
		choice := url.Values{"pick." + own: {"yes"}, "pick." + foreign: {"yes"}}
		got := w.post("en", w.token["case_manager"], "/placement", choice)
		if got.status != http.StatusOK || strings.Contains(got.body, foreign) || !strings.Contains(got.body, "can no longer be placed") || !strings.Contains(got.body, "1 person has a place.") {
			t.Errorf("case manager: %d %.1200s", got.status, got.body)
		}
		got = w.post("en", w.token["secretariat"], "/placement", choice)
		if got.status != http.StatusOK || !strings.Contains(got.body, "2 people have a place.") || strings.Contains(got.body, "/referrals/preview") || !holdValue.MatchString(got.body) {
			t.Errorf("secretariat: %d %.1200s", got.status, got.body)
		}
		for duty, token := range w.token {
			if duty == "case_manager" || duty == "other" || duty == "secretariat" {
				continue
			}
			if got := w.post("en", token, "/placement", choice); got.status != http.StatusForbidden {
				t.Errorf("%s: %d", duty, got.status)
			}
		}
		got = w.post("en", w.token["case_manager"], "/placement", url.Values{"avoid": {"nakuru"}, "with." + own: {"C"}})
		if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "Choose at least one case.") || !strings.Contains(got.body, `value="C" selected`) || !strings.Contains(got.body, `value="nakuru" selected`) {
			t.Errorf("nobody chosen: %d, what was typed is lost: %.600s", got.status, got.body)
		}
		got = w.post("en", w.token["case_manager"], "/placement", url.Values{"pick." + own: {"yes"}, "avoid": {"nakuru"}})
		if !strings.Contains(got.body, "Mama House (fictional), Nairobi") {
			t.Errorf("with Nakuru to be avoided: %.800s", got.body)
		}
	})
}
