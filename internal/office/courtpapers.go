package office

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"rufaa/internal/bundle"
	"rufaa/internal/paper"
	"rufaa/internal/realm"
	"rufaa/internal/text"
)

// Banner is what stands on top of every paper of a realm that is not for real
// use; "" on those that are.
func (of *Office) Banner(in *text.Lang) string {
	if of.Kind == realm.Live {
		return ""
	}
	at := "ui.realm." + string(of.Kind)
	return in.T(at+".word") + " " + in.T(at+".text")
}

// courtPapers prints the exhibits of a bundle and the chain of each (PDF). What
// it prints is what the bundle gives as data, masked, in the same words: a paper
// can tell a court no more than exhibits.json and custody.json do. The same
// dossier gives the same bytes.
func (of *Office) courtPapers(d *bundle.Dossier) func([]bundle.Exhibit, []bundle.Custody) ([]bundle.Document, error) {
	return func(exhibits []bundle.Exhibit, chain []bundle.Custody) ([]bundle.Document, error) {
		p := &courtPaper{d: d, in: of.Texts.In(d.Language), banner: of.Banner(of.Texts.In(d.Language))}
		title := p.in.T("bundle.paper.list", "reference", d.Reference)
		raw, err := p.list(title, exhibits)
		out := []bundle.Document{{Name: "exhibits.pdf", Title: title, Bytes: raw}}
		for i := range exhibits {
			x := &exhibits[i]
			steps := slices.DeleteFunc(slices.Clone(chain), func(c bundle.Custody) bool { return c.Exhibit != x.ID })
			if err != nil {
				return nil, err
			}
			title := p.in.T("exhibit.chain.drawn", "number", x.Number)
			raw, err = p.chain(title, x, steps)
			out = append(out, bundle.Document{Name: fmt.Sprintf("custody-%03d.pdf", i+1), Title: title, Bytes: raw})
		}
		return out, err
	}
}

// courtPaper prints the papers of one bundle.
type courtPaper struct {
	d      *bundle.Dossier
	in     *text.Lang
	banner string
}

func (c *courtPaper) begin(title string) *paper.Paper {
	foot := paper.Printable(c.d.Reference) + " · " + c.in.T("exhibit.printed", "when", c.in.DateTime(c.d.Made))
	return paper.Begin(paper.A4, paper.Printable(title), c.in.Code(), c.banner, foot, c.d.Made)
}

// about says for whom the paper is and what it leaves out.
func (c *courtPaper) about(p *paper.Paper) {
	p.Small(c.in.T("bundle.paper.for", "recipient", c.in.T("bundle.to."+string(c.d.Recipient)), "checkpoint", strconv.FormatInt(c.d.Checkpoint.Size, 10)))
	p.Small(c.in.T("bundle.paper.text"))
	p.Space(0.5)
}

func (c *courtPaper) list(title string, exhibits []bundle.Exhibit) ([]byte, error) {
	p := c.begin(title)
	p.Heading(1, paper.Printable(title))
	c.about(p)
	rows := make([][]string, len(exhibits))
	for i := range exhibits {
		x := &exhibits[i]
		what := x.Label
		if x.Count > 0 {
			what += " × " + strconv.Itoa(x.Count)
		}
		rows[i] = printable(x.Number, what, x.Seal, c.status(x), c.in.T(chainOf(x)), fmt.Sprintf("custody-%03d.pdf", i+1))
	}
	p.Table([]paper.Column{{Head: c.in.T("exhibit.col.number"), Share: 3}, {Head: c.in.T("web.f.exhibit.kind"), Share: 3}, {Head: c.in.T("exhibit.col.seal"), Share: 2},
		{Head: c.in.T("bundle.paper.status"), Share: 2}, {Head: c.in.T("exhibit.col.chain"), Share: 2}, {Head: c.in.T("bundle.paper.paper"), Share: 3}}, rows)
	p.Space(1)
	for i := range exhibits {
		c.said(p, &exhibits[i], true)
	}
	return p.Bytes()
}

// said is what an exhibit is in words, and what is wrong with its chain.
func (c *courtPaper) said(p *paper.Paper, x *bundle.Exhibit, named bool) {
	if named && (x.Description != "" || len(x.Findings) > 0) {
		p.Together(3)
		p.Strong(paper.Printable(x.Number))
	}
	p.Text(paper.Printable(x.Description))
	for i := range x.Findings {
		f := &x.Findings[i]
		key := "bundle.paper.remark"
		if f.Breaks {
			key = "bundle.paper.breaks"
		}
		p.Text(paper.Printable(c.in.T(key, "finding", f.Text)))
	}
	if named {
		p.Space(0.4)
	}
}

