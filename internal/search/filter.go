package search

import (
	"encoding/binary"
	"hash"
	"math/bits"
)

const (
	filterBits  = 1024
	filterWords = filterBits / 64
	filterBytes = filterBits / 8

	// How many bits a bigram of the folded part, and of its skeleton, sets.
	// Three parts fill about a fifth of the filter.
	bitsOfPart     = 8
	bitsOfSkeleton = 5
)

// filter is the CLK of one name.
type filter [filterWords]uint64

// encoder makes filters under the linkage key. It is for one goroutine.
type encoder struct {
	mac hash.Hash
	sum [32]byte
}

// encode gives the filter of a name; ok is false when no letter is left.
func (e *encoder) encode(name string) (f filter, ok bool) {
	words := parts(name)
	for _, part := range words {
		if particles[part] && len(words) > 1 {
			continue
		}
		folded := fold(part)
		if folded == "" {
			continue
		}
		ok = true
		e.bigrams(&f, 'p', folded, bitsOfPart)
		if bones := skeleton(folded); len(bones) > 1 {
			e.bigrams(&f, 's', bones, bitsOfSkeleton)
		}
	}
	return f, ok
}

// bigrams sets k bits for every pair of neighbouring letters, the ends of the
// word among them.
func (e *encoder) bigrams(f *filter, kind byte, word string, k int) {
	before := '_'
	for _, r := range word + "_" {
		var in [9]byte
		in[0] = kind
		binary.BigEndian.PutUint32(in[1:], uint32(before))
		binary.BigEndian.PutUint32(in[5:], uint32(r))
		e.mac.Reset()
		e.mac.Write(in[:])
		sum := e.mac.Sum(e.sum[:0])
		// Sixteen positions stand in one MAC, independent of each other.
		for i := range k {
			at := binary.BigEndian.Uint16(sum[2*i:]) % filterBits
			f[at/64] |= 1 << (at % 64)
		}
		before = r
	}
}

func (f *filter) count() int {
	n := 0
	for _, w := range f {
		n += bits.OnesCount64(w)
	}
	return n
}

func (f *filter) bytes() []byte {
	out := make([]byte, 0, filterBytes)
	for _, w := range f {
		out = binary.LittleEndian.AppendUint64(out, w)
	}
	return out
}

func filterOf(raw []byte) (f filter, ok bool) {
	if len(raw) != filterBytes {
		return f, false
	}
	for i := range f {
		f[i] = binary.LittleEndian.Uint64(raw[8*i:])
	}
	return f, true
}
