package directory

import "slices"

// first keeps the first of many in an order, without sorting the others.
type first[T any] struct {
	most   int
	order  func(a, b T) int
	asCome bool // they come in order already
	list   []T
	full   bool // list held most of them once, in order
}

func (f *first[T]) add(x T) {
	if f.asCome {
		if len(f.list) < f.most {
			f.list = append(f.list, x)
		}
		return
	}
	if f.full && f.order(x, f.list[f.most-1]) >= 0 {
		return
	}
	if f.list = append(f.list, x); len(f.list) >= 2*f.most {
		f.trim()
	}
}

// trim sorts; what is equal keeps the order in which it came. What lies behind
// the first most is dropped, so that the last of them stays at most-1.
func (f *first[T]) trim() {
	slices.SortStableFunc(f.list, f.order)
	if len(f.list) >= f.most {
		f.list, f.full = f.list[:f.most], true
	}
}

// page gives a part of the first, in order.
func (f *first[T]) page(skip, size int) []T {
	if !f.asCome {
		f.trim()
	}
	skip = min(skip, len(f.list))
	return f.list[skip:min(skip+size, len(f.list))]
}
