package hashlist

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

const (
	md5Of    = "d41d8cd98f00b204e9800998ecf8427e"
	sha1Of   = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
	sha256Of = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
)

// Every form in which lists come; the digests are those of an empty file.
func TestListsInEveryForm(t *testing.T) {
	for name, x := range map[string]struct{ text, want string }{
		"one digest a line":              {md5Of + "\n" + sha1Of + "\n" + strings.ToUpper(sha256Of) + "\n", "plain md5/0 sha1/0 sha256/0"},
		"with comments and Windows ends": {"# list\r\n\r\n" + md5Of + "\r\n", "plain md5/0"},
		"as md5sum writes":               {md5Of + "  a file.jpg\n", "plain md5/0"},
		"with a byte order mark":         {"\xef\xbb\xbf" + sha1Of, "plain sha1/0"},
		"with a head":                    {"md5\n" + md5Of + "\n", "plain md5/0"},
		"VICS 1.3": {`{"odata.metadata":"http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media","value":[{"MediaID":1,"Category":1,"MD5":"` + md5Of + `","SHA1":"` + sha1Of + `","Exifs":[{"PropertyName":"x"}]},{"MediaID":2,"Category":4,"MD5":"` + md5Of + `"}]}`,
			"vics md5/1 sha1/1 md5/4"},
		"VICS 2.0": {`{"@odata.context":"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Cases","value":[{"CaseID":"x","Media":[{"SHA256":"` + sha256Of + `","Category":2,"MediaFiles":[{"FileName":"a","MD5":"` + md5Of + `"}]}]}]}`,
			"vics md5/0 sha256/2"},
		"a value on each line": {`{"MD5":"` + md5Of + `","Category":1}` + "\n" + `{"SHA1":"` + sha1Of + `","Category":2}` + "\n", "vics md5/1 sha1/2"},
		"with a PhotoDNA":      {`{"value":[{"MD5":"` + md5Of + `","Category":"1","PhotoDNA":"` + strings.Repeat("Ab3/", 48) + `"}]}`, "vics md5/0"},
		"digests in base64":    {`{"value":[{"MD5":"1B2M2Y8AsgTpgAmY7PhCfg==","Category":1}]}`, "vics md5/1"},
	} {
		t.Run(name, func(t *testing.T) {
			var got []string
			form, err := readList(strings.NewReader(x.text), func(it item) error {
				for _, a := range algos {
					if it.digests[a] != nil {
						got = append(got, fmt.Sprintf("%s/%d", a, it.category))
					}
				}
				return nil
			})
			if err != nil || form+" "+strings.Join(got, " ") != x.want {
				t.Errorf("%s %v, %v; want %s", form, got, err, x.want)
			}
		})
	}
}

func TestListsThatAreWrong(t *testing.T) {
	for name, x := range map[string]struct {
		text, key string
		line      int
	}{
		"empty":                {"", "hashlist.error.empty", 1},
		"blank":                {" \n\n", "hashlist.error.empty", 1},
		"not a digest":         {md5Of + "\nabc\n", "hashlist.error.digest", 2},
		"half hexadecimal":     {strings.Repeat("z", 32), "hashlist.error.digest", 1},
		"a picture":            {"\xff\xd8\xff\xe0JFIF", "hashlist.error.digest", 1},
		"JSON cut off":         {`{"value":[{"MD5":"` + md5Of + `"},{"MD`, "hashlist.error.json", 2},
		"JSON cut off later":   {`{"MD5":"` + md5Of + `"}{"MD5":`, "hashlist.error.json", 2},
		"noise after the JSON": {`{"MD5":"` + md5Of + `"} ]`, "hashlist.error.json", 2},
		"JSON of another kind": {`{"a":[1,2]}`, "hashlist.error.vics", 1},
		"a wrong digest":       {`{"value":[{"MD5":"xyz"}]}`, "hashlist.error.digest", 1},
		"too deep":             {strings.Repeat("[", 100), "hashlist.error.json", 1},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readList(strings.NewReader(x.text), func(item) error { return nil })
			var f *Fault
			if !errors.As(err, &f) || f.Key != x.key || f.Line != x.line {
				t.Errorf("got %v, want %s in line %d", err, x.key, x.line)
			}
		})
	}
}

