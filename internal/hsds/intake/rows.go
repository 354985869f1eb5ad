package intake

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"rufaa/internal/sheets"
)

func (in *intake) readSheet(src Source, f Format, m Mapping) error {
	s, err := openSheet(src, f, in.Options)
	if err != nil {
		return err
	}
	defer s.Close()
	if err := m.check(s.Columns); err != nil {
		return err
	}
	if err := sheets.SameHeading(s.Columns, func(i int) bool { return i < len(m) && m[i].Field != "" }); err != nil {
		return err
	}
	if !m.has(OrgID) && !m.has(ServiceID) {
		in.note(s.Name, 0, []finding{found("", "no_id").as(Warning)})
	}
	if s.ReadAs != "" {
		in.note(s.Name, 0, []finding{shared("", s.ReadAs).as(Warning)})
	}
	for {
		row, err := s.Next()
		if row == nil && err == nil {
			if in.report.Rows == 0 {
				return sheets.NoRows()
			}
			return nil
		}
		if stop := in.row(); stop != nil {
			return stop
		}
		var bad *sheets.RowError
		if errors.As(err, &bad) {
			in.note(s.Name, s.Line, []finding{{column: bad.Column, key: bad.Key, args: bad.Args, outcome: Refused}})
			continue
		}
		if err != nil {
			return err
		}
		if err := in.sheetRow(s, m, row); err != nil {
			return err
		}
	}
}

func (in *intake) sheetRow(s *sheets.Sheet, m Mapping, row []string) error {
	c := &cells{intake: in, by: map[Field]cell{}}
	c.take(m, row)
	rec := c.record(s.Line)
	in.conceal(&rec)
	if in.note(s.Name, s.Line, c.findings) {
		return nil
	}
	return in.give(rec)
}

// cell is what one field of a row holds.
type cell struct {
	column string
	text   string
	list   []string // of fields with several values
}

// cells is one row by field, with what is wrong with it.
type cells struct {
	*intake
	by       map[Field]cell
	secret   bool // the row says that its place is confidential
	findings []finding
}

func (c *cells) bad(f Field, key string, args ...any) {
	c.findings = append(c.findings, found(c.by[f].column, key, args...))
}

func (c *cells) text(f Field) string { return c.by[f].text }

// take sorts the cells by field. A formula in any cell refuses the row; a text
// that our own export made inert comes back as it was.
func (c *cells) take(m Mapping, row []string) {
	for i, a := range m {
		if a.Field == "" || i >= len(row) {
			continue
		}
		text, wrong := sheets.Text(row[i], a.Field == Phones)
		if wrong != "" {
			c.findings = append(c.findings, shared(a.Column, wrong))
			continue
		}
		if text == "" {
			continue
		}
		if a.Field == Phones && sheets.Shortened(text) {
			c.findings = append(c.findings, shared(a.Column, "digits_lost"))
			continue
		}
		c.put(a, text)
	}
}

func (c *cells) put(a Assignment, text string) {
	v, there := c.by[a.Field]
	if !there {
		v = cell{column: a.Column, text: text}
	} else {
		v.text += "\n" + text
	}
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == ';' || r == '|' || r == '\n' }) {
		if part = strings.TrimSpace(part); part != "" {
			v.list = append(v.list, part)
		}
	}
	c.by[a.Field] = v
}

// number reads a number; nil when the cell is empty or is none.
func (c *cells) number(f Field, key string) *float64 {
	text := c.text(f)
	if text == "" {
		return nil
	}
	if strings.Count(text, ",") == 1 && !strings.Contains(text, ".") {
		text = strings.Replace(text, ",", ".", 1)
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || math.IsNaN(n) || math.IsInf(n, 0) {
		c.bad(f, key)
		return nil
	}
	return &n
}

// date reads YYYY-MM-DD, DD/MM/YYYY as people in Kenya write it, and the day
// number of a workbook.
func (c *cells) date(f Field) string {
	text := c.text(f)
	if text == "" {
		return ""
	}
	if n, err := strconv.ParseFloat(text, 64); err == nil && n > 20_000 && n < 80_000 {
		if t, err := excelize.ExcelDateToTime(n, false); err == nil {
			return t.Format("2006-01-02")
		}
	}
	if t, ok := someDate(text); ok {
		return t.Format("2006-01-02")
	}
	c.bad(f, "date")
	return ""
}
