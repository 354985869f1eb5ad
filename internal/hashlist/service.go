package hashlist

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/valid"
)

// Lists runs the room in one realm.
type Lists struct {
	realm *realm.Realm
	// counts are the VICS categories that are known abuse material.
	counts  []int
	changed func(ctx context.Context) error
}

// New opens the room and registers its projection. Counts are the VICS
// categories that match.
func New(r *realm.Realm, counts []int) *Lists {
	r.Register(projection{})
	return &Lists{realm: r, counts: counts}
}

// OnImport is told after a list came into force, so that what is kept already
// is held against it.
func (l *Lists) OnImport(fn func(ctx context.Context) error) { l.changed = fn }

// macSize is how many bytes of an HMAC are kept: with 2^40 entries a chance
// agreement is one in 2^88.
const macSize = 16

// mac is a digest as rows hold it.
func (l *Lists) mac(algo string, digest []byte) []byte {
	m := l.realm.KeyFile.Index().MAC("hashlist/"+algo, digest)
	return m[:macSize]
}

// Import is a list as somebody hands it in.
type Import struct {
	Name   string `json:"name" doc:"What the list is called"`
	Source string `json:"source" doc:"Who gave it, and under which agreement"`
	Body   io.Reader
}

// batch is how many entries go into one write, so that others may write in
// between.
const batch = 4000

// Import takes a list in: the whole or nothing. It comes into force with its
// event, after all its entries stand; then what is kept is held against it.
func (l *Lists) Import(ctx context.Context, who realm.Actor, in *Import) (*List, error) {
	if err := l.realm.Door.Realm(who.Principal, policy.HashListImport); err != nil {
		return nil, err
	}
	c := valid.New(l.realm.Now())
	c.Line("name", &in.Name, valid.MaxName, true)
	c.Text("source", &in.Source, valid.MaxLine, true)
	if err := c.Err(); err != nil {
		return nil, err
	}
	id := l.realm.NewID()
	ev, err := l.enter(ctx, id, in)
	if err != nil {
		return nil, errors.Join(err, l.forget(context.WithoutCancel(ctx), id))
	}
	if _, err := l.realm.Commit(ctx, realm.Command{Actor: who, Answer: realm.Receipt{ID: id},
		Appends: []realm.Append{{Stream: "hashlist/" + id, Expected: 0, Drafts: draft(Imported, ev)}}}); err != nil {
		return nil, errors.Join(err, l.forget(context.WithoutCancel(ctx), id))
	}
	out := &List{ID: id, ImportedEvent: *ev, By: By{Staff: who.Staff, Agency: who.Agency, At: l.realm.Now()}, Version: 1}
	if l.changed != nil {
		return out, l.changed(context.WithoutCancel(ctx))
	}
	return out, nil
}

// entry is one row on its way.
type entry struct {
	algo     string
	mac      []byte
	category int
}

func (l *Lists) enter(ctx context.Context, id string, in *Import) (*ImportedEvent, error) {
	ev := &ImportedEvent{Name: in.Name, Source: in.Source, Counts: map[string]int{}}
	var rows []entry
	flush := func() error {
		if len(rows) == 0 {
			return nil
		}
		err := l.realm.Store.Write(ctx, func(tx *store.Tx) error {
			for _, e := range rows {
				n, err := tx.Exec(`INSERT INTO hash_list_entries (list, algo, mac, category) VALUES ($1,$2,$3,$4) ON CONFLICT (mac, algo, list) DO NOTHING`, id, e.algo, e.mac, e.category)
				if err != nil {
					return err
				}
				ev.Counts[e.algo] += int(n)
			}
			return nil
		})
		rows = rows[:0]
		return err
	}
	form, err := readList(in.Body, func(it item) error {
		if it.counted && !slices.Contains(l.counts, it.category) {
			ev.Skipped++
			return nil
		}
		for algo, digest := range it.digests {
			rows = append(rows, entry{algo, l.mac(algo, digest), it.category})
		}
		if len(rows) >= batch {
			return flush()
		}
		return nil
	})
	if err == nil {
		err = flush()
	}
	ev.Form = form
	var fault *Fault
	if errors.As(err, &fault) {
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "file", Key: fault.Key, Args: []any{"line", fault.Line}}}}
	}
	if err != nil {
		return nil, fmt.Errorf("hashlist: import: %w", err)
	}
	if len(ev.Counts) == 0 {
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "file", Key: "hashlist.error.nothing"}}}
	}
	return ev, nil
}

