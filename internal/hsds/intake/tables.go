package intake

import (
	"archive/zip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"rufaa/internal/hsds"
	"rufaa/internal/sheets"
)

// line is one row of a table of a data package, checked.
type line struct {
	row    int
	id     string
	refers map[string]string // by column, the ids of other tables
	doc    map[string]any
}

// packaged is a data package in memory; Limits.Unpacked bounds it.
type packaged struct {
	*examined
	lines   map[hsds.Kind][]line
	refused map[string]bool // ids of rows that were refused
	paths   map[hsds.Kind]string
}

func (in *intake) readPackage(z *zip.Reader) error {
	check, err := newExamined(in)
	if err != nil {
		return err
	}
	tables, err := hsds.Tables()
	if err != nil {
		return err
	}
	p := &packaged{examined: check, lines: map[hsds.Kind][]line{}, refused: map[string]bool{}, paths: map[hsds.Kind]string{}}
	held := false
	for _, t := range tables {
		p.paths[t.Kind] = t.Path
		f, name := tableFile(z, t)
		switch {
		case f != nil:
			held = true
			if err := p.table(f, t); err != nil {
				return err
			}
		case leadsOut(name):
			p.note(t.Path, 0, []finding{found("", "table_outside").as(Warning)})
		}
	}
	switch {
	case !held:
		return refuse("hsds.import.package_tables")
	case p.report.Rows == 0:
		return refuse("hsds.import.package_rows")
	}
	return p.assemble()
}

