package web

import (
	"net/url"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"rufaa/internal/casefile"
	"rufaa/internal/valid"
	"rufaa/internal/web/ui"
)

// typed reads a form into a command: each question is named as the command's
// JSON field is, so that pages and API have one name for one thing. What cannot
// be a number is read as one that the command refuses.
func typed[T any, P interface {
	*T
	casefile.Command
}](v url.Values) casefile.Command {
	c := P(new(T))
	readFields(reflect.ValueOf(c).Elem(), v, "")
	return c
}

func readFields(to reflect.Value, v url.Values, at string) {
	for i := range to.NumField() {
		f := to.Type().Field(i)
		switch {
		case !f.IsExported():
		case f.Anonymous:
			readFields(to.Field(i), v, at)
		default:
			name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
			readField(to.Field(i), v, at+name)
		}
	}
}

func readField(to reflect.Value, v url.Values, name string) {
	switch to.Kind() {
	case reflect.String:
		text := v.Get(name)
		if text == "" {
			text = ui.DateFrom(v, name)
		}
		to.SetString(text)
	case reflect.Bool:
		to.SetBool(v.Get(name) == "yes")
	case reflect.Int:
		to.SetInt(number(v.Get(name)))
	case reflect.Map:
		readMap(to, v, name+".")
	case reflect.Slice:
		readList(to, v, name)
	}
}

// number reads a whole number; thousands may be parted by commas or spaces.
func number(s string) int64 {
	s = strings.NewReplacer(",", "", " ", "").Replace(strings.TrimSpace(s))
	if s == "" {
		return 0
	}
	n, err := strconv.ParseInt(s, 10, 32)
	if err != nil {
		return -1
	}
	return n
}

func readMap(to reflect.Value, v url.Values, prefix string) {
	out := map[string]string{}
	for name := range v {
		if id, ok := strings.CutPrefix(name, prefix); ok && v.Get(name) != "" {
			out[id] = v.Get(name)
		}
	}
	to.Set(reflect.ValueOf(out))
}

// listRows is how many rows of a list a form may have.
const listRows = 20

func readList(to reflect.Value, v url.Values, name string) {
	if to.Type().Elem().Kind() == reflect.String {
		to.Set(reflect.ValueOf(slices.DeleteFunc(slices.Clone(v[name]), func(s string) bool { return s == "" })))
		return
	}
	for i := range listRows {
		row := reflect.New(to.Type().Elem()).Elem()
		if !filled(v, name, i) {
			continue
		}
		readFields(row, v, valid.Index(name, i, ""))
		to.Set(reflect.Append(to, row))
	}
}

// filled tells whether anything was written into one row of a list.
func filled(v url.Values, name string, i int) bool {
	prefix := valid.Index(name, i, "")
	for key, values := range v {
		if strings.HasPrefix(key, prefix) && strings.Join(values, "") != "" {
			return true
		}
	}
	return false
}

func valueOf[T any](p *T) reflect.Value { return reflect.ValueOf(p).Elem() }
