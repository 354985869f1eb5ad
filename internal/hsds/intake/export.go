package intake

import (
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"rufaa/internal/hsds"
)

// Row is one service at one place, for the plain sheet. Location is nil where
// the place is confidential or not known.
type Row struct {
	Organization *hsds.Organization
	Service      *hsds.Service
	Location     *hsds.Location
	TermName     func(id string) string // of a taxonomy term; nil writes labels only
}

// Header are the columns of the plain sheet, which Guess understands whole.
func Header() []string {
	out := make([]string, len(headings))
	for i := range headings {
		out[i] = headings[i].names[0]
	}
	return out
}

// WriteCSV writes the plain sheet in UTF-8 with a mark for spreadsheets. Cells
// are inert. next gives the rows until it gives none.
func WriteCSV(w io.Writer, next func() (Row, bool)) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	if err := out.Write(Header()); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	for r, ok := next(); ok; r, ok = next() {
		if err := out.Write(r.cells()); err != nil {
			return fmt.Errorf("export: %w", err)
		}
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// WriteXLSX writes the same as a workbook. Every cell is a text; they are inert
// all the same, because people save workbooks as CSV.
func WriteXLSX(w io.Writer, next func() (Row, bool)) error {
	book := excelize.NewFile()
	defer book.Close()
	stream, err := book.NewStreamWriter(book.GetSheetName(0))
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	write := func(n int, cells []string) error {
		row := make([]any, len(cells))
		for i, c := range cells {
			row[i] = c
		}
		return stream.SetRow("A"+strconv.Itoa(n), row)
	}
	if err := write(1, Header()); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	n := 2
	for r, ok := next(); ok; r, ok = next() {
		if err := write(n, r.cells()); err != nil {
			return fmt.Errorf("export: row %d: %w", n, err)
		}
		n++
	}
	if err := stream.Flush(); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if _, err := book.WriteTo(w); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	return nil
}

// cells are the row in the order of AllFields.
func (r Row) cells() []string {
	v := map[Field]string{}
	r.serviceCells(v)
	o := r.Organization
	v[OrgID], v[OrgName], v[OrgDescription], v[OrgEmail], v[OrgWebsite] = o.ID, o.Name, o.Description, o.Email, o.Website
	if l := r.Location; l != nil && !r.Service.Confidential && !l.Confidential {
		v[LocationID], v[LocationName] = l.ID, l.Name
		v[Latitude], v[Longitude] = numeral(l.Latitude), numeral(l.Longitude)
		if len(l.Addresses) > 0 {
			a := &l.Addresses[0]
			v[Address], v[Town], v[County], v[PostalCode], v[CountryCode] = a.Address1, a.City, a.StateProvince, a.PostalCode, a.Country
		}
	}
	out := make([]string, 0, len(headings))
	for _, f := range AllFields() {
		out = append(out, hsds.Inert(v[f]))
	}
	return out
}

func (r Row) serviceCells(v map[Field]string) {
	s := r.Service
	v[ServiceID], v[ServiceName], v[ServiceDescription], v[ServiceStatus] = s.ID, s.Name, s.Description, s.Status
	v[ServiceURL], v[ServiceEmail], v[Eligibility], v[Fees] = s.URL, s.Email, s.EligibilityDescription, s.FeesDescription
	v[Application], v[Alert], v[Assured] = s.ApplicationProcess, s.Alert, s.AssuredDate
	v[MinimumAge], v[MaximumAge] = numeral(s.MinimumAge), numeral(s.MaximumAge)
	v[Phones] = joined(s.Phones, func(p hsds.Phone) string { return p.Number })
	v[Languages] = joined(s.Languages, func(l hsds.Language) string { return l.Name })
	v[Areas] = joined(s.ServiceAreas, func(a hsds.ServiceArea) string { return a.Name })
	v[Documents] = joined(s.RequiredDocuments, func(d hsds.RequiredDocument) string { return d.Document })
	v[Hours] = joined(s.Schedules, hoursText)
	v[ServiceTerms] = joined(s.Attributes, func(a hsds.Attribute) string {
		if id := a.TermID(); id != "" && r.TermName != nil {
			return r.TermName(id)
		}
		return a.Label
	})
	if len(s.Capacities) > 0 {
		c := &s.Capacities[0]
		v[Available], v[Maximum], v[CapacityAt] = numeral(c.Available), numeral(c.Maximum), c.Updated
		if c.Unit != nil {
			v[UnitName] = c.Unit.Name
		}
	}
	v[Confidential] = "no"
	if s.Confidential {
		v[Confidential] = "yes"
	}
}

func joined[T any](list []T, text func(T) string) string {
	var out []string
	for _, v := range list {
		if t := text(v); t != "" {
			out = append(out, t)
		}
	}
	return strings.Join(out, "; ")
}

// hoursText writes what openings reads.
func hoursText(s hsds.Schedule) string {
	if s.OpensAt == "" || s.ClosesAt == "" || !weekly(&s) {
		return s.Description
	}
	var days []string
	for d := range strings.SplitSeq(s.ByDay, ",") {
		if i := slices.Index(weekdays, d); i >= 0 {
			days = append(days, strings.ToUpper(d[:1])+strings.ToLower(d[1:]))
		}
	}
	return strings.Join(days, ",") + " " + s.OpensAt + "-" + s.ClosesAt
}

func numeral(n *float64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatFloat(*n, 'f', -1, 64)
}
