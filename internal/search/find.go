package search

import (
	"cmp"
	"context"
	"math/bits"
	"slices"
	"sync"
)

// Hit is a person that may be meant. Score is the Dice coefficient of the
// names, 0 to 1; it is for ranking and must not be shown, because it would let
// names be guessed letter by letter.
type Hit struct {
	Person string
	CaseID string
	Score  float64
}

// maxCandidates bounds what one search keeps of the filters above the
// threshold; a name that common must be narrowed by the person who asks.
const maxCandidates = 1 << 15

type candidate struct {
	person id
	caseID id
	score  float64
}

// Find gives the persons whose names come nearest to any of the query's names,
// best first: at most limit, with a score of least or more, in cases for which
// visible is true (nil: all). Every filter is compared; then visible is asked
// for every candidate above it, also past the limit, so that the work is the
// same whatever may be shown. visible should therefore be quick, e.g. a set.
// What any server of the realm had written before is found.
func (x *Index) Find(ctx context.Context, query []string, limit int, least float64, visible func(caseID string) bool) ([]Hit, error) {
	if err := x.follow(ctx); err != nil {
		return nil, err
	}
	return x.find(query, limit, least, visible), nil
}

func (x *Index) find(query []string, limit int, least float64, visible func(caseID string) bool) []Hit {
	var found []candidate
	enc := x.encoder()
	for _, name := range query {
		if f, ok := enc.encode(name); ok {
			found = append(found, x.names.scan(&f, least)...)
		}
	}
	slices.SortFunc(found, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(b.score, a.score), a.person.compare(b.person))
	})
	found = found[:min(len(found), maxCandidates)]
	var hits []Hit
	seen := make(map[id]bool, len(found))
	for _, c := range found {
		if visible == nil && len(hits) == limit {
			break
		}
		if seen[c.person] {
			continue // another of the same person's names came nearer
		}
		seen[c.person] = true
		h := Hit{Person: x.names.ids.text(c.person), CaseID: x.names.ids.text(c.caseID), Score: c.score}
		show := visible == nil || visible(h.CaseID)
		if show && len(hits) < limit {
			hits = append(hits, h)
		}
	}
	return hits
}

// scan compares q with every filter, in two halves side by side.
func (n *names) scan(q *filter, least float64) []candidate {
	chunks := n.chunks()
	half := len(chunks) / 2
	var first []candidate
	var wg sync.WaitGroup
	wg.Go(func() { first = scanChunks(chunks[:half], q, least) })
	second := scanChunks(chunks[half:], q, least)
	wg.Wait()
	return append(first, second...)
}

func scanChunks(chunks []*chunk, q *filter, least float64) []candidate {
	var out []candidate
	own := q.count()
	for _, c := range chunks {
		words := c.words
		for i, count := range c.counts {
			both := common(q, (*filter)(words[i*filterWords:]))
			// Dice: twice the common bits over the bits of both.
			if score := 2 * float64(both) / float64(own+int(count)); score >= least {
				out = append(out, candidate{c.person[i], c.caseID[i], score})
			}
		}
	}
	return out
}

// common counts the bits set in both, written out because the loop costs a
// third more.
func common(a, b *filter) int {
	return bits.OnesCount64(a[0]&b[0]) + bits.OnesCount64(a[1]&b[1]) +
		bits.OnesCount64(a[2]&b[2]) + bits.OnesCount64(a[3]&b[3]) +
		bits.OnesCount64(a[4]&b[4]) + bits.OnesCount64(a[5]&b[5]) +
		bits.OnesCount64(a[6]&b[6]) + bits.OnesCount64(a[7]&b[7]) +
		bits.OnesCount64(a[8]&b[8]) + bits.OnesCount64(a[9]&b[9]) +
		bits.OnesCount64(a[10]&b[10]) + bits.OnesCount64(a[11]&b[11]) +
		bits.OnesCount64(a[12]&b[12]) + bits.OnesCount64(a[13]&b[13]) +
		bits.OnesCount64(a[14]&b[14]) + bits.OnesCount64(a[15]&b[15])
}