func TestReportsOfForensicTools(t *testing.T) {
	for name, x := range map[string]struct{ text, form string }{
		"with commas":       {"File name,Size,MD5 Hash,SHA-1\na.jpg,10," + md5Of + "," + sha1Of + "\n\"b, c.jpg\",11," + md5Of + ",\n", CSV},
		"with semicolons":   {"Name;SHA256\na;" + sha256Of + "\nb;" + sha256Of + "\n", CSV},
		"one digest a line": {"# tool 4.1\n" + md5Of + "\n\n" + sha256Of + "  b.jpg\r\n", Plain},
		"lines with a head": {"SHA-256\n" + sha256Of + "\n" + sha256Of, Plain},
		"JSON":              {`[{"name":"a","sha1":"` + sha1Of + `"},{"name":"b","hash_md5":"x","md5":"` + md5Of + `"}]`, VICS},
		"VICS after a mark": {"\xef\xbb\xbf " + `{"value":[{"Media":[{"MD5":"` + md5Of + `","Exifs":[{"PropertyValue":"Simu M3"}]},{"SHA1":"` + sha1Of + `"}]}]}`, VICS},
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			if form, err := readReport(strings.NewReader(x.text), func(item) error { n++; return nil }); err != nil || n != 2 || form != x.form {
				t.Errorf("%s with %d items, %v; want %s with 2", form, n, err, x.form)
			}
		})
	}
}

// What is wrong with a report is told with its line; what could carry a picture
// ends the reading.
func TestReportsThatAreWrong(t *testing.T) {
	picture := "/9j/4AAQSkZJRgABAQ" + strings.Repeat("AA", 40)
	for name, x := range map[string]struct {
		text, key string
		line      int
	}{
		"nothing":               {"", "hashlist.error.empty", 1},
		"no column":             {"a,b\n1,2\n", "hashlist.error.columns", 1},
		"words":                 {"We found nothing.\n", "hashlist.error.columns", 1},
		"a wrong digest":        {"md5\nabc\n", "hashlist.error.digest", 2},
		"a wrong cell":          {"name,md5\na," + md5Of + "\nb,12\n", "hashlist.error.digest", 3},
		"after a cell of lines": {"name,md5\n\"a\nb\"," + md5Of + "\nc,12\n", "hashlist.error.digest", 4},
		"a wrong third line":    {md5Of + "\n\n" + md5Of[:31] + "\n", "hashlist.error.digest", 3},
		"a picture itself":      {"\xff\xd8\xff\xe0\x00\x10JFIF", "hashlist.error.columns", 1},
		"a picture in a cell":   {"md5,thumbnail\n" + md5Of + "," + picture + "\n", "hashlist.error.shows", 2},
		"a picture in a field":  {`{"value":[{"MD5":"` + md5Of + `"},{"Thumb":"` + picture + `"}]}`, "hashlist.error.shows", 2},
		"a picture by address":  {`[{"MD5":"` + md5Of + `","Preview":"data:image/png;base64,iVBOR"}]`, "hashlist.error.shows", 1},
		"a field without end":   {`{"value":[{"x":"` + strings.Repeat("z", 7*longest) + `"}]}`, "hashlist.error.shows", 1},
		"a line without end":    {md5Of + " " + strings.Repeat("z", 2*longest), "hashlist.error.shows", 1},
		"a picture after it":    {md5Of + " " + picture, "hashlist.error.shows", 1},
		"JSON cut off":          {`[{"MD5":"` + md5Of + `"},{"MD`, "hashlist.error.json", 2},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readReport(strings.NewReader(x.text), func(item) error { return nil })
			var f *Fault
			if !errors.As(err, &f) || f.Key != x.key || f.Line != x.line {
				t.Errorf("got %v, want %s in line %d", err, x.key, x.line)
			}
		})
	}
}

func FuzzReadList(f *testing.F) {
	f.Add(md5Of + "\n")
	f.Add(`{"value":[{"MD5":"` + md5Of + `","Category":1}]}`)
	f.Fuzz(func(t *testing.T, text string) {
		check := func(it item) error {
			for a, d := range it.digests {
				if len(d) != lengths[a] {
					t.Fatalf("%s of %d bytes", a, len(d))
				}
			}
			return nil
		}
		_, _ = readList(strings.NewReader(text), check)
		_, _ = readReport(strings.NewReader(text), check)
	})
}
