package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"rufaa/internal/hsds"
)

const providers = `name,kind,county,town,lat,lon,phone,hours,needs,serves,website,source,confidential_location
Amani House (fictional),ngo,Kisumu,Kisumu,-0.1,34.75,0700 000 001; +254 700 000 002,Mo-Fr 08:00-17:00,shelter;legal,women,amani.example,somebody,no
Nyota (fictional),ngo,Mombasa,,,,116,24 hours,shelter,girls,,somebody,yes
`

func TestTheColumnsOfAListOfProvidersAreRecognised(t *testing.T) {
	p, err := Inspect(context.Background(), Bytes("list", []byte(providers)), Options{})
	if err != nil {
		t.Fatal(err)
	}
	want := []Field{OrgName, "", County, Town, Latitude, Longitude, Phones, Hours, ServiceTerms, Eligibility, OrgWebsite, "", Confidential}
	for i, a := range p.Mapping {
		if a.Field != want[i] {
			t.Errorf("%s: %q, want %q", a.Column, a.Field, want[i])
		}
	}
	if len(p.Sample) != 2 || p.Format != CSV {
		t.Errorf("%s, %d rows shown", p.Format, len(p.Sample))
	}
}

func TestARowBecomesARecord(t *testing.T) {
	b := readIt(t, []byte(providers), Options{Terms: terms(t)})
	if got := brief(b.Problems); got != "0  no_id warning" {
		t.Fatalf("problems: %s", got)
	}
	r := b.Records[0]
	s := r.Services[0]
	if r.Key != "test/amani house (fictional)" || r.Row != 2 || r.Organization.Website != "https://amani.example" {
		t.Errorf("%+v", r)
	}
	if len(s.Phones) != 2 || s.Phones[0].Number != "+254700000001" || s.Phones[1].Number != "+254700000002" {
		t.Errorf("phones: %+v", s.Phones)
	}
	if len(s.Schedules) != 1 || s.Schedules[0].ByDay != "MO,TU,WE,TH,FR" || s.Schedules[0].OpensAt != "08:00" || s.Schedules[0].ClosesAt != "17:00" {
		t.Errorf("hours: %+v", s.Schedules)
	}
	if len(s.Attributes) != 2 || s.Attributes[1].TaxonomyTermID != "22222222-2222-5222-8222-222222222222" {
		t.Errorf("terms: %+v", s.Attributes)
	}
	if len(r.Locations) != 1 || *r.Locations[0].Latitude != -0.1 || len(r.AtLocations) != 1 {
		t.Errorf("place: %+v", r.Locations)
	}
	hidden := b.Records[1]
	if !hidden.Services[0].Confidential || len(hidden.Locations)+len(hidden.AtLocations) > 0 || hidden.Services[0].ServiceAreas[0].Name != "Mombasa" {
		t.Errorf("confidential: %+v", hidden)
	}
}

