package publish

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rufaa/internal/hsds"
)

type named struct{ ID, Name string }

func namesAt(t testing.TB, h http.Handler, target string) []string {
	t.Helper()
	page := into[hsds.Page[named]](t, get(t, h, target))
	out := []string{}
	for _, n := range page.Contents {
		out = append(out, n.Name)
	}
	slices.Sort(out)
	return out
}

func TestFilters(t *testing.T) {
	h := handler(t, fictional())
	id := ids.Of
	term := func(own string) string { return "taxonomy_term_id=" + id("taxonomy_term", own) }
	both, all := []string{"Advice «Haki»", "Day centre"}, []string{"Advice «Haki»", "Day centre", "Safe house"}
	for _, c := range []struct {
		query string
		want  []string
	}{
		{"", all},
		{"search=meals", []string{"Day centre"}},
		{"search=MEAL", []string{"Day centre"}},
		{"search=amani", []string{"Day centre", "Safe house"}},
		{"search=amani+chakula", []string{"Day centre"}},
		{"search=amani+haki", []string{}},
		{"search=h%C3%A4ki", []string{"Advice «Haki»"}},
		{"search=eals", []string{}},
		{term("legal"), both},
		{term("shelter.mother"), []string{"Safe house"}},
		{"taxonomy_id=" + id("taxonomy", "s15"), all},
		{"taxonomy_term_id=" + hsds.ProfileTermID(hsds.CapacityFreshUntil), []string{"Day centre"}},
		{"taxonomy_term_id=" + hsds.ProfileTermID(hsds.PlaceHidden), []string{"Safe house"}},
		{"taxonomy_term_id=" + id("taxonomy_term", "nobody has it"), []string{}},
		{"organization_id=" + id("organization", "haki"), []string{"Advice «Haki»"}},
		{"organization_id=" + strings.ToUpper(id("organization", "haki")), []string{"Advice «Haki»"}},
		{"modified_after=2026-11-01", both},
		{"modified_after=2026-11-01T10:00:00Z", both},
		{"modified_after=2026-11-01T10:00:01Z", []string{"Advice «Haki»"}},
		{"modified_after=2026-11-01T13:00:00%2B03:00", both},
		{"modified_after=2026-11-01T13:00:01+03:00", []string{"Advice «Haki»"}},
		{term("legal") + "&organization_id=" + id("organization", "amani"), []string{"Day centre"}},
		{"search=&organization_id=", all},
	} {
		if got := namesAt(t, h, "/services?"+c.query); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.query, got, c.want)
		}
	}
	for _, c := range []struct{ target, want string }{
		{"/organizations?" + term("shelter.mother"), "[Amani House (fictional)]"},
		{"/organizations?search=legal", "[Amani House (fictional) Haki Desk (fictional)]"},
		{"/taxonomy_terms?top_only=true&taxonomy_id=" + id("taxonomy", "s15"), "[Legal aid Shelter]"},
		{"/taxonomy_terms?parent_id=" + id("taxonomy_term", "shelter"), "[Shelter for mothers]"},
		{"/taxonomies?search=assistance", "[Assistance (s.15)]"},
	} {
		if got := fmt.Sprint(namesAt(t, h, c.target)); got != c.want {
			t.Errorf("%s: %s, want %s", c.target, got, c.want)
		}
	}
}

// Kisumu and Nakuru are some 148 km apart.
func TestNearAPostcode(t *testing.T) {
	c := fictional()
	c.Postcodes = map[string]Point{"40200": {-0.68, 34.77}} // Kisii, 65 km from Kisumu
	h := handler(t, c)
	for query, want := range map[string]int{
		"postcode=40100":                   1,
		"postcode=40100&proximity=1":       1,
		"postcode=40100&proximity=140000":  1,
		"postcode=40100&proximity=160000":  2,
		"postcode=40200&proximity=60000":   0,
		"postcode=40200&proximity=70000":   1,
		"postcode=99999&proximity=9000000": 0,
		"postcode=40+100":                  1,
		"search=kisumu&postcode=20100":     0,
	} {
		if got := into[hsds.Page[named]](t, get(t, h, "/service_at_locations?"+query)).TotalItems; got != want {
			t.Errorf("%s: %d, want %d", query, got, want)
		}
	}
}

