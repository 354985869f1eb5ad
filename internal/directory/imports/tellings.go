package imports

import (
	linked "container/list"
	"iter"

	"rufaa/internal/directory"
)

// opened is how many tellings stand ready to be joined. Lists are mostly sorted
// by organisation; one that is not takes longer and no more memory.
const opened = 256

// tellings keeps one telling for each organisation, in the order in which they
// came first. All but the last used are packed.
type tellings struct {
	at     map[string]int
	packed [][]byte
	ready  map[int]*linked.Element // of readied
	recent linked.List
	packer directory.Packer
}

type readied struct {
	i int
	t *directory.Telling
}

// open gives the telling of an organisation to be joined; nil when it is new.
func (x *tellings) open(id string) (*directory.Telling, error) {
	i, there := x.at[id]
	if !there {
		return nil, nil
	}
	if e := x.ready[i]; e != nil {
		x.recent.MoveToFront(e)
		return e.Value.(readied).t, nil
	}
	t := new(directory.Telling)
	if err := directory.Unpack(x.packed[i], t); err != nil {
		return nil, err
	}
	return t, x.keep(i, t)
}

// add takes in a new one.
func (x *tellings) add(t *directory.Telling) error {
	if x.at == nil {
		x.at, x.ready = map[string]int{}, map[int]*linked.Element{}
	}
	i := len(x.packed)
	x.at[t.ID], x.packed = i, append(x.packed, nil)
	return x.keep(i, t)
}

func (x *tellings) keep(i int, t *directory.Telling) error {
	x.ready[i] = x.recent.PushFront(readied{i, t})
	if x.recent.Len() <= opened {
		return nil
	}
	last := x.recent.Remove(x.recent.Back()).(readied)
	delete(x.ready, last.i)
	raw, err := x.packer.Pack(last.t)
	x.packed[last.i] = raw
	return err
}

// all gives a copy of each.
func (x *tellings) all() iter.Seq2[*directory.Telling, error] {
	return func(yield func(*directory.Telling, error) bool) {
		for e := x.recent.Front(); e != nil; e = e.Next() {
			r := e.Value.(readied)
			raw, err := x.packer.Pack(r.t)
			if x.packed[r.i] = raw; err != nil {
				yield(nil, err)
				return
			}
		}
		for _, raw := range x.packed {
			t := new(directory.Telling)
			err := directory.Unpack(raw, t)
			if !yield(t, err) || err != nil {
				return
			}
		}
	}
}
