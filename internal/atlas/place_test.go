package atlas

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Towns and border posts of public maps, to a hundredth of a degree.
var towns = []struct {
	name     string
	lat, lon float64
	county   string
}{
	{"Nairobi", -1.29, 36.82, "nairobi-city"}, {"Mombasa", -4.05, 39.66, "mombasa"},
	{"Kisumu", -0.10, 34.76, "kisumu"}, {"Nakuru", -0.30, 36.07, "nakuru"},
	{"Eldoret", 0.52, 35.27, "uasin-gishu"}, {"Malindi", -3.22, 40.12, "kilifi"},
	{"Kilifi", -3.63, 39.85, "kilifi"}, {"Kwale", -4.17, 39.45, "kwale"},
	{"Lunga Lunga", -4.55, 39.12, "kwale"}, {"Hola", -1.50, 40.03, "tana-river"},
	{"Lamu", -2.27, 40.90, "lamu"}, {"Voi", -3.40, 38.56, "taita-taveta"},
	{"Garissa", -0.45, 39.65, "garissa"}, {"Dadaab", 0.05, 40.31, "garissa"},
	{"Wajir", 1.75, 40.06, "wajir"}, {"Mandera", 3.93, 41.85, "mandera"},
	{"Marsabit", 2.33, 37.99, "marsabit"}, {"Moyale", 3.52, 39.05, "marsabit"},
	{"Isiolo", 0.35, 37.58, "isiolo"}, {"Meru", 0.05, 37.65, "meru"},
	{"Embu", -0.54, 37.45, "embu"}, {"Kitui", -1.37, 38.01, "kitui"},
	{"Machakos", -1.52, 37.26, "machakos"}, {"Wote", -1.78, 37.63, "makueni"},
	{"Nyeri", -0.42, 36.95, "nyeri"}, {"Thika", -1.04, 37.08, "kiambu"},
	{"Lodwar", 3.12, 35.60, "turkana"}, {"Kakuma", 3.71, 34.86, "turkana"},
	{"Maralal", 1.10, 36.70, "samburu"}, {"Kitale", 1.02, 35.00, "trans-nzoia"},
	{"Nanyuki", 0.01, 37.07, "laikipia"}, {"Narok", -1.08, 35.87, "narok"},
	{"Kajiado", -1.85, 36.78, "kajiado"}, {"Namanga", -2.54, 36.79, "kajiado"},
	{"Kericho", -0.37, 35.28, "kericho"}, {"Kakamega", 0.28, 34.75, "kakamega"},
	{"Bungoma", 0.57, 34.56, "bungoma"}, {"Busia", 0.46, 34.11, "busia"},
	{"Siaya", 0.06, 34.29, "siaya"}, {"Homa Bay", -0.53, 34.46, "homa-bay"},
	{"Migori", -1.06, 34.47, "migori"}, {"Kisii", -0.68, 34.77, "kisii"},
}

// Moyale lies on the border itself, so that simplified lines do not decide it.
func TestTownsLieInTheirCounties(t *testing.T) {
	a, wrong := load(t), 0
	for _, town := range towns {
		place, ok := a.Locate(town.lat, town.lon)
		if ok && place.County == town.county && place.Country == "ke" {
			continue
		}
		wrong++
		if place.Sure {
			t.Errorf("%s is surely in %+v", town.name, place)
		}
		t.Logf("%s: %+v", town.name, place)
	}
	if wrong > 1 {
		t.Errorf("%d of %d towns in the wrong county", wrong, len(towns))
	}
}

