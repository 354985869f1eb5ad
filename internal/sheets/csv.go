package sheets

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
)

func (s *Sheet) openCSV(src Source) error {
	head := make([]byte, min(src.Size, 64<<10))
	if _, err := src.Data.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	lines, readAs, err := letters(src, head)
	if err != nil {
		return err
	}
	s.ReadAs = readAs
	if oldLines(head) {
		lines = oldMac{lines}
	}
	r := csv.NewReader(OneRecord(lines, s.limits.Row))
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = separator(head), -1, true
	s.read = func() ([]string, error) {
		cells, err := r.Read()
		var parse *csv.ParseError
		switch {
		case errors.Is(err, ErrLong):
			return nil, Refuse("csv_quote", "n", s.Line+1)
		case errors.As(err, &parse):
			return nil, badRow("", "csv_row")
		}
		return cells, err
	}
	return nil
}

// oldMac reads lines that end in a carriage return alone, as spreadsheets save
// them as "CSV (Macintosh)": read as they are, the file would be one line, its
// heading.
type oldMac struct{ from io.Reader }

func (o oldMac) Read(p []byte) (int, error) {
	n, err := o.from.Read(p)
	for i, c := range p[:n] {
		if c == '\r' {
			p[i] = '\n'
		}
	}
	return n, err
}

// separator is what the first line names ("sep=;", which Excel writes), or the
// character that it uses most. A title that uses none is passed over.
func separator(head []byte) rune {
	lines := strings.FieldsFunc(strings.ReplaceAll(string(head), "\x00", ""), func(r rune) bool { return r == '\r' || r == '\n' })
	for i, line := range lines {
		if named, ok := strings.CutPrefix(strings.TrimPrefix(line, "\ufeff"), "sep="); ok && i == 0 && len(named) == 1 && strings.Contains(",;\t|", named) {
			return rune(named[0])
		}
		best, most := ',', 0
		for _, c := range ",;\t|" {
			if n := strings.Count(line, string(c)); n > most {
				best, most = c, n
			}
		}
		if most > 0 || i >= titleRows {
			return best
		}
	}
	return ','
}

// ErrLong says that a record of a CSV is longer than is read.
var ErrLong = errors.New("a record is longer than is read")

// OneRecord passes a CSV on, and fails with ErrLong at a record of more than
// most bytes.
func OneRecord(from io.Reader, most int64) io.Reader { return &oneRecord{from: from, most: most} }

// oneRecord stops a CSV in which a quotation mark was never closed before the
// rest of the file is taken for one cell.
type oneRecord struct {
	from   io.Reader
	most   int64
	since  int64 // bytes since the record began
	quoted bool
}

func (o *oneRecord) Read(p []byte) (int, error) {
	n, err := o.from.Read(p)
	for _, c := range p[:n] {
		o.since++
		switch {
		case c == '"':
			o.quoted = !o.quoted
		case c == '\n' && !o.quoted:
			o.since = 0
		}
		if o.since > o.most {
			return 0, ErrLong
		}
	}
	return n, err
}
