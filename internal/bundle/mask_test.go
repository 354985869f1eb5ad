package bundle_test

import (
	"testing"

	"rufaa/internal/bundle"
)

// A secret is masked however it is written: in any case, over two lines, a number
// in any groups, with its country code or without, a name of two letters where it
// is a word. What only looks like it stays.
func TestSecretsAreMaskedHoweverTheyAreWritten(t *testing.T) {
	d := &bundle.Dossier{Secrets: []string{"Zawadi Fictional", "Bo", "wa", "+254712000111", "AB 123456", "Q", "Nyumba ya Mfano", "12345"}}
	const m = bundle.Mask
	for text, want := range map[string]string{
		"ZAWADI\nfictional came":             m + " came",
		"0712000111":                         m,
		"call 0712 000 111 now":              "call " + m + " now",
		"+254 712-000-111.":                  m + ".",
		"(0712) 000.111":                     "(" + m,
		"712000111":                          m,
		"passport ab123456 or AB-12 34 56":   "passport " + m + " or " + m,
		"Bo ran above the bow; BO, bo wa.":   m + " ran above the bow; " + m + ", bo wa.",
		"Q stays, as 1234 and 2026-01-31":    "Q stays, as 1234 and 2026-01-31",
		"at nyumba  ya mfano":                "at " + m,
		"room 12 345, not 12346":             "room " + m + ", not 12346",
		`{"phone":"0712000111","at":"2026"}`: `{"phone":"` + m + `","at":"2026"}`,
	} {
		if got := d.Masked(text); got != want {
			t.Errorf("%q is masked as %q, want %q", text, got, want)
		}
	}
}
