package publish

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"

	"rufaa/internal/hsds"
)

func checkers(t testing.TB) map[string]*hsds.Checker {
	t.Helper()
	out := map[string]*hsds.Checker{}
	for name, m := range map[string]hsds.Mode{"plain": hsds.Plain, "strict": hsds.Strict, "profile": hsds.Profiled} {
		c, err := hsds.NewChecker(m)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = c
	}
	return out
}

// Every answer keeps the standard, the standard with unknown names forbidden,
// and the profile.
func TestEveryAnswerConforms(t *testing.T) {
	h, check := handler(t, fictional()), checkers(t)
	id := ids.Of
	for target, kind := range map[string]hsds.Kind{
		"/":                                    hsds.AboutKind,
		"":                                     hsds.AboutKind,
		"/services":                            hsds.PageOf(hsds.ServiceItem),
		"/services?full=true":                  hsds.PageOf(hsds.ServiceKind),
		"/services?minimal=true":               hsds.PageOf(hsds.ServiceItem),
		"/services?search=nothinglikethis":     hsds.PageOf(hsds.ServiceItem),
		"/services?page=99":                    hsds.PageOf(hsds.ServiceItem),
		"/organizations":                       hsds.PageOf(hsds.OrganizationItem),
		"/organizations?full=true":             hsds.PageOf(hsds.OrganizationKind),
		"/organizations?full_service=true":     hsds.PageOf(hsds.OrganizationKind),
		"/service_at_locations":                hsds.PageOf(hsds.AtLocationItem),
		"/service_at_locations?full=true":      hsds.PageOf(hsds.AtLocationKind),
		"/taxonomies":                          hsds.PageOf(hsds.TaxonomyKind),
		"/taxonomy_terms":                      hsds.PageOf(hsds.TermKind),
		"/services/" + id("service", "day"):    hsds.ServiceKind,
		"/services/" + id("service", "secret"): hsds.ServiceKind,
		"/services/" + id("service", "advice"): hsds.ServiceKind,
		"/organizations/" + id("organization", "amani"):                        hsds.OrganizationKind,
		"/organizations/" + id("organization", "amani") + "?full_service=true": hsds.OrganizationKind,
		"/service_at_locations/" + id("at", "1"):                               hsds.AtLocationKind,
		"/taxonomies/" + id("taxonomy", "s15"):                                 hsds.TaxonomyKind,
		"/taxonomy_terms/" + id("taxonomy_term", "shelter"):                    hsds.TermKind,
	} {
		r := get(t, h, target)
		if r.status != http.StatusOK || r.header.Get("Content-Type") != asJSON {
			t.Errorf("%s: %d %s", target, r.status, r.header.Get("Content-Type"))
			continue
		}
		for name, c := range check {
			if err := c.Check(kind, r.body); err != nil {
				t.Errorf("%s, %s: %v", target, name, err)
			}
		}
	}
}

func TestEveryLineConforms(t *testing.T) {
	h, check := handler(t, fictional()), checkers(t)
	for target, kind := range map[string]hsds.Kind{
		"/services?format=ndjson":                       hsds.ServiceItem,
		"/services?format=ndjson&full=true&page=7":      hsds.ServiceKind,
		"/bulk?format=ndjson":                           hsds.ServiceKind,
		"/organizations?format=ndjson":                  hsds.OrganizationItem,
		"/service_at_locations?format=ndjson&full=true": hsds.AtLocationKind,
		"/taxonomy_terms?format=ndjson":                 hsds.TermKind,
	} {
		r := get(t, h, target)
		lines := strings.Split(strings.TrimSuffix(string(r.body), "\n"), "\n")
		if r.status != http.StatusOK || r.header.Get("Content-Type") != asNDJSON || len(lines) < 2 {
			t.Errorf("%s: %d %s, %d lines", target, r.status, r.header.Get("Content-Type"), len(lines))
		}
		for n, line := range lines {
			for name, c := range check {
				if err := c.Check(kind, []byte(line)); err != nil {
					t.Errorf("%s, line %d, %s: %v", target, n+1, name, err)
				}
			}
		}
	}
}

