package api

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
)

// What is described is what is answered, and the description is one that
// strict readers take: JSON Schema wants the required names once each.
func TestADescriptionNamesEveryFieldOnce(t *testing.T) {
	registry := build(nil, "").huma.OpenAPI().Components.Schemas
	looked := 0
	for name, s := range registry.Map() {
		for i, field := range s.Required {
			if slices.Contains(s.Required[:i], field) {
				t.Errorf("%s requires %q twice", name, field)
			}
			if s.Properties[field] == nil {
				t.Errorf("%s requires %q, which it does not describe", name, field)
			}
		}
		of := registry.TypeFromRef("#/components/schemas/" + name)
		if of == nil || of.Kind() != reflect.Struct || len(s.Properties) == 0 {
			continue
		}
		for field := range written(t, of) {
			looked++
			if s.Properties[field] == nil {
				t.Errorf("%s is answered with %q, which it does not describe", name, field)
			}
		}
	}
	if looked < 1000 {
		t.Errorf("only %d fields were looked at", looked)
	}
}

// written are the fields that JSON writes of an empty value.
func written(t *testing.T, of reflect.Type) map[string]json.RawMessage {
	t.Helper()
	v := reflect.New(of).Elem()
	for i := range of.NumField() {
		if f := of.Field(i); f.Anonymous && f.IsExported() && f.Type.Kind() == reflect.Pointer {
			v.Field(i).Set(reflect.New(f.Type.Elem()))
		}
	}
	raw, err := json.Marshal(v.Interface())
	if err != nil {
		t.Fatalf("%s: %v", of, err)
	}
	var out map[string]json.RawMessage
	if json.Unmarshal(raw, &out) != nil {
		return nil
	}
	return out
}
