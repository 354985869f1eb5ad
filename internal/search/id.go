package search

import (
	"cmp"
	"encoding/binary"
	"sync"

	"github.com/google/uuid"
)

// id is a person's or case's id packed into 16 bytes, which is what the
// realm's ids (UUIDs) are. Others are kept aside and stand as their number,
// with hi zero; no UUID but the nil one begins with eight zero bytes.
type id struct{ hi, lo uint64 }

func (i id) compare(j id) int { return cmp.Or(cmp.Compare(i.hi, j.hi), cmp.Compare(i.lo, j.lo)) }

// asides keeps the ids that are not UUIDs.
type asides struct {
	mu    sync.RWMutex
	texts []string
	by    map[string]uint64
}

func (a *asides) pack(text string) id {
	if packed, ok := packUUID(text); ok {
		return packed
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	n, ok := a.by[text]
	if !ok {
		if a.by == nil {
			a.by = make(map[string]uint64)
		}
		n = uint64(len(a.texts))
		a.texts = append(a.texts, text)
		a.by[text] = n
	}
	return id{lo: n}
}

func (a *asides) packBytes(text []byte) id {
	if packed, ok := packUUID(text); ok {
		return packed
	}
	return a.pack(string(text))
}

// packUUID takes the canonical form only (lower case, 8-4-4-4-12), because no
// other would come back as it was.
func packUUID[T string | []byte](text T) (id, bool) {
	if len(text) != 36 {
		return id{}, false
	}
	if text[8] != '-' || text[13] != '-' || text[18] != '-' || text[23] != '-' {
		return id{}, false
	}
	var bad byte
	digits := func(from, to int) (v uint64) {
		for i := from; i < to; i++ {
			d := hexDigit[text[i]]
			bad |= d
			v = v<<4 | uint64(d&15)
		}
		return v
	}
	out := id{
		hi: digits(0, 8)<<32 | digits(9, 13)<<16 | digits(14, 18),
		lo: digits(19, 23)<<48 | digits(24, 36),
	}
	if bad > 15 {
		return id{}, false
	}
	return out, out.hi != 0
}

func (a *asides) text(i id) string {
	if i.hi != 0 {
		var raw uuid.UUID
		binary.BigEndian.PutUint64(raw[:8], i.hi)
		binary.BigEndian.PutUint64(raw[8:], i.lo)
		return raw.String()
	}
	a.mu.RLock()
	defer a.mu.RUnlock()
	return a.texts[i.lo]
}

// hexDigit is the value of a lower-case digit, or 255; a table, because a start
// reads 600,000 ids.
var hexDigit = func() (t [256]byte) {
	for i := range t {
		t[i] = 255
	}
	for i, c := range "0123456789abcdef" {
		t[c] = byte(i)
	}
	return t
}()
