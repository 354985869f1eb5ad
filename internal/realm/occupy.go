package realm

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"rufaa/internal/store"
)

// ErrOccupied says that another process serves a data folder or rewrites it.
var ErrOccupied = errors.New("the folder is in use")

// occupied is the file in the data folder whose lock says so.
const occupied = "rufaa.lock"

// Occupy takes a data folder of SQLite files for this process alone, until leave is
// called or the process ends, however it ends; as says for what ("serve"). A second
// server would send notices twice, for each keeps its own clock. Whoever reads, or
// writes a single command beside a server, needs no such thing.
func Occupy(data, as string) (leave func() error, err error) {
	if err := os.MkdirAll(data, 0o700); err != nil {
		return nil, fmt.Errorf("realm: %w", err)
	}
	leave, by, err := store.LockFile(filepath.Join(data, occupied), fmt.Sprintf("rufaa %s, process %d\n", as, os.Getpid()))
	if errors.Is(err, store.ErrLocked) {
		return nil, fmt.Errorf("%w: %s, by %s; stop that first (it answers where it was started), or give another folder with --data",
			ErrOccupied, data, strings.TrimSpace(by))
	}
	return leave, err
}