// A list shows the same things as the items do, and a full list the same as
// asking for each.
func TestFullListIsItsItems(t *testing.T) {
	h := handler(t, fictional())
	for _, list := range []string{"/services", "/organizations", "/service_at_locations"} {
		page := into[hsds.Page[json.RawMessage]](t, get(t, h, list+"?full=true"))
		for _, item := range page.Contents {
			var own struct{ ID string }
			if err := json.Unmarshal(item, &own); err != nil {
				t.Fatal(err)
			}
			if one := get(t, h, list+"/"+own.ID); !bytes.Equal(one.body, item) {
				t.Errorf("%s: the list says\n%s\nthe item says\n%s", list, item, one.body)
			}
		}
	}
}

// Every row of every table keeps the schema of its kind in strict mode, has
// what tables need, and refers to what is there.
func TestBulkPackageConforms(t *testing.T) {
	r := get(t, handler(t, fictional()), "/bulk")
	if r.status != http.StatusOK || r.header.Get("Content-Type") != "application/zip" {
		t.Fatalf("%d %s", r.status, r.body)
	}
	z, err := zip.NewReader(bytes.NewReader(r.body), int64(len(r.body)))
	if err != nil {
		t.Fatal(err)
	}
	tables, err := hsds.Tables()
	if err != nil {
		t.Fatal(err)
	}
	strict := checkers(t)["strict"]
	known := map[hsds.Kind]map[string]bool{}
	seen := 0
	for _, table := range tables {
		rows := readTable(t, z, table)
		known[table.Kind] = map[string]bool{}
		for _, row := range rows {
			seen++
			known[table.Kind][row["id"]] = true
			checkRow(t, strict, table, row)
			for _, f := range table.Fields {
				if to := row[f.Name]; f.Refers != "" && f.Refers != table.Kind && to != "" && !known[f.Refers][to] {
					t.Errorf("%s: %s refers to nothing", table.Path, f.Name)
				}
			}
		}
		if len(rows) == 0 {
			t.Errorf("%s is empty: the fictional directory should use every table", table.Path)
		}
	}
	if seen < 80 {
		t.Errorf("only %d rows", seen)
	}
	described := into[dataPackage](t, reply{200, nil, entryOf(t, z, "datapackage.json")})
	if len(described.Resources) != len(tables) || described.Version != "3.1" {
		t.Errorf("datapackage.json describes %d tables, version %s", len(described.Resources), described.Version)
	}
}

func entryOf(t *testing.T, z *zip.Reader, name string) []byte {
	t.Helper()
	f, err := z.Open(name)
	if err != nil {
		return nil
	}
	var b bytes.Buffer
	if _, err := b.ReadFrom(f); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func readTable(t *testing.T, z *zip.Reader, table hsds.Table) []map[string]string {
	t.Helper()
	lines, err := csv.NewReader(bytes.NewReader(entryOf(t, z, table.Path))).ReadAll()
	if err != nil {
		t.Fatalf("%s: %v", table.Path, err)
	}
	var out []map[string]string
	for _, line := range lines[min(1, len(lines)):] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = hsds.Restore(line[i])
			if hsds.IsFormula(line[i]) {
				t.Errorf("%s: %s would run as a formula", table.Path, name)
			}
		}
		out = append(out, row)
	}
	return out
}

