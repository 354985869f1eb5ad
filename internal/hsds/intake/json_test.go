package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"rufaa/internal/hsds"
)

func TestAPageThatLiesAboutItselfIsReadWhole(t *testing.T) {
	b := readIt(t, sample(t, "uk/test/service_list.json"), Options{})
	if b.Report.Rows != 128 {
		t.Fatalf("%d rows, want 128", b.Report.Rows)
	}
	if got := fmt.Sprint(b.Problems[len(b.Problems)-1]); !strings.Contains(got, "page_total") || !strings.Contains(got, "told 31 have 128") || !strings.Contains(got, "warning") {
		t.Errorf("no warning: %s", got)
	}
	if len(b.Records) != 128 || b.Report.Refused != 0 {
		t.Errorf("%d given on, %d refused", len(b.Records), b.Report.Refused)
	}
	// All of them are one service: 127 come again, and some belong to nobody.
	again := 0
	for _, p := range b.Problems[:len(b.Problems)-1] {
		if p.Outcome != Warning {
			t.Errorf("row %d: %s %s: a good row was lost", p.Row, p.Key, p.Outcome)
		}
		if p.Key == "hsds.import.twice" {
			again++
		}
	}
	if again != 127 || b.Records[0].Services[0].ID != b.Records[127].Services[0].ID {
		t.Errorf("%d come again", again)
	}
}

func TestAWhollyInvalidListGivesProblems(t *testing.T) {
	b := readIt(t, sample(t, "uk/default/organization_list.json"), Options{})
	if len(b.Records) != 0 || b.Report.Refused != 10 || b.Report.Rows != 10 {
		t.Fatalf("%+v", b.Report)
	}
	if got := brief(b.Problems); !strings.Contains(got, "1 organization_identifiers.0.id standard.format refused") || !strings.Contains(got, "standard.required refused") {
		t.Errorf("%s", got)
	}
}

func TestFailingServicesAreRefusedOneByOne(t *testing.T) {
	b := readIt(t, sample(t, "uk/fail/service_list.json"), Options{})
	if len(b.Records) != 0 || b.Report.Refused != 4 {
		t.Errorf("%+v", b.Report)
	}
	if b := readIt(t, sample(t, "uk/fail/service_full.json"), Options{}); b.Report.Refused != 1 {
		t.Errorf("%+v", b.Report)
	}
}

// here moves the publisher's examples into the region: their places are at 100
// degrees north.
func here(raw []byte) []byte {
	raw = bytes.ReplaceAll(raw, []byte(`"latitude": 100`), []byte(`"latitude": -1.25`))
	return bytes.ReplaceAll(raw, []byte(`"longitude": 101`), []byte(`"longitude": 36.5`))
}

func TestThePublishersExamplesComeInWhole(t *testing.T) {
	c := strict(t)
	for _, name := range []string{"service_full", "organization_full", "service_at_location_full", "service_list", "service_at_location_list", "organization_list"} {
		b := readIt(t, here(sample(t, "publisher/"+name+".json")), Options{})
		for _, p := range b.Problems {
			if p.Outcome == Refused {
				t.Errorf("%s: %s", name, brief(b.Problems))
			}
		}
		if len(b.Records) != 1 {
			t.Fatalf("%s: %d records", name, len(b.Records))
		}
		r := b.Records[0]
		conforming(t, c, r)
		if name == "service_full" && (len(r.Locations) != 1 || len(r.AtLocations) != 1 || len(r.Services[0].Capacities) != 1 || r.Organization.Name != "Example Organization Inc." || r.Services[0].OrganizationID != r.Organization.ID || r.Services[0].Phones[0].Number != "+441234234567") {
			t.Errorf("%+v", r)
		}
	}
}

func TestPlacesOfTheExamplesAreNotInTheRegion(t *testing.T) {
	b := readIt(t, sample(t, "publisher/service_full.json"), Options{})
	if got := brief(b.Problems); got != "1 location.latitude coordinates_outside refused" {
		t.Errorf("%s", got)
	}
}

const org = `"organization":{"id":"d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610","name":"Amani (fictional)","description":""}`

func service(n int, more string) string {
	return fmt.Sprintf(`{"id":"ac148810-d857-441c-9679-%012d","name":"Service %d","status":"active",%s%s}`, n, n, org, more)
}

func TestEveryShapeOfAFile(t *testing.T) {
	page := func(items ...string) string {
		return fmt.Sprintf(`{"total_items":%d,"total_pages":1,"page_number":1,"size":%[1]d,"contents":[%s]}`, len(items), strings.Join(items, ","))
	}
	for name, c := range map[string]struct {
		text string
		want int
	}{
		"single":               {service(1, ""), 1},
		"array":                {"[" + service(1, "") + "," + service(2, "") + "]", 2},
		"page":                 {page(service(1, ""), service(2, "")), 2},
		"contents first":       {`{"contents":[` + service(1, "") + `],"total_items":1}`, 1},
		"ndjson":               {service(1, "") + "\n" + service(2, "") + "\n" + service(3, "") + "\n", 3},
		"pages, one per line":  {page(service(1, "")) + "\n" + page(service(2, "")), 2},
		"a mark of UTF-8":      {"\xef\xbb\xbf" + service(1, ""), 1},
		"unknown members":      {service(1, `,"x_local":{"deep":[1]}`), 1},
		"an organisation":      {`{"id":"d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610","name":"Amani","description":""}`, 1},
		"with only its org id": {`{"id":"ac148810-d857-441c-9679-408f346de14b","name":"A","status":"active","organization_id":"d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610"}`, 1},
	} {
		b := readIt(t, []byte(c.text), Options{})
		if len(b.Records) != c.want || len(b.Problems) > 0 {
			t.Errorf("%s: %d records, %s", name, len(b.Records), brief(b.Problems))
		}
	}
}

