package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"

	"rufaa/internal/store"
)

// Folder is a shelf on this machine: one folder for each content, one file for
// each piece, readable by their owner only.
type Folder struct{ dir string }

// NewFolder makes the folder where there is none.
func NewFolder(dir string) (*Folder, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("blob: folder of files: %w", err)
	}
	return &Folder{dir}, nil
}

// OpenFolder is a shelf to read from; the folder is made by whoever writes.
func OpenFolder(dir string) *Folder { return &Folder{dir} }

// Batch begins pieces of one content.
func (f *Folder) Batch(id string) Batch { return &folderBatch{folder: f, id: id} }

func (f *Folder) path(name string) string { return filepath.Join(f.dir, filepath.FromSlash(name)) }

// Get reads a piece.
func (f *Folder) Get(_ context.Context, name string, buf []byte) ([]byte, error) {
	in, err := os.Open(f.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%w (%s)", ErrGone, name)
	}
	if err != nil {
		return nil, fmt.Errorf("blob: read: %w", err)
	}
	defer in.Close()
	n, err := io.ReadFull(in, buf)
	if err == nil { // as long as the longest piece: nothing may follow
		if m, _ := in.Read(make([]byte, 1)); m > 0 {
			return nil, fmt.Errorf("%w: %s is too long", ErrDamaged, name)
		}
	}
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("blob: read: %w", err)
	}
	return buf[:n], nil
}

// Remove takes a piece away.
func (f *Folder) Remove(_ context.Context, name string) error {
	err := os.Remove(f.path(name))
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("blob: remove: %w", err)
	}
	os.Remove(filepath.Dir(f.path(name))) // when it was the last
	return nil
}

// RemoveAll takes a content's folder away.
func (f *Folder) RemoveAll(_ context.Context, id string) error {
	if err := os.RemoveAll(f.path(id)); err != nil {
		return fmt.Errorf("blob: remove: %w", err)
	}
	return nil
}

// Contents lists the folders.
func (f *Folder) Contents(context.Context) ([]string, error) {
	entries, err := os.ReadDir(f.dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("blob: list: %w", err)
	}
	var out []string
	for _, e := range entries {
		if e.IsDir() {
			out = append(out, e.Name())
		}
	}
	return out, nil
}

// Pieces lists the files of one folder.
func (f *Folder) Pieces(_ context.Context, id string) ([]Lying, error) {
	entries, err := os.ReadDir(f.path(id))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("blob: list: %w", err)
	}
	var out []Lying
	for _, e := range entries {
		info, err := e.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("blob: list: %w", err)
		}
		out = append(out, Lying{Name: id + "/" + e.Name(), At: info.ModTime(), Size: info.Size()})
	}
	return out, nil
}

// folderBatch writes files and flushes them together: one by one the flushes
// cost three to four times as much.
type folderBatch struct {
	folder *Folder
	id     string
	files  []*os.File // not flushed yet
	done   []string   // paths of those that are
}

// openAtOnce is how many files of one batch stand open: a process may have only
// so many, and a call with a check waits with a few hundred pieces.
const openAtOnce = 32

func (b *folderBatch) Put(_ context.Context, name string, sealed []byte) error {
	if id, rest, ok := strings.Cut(name, "/"); !ok || id != b.id || strings.ContainsAny(rest, "/\\") || strings.Contains(id, "..") {
		return errors.New("blob: a name that is no piece of this content")
	}
	if len(b.files) == openAtOnce {
		if err := b.settle(); err != nil {
			return unwritten(err)
		}
	}
	if len(b.files)+len(b.done) == 0 {
		if err := os.MkdirAll(b.folder.path(b.id), 0o700); err != nil {
			return unwritten(err)
		}
	}
	f, err := os.OpenFile(b.folder.path(name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return unwritten(err)
	}
	b.files = append(b.files, f)
	if _, err := f.Write(sealed); err != nil {
		return unwritten(err)
	}
	return nil
}

// settle flushes the files that stand open and closes them.
func (b *folderBatch) settle() error {
	var errs []error
	for _, f := range b.files {
		errs = append(errs, f.Sync(), f.Close())
		b.done = append(b.done, f.Name())
	}
	b.files = b.files[:0]
	return errors.Join(errs...)
}

func (b *folderBatch) Flush(context.Context) error {
	if err := errors.Join(b.settle(), syncDir(b.folder.path(b.id)), syncDir(b.folder.dir)); err != nil {
		return unwritten(err)
	}
	return nil
}

func (b *folderBatch) Drop(context.Context) {
	for _, f := range b.files {
		f.Close()
		b.done = append(b.done, f.Name())
	}
	b.files = nil
	for _, path := range b.done {
		os.Remove(path)
	}
}

func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// unwritten tells a full disk as the store does.
func unwritten(err error) error {
	if errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) {
		return fmt.Errorf("blob: write: %w", store.ErrFull)
	}
	return fmt.Errorf("blob: write: %w", err)
}
