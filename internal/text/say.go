package text

import (
	"fmt"
	"strconv"

	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// Code is the language's code, "en" or "sw".
func (l *Lang) Code() string { return l.code }

// Dir is the direction of writing for a page's dir attribute: ltr or rtl.
func (l *Lang) Dir() string {
	script, _ := l.tag.Script()
	switch script {
	case language.MustParseScript("Arab"), language.MustParseScript("Hebr"), language.MustParseScript("Thaa"), language.MustParseScript("Nkoo"):
		return "rtl"
	}
	return "ltr"
}

// Has tells whether a key stands in the catalog.
func (l *Lang) Has(key string) bool { return l.texts[key] != nil }

// T gives the text of a key with name, value, name, value… filled in. A key
// that is not there comes back in brackets and is counted (Catalogs.Missing):
// it is seen at once and breaks nothing.
func (l *Lang) T(key string, args ...any) string {
	m := l.texts[key]
	if m == nil {
		return l.absent(key)
	}
	if m.plain != "" {
		return m.plain
	}
	return fill(m.forms[plural.Other], args, 0, false)
}

// N gives the text of a key in the plural form of n, which fills {n}.
func (l *Lang) N(key string, n int, args ...any) string {
	m := l.texts[key]
	if m == nil {
		return l.absent(key)
	}
	abs := max(n, -n)
	if abs < 0 { // the least int has no positive twin
		abs = 0
	}
	pieces := m.forms[plural.Cardinal.MatchPlural(l.tag, abs, 0, 0, 0, 0)]
	if len(pieces) == 0 {
		pieces = m.forms[plural.Other]
	}
	return fill(pieces, args, n, true)
}

func (l *Lang) absent(key string) string {
	l.lost.add(l.code, key)
	return "⟦" + key + "⟧"
}

// fill puts the values in. A placeholder without a value stays empty rather
// than showing braces to a person.
func fill(pieces []piece, args []any, n int, counted bool) string {
	if len(pieces) == 1 && pieces[0].name == "" {
		return pieces[0].text
	}
	var room [96]byte
	b := room[:0]
	for _, p := range pieces {
		switch {
		case p.name == "":
			b = append(b, p.text...)
		case counted && p.name == "n":
			b = strconv.AppendInt(b, int64(n), 10)
		default:
			b = value(b, args, p.name)
		}
	}
	return string(b)
}

func value(b []byte, args []any, name string) []byte {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] != name {
			continue
		}
		switch v := args[i+1].(type) {
		case string:
			return append(b, v...)
		case int:
			return strconv.AppendInt(b, int64(v), 10)
		default:
			return fmt.Append(b, v)
		}
	}
	return b
}