// Each kind of bad input has its own words, and takes no other row with it.
func TestEachProblemIsNamed(t *testing.T) {
	const head = "organization,service,service id,phone,latitude,longitude,needs,hours,confidential,description,email,url,status,minimum age,maximum age,address,verified on,beds available,capacity updated\n"
	row := func(changes map[string]string) string {
		cells := map[string]string{"organization": "Amani (fictional)", "service": "Advice", "service id": "S-1"}
		for k, v := range changes {
			cells[k] = v
		}
		out := []string{}
		for name := range strings.SplitSeq(strings.TrimSpace(head), ",") {
			out = append(out, `"`+strings.ReplaceAll(cells[name], `"`, `""`)+`"`)
		}
		return strings.Join(out, ",") + "\n"
	}
	type cells = map[string]string
	for name, c := range map[string]struct {
		row  cells
		want string
	}{
		"nothing wrong":             {cells{"phone": "+254 (0)700 000001", "latitude": "-1.2921", "longitude": "36,8219"}, ""},
		"several numbers with plus": {cells{"phone": "+254 700 000 001; +254-700-000-002"}, ""},
		"short code":                {cells{"phone": "1195"}, ""},
		"nothing said":              {cells{"phone": "-", "description": "n/a", "email": "none"}, ""},
		"no phone number":           {cells{"phone": "0712"}, "2 phone phone refused"},
		"letters for a number":      {cells{"phone": "call the office"}, "2 phone phone refused"},
		"one bad of two":            {cells{"phone": "116; 12"}, "2 phone phone refused"},
		"swapped":                   {cells{"latitude": "36.8219", "longitude": "-1.2921"}, "2 latitude coordinates_swapped refused"},
		"New York":                  {cells{"latitude": "40.7", "longitude": "-74"}, "2 latitude coordinates_outside refused"},
		"null island":               {cells{"latitude": "0", "longitude": "0"}, "2 latitude coordinates_outside refused"},
		"half a point":              {cells{"latitude": "-1.29"}, "2 latitude coordinates_half refused"},
		"no number":                 {cells{"latitude": "south", "longitude": "36.8"}, "2 latitude coordinates_number refused"},
		"not a number":              {cells{"latitude": "NaN", "longitude": "Inf"}, "2 latitude coordinates_number refused\n2 longitude coordinates_number refused"},
		"unknown term":              {cells{"needs": "shelter; astrology"}, "2 needs term refused"},
		"overlapping hours":         {cells{"hours": "Mo-Fr 08:00-17:00; We 16:00-18:00"}, "2 hours overlap refused"},
		"overlapping at night":      {cells{"hours": "Su 22:00-06:00; Mo 05:00-09:00"}, "2 hours overlap refused"},
		"hours that touch":          {cells{"hours": "Mo-Fr 08:00-12:00; Mo-Fr 12:00-17:00"}, ""},
		"hours in own words":        {cells{"hours": "by appointment"}, ""},
		"equals sign":               {cells{"description": `=HYPERLINK("http://x.example","click")`}, "2 description formula refused"},
		"plus sign":                 {cells{"description": "+1+cmd|' /C calc'!A0"}, "2 description formula refused"},
		"minus sign":                {cells{"description": "-2+3+cmd|' /C calc'!A0"}, "2 description formula refused"},
		"at sign":                   {cells{"description": "@SUM(1+1)*cmd|' /C calc'!A0"}, "2 description formula refused"},
		"tab":                       {cells{"description": "\t=1+1"}, "2 description formula refused"},
		"carriage return":           {cells{"description": "\r=1+1"}, "2 description formula refused"},
		"full-width equals sign":    {cells{"description": "＝1+1"}, "2 description formula refused"},
		"formula as phone":          {cells{"phone": "+254700000001;=1+1"}, "2 phone formula refused"},
		"formula in a name":         {cells{"organization": "=1+1"}, "2 organization formula refused"},
		"made inert before":         {cells{"description": "'=1+1"}, ""},
		"hidden direction":          {cells{"service": "Advice \u202e"}, "2 service characters refused"},
		"e-mail":                    {cells{"email": "office at amani"}, "2 email email refused"},
		"two e-mails":               {cells{"email": "a@amani.example, b@amani.example"}, "2 email email refused"},
		"web address":               {cells{"url": "javascript:alert(1)"}, "2 url url refused"},
		"status":                    {cells{"status": "maybe"}, "2 status status refused"},
		"ages the wrong way round":  {cells{"minimum age": "18", "maximum age": "8"}, "2 minimum age age refused"},
		"date":                      {cells{"verified on": "last week"}, "2 verified on date refused"},
		"Kenyan date":               {cells{"verified on": "23/11/2026"}, ""},
		"capacity without a time":   {cells{"beds available": "3"}, "2 beds available capacity_when left_out"},
		"capacity":                  {cells{"beds available": "3", "capacity updated": "2026-11-20T06:00:00Z"}, ""},
		"half a bed":                {cells{"beds available": "2.5", "capacity updated": "2026-11-20"}, "2 beds available number refused"},
		"confidential point":        {cells{"confidential": "yes", "latitude": "-1.29", "longitude": "36.82"}, "2 latitude confidential_coordinates left_out"},
		"confidential swapped":      {cells{"confidential": "yes", "latitude": "36.82", "longitude": "-1.29"}, "2 latitude confidential_coordinates left_out"},
		"confidential address":      {cells{"confidential": "ndiyo", "address": "Invented Close 7"}, "2 address confidential_address left_out"},
		"confidential in words":     {cells{"confidential": "yes", "description": "At -1.29210, 36.82190"}, "2 description confidential_text refused"},
		"confidential, perhaps":     {cells{"confidential": "perhaps"}, "2 confidential confidential_unclear refused"},
	} {
		t.Run(name, func(t *testing.T) {
			good := row(cells{"service id": "S-2", "service": "Another"})
			b := readIt(t, []byte(head+row(c.row)+good), Options{Terms: terms(t)})
			if got := brief(b.Problems); got != c.want {
				t.Errorf("problems:\n%s\nwant:\n%s", got, c.want)
			}
			want := 2
			if strings.Contains(c.want, "refused") {
				want = 1
			}
			if len(b.Records) != want || b.Records[want-1].Services[0].Name != "Another" {
				t.Errorf("%d records, want %d: a good row was lost", len(b.Records), want)
			}
		})
	}
}

