package store

import (
	"errors"
	"fmt"
	"os"
)

// ErrLocked says that another process holds a lock.
var ErrLocked = errors.New("another process holds the lock")

// LockFile takes the operating system's lock on a file made for that alone, without
// waiting, and writes into it who holds it; with ErrLocked said is what the holder
// wrote. The kernel lets go of the lock when the process ends, however it ends: what a
// killed one leaves behind is an unlocked file, which stays. Never lock a database's
// own file so: closing it would drop SQLite's locks.
func LockFile(path, holder string) (unlock func() error, said string, err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, "", err
	}
	if err := lock(f, false); err != nil {
		var raw [200]byte
		if errors.Is(err, ErrLocked) {
			n, _ := f.ReadAt(raw[:], 0) // who it is helps, and is not needed
			said = string(raw[:n])
		}
		return nil, said, errors.Join(fmt.Errorf("%s: %w", path, err), f.Close())
	}
	err = f.Truncate(0)
	if err == nil {
		_, err = f.WriteAt([]byte(holder), 0)
	}
	if err != nil {
		return nil, "", errors.Join(err, f.Close())
	}
	return f.Close, "", nil
}

// lockFolder waits for a lock on the folder of a database file. The file's own
// locks are SQLite's business.
func lockFolder(path string) (unlock func(), err error) {
	f, err := openFolder(path)
	if err != nil {
		return nil, err
	}
	if err := lock(f, true); err != nil {
		return nil, errors.Join(fmt.Errorf("lock %s: %w", path, err), f.Close())
	}
	return func() { f.Close() }, nil // the lock goes with the descriptor
}
