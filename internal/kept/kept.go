package kept

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/hashicorp/golang-lru/v2/expirable"

	"rufaa/internal/casefile"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// The kinds.
const (
	KindFilter = "filter"
	KindSearch = "search"
)

// List is one that somebody keeps.
type List struct {
	ID     string          `json:"id"`
	Kind   string          `json:"kind" enum:"filter,search"`
	Name   string          `json:"name,omitempty" doc:"Of a filter"`
	List   string          `json:"list,omitempty" doc:"Of a filter: the worklist it narrows"`
	Filter casefile.Filter `json:"filter,omitzero"`
	By     string          `json:"by,omitempty" doc:"Of a search: reference, phone, id_number or name; never for what"`
	Shared bool            `json:"shared"`
	Preset bool            `json:"preset" doc:"Opens the worklist by itself"`
	Own    bool            `json:"own"`
	At     time.Time       `json:"at"`

	sealed string
}

// content is what stands beside the columns.
type content struct {
	List   string          `json:"list,omitempty"`
	Filter casefile.Filter `json:"filter,omitzero"`
	By     string          `json:"by,omitempty"`
}

// NewFilter is a filter to keep.
type NewFilter struct {
	Name   string          `json:"name" maxLength:"60" doc:"No name of a person: colleagues may read it"`
	List   string          `json:"list" maxLength:"20" doc:"The worklist it narrows"`
	Filter casefile.Filter `json:"filter"`
	Shared bool            `json:"shared,omitempty" doc:"Colleagues of the agency in the same duty see it too"`
	Preset bool            `json:"preset,omitempty" doc:"Opens the worklist by itself"`
}

// Kept runs the room in one realm.
type Kept struct {
	realm *realm.Realm
	cases *casefile.Cases
	seal  func(ctx context.Context, subject, plain string) (string, error)
	open  func(ctx context.Context, who realm.Actor, sealed string) (string, error)
	first *expirable.LRU[owner, *List]
}

// New opens the room.
func New(r *realm.Realm, cases *casefile.Cases) *Kept {
	k := &Kept{realm: r, cases: cases, first: expirable.NewLRU[owner, *List](firstKept, nil, firstStays)}
	k.seal = func(ctx context.Context, subject, plain string) (string, error) {
		s, err := r.Vault.Sealer(ctx, subject)
		if err != nil {
			return "", err
		}
		sealed, err := s.Seal(place, plain)
		return string(sealed), err
	}
	k.open = func(ctx context.Context, who realm.Actor, sealed string) (string, error) {
		texts, err := r.Vault.Open(ctx, vault.Opening{Actor: who.Staff, Agency: who.Agency, Duty: who.Duty, Device: who.Device, Purpose: "search", Case: who.Staff},
			[]vault.Item{{Place: place, Sealed: vault.Sealed(sealed)}})
		if err != nil {
			return "", err
		}
		return texts[0], nil
	}
	return k
}

var place = vault.Place{Record: "kept-search", Field: "words", Compartment: vault.Identity, Schema: 1}

// most is how many somebody may keep.
const most = 50

const columns = `id, staff, kind, name, shared, preset, content, sealed, at`

// Lists gives one's own and those that colleagues share, by name.
func (k *Kept) Lists(ctx context.Context, who realm.Actor) ([]List, error) {
	if err := k.realm.Door.Realm(who.Principal, policy.ListKeep); err != nil {
		return nil, err
	}
	rows, err := k.realm.Store.Query(ctx, `SELECT `+columns+` FROM kept_lists WHERE staff = $1 AND duty = $3
		UNION ALL SELECT `+columns+` FROM kept_lists WHERE agency = $2 AND shared = 1 AND duty = $3 AND staff <> $1 ORDER BY name, at LIMIT 200`,
		who.Staff, who.Agency, who.Duty)
	if err != nil {
		return nil, fmt.Errorf("kept: list: %w", err)
	}
	defer rows.Close()
	var out []List
	for rows.Next() {
		l, err := scan(rows, who.Staff)
		if err != nil {
			return nil, err
		}
		out = append(out, *l)
	}
	return out, rows.Err()
}

func scan(row interface{ Scan(...any) error }, staff string) (*List, error) {
	var l List
	var owner string
	var raw []byte
	var at int64
	err := row.Scan(&l.ID, &owner, &l.Kind, &l.Name, &l.Shared, &l.Preset, &raw, &l.sealed, &at)
	if errors.Is(err, store.ErrNoRow) {
		return nil, problem.ErrNotFound
	}
	if err != nil {
		return nil, fmt.Errorf("kept: %w", err)
	}
	var c content
	if err := json.Unmarshal(raw, &c); err != nil {
		return nil, fmt.Errorf("kept: %s: %w", l.ID, err)
	}
	l.List, l.Filter, l.By = c.List, c.Filter, c.By
	l.Own = owner == staff
	l.Preset = l.Preset && l.Own // a colleague's first list is not one's own
	l.At = time.UnixMilli(at).UTC()
	return &l, nil
}

// Get gives one that is one's own or shared.
func (k *Kept) Get(ctx context.Context, who realm.Actor, id string) (*List, error) {
	if err := k.realm.Door.Realm(who.Principal, policy.ListKeep); err != nil {
		return nil, err
	}
	return scan(k.realm.Store.QueryRow(ctx, `SELECT `+columns+` FROM kept_lists WHERE id = $1 AND duty = $4 AND (staff = $2 OR agency = $3 AND shared = 1)`,
		id, who.Staff, who.Agency, who.Duty), who.Staff)
}

