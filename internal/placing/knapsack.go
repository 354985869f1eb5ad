package placing

// maxStates limits the table of one place. A place with more is relaxed: its
// kinds of beds count as one kind, which leaves the bound true but weaker.
const maxStates = 4096

// item is an option that would pay for itself at the present prices.
type item struct {
	option int32
	profit int64
}

// packing chooses for one place which units pay best for its beds.
type packing struct {
	m      *model
	items  []item // of one place, the options of a unit side by side
	starts []int32
	demand []int64 // most that the items could take, by row of the place
	rows   []int32 // rows that bind
	size   []int32 // room + 1 in each of them
	weight []int32 // step in the table for each item
	table  []int64
	took   []int32 // by unit and state: item taken, or none
	work   int64
}

const none = int32(-1)

// best is the greatest profit and the options that make it, appended to picks.
func (k *packing) best(items []item, place int32, room []int32, picks []int32) (int64, []int32) {
	k.items = items
	k.group()
	if k.relaxed(place, room) {
		return k.all(picks)
	}
	states := 1
	k.size = k.size[:0]
	for _, r := range k.rows {
		k.size = append(k.size, room[r]+1)
		if states *= int(room[r]) + 1; states > maxStates {
			return k.pooled(room, picks)
		}
	}
	k.weigh()
	return k.solve(states, picks)
}

// group finds where the items of each unit start.
func (k *packing) group() {
	k.starts = k.starts[:0]
	last := none
	for i, it := range k.items {
		if u := k.m.options[it.option].unit; u != last {
			k.starts = append(k.starts, int32(i))
			last = u
		}
	}
	k.starts = append(k.starts, int32(len(k.items)))
}

// relaxed leaves in rows only those which cannot serve every item at once, and
// reports that there is none.
func (k *packing) relaxed(place int32, room []int32) bool {
	from, to := k.m.rows[place], k.m.rows[place+1]
	k.demand = append(k.demand[:0], make([]int64, to-from)...)
	for g := 0; g+1 < len(k.starts); g++ {
		for r := from; r < to; r++ {
			var most int32
			for _, it := range k.items[k.starts[g]:k.starts[g+1]] {
				for _, u := range k.m.options[it.option].uses {
					if u.row == r {
						most = max(most, u.n)
					}
				}
			}
			k.demand[r-from] += int64(most)
		}
	}
	k.rows = k.rows[:0]
	for r := from; r < to; r++ {
		if k.demand[r-from] > int64(room[r]) {
			k.rows = append(k.rows, r)
		}
	}
	return len(k.rows) == 0
}

// all takes the best item of every unit.
func (k *packing) all(picks []int32) (int64, []int32) {
	var sum int64
	for g := 0; g+1 < len(k.starts); g++ {
		best := k.starts[g]
		for i := best + 1; i < k.starts[g+1]; i++ {
			if k.items[i].profit > k.items[best].profit {
				best = i
			}
		}
		sum += k.items[best].profit
		picks = append(picks, k.items[best].option)
	}
	return sum, picks
}

// pooled counts all binding rows as one.
func (k *packing) pooled(room []int32, picks []int32) (int64, []int32) {
	beds, demand := int64(0), int64(0)
	for _, r := range k.rows {
		beds += int64(room[r])
		demand += k.demand[r-k.firstRow()]
	}
	if demand <= beds || beds >= maxStates {
		return k.all(picks)
	}
	k.weight = k.weight[:0]
	for _, it := range k.items {
		var n int32
		for _, u := range k.m.options[it.option].uses {
			if k.binds(u.row) >= 0 {
				n += u.n
			}
		}
		k.weight = append(k.weight, n)
	}
	k.rows, k.size = k.rows[:1], append(k.size[:0], int32(beds)+1)
	return k.solve(int(beds)+1, picks)
}

func (k *packing) firstRow() int32 {
	return k.m.rows[k.m.options[k.items[0].option].place]
}

func (k *packing) binds(row int32) int {
	for i, r := range k.rows {
		if r == row {
			return i
		}
	}
	return -1
}

// weigh turns what each item takes into a step in the table, whose states are
// the free beds of the binding rows as one mixed number.
func (k *packing) weigh() {
	k.weight = k.weight[:0]
	for _, it := range k.items {
		step, w := int32(1), int32(0)
		for i, r := range k.rows {
			for _, u := range k.m.options[it.option].uses {
				if u.row == r {
					w += u.n * step
				}
			}
			step *= k.size[i]
		}
		k.weight = append(k.weight, w)
	}
}

// solve fills the table of profits by free beds, unit by unit, and reads the
// choice back from it.
func (k *packing) solve(states int, picks []int32) (int64, []int32) {
	groups := len(k.starts) - 1
	k.table = grown(k.table, states)
	k.took = grown(k.took, states*groups)
	clear(k.table)
	k.work += int64(states) * int64(len(k.items))
	for g := range groups {
		took := k.took[g*states : (g+1)*states]
		for s := states - 1; s >= 0; s-- {
			best, by := k.table[s], none
			for i := k.starts[g]; i < k.starts[g+1]; i++ {
				w := k.weight[i]
				if int(w) > s || !k.room(int32(s), i) {
					continue
				}
				if v := k.table[int32(s)-w] + k.items[i].profit; v > best {
					best, by = v, i
				}
			}
			k.table[s], took[s] = best, by
		}
	}
	s := int32(states - 1)
	for g := groups - 1; g >= 0; g-- {
		if i := k.took[g*states+int(s)]; i != none {
			picks = append(picks, k.items[i].option)
			s -= k.weight[i]
		}
	}
	return k.table[states-1], picks
}

// room reports whether each digit of the state holds that of the item; with
// one row the number itself says so.
func (k *packing) room(s, i int32) bool {
	if len(k.rows) == 1 {
		return true
	}
	w := k.weight[i]
	for _, n := range k.size {
		if s%n < w%n {
			return false
		}
		s, w = s/n, w/n
	}
	return true
}

func grown[T any](s []T, n int) []T {
	if cap(s) < n {
		return make([]T, n)
	}
	return s[:n]
}
