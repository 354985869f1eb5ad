package office

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"
)

// leaveCode lets go of those pages of the program's own code and constants that a
// start has read and nobody may need again: half of what an idle server would
// hold. They stand unchanged in the program's file, so whatever is needed comes
// back from there, page by page, by itself (madvise(2), MADV_DONTNEED on a
// mapping of a file). Only mappings that cannot be written are touched.
func leaveCode() {
	program, err := os.Executable()
	if err != nil {
		return
	}
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return
	}
	for line := range strings.Lines(string(maps)) {
		from, to, ok := codeOf(strings.TrimSpace(line), program)
		if ok {
			// It is advice: where a kernel does not take it, nothing is lost.
			_, _, _ = unix.Syscall(unix.SYS_MADVISE, from, to-from, unix.MADV_DONTNEED)
		}
	}
}

// codeOf reads a line of /proc/self/maps (proc_pid_maps(5)) and gives where the
// mapping begins and ends, if it is one of the program's file that is never
// written.
func codeOf(line, program string) (from, to uintptr, ok bool) {
	fields := strings.Fields(line)
	if len(fields) < 6 || !strings.HasSuffix(line, " "+program) || !strings.HasPrefix(fields[1], "r-") || !strings.HasSuffix(fields[1], "p") {
		return 0, 0, false
	}
	first, last, _ := strings.Cut(fields[0], "-")
	a, err1 := strconv.ParseUint(first, 16, 64)
	b, err2 := strconv.ParseUint(last, 16, 64)
	return uintptr(a), uintptr(b), err1 == nil && err2 == nil && a < b
}
