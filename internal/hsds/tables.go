package hsds

import (
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
)

// Table is one CSV file of the tabular form (a Frictionless data package).
type Table struct {
	Kind   Kind
	Path   string // file name, as the schema says
	Fields []Field
}

// Field is one column.
type Field struct {
	Name     string
	Type     string // string, number, date, datetime, time
	Required bool   // in tables; more is required there than in JSON
	Key      bool   // the table's own id
	Refers   Kind   // table whose id stands here, "" for none
	Values   []string
}

// tableKinds are the tables in the order in which a reader can load them:
// whoever refers comes after what it refers to.
var tableKinds = []Kind{
	"organization", "program", "taxonomy", "taxonomy_term", "unit", "location", "service", "service_at_location",
	"service_capacity", "contact", "phone", "language", "address", "accessibility", "schedule", "service_area",
	"cost_option", "required_document", "funding", "organization_identifier", "url", "attribute", "metadata",
}

// Tables describes the tabular form, from the schemas.
func Tables() ([]Table, error) {
	docs, err := readSchemas()
	if err != nil {
		return nil, err
	}
	tables := make([]Table, 0, len(tableKinds))
	for _, k := range tableKinds {
		doc := docs[string(k)]
		file, _ := doc["path"].(string)
		if file == "" {
			return nil, fmt.Errorf("tables: the schema of %s names no file", k)
		}
		t := Table{Kind: k, Path: file}
		required := append(names(doc["required"]), names(doc["tabular_required"])...)
		props := doc["properties"].(document)
		for _, name := range columnsOf(wireTypes[k]) {
			prop, ok := props[name].(document)
			if !ok {
				return nil, fmt.Errorf("tables: %s.%s stands in no schema", k, name)
			}
			t.Fields = append(t.Fields, fieldOf(k, name, prop, slices.Contains(required, name)))
		}
		tables = append(tables, t)
	}
	return tables, nil
}

func names(list any) []string {
	values, _ := list.([]any)
	out := make([]string, 0, len(values))
	for _, v := range values {
		out = append(out, fmt.Sprint(v))
	}
	return out
}

func fieldOf(k Kind, name string, prop document, required bool) Field {
	f := Field{Name: name, Type: fmt.Sprint(prop["type"]), Required: required, Key: name == "id", Values: names(prop["enum"])}
	if t, ok := prop["datapackage_type"].(string); ok {
		f.Type = t
	}
	if target, ok := strings.CutSuffix(name, "_id"); ok {
		switch {
		case target == "parent":
			f.Refers = k
		case target == "parent_organization":
			f.Refers = OrganizationKind
		case slices.Contains(tableKinds, Kind(target)):
			f.Refers = Kind(target)
		}
	}
	return f
}

// wireTypes are the Go types of the tables' rows.
var wireTypes = map[Kind]reflect.Type{
	"organization": reflect.TypeFor[Organization](), "program": reflect.TypeFor[Program](),
	"taxonomy": reflect.TypeFor[Taxonomy](), "taxonomy_term": reflect.TypeFor[Term](),
	"unit": reflect.TypeFor[Unit](), "location": reflect.TypeFor[Location](), "service": reflect.TypeFor[Service](),
	"service_at_location": reflect.TypeFor[ServiceAtLocation](), "service_capacity": reflect.TypeFor[Capacity](),
	"contact": reflect.TypeFor[Contact](), "phone": reflect.TypeFor[Phone](), "language": reflect.TypeFor[Language](),
	"address": reflect.TypeFor[Address](), "accessibility": reflect.TypeFor[Accessibility](),
	"schedule": reflect.TypeFor[Schedule](), "service_area": reflect.TypeFor[ServiceArea](),
	"cost_option": reflect.TypeFor[CostOption](), "required_document": reflect.TypeFor[RequiredDocument](),
	"funding": reflect.TypeFor[Funding](), "organization_identifier": reflect.TypeFor[Identifier](),
	"url": reflect.TypeFor[URL](), "attribute": reflect.TypeFor[Attribute](), "metadata": reflect.TypeFor[Metadata](),
}

var number = reflect.TypeFor[*float64]()

// columnsOf names the fields of a row: those that are one text or one number.
func columnsOf(t reflect.Type) []string {
	var out []string
	for i := range t.NumField() {
		if f := t.Field(i); f.Type.Kind() == reflect.String || f.Type == number {
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			out = append(out, name)
		}
	}
	return out
}

// AppendCells appends the row of one wire value (a pointer) to cells, in the
// order of its table's fields. Texts are made inert.
func AppendCells(cells []string, row any) []string {
	v := reflect.ValueOf(row).Elem()
	for i := range v.NumField() {
		switch f := v.Field(i); {
		case f.Kind() == reflect.String:
			cells = append(cells, Inert(f.String()))
		case f.Type() == number:
			cells = append(cells, numeral(f.Interface().(*float64)))
		}
	}
	return cells
}

func numeral(n *float64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatFloat(*n, 'f', -1, 64)
}
