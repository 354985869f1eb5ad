package atlas

import (
	"bytes"
	"compress/gzip"
	"encoding/xml"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files anew")

// told is a map with a fictional count for every county.
func told(a *Atlas) Options {
	counts := map[string]int{}
	for _, c := range a.Counties() {
		counts[c.ID] = c.Code * 7 % 12
	}
	shades := Shade(counts)
	o := Options{ID: "map", Title: "Providers by county", Desc: "Darker means more.", Counties: map[string]Mark{}, Countries: map[string]Mark{
		"ug": {Count: "Uganda", Label: "Uganda: 2 providers", Href: "/providers?country=ug"},
	}}
	for _, c := range a.Counties() {
		o.Counties[c.ID] = Mark{
			Href: "/providers?county=" + c.ID, Label: fmt.Sprintf("%s: %d providers", c.Name, counts[c.ID]),
			Count: fmt.Sprint(counts[c.ID]), Shade: shades[c.ID], Here: c.ID == "kilifi",
		}
	}
	return o
}

func drawn(t testing.TB, a *Atlas, o Options) string {
	t.Helper()
	var b bytes.Buffer
	if err := a.SVG(&b, o); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

type link struct {
	Href  string `xml:"href,attr"`
	Label string `xml:"aria-label,attr"`
	Class string `xml:"class,attr"`
	Path  struct {
		D     string `xml:"d,attr"`
		Title string `xml:"title"`
	} `xml:"path"`
}

type image struct {
	ViewBox    string `xml:"viewBox,attr"`
	LabelledBy string `xml:"aria-labelledby,attr"`
	Title      struct {
		ID   string `xml:"id,attr"`
		Text string `xml:",chardata"`
	} `xml:"title"`
	Groups []struct {
		Links []link `xml:"a"`
		Paths []struct {
			Class string `xml:"class,attr"`
		} `xml:"path"`
		Texts []string `xml:"text"`
	} `xml:"g"`
}

func parsed(t *testing.T, svg string) image {
	t.Helper()
	var i image
	if err := xml.Unmarshal([]byte(svg), &i); err != nil {
		t.Fatalf("not well-formed: %v", err)
	}
	return i
}

func TestEveryCountyIsALinkWithItsName(t *testing.T) {
	a := load(t)
	svg := drawn(t, a, told(a))
	i := parsed(t, svg)
	if i.Title.ID != i.LabelledBy || i.Title.Text != "Providers by county" {
		t.Errorf("named by %q, title %+v", i.LabelledBy, i.Title)
	}
	links := i.Groups[1].Links
	if len(links) != 47 {
		t.Fatalf("%d links of counties, want 47", len(links))
	}
	seen := map[string]bool{}
	for _, l := range links {
		id := strings.TrimPrefix(l.Href, "/providers?county=")
		c, ok := a.County(id)
		if !ok || seen[id] || !strings.HasPrefix(l.Label, c.Name+": ") || l.Path.Title != l.Label || len(l.Path.D) < 20 {
			t.Errorf("link %+v", l)
		}
		seen[id] = true
		if !strings.Contains(l.Class, "atlas__shade-") || strings.Contains(l.Class, "atlas__here") != (id == "kilifi") {
			t.Errorf("%s has class %q", id, l.Class)
		}
	}
	if len(i.Groups[2].Texts) != 48 { // 47 counts and Uganda
		t.Errorf("%d words", len(i.Groups[2].Texts))
	}
	if len(i.Groups[0].Links) != 1 || len(i.Groups[0].Paths) < 5 {
		t.Errorf("behind: %d links, %d shapes", len(i.Groups[0].Links), len(i.Groups[0].Paths))
	}
}

func TestOneReadsFromNorthToSouth(t *testing.T) {
	a := load(t)
	last := Point{Lat: 90}
	for _, l := range parsed(t, drawn(t, a, told(a))).Groups[1].Links {
		c, _ := a.County(strings.TrimPrefix(l.Href, "/providers?county="))
		if c.Centre.Lat > last.Lat+1 {
			t.Errorf("%s stands after a county far south of it", c.ID)
		}
		last = c.Centre
	}
}

func TestTheMapIsSmallAndHasNoInlineStyle(t *testing.T) {
	a := load(t)
	svg := drawn(t, a, told(a))
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	_, _ = io.WriteString(z, svg)
	_ = z.Close()
	t.Logf("%d bytes, gzip %d", len(svg), packed.Len())
	if packed.Len() > 25<<10 {
		t.Errorf("%d bytes compressed", packed.Len())
	}
	for _, bad := range []string{"style=", "<style", "<script", " on", "NaN"} {
		if strings.Contains(strings.ReplaceAll(svg, " one", ""), bad) {
			t.Errorf("holds %q", bad)
		}
	}
}

func TestTheMapIsAsItWas(t *testing.T) {
	a := load(t)
	svg := drawn(t, a, told(a))
	const golden = "testdata/map.golden.svg"
	if *update {
		if err := os.WriteFile(golden, []byte(svg), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if svg != string(want) {
		t.Error("the map has changed; look at it, then run the test with -update")
	}
}

func TestWordsAreEscaped(t *testing.T) {
	a := load(t)
	nasty := `"><script>alert(1)</script>&'`
	i := parsed(t, drawn(t, a, Options{ID: "m", Title: nasty, Desc: nasty, Counties: map[string]Mark{
		"lamu": {Href: `/x?"><script>`, Label: nasty, Count: nasty},
	}}))
	l := i.Groups[1].Links
	if len(l) != 1 || l[0].Label != nasty || l[0].Href != `/x?"><script>` || i.Title.Text != nasty || i.Groups[2].Texts[0] != nasty {
		t.Errorf("%+v", i)
	}
}

func TestWhatCannotBeDrawnIsRefusedAndNothingWritten(t *testing.T) {
	a := load(t)
	good := Mark{Href: "/a", Label: "A"}
	for name, o := range map[string]Options{
		"no title":        {ID: "m", Counties: map[string]Mark{"lamu": good}},
		"no id":           {Title: "T"},
		"unknown county":  {ID: "m", Title: "T", Counties: map[string]Mark{"atlantis": good}},
		"unknown country": {ID: "m", Title: "T", Countries: map[string]Mark{"xx": good}},
		"Kenya as rim":    {ID: "m", Title: "T", Countries: map[string]Mark{"ke": good}},
		"script":          {ID: "m", Title: "T", Counties: map[string]Mark{"lamu": {Href: "javascript:alert(1)", Label: "A"}}},
		"other site":      {ID: "m", Title: "T", Counties: map[string]Mark{"lamu": {Href: "//example.org", Label: "A"}}},
		"other site too":  {ID: "m", Title: "T", Counties: map[string]Mark{"lamu": {Href: `/\example.org`, Label: "A"}}},
		"no label":        {ID: "m", Title: "T", Counties: map[string]Mark{"lamu": {Href: "/a", Label: " "}}},
		"shade 6":         {ID: "m", Title: "T", Counties: map[string]Mark{"lamu": {Shade: 6}}},
	} {
		var b bytes.Buffer
		if err := a.SVG(&b, o); err == nil || b.Len() > 0 {
			t.Errorf("%s: error %v, %d bytes written", name, err, b.Len())
		}
	}
}

type closed struct{}

func (closed) Write([]byte) (int, error) { return 0, errors.New("closed") }

func TestAWriterThatFailsIsTold(t *testing.T) {
	if err := load(t).SVG(closed{}, Options{ID: "m", Title: "T"}); err == nil {
		t.Error("no error")
	}
}

func TestShadesAreDealtByRank(t *testing.T) {
	for name, c := range map[string]struct{ counts, want map[string]int }{
		"nothing":     {map[string]int{"a": 0, "b": -1}, map[string]int{"a": 0, "b": 0}},
		"all alike":   {map[string]int{"a": 3, "b": 3}, map[string]int{"a": 1, "b": 1}},
		"one far out": {map[string]int{"a": 0, "b": 1, "c": 2, "d": 900}, map[string]int{"a": 0, "b": 1, "c": 2, "d": 3}},
		"many": {map[string]int{"a": 1, "b": 2, "c": 3, "d": 4, "e": 5, "f": 6, "g": 7, "h": 8, "i": 9, "j": 10},
			map[string]int{"a": 1, "b": 1, "c": 2, "d": 2, "e": 3, "f": 3, "g": 4, "h": 4, "i": 5, "j": 5}},
	} {
		got := Shade(c.counts)
		for id, want := range c.want {
			if got[id] != want {
				t.Errorf("%s: %s has shade %d, want %d", name, id, got[id], want)
			}
		}
	}
}

func BenchmarkSVG(b *testing.B) {
	a := load(b)
	o := told(a)
	for b.Loop() {
		if err := a.SVG(io.Discard, o); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := Load(); err != nil {
			b.Fatal(err)
		}
	}
}
