package keyfile

import (
	"errors"
	"fmt"
)

// What can be wrong with a key file; compare with errors.Is.
var (
	ErrMissing    = errors.New("the key file is missing")
	ErrUnreadable = errors.New("the key file cannot be read")
	ErrMalformed  = errors.New("the key file is damaged")
	ErrExposed    = errors.New("the key file may be read by others on this machine")
	ErrOtherRealm = errors.New("the key file belongs to another realm")
	ErrExists     = errors.New("a key file stands here already")
	ErrBusy       = errors.New("the key file is being changed, or a change was interrupted")
	ErrWrite      = errors.New("the key file cannot be written")
	ErrWrapped    = errors.New("the key file is wrapped by a KMS")
	ErrKMS        = errors.New("the KMS does not unwrap the key file")
	ErrRealmName  = errors.New("a realm's name is lower-case letters, digits, - and _")
)

// Fault is why a key file was refused: one of the errors above, the path, and
// the remedy in words for the operator. It never holds any part of the file.
type Fault struct {
	Kind   error
	Path   string
	Detail string // e.g. the mode, the realm's name, or the system's words
	Remedy string
}

func (f *Fault) Error() string {
	detail := ""
	if f.Detail != "" {
		detail = " (" + f.Detail + ")"
	}
	return fmt.Sprintf("keyfile: %s: %s%s. Remedy: %s", f.Path, f.Kind, detail, f.Remedy)
}

// Unwrap makes errors.Is(err, ErrExposed) and its like work.
func (f *Fault) Unwrap() error { return f.Kind }
