package search

import (
	"context"
	"fmt"

	"rufaa/internal/keyfile"
	"rufaa/internal/store"
)

// Index is a realm's search: tokens in the store, name filters also in memory.
// It is safe for concurrent use.
type Index struct {
	db      *store.DB
	index   keyfile.Secret
	linkage keyfile.Secret
	names   names

	followed followed
}

// Open loads the name filters of the realm into memory.
func Open(ctx context.Context, db *store.DB, keys *keyfile.File) (*Index, error) {
	x := &Index{db: db, index: keys.Index(), linkage: keys.Linkage()}
	if err := x.load(ctx); err != nil {
		return nil, fmt.Errorf("search: load the name filters: %w", err)
	}
	return x, nil
}

func (x *Index) encoder() *encoder { return &encoder{mac: x.linkage.Hash()} }

// Size is how many names are in the index.
func (x *Index) Size() int { return x.names.count() }

// Entry is what is kept to find one person, made before the write: hashing
// does not belong in the write lane.
type Entry struct {
	person  string
	caseID  string
	filters []filter
	spelt   []byte // the names part by part, sealed; nil when there is none
	tokens  []token
	index   *Index
}

type token struct {
	kind  Kind
	token []byte
}

// Prepare makes the tokens of a person from names and numbers in the clear.
func (x *Index) Prepare(person, caseID string, names []string, exacts []Exact) *Entry {
	e := &Entry{person: person, caseID: caseID, index: x}
	enc, speller := x.encoder(), newSpeller(x.linkage)
	var spelled []spelt
	for _, n := range names {
		if f, ok := enc.encode(n); ok {
			e.filters = append(e.filters, f)
			spelled = append(spelled, speller.spell(n))
		}
	}
	if len(spelled) > 0 {
		e.spelt = speller.close(person, spelled)
	}
	for _, v := range exacts {
		if t := x.Exact(v.Kind, v.Value); t != nil {
			e.tokens = append(e.tokens, token{v.Kind, t})
		}
	}
	return e
}

// CaseID is the case in which the person stands.
func (e *Entry) CaseID() string { return e.caseID }

// Write keeps the entry in place of all that was kept of the person. Memory
// follows when the write is durable.
func (e *Entry) Write(tx *store.Tx) error {
	before, err := e.index.clear(tx, e.person)
	if err != nil {
		return err
	}
	for n := range e.filters {
		if _, err := tx.Exec(`INSERT INTO name_filters (person, n, case_id, filter) VALUES ($1, $2, $3, $4)`,
			e.person, n, e.caseID, e.filters[n].bytes()); err != nil {
			return fmt.Errorf("search: keep a name filter: %w", err)
		}
	}
	if e.spelt != nil {
		if _, err := tx.Exec(`INSERT INTO spelt_names (person, sealed) VALUES ($1, $2)`, e.person, e.spelt); err != nil {
			return fmt.Errorf("search: keep spelt names: %w", err)
		}
	}
	for _, t := range e.tokens {
		if _, err := tx.Exec(`INSERT INTO exact_tokens (kind, token, person, case_id) VALUES ($1, $2, $3, $4)
			ON CONFLICT (kind, token, person) DO NOTHING`, string(t.kind), t.token, e.person, e.caseID); err != nil {
			return fmt.Errorf("search: keep a token: %w", err)
		}
	}
	if before > 0 || len(e.filters) > 0 {
		n, err := change(tx, e.person)
		if err != nil {
			return err
		}
		tx.AfterCommit(func() { e.index.took(n, e.person, e.caseID, e.filters, before == 0) })
	}
	return nil
}

// Index is Prepare and Write in one.
func (x *Index) Index(tx *store.Tx, person, caseID string, names []string, exacts []Exact) error {
	return x.Prepare(person, caseID, names, exacts).Write(tx)
}

// Forget takes away everything by which the person could be found.
func (x *Index) Forget(tx *store.Tx, person string) error {
	before, err := x.clear(tx, person)
	if err != nil {
		return err
	}
	if before > 0 {
		n, err := change(tx, person)
		if err != nil {
			return err
		}
		tx.AfterCommit(func() { x.took(n, person, "", nil, false) })
	}
	return nil
}

// clear empties the person's rows and tells how many filters there were.
func (x *Index) clear(tx *store.Tx, person string) (filters int64, err error) {
	if filters, err = tx.Exec(`DELETE FROM name_filters WHERE person = $1`, person); err != nil {
		return 0, fmt.Errorf("search: forget name filters: %w", err)
	}
	for _, table := range []string{"spelt_names", "exact_tokens"} {
		if _, err = tx.Exec(`DELETE FROM `+table+` WHERE person = $1`, person); err != nil {
			return 0, fmt.Errorf("search: forget %s: %w", table, err)
		}
	}
	return filters, nil
}

// FindExact gives everybody with this phone or identity number, in order of
// their ids. What may be shown is decided by the caller.
func (x *Index) FindExact(ctx context.Context, kind Kind, value string) ([]Hit, error) {
	t := x.Exact(kind, value)
	if t == nil {
		t = []byte{} // asks all the same: an empty value takes no less time
	}
	rows, err := x.db.Query(ctx, `SELECT person, case_id FROM exact_tokens WHERE kind = $1 AND token = $2 ORDER BY person`,
		string(kind), t)
	if err != nil {
		return nil, fmt.Errorf("search: exact: %w", err)
	}
	defer rows.Close()
	var out []Hit
	for rows.Next() {
		h := Hit{Score: 1}
		if err := rows.Scan(&h.Person, &h.CaseID); err != nil {
			return nil, fmt.Errorf("search: exact: %w", err)
		}
		out = append(out, h)
	}
	return out, rows.Err()
}
