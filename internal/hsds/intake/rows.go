package intake

import (
	"errors"
	"math"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/unicode/norm"

	"rufaa/internal/hsds"
)

func (in *intake) readSheet(src Source, f Format, m Mapping) error {
	s, err := openSheet(src, f, in.Options)
	if err != nil {
		return err
	}
	defer s.close()
	if err := m.check(s.columns); err != nil {
		return err
	}
	if !m.has(OrgID) && !m.has(ServiceID) {
		in.note(s.name, 0, []finding{found("", "no_id").as(Warning)})
	}
	for {
		row, err := s.next()
		if row == nil && err == nil {
			return nil
		}
		if stop := in.row(); stop != nil {
			return stop
		}
		var bad *errRow
		if errors.As(err, &bad) {
			in.note(s.name, s.line, []finding{bad.finding})
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

func (in *intake) sheetRow(s *sheet, m Mapping, row []string) error {
	c := &cells{intake: in, by: map[Field]cell{}}
	c.take(m, row)
	rec := c.record(s.line)
	in.conceal(&rec)
	if in.note(s.name, s.line, c.findings) {
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

// emptyMarks are what people write into a cell that has nothing to say.
var emptyMarks = []string{"-", "–", "—", "n/a", "na", "none", "nil", "hakuna", "?"}

// take sorts the cells by field. A formula in any cell refuses the row; a text
// that our own export made inert comes back as it was.
func (c *cells) take(m Mapping, row []string) {
	for i, a := range m {
		if a.Field == "" || i >= len(row) {
			continue
		}
		raw := row[i]
		if restored := hsds.Restore(raw); restored != raw {
			raw = restored
		} else if !isEmptyMark(raw) && hsds.IsFormula(raw) && !(a.Field == Phones && onlyPhones(raw)) {
			c.findings = append(c.findings, found(a.Column, "formula"))
			continue
		}
		text := strings.TrimSpace(norm.NFC.String(strings.ReplaceAll(raw, "\r\n", "\n")))
		if isEmptyMark(text) {
			continue
		}
		if hides(text) {
			c.findings = append(c.findings, found(a.Column, "characters"))
			continue
		}
		c.put(a, text)
	}
}

// onlyPhones lets "+254 700 000 001; +254 700 000 002" through, which looks
// like a formula to a spreadsheet but holds nothing that could run.
func onlyPhones(s string) bool { return s[0] == '+' && strings.Trim(s, "+0123456789 ()-./;,|") == "" }

func isEmptyMark(s string) bool {
	s = strings.ToLower(strings.TrimSpace(s))
	if s == "" {
		return true
	}
	for _, m := range emptyMarks {
		if s == m {
			return true
		}
	}
	return false
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
