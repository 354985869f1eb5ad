package search

// Aligned says how two names stand to each other, part by part. It must not be
// shown: with it a name can be guessed part by part.
type Aligned struct {
	// Parts is how many parts the shorter of the two names has.
	Parts int
	// Ordered and Free are how near the parts come of which the least is
	// nearest: every part of the shorter name beside one of the longer, in the
	// order of both, or in any.
	Ordered, Free float64
	// Leading is Ordered with the first parts of the longer name alone: her own
	// name, then her father's.
	Leading float64
}

// align lays the parts of the shorter name beside those of the longer.
func align(a, b spelt) Aligned {
	if len(a) > len(b) {
		a, b = b, a
	}
	out := Aligned{Parts: len(a)}
	if len(a) == 0 {
		return out
	}
	near := make([][]float64, len(a))
	out.Leading = 1
	for i := range a {
		near[i] = make([]float64, len(b))
		for j := range b {
			near[i][j] = a[i].near(&b[j])
		}
		out.Leading = min(out.Leading, near[i][i])
	}
	out.Ordered = laid(near, 0, 0, 0, true)
	out.Free = laid(near, 0, 0, 0, false)
	return out
}

// laid is the best that the parts from the i-th on can come to, those of the
// longer name that are taken left out; in order, only those from the j-th on
// are free.
func laid(near [][]float64, i, j int, taken uint, ordered bool) float64 {
	if i == len(near) {
		return 1
	}
	best := 0.0
	for k := range near[i] {
		if taken&(1<<k) != 0 || ordered && k < j || near[i][k] <= best {
			continue
		}
		best = max(best, min(near[i][k], laid(near, i+1, k+1, taken|1<<k, ordered)))
	}
	return best
}

// near is the Dice coefficient of two parts; letters and skeleton weigh as in a
// filter.
func (p *speltPart) near(q *speltPart) float64 {
	both := bitsOfPart*shared(p.letters, q.letters) + bitsOfSkeleton*shared(p.bones, q.bones)
	all := bitsOfPart*(len(p.letters)+len(q.letters)) + bitsOfSkeleton*(len(p.bones)+len(q.bones))
	return 2 * float64(both) / float64(all)
}

// shared counts what stands in both of two sorted lists.
func shared(a, b []uint16) int {
	n := 0
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0] < b[0]:
			a = a[1:]
		case a[0] > b[0]:
			b = b[1:]
		default:
			n, a, b = n+1, a[1:], b[1:]
		}
	}
	return n
}
