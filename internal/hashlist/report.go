package hashlist

import (
	"bufio"
	"context"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"rufaa/internal/problem"
	"rufaa/internal/store"
)

// CSV is the form of a report that is a table; Plain and VICS are the others.
const CSV = "csv"

// MaxReport bounds a forensic tool's report, in bytes, and MaxItems the items
// in it: what one carrier holds.
const (
	MaxReport = 256 << 20
	MaxItems  = 2_000_000
)

// Reading is what a forensic tool's report holds, in numbers.
type Reading struct {
	Form    string         `json:"form" enum:"plain,csv,vics" doc:"One digest a line, a table, or Project VIC (VICS) JSON"`
	Items   int            `json:"items" doc:"Pictures and films that it names"`
	Digests map[string]int `json:"digests" doc:"How many digests, by the hash's name: md5, sha1, sha256"`
	SHA256  string         `json:"sha256" doc:"Of the report as it was handed in, in hexadecimal"`
	Size    int64          `json:"size" doc:"Of the report, in bytes"`
}

// Match is how many items stand on lists under one category; each item is
// counted once, under its lowest. Category 0 is of lists that give none.
type Match struct {
	Category int `json:"category" doc:"As the list gives it; 0 where it gives none"`
	Items    int `json:"items"`
}

// Take reads a forensic tool's report and keeps its digests, keyed, under the
// name of a thing ("exhibit/<id>/<report>"): to be held against lists of today
// and to come. The whole is kept or nothing. Whoever calls has asked the door.
func (l *Lists) Take(ctx context.Context, thing string, report io.Reader) (*Reading, error) {
	out := &Reading{Digests: map[string]int{}}
	sum := sha256.New()
	counted := &counter{r: io.TeeReader(report, sum), most: MaxReport}
	err := l.keep(ctx, thing, counted, out)
	if err == nil && out.Items == 0 {
		err = &Fault{1, "hashlist.error.empty"}
	}
	if err != nil {
		err = errors.Join(told(err), l.Drop(context.WithoutCancel(ctx), thing))
		return nil, err
	}
	out.SHA256, out.Size = hex.EncodeToString(sum.Sum(nil)), counted.n
	return out, nil
}

// told is a fault as its field tells it.
func told(err error) error {
	var fault *Fault
	if errors.As(err, &fault) {
		return &problem.Invalid{Fields: []problem.Field{{Name: "file", Key: fault.Key, Args: []any{"line", fault.Line, "max", MaxItems}}}}
	}
	if errors.Is(err, errLong) {
		return &problem.Invalid{Fields: []problem.Field{{Name: "file", Key: "hashlist.error.long", Args: []any{"max", MaxReport >> 20}}}}
	}
	return fmt.Errorf("hashlist: report: %w", err)
}

// errLong says that a report is longer than MaxReport.
var errLong = errors.New("hashlist: the report is too long")

// counter counts what is read and stops at most.
type counter struct {
	r    io.Reader
	n    int64
	most int64
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.n += int64(n); c.n > c.most {
		return 0, errLong
	}
	return n, err
}

func (l *Lists) keep(ctx context.Context, thing string, report io.Reader, out *Reading) (err error) {
	type numbered struct {
		n int
		entry
	}
	var rows []numbered
	flush := func() error {
		err := l.realm.Store.Write(ctx, func(tx *store.Tx) error {
			for _, e := range rows {
				if err := mark(tx, thing, e.n, e.entry); err != nil {
					return err
				}
			}
			return nil
		})
		rows = rows[:0]
		return err
	}
	out.Form, err = readReport(report, func(it item) error {
		if out.Items++; out.Items > MaxItems {
			return &Fault{out.Items, "hashlist.error.too_many"}
		}
		for _, algo := range algos {
			if digest := it.digests[algo]; digest != nil {
				rows = append(rows, numbered{out.Items - 1, entry{algo: algo, mac: l.mac(algo, digest)}})
				out.Digests[algo]++
			}
		}
		if len(rows) >= batch {
			return flush()
		}
		return nil
	})
	if err == nil && len(rows) > 0 {
		err = flush()
	}
	return err
}

// MarkAll keeps the digests of a thing, one a word, as items of their own.
func (l *Lists) MarkAll(tx *store.Tx, thing, digests string) error {
	for n, word := range strings.Fields(digests) {
		algo, digest := digestOf(word)
		if algo == "" {
			continue
		}
		if err := mark(tx, thing, n, entry{algo: algo, mac: l.mac(algo, digest)}); err != nil {
			return err
		}
	}
	return nil
}