// Where a confidential place is, stands neither in a record nor in a problem.
func TestConfidentialPlacesAreNotTakenIn(t *testing.T) {
	raw := `organization,service,confidential,latitude,longitude,address,town,county,postal code,location
Nyota (fictional),House,yes,-1.98765,36.12345,Canary Close 77,Canarytown,Nairobi,00907,Canary Villa
Nyota (fictional),Known house,no,-1.98765,36.12345,Canary Close 77,Canarytown,Nairobi,00907,Canary Villa
`
	o := Options{Source: "test"}
	known := hsds.NewIDs("import/test").Of("service", "nyota (fictional) / known house")
	o.Hidden = func(id string) bool { return id == known }
	b := readIt(t, []byte(raw), o)
	out, err := json.Marshal(b)
	if err != nil {
		t.Fatal(err)
	}
	for _, canary := range []string{"98765", "12345", "Canary", "00907"} {
		if strings.Contains(string(out), canary) {
			t.Errorf("%s got in: %s", canary, out)
		}
	}
	if len(b.Records) != 2 || !b.Records[1].Services[0].Confidential || b.Records[0].Services[0].ServiceAreas[0].Name != "Nairobi" {
		t.Errorf("the front doors did not get in: %+v", b.Records)
	}
}

// No problem repeats a value of the file, whatever the value.
func TestProblemsHoldNoValues(t *testing.T) {
	const canary = "canary9917"
	raw := fmt.Sprintf("organization,phone,email,needs,latitude,longitude,description,status,verified on,website\n"+
		"Amani,%[1]s,%[1]s,%[1]s,%[1]s,%[1]s,=%[1]s,%[1]s,%[1]s,ht!tp://%[1]s\n", canary)
	b := readIt(t, []byte(raw), Options{Terms: terms(t)})
	if len(b.Problems) < 9 {
		t.Errorf("only %d problems: %s", len(b.Problems), brief(b.Problems))
	}
	if out := fmt.Sprintf("%+v", b.Problems); strings.Contains(out, canary) {
		t.Error(out)
	}
}

