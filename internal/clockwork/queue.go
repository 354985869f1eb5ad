package clockwork

import "container/heap"

// Queue gives out what is due in order of (moment, order of adding). Nothing is
// ever too old: what was jumped over comes out at the next Due.
type Queue[T any] struct {
	items items[T]
	next  int
}

type item[T any] struct {
	at  Minute
	seq int
	it  T
}

type items[T any] []item[T]

func (s items[T]) Len() int { return len(s) }
func (s items[T]) Less(i, j int) bool {
	if s[i].at != s[j].at {
		return s[i].at < s[j].at
	}
	return s[i].seq < s[j].seq
}
func (s items[T]) Swap(i, j int) { s[i], s[j] = s[j], s[i] }
func (s *items[T]) Push(x any)   { *s = append(*s, x.(item[T])) }
func (s *items[T]) Pop() any {
	old := *s
	last := old[len(old)-1]
	*s = old[:len(old)-1]
	return last
}

// Add puts something in for a moment.
func (q *Queue[T]) Add(at Minute, it T) {
	heap.Push(&q.items, item[T]{at: at, seq: q.next, it: it})
	q.next++
}

// Due takes out the first thing due at or before now, with its own moment.
func (q *Queue[T]) Due(now Minute) (T, Minute, bool) {
	if len(q.items) == 0 || q.items[0].at > now {
		var none T
		return none, 0, false
	}
	first := heap.Pop(&q.items).(item[T])
	return first.it, first.at, true
}

// Len is how much waits.
func (q *Queue[T]) Len() int { return len(q.items) }

// Next is the moment of the first thing that waits.
func (q *Queue[T]) Next() (Minute, bool) {
	if len(q.items) == 0 {
		return 0, false
	}
	return q.items[0].at, true
}