func TestWrongParametersAreNamed(t *testing.T) {
	h := handler(t, fictional())
	for target, want := range map[string]string{
		"/services?page=0":                                  "page",
		"/services?page=x":                                  "page",
		"/services?page=-1":                                 "page",
		"/services?page=99999999999999999999":               "page",
		"/services?per_page=1001":                           "per_page",
		"/services?per_page=0":                              "per_page",
		"/services?format=xml":                              "format",
		"/services?taxonomy_term_id=shelter":                "taxonomy_term_id",
		"/services?taxonomy_id=1":                           "taxonomy_id",
		"/services?organization_id=..":                      "organization_id",
		"/services?modified_after=yesterday":                "modified_after",
		"/services?minimal=yes":                             "minimal",
		"/services?minimal=true&full=true":                  "minimal",
		"/services?search=%21%21":                           "search",
		"/services?search=" + strings.Repeat("a", 301):      "search",
		"/services?taxonomyid=1":                            "query",
		"/services?postcode=40100":                          "query",
		"/services?page=1&page=2":                           "page",
		"/organizations?organization_id=" + ids.Of("", ""):  "query",
		"/service_at_locations?proximity=100":               "proximity",
		"/service_at_locations?postcode=1&proximity=NaN":    "proximity",
		"/service_at_locations?postcode=1&proximity=-5":     "proximity",
		"/service_at_locations?postcode=1&proximity=1e99":   "proximity",
		"/services/" + ids.Of("service", "day") + "?full=1": "query",
		"/bulk?format=xlsx":                                 "format",
		"/bulk?all=1":                                       "query",
	} {
		r := get(t, h, target)
		var p answered
		if r.status != http.StatusBadRequest || r.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", target, r.status, r.body)
			continue
		}
		if p = into[answered](t, reply{200, nil, r.body}); p.Status != 400 || len(p.Errors) != 1 || p.Errors[0].Parameter != want {
			t.Errorf("%s: %+v, want %s named", target, p, want)
		}
	}
	if r := get(t, h, "/services?%zz"); r.status != http.StatusBadRequest {
		t.Errorf("an address that is not one: %d", r.status)
	}
}

func TestProblemsDoNotRepeatWhatWasSent(t *testing.T) {
	h := handler(t, fictional())
	const canary = "canary7731"
	for _, target := range []string{"/services?" + canary + "=1", "/services?page=" + canary, "/services/" + canary, "/" + canary,
		"/services?search=%22" + canary + strings.Repeat("x", 400), "/profile/" + canary, "/bulk?format=" + canary} {
		if r := get(t, h, target); r.status < 400 || strings.Contains(string(r.body), canary) {
			t.Errorf("%s: %d %s", target, r.status, r.body)
		}
	}
}

// many is a directory of n services drawn at random.
func many(t *rapid.T, n int) Content {
	c := fictional()
	c.Services, c.ServiceAtLocations = nil, nil
	words := []string{"shelter", "legal", "advice", "night", "nairobi", "mombasa"}
	for i := range n {
		s := hsds.Service{ID: ids.Of("service", fmt.Sprint(i)), Status: hsds.Active, Name: fmt.Sprint("Service ", i),
			OrganizationID: ids.Of("organization", rapid.SampledFrom([]string{"amani", "haki"}).Draw(t, "org"))}
		s.Description = strings.Join(rapid.SliceOfN(rapid.SampledFrom(words), 0, 3).Draw(t, "words"), " ")
		for _, own := range rapid.SliceOfNDistinct(rapid.SampledFrom([]string{"shelter", "legal"}), 0, 2, rapid.ID).Draw(t, "terms") {
			s.Attributes = append(s.Attributes, hsds.Attribute{ID: ids.Of("attribute", s.ID+own), TaxonomyTermID: ids.Of("taxonomy_term", own)})
		}
		if d := rapid.IntRange(0, 30).Draw(t, "day"); d > 0 {
			s.LastModified = time.Date(2026, 11, d, 0, 0, 0, 0, time.UTC).Format(time.RFC3339)
		}
		c.Services = append(c.Services, s)
	}
	return c
}

