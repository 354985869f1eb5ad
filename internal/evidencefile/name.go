package evidencefile

import (
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// maxName is how many characters of a file's name are kept.
const maxName = 150

// noName stands for a name of which nothing is left.
const noName = "file"

// CleanName makes a sender's file name harmless: one name without any path, no
// control or invisible characters, nothing that turns the reading direction
// (so that "gpj.exe" never shows as "exe.jpg"), nothing a system gives a
// meaning of its own. It is shown and offered when saving, and names no file
// of ours. What is clean stays as it is.
func CleanName(sent string) string {
	sent = strings.ToValidUTF8(sent, "_")
	if i := strings.LastIndexAny(sent, `/\`); i >= 0 {
		sent = sent[i+1:]
	}
	var b strings.Builder
	for _, r := range norm.NFC.String(sent) {
		switch {
		case unicode.Is(unicode.Cf, r), unicode.IsControl(r), unicode.Is(unicode.Co, r), r == 0x2028, r == 0x2029:
		case r == utf8.RuneError, strings.ContainsRune(`<>:"/\|?*`, r):
			b.WriteByte('_')
		case unicode.IsSpace(r):
			b.WriteByte(' ')
		default:
			b.WriteRune(r)
		}
	}
	name := strings.TrimLeft(strings.TrimRight(strings.Join(strings.Fields(b.String()), " "), ". "), ".- ")
	if utf8.RuneCountInString(name) > maxName {
		ext := path.Ext(name)
		if utf8.RuneCountInString(ext) > 12 {
			ext = ""
		}
		runes := []rune(strings.TrimSuffix(name, ext))
		name = strings.TrimRight(string(runes[:maxName-utf8.RuneCountInString(ext)]), ". ") + ext
	}
	stem, _, _ := strings.Cut(strings.ToLower(name), ".")
	if slices.Contains(reserved, strings.TrimSpace(stem)) {
		name = "_" + name
	}
	if name == "" {
		return noName
	}
	return name
}

// reserved are names that Windows gives to devices.
var reserved = []string{"con", "prn", "aux", "nul", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9",
	"lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9"}