func TestItemsWithProblems(t *testing.T) {
	hidden := fmt.Sprintf(`,"attributes":[{"id":"ae58cc39-8b70-4ab1-8aea-786882e5ac8e","taxonomy_term_id":%q}]`, hsds.ProfileTermID(hsds.PlaceHidden))
	place := func(lat, lon string) string {
		return fmt.Sprintf(`,"service_at_locations":[{"id":"e94c9f38-1e8f-4564-91d4-d53501ab1765","location":{"id":"3a19ff88-4620-4d17-9830-ac1d859eb5d5","location_type":"physical","latitude":%s,"longitude":%s}}]`, lat, lon)
	}
	hours := func(days, from, to string) string {
		return fmt.Sprintf(`{"id":"48102e86-bb50-41c4-8f1e-e269368c41d1","freq":"WEEKLY","byday":%q,"opens_at":%q,"closes_at":%q}`, days, from, to)
	}
	for name, c := range map[string]struct{ more, want string }{
		"swapped":           {place("36.8", "-1.29"), "1 location.latitude coordinates_swapped refused"},
		"outside":           {place("48", "-100"), "1 location.latitude coordinates_outside refused"},
		"phone":             {`,"phones":[{"id":"1554f2e2-a373-45db-a3fa-9fc48a61c15e","number":"12"}]`, "1 phones.0.number phone refused"},
		"overlapping hours": {`,"schedules":[` + hours("MO,TU", "08:00", "12:00") + "," + hours("TU", "11:00:00", "13:00:00") + "]", "1 schedules.1.opens_at overlap refused"},
		"unknown term":      {`,"attributes":[{"id":"ae58cc39-8b70-4ab1-8aea-786882e5ac8e","taxonomy_term":{"id":"ae58cc39-8b70-4ab1-8aea-786882e5ac8e","name":"Astrology","description":""}}]`, "1 attributes.0.taxonomy_term term refused"},
		"confidential":      {hidden + place("-1.98765", "36.12345"), "1 location confidential_coordinates left_out"},
		"told in words":     {hidden + `,"alert":"at -1.98765,36.12345"`, "1 service confidential_text refused"},
		"standard":          {`,"email":"x"`, "1 email standard.format refused"},
	} {
		b := readIt(t, []byte(service(1, c.more)+"\n"+service(2, "")), Options{Terms: terms(t)})
		if got := brief(b.Problems); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
		if out, _ := json.Marshal(b); strings.Contains(string(out), "98765") {
			t.Errorf("%s: the place got in", name)
		}
		if b.Records[len(b.Records)-1].Services[0].Name != "Service 2" {
			t.Errorf("%s: the good item is lost", name)
		}
	}
	for text, want := range map[string]string{
		`[1,"a",null,[]]`:               "1  json_item refused\n2  json_item refused\n3  json_item refused\n4  json_item refused",
		service(1, "") + service(1, ""): "2 id twice warning",
		strings.Replace(service(1, ""), org, `"description":""`, 1):                                          "1 organization organization_missing warning",
		`{"id":"e94c9f38-1e8f-4564-91d4-d53501ab1765","location_id":"e94c9f38-1e8f-4564-91d4-d53501ab1765"}`: "1 service service_missing refused",
	} {
		if got := brief(readIt(t, []byte(text), Options{}).Problems); got != want {
			t.Errorf("%s: %s, want %s", text, got, want)
		}
	}
}

func TestTermsAreFoundByIDCodeOrName(t *testing.T) {
	for _, term := range []string{
		`"taxonomy_term_id":"11111111-1111-5111-8111-111111111111"`,
		`"taxonomy_term":{"id":"ae58cc39-8b70-4ab1-8aea-786882e5ac8e","code":"SHELTER","name":"x","description":""}`,
		`"taxonomy_term":{"id":"ae58cc39-8b70-4ab1-8aea-786882e5ac8e","name":"shelter","description":""}`,
	} {
		b := readIt(t, []byte(service(1, `,"attributes":[{"id":"ae58cc39-8b70-4ab1-8aea-786882e5ac8e",`+term+`}]`)), Options{Terms: terms(t)})
		if len(b.Records) != 1 || b.Records[0].Services[0].Attributes[0].TaxonomyTermID != "11111111-1111-5111-8111-111111111111" {
			t.Errorf("%s: %s", term, brief(b.Problems))
		}
	}
}

func TestReadStopsWhenTold(t *testing.T) {
	ctx, stop := context.WithCancel(context.Background())
	var text strings.Builder
	for i := range 2000 {
		text.WriteString(service(i, "") + "\n")
	}
	n := 0
	_, err := Read(ctx, Bytes("", []byte(text.String())), nil, Options{Source: "t"}, func(Record) error {
		if n++; n == 10 {
			stop()
		}
		return nil
	})
	if err == nil || n > 300 {
		t.Errorf("%v after %d records", err, n)
	}
	if _, err := ReadAll(context.Background(), Bytes("", []byte(text.String())), nil, Options{Limits: Limits{Rows: 100}}); refusal(err) != "file_rows" {
		t.Errorf("%v", err)
	}
}
