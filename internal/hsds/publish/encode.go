package publish

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
)

// encoded is one thing in pieces that are joined into each form of it. own
// holds its texts and numbers as `{"id":…` without the closing brace, which is
// all that a list shows; more holds its arrays as `,"phones":[…]`.
type encoded struct{ own, more []byte }

// encode splits a wire value (a pointer) into its pieces. Nested single things
// (organization, program, location, service) are left to the caller, who joins
// them from their own pieces.
func encode(v any) (encoded, error) {
	var e encoded
	rv := reflect.ValueOf(v).Elem()
	for i := range rv.NumField() {
		name, opts, _ := strings.Cut(rv.Type().Field(i).Tag.Get("json"), ",")
		f := rv.Field(i)
		if name == "-" || opts == "omitempty" && (f.IsZero() || f.Kind() == reflect.Slice && f.Len() == 0) {
			continue
		}
		into := &e.own
		switch {
		case f.Kind() == reflect.Slice:
			into = &e.more
		case f.Kind() == reflect.Pointer && f.Elem().Kind() == reflect.Struct:
			continue
		}
		value, err := marshal(f.Interface())
		if err != nil {
			return encoded{}, fmt.Errorf("encode %s: %w", name, err)
		}
		*into = append(append(append(append(*into, ',', '"'), name...), '"', ':'), value...)
	}
	e.own[0] = '{' // id is always there
	return e, nil
}

// marshal is json.Marshal without escapes for HTML, which only make the
// answers longer.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}