func TestPlacesAbroadAndNowhere(t *testing.T) {
	a := load(t)
	for _, c := range []struct {
		name     string
		lat, lon float64
		country  string
		ok       bool
	}{
		{"Kampala", 0.32, 32.58, "ug", true}, {"Arusha", -3.37, 36.69, "tz", true},
		{"Addis Ababa", 9.01, 38.75, "et", true}, {"Juba", 4.85, 31.58, "ss", true},
		{"Mogadishu", 2.05, 45.32, "so", true}, {"Hargeisa", 9.56, 44.06, "so", true},
		{"Kigali", -1.94, 30.06, "rw", true}, {"Bujumbura", -3.36, 29.40, "bi", true},
		{"Zanzibar", -6.16, 39.20, "tz", true},
		{"open sea", -3.0, 45.0, "", false}, {"Null Island", 0, 0, "", false},
		{"London", 51.5, -0.1, "", false}, {"off the globe", 91, 37, "", false},
		{"not a number", math.NaN(), 37, "", false}, {"without end", math.Inf(1), 37, "", false},
	} {
		place, ok := a.Locate(c.lat, c.lon)
		if ok != c.ok || place.Country != c.country || place.County != "" {
			t.Errorf("%s: %+v, %v", c.name, place, ok)
		}
	}
}

func TestAPierIsOfTheCountyAtWhoseShoreItLies(t *testing.T) {
	a := load(t)
	place, ok := a.Locate(-3.20, 40.15) // off Malindi's beach
	if !ok || place.County != "kilifi" || place.Sure || place.Off <= 0 || place.Off > reach {
		t.Errorf("%+v, %v", place, ok)
	}
}

func TestSwappedCoordinatesAreTold(t *testing.T) {
	a := load(t)
	for _, town := range towns {
		if a.Swapped(town.lat, town.lon) {
			t.Errorf("%s taken for swapped", town.name)
		}
		if !a.Swapped(town.lon, town.lat) {
			t.Errorf("%s with lat and lon exchanged not noticed", town.name)
		}
	}
	if a.Swapped(51.5, -0.1) {
		t.Error("London taken for swapped")
	}
}

func TestDistanceInKilometres(t *testing.T) {
	nairobi, mombasa := Point{-1.286, 36.817}, Point{-4.043, 39.668}
	if d := Distance(nairobi, mombasa); math.Abs(d-441) > 3 {
		t.Errorf("Nairobi to Mombasa %.1f km, want about 441", d)
	}
	points := rapid.Custom(func(t *rapid.T) Point {
		return Point{rapid.Float64Range(-12, 15).Draw(t, "lat"), rapid.Float64Range(28, 52).Draw(t, "lon")}
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := points.Draw(t, "a"), points.Draw(t, "b"), points.Draw(t, "c")
		if Distance(a, a) != 0 || math.Abs(Distance(a, b)-Distance(b, a)) > 1e-9 {
			t.Fatal("distance is not mutual")
		}
		if Distance(a, c) > Distance(a, b)+Distance(b, c)+1e-6 {
			t.Fatal("a detour is shorter")
		}
	})
}

// Whatever the point, an answer names a county only in Kenya, is sure only
// inside, and never claims two places.
func TestAnAnswerIsWhole(t *testing.T) {
	a := load(t)
	rapid.Check(t, func(t *rapid.T) {
		lat, lon := rapid.Float64Range(-7, 8).Draw(t, "lat"), rapid.Float64Range(31, 44).Draw(t, "lon")
		place, ok := a.Locate(lat, lon)
		switch {
		case !ok && place != Place{}:
			t.Fatalf("nowhere, yet %+v", place)
		case ok && place.Country == "":
			t.Fatal("a place without a country")
		case place.County != "" && place.Country != "ke":
			t.Fatalf("%+v", place)
		case place.Sure && place.Off != 0, place.Off < 0, place.Off > reach:
			t.Fatalf("%+v", place)
		}
		if again, _ := a.Locate(lat, lon); again != place {
			t.Fatal("two answers")
		}
	})
}

func BenchmarkLocate(b *testing.B) {
	a := load(b)
	for i := 0; b.Loop(); i++ {
		town := towns[i%len(towns)]
		a.Locate(town.lat, town.lon)
	}
}