// checkRow checks a row as the JSON it stands for. A capacity's unit stands in
// another table.
func checkRow(t *testing.T, c *hsds.Checker, table hsds.Table, row map[string]string) {
	t.Helper()
	doc := map[string]any{}
	for _, f := range table.Fields {
		value := row[f.Name]
		if value == "" {
			if f.Required && table.Kind != "metadata" {
				t.Errorf("%s: %s is needed in tables", table.Path, f.Name)
			}
			continue
		}
		doc[f.Name] = value
		if f.Type == "number" {
			n, err := strconv.ParseFloat(value, 64)
			if err != nil {
				t.Errorf("%s: %s: %v", table.Path, f.Name, err)
			}
			doc[f.Name] = n
		}
	}
	if table.Kind == "service_capacity" {
		doc["unit"] = map[string]any{"id": doc["unit_id"], "name": "seat"}
	}
	raw, err := json.Marshal(doc)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Check(table.Kind, raw); err != nil {
		t.Errorf("%s: %v", table.Path, err)
	}
}

// openapi.json holds no reference that leaves it, no operation twice, and a
// schema that compiles for every answer; what the server answers keeps it.
func TestDescriptionIsWholeAndTrue(t *testing.T) {
	h := handler(t, fictional())
	r := get(t, h, "/openapi.json")
	doc := into[map[string]any](t, r)
	operations := map[string]bool{}
	walk(doc, func(key string, v any) {
		s, _ := v.(string)
		if key == "$ref" && !strings.HasPrefix(s, "#/components/") {
			t.Errorf("the reference %s leaves the document", s)
		}
		if key == "operationId" {
			if operations[s] {
				t.Errorf("operation %s is there twice", s)
			}
			operations[s] = true
		}
		if strings.HasPrefix(s, "REQUIRED") || strings.Contains(s, "HERE") {
			t.Errorf("%s: %q was not filled in", key, s)
		}
	})
	if !strings.Contains(string(r.body), `"url":"https://rufaa.example.org/hsds/v3"`) || strings.Contains(string(r.body), basePlaceholder) {
		t.Error("the address of the server is not in it")
	}
	comp := jsonschema.NewCompiler()
	comp.DefaultDraft(jsonschema.Draft2020)
	comp.AssertFormat()
	if err := comp.AddResource("openapi.json", doc); err != nil {
		t.Fatal(err)
	}
	for path, p := range doc["paths"].(map[string]any) {
		if path == "/bulk" {
			continue
		}
		target := strings.Replace(path, "{id}", firstID(t, h, path), 1)
		pointer := fmt.Sprintf("openapi.json#/paths/%s/get/responses/200/content/application~1json/schema",
			strings.NewReplacer("/", "~1", "{", "%7B", "}", "%7D").Replace(path))
		schema, err := comp.Compile(pointer)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		answer, err := jsonschema.UnmarshalJSON(bytes.NewReader(get(t, h, target).body))
		if err != nil {
			t.Fatal(err)
		}
		if err := schema.Validate(answer); err != nil {
			t.Errorf("%s: %v", path, err)
		}
		for _, k := range kinds {
			if path == "/"+k.name {
				described := parametersOf(doc, p.(map[string]any)["get"].(map[string]any))
				if slices.Sort(described); !slices.Equal(described, slices.Sorted(slices.Values(k.known))) {
					t.Errorf("%s describes %v, knows %v", path, described, k.known)
				}
			}
		}
	}
}

func walk(v any, f func(string, any)) {
	switch n := v.(type) {
	case map[string]any:
		for k, e := range n {
			f(k, e)
			walk(e, f)
		}
	case []any:
		for _, e := range n {
			walk(e, f)
		}
	}
}

func firstID(t *testing.T, h http.Handler, path string) string {
	t.Helper()
	list, ok := strings.CutSuffix(path, "/{id}")
	if !ok {
		return ""
	}
	return into[hsds.Page[struct{ ID string }]](t, get(t, h, list)).Contents[0].ID
}

func parametersOf(doc, op map[string]any) (names []string) {
	for _, p := range op["parameters"].([]any) {
		param := p.(map[string]any)
		if to, ok := param["$ref"].(string); ok {
			param = doc["components"].(map[string]any)["parameters"].(map[string]any)[to[strings.LastIndex(to, "/")+1:]].(map[string]any)
		}
		names = append(names, param["name"].(string))
	}
	return names
}
