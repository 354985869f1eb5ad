package pocket

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"

	"rufaa/internal/content"
	"rufaa/internal/directory"
	"rufaa/internal/problem"
	"rufaa/internal/text"
)

// Entry is what the book says of one provider.
type Entry struct {
	Name      string
	Services  []string
	Phones    []directory.Phone
	Where     string
	Hours     string
	Serves    string
	Verified  bool
	Fictional bool
	front     bool // a confidential place: front door only
}

// Book is one county's directory, ready to be printed.
type Book struct {
	County   string // its name
	Anywhere []Entry
	Here     []Entry
	Printed  time.Time
	Banner   string // on every page: EXERCISE, DEMONSTRATION; "" in real use
	lang     *text.Lang
}

// Choose gathers what is printed for a county: providers and services in it,
// and those that serve the whole country by telephone. An unknown county gives
// problem.ErrNotFound.
func Choose(ctx context.Context, d *directory.Directory, county string, l *text.Lang) (*Book, error) {
	c := d.Taxonomy.Content()
	term, ok := c.Term("counties", county)
	if !ok {
		return nil, problem.ErrNotFound
	}
	b := &Book{County: term.In(l.Code()), Printed: d.Now().In(directory.Nairobi), lang: l}
	err := d.Each(ctx, func(p *directory.Provider) bool {
		if v, ok := d.Taxonomy.Term("vetting", p.Vetting.State); ok && v.Barred {
			return true
		}
		here, everywhere := reach(p, county)
		switch {
		case here:
			b.Here = append(b.Here, b.entry(d, c, p, county))
		case everywhere && len(p.Phones) > 0:
			b.Anywhere = append(b.Anywhere, b.entry(d, c, p, county))
		}
		return true
	})
	for _, list := range [][]Entry{b.Here, b.Anywhere} {
		slices.SortFunc(list, func(x, y Entry) int { return cmp.Compare(strings.ToLower(x.Name), strings.ToLower(y.Name)) })
	}
	return b, err
}

// reach tells whether a provider is in a county or serves it by name, and
// whether it serves the whole country.
func reach(p *directory.Provider, county string) (here, everywhere bool) {
	here = p.County == county
	for _, l := range p.Locations {
		here = here || l.County == county
	}
	for _, s := range p.Services {
		for _, a := range s.Areas {
			here = here || a.County == county
			everywhere = everywhere || a.Country == directory.Home
		}
	}
	return here, everywhere
}

func (b *Book) entry(d *directory.Directory, c *content.Content, p *directory.Provider, county string) Entry {
	e := Entry{Name: p.Name, Phones: p.Phones, Verified: p.Verified != nil, Fictional: p.Fictional}
	lang := b.lang.Code()
	for i := range p.Services {
		s := &p.Services[i]
		if s.Status == "ended" {
			continue
		}
		label := s.Kind
		if k, ok := c.Service(s.Kind); ok {
			label = k.Label.In(lang)
		}
		if !slices.Contains(e.Services, label) {
			e.Services = append(e.Services, label)
		}
		if e.Serves == "" {
			e.Serves = s.Eligibility.Note.In(lang)
		}
		if len(e.Phones) == 0 {
			e.Phones = s.Phones
		}
		if h := p.HoursOf(s, first(s.At)); e.Hours == "" && h.Told() {
			e.Hours = b.hours(h)
		}
	}
	for i := range p.Locations {
		if l := &p.Locations[i]; l.Confidential {
			e.front = true
		}
	}
	for i := range p.Locations {
		l := &p.Locations[i]
		if e.front || l.Place == nil || l.County != county || e.Where != "" {
			continue
		}
		e.Where = joined(", ", l.Place.Name, l.Place.Address, l.Place.Town)
	}
	if e.front { // nothing that leads there, and no text that might
		e.Serves, e.Hours = "", ""
		e.Where = b.lang.T("keeping.pocket.confidential")
	}
	return e
}

func first(list []directory.At) *directory.At {
	if len(list) == 0 {
		return nil
	}
	return &list[0]
}

func (b *Book) hours(h directory.Hours) string {
	always := slices.ContainsFunc(h.Open, func(p directory.Piece) bool {
		return len(p.Days) == 0 && p.Opens == "00:00" && p.Closes == "24:00" && p.From == "" && p.Until == ""
	})
	if always {
		return b.lang.T("keeping.pocket.always")
	}
	var out []string
	for _, p := range h.Open {
		if p.Shut || p.From != "" || p.Until != "" {
			continue // a book outlives what holds for a while
		}
		days := b.lang.T("keeping.pocket.daily")
		if len(p.Days) > 0 {
			days = ""
			for _, d := range p.Days {
				days = joined(" ", days, b.lang.T("keeping.pocket.day."+d))
			}
		}
		out = append(out, days+" "+p.Opens+"–"+p.Closes)
	}
	return strings.Join(out, "; ")
}

func joined(sep string, parts ...string) string {
	parts = slices.DeleteFunc(parts, func(s string) bool { return strings.TrimSpace(s) == "" })
	return strings.Join(parts, sep)
}

// Page size A6 and margins, millimetres.
const (
	width, height = 105, 148
	margin        = 8
	faint         = 90 // grey of what is less important
)

