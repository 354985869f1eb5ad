package ledger

import (
	"bytes"
	"encoding/json"
	"slices"

	"github.com/gowebpki/jcs"
)

// canonical gives v as RFC 8785 JSON in which all numbers are safe integers.
// It runs inside the write lane, for every event, and most payloads are a
// struct whose members stand in the order a reader wants, so arranging them is
// done here; anything unusual goes through jcs, and so does every test.
func canonical(v any) ([]byte, error) {
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(v); err != nil {
		return nil, err
	}
	raw := bytes.TrimSuffix(buf.Bytes(), []byte{'\n'})
	a := arranger{parser: parser{in: raw}, out: make([]byte, 0, len(raw))}
	a.value(0)
	out := a.out
	if a.err != nil || a.at != len(raw) {
		var err error
		if out, err = jcs.Transform(raw); err != nil {
			return nil, err
		}
	}
	return out, checkCanonical(out)
}

// arranger copies compact JSON into canonical order. It fails where it is not
// sure, and its output is checked all the same.
type arranger struct {
	parser
	out     []byte
	members []member // of the objects that are open, the innermost last
	moved   []byte
}

// member is one "name":value of an object, as it lies in out.
type member struct {
	name     []byte // in the memory of in; without escapes
	from, to int
}

func (a *arranger) value(depth int) {
	if a.err != nil || a.at >= len(a.in) || depth > maxDepth {
		a.fail("nested too deep or too short")
		return
	}
	switch start := a.at; a.in[a.at] {
	case '{':
		a.object(depth)
	case '[':
		a.array(depth)
	case '"':
		a.string()
	default:
		a.parser.value(depth) // a number or a word: the same in both forms
		a.out = append(a.out, a.in[start:a.at]...)
	}
}

func (a *arranger) array(depth int) {
	a.at++
	a.out = append(a.out, '[')
	for first := true; a.err == nil && !a.next(']'); first = false {
		if !first {
			a.literal(",")
			a.out = append(a.out, ',')
		}
		a.value(depth + 1)
	}
	a.out = append(a.out, ']')
}

func (a *arranger) object(depth int) {
	a.at++
	a.out = append(a.out, '{')
	base, sorted := len(a.members), true
	for a.err == nil && !a.next('}') {
		if len(a.members) > base {
			a.literal(",")
		}
		m := member{from: len(a.out)}
		start := a.at
		m.name = a.str()
		a.literal(":")
		if a.err != nil || !a.plain {
			a.fail("an unusual name")
			return
		}
		a.out = append(a.out, a.in[start:a.at]...)
		a.value(depth + 1)
		a.out = append(a.out, ',')
		m.to = len(a.out)
		if n := len(a.members); n > base && bytes.Compare(a.members[n-1].name, m.name) >= 0 {
			sorted = false
		}
		a.members = append(a.members, m)
	}
	if len(a.members) > base {
		if !sorted {
			a.sort(a.members[base:])
		}
		a.out = a.out[:len(a.out)-1] // the last comma
	}
	a.members = a.members[:base]
	a.out = append(a.out, '}')
}

// sort puts the members of an object that ends out into order.
func (a *arranger) sort(members []member) {
	begin := members[0].from
	slices.SortFunc(members, func(x, y member) int { return bytes.Compare(x.name, y.name) })
	a.moved = a.moved[:0]
	for _, m := range members {
		a.moved = append(a.moved, a.out[m.from:m.to]...)
	}
	a.out = append(a.out[:begin], a.moved...)
}

// string copies a string; encoding/json escapes a few characters that RFC 8785
// does not, and those strings are written anew.
func (a *arranger) string() {
	start := a.at
	i := start + 1
	for i < len(a.in) && ordinary[a.in[i]] {
		i++
	}
	if i < len(a.in) && a.in[i] == '"' {
		a.at = i + 1
		a.out = append(a.out, a.in[start:a.at]...)
		return
	}
	for i < len(a.in) && a.in[i] != '"' {
		if a.in[i] == '\\' {
			i++
		}
		i++
	}
	a.at = min(i+1, len(a.in))
	var s string
	if err := json.Unmarshal(a.in[start:a.at], &s); err != nil {
		a.fail("an unusual string")
		return
	}
	a.out = appendString(a.out, s)
}