func (l *Lists) forget(ctx context.Context, id string) error {
	return l.realm.Store.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(`DELETE FROM hash_list_entries WHERE list = $1`, id)
		return err
	})
}

// Withdraw ends a list: nothing is held against it any more.
func (l *Lists) Withdraw(ctx context.Context, who realm.Actor, id string) error {
	if err := l.realm.Door.Realm(who.Principal, policy.HashListImport); err != nil {
		return err
	}
	list, err := l.read(ctx, id)
	if err != nil {
		return err
	}
	if list.Withdrawn != nil {
		return nil
	}
	_, err = l.realm.Commit(ctx, realm.Command{Actor: who,
		Appends: []realm.Append{{Stream: "hashlist/" + id, Expected: list.Version, Drafts: draft(Withdrawn, struct{}{})}},
		Also: func(tx *store.Tx) error {
			_, err := tx.Exec(`DELETE FROM hash_list_entries WHERE list = $1`, id)
			return err
		}})
	return err
}

func (l *Lists) read(ctx context.Context, id string) (*List, error) {
	var raw []byte
	err := l.realm.Store.QueryRow(ctx, `SELECT state FROM hash_lists WHERE id = $1`, id).Scan(&raw)
	if errors.Is(err, store.ErrNoRow) {
		return nil, problem.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("hashlist: read: %w", err)
	}
	list := new(List)
	return list, json.Unmarshal(raw, list)
}

// All lists the lists, the newest first.
func (l *Lists) All(ctx context.Context, who realm.Actor) ([]List, error) {
	if err := l.realm.Door.Realm(who.Principal, policy.HashListView); err != nil {
		return nil, err
	}
	rows, err := l.realm.Store.Query(ctx, `SELECT state FROM hash_lists ORDER BY at DESC, id DESC`)
	if err != nil {
		return nil, fmt.Errorf("hashlist: all: %w", err)
	}
	defer rows.Close()
	out := []List{}
	for rows.Next() {
		var raw []byte
		var one List
		if err := rows.Scan(&raw); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(raw, &one); err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, rows.Err()
}

// Needs names the hashes beside SHA-256 that a list in force is written in:
// only then are they worth computing.
func (l *Lists) Needs(ctx context.Context) ([]string, error) {
	var out []string
	for _, algo := range []string{"md5", "sha1"} {
		var n int
		err := l.realm.Store.QueryRow(ctx, `SELECT count(*) FROM hash_lists l WHERE l.status = 'inforce' AND EXISTS
			(SELECT 1 FROM hash_list_entries e WHERE e.list = l.id AND e.algo = $1)`, algo).Scan(&n)
		if err != nil {
			return nil, fmt.Errorf("hashlist: needs: %w", err)
		}
		if n > 0 {
			out = append(out, algo)
		}
	}
	return out, nil
}

// Match gives a list in force on which one of the digests stands; "" for none.
func (l *Lists) Match(ctx context.Context, digests map[string]string) (string, error) {
	for _, algo := range algos {
		raw, err := hex.DecodeString(digests[algo])
		if err != nil || len(raw) != lengths[algo] {
			continue
		}
		list, err := l.find(ctx, algo, raw)
		if err != nil || list != "" {
			return list, err
		}
	}
	return "", nil
}

func (l *Lists) find(ctx context.Context, algo string, digest []byte) (list string, err error) {
	err = l.realm.Store.QueryRow(ctx, `SELECT e.list FROM hash_list_entries e JOIN hash_lists l ON l.id = e.list
		WHERE e.mac = $1 AND e.algo = $2 AND l.status = 'inforce' ORDER BY e.list LIMIT 1`, l.mac(algo, digest), algo).Scan(&list)
	if errors.Is(err, store.ErrNoRow) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("hashlist: match: %w", err)
	}
	return list, nil
}

