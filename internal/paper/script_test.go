package paper

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// Letters of Arabic take the form of their place in the word: beginning,
// middle, end, alone; lam and alef are one.
func TestArabicLettersTakeTheirForms(t *testing.T) {
	for word, want := range map[string][]rune{
		"محمد":  {0xFEE3, 0xFEA4, 0xFEE4, 0xFEAA},
		"سلام":  {0xFEB3, 0xFEFC, 0xFEE1},
		"دار":   {0xFEA9, 0xFE8D, 0xFEAD},
		"لا":    {0xFEFB},
		"Amina": []rune("Amina"),
	} {
		if got := shaped(word); got != string(want) {
			t.Errorf("%s became %x", word, []rune(got))
		}
	}
}

// A number within a line of Arabic keeps its order, the line goes from right
// to left; a name within a Latin line is turned round alone.
func TestALineStandsInTheOrderOfReading(t *testing.T) {
	for _, x := range []struct {
		line, want string
		rtl        bool
	}{
		{"אב 04.03 גד", "דג 04.03 בא", true},
		{"To אב, 04.03", "To בא, 04.03", false},
		{"(אב)", "(בא)", true},
		{"RF-7K", "RF-7K", true},
	} {
		if got := visual(x.line, x.rtl); got != x.want {
			t.Errorf("%q became %q, not %q", x.line, got, x.want)
		}
	}
}

// Whatever stands in a name, a paper comes out or names the letter that is
// missing; nothing panics and nothing is lost on the way.
func TestAnyNameIsPrintedOrRefused(t *testing.T) {
	rapid.Check(t, func(r *rapid.T) {
		name := rapid.StringN(0, 60, 200).Draw(r, "name")
		if got := visual(name, rapid.Bool().Draw(r, "rtl")); len([]rune(got)) != len([]rune(name)) {
			r.Fatalf("%q became %q", name, got)
		}
		p := Begin(A6, "x", "ar", "", "", time.Unix(0, 0))
		p.Text(strings.ToValidUTF8(name, ""))
		if raw, err := p.Bytes(); err == nil && len(raw) == 0 {
			r.Fatal("nothing came out")
		}
	})
}
