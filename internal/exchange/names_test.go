package exchange

import (
	"strings"
	"testing"
)

// A name is put into first, middle and second name, and the parts give the
// whole back.
func TestANameIsSplitAndNothingIsLost(t *testing.T) {
	for whole, want := range map[string][3]string{
		"Zuhura":                      {"Zuhura", "", ""},
		"Zuhura Fiktivo":              {"Zuhura", "", "Fiktivo"},
		"Zuhura Akinyi Fiktivo":       {"Zuhura", "Akinyi", "Fiktivo"},
		"Mwanaidi binti Ali":          {"Mwanaidi", "", "binti Ali"},
		"Hodan Abdi Warsame Fiktivo":  {"Hodan", "Abdi Warsame", "Fiktivo"},
		"Njoroge wa Kamau":            {"Njoroge", "", "wa Kamau"},
		"Salim Said bin Abdalla":      {"Salim", "Said", "bin Abdalla"},
		"  Tesfaye   Girma  Fiktivo ": {"Tesfaye", "Girma", "Fiktivo"},
	} {
		got := names(whole)
		if have := [3]string{got["prs_FirstName"], got["prs_MiddleName"], got["prs_SecondName"]}; have != want {
			t.Errorf("%q: %q, want %q", whole, have, want)
		}
		if back := strings.Join(strings.Fields(got["prs_FirstName"]+" "+got["prs_MiddleName"]+" "+got["prs_SecondName"]), " "); back != strings.Join(strings.Fields(whole), " ") {
			t.Errorf("%q comes back as %q", whole, back)
		}
	}
	if len(names(" ")) != 0 {
		t.Error("a name is made up")
	}
}