func TestASecondImportUpdates(t *testing.T) {
	first := readIt(t, []byte("org id,organization,service id,service,phone,town\n1,Amani,S-1,Advice,116,Kisumu\n1,Amani,S-2,Meals,116,Kisumu\n"), Options{})
	second := readIt(t, []byte("service,org id,town,phone,organization,service id\nAdvice and help,1,Kisumu,0700000001,Amani House,S-1\nMeals,1,Kisumu,116,Amani House,S-2\n"), Options{})
	for i := range first.Records {
		a, b := first.Records[i], second.Records[i]
		if a.Key != b.Key || a.Organization.ID != b.Organization.ID || a.Services[0].ID != b.Services[0].ID || a.Locations[0].ID != b.Locations[0].ID || a.AtLocations[0].ID != b.AtLocations[0].ID {
			t.Errorf("row %d would be stored twice:\n%+v\n%+v", i, a, b)
		}
	}
	if first.Records[0].Services[0].ID == first.Records[1].Services[0].ID {
		t.Error("two services have one id")
	}
	other := readIt(t, []byte("org id,organization,service id,service\n1,Amani,S-1,Advice\n"), Options{Source: "another list"})
	if other.Records[0].Services[0].ID == first.Records[0].Services[0].ID {
		t.Error("number S-1 of another source is the same service")
	}
	const own = "ac148810-d857-441c-9679-408f346de14b"
	if b := readIt(t, []byte("organization,id\nAmani,"+own+"\n"), Options{}); b.Records[0].Services[0].ID != own {
		t.Error("a published id was not kept")
	}
}

func TestARowTwiceInOneFile(t *testing.T) {
	b := readIt(t, []byte("organization,service,service id,town\nAmani,Advice,S-1,Kisumu\nAmani,Advice,S-1,Kisumu\nAmani,Advice,S-1,Nakuru\n"), Options{})
	if got := brief(b.Problems); got != "3  twice warning" || b.Problems[0].Args[1] != 2 || len(b.Records) != 3 || b.Records[0].AtLocations[0].ID != b.Records[1].AtLocations[0].ID {
		t.Errorf("%s %v, %d records: the second place of a service is not the same row", got, b.Problems, len(b.Records))
	}
}

func TestWhatASheetMayLookLike(t *testing.T) {
	utf16 := func(s string) []byte {
		out := []byte{0xff, 0xfe}
		for _, r := range s {
			out = append(out, byte(r), byte(r>>8))
		}
		return out
	}
	for name, raw := range map[string][]byte{
		"commas":          []byte("organization,service,id\nAmani,Advice,1\n"),
		"semicolons":      []byte("organization;service;id\r\nAmani;Advice;1\r\n"),
		"tabs":            []byte("organization\tservice\tid\nAmani\tAdvice\t1"),
		"a mark of UTF-8": []byte("\xef\xbb\xbforganization,service,id\nAmani,Advice,1\n"),
		"UTF-16":          utf16("organization,service,id\nAmani,Advice,1\n"),
		"an old Mac":      []byte("organization;service;id\rAmani;Advice;1\r"),
		"empty rows":      []byte("\n,,\norganization,service,id\n\n,,\nAmani,Advice,1\n,,\n"),
		"Kiswahili":       []byte("Shirika,Jina la huduma,Kitambulisho cha huduma\nAmani,Advice,1\n"),
		"other headings":  []byte("Agency_Name,SERVICE-NAME,Source ID\nAmani,Advice,1\n"),
		"a workbook":      workbook(t, []any{"Organization", "Service", "Id"}, []any{"Amani", "Advice", 1}),
	} {
		b := readIt(t, raw, Options{})
		if len(b.Records) != 1 || len(b.Problems) > 0 || b.Records[0].Organization.Name != "Amani" || b.Records[0].Services[0].Name != "Advice" {
			t.Errorf("%s: %s %+v", name, brief(b.Problems), b.Records)
		}
	}
}

func TestNumbersOfAWorkbook(t *testing.T) {
	b := readIt(t, workbook(t, []any{"organization", "id", "phone", "verified on", "latitude", "longitude"},
		[]any{"Amani", 7, 254700000001, 46349, -1.25, 36.5}, []any{"Haki", 8, "0700 000 002", "", "", ""}), Options{})
	if got := brief(b.Problems); got != "Sheet1 2 phone phone refused" && got != "" {
		t.Fatalf("%s", got)
	}
	if len(b.Records) != 2 || b.Records[0].Services[0].AssuredDate != "2026-11-23" || b.Records[0].Services[0].Phones[0].Number != "+254700000001" {
		t.Errorf("%+v", b.Records)
	}
}

