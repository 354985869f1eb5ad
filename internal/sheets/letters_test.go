package sheets

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

func in(t *testing.T, e encoding.Encoding, text string) []byte {
	t.Helper()
	raw, err := e.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// Excel writes CSV in the letters of the computer it stands on, and "Unicode
// text" in UTF-16; other programs leave its mark out.
func TestLettersOfSpreadsheetProgramsAreRead(t *testing.T) {
	const list = "no;name;note\r\n1;Zoë N’gang’a;“said so” – 5 €\r\n"
	want := []string{"no+name+note", "2 1+Zoë N’gang’a+“said so” – 5 €"}
	tabs := strings.ReplaceAll(list, ";", "\t")
	for name, c := range map[string]struct {
		raw  []byte
		told string
	}{
		"UTF-8":                    {[]byte(list), ""},
		"UTF-8 with its mark":      {[]byte("\ufeff" + list), ""},
		"Windows":                  {in(t, charmap.Windows1252, list), "read_windows"},
		"Macintosh":                {in(t, charmap.Macintosh, strings.ReplaceAll(list, "\r\n", "\r")), "read_macintosh"},
		"UTF-16, Excel":            {in(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), tabs), ""},
		"UTF-16, the other way":    {in(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM), tabs), ""},
		"UTF-16, no mark":          {in(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), tabs), ""},
		"UTF-16, no mark, other":   {in(t, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), list), ""},
		"UTF-16, sep= of its own":  {in(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), "sep=;\r\n"+list), ""},
		"Windows, after 100 kB":    {in(t, charmap.Windows1252, list+strings.Repeat("2;Amina;x\r\n", 10_000)+"3;Zoë;x\r\n"), "read_windows"},
		"Windows, quotes of Excel": {in(t, charmap.Windows1252, "no;name;note\r\n1;\"Zoë N’gang’a\";\"“said so” – 5 €\"\r\n"), "read_windows"},
	} {
		src := Bytes("list", c.raw)
		if f, _, err := Detect(src, limits); f != CSV || err != nil {
			t.Errorf("%s: %q %v", name, f, err)
			continue
		}
		s, err := Open(src, CSV, "", limits)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		row, err := s.Next()
		got := []string{strings.Join(s.Columns, "+"), "2 " + strings.Join(row, "+")}
		if s.Line == 3 && strings.Contains(name, "sep=") {
			s.Line--
		}
		if err != nil || !slices.Equal(got, want) || s.Line != 2 || s.ReadAs != c.told {
			t.Errorf("%s: line %d, %q, read as %q, %v", name, s.Line, got, s.ReadAs, err)
		}
		s.Close()
	}
}

// One damaged row does not make a list in UTF-8 another one.
func TestADamagedRowDoesNotChangeTheLettersOfTheOthers(t *testing.T) {
	if got, want := table(t, "no;name\n1;Zoë\n2;\xff\xfe\n3;Émile\n"), []string{"no+name", "2 1+Zoë", "3 sheet.encoding", "4 3+Émile"}; !slices.Equal(got, want) {
		t.Errorf("%q", got)
	}
}

func TestABinaryFileIsNoList(t *testing.T) {
	for _, raw := range []string{"\x00\x00\x00\x01\x02\x00\x00", "MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00", "a\x00b"} {
		if f, _, err := Detect(Bytes("list", []byte(raw)), limits); f != Unknown || err != nil {
			t.Errorf("%q: %q %v", raw, f, err)
		}
	}
}

// Excel shows a long number as 2.54713E+11 and saves into a CSV what it shows.
func TestANumberThatLostItsDigitsIsNoNumber(t *testing.T) {
	for text, want := range map[string]bool{
		"2.54713E+11": true, "2,55E+11": true, "2.5E+09": true, "1E+05": true, "7.12345e+8": true,
		"2.54712345678E+11": false, "2.5471234500E+11": false, "2.5471234567E+11": false, "254712345678": false, "2.54E+02": false,
		"5E123456": false, "5E10": false, "E+11": false, "AB2E+11": false, "+254712345678": false, "": false,
	} {
		if got := Shortened(text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}
