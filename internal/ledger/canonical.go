package ledger

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"math/bits"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// maxDepth bounds how deep a payload may nest.
const maxDepth = 64

// maxSafe is the largest integer that every JSON reader holds exactly.
const maxSafe = 1<<53 - 1

// checkCanonical tells whether b is one JSON value in RFC 8785 form whose
// numbers are safe integers. It accepts exactly what jcs.Transform leaves as
// it is, less other numbers and deeper nesting; a fuzz test holds it to that.
func checkCanonical(b []byte) error {
	p := parser{in: b}
	p.value(0)
	if p.err == nil && p.at != len(b) {
		p.fail("something follows the end")
	}
	return p.err
}

// parser reads canonical JSON and nothing else. The first error stays.
type parser struct {
	in    []byte
	at    int
	plain bool // the string read last holds ASCII without escapes alone
	err   error
}

func (p *parser) fail(why string) {
	if p.err == nil {
		p.err = fmt.Errorf("not canonical JSON at byte %d: %s", p.at, why)
	}
}

func (p *parser) literal(s string) {
	if p.err != nil {
		return
	}
	if len(p.in)-p.at < len(s) || string(p.in[p.at:p.at+len(s)]) != s {
		p.fail("expected " + s)
		return
	}
	p.at += len(s)
}

// member reads a member's name, as written with its punctuation, and its text
// as it stands between the quotes.
func (p *parser) member(name string) []byte {
	p.literal(name)
	return p.str()
}

func (p *parser) number(name string) int64 {
	p.literal(name)
	return p.integer()
}

// integer reads a safe integer.
func (p *parser) integer() int64 {
	if p.err != nil {
		return 0
	}
	start := p.at
	negative := p.at < len(p.in) && p.in[p.at] == '-'
	if negative {
		p.at++
	}
	var n int64
	first := p.at
	for p.at < len(p.in) && p.in[p.at] >= '0' && p.in[p.at] <= '9' {
		n = n*10 + int64(p.in[p.at]-'0')
		if p.at++; n > maxSafe {
			p.fail("a number beyond 2^53-1 in size")
			return 0
		}
	}
	switch digits := p.at - first; {
	case digits == 0:
		p.at = start
		p.fail("expected an integer")
	case digits > 1 && p.in[first] == '0', negative && n == 0:
		p.fail("a number with an idle zero or sign")
	case p.at < len(p.in) && strings.IndexByte(".eE", p.in[p.at]) >= 0:
		p.fail("a number that is not an integer")
	}
	if negative {
		return -n
	}
	return n
}

// value reads any value.
func (p *parser) value(depth int) {
	if p.err != nil {
		return
	}
	if p.at >= len(p.in) {
		p.fail("it ends too early")
		return
	}
	if depth > maxDepth {
		p.fail("nested too deep")
		return
	}
	switch p.in[p.at] {
	case '{':
		p.object(depth)
	case '[':
		p.array(depth)
	case '"':
		p.str()
	case 't':
		p.literal("true")
	case 'f':
		p.literal("false")
	case 'n':
		p.literal("null")
	default:
		p.integer()
	}
}

func (p *parser) array(depth int) {
	p.at++
	if p.next(']') {
		return
	}
	for p.err == nil {
		p.value(depth + 1)
		if p.next(']') {
			return
		}
		p.expect(',')
	}
}

func (p *parser) object(depth int) {
	p.at++
	if p.next('}') {
		return
	}
	var last []byte
	wasPlain := true
	for first := true; p.err == nil; first = false {
		name := p.str()
		if p.err != nil {
			return
		}
		if !first && !before(last, name, wasPlain && p.plain) {
			p.fail("names out of order or twice")
			return
		}
		last, wasPlain = name, p.plain
		p.expect(':')
		p.value(depth + 1)
		if p.next('}') {
			return
		}
		p.expect(',')
	}
}

func (p *parser) next(c byte) bool {
	if p.err == nil && p.at < len(p.in) && p.in[p.at] == c {
		p.at++
		return true
	}
	return false
}

func (p *parser) expect(c byte) {
	if !p.next(c) {
		p.fail("expected " + string(c))
	}
}