func TestMappingsThatCannotBeMeant(t *testing.T) {
	raw := []byte("a,b,c,d\nAmani,Advice,1,2\n")
	for name, c := range map[string]struct {
		m    Mapping
		want string
	}{
		"nothing":        {nil, "mapping_name"},
		"no name":        {Mapping{{"a", Phones}}, "mapping_name"},
		"other file":     {Mapping{{"x", OrgName}}, "mapping_column"},
		"unknown field":  {Mapping{{"a", OrgName}, {"b", "colour"}}, "mapping_field"},
		"twice":          {Mapping{{"a", OrgName}, {"b", OrgName}}, "mapping_twice"},
		"half a point":   {Mapping{{"a", OrgName}, {"b", ""}, {"c", Latitude}}, "mapping_coordinates"},
		"longer":         {Mapping{{"a", OrgName}, {"b", ""}, {"c", ""}, {"d", ""}, {"e", ""}}, "mapping_column"},
		"as it is meant": {Mapping{{"a", OrgName}, {"b", ServiceName}, {"c", Phones}, {"d", Phones}}, "<nil>"},
	} {
		_, err := ReadAll(context.Background(), Bytes("", raw), c.m, Options{})
		if got := refusal(err); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestFilesThatAreNotRead(t *testing.T) {
	for name, c := range map[string]struct {
		raw  []byte
		want string
	}{
		"nothing":               {[]byte{}, "file_empty"},
		"blanks":                {[]byte(" \n\n"), "file_empty"},
		"a picture":             {[]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"), "file_kind"},
		"an old workbook":       {[]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), "file_old_workbook"},
		"half an archive":       {archive(t, map[string]string{"services.csv": "id"})[:40], "file_broken"},
		"some other archive":    {archive(t, map[string]string{"a.txt": "a"}), "file_kind"},
		"no workbook inside":    {archive(t, map[string]string{"xl/workbook.xml": "<x"}), "file_broken"},
		"an open quotation":     {[]byte("name\n\"" + strings.Repeat("a,b\n", 3<<20)), "csv_quote"},
		"broken JSON":           {[]byte(`[{"id":`), "json_broken"},
		"JSON with names twice": {[]byte(`[{"id":1,"id":2}]`), "json_broken"},
		"endless JSON":          {[]byte(`{"a":"` + strings.Repeat("a", 6<<20) + `"}`), "item_long"},
		"a deep JSON":           {[]byte(strings.Repeat(`{"a":`, 20000)), "json_broken"},
		"an empty package":      {archive(t, map[string]string{"datapackage.json": "{}"}), "package_tables"},
		"headings alone":        {[]byte("name,phone\n\n"), "no_rows"},
		"JSON without an item":  {[]byte(`{"contents":[]}`), "json_nothing"},
		"an empty array":        {[]byte("[]"), "json_nothing"},
		"one heading twice":     {[]byte("name,NAME \nAmani (fictional),Nyota (fictional)\n"), "same_heading"},
		"all paths lead out": {archive(t, map[string]string{"datapackage.json": `{"resources":[{"name":"organization","path":"../../etc/passwd"},` +
			`{"name":"service","path":"/etc/shadow"}]}`}), "package_tables"},
		"tables of headings alone":       {archive(t, map[string]string{"organizations.csv": "id,name\n", "services.csv": ""}), "package_rows"},
		"a table with one heading twice": {archive(t, map[string]string{"organizations.csv": "id,name,name\nd9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610,A,B\n"}), "table_twice"},
	} {
		src := Bytes(name, c.raw)
		_, err := ReadAll(context.Background(), src, Mapping{{"name", OrgName}}, Options{})
		if got := refusal(err); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// Two columns of one heading are read where the field holds several values; a
// table that lies outside of its package is named, and the others come in.
func TestSeveralColumnsAndATableOutside(t *testing.T) {
	b := readIt(t, []byte("organization,phone,phone\nAmani (fictional),+254700000001,+254700000002\n"), Options{})
	if len(b.Records) != 1 || len(b.Records[0].Services[0].Phones) != 2 {
		t.Errorf("%+v %s", b.Records, brief(b.Problems))
	}
	b = readIt(t, archive(t, map[string]string{"organizations.csv": "id,name,description\nd9d5e0f5-d3ce-4f73-9a2f-4dd0ecc6c610,Nyota (fictional),\n",
		"datapackage.json": `{"resources":[{"name":"phone","path":"../elsewhere/numbers.csv"}]}`}), Options{})
	if len(b.Records) != 1 || !strings.Contains(brief(b.Problems), "phones.csv 0  table_outside warning") {
		t.Errorf("%d records: %s", len(b.Records), brief(b.Problems))
	}
}

func TestASheetWeWroteComesBack(t *testing.T) {
	known := terms(t)
	first := readIt(t, []byte(`organization,organization id,service id,service,description,phone,needs,hours,latitude,longitude,town,county,address,postal code,languages,beds available,capacity,capacity updated,confidential,minimum age,website
Amani (fictional),O-1,S-1,Advice,'=1+1,+254700000001;116,shelter;Legal aid,"Mo-Fr 08:00-17:00; Sa 09:00-12:00",-0.1,34.75,Kisumu,Kisumu,Invented Road 1,40100,English;Dholuo,3,10,2026-11-20T06:00:00Z,no,18,https://amani.example
Amani (fictional),O-1,S-2,House,Call first,116,shelter,24 hours,,,,Kisumu,,,,,,,yes,,https://amani.example
`), Options{Terms: known})
	if len(first.Problems) > 0 || len(first.Records) != 2 {
		t.Fatalf("%s", brief(first.Problems))
	}
	for name, write := range map[string]func(*bytes.Buffer, func() (Row, bool)) error{
		"csv":  func(b *bytes.Buffer, next func() (Row, bool)) error { return WriteCSV(b, next) },
		"xlsx": func(b *bytes.Buffer, next func() (Row, bool)) error { return WriteXLSX(b, next) },
	} {
		var out bytes.Buffer
		i := -1
		err := write(&out, func() (Row, bool) {
			if i++; i >= len(first.Records) {
				return Row{}, false
			}
			r := &first.Records[i]
			row := Row{Organization: &r.Organization, Service: &r.Services[0], TermName: func(id string) string { return known.Find(id).Code }}
			if len(r.Locations) > 0 {
				row.Location = &r.Locations[0]
			}
			return row, true
		})
		if err != nil {
			t.Fatal(err)
		}
		second := readIt(t, out.Bytes(), Options{Terms: known})
		if len(second.Problems) > 0 || len(second.Records) != 2 {
			t.Fatalf("%s: %s", name, brief(second.Problems))
		}
		for i := range first.Records {
			a, b := first.Records[i], second.Records[i]
			a.Key, b.Key = "", ""
			if !reflect.DeepEqual(a, b) {
				x, _ := json.Marshal(a)
				y, _ := json.Marshal(b)
				t.Errorf("%s, record %d:\n%s\n%s", name, i, x, y)
			}
		}
	}
}

func TestExportsRunNothing(t *testing.T) {
	evil := `=HYPERLINK("http://x.example")`
	row := Row{Organization: &hsds.Organization{Name: evil, Description: "+1+1", Email: "@x"},
		Service: &hsds.Service{Name: "-2+3", Description: "\t=1", Phones: []hsds.Phone{{Number: "+254700000001"}}}}
	var out bytes.Buffer
	given := false
	if err := WriteCSV(&out, func() (Row, bool) { given = !given; return row, given }); err != nil {
		t.Fatal(err)
	}
	s, err := openSheet(Bytes("", out.Bytes()), CSV, Options{}.complete())
	if err != nil {
		t.Fatal(err)
	}
	cells, err := s.Next()
	if err != nil {
		t.Fatal(err)
	}
	for i, c := range cells {
		if hsds.IsFormula(c) {
			t.Errorf("%s would run", s.Columns[i])
		}
	}
	if !strings.Contains(out.String(), ",+254700000001,") {
		t.Error("the telephone number was changed")
	}
}
