package publication_test

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"rufaa/internal/accounts"
	"rufaa/internal/directory"
	"rufaa/internal/hsds"
	"rufaa/internal/hsds/publish"
	"rufaa/internal/office/officetest"
	"rufaa/internal/policy"
	"rufaa/internal/publication"
	"rufaa/internal/realm"
	"rufaa/internal/store"
)

var secretariat = realm.Actor{Principal: policy.Principal{Staff: "s", Agency: "ctip-secretariat", Duty: string(accounts.Secretariat)}}

func served(t *testing.T) (*officetest.World, *httptest.Server) {
	t.Helper()
	w := officetest.Open(t, store.SQLite)
	if _, err := w.Directory.SeedDemo(context.Background(), secretariat); err != nil {
		t.Fatal(err)
	}
	lat, lon := -1.2921, 36.8219
	_, err := w.Directory.Enter(context.Background(), secretariat, []*directory.Provider{{
		Profile: directory.Profile{Name: "Canary House (fictional)", Kind: "shelter", County: "nairobi-city", Fictional: true,
			Phones:   []directory.Phone{{Number: "+254700000099"}},
			Contacts: []directory.Contact{{Name: "Kanarikontakt", Phone: "+254711000098"}}},
		Locations: []directory.Location{{ID: "l1", Kind: "physical", Confidential: true, County: "nairobi-city",
			Place: &directory.Place{Name: "Kanarijumba", Address: "Kanarimtaa 7", Town: "Kanarimji", Latitude: &lat, Longitude: &lon}}},
		Services: []directory.Service{{ID: "s1", Kind: "shelter", Name: "Canary shelter", At: []directory.At{{Location: "l1"}}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	h := publish.NewHandler(publication.New(w.Office), publish.Options{Prefix: "/hsds/v3", Words: func(*http.Request) publish.Words { return w.Texts.In("en") }})
	srv := httptest.NewServer(h)
	t.Cleanup(srv.Close)
	return w, srv
}

func get(t *testing.T, url string) []byte {
	t.Helper()
	r, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	raw, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != 200 {
		t.Fatalf("%s: %d %.300s %v", url, r.StatusCode, raw, err)
	}
	return raw
}

// Everything the demonstration publishes conforms to the standard, in the
// published schemas and once more with nothing beside them allowed.
func TestWhatIsPublishedConforms(t *testing.T) {
	_, srv := served(t)
	check, err := hsds.NewChecker(hsds.Plain)
	if err != nil {
		t.Fatal(err)
	}
	strict, err := hsds.NewChecker(hsds.Strict)
	if err != nil {
		t.Fatal(err)
	}
	for list, kind := range map[string]hsds.Kind{"services": hsds.ServiceKind, "organizations": hsds.OrganizationKind, "service_at_locations": hsds.AtLocationKind} {
		seen := 0
		for page := 1; ; page++ {
			var p struct {
				TotalPages int `json:"total_pages"`
				Contents   []json.RawMessage
			}
			if err := json.Unmarshal(get(t, fmt.Sprintf("%s/hsds/v3/%s?full=true&per_page=100&page=%d", srv.URL, list, page)), &p); err != nil {
				t.Fatal(err)
			}
			for _, doc := range p.Contents {
				seen++
				if err := check.Check(kind, doc); err != nil {
					t.Fatalf("%s: %v\n%s", list, err, doc)
				}
				if err := strict.Check(kind, doc); err != nil {
					t.Fatalf("%s, strictly: %v\n%s", list, err, doc)
				}
			}
			if page >= p.TotalPages {
				break
			}
		}
		if seen < 60 {
			t.Errorf("only %d %s are published", seen, list)
		}
	}
}

// Nothing of a confidential place, a contact or a hold is anywhere in what is
// published, whichever address is asked.
func TestNoSecretIsPublished(t *testing.T) {
	w, srv := served(t)
	var ids struct{ Contents []struct{ ID, Name string } }
	if err := json.Unmarshal(get(t, srv.URL+"/hsds/v3/services?search=canary&per_page=10"), &ids); err != nil || len(ids.Contents) != 1 {
		t.Fatalf("the confidential service is not published by its front door: %v %v", ids, err)
	}
	all := []string{"/services?full=true&per_page=500", "/organizations?full=true&per_page=500", "/service_at_locations?full=true&per_page=500",
		"/services?format=ndjson&full=true", "/bulk", "/services/" + ids.Contents[0].ID, "/taxonomies", "/taxonomy_terms?per_page=500", "/", "/openapi.json"}
	for _, path := range all {
		body := string(get(t, srv.URL+"/hsds/v3"+path))
		for _, canary := range []string{"Kanari", "-1.2921", "36.8219", "254711000098"} {
			if strings.Contains(body, canary) {
				t.Errorf("%s tells %q", path, canary)
			}
		}
	}
	door := string(get(t, srv.URL+"/hsds/v3/services/"+ids.Contents[0].ID))
	if !strings.Contains(door, "+254700000099") || !strings.Contains(door, w.Content.Label("counties", "nairobi-city", "en")) {
		t.Errorf("the front door is not told: %s", door)
	}
}