// str reads a string and returns what stands between the quotes, still with
// its escapes.
func (p *parser) str() []byte {
	if p.err != nil {
		return nil
	}
	if !p.next('"') {
		p.fail("expected a string")
		return nil
	}
	start := p.at
	p.plain = true
	for p.at < len(p.in) {
		p.at += ordinaryRun(p.in[p.at:])
		if p.at == len(p.in) {
			break
		}
		switch c := p.in[p.at]; {
		case c == '"':
			p.at++
			return p.in[start : p.at-1]
		case ordinary[c]:
			p.at++
		case c == '\\':
			p.plain = false
			n := escapeLen(p.in[p.at:])
			if n == 0 {
				p.fail("an escape that is not in its one form")
				return nil
			}
			p.at += n
		case c < 0x20:
			p.fail("a bare control character")
			return nil
		default:
			p.plain = false
			r, n := utf8.DecodeRune(p.in[p.at:])
			if r == utf8.RuneError && n <= 1 {
				p.fail("not valid UTF-8")
				return nil
			}
			p.at += n
		}
	}
	p.fail("a string without an end")
	return nil
}

// ordinaryRun counts the ordinary characters at the start, eight at a time, so
// at most seven too few: nearly all of a ledger is sealed text without any other.
func ordinaryRun(b []byte) int {
	const each, high = 0x0101010101010101, 0x8080808080808080
	for n := 0; ; n += 8 {
		if len(b)-n < 8 {
			return n
		}
		w := binary.LittleEndian.Uint64(b[n:])
		quote, slash := w^('"'*each), w^('\\'*each)
		// A byte below k, once k is taken from each, has its high bit set and had
		// none before; a byte that equals one is 0 after the exclusive or.
		odd := w | (w-0x20*each)&^w | (quote-each)&^quote | (slash-each)&^slash
		if odd &= high; odd != 0 {
			return n + bits.TrailingZeros64(odd)/8
		}
	}
}

// ordinary are the characters that stand in a string as they are.
var ordinary = func() (t [256]bool) {
	for c := byte(0x20); c < utf8.RuneSelf; c++ {
		t[c] = c != '"' && c != '\\'
	}
	return t
}()

// short are the characters with an escape of two bytes, and its second byte.
const (
	short   = "\"\\\b\f\n\r\t"
	letters = `"\bfnrt`
	hex     = "0123456789abcdef"
)

// escapeLen gives the length of the escape that b begins with, or 0 when RFC
// 8785 would not have written it so.
func escapeLen(b []byte) int {
	if len(b) < 2 {
		return 0
	}
	if strings.IndexByte(letters, b[1]) >= 0 {
		return 2
	}
	if len(b) < 6 || string(b[1:4]) != "u00" || b[4] != '0' && b[4] != '1' {
		return 0
	}
	lo := strings.IndexByte(hex, b[5])
	if lo < 0 || strings.IndexByte(short, (b[4]-'0')<<4|byte(lo)) >= 0 {
		return 0
	}
	return 6
}

// unescape turns what str returned into the text it stands for.
func unescape(raw []byte) string {
	if bytes.IndexByte(raw, '\\') < 0 {
		return string(raw)
	}
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		if raw[i] != '\\' {
			out = append(out, raw[i])
			continue
		}
		i++
		if raw[i] == 'u' {
			out = append(out, (raw[i+3]-'0')<<4|byte(strings.IndexByte(hex, raw[i+4])))
			i += 4
			continue
		}
		out = append(out, short[strings.IndexByte(letters, raw[i])])
	}
	return string(out)
}

// appendString appends s as a canonical JSON string; s is valid UTF-8.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := range len(s) {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[from:i]...)
		from = i + 1
		if n := strings.IndexByte(short, c); n >= 0 {
			b = append(b, '\\', letters[n])
		} else {
			b = append(b, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		}
	}
	return append(append(b, s[from:]...), '"')
}

// before orders names by their UTF-16 code units, as RFC 8785 wants it. For
// plain ones, ASCII without escapes, that is the order of the bytes.
func before(a, b []byte, plain bool) bool {
	if plain {
		return bytes.Compare(a, b) < 0
	}
	x, y := utf16.Encode([]rune(unescape(a))), utf16.Encode([]rune(unescape(b)))
	for i := range min(len(x), len(y)) {
		if x[i] != y[i] {
			return x[i] < y[i]
		}
	}
	return len(x) < len(y)
}
