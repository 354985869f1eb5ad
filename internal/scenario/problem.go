package scenario

import (
	"fmt"
	"slices"
	"strings"
)

// Problem is one thing wrong with a scenario file, where, and what to do.
// Line and Col count from 1; 0 when the scenario did not come from a file.
type Problem struct {
	File      string
	Line, Col int
	Text      string
	Remedy    string
}

func (p Problem) String() string {
	return fmt.Sprintf("%s:%d:%d: %s; %s", p.File, p.Line, p.Col, p.Text, p.Remedy)
}

// Problems is everything wrong with a file, in the order of its lines.
type Problems []Problem

func (p Problems) Error() string {
	lines := make([]string, len(p))
	for i, x := range p {
		lines[i] = x.String()
	}
	return strings.Join(lines, "\n")
}

func (p Problems) sorted() Problems {
	slices.SortStableFunc(p, func(a, b Problem) int {
		if a.Line != b.Line {
			return a.Line - b.Line
		}
		return a.Col - b.Col
	})
	return slices.Compact(p)
}
