package search

import (
	"sync"
	"sync/atomic"
)

// chunkSize is how many filters stand together. A change copies one chunk of
// 128 kB, a search takes whole chunks.
const chunkSize = 1024

// names holds every filter in memory. Readers work on a snapshot and never
// wait; writers (one at a time) publish a new one.
type names struct {
	mu   sync.Mutex // writers
	ids  asides
	snap atomic.Pointer[[]*chunk]
}

// chunk is a run of filters side by side. Its slices may be appended to behind
// the published length, and are otherwise never changed.
type chunk struct {
	words  []uint64 // filterWords for each
	counts []uint16 // bits set in each
	person []id
	caseID []id
}

func newChunk() *chunk {
	return &chunk{
		words:  make([]uint64, 0, chunkSize*filterWords),
		counts: make([]uint16, 0, chunkSize),
		person: make([]id, 0, chunkSize),
		caseID: make([]id, 0, chunkSize),
	}
}

func (c *chunk) len() int { return len(c.counts) }

// with is the chunk and one filter more, on the same memory.
func (c *chunk) with(f *filter, person, caseID id) *chunk {
	return &chunk{
		words:  append(c.words, f[:]...),
		counts: append(c.counts, uint16(f.count())),
		person: append(c.person, person),
		caseID: append(c.caseID, caseID),
	}
}

// push adds in place; only for chunks that no search has seen.
func (c *chunk) push(f *filter, person, caseID id) { *c = *c.with(f, person, caseID) }

// without is a copy of the chunk that has nothing of the person. The old
// memory goes when the last search over it ends.
func (c *chunk) without(person id) *chunk {
	out := newChunk()
	for i, p := range c.person {
		if p != person {
			out.words = append(out.words, c.words[i*filterWords:(i+1)*filterWords]...)
			out.counts = append(out.counts, c.counts[i])
			out.person = append(out.person, p)
			out.caseID = append(out.caseID, c.caseID[i])
		}
	}
	return out
}

func (n *names) chunks() []*chunk {
	if p := n.snap.Load(); p != nil {
		return *p
	}
	return nil
}

// count is how many filters there are.
func (n *names) count() int {
	total := 0
	for _, c := range n.chunks() {
		total += c.len()
	}
	return total
}

// replace takes away what stands of the person, unless it is known to be new,
// and adds the filters.
func (n *names) replace(person, caseID string, filters []filter, isNew bool) {
	n.mu.Lock()
	defer n.mu.Unlock()
	next := append(make([]*chunk, 0, len(n.chunks())+1), n.chunks()...)
	who, where := n.ids.pack(person), n.ids.pack(caseID)
	if !isNew {
		next = remove(next, who)
	}
	for i := range filters {
		next = add(next, &filters[i], who, where)
	}
	n.snap.Store(&next)
}

func add(chunks []*chunk, f *filter, person, caseID id) []*chunk {
	if len(chunks) == 0 || chunks[len(chunks)-1].len() == chunkSize {
		chunks = append(chunks, newChunk())
	}
	last := len(chunks) - 1
	chunks[last] = chunks[last].with(f, person, caseID)
	return chunks
}

func remove(chunks []*chunk, person id) []*chunk {
	kept := chunks[:0]
	for _, c := range chunks {
		for i := range c.person {
			if c.person[i] == person {
				c = c.without(person)
				break
			}
		}
		if c.len() > 0 {
			kept = append(kept, c)
		}
	}
	return kept
}
