package placing

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"time"

	"golang.org/x/sys/unix"
)

// ask puts one question. Costs follow from where people and places really are,
// so that question and answer stay in memory: the program reads and writes
// files that have a name and no place on a disk.
func (sv *Solver) ask(ctx context.Context, m *model, question []byte) (answer, error) {
	dir, err := os.MkdirTemp("", "rufaa-places-")
	if err != nil {
		return answer{}, fmt.Errorf("%w: %w", ErrSolver, err)
	}
	defer os.RemoveAll(dir)
	lp, err := inMemory(dir, "question.lp", 3)
	if err != nil {
		return answer{}, err
	}
	defer lp.Close()
	sol, err := inMemory(dir, "answer.txt", 4)
	if err != nil {
		return answer{}, err
	}
	defer sol.Close()
	if _, err := lp.Write(question); err != nil {
		return answer{}, fmt.Errorf("%w: %w", ErrSolver, err)
	}
	ctx, stop := context.WithTimeout(ctx, sv.wait+5*time.Second)
	defer stop()
	cmd := exec.CommandContext(ctx, sv.path, "question.lp", "sec", strconv.Itoa(max(1, int(sv.wait.Seconds()))), "ratio", "0", "allow", "0", "threads", "0", "solve", "solution", "answer.txt")
	cmd.Dir, cmd.Env, cmd.ExtraFiles = dir, []string{"LC_ALL=C"}, []*os.File{lp, sol}
	if err := cmd.Run(); err != nil {
		return answer{}, fmt.Errorf("%w: %w", ErrSolver, err)
	}
	if _, err := sol.Seek(0, io.SeekStart); err != nil {
		return answer{}, fmt.Errorf("%w: %w", ErrSolver, err)
	}
	return m.read(sol)
}

// inMemory makes a file in memory that the program finds under a name, as its
// own descriptor.
func inMemory(dir, name string, descriptor int) (*os.File, error) {
	fd, err := unix.MemfdCreate(name, unix.MFD_CLOEXEC)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSolver, err)
	}
	f := os.NewFile(uintptr(fd), name)
	if err := os.Symlink(fmt.Sprintf("/proc/self/fd/%d", descriptor), filepath.Join(dir, name)); err != nil {
		f.Close()
		return nil, fmt.Errorf("%w: %w", ErrSolver, err)
	}
	return f, nil
}
