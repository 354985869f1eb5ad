package store

import (
	"errors"
	"os"
	"path/filepath"

	"golang.org/x/sys/windows"
)

// lock locks an open file against every other opening of it (LockFileEx): one byte
// far behind what stands in it, because locked bytes cannot be read.
func lock(f *os.File, wait bool) error {
	how := uint32(windows.LOCKFILE_EXCLUSIVE_LOCK)
	if !wait {
		how |= windows.LOCKFILE_FAIL_IMMEDIATELY
	}
	err := windows.LockFileEx(windows.Handle(f.Fd()), how, 0, 1, 0, &windows.Overlapped{Offset: 1 << 30})
	if errors.Is(err, windows.ERROR_LOCK_VIOLATION) {
		return ErrLocked
	}
	return err
}

// openFolder opens a file in the folder in its place: folders have no locks here.
func openFolder(path string) (*os.File, error) {
	return os.OpenFile(filepath.Join(path, "folder.lock"), os.O_RDWR|os.O_CREATE, 0o600)
}
