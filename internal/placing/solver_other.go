//go:build !linux

package placing

import (
	"context"
	"fmt"
)

// ask is not offered where a question could not be kept in memory.
func (sv *Solver) ask(context.Context, *model, []byte) (answer, error) {
	return answer{}, fmt.Errorf("%w: only on Linux", ErrSolver)
}
