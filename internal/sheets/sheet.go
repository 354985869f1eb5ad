package sheets

import (
	"archive/zip"
	"cmp"
	"errors"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
)

// Sheet gives rows of one table of cells, whatever file it is in.
type Sheet struct {
	Name    string   // of the sheet in a workbook
	Columns []string // headings, without the empty ones at the end
	Line    int      // of the row given last, as a spreadsheet counts
	// ReadAs is how a CSV was read that is in no Unicode, a guess to be told to
	// whoever brought it: read_windows or read_macintosh, names of
	// content/text/sheet.*. "" needs no word.
	ReadAs string

	read   func() ([]string, error) // io.EOF at the end
	back   []pulled                 // rows that were looked at and come again
	flaws  map[cellAt]string
	dated  map[cellAt]bool
	book   *excelize.File
	rows   *excelize.Rows
	limits Limits
}

// pulled is a row as it was read.
type pulled struct {
	line  int
	cells []string
	err   error
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
		s.Name = s.firstFilled()
	}
	if s.rows, err = s.book.Rows(s.Name); err != nil {
		return Refuse("sheet_unknown")
	}
	z, err := zip.NewReader(src.Data, src.Size)
	if err != nil {
		return Refuse("file_broken")
	}
	if s.flaws, s.dated, err = flawsOf(z, s.Name); err != nil {
		return err
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

// firstFilled is the first sheet that is not hidden and has a row of several
// cells: a cover with a title is none. Without one it is the first that holds
// anything, or the first of all.
func (s *Sheet) firstFilled() string {
	some := ""
	for _, name := range s.book.GetSheetList() {
		if visible, err := s.book.GetSheetVisible(name); err != nil || !visible {
			continue
		}
		switch most := s.widest(name); {
		case most > 1:
			return name
		case most == 1 && some == "":
			some = name
		}
	}
	return cmp.Or(some, s.book.GetSheetName(0))
}

// widest is how many cells are filled in the widest of a sheet's first rows.
func (s *Sheet) widest(name string) (most int) {
	rows, err := s.book.Rows(name)
	if err != nil {
		return 0
	}
	defer rows.Close()
	for range titleRows {
		if !rows.Next() {
			break
		}
		row, err := rows.Columns()
		if err != nil {
			break
		}
		most = max(most, filledCells(row))
	}
	return most
}

// titleRows is how many rows above the headings may be a title.
const titleRows = 8

// header finds the headings. Rows above them with a single cell, as the title of
// a printed list has, are passed over when a row of three cells or more follows.
func (s *Sheet) header() error {
	first, err := s.filled()
	if err != nil || first.err != nil {
		return Refuse("file_header")
	}
	if filledCells(first.cells) == 1 {
		var looked []pulled
		for range titleRows {
			next, err := s.filled()
			if errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				next = pulled{s.Line, nil, err}
			}
			looked = append(looked, next)
			n := filledCells(next.cells)
			if n >= 3 {
				first, looked = next, nil
			}
			if n != 1 {
				break
			}
		}
		s.back = looked
	}
	s.Line = first.line
	if len(first.cells) > s.limits.Columns {
		return Refuse("file_columns", "max", s.limits.Columns)
	}
	for _, c := range first.cells {
		s.Columns = append(s.Columns, strings.TrimSpace(strings.ToValidUTF8(c, "")))
	}
	for len(s.Columns) > 0 && s.Columns[len(s.Columns)-1] == "" {
		s.Columns = s.Columns[:len(s.Columns)-1]
	}
	return nil
}

// filled reads the next row that is not blank, for the headings; the end of the
// file and what spoils it are errors.
func (s *Sheet) filled() (pulled, error) {
	for {
		row, err := s.read()
		s.Line++
		var spoiled *RowError
		switch {
		case errors.As(err, &spoiled):
			return pulled{s.Line, nil, err}, nil
		case err != nil:
			return pulled{}, err
		case s.Line == 1 && len(row) > 0 && strings.HasPrefix(row[0], "sep="):
			continue
		case !blank(row):
			return pulled{s.Line, slices.Clone(row), nil}, nil
		}
	}
}

func filledCells(row []string) (n int) {
	for _, c := range row {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}

// pull gives the next row, first those that were looked at already.
func (s *Sheet) pull() ([]string, error) {
	if len(s.back) > 0 {
		p := s.back[0]
		s.back, s.Line = s.back[1:], p.line
		return p.cells, p.err
	}
	row, err := s.read()
	if !errors.Is(err, io.EOF) {
		s.Line++
	}
	return row, err
}

// Wrong names what stands in a cell of the row given last instead of a value
// (a key of content/text/sheet.* without its prefix), "" for nothing: the error
// of a formula, a formula without a result, or the lower part of merged cells.
// Column counts from 0.
func (s *Sheet) Wrong(column int) string { return s.flaws[cellAt{s.Line, column}] }

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
		found, err := s.pull()
		if errors.Is(err, io.EOF) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		if blank(found) {
			continue
		}
		row := make([]string, len(s.Columns))
		copy(row, found)
		for i, c := range found {
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

// Since1904 tells that a workbook counts its days from 1904, as old Macs did.
func (s *Sheet) Since1904() bool {
	if s.book == nil {
		return false
	}
	p, err := s.book.GetWorkbookProps()
	return err == nil && p.Date1904 != nil && *p.Date1904
}