// Print writes the book as a PDF.
func (b *Book) Print(w io.Writer) error {
	p := fpdf.NewCustom(&fpdf.InitType{OrientationStr: "P", UnitStr: "mm", Size: fpdf.SizeType{Wd: width, Ht: height}})
	p.SetTitle(b.lang.T("keeping.pocket.book", "county", b.County), true)
	p.SetLang(b.lang.Code())
	p.SetCreationDate(b.Printed.UTC())
	p.SetModificationDate(b.Printed.UTC())
	p.SetCatalogSort(true)
	p.AddUTF8FontFromBytes("go", "", goregular.TTF)
	p.AddUTF8FontFromBytes("go", "B", gobold.TTF)
	p.SetMargins(margin, margin, margin)
	p.SetAutoPageBreak(true, margin+6)
	p.AliasNbPages("{pages}")
	printed := b.lang.T("keeping.pocket.printed", "date", b.lang.Date(b.Printed))
	p.SetFooterFunc(func() {
		p.SetY(-margin - 4)
		p.SetFont("go", "", 7)
		p.SetTextColor(faint, faint, faint)
		p.CellFormat(0, 4, fmt.Sprintf("%s · %s · %d/{pages}", b.County, printed, p.PageNo()), "", 0, "C", false, 0, "")
	})
	p.SetHeaderFunc(func() {
		if b.Banner == "" {
			return
		}
		p.SetY(margin / 3.0)
		p.SetFont("go", "B", 7)
		p.SetTextColor(0, 0, 0)
		p.CellFormat(0, 4, plain(b.Banner), "", 0, "C", false, 0, "")
		p.SetY(margin)
	})
	p.AddPage()
	b.cover(p, printed)
	b.part(p, b.lang.T("keeping.pocket.anywhere"), b.Anywhere)
	b.part(p, b.County, b.Here)
	if err := p.Output(w); err != nil {
		return fmt.Errorf("pocket: print: %w", err)
	}
	return nil
}

func (b *Book) cover(p *fpdf.Fpdf, printed string) {
	p.SetTextColor(0, 0, 0)
	p.SetFont("go", "B", 18)
	p.SetY(18)
	p.MultiCell(0, 8, plain(b.lang.T("keeping.pocket.book", "county", b.County)), "", "L", false)
	p.Ln(3)
	p.SetFont("go", "", 9)
	for _, key := range []string{"keeping.pocket.intro", "keeping.pocket.unchecked", "keeping.pocket.safety"} {
		p.MultiCell(0, 4.5, plain(b.lang.T(key)), "", "L", false)
		p.Ln(2)
	}
	p.SetFont("go", "B", 9)
	p.MultiCell(0, 4.5, plain(printed), "", "L", false)
	p.Ln(4)
}

func (b *Book) part(p *fpdf.Fpdf, title string, list []Entry) {
	if p.GetY() > height-50 {
		p.AddPage()
	}
	p.SetTextColor(0, 0, 0)
	p.SetFont("go", "B", 13)
	p.MultiCell(0, 7, plain(title), "B", "L", false)
	p.Ln(2)
	if len(list) == 0 {
		p.SetFont("go", "", 9)
		p.MultiCell(0, 4.5, plain(b.lang.T("keeping.pocket.none")), "", "L", false)
	}
	for i := range list {
		b.print(p, &list[i])
	}
	p.Ln(3)
}

func (b *Book) print(p *fpdf.Fpdf, e *Entry) {
	if p.GetY() > height-margin-6-26 { // an entry is not torn from its number
		p.AddPage()
	}
	p.SetTextColor(0, 0, 0)
	p.SetFont("go", "B", 10)
	p.MultiCell(0, 4.8, plain(e.Name), "", "L", false)
	for i, n := range e.Phones {
		if i == 3 {
			break
		}
		p.SetFont("go", "B", 14)
		p.MultiCell(0, 6.4, plain(number(n.Number)), "", "L", false)
		if note := joined(" · ", n.Label, map[bool]string{true: b.lang.T("keeping.pocket.always")}[n.Always == directory.Yes]); note != "" {
			b.line(p, note)
		}
	}
	for _, s := range []string{strings.Join(e.Services, ", "), e.Serves, e.Hours, e.Where} {
		b.line(p, s)
	}
	mark := ""
	if !e.Verified {
		mark = b.lang.T("keeping.pocket.not_verified")
	}
	if e.Fictional {
		mark = joined(" · ", mark, b.lang.T("directory.fictional"))
	}
	if mark != "" {
		p.SetFont("go", "B", 8)
		p.MultiCell(0, 4, "! "+plain(mark), "", "L", false)
	}
	p.Ln(2.5)
}

func (b *Book) line(p *fpdf.Fpdf, s string) {
	if s == "" {
		return
	}
	p.SetFont("go", "", 8)
	p.SetTextColor(40, 40, 40)
	p.MultiCell(0, 3.9, plain(s), "", "L", false)
	p.SetTextColor(0, 0, 0)
}

// number groups the digits of a telephone number for the eye.
func number(n string) string {
	if !strings.HasPrefix(n, "+254") || len(n) != 13 {
		return n
	}
	return "0" + n[4:7] + " " + n[7:10] + " " + n[10:]
}

// plain keeps what the font can print: letters of Latin, Greek and Cyrillic.
// Others become a mark that something stands there.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r < 0x530 && r >= 0x20 || r >= 0x2010 && r <= 0x203a:
			return r
		case r < 0x20:
			return ' '
		}
		return '?'
	}, s)
}