// Drop forgets the digests of a thing.
func (l *Lists) Drop(ctx context.Context, thing string) error {
	return l.realm.Store.Write(ctx, func(tx *store.Tx) error { return l.Unmark(tx, thing) })
}

// Standing counts the items of a thing that stand on lists in force, by the
// category that those give, the lowest first.
func (l *Lists) Standing(ctx context.Context, thing string) ([]Match, error) {
	rows, err := l.realm.Store.Query(ctx, `SELECT category, count(*) FROM (
		SELECT m.n, min(CASE WHEN e.category > 0 THEN e.category ELSE 1000000 END) AS category FROM digest_marks m
		JOIN hash_list_entries e ON e.mac = m.mac AND e.algo = m.algo JOIN hash_lists l ON l.id = e.list
		WHERE m.thing = $1 AND l.status = 'inforce' GROUP BY m.n) AS found GROUP BY category ORDER BY category`, thing)
	if err != nil {
		return nil, fmt.Errorf("hashlist: standing: %w", err)
	}
	defer rows.Close()
	out := []Match{}
	for rows.Next() {
		var m Match
		if err := rows.Scan(&m.Category, &m.Items); err != nil {
			return nil, fmt.Errorf("hashlist: standing: %w", err)
		}
		if m.Category == 1000000 {
			m.Category = 0
		}
		out = append(out, m)
	}
	return out, rows.Err()
}

// readReport reads what a forensic tool writes: one digest a line, a table with
// a head that names a column md5, sha1 or sha256 (among any others), or JSON
// with the same names.
func readReport(r io.Reader, take func(item) error) (form string, err error) {
	in := begins(r)
	head, err := in.Peek(4096)
	if len(head) == 0 {
		if err != nil && !errors.Is(err, io.EOF) {
			return "", err
		}
		return "", &Fault{1, "hashlist.error.empty"}
	}
	if first := strings.TrimSpace(string(head)); first != "" && (first[0] == '{' || first[0] == '[') {
		return VICS, readVICS(in, take)
	}
	line := firstLine(string(head))
	if algo, _ := digestOf(firstWord(line)); algo != "" || line == "" || line[0] == '#' {
		return Plain, readPlain(in, take)
	}
	if comma := separator(line); comma != 0 {
		return CSV, readTable(in, comma, take)
	}
	if isHead(line) {
		return Plain, readPlain(in, take)
	}
	return "", &Fault{1, "hashlist.error.columns"}
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return strings.TrimSpace(line)
}

// separator is what parts the columns of a table's head; 0 for no table.
func separator(line string) rune {
	best, most := rune(0), 0
	for _, c := range []rune{',', ';', '\t'} {
		if n := strings.Count(line, string(c)); n > most {
			best, most = c, n
		}
	}
	return best
}

// readTable reads a table. Lines are counted as an editor does.
func readTable(in *bufio.Reader, comma rune, take func(item) error) error {
	rows := csv.NewReader(in)
	rows.FieldsPerRecord, rows.LazyQuotes, rows.ReuseRecord, rows.Comma = -1, true, true, comma
	columns := map[int]string{}
	for first := true; ; first = false {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		line, _ := rows.FieldPos(0)
		if err != nil {
			return broken(err, line+1, "hashlist.error.csv")
		}
		if slices.ContainsFunc(row, mayShow) {
			return &Fault{line, "hashlist.error.shows"}
		}
		if first {
			for i, name := range row {
				if a := algoOf(strings.TrimSpace(name)); a != "" {
					columns[i] = a
				}
			}
			if len(columns) == 0 {
				return &Fault{line, "hashlist.error.columns"}
			}
			continue
		}
		it, err := readRow(row, columns)
		if err != nil {
			return &Fault{line, "hashlist.error.digest"}
		}
		if len(it.digests) > 0 {
			if err := take(it); err != nil {
				return err
			}
		}
	}
}

// errDigest says that a cell holds no digest.
var errDigest = errors.New("hashlist: no digest")

func readRow(row []string, columns map[int]string) (item, error) {
	it := item{digests: map[string][]byte{}}
	for i, algo := range columns {
		if i >= len(row) || strings.TrimSpace(row[i]) == "" {
			continue
		}
		raw := bytesOf(row[i], lengths[algo])
		if raw == nil {
			return it, errDigest
		}
		it.digests[algo] = raw
	}
	return it, nil
}

// broken tells what is written wrongly from what could not be read.
func broken(err error, line int, key string) error {
	var parse *csv.ParseError
	switch {
	case errors.As(err, &parse):
		return &Fault{parse.Line, key}
	case errors.As(err, new(*json.SyntaxError)), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, io.EOF), errors.Is(err, errDeep):
		return &Fault{line, key}
	}
	return err
}
