package bundle_test

import (
	"strings"
	"testing"
	"unicode/utf8"

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

// A name is the same name with accents or without, in whichever way the accents,
// apostrophes and digits were typed, and in whichever script it is known. Another
// spelling and another script are not guessed.
func TestSecretsAreMaskedWithAccentsAndWithout(t *testing.T) {
	d := &bundle.Dossier{Secrets: []string{"Zoé Fictional", "Ng'ang'a", "Jose", "أمينة", "ሰላም", "Lé", "+254712000111"}}
	const m = bundle.Mask
	for text, want := range map[string]string{
		"Zoe FICTIONAL came":                 m + " came",
		"ZOÉ fictional, Zoe\u0301 Fictional": m + ", " + m,
		"Ng’ang’a and ng`ang`a":              m + " and " + m,
		"José, JOSE\u0301!":                  m + ", " + m + "!",
		"Jo\u200bse\u00a0came":               m + "\u00a0came",
		"امينة and أَمينة, أميـنة":           m + " and " + m + ", " + m,
		"with ሰላም.":                          "with " + m + ".",
		"Le came; above, le":                 m + " came; above, le",
		"LÉ":                                 m,
		"٠٧١٢٠٠٠١١١":                         m,
		"Ｊｏｓｅ":                               m,
		"Josse, Amina and Selam stay":        "Josse, Amina and Selam stay",
		"café au lait, naïve":                "café au lait, naïve",
	} {
		if got := d.Masked(text); got != want {
			t.Errorf("%q is masked as %q, want %q", text, got, want)
		}
	}
}

// A name is found as file names, addresses of the web and forms write it, and the
// word around it goes too: else what is missing in "qu█████ty" would tell the name.
func TestSecretsAreMaskedAsOthersWriteThem(t *testing.T) {
	d := &bundle.Dossier{}
	d.Hide("Zawadi Fictional-Mfano")
	d.Hide("Zaza, Ali; Ng'ang'a")
	d.Hide("Bjørn Łukasz")
	d.Hide("0712000111 / 0733 000 222 (mother)")
	d.Hide("Form 3 Baraka")
	d.Secrets = append(d.Secrets, "Nyumba ya Mfano", "José Tena", "AB 1234")
	const m = bundle.Mask
	for text, want := range map[string]string{
		"nyumba_ya-mfano.jpg":                 m + ".jpg",
		"NyumbaYaMfano":                       m,
		"https://x.test/?q=Jos%C3%A9%20Tena&": "https://x.test/?q=" + m + "&",
		"%5Aawadi":                            m,
		"100% of 30%25":                       "100% of 30%25",
		"Mfano, Zawadi":                       m + ", " + m,
		"Zaza and Zazas":                      m + " and " + m,
		"quality, Ali's bag, MwanaAli":        m + ", " + m + " bag, " + m,
		"Nganga, Ng'ang'a's":                  m + ", " + m,
		"Z. Fictional, Z.M. Mfano":            m,
		"Fictional, Z. came":                  m + " came",
		"Z A W A D I, z.a.w.a.d.i":            m + ", " + m,
		"Bjorn Lukasz":                        m,
		"call 0712_000_111 or 0733–000–222":   "call " + m + " or " + m,
		"ref/0733000222/7":                    "ref/" + m + "/7",
		"baraka was in form 3":                m + " was in " + m + " 3",
		"X25471200011100":                     m,
		"AB1234 ab-1234":                      m + " " + m,
		"2,000 at 12:22":                      "2,000 at 12:22",
		"was hard; mother":                    "was hard; " + m,
	} {
		if got := d.Masked(text); got != want {
			t.Errorf("%q is masked as %q, want %q", text, got, want)
		}
	}
}

// What is masked is whole signs of the text, and the rest stays as it was written.
func FuzzMaskKeepsTheRest(f *testing.F) {
	f.Add("Zoé", "the ﬁrst Zoe\u0301 came")
	f.Add("fi", "aﬁb ﬁ")
	f.Add("ab", "\xffAb\xff")
	f.Fuzz(func(t *testing.T, secret, text string) {
		got := (&bundle.Dossier{Secrets: []string{secret}}).Masked(text)
		if utf8.ValidString(text) && !utf8.ValidString(got) {
			t.Errorf("%q in %q is masked as %q", secret, text, got)
		}
		at := 0
		for _, part := range strings.Split(got, bundle.Mask) {
			i := strings.Index(text[at:], part)
			if i < 0 {
				t.Fatalf("%q in %q is masked as %q", secret, text, got)
			}
			at += i + len(part)
		}
	})
}