// chain prints one exhibit with every step of its chain as both sides told it.
func (c *courtPaper) chain(title string, x *bundle.Exhibit, steps []bundle.Custody) ([]byte, error) {
	p := c.begin(title)
	p.Heading(1, paper.Printable(title))
	if x.Code != "" {
		p.QR(x.Code, 30)
	}
	p.Strong(paper.Printable(x.Number))
	p.Text(paper.Printable(x.Label))
	p.Text(c.status(x))
	p.Text(c.in.T("exhibit.form.seal", "seal", orNone(paper.Printable(x.Seal))))
	p.Small(paper.Printable(x.Code))
	p.Space(2)
	p.Heading(2, c.in.T(headOf(x)))
	c.said(p, x, false)
	p.Space(0.5)
	c.about(p)
	rows := make([][]string, len(steps))
	for i := range steps {
		s := &steps[i]
		rows[i] = printable(strconv.Itoa(i+1), c.in.T("exhibit.event."+s.What), c.first(s), c.second(s), s.Place)
	}
	p.Table([]paper.Column{{Head: c.in.T("exhibit.col.no"), Share: 1}, {Head: c.in.T("bundle.paper.what"), Share: 2}, {Head: c.in.T("exhibit.side.first"), Share: 5},
		{Head: c.in.T("exhibit.side.second"), Share: 5}, {Head: c.in.T("exhibit.col.place"), Share: 3}}, rows)
	return p.Bytes()
}

// first is the side of who acted or gave.
func (c *courtPaper) first(s *bundle.Custody) string {
	out := []string{orNone(s.From), c.in.DateTime(s.At), c.seal(s.Seal, s.Broken)}
	if s.NewSeal != "" {
		out = append(out, c.in.T("bundle.paper.new_seal", "seal", s.NewSeal))
	}
	if s.Order != "" {
		out = append(out, c.in.T("bundle.paper.order", "order", s.Order, "on", s.OrderedOn, "method", s.Method))
	}
	return strings.Join(append(out, c.when("bundle.paper.recorded", s.Recorded)), "\n")
}

// second is the side of who received; of a hand-over that nobody confirmed it
// says so.
func (c *courtPaper) second(s *bundle.Custody) string {
	out := []string{orNone(s.To)}
	switch {
	case s.Received != "":
		out = append(out, c.when("bundle.paper.at", s.Received), c.seal(s.ReceivedSeal, s.ReceivedBroken), c.when("bundle.paper.confirmed", s.Confirmed))
	case s.What == "handed":
		out = append(out, c.in.T("exhibit.waits"))
	}
	if len(s.Paper) == 64 { // the data has the whole digest
		out = append(out, c.in.T("bundle.paper.signed", "sha256", s.Paper[:16], "who", orNone(s.Attested)))
	}
	return strings.Join(out, "\n")
}

func (c *courtPaper) seal(number string, broken bool) string {
	switch {
	case number == "":
		return c.in.T("bundle.paper.no_seal")
	case broken:
		return c.in.T("exhibit.seal_broken", "seal", number)
	}
	return c.in.T("exhibit.seal_is", "seal", number)
}

// when says a moment that the data has in UTC.
func (c *courtPaper) when(key, rfc3339 string) string {
	at, err := time.Parse(time.RFC3339, rfc3339)
	if err != nil {
		return rfc3339
	}
	return c.in.T(key, "when", c.in.DateTime(at))
}

func (c *courtPaper) status(x *bundle.Exhibit) string { return c.in.T("exhibit.status." + x.Status) }

func chainOf(x *bundle.Exhibit) string {
	switch {
	case x.Unbroken == nil:
		return "bundle.paper.no_chain"
	case !*x.Unbroken:
		return "exhibit.chain.broken"
	case len(x.Findings) > 0:
		return "exhibit.chain.remarks"
	}
	return "exhibit.chain.unbroken"
}

func headOf(x *bundle.Exhibit) string {
	switch key := chainOf(x); key {
	case "exhibit.chain.broken", "exhibit.chain.remarks":
		return key + "_title"
	default:
		return key
	}
}

// printable is one row of a table.
func printable(cells ...string) []string {
	for i := range cells {
		cells[i] = orNone(paper.Printable(cells[i]))
	}
	return cells
}

func orNone(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
