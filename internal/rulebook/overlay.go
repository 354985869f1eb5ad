package rulebook

import (
	"io/fs"
	"path"
	"slices"
)

// overlay lays versions over the program's own files. It serves what the
// loaders ask for: whole files, and lists of a folder.
type overlay struct {
	base fs.FS
	over map[string]string // path -> text
}

// Open opens a file of the base; what lies over it is read with ReadFile.
func (o overlay) Open(name string) (fs.File, error) { return o.base.Open(name) }

// ReadFile reads a file.
func (o overlay) ReadFile(name string) ([]byte, error) {
	if text, ok := o.over[name]; ok {
		return []byte(text), nil
	}
	return fs.ReadFile(o.base, name)
}

// Glob lists files in the order of their names.
func (o overlay) Glob(pattern string) ([]string, error) {
	out, err := fs.Glob(o.base, pattern)
	if err != nil {
		return nil, err
	}
	for name := range o.over {
		if ok, err := path.Match(pattern, name); err != nil {
			return nil, err
		} else if ok && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out, nil
}
