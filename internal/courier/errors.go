package courier

import (
	"errors"
	"fmt"
)

// Permanent is a refusal that another try does not mend: an address that is
// none, a request that the other side calls wrong.
type Permanent struct{ Why string }

func (e *Permanent) Error() string { return e.Why }

// Lasting tells whether trying again is of no use.
func Lasting(err error) bool { return errors.As(err, new(*Permanent)) }

func permanent(format string, args ...any) error { return &Permanent{fmt.Sprintf(format, args...)} }