// leadsOut tells a path that is no path inside an archive.
func leadsOut(name string) bool {
	name = strings.ReplaceAll(name, `\`, "/")
	return path.IsAbs(name) || strings.Contains(name, ":") || strings.HasPrefix(path.Clean(name), "../")
}

// tableFile finds the file of a table: where datapackage.json says, or under
// the name of the standard in any folder. Name is what was looked for.
func tableFile(z *zip.Reader, t hsds.Table) (f *zip.File, name string) {
	name = t.Path
	for _, f := range z.File {
		if path.Base(f.Name) != "datapackage.json" {
			continue
		}
		if told := resourcePath(f, t.Kind); told != "" {
			name = told
		}
	}
	for _, f := range z.File {
		if f.Name == name || path.Base(f.Name) == path.Base(name) {
			return f, name
		}
	}
	return nil, name
}

// maxDescription bounds datapackage.json in bytes.
const maxDescription = 4 << 20

func resourcePath(f *zip.File, k hsds.Kind) string {
	r, err := f.Open()
	if err != nil {
		return ""
	}
	defer r.Close()
	var doc struct {
		Resources []struct {
			Name string
			Path any
		}
	}
	if json.NewDecoder(io.LimitReader(r, maxDescription)).Decode(&doc) != nil {
		return "" // some publishers ship a link instead; the names of the standard remain
	}
	for _, res := range doc.Resources {
		if file, ok := res.Path.(string); ok && res.Name == string(k) {
			return file
		}
	}
	return ""
}

func (p *packaged) table(f *zip.File, t hsds.Table) error {
	r, err := f.Open()
	if err != nil {
		return sheets.Refuse("file_broken")
	}
	defer r.Close()
	text := sheets.OneRecord(transform.NewReader(r, unicode.BOMOverride(transform.Nop)), p.Limits.Item)
	rows := csv.NewReader(text)
	rows.FieldsPerRecord = -1
	header, err := rows.Read()
	if errors.Is(err, io.EOF) {
		return nil
	}
	if err != nil || len(header) > p.Limits.Columns {
		return refuse("hsds.import.table_header", "table", t.Path)
	}
	if i, j := sameName(t, header); j > 0 {
		return refuse("hsds.import.table_twice", "table", t.Path, "first", i+1, "second", j+1)
	}
	for n := 2; ; n++ {
		cells, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if errors.Is(err, sheets.ErrLong) {
			return sheets.Refuse("csv_quote", "n", n)
		}
		if stop := p.row(); stop != nil {
			return stop
		}
		if err != nil {
			p.note(t.Path, n, []finding{shared("", "csv_row")})
			continue
		}
		p.line(t, n, header, cells)
	}
}

// line checks one row as the JSON that it stands for.
func (p *packaged) line(t hsds.Table, n int, header, cells []string) {
	l := line{row: n, refers: map[string]string{}, doc: map[string]any{}}
	list := l.fill(t, header, cells, p.Limits)
	if len(list) == 0 {
		list = p.rowFaults(t, &l)
	}
	if before, ok := p.first(n, t.Path+" "+l.id); !ok && l.id != "" {
		list = append(list, found("id", "key_twice", "row", before))
	}
	if p.note(t.Path, n, list) {
		p.refused[l.id] = true
		return
	}
	p.lines[t.Kind] = append(p.lines[t.Kind], l)
}

// fieldOf is the place of the field that a heading names, or -1.
func fieldOf(t hsds.Table, heading string) int {
	heading = strings.TrimSpace(strings.TrimPrefix(heading, "\ufeff"))
	return slices.IndexFunc(t.Fields, func(f hsds.Field) bool { return f.Name == heading })
}

// sameName gives two columns that name the same field, of which one would be
// lost; second is 0 when there are none.
func sameName(t hsds.Table, header []string) (first, second int) {
	seen := map[int]int{}
	for j, heading := range header {
		at := fieldOf(t, heading)
		if i, twice := seen[at]; twice && at >= 0 {
			return i, j
		}
		seen[at] = j
	}
	return 0, 0
}

func (l *line) fill(t hsds.Table, header, cells []string, limits Limits) (list []finding) {
	for i, name := range header {
		at := fieldOf(t, name)
		if at < 0 || i >= len(cells) || cells[i] == "" {
			continue
		}
		f, value := t.Fields[at], cells[i]
		restored := hsds.Restore(value)
		switch {
		case len(value) > limits.Cell:
			list = append(list, shared(f.Name, "cell_long", "max", limits.Cell))
			continue
		case !utf8.ValidString(value):
			list = append(list, shared(f.Name, "encoding"))
			continue
		case restored == value && hsds.IsFormula(value) && f.Name != "number":
			list = append(list, shared(f.Name, "formula"))
			continue
		case sheets.Hides(restored):
			list = append(list, shared(f.Name, "characters"))
			continue
		}
		l.doc[f.Name] = restored
		if f.Type == "number" {
			x, err := strconv.ParseFloat(restored, 64)
			if err != nil || x != x || x-x != 0 { // NaN and infinities are no JSON
				list = append(list, found(f.Name, "number"))
				continue
			}
			l.doc[f.Name] = x
		}
		if f.Refers != "" || f.Name == "link_id" || f.Name == "resource_id" {
			l.refers[f.Name] = strings.ToLower(restored)
		}
	}
	l.id, _ = l.doc["id"].(string)
	l.id = strings.ToLower(l.id)
	for _, name := range mayBeEmpty {
		if slices.Contains(header, name) && l.doc[name] == nil {
			l.doc[name] = ""
		}
	}
	for _, f := range t.Fields {
		if f.Required && l.doc[f.Name] == nil {
			list = append(list, found(f.Name, "standard.required", "want", f.Name))
		}
	}
	return list
}

// mayBeEmpty are texts that the standard requires and that may say nothing; a
// cell cannot tell an empty text from none.
var mayBeEmpty = []string{"description", "address_1", "city", "state_province", "postal_code",
	"previous_value", "replacement_value", "field_name", "updated_by"}

// rowFaults checks a row against its schema and our own rules, so that they
// can name table and row.
func (p *packaged) rowFaults(t hsds.Table, l *line) []finding {
	doc := l.doc
	if t.Kind == "service_capacity" { // its unit stands in another table
		doc["unit"] = map[string]any{"id": l.doc["unit_id"], "name": "?"}
	}
	raw, err := json.Marshal(doc)
	if err != nil {
		return []finding{found("", "json_item")}
	}
	if list := p.faults(t.Kind, raw); len(list) > 0 {
		return list
	}
	switch t.Kind {
	case "phone":
		number, ok := phoneNumber(fmt.Sprint(doc["number"]), p.Country)
		if !ok {
			return []finding{found("number", "phone")}
		}
		doc["number"] = number
	case "location":
		return p.pointOf(doc)
	case "attribute":
		if id, _ := doc["taxonomy_term_id"].(string); p.Terms != nil && p.Terms.Find(id) == nil && !p.describes(id) {
			return []finding{found("taxonomy_term_id", "term")}
		}
	}
	return nil
}

// pointOf names wrong coordinates, unless the place turns out to be
// confidential: that is known only when all tables are read.
func (p *packaged) pointOf(doc map[string]any) []finding {
	lat, okLat := doc["latitude"].(float64)
	lon, okLon := doc["longitude"].(float64)
	switch {
	case !okLat && !okLon:
		return nil
	case okLat != okLon:
		return []finding{found("latitude", "coordinates_half")}
	}
	if key := p.coordinates(lat, lon); key != "" {
		return []finding{found("latitude", key)}
	}
	return nil
}

// describes tells whether the package's own table has the term under a code or
// name that is known.
func (p *packaged) describes(id string) bool {
	for i := range p.lines[hsds.TermKind] {
		if l := &p.lines[hsds.TermKind][i]; l.id == strings.ToLower(id) {
			code, _ := l.doc["code"].(string)
			name, _ := l.doc["name"].(string)
			return p.Terms.Find(code) != nil || p.Terms.Find(name) != nil
		}
	}
	return false
}