// Whatever the filters, walking page by page gives exactly what looking at
// every service gives, once each and in order.
func TestPagesHoldWhatMatches(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		c := many(rt, rapid.IntRange(0, 200).Draw(rt, "n"))
		snap, err := NewSnapshot(c)
		if err != nil {
			rt.Fatal(err)
		}
		h := NewHandler(Fixed(snap), options)
		values := url.Values{}
		var word, own, org string
		since := rapid.IntRange(0, 30).Draw(rt, "since")
		if word = rapid.SampledFrom([]string{"", "shelter", "nai"}).Draw(rt, "word"); word != "" {
			values.Set("search", word)
		}
		if own = rapid.SampledFrom([]string{"", "shelter", "legal"}).Draw(rt, "term"); own != "" {
			values.Set("taxonomy_term_id", ids.Of("taxonomy_term", own))
		}
		if org = rapid.SampledFrom([]string{"", "amani"}).Draw(rt, "org"); org != "" {
			values.Set("organization_id", ids.Of("organization", org))
		}
		if since > 0 {
			values.Set("modified_after", fmt.Sprintf("2026-11-%02d", since))
		}
		want := []string{}
		for i := range c.Services {
			if matches(&c.Services[i], word, own, org, since) {
				want = append(want, c.Services[i].ID)
			}
		}
		values.Set("per_page", fmt.Sprint(rapid.IntRange(1, 90).Draw(rt, "per page")))
		got := []string{}
		for n := 1; ; n++ {
			values.Set("page", fmt.Sprint(n))
			page := into[hsds.Page[named]](t, get(t, h, "/services?"+values.Encode()))
			for _, s := range page.Contents {
				got = append(got, s.ID)
			}
			if page.TotalItems != len(want) || page.Size != len(page.Contents) || page.Empty != (page.Size == 0) || page.FirstPage != (n == 1) {
				rt.Fatalf("page %d says %+v, %d match", n, page, len(want))
			}
			if page.LastPage {
				break
			}
		}
		if !slices.Equal(got, want) {
			rt.Fatalf("%v: %d found, want %d", values, len(got), len(want))
		}
	})
}

func matches(s *hsds.Service, word, own, org string, since int) bool {
	if org != "" && s.OrganizationID != ids.Of("organization", org) {
		return false
	}
	if own != "" && !slices.ContainsFunc(s.Attributes, func(a hsds.Attribute) bool { return a.TaxonomyTermID == ids.Of("taxonomy_term", own) }) {
		return false
	}
	if since > 0 && s.LastModified != "" && s.LastModified < fmt.Sprintf("2026-11-%02d", since) {
		return false
	}
	if word == "" {
		return true
	}
	text := strings.ToLower(s.Description)
	for _, a := range s.Attributes { // the name of a term finds, too
		if a.TaxonomyTermID == ids.Of("taxonomy_term", "shelter") {
			text += " shelter"
		}
	}
	return strings.Contains(text, word)
}

func FuzzParameters(f *testing.F) {
	for _, seed := range []string{"search=a&page=2", "postcode=40100&proximity=5", "modified_after=2026-01-01", "full=true&minimal=true", "%00=%ff", "page=1e3;per_page=2"} {
		f.Add(seed)
	}
	h := handler(f, fictional())
	strict := checkers(f)["strict"]
	f.Fuzz(func(t *testing.T, query string) {
		r := &http.Request{Method: "GET", URL: &url.URL{Path: "/hsds/v3/services", RawQuery: query}, Header: http.Header{}}
		w := &memory{header: http.Header{}}
		h.ServeHTTP(w, r)
		switch w.status {
		case 0, http.StatusOK:
			if w.header.Get("Content-Type") != asJSON {
				return
			}
			listed, full := strict.Check(hsds.PageOf(hsds.ServiceItem), w.body), strict.Check(hsds.PageOf(hsds.ServiceKind), w.body)
			if listed != nil && full != nil {
				t.Fatalf("%q: %v", query, listed)
			}
		case http.StatusBadRequest:
		default:
			t.Fatalf("%q: %d", query, w.status)
		}
	})
}

// memory is a response that only keeps what was written.
type memory struct {
	header http.Header
	status int
	body   []byte
}

func (m *memory) Header() http.Header { return m.header }
func (m *memory) WriteHeader(s int)   { m.status = s }
func (m *memory) Write(b []byte) (int, error) {
	m.body = append(m.body, b...)
	return len(b), nil
}
