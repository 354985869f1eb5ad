package hashlist

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// Forms of a list.
const (
	Plain = "plain"
	VICS  = "vics"
)

// lengths of digests in bytes, by the hash's name.
var lengths = map[string]int{"md5": 16, "sha1": 20, "sha256": 32}

// algos in the order in which they are written.
var algos = []string{"md5", "sha1", "sha256"}

// Fault says what is wrong with a list or report, and on which line or at which
// entry; nothing of it is taken. It holds nothing of what was written there.
type Fault struct {
	Line int // from 1; of VICS the entry
	Key  string
}

func (f *Fault) Error() string { return fmt.Sprintf("hashlist: line %d: %s", f.Line, f.Key) }

// item is one picture or film as a list or a report names it: its digests by
// the hash's name.
type item struct {
	digests  map[string][]byte
	category int
	counted  bool // a category was given
}

// readList reads a list of either form and gives each of its items to take.
func readList(r io.Reader, take func(item) error) (form string, err error) {
	in := bufio.NewReaderSize(r, 64<<10)
	if bom, _ := in.Peek(3); bytes.Equal(bom, []byte("\xef\xbb\xbf")) {
		in.Discard(3)
	}
	for {
		b, err := in.Peek(1)
		if err != nil {
			return "", &Fault{1, "hashlist.error.empty"}
		}
		if b[0] == ' ' || b[0] == '\t' || b[0] == '\r' || b[0] == '\n' {
			in.Discard(1)
			continue
		}
		if b[0] == '{' || b[0] == '[' {
			return VICS, readVICS(in, take)
		}
		return Plain, readPlain(in, take)
	}
}

// readPlain reads one digest a line: MD5, SHA-1 or SHA-256 in hexadecimal, told
// apart by length. What follows a digest after a space or comma (a file name of
// md5sum, a further digest) is passed over; # begins a comment.
func readPlain(r io.Reader, take func(item) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 4096), 64<<10)
	n := 0
	for lines.Scan() {
		n++
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		word := strings.Trim(strings.FieldsFunc(line, func(r rune) bool { return r == ' ' || r == '\t' || r == ',' || r == ';' })[0], `"*`)
		algo, digest := digestOf(word)
		if algo == "" {
			if n == 1 && utf8.ValidString(line) && strings.ContainsAny(strings.ToLower(line), "md5sha") && len(word) < 20 {
				continue // a head
			}
			return &Fault{n, "hashlist.error.digest"}
		}
		if err := take(item{digests: map[string][]byte{algo: digest}}); err != nil {
			return err
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return &Fault{n + 1, "hashlist.error.digest"}
	}
	return lines.Err()
}

// digestOf reads a digest in hexadecimal.
func digestOf(s string) (algo string, digest []byte) {
	for _, a := range algos {
		if len(s) == 2*lengths[a] {
			raw, err := hex.DecodeString(strings.ToLower(s))
			if err != nil {
				return "", nil
			}
			return a, raw
		}
	}
	return "", nil
}

// depth bounds how deep objects stand in a VICS file.
const depth = 32

// readVICS reads the JSON of Project VIC's data model, 1.3 or 2.0: media stand
// in "value", or in "Media" of cases that stand there. Both write the digests of
// a media in MD5, SHA1 and, newer, SHA256, as hexadecimal or base64. The file is
// read as a stream; anything but digests and category is passed over.
func readVICS(r io.Reader, take func(item) error) error {
	dec := json.NewDecoder(r)
	n := 0
	if err := walk(dec, "", 0, &n, take); err != nil {
		var fault *Fault
		if errors.As(err, &fault) || errors.As(err, new(*stop)) {
			return err
		}
		return &Fault{n + 1, "hashlist.error.json"}
	}
	if n == 0 {
		return &Fault{1, "hashlist.error.vics"}
	}
	return nil
}

// stop carries an error of whoever takes the items through the walk.
type stop struct{ err error }

func (s *stop) Error() string { return s.err.Error() }
func (s *stop) Unwrap() error { return s.err }

