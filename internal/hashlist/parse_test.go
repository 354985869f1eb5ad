package hashlist

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

const (
	md5Of  = "d41d8cd98f00b204e9800998ecf8427e"
	sha1Of = "da39a3ee5e6b4b0d3255bfef95601890afd80709"
	sha256 = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
)

// Every form in which lists come; the digests are those of an empty file.
func TestListsInEveryForm(t *testing.T) {
	for name, x := range map[string]struct{ text, want string }{
		"one digest a line":              {md5Of + "\n" + sha1Of + "\n" + strings.ToUpper(sha256) + "\n", "plain md5/0 sha1/0 sha256/0"},
		"with comments and Windows ends": {"# list\r\n\r\n" + md5Of + "\r\n", "plain md5/0"},
		"as md5sum writes":               {md5Of + "  a file.jpg\n", "plain md5/0"},
		"with a byte order mark":         {"\xef\xbb\xbf" + sha1Of, "plain sha1/0"},
		"with a head":                    {"md5\n" + md5Of + "\n", "plain md5/0"},
		"VICS 1.3": {`{"odata.metadata":"http://github.com/ICMEC/ProjectVic/DataModels/1.3.xml#Media","value":[{"MediaID":1,"Category":1,"MD5":"` + md5Of + `","SHA1":"` + sha1Of + `","Exifs":[{"PropertyName":"x"}]},{"MediaID":2,"Category":4,"MD5":"` + md5Of + `"}]}`,
			"vics md5/1 sha1/1 md5/4"},
		"VICS 2.0": {`{"@odata.context":"http://github.com/VICSDATAMODEL/ProjectVic/DataModels/2.0.xml/US/$metadata#Cases","value":[{"CaseID":"x","Media":[{"SHA256":"` + sha256 + `","Category":2,"MediaFiles":[{"FileName":"a","MD5":"` + md5Of + `"}]}]}]}`,
			"vics md5/0 sha256/2"},
		"digests in base64": {`{"value":[{"MD5":"1B2M2Y8AsgTpgAmY7PhCfg==","Category":1}]}`, "vics md5/1"},
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
	for name, text := range map[string]string{
		"with commas":     "File name,Size,MD5 Hash,SHA-1\na.jpg,10," + md5Of + "," + sha1Of + "\n\"b, c.jpg\",11," + md5Of + ",\n",
		"with semicolons": "Name;SHA256\na;" + sha256 + "\nb;" + sha256 + "\n",
		"JSON":            `[{"name":"a","sha1":"` + sha1Of + `"},{"name":"b","hash_md5":"x","md5":"` + md5Of + `"}]`,
	} {
		t.Run(name, func(t *testing.T) {
			n := 0
			if err := readReport(strings.NewReader(text), func(item) error { n++; return nil }); err != nil || n != 2 {
				t.Errorf("%d items, %v; want 2", n, err)
			}
		})
	}
	for text, key := range map[string]string{"": "hashlist.error.empty", "a,b\n1,2\n": "hashlist.error.columns", "md5\nabc\n": "hashlist.error.digest"} {
		var f *Fault
		if err := readReport(strings.NewReader(text), func(item) error { return nil }); !errors.As(err, &f) || f.Key != key {
			t.Errorf("%q: %v, want %s", text, err, key)
		}
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
		_ = readReport(strings.NewReader(text), check)
	})
}
