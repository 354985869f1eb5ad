package measure

import (
	"cmp"
	"maps"
	"slices"
)

// Least is the smallest number of people that a cell may show.
const Least = 5

// Count is a number of people as it may be shown: hidden when they are too few,
// or when others could be worked out from it. Few tells the first from the
// second, so that nobody reads seven as fewer than five.
type Count struct {
	N      int  `json:"n"`
	Hidden bool `json:"hidden,omitempty"`
	Few    bool `json:"few,omitempty"`
}

// Hide takes out the cells of a table of one line whose total is shown. Cells of
// one to four go; when only one is gone, or those gone add up to less than
// Least, the smallest of the others goes with them, so that subtraction tells
// nothing. An empty cell may be shown: nobody is in it.
//
// Source: common practice of statistical offices (primary and secondary
// suppression).
func Hide(values []int) []Count {
	out := make([]Count, len(values))
	gone, sum := 0, 0
	for i, n := range values {
		out[i].N = n
		if n > 0 && n < Least {
			out[i].Hidden, out[i].Few = true, true
			gone++
			sum += n
		}
	}
	if gone == 0 {
		return out
	}
	order := make([]int, len(values))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(values[a], values[b]) })
	for _, i := range order {
		if gone >= 2 && sum >= Least {
			break
		}
		if !out[i].Hidden && values[i] > 0 {
			out[i].Hidden = true
			gone++
			sum += values[i]
		}
	}
	for i := range out {
		if out[i].Hidden {
			out[i].N = 0
		}
	}
	return out
}

// Parts takes out the cells of a table whose wholes stand beside them: those
// asked, and how many of them were turned away. A part goes when it is few and
// when those left of its whole are; then the smallest of the others go with it
// until neither the parts nor what is left of them can be worked out.
func Parts(parts, wholes []int) []Count {
	out := make([]Count, len(parts))
	var order []int // of those that may go: nobody is in an empty one
	gone, sum, left := 0, 0, 0
	hide := func(i int) {
		out[i] = Count{Hidden: true, Few: parts[i] < Least}
		gone, sum, left = gone+1, sum+parts[i], left+wholes[i]-parts[i]
	}
	for i, n := range parts {
		out[i].N = n
		switch rest := wholes[i] - n; {
		case n == 0:
		case n < Least, rest > 0 && rest < Least:
			hide(i)
		default:
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(parts[a], parts[b]) })
	for _, i := range order {
		if gone == 0 || gone >= 2 && sum >= Least && (left == 0 || left >= Least) {
			break
		}
		hide(i)
	}
	return out
}

// Total adds up a table of which cells are hidden. It may be shown when those
// hidden are at least two and Least together; else it is hidden too.
func Total(values []int, shown []Count) Count {
	sum, hidden, gone := 0, 0, 0
	for i, n := range values {
		sum += n
		if shown[i].Hidden {
			hidden += n
			gone++
		}
	}
	if gone == 0 && (sum == 0 || sum >= Least) || gone >= 2 && hidden >= Least {
		return Count{N: sum}
	}
	return Count{Hidden: true}
}

// Cell is one line of a table of people by what they are; Group is "" for those
// of whom it was not told.
type Cell struct {
	Group string `json:"group"`
	Count Count  `json:"count"`
}

// Cells are a table of groups in the order of their names, small ones hidden.
func Cells(groups map[string]int) []Cell {
	names := slices.Sorted(maps.Keys(groups))
	values := make([]int, len(names))
	for i, n := range names {
		values[i] = groups[n]
	}
	out := make([]Cell, len(names))
	for i, count := range Hide(values) {
		out[i] = Cell{names[i], count}
	}
	return out
}

// Alone is a number of people that stands in no table.
func Alone(n int) Count { return few(n) }

// Within is how many of all did something. It is hidden when those who did not
// are too few: they would be told by subtraction.
func Within(n, all int) Count {
	if rest := all - n; n >= Least && rest > 0 && rest < Least {
		return Count{Hidden: true}
	}
	return few(n)
}
