package intake

import (
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// sheet gives rows of one table of cells, whatever file it is in.
type sheet struct {
	name    string
	columns []string
	read    func() ([]string, error) // io.EOF at the end
	line    int                      // of the row given last; the header is 1
	book    *excelize.File
	rows    *excelize.Rows
	limits  Limits
}

// errRow says that one row cannot be read; the next can.
type errRow struct{ finding }

func (e *errRow) Error() string { return e.key }

func openSheet(src Source, f Format, o Options) (*sheet, error) {
	s := &sheet{limits: o.Limits}
	var err error
	if f == XLSX {
		err = s.openBook(src, o)
	} else {
		err = s.openCSV(src)
	}
	if err == nil {
		err = s.header()
	}
	if err != nil {
		s.close()
		return nil, err
	}
	return s, nil
}

func (s *sheet) openBook(src Source, o Options) (err error) {
	// The archive was weighed already (weigh); the limits keep the sheet in
	// memory instead of in a file beside.
	s.book, err = excelize.OpenReader(io.NewSectionReader(src.Data, 0, src.Size),
		excelize.Options{RawCellValue: true, UnzipSizeLimit: o.Limits.Unpacked, UnzipXMLSizeLimit: o.Limits.Unpacked})
	if err != nil {
		return refuse("hsds.import.file_broken")
	}
	if s.name = o.Sheet; s.name == "" {
		s.name = s.book.GetSheetName(0)
	}
	if s.rows, err = s.book.Rows(s.name); err != nil {
		return refuse("hsds.import.sheet_unknown")
	}
	s.read = func() ([]string, error) {
		if !s.rows.Next() {
			if s.rows.Error() != nil {
				return nil, refuse("hsds.import.file_broken")
			}
			return nil, io.EOF
		}
		cells, err := s.rows.Columns()
		if err != nil {
			return nil, refuse("hsds.import.file_broken")
		}
		return cells, nil
	}
	return nil
}

func (s *sheet) openCSV(src Source) error {
	head := make([]byte, min(src.Size, 64<<10))
	if _, err := src.Data.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	text := transform.NewReader(io.NewSectionReader(src.Data, 0, src.Size), unicode.BOMOverride(transform.Nop))
	bounded := &oneRecord{from: text, most: s.limits.Item}
	r := csv.NewReader(bounded)
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = separator(head), -1, true
	s.read = func() ([]string, error) {
		cells, err := r.Read()
		var parse *csv.ParseError
		switch {
		case errors.Is(err, errLong):
			return nil, refuse("hsds.import.csv_quote", "n", s.line+1)
		case errors.As(err, &parse):
			return nil, &errRow{found("", "csv_row")}
		}
		return cells, err
	}
	return nil
}

// separator is the character that the first line uses most.
func separator(head []byte) rune {
	line, _, _ := strings.Cut(strings.ReplaceAll(string(head), "\x00", ""), "\n")
	best := ','
	for _, c := range ";\t" {
		if strings.Count(line, string(c)) > strings.Count(line, string(best)) {
			best = c
		}
	}
	return best
}

func (s *sheet) header() error {
	for {
		cells, err := s.read()
		s.line++
		if err != nil {
			return refuse("hsds.import.file_header")
		}
		if len(cells) > s.limits.Columns {
			return refuse("hsds.import.file_columns", "max", s.limits.Columns)
		}
		if blank(cells) {
			continue
		}
		for _, c := range cells {
			s.columns = append(s.columns, strings.TrimSpace(strings.ToValidUTF8(c, "")))
		}
		for len(s.columns) > 0 && s.columns[len(s.columns)-1] == "" {
			s.columns = s.columns[:len(s.columns)-1]
		}
		return nil
	}
}

// next gives the next row that is not empty, as long as the header, or nil at
// the end. An *errRow spoils one row; other errors spoil the file.
func (s *sheet) next() ([]string, error) {
	for {
		cells, err := s.read()
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		s.line++
		if err != nil {
			return nil, err
		}
		if blank(cells) {
			continue
		}
		row := make([]string, len(s.columns))
		copy(row, cells)
		for i, c := range cells {
			switch {
			case i >= len(s.columns) && strings.TrimSpace(c) != "":
				return nil, &errRow{found("", "row_long")}
			case len(c) > s.limits.Cell:
				return nil, &errRow{found(s.heading(i), "cell_long", "max", s.limits.Cell)}
			case !utf8.ValidString(c):
				return nil, &errRow{found(s.heading(i), "encoding")}
			}
		}
		return row, nil
	}
}

func (s *sheet) heading(i int) string {
	if i < len(s.columns) {
		return s.columns[i]
	}
	return ""
}

func (s *sheet) sheets() []string {
	if s.book == nil {
		return nil
	}
	return s.book.GetSheetList()
}

func (s *sheet) close() {
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

var errLong = errors.New("a record is longer than is read")

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
			return 0, errLong
		}
	}
	return n, err
}
