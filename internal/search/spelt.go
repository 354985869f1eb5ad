package search

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strings"

	"rufaa/internal/keyfile"
	"rufaa/internal/store"
)

// comparedParts is how many parts of one name are compared with another's; a
// longer name adds titles and places, and the work grows with every part.
const comparedParts = 5

// speltPart is one part of a name as keyed tokens of the bigrams of its folded
// form and of its skeleton, each in order and once.
type speltPart struct{ letters, bones []uint16 }

// spelt is a name as it was written, part after part. A filter says which
// bigrams a whole name has; this says where one part ends, and which comes
// first: it tells Ali Omar Salim from Salim Ali Omar, and one wrong letter
// from another grandfather.
type spelt []speltPart

// speller makes them under the linkage key, and seals them. It is for one
// goroutine.
type speller struct {
	mac  hash.Hash
	seal cipher.AEAD
}

func newSpeller(linkage keyfile.Secret) *speller {
	key := linkage.MAC("spelt-names/seal")
	block, err := aes.NewCipher(key[:])
	if err != nil {
		panic(err) // the key has 32 bytes
	}
	seal, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err) // AES has the block size of GCM
	}
	return &speller{mac: linkage.Hash(), seal: seal}
}

// spell takes a name apart; it is empty when no letter is left.
func (s *speller) spell(name string) spelt {
	var out spelt
	words := parts(name)
	for _, part := range words {
		if particles[part] && len(words) > 1 {
			continue
		}
		folded := fold(part)
		if folded == "" || len(out) == comparedParts {
			continue
		}
		p := speltPart{letters: s.tokens('l', folded)}
		if bones := skeleton(folded); len(bones) > 1 {
			p.bones = s.tokens('b', bones)
		}
		out = append(out, p)
	}
	return out
}

// tokens are of sixteen bits: enough to compare two names, and many bigrams
// share one.
func (s *speller) tokens(kind byte, word string) []uint16 {
	var out []uint16
	before := '_'
	for _, r := range word + "_" {
		// Ten bytes, so that no input is one of the filters', which have nine.
		in := [10]byte{'s', kind}
		binary.BigEndian.PutUint32(in[2:], uint32(before))
		binary.BigEndian.PutUint32(in[6:], uint32(r))
		s.mac.Reset()
		s.mac.Write(in[:])
		var sum [32]byte
		out = append(out, binary.BigEndian.Uint16(s.mac.Sum(sum[:0])))
		before = r
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// speltForm is the form of what is sealed; another form begins with another
// number. What is sealed is filled up to a whole number of speltBlock bytes, so
// that its length does not tell how long a name is.
const (
	speltForm  = 1
	speltBlock = 256
)

// close seals the names of a person, for her row alone.
func (s *speller) close(person string, names []spelt) []byte {
	raw := []byte{speltForm, byte(len(names))}
	for _, name := range names {
		raw = append(raw, byte(len(name)))
		for _, p := range name {
			for _, list := range [][]uint16{p.letters, p.bones} {
				raw = binary.BigEndian.AppendUint16(raw, uint16(len(list)))
				for _, t := range list {
					raw = binary.BigEndian.AppendUint16(raw, t)
				}
			}
		}
	}
	raw = append(raw, make([]byte, speltBlock-1-(len(raw)-1)%speltBlock)...)
	return s.seal.Seal(nil, nil, raw, []byte(person))
}

var errSpelt = errors.New("a row of spelt_names is damaged; describe the person again")

// open reads what close sealed.
func (s *speller) open(person string, sealed []byte) ([]spelt, error) {
	raw, err := s.seal.Open(nil, nil, sealed, []byte(person))
	if err != nil || len(raw) == 0 || raw[0] != speltForm {
		return nil, fmt.Errorf("person %s: %w", person, errSpelt)
	}
	raw = raw[1:]
	take := func(n int) []byte {
		if len(raw) < n {
			raw, err = nil, errSpelt
			return make([]byte, n)
		}
		out := raw[:n]
		raw = raw[n:]
		return out
	}
	list := func() []uint16 {
		out := make([]uint16, binary.BigEndian.Uint16(take(2)))
		for i := range out {
			out[i] = binary.BigEndian.Uint16(take(2))
		}
		return out
	}
	out := make([]spelt, take(1)[0])
	for n := range out {
		out[n] = make(spelt, take(1)[0])
		for i := range out[n] {
			out[n][i] = speltPart{letters: list(), bones: list()}
		}
	}
	if err != nil {
		return nil, fmt.Errorf("person %s: %w", person, err)
	}
	return out, nil
}

// speltOf reads the spelt names of persons; whoever was written before they
// were kept is not among them.
func (x *Index) speltOf(ctx context.Context, persons []string) (map[string][]spelt, error) {
	out := make(map[string][]spelt, len(persons))
	s := newSpeller(x.linkage)
	for some := range slices.Chunk(persons, 500) { // few enough for either engine's parameters
		args := make([]any, len(some))
		marks := make([]string, len(some))
		for i, p := range some {
			args[i], marks[i] = p, fmt.Sprintf("$%d", i+1)
		}
		rows, err := x.db.Query(ctx, `SELECT person, sealed FROM spelt_names WHERE person IN (`+strings.Join(marks, ",")+`)`, args...)
		if err != nil {
			return nil, fmt.Errorf("search: spelt names: %w", err)
		}
		if err := s.read(rows, out); err != nil {
			return nil, fmt.Errorf("search: spelt names: %w", err)
		}
	}
	return out, nil
}

func (s *speller) read(rows *store.Rows, into map[string][]spelt) error {
	defer rows.Close()
	for rows.Next() {
		var person string
		var sealed []byte
		if err := rows.Scan(&person, &sealed); err != nil {
			return err
		}
		names, err := s.open(person, sealed)
		if err != nil {
			return err
		}
		into[person] = names
	}
	return rows.Err()
}