func walk(dec *json.Decoder, member string, deep int, n *int, take func(item) error) error {
	if deep > depth {
		return errors.New("too deep")
	}
	t, err := dec.Token()
	if err != nil {
		return err
	}
	switch t {
	case json.Delim('['):
		for dec.More() {
			if err := walk(dec, member, deep+1, n, take); err != nil {
				return err
			}
		}
		_, err = dec.Token()
		return err
	case json.Delim('{'):
		return object(dec, deep, n, take)
	}
	return nil
}

// object reads one object: if it carries a digest it is a media.
func object(dec *json.Decoder, deep int, n *int, take func(item) error) error {
	it := item{digests: map[string][]byte{}}
	for dec.More() {
		key, err := dec.Token()
		if err != nil {
			return err
		}
		name, _ := key.(string)
		algo := algoOf(name)
		if algo == "" && !strings.EqualFold(name, "category") {
			if err := walk(dec, name, deep+1, n, take); err != nil {
				return err
			}
			continue
		}
		var v any
		if err := dec.Decode(&v); err != nil {
			return err
		}
		switch x := v.(type) {
		case float64:
			if algo == "" {
				it.category, it.counted = int(x), true
			}
		case string:
			if algo == "" || x == "" {
				continue
			}
			raw := bytesOf(x, lengths[algo])
			if raw == nil {
				return &Fault{*n + 1, "hashlist.error.digest"}
			}
			it.digests[algo] = raw
		}
	}
	if _, err := dec.Token(); err != nil {
		return err
	}
	if len(it.digests) == 0 {
		return nil
	}
	*n++
	if err := take(it); err != nil {
		return &stop{err}
	}
	return nil
}

func algoOf(name string) string {
	name = strings.ToLower(strings.NewReplacer("-", "", "_", "", " ", "").Replace(name))
	name = strings.TrimSuffix(name, "hash")
	if slices.Contains(algos, name) {
		return name
	}
	return ""
}

// bytesOf reads a digest as hexadecimal, or as the base64 of its bytes.
func bytesOf(s string, length int) []byte {
	s = strings.TrimSpace(s)
	if len(s) == 2*length {
		if raw, err := hex.DecodeString(strings.ToLower(s)); err == nil {
			return raw
		}
	}
	if raw, err := base64.StdEncoding.DecodeString(s); err == nil && len(raw) == length {
		return raw
	}
	return nil
}

// readReport reads what a forensic tool writes: CSV with a head that names a
// column md5, sha1 or sha256 (among any others), or JSON with the same names.
func readReport(r io.Reader, take func(item) error) error {
	in := bufio.NewReaderSize(r, 64<<10)
	if bom, _ := in.Peek(3); bytes.Equal(bom, []byte("\xef\xbb\xbf")) {
		in.Discard(3)
	}
	first, err := in.Peek(1)
	if err != nil {
		return &Fault{1, "hashlist.error.empty"}
	}
	if first[0] == '{' || first[0] == '[' {
		return readVICS(in, take)
	}
	head, _ := in.Peek(4096)
	line, _, _ := bytes.Cut(head, []byte("\n"))
	rows := csv.NewReader(in)
	rows.FieldsPerRecord, rows.LazyQuotes, rows.ReuseRecord = -1, true, true
	if bytes.Count(line, []byte(";")) > bytes.Count(line, []byte(",")) {
		rows.Comma = ';'
	} else if bytes.Count(line, []byte("\t")) > bytes.Count(line, []byte(",")) {
		rows.Comma = '\t'
	}
	return readRows(rows, take)
}

func readRows(rows *csv.Reader, take func(item) error) error {
	columns := map[int]string{}
	for n := 1; ; n++ {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return &Fault{n, "hashlist.error.csv"}
		}
		if n == 1 {
			for i, name := range row {
				if a := algoOf(name); a != "" {
					columns[i] = a
				}
			}
			if len(columns) == 0 {
				return &Fault{1, "hashlist.error.columns"}
			}
			continue
		}
		it := item{digests: map[string][]byte{}}
		for i, algo := range columns {
			if i >= len(row) || strings.TrimSpace(row[i]) == "" {
				continue
			}
			raw := bytesOf(row[i], lengths[algo])
			if raw == nil {
				return &Fault{n, "hashlist.error.digest"}
			}
			it.digests[algo] = raw
		}
		if len(it.digests) > 0 {
			if err := take(it); err != nil {
				return err
			}
		}
	}
	return nil
}
