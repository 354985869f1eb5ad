// Package papertest reads the words off printed papers (PDF), sheet by sheet,
// for tests. It reads what this program writes: one drawing a sheet, packed with
// deflate, its words as UTF-16 in the order in which they are set.
package papertest

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"unicode/utf16"
)

var (
	object   = regexp.MustCompile(`(?s)(?:^|\n)(\d+) 0 obj\n(.*?)\nendobj`)
	sheet    = regexp.MustCompile(`/Type /Page\n`)
	contents = regexp.MustCompile(`/Contents (\d+) 0 R`)
	length   = regexp.MustCompile(`/Length (\d+)`)
)

// Sheets gives the words of every sheet.
func Sheets(raw []byte) ([]string, error) {
	objects := map[int][]byte{}
	var drawings []int
	for _, m := range object.FindAllSubmatch(raw, -1) {
		n, err := strconv.Atoi(string(m[1]))
		if err != nil {
			return nil, err
		}
		objects[n] = m[2]
		if c := contents.FindSubmatch(m[2]); c != nil && sheet.Match(m[2]) {
			at, err := strconv.Atoi(string(c[1]))
			if err != nil {
				return nil, err
			}
			drawings = append(drawings, at)
		}
	}
	if len(drawings) == 0 {
		return nil, fmt.Errorf("papertest: no sheet in %d bytes that begin with %q", len(raw), raw[:min(8, len(raw))])
	}
	out := make([]string, len(drawings))
	for i, n := range drawings {
		drawn, err := unpacked(objects[n])
		if err != nil {
			return nil, fmt.Errorf("papertest: sheet %d: %w", i+1, err)
		}
		out[i] = words(drawn)
	}
	return out, nil
}

func unpacked(o []byte) ([]byte, error) {
	head, body, found := bytes.Cut(o, []byte("stream\n"))
	n := length.FindSubmatch(head)
	if !found || n == nil {
		return nil, fmt.Errorf("no drawing in %.80q", o)
	}
	size, err := strconv.Atoi(string(n[1]))
	if err != nil || size > len(body) {
		return nil, fmt.Errorf("the drawing says it has %s bytes", n[1])
	}
	if !bytes.Contains(head, []byte("/FlateDecode")) {
		return body[:size], nil
	}
	z, err := zlib.NewReader(bytes.NewReader(body[:size]))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}

// words are the strings that are shown, each on a line.
func words(drawn []byte) string {
	var out bytes.Buffer
	for i := 0; i < len(drawn); i++ {
		if drawn[i] != '(' {
			continue
		}
		var s []byte
		for i++; i < len(drawn) && drawn[i] != ')'; i++ {
			if drawn[i] == '\\' {
				i++
				if drawn[i] == 'r' {
					s = append(s, '\r')
					continue
				}
			}
			s = append(s, drawn[i])
		}
		units := make([]uint16, len(s)/2)
		for j := range units {
			units[j] = uint16(s[2*j])<<8 | uint16(s[2*j+1])
		}
		out.WriteString(string(utf16.Decode(units)) + "\n")
	}
	return out.String()
}
