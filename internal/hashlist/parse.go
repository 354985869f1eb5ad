package hashlist

import (
	"bufio"
	"bytes"
	"encoding/base64"
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
	in := begins(r)
	for {
		b, err := in.Peek(1)
		if err != nil {
			return "", &Fault{1, "hashlist.error.empty"}
		}
		if b[0] == ' ' || b[0] == '\t' || b[0] == '\r' || b[0] == '\n' {
			_, _ = in.Discard(1)
			continue
		}
		if b[0] == '{' || b[0] == '[' {
			return VICS, readVICS(in, take)
		}
		return Plain, readPlain(in, take)
	}
}

// begins gives a reader of a text after a byte order mark.
func begins(r io.Reader) *bufio.Reader {
	in := bufio.NewReaderSize(r, 64<<10)
	if bom, _ := in.Peek(3); bytes.Equal(bom, []byte("\xef\xbb\xbf")) {
		_, _ = in.Discard(3)
	}
	return in
}

// readPlain reads one digest a line: MD5, SHA-1 or SHA-256 in hexadecimal, told
// apart by length. What follows a digest after a space or comma (a file name of
// md5sum, a further digest) is passed over; # begins a comment. Lines are
// counted from 1.
func readPlain(r io.Reader, take func(item) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(make([]byte, 4096), longest+2)
	n := 0
	for lines.Scan() {
		n++
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		word := firstWord(line)
		algo, digest := digestOf(word)
		if algo == "" {
			if n == 1 && isHead(line) {
				continue
			}
			return &Fault{n, "hashlist.error.digest"}
		}
		if mayShow(strings.TrimSpace(line[len(word):])) {
			return &Fault{n, "hashlist.error.shows"}
		}
		if err := take(item{digests: map[string][]byte{algo: digest}}); err != nil {
			return err
		}
	}
	if errors.Is(lines.Err(), bufio.ErrTooLong) {
		return &Fault{n + 1, "hashlist.error.shows"}
	}
	return lines.Err()
}

func firstWord(line string) string {
	return strings.Trim(strings.FieldsFunc(line+" ", func(r rune) bool { return r == ' ' || r == '\t' || r == ',' || r == ';' })[0], `"*`)
}

// isHead tells whether a line names hashes and holds none.
func isHead(line string) bool {
	word := strings.ToLower(firstWord(line))
	return utf8.ValidString(line) && len(word) < 20 && (strings.Contains(word, "md5") || strings.Contains(word, "sha"))
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

// errDeep says that they stand deeper.
var errDeep = errors.New("hashlist: too deep")

// readVICS reads the JSON of Project VIC's data model, 1.3 or 2.0: media stand
// in "value", or in "Media" of cases that stand there. Both write the digests of
// a media in MD5, SHA1 and, newer, SHA256, as hexadecimal or base64. The file is
// read as a stream; anything but digests and category is passed over.
func readVICS(r io.Reader, take func(item) error) error {
	dec := json.NewDecoder(&shortStrings{r: r})
	n := 0
	err := walk(dec, "", 0, &n, take)
	for err == nil && dec.More() { // one value on each line, as some tools write
		err = walk(dec, "", 0, &n, take)
	}
	if err == nil {
		if _, last := dec.Token(); !errors.Is(last, io.EOF) {
			err = last
		}
	}
	if err != nil {
		var fault *Fault
		switch {
		case errors.As(err, &fault), errors.As(err, new(*stop)):
			return err
		case errors.Is(err, errShows):
			return &Fault{n + 1, "hashlist.error.shows"}
		}
		return broken(err, n+1, "hashlist.error.json")
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
		return errDeep
	}
	t, err := dec.Token()
	if err != nil {
		return err
	}
	if text, ok := t.(string); ok && mayShow(text) {
		return errShows
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
