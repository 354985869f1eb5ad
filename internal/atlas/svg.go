package atlas

import (
	"bytes"
	"cmp"
	"fmt"
	"html"
	"io"
	"slices"
	"strings"
)

// Shades is how many shades there are besides 0, which stands for "none".
const Shades = 5

// Options say what the map tells. All words are the caller's, in the reader's
// language, and are escaped here.
type Options struct {
	ID        string          // unique in the page: prefix of the ids inside
	Title     string          // accessible name, required
	Desc      string          // one sentence more, e.g. what a darker shade means
	Counties  map[string]Mark // by id; a county without a mark is drawn unlinked
	Countries map[string]Mark // by id; neighbours may be links as well
}

// Mark is what one place shows.
type Mark struct {
	Href  string // within this site: begins with "/", "?" or "#"; empty for no link
	Label string // what a screen reader and a pointer's hint say, e.g. "Kilifi: 4 providers"
	Count string // short text on the map, e.g. "4"; a neighbour shows its name here
	Shade int    // 0 to Shades, see Shade
	Here  bool   // the place the page is about
}

// Shade deals counts into Shades classes of about equal size, equal counts
// alike; nothing and less are class 0. Few or many, the map never is one colour.
func Shade(counts map[string]int) map[string]int {
	var values []int
	for _, n := range counts {
		if n > 0 {
			values = append(values, n)
		}
	}
	slices.Sort(values)
	values = slices.Compact(values)
	out := make(map[string]int, len(counts))
	for id, n := range counts {
		if n <= 0 {
			out[id] = 0
			continue
		}
		rank, _ := slices.BinarySearch(values, n)
		out[id] = 1 + rank*Shades/max(len(values), Shades)
	}
	return out
}

// SVG writes the map. Classes, to be dressed by the style sheet: atlas,
// atlas__country (atlas__country--ke is the land under the counties),
// atlas__county, atlas__shade-0 to -5, atlas__here, atlas__count (with
// atlas__count--tight where there is little room), atlas__name. An error names
// a mark that cannot be drawn; nothing is written then.
func (a *Atlas) SVG(w io.Writer, o Options) error {
	if err := a.refuse(o); err != nil {
		return err
	}
	var b bytes.Buffer
	id := html.EscapeString(o.ID)
	fmt.Fprintf(&b, `<svg xmlns="http://www.w3.org/2000/svg" class="atlas" viewBox="0 0 %d %d" role="group" aria-labelledby="%s-title"`, width, height, id)
	if o.Desc != "" {
		fmt.Fprintf(&b, ` aria-describedby="%s-desc"`, id)
	}
	fmt.Fprintf(&b, `><title id="%s-title">%s</title>`, id, html.EscapeString(o.Title))
	if o.Desc != "" {
		fmt.Fprintf(&b, `<desc id="%s-desc">%s</desc>`, id, html.EscapeString(o.Desc))
	}
	b.WriteString("\n<g>")
	// Kenya's land fills the seams between the two sources and lies lowest.
	for _, p := range a.drawing.countries {
		if p.id == kenya {
			place(&b, p, Mark{}, "atlas__country atlas__country--"+p.id)
		}
	}
	for _, p := range a.drawing.countries {
		if p.id != kenya {
			place(&b, p, o.Countries[p.id], "atlas__country atlas__country--"+p.id)
		}
	}
	b.WriteString("</g>\n<g>")
	for _, p := range a.drawing.counties {
		m := o.Counties[p.id]
		place(&b, p, m, fmt.Sprintf("atlas__county atlas__shade-%d", m.Shade))
	}
	b.WriteString("</g>\n")
	a.words(&b, o)
	b.WriteString("</svg>\n")
	_, err := w.Write(b.Bytes())
	return err
}

// place draws one shape, as a link when it leads somewhere.
func place(b *bytes.Buffer, p pen, m Mark, class string) {
	if m.Here {
		class += " atlas__here"
	}
	label := html.EscapeString(m.Label)
	if m.Href == "" {
		fmt.Fprintf(b, `<path class="%s" d="%s"`, class, p.path)
		if label == "" {
			b.WriteString(` aria-hidden="true"/>`)
		} else {
			fmt.Fprintf(b, ` role="img" aria-label="%s"><title>%[1]s</title></path>`, label)
		}
		b.WriteByte('\n')
		return
	}
	fmt.Fprintf(b, `<a class="%s" href="%s" aria-label="%s"`, class, html.EscapeString(m.Href), label)
	if m.Here {
		b.WriteString(` aria-current="true"`)
	}
	fmt.Fprintf(b, `><path d="%s"><title>%s</title></path></a>`+"\n", p.path, label)
}

// words lie over every shape, so that no neighbour covers them; the labels of
// the links say the same, so they are hidden from screen readers.
func (a *Atlas) words(b *bytes.Buffer, o Options) {
	b.WriteString(`<g aria-hidden="true" pointer-events="none" text-anchor="middle">`)
	for _, p := range a.drawing.countries {
		if m := o.Countries[p.id]; m.Count != "" && p.id != kenya {
			fmt.Fprintf(b, `<text class="atlas__name" x="%d" y="%d" dy=".35em">%s</text>`, p.x, p.y, html.EscapeString(m.Count))
		}
	}
	for _, p := range a.drawing.counties {
		m := o.Counties[p.id]
		if m.Count == "" {
			continue
		}
		class := "atlas__count"
		if p.tight {
			class += " atlas__count--tight"
		}
		fmt.Fprintf(b, `<text class="%s atlas__shade-%d" x="%d" y="%d" dy=".35em">%s</text>`, class, m.Shade, p.x, p.y, html.EscapeString(m.Count))
	}
	b.WriteString("</g>\n")
}

// refuse catches what the caller got wrong before anything is written.
func (a *Atlas) refuse(o Options) error {
	if strings.TrimSpace(o.Title) == "" || o.ID == "" {
		return fmt.Errorf("map: a title and an id are needed")
	}
	drawn := map[string]bool{}
	for _, p := range a.drawing.countries {
		drawn[p.id] = p.id != kenya
	}
	for _, id := range sorted(o.Countries) {
		if !drawn[id] {
			return fmt.Errorf("map: country %q is not drawn", id)
		}
		if err := o.Countries[id].refuse(); err != nil {
			return fmt.Errorf("map, %s: %w", id, err)
		}
	}
	for _, id := range sorted(o.Counties) {
		if _, ok := a.byID[id]; !ok {
			return fmt.Errorf("map: no county %q", id)
		}
		if err := o.Counties[id].refuse(); err != nil {
			return fmt.Errorf("map, %s: %w", id, err)
		}
	}
	return nil
}

func (m Mark) refuse() error {
	switch {
	case m.Href != "" && !inside(m.Href):
		return fmt.Errorf("link leads out of this site")
	case m.Href != "" && strings.TrimSpace(m.Label) == "":
		return fmt.Errorf("link has no label")
	case m.Shade < 0 || m.Shade > Shades:
		return fmt.Errorf("shade %d is none of 0 to %d", m.Shade, Shades)
	}
	return nil
}

func sorted[V any](m map[string]V) []string {
	out := make([]string, 0, len(m))
	for id := range m {
		out = append(out, id)
	}
	slices.SortFunc(out, cmp.Compare[string])
	return out
}

// inside reports a link that stays in this site; a browser reads a backslash
// as a slash, so that "/\host" leads out like "//host".
func inside(href string) bool {
	if !strings.ContainsRune("/?#", rune(href[0])) {
		return false
	}
	return len(href) == 1 || href[0] != '/' || (href[1] != '/' && href[1] != '\\')
}
