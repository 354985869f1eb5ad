package intake

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"rufaa/internal/hsds"
)

// published is the publisher's own tables, with places in the region.
func published(t testing.TB) map[string]string {
	t.Helper()
	files := map[string]string{}
	names, err := filepath.Glob("../testdata/publisher/csv/*.csv")
	if err != nil || len(names) < 20 {
		t.Fatal(err, len(names))
	}
	for _, n := range names {
		raw, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		files[filepath.Base(n)] = strings.Replace(string(raw), ",100,101,", ",-1.25,36.5,", 1)
	}
	files["datapackage.json"] = "../../datapackage.json" // as it is published: a link
	return files
}

func TestThePublishersTablesComeInWhole(t *testing.T) {
	b := readIt(t, archive(t, published(t)), Options{})
	// The example refers to a service and things that it does not hold.
	for _, p := range b.Problems {
		if p.Outcome == Refused || !strings.HasSuffix(p.Key, "refers_to_nothing") {
			t.Errorf("%s", brief(b.Problems))
		}
	}
	var org, service *Record
	for i := range b.Records {
		if len(b.Records[i].Services) > 0 {
			service = &b.Records[i]
		} else {
			org = &b.Records[i]
		}
	}
	if org == nil || service == nil {
		t.Fatalf("%d records", len(b.Records))
	}
	s := service.Services[0]
	if org.Organization.Name != "Example Organization Inc." || s.Name != "Community Counselling" || s.OrganizationID != org.Organization.ID {
		t.Errorf("%+v", b.Records)
	}
	if len(s.Phones) != 1 || len(s.Contacts) != 1 || len(s.Contacts[0].Phones) != 1 || len(s.Schedules) != 1 || len(s.Languages) != 1 || len(s.CostOptions) != 1 || len(s.RequiredDocuments) != 1 || s.Program == nil || len(service.Locations) != 1 || len(service.AtLocations) != 1 {
		t.Errorf("parts are missing: %d phones, %d contacts, %d schedules, %d languages", len(s.Phones), len(s.Contacts), len(s.Schedules), len(s.Languages))
	}
	if len(service.Locations[0].Addresses) != 1 || len(service.AtLocations[0].Phones) != 1 || len(service.AtLocations[0].Schedules) != 1 {
		t.Errorf("parts of the place are missing")
	}
}

func TestRowsOfATableAreNamed(t *testing.T) {
	files := published(t)
	add := func(name, rows string) { files[name] = strings.TrimRight(files[name], "\r\n") + "\n" + rows + "\n" }
	add("phones.csv", "1554f2e2-a373-45db-a3fa-9fc48a61c15f,,ac148810-d857-441c-9679-408f346de14b,,,,12,,voice,")
	add("locations.csv", "3a19ff88-4620-4d17-9830-ac1d859eb5d6,physical,,,Swapped,,,,36.8,-1.29,,")
	add("services.csv", "ac148810-d857-441c-9679-408f346de14c,d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610,,=1+1,,,,,active,,,,,,,,,,,,,,")
	add("services.csv", "ac148810-d857-441c-9679-408f346de14d,d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610,,Good,,,,,active,,,,,,,,x,,,,,,")
	add("services.csv", "ac148810-d857-441c-9679-408f346de14e,d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c61f,,Nobody's,,,,,active,,,,,,,,,,,,,,")
	add("services.csv", "ac148810-d857-441c-9679-408f346de14f,d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610,,Good,,,,,active,,,,,,,,,,,,,,")
	b := readIt(t, archive(t, files), Options{})
	got := brief(b.Problems)
	for _, want := range []string{"phones.csv 3 number phone refused", "locations.csv 3 latitude coordinates_swapped refused",
		"services.csv 3 name formula refused", "services.csv 4 minimum_age number refused", "services.csv 5 organization_id refers_to_nothing refused"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is not said:\n%s", want, got)
		}
	}
	names := []string{}
	for _, r := range b.Records {
		for _, s := range r.Services {
			names = append(names, s.Name)
		}
	}
	if fmt.Sprint(names) != "[Community Counselling Good]" {
		t.Errorf("%v", names)
	}
}

