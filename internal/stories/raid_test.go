package stories_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"rufaa/internal/demo"
	"rufaa/internal/placement"
)

// A raid brings thirty people in one night: two families, two men, a mother
// with her child, and women alone. Places are found for all of them together.
func TestThirtyPeopleInOneNight(t *testing.T) {
	each(t, func(s *told) {
		if _, err := s.Directory.SeedDemo(context.Background(), demo.Actor("wafula.secretariat")); err != nil {
			t.Fatal(err)
		}
		mark := map[string]string{} // case -> family
		sex := map[string]string{}
		add := func(family, of string, age int) {
			minor := "no"
			if age < 18 {
				minor = "yes"
			}
			s.raise("zawadi.hotline", m{"channel": "raid", "county": "nairobi-city", "holder": "x-tumaini",
				"person": m{"name": fmt.Sprintf("Mtu Fiktivo %d", len(mark)), "age": age, "minor": minor, "sex": of, "language": "sw"}})
			s.takes("wanjiru.case")
			s.inDanger("wanjiru.case", "high", "Tonight")
			s.need("wanjiru.case", "", "shelter")
			mark[s.id], sex[s.id] = family, of
		}
		add("A", "female", 30)
		add("A", "female", 7)
		add("A", "male", 5)
		add("B", "female", 14)
		add("B", "female", 12)
		add("", "male", 33)
		add("", "male", 41)
		for i := range 23 {
			add("", "female", 19+i)
		}

		// On the page: what is chosen is sent and stands in no address; no name
		// is anywhere.
		choice := url.Values{}
		for id, family := range mark {
			choice.Set("pick."+id, "yes")
			choice.Set("with."+id, family)
		}
		s.as("wanjiru.case")
		s.call("wanjiru.case", "GET", "/placement", nil).is(http.StatusOK).says("Who needs a place").hides("Fiktivo")
		page := s.call("wanjiru.case", "POST", "/placement", choice).is(http.StatusOK).hides("Fiktivo")
		page.says("You choose")
		s.as("salome.shelter")
		s.call("salome.shelter", "GET", "/placement", nil).is(http.StatusForbidden)

		p := s.proposed(mark, sex)
		people := 0
		for _, l := range p.Lines {
			people += len(l.Unit.Members)
			if l.Place == nil && l.Options > 0 && l.Reason != "taken" && l.Reason != "too-many" {
				t.Errorf("left over with %d places: %s", l.Options, l.Reason)
			}
		}
		if people != 30 || p.Placed+p.Left != 30 {
			t.Errorf("%d people stand in the proposal, %d placed, %d left", people, p.Placed, p.Left)
		}
		familyStaysTogether(t, p, mark)
	})
}

// proposed asks the API for the same night.
func (s *told) proposed(mark, sex map[string]string) *placement.Proposal {
	s.t.Helper()
	units := map[string][]m{}
	for id, family := range mark {
		s.id = id
		if family == "" {
			family = id
		}
		row := s.get("wanjiru.case", "").is(http.StatusOK).json()
		units[family] = append(units[family], m{"case": id, "county": "nairobi-city", "person": m{"sex": sex[id], "age_band": row["age_band"], "child": row["child"], "languages": []string{"sw"}}})
	}
	var list []m
	for id, members := range units {
		list = append(list, m{"id": id, "members": members})
	}
	slices.SortFunc(list, func(a, b m) int { return strings.Compare(a["id"].(string), b["id"].(string)) })
	s.as("wanjiru.case")
	a := s.call("wanjiru.case", "POST", "/api/v1/placements", m{"service": "shelter", "units": list}).is(http.StatusOK)
	var p placement.Proposal
	if err := json.Unmarshal([]byte(a.body), &p); err != nil {
		s.t.Fatal(err)
	}
	return &p
}

func familyStaysTogether(t *testing.T, p *placement.Proposal, mark map[string]string) {
	t.Helper()
	for _, l := range p.Lines {
		families := map[string]bool{}
		for _, x := range l.Unit.Members {
			families[mark[x.Case]] = true
		}
		if len(families) != 1 {
			t.Errorf("strangers are one unit: %v", families)
		}
		for _, b := range l.Beds {
			if single := len(l.Unit.Members) == 1; single && (b.Group == "mother-child" || b.Group == "families") {
				t.Errorf("a bed for mothers with children is given to somebody alone")
			}
		}
	}
}
