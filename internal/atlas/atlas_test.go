package atlas

import (
	"encoding/json"
	"math"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/paulmach/orb"
	"github.com/paulmach/orb/planar"
	"go.yaml.in/yaml/v3"

	"rufaa/content"
)

func load(t testing.TB) *Atlas {
	t.Helper()
	a, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// terms reads one vocabulary of the content: id and English label, in order.
func terms(t *testing.T, name string) [][2]string {
	t.Helper()
	body, err := content.Files.ReadFile("vocabularies.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var file map[string]yaml.Node
	if err := yaml.Unmarshal(body, &file); err != nil {
		t.Fatal(err)
	}
	var list []struct {
		ID    string
		Label map[string]string
	}
	node := file[name]
	if err := node.Decode(&list); err != nil {
		t.Fatal(err)
	}
	var out [][2]string
	for _, term := range list {
		out = append(out, [2]string{term.ID, term.Label["en"]})
	}
	return out
}

func TestTheCountiesAreThoseOfTheVocabularyInTheOrderOfTheSchedule(t *testing.T) {
	counties, want := load(t).Counties(), terms(t, "counties")
	if len(counties) != 47 || len(want) != 47 {
		t.Fatalf("%d counties, vocabulary has %d, want 47", len(counties), len(want))
	}
	for i, c := range counties {
		if c.Code != i+1 || c.ID != want[i][0] || c.Name != want[i][1] {
			t.Errorf("place %d of the schedule: %d %s %q, vocabulary says %v", i+1, c.Code, c.ID, c.Name, want[i])
		}
	}
}

func TestTheCountriesAreTermsOfTheVocabulary(t *testing.T) {
	known := map[string]bool{}
	for _, term := range terms(t, "countries") {
		known[term[0]] = true
	}
	countries := load(t).Countries()
	for _, id := range countries {
		if !known[id] {
			t.Errorf("country %q is no term", id)
		}
	}
	for _, id := range []string{"ke", "et", "so", "ss", "tz", "ug"} {
		if !slices.Contains(countries, id) {
			t.Errorf("%s is missing", id)
		}
	}
}

// yardstick holds the outlines of the second source by ISO code.
func yardstick(t *testing.T) map[string]outlineOfTest {
	t.Helper()
	body, err := os.ReadFile("testdata/counties-mapsvg.json")
	if err != nil {
		t.Fatal(err)
	}
	var file struct {
		Features []struct {
			ID         string
			Properties struct{ Code int }
			Geometry   struct{ Coordinates orb.MultiPolygon }
		}
	}
	if err := json.Unmarshal(body, &file); err != nil {
		t.Fatal(err)
	}
	out := map[string]outlineOfTest{}
	for _, f := range file.Features {
		out[f.ID] = outlineOfTest{f.Properties.Code, f.Geometry.Coordinates}
	}
	return out
}

type outlineOfTest struct {
	code  int
	shape orb.MultiPolygon
}

// The second source counts the Ilemi triangle to Turkana, and draws the western
// counties by other lines (their areas differ by 15-20 %).
var apart = map[string]float64{"turkana": 18, "kakamega": 12, "bungoma": 8, "kericho": 8, "bomet": 8}

func TestTheOutlinesAgreeWithASecondSource(t *testing.T) {
	a, other := load(t), yardstick(t)
	var off []float64
	for i, c := range a.Counties() {
		second, ok := other[c.ISO]
		if !ok || second.code != c.Code {
			t.Errorf("%s: code %d, %s; the second source has %d", c.ID, c.Code, c.ISO, second.code)
			continue
		}
		p, _ := planar.CentroidArea(a.countyAt[i].shape)
		q, _ := planar.CentroidArea(second.shape)
		km := Distance(Point{p.Lat(), p.Lon()}, Point{q.Lat(), q.Lon()})
		off = append(off, km)
		if limit := max(apart[c.ID], 5); km > limit {
			t.Errorf("%s: centres of the two sources are %.1f km apart", c.ID, km)
		}
	}
	slices.Sort(off)
	t.Logf("centres apart: median %.2f km, 90th percentile %.1f km, worst %.1f km", off[len(off)/2], off[len(off)*9/10], off[len(off)-1])
}

func TestAPointWellInsideACountyIsThereInBothSources(t *testing.T) {
	a, other := load(t), yardstick(t)
	sure, same := 0, 0
	for lat := -4.7; lat < 5; lat += 0.05 {
		for lon := 33.9; lon < 41.95; lon += 0.05 {
			place, ok := a.Locate(lat, lon)
			if !ok || place.County == "" || !place.Sure {
				continue
			}
			sure++
			c, _ := a.County(place.County)
			if planar.MultiPolygonContains(other[c.ISO].shape, orb.Point{lon, lat}) {
				same++
			}
		}
	}
	if share := float64(same) / float64(sure); sure < 12000 || share < 0.985 {
		t.Errorf("%d of %d points (%.2f %%) agree", same, sure, 100*share)
	} else {
		t.Logf("%d of %d points (%.2f %%) agree", same, sure, 100*share)
	}
}

func TestBorderingIsMutualAndSharesALine(t *testing.T) {
	a := load(t)
	corners := map[orb.Point][]string{}
	for _, o := range a.countyAt {
		for _, polygon := range o.shape {
			for _, ring := range polygon {
				for _, p := range ring {
					if ids := corners[p]; len(ids) == 0 || ids[len(ids)-1] != o.id {
						corners[p] = append(corners[p], o.id)
					}
				}
			}
		}
	}
	shared := map[[2]string]int{}
	for _, ids := range corners {
		for _, x := range ids {
			for _, y := range ids {
				shared[[2]string{x, y}]++
			}
		}
	}
	for _, c := range a.Counties() {
		if len(c.Near) == 0 || slices.Contains(c.Near, c.ID) {
			t.Errorf("%s borders on %v", c.ID, c.Near)
		}
		for _, id := range c.Near {
			if n, _ := a.County(id); !slices.Contains(n.Near, c.ID) {
				t.Errorf("%s borders on %s, not the other way round", c.ID, id)
			}
			if shared[[2]string{c.ID, id}] == 0 {
				t.Errorf("%s and %s share no corner", c.ID, id)
			}
		}
		for pair, n := range shared {
			if pair[0] == c.ID && pair[1] != c.ID && n > 3 && !slices.Contains(c.Near, pair[1]) {
				t.Errorf("%s and %s share %d corners but are no neighbours", c.ID, pair[1], n)
			}
		}
	}
	for id, want := range map[string]string{
		"mombasa": "kilifi kwale", "mandera": "wajir", "lamu": "garissa tana-river",
		"nairobi-city": "kajiado kiambu machakos", "vihiga": "kakamega kisumu nandi siaya",
	} {
		if c, _ := a.County(id); strings.Join(c.Near, " ") != want {
			t.Errorf("%s borders on %v, want %s", id, c.Near, want)
		}
	}
}

func TestTheCentreLiesWellInside(t *testing.T) {
	a := load(t)
	for i, c := range a.Counties() {
		place, ok := a.Locate(c.Centre.Lat, c.Centre.Lon)
		if !ok || place.County != c.ID || place.Off != 0 {
			t.Errorf("centre of %s lies in %+v", c.ID, place)
		}
		if km := planar.DistanceFrom(a.countyAt[i].shape, orb.Point{c.Centre.Lon, c.Centre.Lat}) * kmPerDegree; km < 3 {
			t.Errorf("centre of %s is %.1f km from its edge", c.ID, km)
		}
	}
}

func TestWhatIsHandedOutIsACopy(t *testing.T) {
	a := load(t)
	a.Counties()[0].Near[0] = "spoilt"
	a.Counties()[1].Name = "spoilt"
	one, _ := a.County("mombasa")
	one.Near[0] = "spoilt"
	if again, _ := a.County("mombasa"); again.Near[0] != "kilifi" || a.Counties()[1].Name != "Kwale" {
		t.Error("a caller changed the atlas")
	}
}

func TestTheLicencesTravelWithTheData(t *testing.T) {
	files, err := Licences()
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(files["LICENSE-amcharts.md"], "linkware license") || !strings.Contains(files["LICENSE-world-atlas.txt"], "Michael Bostock") {
		t.Error("a licence is not the original")
	}
	if !strings.Contains(Attribution, "amCharts") || !strings.Contains(string(load(t).GeoJSON()), Attribution) {
		t.Error("the attribution is missing")
	}
}

func TestGeoJSONHoldsEveryPlaceOnce(t *testing.T) {
	var file struct {
		Type     string
		Features []struct {
			ID         string
			Properties struct {
				Kind, Name string
				Code       int
			}
			Geometry struct {
				Type        string
				Coordinates orb.MultiPolygon
			}
		}
	}
	a := load(t)
	if err := json.Unmarshal(a.GeoJSON(), &file); err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, f := range file.Features {
		if seen[f.ID] || f.Geometry.Type != "MultiPolygon" {
			t.Errorf("%s again, or %s", f.ID, f.Geometry.Type)
		}
		seen[f.ID] = true
		for _, polygon := range f.Geometry.Coordinates {
			for _, ring := range polygon {
				if len(ring) < 4 || !ring.Closed() {
					t.Errorf("%s has a ring of %d points, closed %v", f.ID, len(ring), ring.Closed())
				}
			}
		}
		if c, ok := a.County(f.ID); ok && (f.Properties.Kind != "county" || f.Properties.Code != c.Code || f.Properties.Name != c.Name) {
			t.Errorf("%s: %+v", f.ID, f.Properties)
		}
		if math.Abs(f.Geometry.Coordinates.Bound().Center().Lat()) > 20 {
			t.Errorf("%s lies at %v", f.ID, f.Geometry.Coordinates.Bound())
		}
	}
	if file.Type != "FeatureCollection" || len(seen) != 47+len(a.Countries()) {
		t.Errorf("%s of %d", file.Type, len(seen))
	}
}
