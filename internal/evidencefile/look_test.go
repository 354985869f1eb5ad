package evidencefile

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/png"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"
)

// bomb is a PNG whose head claims 60 megapixels and which holds none.
func bomb(w, h uint32) []byte {
	chunk := func(kind string, data []byte) []byte {
		out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
		body := append([]byte(kind), data...)
		return binary.BigEndian.AppendUint32(append(out, body...), crc32.ChecksumIEEE(body))
	}
	head := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)
	out := []byte("\x89PNG\r\n\x1a\n")
	out = append(out, chunk("IHDR", append(head, 8, 6, 0, 0, 0))...)
	return append(append(out, chunk("IDAT", []byte{0x78, 0x9c})...), chunk("IEND", nil)...)
}

func small() []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// What does not fit is named, and no picture is decoded that claims too much.
func TestWhatDoesNotFitIsNamed(t *testing.T) {
	picture := small()
	zip := "PK\x05\x06" + strings.Repeat("\x00", 18)
	for name, x := range map[string]struct {
		content    []byte
		file, kind string
		odd        string
		draws      bool
	}{
		"a plain picture":                 {picture, "a.png", "photo", "", true},
		"60 megapixels in 70 bytes":       {bomb(10_000, 6_000), "a.png", "photo", "pixels", false},
		"as many pixels as fit no number": {bomb(1<<31-1, 1<<31-1), "a.png", "photo", "broken", false},
		"a picture with an archive":       {append(append([]byte{}, picture...), zip...), "a.png", "photo", "extra-zip", true},
		"a picture called a program":      {picture, "a.exe", "photo", "extension", true},
		"a page called a picture":         {[]byte("<!DOCTYPE html><script>x</script>"), "a.png", "photo", "extension,kind", false},
		"a picture with a script":         {append(append([]byte{}, picture...), "<script>x</script>"...), "a.png", "photo", "script", true},
		"a document called a photo":       {[]byte("%PDF-1.4"), "a.pdf", "photo", "kind", false},
		"a PDF behind a head":             {append([]byte("GIF89a............"), "%PDF-1.4"...), "a.gif", "photo", "extension,kind,extra-pdf", false},
		"a cut picture":                   {picture[:20], "a.png", "photo", "broken", false},
		"text":                            {[]byte("Words."), "a.txt", "document", "", false},
		"noise":                           {[]byte{1, 2, 3, 0xff}, "dump.bin", "phone", "", false},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := look(bytes.NewReader(x.content), int64(len(x.content)), x.file, x.kind, 64<<20)
			if err != nil {
				t.Fatal(err)
			}
			if got := strings.Join(f.odd, ","); got != x.odd || f.draws != x.draws {
				t.Errorf("%s: odd %q, draws %v; want %q, %v", f.kind, got, f.draws, x.odd, x.draws)
			}
		})
	}
}

func FuzzLook(f *testing.F) {
	f.Add(small(), "a.png")
	f.Add(bomb(60_000, 60_000), "a.png")
	f.Add([]byte("\xff\xd8\xff\xe1\x00\x10Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08"), "a.jpg")
	f.Fuzz(func(t *testing.T, content []byte, name string) {
		form, err := look(bytes.NewReader(content), int64(len(content)), name, "photo", 1<<20)
		if err != nil {
			t.Fatal(err)
		}
		if form.draws && int64(form.width)*int64(form.height) > 1<<20 {
			t.Errorf("%d x %d would be decoded in 1 MB", form.width, form.height)
		}
		if form.draws {
			_, _ = shrink(bytes.NewReader(content), 100, 0)
		}
	})
}

func TestNamesAreMadeHarmless(t *testing.T) {
	for sent, want := range map[string]string{
		"letter.pdf":                      "letter.pdf",
		"../../etc/passwd":                "passwd",
		`C:\Windows\system32\cmd.exe`:     "cmd.exe",
		"photo\u202egpj.exe":              "photogpj.exe",
		"a\x00b\r\nc.jpg":                 "abc.jpg",
		"  .hidden ":                      "hidden",
		"...":                             "file",
		"":                                "file",
		"CON.txt":                         "_CON.txt",
		"a<b>:c|d?.txt":                   "a_b__c_d_.txt",
		"Ushahidi wa Zuhura (1).jpeg":     "Ushahidi wa Zuhura (1).jpeg",
		"\xff\xfe.jpg":                    "_.jpg",
		strings.Repeat("x", 400) + ".jpg": strings.Repeat("x", 146) + ".jpg",
	} {
		if got := CleanName(sent); got != want {
			t.Errorf("%q became %q, want %q", sent, got, want)
		}
	}
}

func FuzzCleanName(f *testing.F) {
	f.Add("../a\u202e.exe")
	f.Fuzz(func(t *testing.T, sent string) {
		got := CleanName(sent)
		if got == "" || utf8.RuneCountInString(got) > maxName+1 || strings.ContainsAny(got, `/\<>:"|?*`) || got == "." || got == ".." || !utf8.ValidString(got) {
			t.Fatalf("%q became %q", sent, got)
		}
		for _, r := range got {
			if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) {
				t.Fatalf("%q keeps %U", sent, r)
			}
		}
		if again := CleanName(got); again != got {
			t.Errorf("%q became %q and then %q", sent, got, again)
		}
	})
}
