package sheets

import (
	"archive/zip"
	"encoding/xml"
	"errors"
	"io"
	"path"
	"strings"

	"github.com/xuri/excelize/v2"
)

// What a workbook's cell can hold instead of a value; names of content/text/sheet.*.
// Read as they are, such cells would be empty, or their error a name.
const (
	noResult   = "formula_value" // a formula that no program has worked out yet
	cellError  = "cell_error"    // #N/A, #REF! and their like
	mergedCell = "merged"        // below the first row of merged cells: what it says stands further up
)

// mostFlaws is how many cells are kept; a sheet with more is told of the first.
const mostFlaws = 500_000

type cellAt struct{ row, col int } // row from 1, column from 0

// flawsOf looks for such cells in one sheet of an archive that Detect has
// weighed, and for those that are shown as days. Excelize's reading by rows tells
// nothing of them.
func flawsOf(z *zip.Reader, sheet string) (found map[cellAt]string, dated map[cellAt]bool, err error) {
	f, err := partOf(z, sheet)
	if f == nil || err != nil {
		return nil, nil, err
	}
	r, err := f.Open()
	if err != nil {
		return nil, nil, Refuse("file_broken")
	}
	defer r.Close()
	s := &flawScan{found: map[cellAt]string{}, dated: map[cellAt]bool{}, dec: xml.NewDecoder(r)}
	if s.days, err = dayStyles(z); err != nil {
		return nil, nil, err
	}
	for {
		t, err := s.dec.RawToken()
		switch {
		case errors.Is(err, io.EOF):
			return s.found, s.dated, nil
		case err != nil:
			return nil, nil, Refuse("file_broken")
		}
		s.token(t)
	}
}

// flawScan walks over a sheet's rows and cells, then over what is merged.
type flawScan struct {
	dec             *xml.Decoder
	found           map[cellAt]string
	dated           map[cellAt]bool
	days            map[string]bool // styles that show a number as a day
	at              cellAt
	kind            string // of the cell: its attribute t
	inCell, inValue bool
	formula         bool
	stored, results bool // a value is stored; it says something
}

func (s *flawScan) token(t xml.Token) {
	switch t := t.(type) {
	case xml.StartElement:
		s.begins(&t)
	case xml.CharData:
		if s.inValue && len(strings.TrimSpace(string(t))) > 0 {
			s.results = true
		}
	case xml.EndElement:
		switch t.Name.Local {
		case "v":
			s.inValue = false
		case "c":
			s.inCell = false
			switch {
			case s.kind == "e":
				s.tell(s.at, cellError)
			case s.formula && !s.results && !(s.stored && s.kind == "str"): // the text that a formula gives may be empty
				s.tell(s.at, noResult)
			}
		}
	}
}

func (s *flawScan) begins(t *xml.StartElement) {
	switch t.Name.Local {
	case "row":
		s.at = cellAt{s.at.row + 1, -1}
		if n := number(attr(t, "r")); n > 0 {
			s.at.row = n
		}
	case "c":
		s.at.col++
		if col, _, err := excelize.CellNameToCoordinates(attr(t, "r")); err == nil {
			s.at.col = col - 1
		}
		s.kind, s.formula, s.stored, s.results, s.inCell = attr(t, "t"), false, false, false, true
		if s.days[attr(t, "s")] && (s.kind == "" || s.kind == "n") && len(s.dated) < mostFlaws {
			s.dated[s.at] = true
		}
	case "f":
		s.formula = s.inCell
	case "v":
		s.inValue, s.stored = s.inCell, true
	case "mergeCell":
		s.merge(attr(t, "ref"))
	}
}

// merge marks the first column of an area below its first row.
func (s *flawScan) merge(ref string) {
	from, to, _ := strings.Cut(ref, ":")
	col, first, err1 := excelize.CellNameToCoordinates(from)
	_, last, err2 := excelize.CellNameToCoordinates(to)
	if err1 != nil || err2 != nil {
		return
	}
	for row := first + 1; row <= last && len(s.found) < mostFlaws; row++ {
		s.tell(cellAt{row, col - 1}, mergedCell)
	}
}

func (s *flawScan) tell(at cellAt, what string) {
	if len(s.found) < mostFlaws {
		s.found[at] = what
	}
}

// partOf finds the file of a sheet in the archive; nil when the workbook names
// it in a way that is not understood, and then excelize is believed.
func partOf(z *zip.Reader, sheet string) (*zip.File, error) {
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"id,attr"`
		} `xml:"sheets>sheet"`
	}
	var rels struct {
		Of []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := errors.Join(decode(z, "xl/workbook.xml", &book), decode(z, "xl/_rels/workbook.xml.rels", &rels)); err != nil {
		return nil, err
	}
	for _, b := range book.Sheets {
		if !strings.EqualFold(b.Name, sheet) {
			continue
		}
		for _, r := range rels.Of {
			if r.ID != b.ID {
				continue
			}
			name := path.Join("xl", r.Target)
			if strings.HasPrefix(r.Target, "/") {
				name = strings.TrimPrefix(path.Clean(r.Target), "/")
			}
			return find(z, name), nil
		}
	}
	return nil, nil
}

func decode(z *zip.Reader, name string, into any) error {
	f := find(z, name)
	if f == nil {
		return nil
	}
	r, err := f.Open()
	if err != nil {
		return Refuse("file_broken")
	}
	defer r.Close()
	if xml.NewDecoder(r).Decode(into) != nil {
		return Refuse("file_broken")
	}
	return nil
}

func find(z *zip.Reader, name string) *zip.File {
	for _, f := range z.File {
		if strings.EqualFold(f.Name, name) {
			return f
		}
	}
	return nil
}

func attr(t *xml.StartElement, name string) string {
	for _, a := range t.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

func number(s string) (n int) {
	for _, c := range s {
		if c < '0' || c > '9' || n > excelize.TotalRows {
			return 0
		}
		n = 10*n + int(c-'0')
	}
	return n
}
