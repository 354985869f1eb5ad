package publish

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"rufaa/internal/hsds"
)

// Everything here is invented: agencies, numbers and places.

var ids = hsds.NewIDs("test/fictional")

var moment = time.Date(2026, 11, 20, 8, 30, 0, 0, time.UTC)

func num(n float64) *float64 { return &n }

func termAttr(own, code string) hsds.Attribute {
	return hsds.Attribute{ID: ids.Of("attribute", own+code), TaxonomyTermID: hsds.ProfileTermID(code)}
}

// fictional is a small directory that uses every part of the standard: two
// agencies, three services, of which one is confidential, two places.
func fictional() Content {
	id := ids.Of
	c := Content{Modified: moment,
		Taxonomies: []hsds.Taxonomy{{ID: id("taxonomy", "s15"), Name: "Assistance (s.15)", Description: "Categories of the Act."}},
		Terms: []hsds.Term{
			{ID: id("taxonomy_term", "shelter"), Code: "shelter", Name: "Shelter", Description: "A safe place to stay.", TaxonomyID: id("taxonomy", "s15")},
			{ID: id("taxonomy_term", "shelter.mother"), Code: "shelter.mother", Name: "Shelter for mothers", Description: "With children.", TaxonomyID: id("taxonomy", "s15"), ParentID: id("taxonomy_term", "shelter")},
			{ID: id("taxonomy_term", "legal"), Code: "legal", Name: "Legal aid", Description: "Advice & representation.", TaxonomyID: id("taxonomy", "s15")},
		},
		Organizations: []hsds.Organization{
			{ID: id("organization", "amani"), Name: "Amani House (fictional)", Description: "Invented shelter. <b>Care</b> & safety.", Email: "office@amani.example", Website: "https://amani.example",
				AdditionalWebsites: []hsds.URL{{ID: id("url", "1"), Label: "News", URL: "https://amani.example/news"}},
				YearIncorporated:   num(2011), Programs: []hsds.Program{{ID: id("program", "1"), Name: "Return", Description: "Way home."}},
				Phones:      []hsds.Phone{{ID: id("phone", "org"), Number: "+254700000001", Extension: num(12)}},
				Identifiers: []hsds.Identifier{{ID: id("identifier", "1"), Type: "NGO number", Identifier: "F-1"}},
				Funding:     []hsds.Funding{{ID: id("funding", "1"), Source: "Invented fund"}},
				Attributes:  []hsds.Attribute{termAttr("org", "verified-phone")}},
			{ID: id("organization", "haki"), Name: "Haki Desk (fictional)", Description: "Invented legal aid."},
		},
	}
	c.Locations = []hsds.Location{
		{ID: id("location", "kisumu"), LocationType: hsds.Physical, OrganizationID: id("organization", "amani"), Name: "Amani office", Latitude: num(-0.1), Longitude: num(34.75),
			Addresses: []hsds.Address{{ID: id("address", "1"), Address1: "Invented Road 1", City: "Kisumu", StateProvince: "Kisumu", PostalCode: "40100", Country: "KE", AddressType: hsds.Physical,
				Attributes: []hsds.Attribute{{ID: id("attribute", "address"), TaxonomyTermID: id("taxonomy_term", "legal")}}}},
			Accessibility: []hsds.Accessibility{{ID: id("accessibility", "1"), Description: "Ramp"}},
			Languages:     []hsds.Language{{ID: id("language", "l"), Code: "luo", Name: "Luo"}},
			Attributes:    []hsds.Attribute{termAttr("kisumu", "access-wheelchair")}},
		{ID: id("location", "nakuru"), LocationType: hsds.Physical, OrganizationID: id("organization", "haki"), Name: "Haki room", Latitude: num(-0.3), Longitude: num(36.07),
			Addresses: []hsds.Address{{ID: id("address", "2"), Address1: "Invented Street 2", City: "Nakuru", StateProvince: "Nakuru", PostalCode: "20100", Country: "KE", AddressType: hsds.Physical}},
			Schedules: []hsds.Schedule{{ID: id("schedule", "nakuru"), Freq: "WEEKLY", ByDay: "SA", OpensAt: "09:00", ClosesAt: "12:00", Timezone: num(3)}}},
	}
	c.Services = []hsds.Service{day(), secret(), advice()}
	c.ServiceAtLocations = []hsds.ServiceAtLocation{
		{ID: id("at", "1"), ServiceID: id("service", "day"), LocationID: id("location", "kisumu"), Description: "Ground floor",
			ServiceAreas: []hsds.ServiceArea{{ID: id("area", "at"), Name: "Kisumu", ExtentType: "county"}},
			Contacts:     []hsds.Contact{{ID: id("contact", "at"), Name: "Desk", Phones: []hsds.Phone{{ID: id("phone", "desk"), Number: "+254700000002"}}}}},
		{ID: id("at", "2"), ServiceID: id("service", "advice"), LocationID: id("location", "nakuru")},
	}
	return c
}

