package office

import (
	"os"
	"strings"
	"testing"
)

// Only what cannot be written, and only of the program's own file, is let go.
func TestCodeIsWhatTheProgramsFileHoldsAndNobodyWrites(t *testing.T) {
	for line, want := range map[string]bool{
		"00400000-02209000 r-xp 00000000 fd:00 131 /usr/bin/rufaa":     true,
		"02209000-0452d000 r--p 01e09000 fd:00 131 /usr/bin/rufaa":     true,
		"0452d000-04965000 rw-p 0412d000 fd:00 131 /usr/bin/rufaa":     false,
		"02209000-0452d000 r--s 01e09000 fd:00 131 /usr/bin/rufaa":     false,
		"02209000-0452d000 r--p 01e09000 fd:00 131 /usr/bin/other":     false,
		"02209000-0452d000 r--p 01e09000 fd:00 131 /srv/usr/bin/rufaa": false,
		"04965000-069b9000 rw-p 00000000 00:00 0":                      false,
		"7ffd-7ffe r-xp 00000000 00:00 0 [vdso]":                       false,
		"0452d000-02209000 r--p 01e09000 fd:00 131 /usr/bin/rufaa":     false,
		"": false,
	} {
		if _, _, got := codeOf(line, "/usr/bin/rufaa"); got != want {
			t.Errorf("%q: %v", line, got)
		}
	}
	if from, to, _ := codeOf("00400000-02209000 r-xp 00000000 fd:00 131 /usr/bin/rufaa", "/usr/bin/rufaa"); from != 0x400000 || to != 0x2209000 {
		t.Errorf("from %x to %x", from, to)
	}
}

// The process goes on as before, and holds less of its file.
func TestTheProgramGoesOnWithoutItsCode(t *testing.T) {
	before := fileResident(t)
	leaveCode()
	if after := fileResident(t); after >= before {
		t.Errorf("%s of the file are in memory, as before: %s", after, before)
	}
	leaveCode()
}

func fileResident(t *testing.T) string {
	t.Helper()
	raw, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Skip("this system tells nothing of it: ", err)
	}
	_, rest, _ := strings.Cut(string(raw), "RssFile:")
	line, _, _ := strings.Cut(rest, "\n")
	if line == "" {
		t.Skip("this system does not tell what is of a file")
	}
	return line // right-aligned with spaces, so texts compare as numbers do
}
