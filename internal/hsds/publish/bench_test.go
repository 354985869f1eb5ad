package publish

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"rufaa/internal/hsds"
)

// generated is a directory of the size of a national 211 network.
func generated(services int) Content {
	c := Content{Modified: moment, Taxonomies: fictional().Taxonomies, Terms: fictional().Terms}
	orgs, places := max(1, services/20), max(1, services*3/10)
	for i := range orgs {
		c.Organizations = append(c.Organizations, hsds.Organization{ID: ids.Of("organization", fmt.Sprint(i)), Name: fmt.Sprint("Agency ", i),
			Description: "Invented agency that helps people in need.", Website: fmt.Sprintf("https://agency%d.example", i)})
	}
	for i := range places {
		c.Locations = append(c.Locations, hsds.Location{ID: ids.Of("location", fmt.Sprint(i)), LocationType: hsds.Physical, Name: fmt.Sprint("Office ", i),
			Latitude: num(-4 + float64(i%900)/100), Longitude: num(34 + float64(i%700)/100),
			Addresses: []hsds.Address{{ID: ids.Of("address", fmt.Sprint(i)), Address1: fmt.Sprint("Invented Road ", i), City: "Town", StateProvince: "County", PostalCode: fmt.Sprint(10000 + i%900), Country: "KE", AddressType: hsds.Physical}}})
	}
	terms := []string{"shelter", "shelter.mother", "legal"}
	for i := range services {
		own := fmt.Sprint(i)
		s := hsds.Service{ID: ids.Of("service", own), OrganizationID: c.Organizations[i%orgs].ID, Name: "Service " + own, Status: hsds.Active,
			Description:            "Counselling by trained people for everybody who has lived through violence, with an interpreter where one is needed.",
			EligibilityDescription: "People of any age and nationality.", LastModified: moment.Add(-time.Duration(i) * time.Minute).Format(time.RFC3339),
			Phones:       []hsds.Phone{{ID: ids.Of("phone", own), Number: fmt.Sprintf("+2547%08d", i)}},
			Schedules:    []hsds.Schedule{{ID: ids.Of("schedule", own), Freq: "WEEKLY", ByDay: "MO,TU,WE,TH,FR", OpensAt: "08:00", ClosesAt: "17:00", Timezone: num(3)}},
			ServiceAreas: []hsds.ServiceArea{{ID: ids.Of("area", own), Name: "County", ExtentType: "county"}},
			Attributes:   []hsds.Attribute{{ID: ids.Of("attribute", own), TaxonomyTermID: ids.Of("taxonomy_term", terms[i%3])}}}
		if s.Confidential = i%50 == 0; !s.Confidential {
			c.ServiceAtLocations = append(c.ServiceAtLocations, hsds.ServiceAtLocation{ID: ids.Of("at", own), ServiceID: s.ID, LocationID: c.Locations[i%places].ID})
		}
		c.Services = append(c.Services, s)
	}
	return c
}

// fetch asks over a real connection until b has enough.
func fetch(b *testing.B, server *httptest.Server, target string) {
	client := server.Client()
	buf := make([]byte, 1<<20)
	for b.Loop() {
		r, err := client.Get(server.URL + target)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.CopyBuffer(struct{ io.Writer }{io.Discard}, r.Body, buf); err != nil {
			b.Fatal(err)
		}
		r.Body.Close()
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "req/s")
}

// BenchmarkList compares list pages of 100,000 services with a bare handler
// that writes the same bytes.
func BenchmarkList(b *testing.B) {
	h := handler(b, generated(100_000))
	for _, target := range []string{"/services", "/services?page=900&per_page=100", "/services?full=true", "/services?search=counsel+nation&page=40",
		"/services?taxonomy_term_id=" + ids.Of("taxonomy_term", "legal")} {
		body := get(b, h, target).body
		bare := http.NewServeMux()
		bare.HandleFunc("/hsds/v3/services", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", asJSON)
			w.Write(body)
		})
		name := strings.ReplaceAll(strings.TrimPrefix(target, "/"), "/", "_")
		for _, c := range []struct {
			who string
			h   http.Handler
		}{{"bare", bare}, {"plain", h}, {"packed", h}} {
			b.Run(fmt.Sprintf("%s/%s", name, c.who), func(b *testing.B) {
				server := httptest.NewServer(c.h)
				defer server.Close()
				server.Client().Transport.(*http.Transport).DisableCompression = c.who != "packed"
				b.SetBytes(int64(len(body)))
				fetch(b, server, "/hsds/v3"+target)
			})
		}
	}
}

func BenchmarkSnapshot(b *testing.B) {
	c := generated(100_000)
	for b.Loop() {
		snapshot(b, c)
	}
}

func BenchmarkBulk(b *testing.B) {
	h := handler(b, generated(100_000))
	for b.Loop() {
		w := &count{header: http.Header{}}
		h.ServeHTTP(w, httptest.NewRequest("GET", "/hsds/v3/bulk", nil))
		b.SetBytes(w.n)
	}
}

type count struct {
	header http.Header
	n      int64
}

func (c *count) Header() http.Header { return c.header }
func (c *count) WriteHeader(int)     {}
func (c *count) Write(b []byte) (int, error) {
	c.n += int64(len(b))
	return len(b), nil
}