func day() hsds.Service {
	id := ids.Of
	return hsds.Service{
		ID: id("service", "day"), OrganizationID: id("organization", "amani"), Name: "Day centre", Status: hsds.Active,
		Description: "Advice, meals and a place to rest. Ushauri na chakula.", LastModified: "2026-11-01T10:00:00.000Z", MinimumAge: num(18),
		AdditionalURLs: []hsds.URL{{ID: id("url", "2"), URL: "https://amani.example/day"}},
		Program:        &hsds.Program{ID: id("program", "1"), Name: "Return", Description: "Way home."},
		Phones: []hsds.Phone{{ID: id("phone", "day"), Number: "+254700000003", Type: "voice",
			Languages: []hsds.Language{{ID: id("language", "sw"), Code: "sw", Name: "Kiswahili"}}}},
		Schedules: []hsds.Schedule{
			{ID: id("schedule", "1"), Freq: "WEEKLY", ByDay: "MO,TU,WE", OpensAt: "08:00", ClosesAt: "17:00", Timezone: num(3)},
			{ID: id("schedule", "2"), Freq: "WEEKLY", ByDay: "MO", OpensAt: "08:00", ClosesAt: "10:00", Timezone: num(3), Attributes: []hsds.Attribute{termAttr("s2", hsds.HoursIntake)}}},
		ServiceAreas:      []hsds.ServiceArea{{ID: id("area", "1"), Name: "Kisumu", ExtentType: "county"}},
		Languages:         []hsds.Language{{ID: id("language", "en"), Code: "en", Name: "English"}},
		CostOptions:       []hsds.CostOption{{ID: id("cost", "1"), Option: "free", Amount: num(0), Currency: "KES"}},
		RequiredDocuments: []hsds.RequiredDocument{{ID: id("document", "1"), Document: "None"}},
		Contacts:          []hsds.Contact{{ID: id("contact", "1"), Name: "Duty desk", Email: "desk@amani.example"}},
		Funding:           []hsds.Funding{{ID: id("funding", "2"), Source: "Gifts"}},
		Capacities: []hsds.Capacity{{ID: id("capacity", "1"), Unit: &hsds.Unit{ID: id("unit", "seat"), Name: "seat"}, Available: num(4), Maximum: num(10), Updated: "2026-11-20T06:00:00.000Z",
			Attributes: []hsds.Attribute{fresh24()}}},
		Attributes: []hsds.Attribute{{ID: id("attribute", "legal"), TaxonomyTermID: id("taxonomy_term", "legal")}, termAttr("day", "sex-any")},
		Metadata:   []hsds.Metadata{{ID: id("metadata", "1"), LastActionDate: "2026-11-01", LastActionType: "update", FieldName: "name", PreviousValue: "Day room", ReplacementValue: "Day centre", UpdatedBy: "directory"}},
	}
}

func fresh24() hsds.Attribute {
	a := termAttr("c1", hsds.CapacityFreshUntil)
	a.Value = "2026-11-21T06:00:00Z"
	return a
}

func secret() hsds.Service {
	id := ids.Of
	return hsds.Service{
		ID: id("service", "secret"), OrganizationID: id("organization", "amani"), Name: "Safe house", Status: hsds.Active, Confidential: true,
		Description: "Women with children. Call first.", LastModified: "2026-10-01T10:00:00.000Z",
		Phones:       []hsds.Phone{{ID: id("phone", "front"), Number: "+254700000004"}},
		ServiceAreas: []hsds.ServiceArea{{ID: id("area", "2"), Name: "Kisumu", ExtentType: "county"}},
		Attributes:   []hsds.Attribute{{ID: id("attribute", "shelter"), TaxonomyTermID: id("taxonomy_term", "shelter.mother")}, termAttr("secret", "sex-female")},
	}
}

func advice() hsds.Service {
	id := ids.Of
	return hsds.Service{
		ID: id("service", "advice"), OrganizationID: id("organization", "haki"), Name: "Advice «Haki»", Status: hsds.TemporarilyClosed,
		LastModified: "2026-11-10T10:00:00.000Z", Alert: "=Closed until the new year",
		Attributes: []hsds.Attribute{{ID: id("attribute", "legal2"), TaxonomyTermID: id("taxonomy_term", "legal")}},
	}
}

func snapshot(t testing.TB, c Content) *Snapshot {
	t.Helper()
	s, err := NewSnapshot(c)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// keyed answers texts by their key, so that tests do not depend on wording.
type keyed struct{}

func (keyed) Code() string { return "en" }
func (keyed) T(key string, args ...any) string {
	return fmt.Sprint(append([]any{key}, args...)...)
}

var options = Options{Prefix: "/hsds/v3", BaseURL: "https://rufaa.example.org/hsds/v3", Title: "Fictional directory",
	License: License{"CC BY 4.0", "https://creativecommons.org/licenses/by/4.0/"}, Contact: Contact{Name: "Nobody"},
	Words: func(*http.Request) Words { return keyed{} }}

func handler(t testing.TB, c Content) http.Handler { return NewHandler(Fixed(snapshot(t, c)), options) }

// reply is what came back.
type reply struct {
	status int
	header http.Header
	body   []byte
}

func ask(t testing.TB, h http.Handler, method, target string, headers ...string) reply {
	t.Helper()
	r := httptest.NewRequest(method, "/hsds/v3"+target, nil)
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	body, err := io.ReadAll(w.Result().Body)
	if err != nil {
		t.Fatal(err)
	}
	return reply{w.Code, w.Result().Header, body}
}

func get(t testing.TB, h http.Handler, target string) reply { return ask(t, h, "GET", target) }

func into[T any](t testing.TB, r reply) (v T) {
	t.Helper()
	if r.status != http.StatusOK {
		t.Fatalf("status %d: %s", r.status, r.body)
	}
	if err := json.Unmarshal(r.body, &v); err != nil {
		t.Fatalf("%v: %s", err, r.body)
	}
	return v
}