// Mark keeps the digests of a thing, keyed, for lists to come.
func (l *Lists) Mark(tx *store.Tx, thing string, digests map[string]string) error {
	for algo, digest := range digests {
		raw, err := hex.DecodeString(digest)
		if err != nil || len(raw) != lengths[algo] {
			continue
		}
		if err := mark(tx, thing, 0, entry{algo: algo, mac: l.mac(algo, raw)}); err != nil {
			return err
		}
	}
	return nil
}

func mark(tx *store.Tx, thing string, n int, e entry) error {
	_, err := tx.Exec(`INSERT INTO digest_marks (thing, n, algo, mac) VALUES ($1,$2,$3,$4) ON CONFLICT (thing, n, algo) DO NOTHING`, thing, n, e.algo, e.mac)
	return err
}

// Unmark forgets the digests of a thing.
func (l *Lists) Unmark(tx *store.Tx, thing string) error {
	_, err := tx.Exec(`DELETE FROM digest_marks WHERE thing = $1`, thing)
	return err
}

// Hits gives the things whose name begins so ("file/") that stand on a list in
// force, each with one such list.
func (l *Lists) Hits(ctx context.Context, kind string) (map[string]string, error) {
	rows, err := l.realm.Store.Query(ctx, `SELECT DISTINCT m.thing, e.list FROM digest_marks m
		JOIN hash_list_entries e ON e.mac = m.mac AND e.algo = m.algo JOIN hash_lists l ON l.id = e.list
		WHERE l.status = 'inforce' AND m.thing LIKE $1 ORDER BY m.thing, e.list`, kind+"%")
	if err != nil {
		return nil, fmt.Errorf("hashlist: hits: %w", err)
	}
	defer rows.Close()
	out := map[string]string{}
	for rows.Next() {
		var thing, list string
		if err := rows.Scan(&thing, &list); err != nil {
			return nil, err
		}
		if out[thing] == "" {
			out[thing] = list
		}
	}
	return out, rows.Err()
}

// Lacking gives things of a kind of which a hash is not known.
func (l *Lists) Lacking(ctx context.Context, kind, algo string, most int) ([]string, error) {
	rows, err := l.realm.Store.Query(ctx, `SELECT DISTINCT m.thing FROM digest_marks m WHERE m.thing LIKE $1 AND m.n = 0
		AND NOT EXISTS (SELECT 1 FROM digest_marks x WHERE x.thing = m.thing AND x.n = 0 AND x.algo = $2) ORDER BY m.thing LIMIT $3`, kind+"%", algo, most)
	if err != nil {
		return nil, fmt.Errorf("hashlist: lacking: %w", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var thing string
		if err := rows.Scan(&thing); err != nil {
			return nil, err
		}
		out = append(out, thing)
	}
	return out, rows.Err()
}

// Hit gives a list in force on which one thing stands; "" for none.
func (l *Lists) Hit(ctx context.Context, thing string) (list string, err error) {
	err = l.realm.Store.QueryRow(ctx, `SELECT e.list FROM digest_marks m
		JOIN hash_list_entries e ON e.mac = m.mac AND e.algo = m.algo JOIN hash_lists l ON l.id = e.list
		WHERE l.status = 'inforce' AND m.thing = $1 ORDER BY e.list LIMIT 1`, thing).Scan(&list)
	if errors.Is(err, store.ErrNoRow) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("hashlist: hit: %w", err)
	}
	return list, nil
}

// Lacks tells whether one of these hashes of a thing is not known, of the thing as
// a whole.
func (l *Lists) Lacks(ctx context.Context, thing string, algos []string) (bool, error) {
	for _, algo := range algos {
		var n int
		if err := l.realm.Store.QueryRow(ctx, `SELECT count(*) FROM digest_marks WHERE thing = $1 AND n = 0 AND algo = $2`, thing, algo).Scan(&n); err != nil {
			return false, fmt.Errorf("hashlist: lacks: %w", err)
		}
		if n == 0 {
			return true, nil
		}
	}
	return false, nil
}
