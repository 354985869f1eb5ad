package keyfile

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// maxSize bounds a key file in bytes; a keyset of a hundred rotations is 20 kB.
const maxSize = 1 << 20

func (s Safe) read(path string) (*contents, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &Fault{Kind: ErrMissing, Path: path,
			Remedy: "restore it from the backup of the keys; without it nothing sealed can be opened. For a new realm run rufaa init."}
	}
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer f.Close()
	info, err := f.Stat() // of the open file: what is checked is what is read
	if err != nil {
		return nil, unreadable(path, err)
	}
	if !info.Mode().IsRegular() {
		return nil, unreadable(path, errors.New("not a regular file"))
	}
	if mode := info.Mode().Perm(); mode&0o077 != 0 {
		return nil, &Fault{Kind: ErrExposed, Path: path, Detail: fmt.Sprintf("mode %04o", mode),
			Remedy: "run chmod 600 on it, find out who read it meanwhile, and rotate the keys if anybody may have."}
	}
	raw, err := io.ReadAll(io.LimitReader(f, maxSize+1))
	if err != nil {
		return nil, unreadable(path, err)
	}
	defer clear(raw)
	if len(raw) > maxSize {
		return nil, malformed(path, "it is far too long")
	}
	inner, err := s.unwrap(path, raw)
	if err != nil {
		return nil, err
	}
	defer clear(inner)
	c, err := parse(inner)
	if err != nil {
		return nil, malformed(path, err.Error())
	}
	return c, nil
}

func unreadable(path string, err error) error {
	var pe *fs.PathError
	if errors.As(err, &pe) {
		err = pe.Err // the path stands in the fault already
	}
	return &Fault{Kind: ErrUnreadable, Path: path, Detail: err.Error(),
		Remedy: "give the file to the account that runs Rufaa, with mode 0600."}
}

func malformed(path, detail string) error {
	return &Fault{Kind: ErrMalformed, Path: path, Detail: detail,
		Remedy: "restore it from the backup of the keys; do not edit it by hand."}
}

// writeNew creates a file that did not exist, or changes nothing.
func writeNew(path string, raw []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, mode)
	if errors.Is(err, fs.ErrExist) {
		return &Fault{Kind: ErrExists, Path: path,
			Remedy: "choose another folder. Never delete a key file while data sealed under it is needed."}
	}
	if err != nil {
		return unwritable(path, err)
	}
	if err := fill(f, raw, mode); err != nil {
		os.Remove(path)
		return unwritable(path, err)
	}
	return unwritable(path, syncDir(path))
}

// fill writes, flushes and closes.
func fill(f *os.File, raw []byte, mode fs.FileMode) error {
	_, err := f.Write(raw)
	// Set again: the process's umask may have taken bits away.
	return errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
}

func syncDir(path string) error {
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// replace puts raw in the place of path in one step. The name beside it is
// also the lock: two changes at once would lose one of them.
func replace(path string, change func() ([]byte, error)) error {
	beside := path + ".new"
	f, err := os.OpenFile(beside, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return &Fault{Kind: ErrBusy, Path: path,
			Remedy: "if no other rotation is running, one was interrupted: delete " + filepath.Base(beside) + " beside it and rotate again."}
	}
	if err != nil {
		return unwritable(path, err)
	}
	raw, err := change()
	if err != nil {
		f.Close()
		os.Remove(beside)
		return err
	}
	defer clear(raw)
	if err := fill(f, raw, 0o600); err != nil {
		os.Remove(beside)
		return unwritable(path, err)
	}
	if err := os.Rename(beside, path); err != nil {
		os.Remove(beside)
		return unwritable(path, err)
	}
	return unwritable(path, syncDir(path))
}

func unwritable(path string, err error) error {
	if err == nil {
		return nil
	}
	return &Fault{Kind: ErrWrite, Path: path, Detail: err.Error(),
		Remedy: "see that the folder belongs to the account that runs Rufaa and that the disk has room."}
}

// WriteVerifier writes the public verifier to path, readable by everybody.
func (f *File) WriteVerifier(path string) error {
	tmp := path + ".new"
	out, err := os.OpenFile(tmp, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o644)
	if err != nil {
		return unwritable(path, err)
	}
	if err := fill(out, []byte(f.Verifier()+"\n"), 0o644); err != nil {
		os.Remove(tmp)
		return unwritable(path, err)
	}
	if err := os.Rename(tmp, path); err != nil {
		return unwritable(path, err)
	}
	return unwritable(path, syncDir(path))
}

// LoadVerifier reads what WriteVerifier wrote; no secret is needed.
func LoadVerifier(path string) (note.Verifier, error) {
	raw, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, &Fault{Kind: ErrMissing, Path: path, Remedy: "copy the realm's verifier (realm.pub) here; it is public."}
	}
	if err != nil {
		return nil, unreadable(path, err)
	}
	v, err := note.NewVerifier(strings.TrimSpace(string(raw)))
	if err != nil {
		return nil, &Fault{Kind: ErrMalformed, Path: path, Remedy: "copy the realm's verifier (realm.pub) here again."}
	}
	return v, nil
}