// The place of a confidential service stands under its organisation, too.
func TestAConfidentialPlaceInAPackage(t *testing.T) {
	files := map[string]string{
		"organizations.csv":       "id,name,description\nd9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610,Nyota (fictional),\n",
		"services.csv":            "id,organization_id,name,status\nac148810-d857-441c-9679-408f346de14b,d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610,House,active\n",
		"locations.csv":           "id,location_type,organization_id,name,latitude,longitude\n3a19ff88-4620-4d17-9830-ac1d859eb5d5,physical,d9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610,Canary,-1.98765,36.12345\n",
		"service_at_location.csv": "id,service_id,location_id\ne94c9f38-1e8f-4564-91d4-d53501ab1765,ac148810-d857-441c-9679-408f346de14b,3a19ff88-4620-4d17-9830-ac1d859eb5d5\n",
		"attributes.csv":          "id,link_id,taxonomy_term_id,link_entity\nae58cc39-8b70-4ab1-8aea-786882e5ac8e,ac148810-d857-441c-9679-408f346de14b," + hsds.ProfileTermID(hsds.PlaceHidden) + ",service\n",
	}
	b := readIt(t, archive(t, files), Options{Terms: terms(t)})
	out, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(out), "98765") || strings.Contains(string(out), "Canary") {
		t.Errorf("%s", out)
	}
	if len(b.Records) != 2 || !b.Records[1].Services[0].Confidential || !strings.Contains(brief(b.Problems), "confidential_coordinates left_out") {
		t.Errorf("%s", brief(b.Problems))
	}
}

// bomb is a workbook whose one sheet unpacks to size bytes.
func bomb(t testing.TB, size int) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range []string{"xl/workbook.xml", "xl/worksheets/sheet1.xml"} {
		f, err := z.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.CopyN(f, zeros{}, int64(size)); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

func TestArchivesThatUnpackToTooMuch(t *testing.T) {
	lying := bomb(t, 8<<20)
	// The directory and every header now say 100 bytes.
	for _, mark := range []string{"PK\x01\x02", "PK\x07\x08"} {
		for i := 0; ; {
			n := bytes.Index(lying[i:], []byte(mark))
			if n < 0 {
				break
			}
			at := i + n + map[string]int{"PK\x01\x02": 24, "PK\x07\x08": 12}[mark]
			binary.LittleEndian.PutUint32(lying[at:], 100)
			i = at
		}
	}
	files := map[string]string{"services.csv": "id\n"}
	for i := range 2100 {
		files[fmt.Sprint(i)] = ""
	}
	for name, c := range map[string]struct {
		raw  []byte
		l    Limits
		want string
	}{
		"ratio":            {bomb(t, 8<<20), Limits{}, "archive_bomb"},
		"total":            {archive(t, map[string]string{"services.csv": noise(2 << 20)}), Limits{Unpacked: 1 << 20}, "archive_bomb"},
		"a lying archive":  {lying, Limits{}, "file_broken"},
		"too many files":   {archive(t, files), Limits{}, "archive_files"},
		"too many bytes":   {archive(t, map[string]string{"services.csv": noise(2 << 20)}), Limits{Bytes: 1000}, "file_large"},
		"a modest archive": {archive(t, map[string]string{"services.csv": noise(2 << 20)}), Limits{}, "<nil>"},
	} {
		if _, err := Inspect(context.Background(), Bytes(name, c.raw), Options{Limits: c.l}); refusal(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
}

// noise is text that packs badly.
func noise(n int) string {
	var b strings.Builder
	x := uint32(1)
	for b.Len() < n {
		x = x*1664525 + 1013904223
		b.WriteByte(byte('a' + x>>27))
	}
	return b.String()
}