// First gives the filter that opens one's worklist by itself, or nil. It is
// kept in memory for moments: every opening of the worklist asks for it.
func (k *Kept) First(ctx context.Context, who realm.Actor) (*List, error) {
	if k.realm.Door.Realm(who.Principal, policy.ListKeep) != nil {
		return nil, nil
	}
	at := owner{who.Staff, who.Duty}
	if l, ok := k.first.Get(at); ok {
		return l, nil
	}
	l, err := scan(k.realm.Store.QueryRow(ctx, `SELECT `+columns+` FROM kept_lists WHERE staff = $1 AND preset = 1 AND duty = $2 ORDER BY at DESC LIMIT 1`, who.Staff, who.Duty), who.Staff)
	if errors.Is(err, problem.ErrNotFound) {
		l, err = nil, nil
	}
	if err == nil {
		k.first.Add(at, l)
	}
	return l, err
}

// owner is whose worklist opens, in which duty.
type owner struct{ staff, duty string }

// How long, and for how many, the first filter is kept in memory; a change made
// by another server is seen after that.
const (
	firstStays = 10 * time.Second
	firstKept  = 5_000
)

// Keep keeps a filter.
func (k *Kept) Keep(ctx context.Context, who realm.Actor, f *NewFilter) (id string, err error) {
	if err := k.realm.Door.Realm(who.Principal, policy.ListKeep); err != nil {
		return "", err
	}
	c := valid.New(k.realm.Now())
	c.Line("name", &f.Name, 60, true)
	c.Term("list", f.List, casefile.IsList, true)
	if err := c.Err(); err != nil {
		return "", err
	}
	if err := f.Filter.Check(k.realm.Content); err != nil {
		return "", err
	}
	return k.insert(ctx, who, KindFilter, f.Name, f.Shared, f.Preset, content{List: f.List, Filter: f.Filter}, "")
}

// KeepSearch keeps a search, sealed.
func (k *Kept) KeepSearch(ctx context.Context, who realm.Actor, q *casefile.Query) (id string, err error) {
	if err := k.realm.Door.Realm(who.Principal, policy.ListKeep); err != nil {
		return "", err
	}
	c := valid.New(k.realm.Now())
	c.Term("by", q.By, func(s string) bool { return s == "reference" || s == "phone" || s == "id_number" || s == "name" }, true)
	c.Text("value", &q.Value, valid.MaxName, true)
	if err := c.Err(); err != nil {
		return "", err
	}
	sealed, err := k.seal(ctx, who.Staff, q.Value)
	if err != nil {
		return "", err
	}
	return k.insert(ctx, who, KindSearch, "", false, false, content{By: q.By}, sealed)
}

func (k *Kept) insert(ctx context.Context, who realm.Actor, kind, name string, shared, preset bool, c content, sealed string) (string, error) {
	raw, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	id := k.realm.NewID()
	flag := map[bool]int{true: 1}
	return id, k.realm.Store.Write(ctx, func(tx *store.Tx) error {
		tx.AfterCommit(func() { k.first.Remove(owner{who.Staff, who.Duty}) })
		var have int
		if err := tx.QueryRow(`SELECT count(*) FROM kept_lists WHERE staff = $1`, who.Staff).Scan(&have); err != nil {
			return err
		}
		if have >= most {
			return problem.Refuse("kept.enough")
		}
		if preset {
			if _, err := tx.Exec(`UPDATE kept_lists SET preset = 0 WHERE staff = $1 AND duty = $2`, who.Staff, who.Duty); err != nil {
				return err
			}
		}
		_, err := tx.Exec(`INSERT INTO kept_lists (id, staff, agency, duty, kind, name, shared, preset, content, sealed, at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)`,
			id, who.Staff, who.Agency, who.Duty, kind, name, flag[shared], flag[preset], raw, sealed, k.realm.Now().UnixMilli())
		return err
	})
}

// Drop forgets one's own.
func (k *Kept) Drop(ctx context.Context, who realm.Actor, id string) error {
	if err := k.realm.Door.Realm(who.Principal, policy.ListKeep); err != nil {
		return err
	}
	return k.realm.Store.Write(ctx, func(tx *store.Tx) error {
		tx.AfterCommit(func() { k.first.Remove(owner{who.Staff, who.Duty}) })
		n, err := tx.Exec(`DELETE FROM kept_lists WHERE id = $1 AND staff = $2`, id, who.Staff)
		if err == nil && n == 0 {
			return problem.ErrNotFound
		}
		return err
	})
}

// Search runs a kept search of one's own. Its words are opened for it, which is
// recorded, and never shown.
func (k *Kept) Search(ctx context.Context, who realm.Actor, id string) ([]casefile.Hit, error) {
	l, err := k.Get(ctx, who, id)
	if err != nil {
		return nil, err
	}
	if l.Kind != KindSearch || !l.Own {
		return nil, problem.ErrNotFound
	}
	words, err := k.open(ctx, who, l.sealed)
	if err != nil {
		return nil, err
	}
	return k.cases.Find(ctx, who, &casefile.Query{By: l.By, Value: words})
}
