package sheets

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// Sheet gives rows of one table of cells, whatever file it is in.
type Sheet struct {
	Name    string   // of the sheet in a workbook
	Columns []string // headings, without the empty ones at the end
	Line    int      // of the row given last; the header is 1

	read   func() ([]string, error) // io.EOF at the end
	book   *excelize.File
	rows   *excelize.Rows
	limits Limits
}

// RowError says that one row cannot be read; the next can. Key is one of
// content/text/sheet.*.
type RowError struct {
	Column string
	Key    string
	Args   []any
}

func (e *RowError) Error() string { return e.Key }

func badRow(column, name string, args ...any) error {
	return &RowError{Column: column, Key: "sheet." + name, Args: args}
}

// Open opens a file of CSV or XLSX that Detect has weighed; name is the sheet
// of a workbook, the first one when empty.
func Open(src Source, f Format, name string, l Limits) (*Sheet, error) {
	s := &Sheet{limits: l}
	var err error
	if f == XLSX {
		err = s.openBook(src, name)
	} else {
		err = s.openCSV(src)
	}
	if err == nil {
		err = s.header()
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func (s *Sheet) openBook(src Source, name string) (err error) {
	// The archive was weighed already (Detect); the limits keep the sheet in
	// memory instead of in a file beside.
	s.book, err = excelize.OpenReader(io.NewSectionReader(src.Data, 0, src.Size),
		excelize.Options{RawCellValue: true, UnzipSizeLimit: s.limits.Unpacked, UnzipXMLSizeLimit: s.limits.Unpacked})
	if err != nil {
		return Refuse("file_broken")
	}
	if s.Name = name; s.Name == "" {
		s.Name = s.book.GetSheetName(0)
	}
	if s.rows, err = s.book.Rows(s.Name); err != nil {
		return Refuse("sheet_unknown")
	}
	s.read = func() ([]string, error) {
		if !s.rows.Next() {
			if s.rows.Error() != nil {
				return nil, Refuse("file_broken")
			}
			return nil, io.EOF
		}
		cells, err := s.rows.Columns()
		if err != nil {
			return nil, Refuse("file_broken")
		}
		return cells, nil
	}
	return nil
}

func (s *Sheet) openCSV(src Source) error {
	head := make([]byte, min(src.Size, 64<<10))
	if _, err := src.Data.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	text := transform.NewReader(io.NewSectionReader(src.Data, 0, src.Size), unicode.BOMOverride(transform.Nop))
	var lines io.Reader = text
	if bytes.IndexByte(head, '\n') < 0 && bytes.IndexByte(head, '\r') >= 0 {
		lines = oldMac{text}
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

// separator is the character that the first line uses most.
func separator(head []byte) rune {
	line := strings.ReplaceAll(string(head), "\x00", "")
	if end := strings.IndexAny(line, "\r\n"); end >= 0 {
		line = line[:end]
	}
	best := ','
	for _, c := range ";\t" {
		if strings.Count(line, string(c)) > strings.Count(line, string(best)) {
			best = c
		}
	}
	return best
}

func (s *Sheet) header() error {
	for {
		cells, err := s.read()
		s.Line++
		if err != nil {
			return Refuse("file_header")
		}
		if len(cells) > s.limits.Columns {
			return Refuse("file_columns", "max", s.limits.Columns)
		}
		if blank(cells) {
			continue
		}
		for _, c := range cells {
			s.Columns = append(s.Columns, strings.TrimSpace(strings.ToValidUTF8(c, "")))
		}
		for len(s.Columns) > 0 && s.Columns[len(s.Columns)-1] == "" {
			s.Columns = s.Columns[:len(s.Columns)-1]
		}
		return nil
	}
}

// NoRows is the error of a file that has headings and nothing below them.
func NoRows() error { return Refuse("no_rows") }

// SameHeading refuses a file in which two columns have the same heading and only
// one of the two is read: nobody may have meant to leave the other out. Read
// tells of a column, counted from 0, whether it is.
func SameHeading(columns []string, read func(i int) bool) error {
	for j, second := range columns {
		for i, first := range columns[:j] {
			if second != "" && strings.EqualFold(first, second) && read(i) != read(j) {
				return Refuse("same_heading", "first", i+1, "second", j+1)
			}
		}
	}
	return nil
}

// Next gives the next row that is not empty, as long as the header, or nil at
// the end. A *RowError spoils one row; other errors spoil the file.
func (s *Sheet) Next() ([]string, error) {
	for {
		cells, err := s.read()
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		s.Line++
		if err != nil {
			return nil, err
		}
		if blank(cells) {
			continue
		}
		row := make([]string, len(s.Columns))
		copy(row, cells)
		for i, c := range cells {
			switch {
			case i >= len(s.Columns) && strings.TrimSpace(c) != "":
				return nil, badRow("", "row_long")
			case len(c) > s.limits.Cell:
				return nil, badRow(s.heading(i), "cell_long", "max", s.limits.Cell)
			case !utf8.ValidString(c):
				return nil, badRow(s.heading(i), "encoding")
			}
		}
		return row, nil
	}
}

func (s *Sheet) heading(i int) string {
	if i < len(s.Columns) {
		return s.Columns[i]
	}
	return ""
}

// Sheets are the names of a workbook's sheets; none of a CSV.
func (s *Sheet) Sheets() []string {
	if s.book == nil {
		return nil
	}
	return s.book.GetSheetList()
}

// Close ends the reading.
func (s *Sheet) Close() {
	if s.rows != nil {
		s.rows.Close()
	}
	if s.book != nil {
		s.book.Close()
	}
}

func blank(cells []string) bool {
	for _, c := range cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
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

// Since1904 tells that a workbook counts its days from 1904, as old Macs did.
func (s *Sheet) Since1904() bool {
	if s.book == nil {
		return false
	}
	p, err := s.book.GetWorkbookProps()
	return err == nil && p.Date1904 != nil && *p.Date1904
}
