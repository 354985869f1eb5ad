package vault

import (
	"context"
	"crypto/cipher"
	"errors"
	"fmt"
	"slices"
)

// Opening is the record of one opening: who, in which duty, for which purpose,
// on what basis. Open fills Fields and Compartments.
type Opening struct {
	Actor, Agency, Duty string        // ids of who opens
	Purpose, Basis      string        // vocabulary ids
	Case                string        // id of the case; "" for what belongs to none
	Device              string        // label of the device
	BreakGlass          string        // id of the break-glass it rests on; "" for none
	Fields              []string      // record/field, sorted, filled by Open
	Compartments        []Compartment // sorted, filled by Open
}

// Item is a sealed text and the place it must stand in.
type Item struct {
	Place  Place
	Sealed Sealed
}

// Erased stands in the answer of Open for a text whose key was destroyed. It
// begins with a control character that no input may hold; ask IsErased and
// show a text of the catalog instead.
const Erased = "\x00erased"

// IsErased tells whether a text from Open was erased.
func IsErased(text string) bool { return text == Erased }

// Open gives the texts in the order of the items. One record is made for the
// call, and nothing is read from the key store before it is durable. Empty
// items give empty texts, and a call of only those leaves no record. A text
// that was altered, moved or sealed for another place fails the whole call.
func (v *Vault) Open(ctx context.Context, o Opening, items []Item) ([]string, error) {
	todo, err := v.prepare(&o, items)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(items))
	if len(todo) == 0 {
		return out, nil
	}
	if v.recorder == nil {
		return nil, ErrNoRecorder
	}
	if err := v.recorder(ctx, o); err != nil {
		return nil, fmt.Errorf("vault: nothing was opened, its record could not be kept: %w", err)
	}
	keys := opened{vault: v}
	if err := keys.load(ctx, todo); err != nil {
		return nil, err
	}
	for _, t := range todo {
		if out[t.at], err = keys.text(t); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// task is one item of a call that is not empty.
type task struct {
	at      int
	subject string
	place   Place
	raw     []byte
}

func (v *Vault) prepare(o *Opening, items []Item) ([]task, error) {
	var todo []task
	o.Fields, o.Compartments = nil, nil
	for i, it := range items {
		if it.Sealed.IsZero() {
			continue
		}
		if err := it.Place.check(); err != nil {
			return nil, err
		}
		subject, c, raw, err := it.Sealed.parse()
		if err != nil {
			return nil, err
		}
		if c != it.Place.Compartment {
			return nil, ErrDoesNotOpen
		}
		todo = append(todo, task{i, subject, it.Place, raw})
		o.Fields = append(o.Fields, it.Place.Record+"/"+it.Place.Field)
		o.Compartments = append(o.Compartments, c)
	}
	slices.Sort(o.Fields)
	slices.Sort(o.Compartments)
	o.Fields, o.Compartments = slices.Compact(o.Fields), slices.Compact(o.Compartments)
	return todo, nil
}

// opened holds the keys of one call, for as long as the call lasts.
type opened struct {
	vault   *Vault
	rings   map[string]*ring
	ciphers map[keyName]cipher.AEAD
}

type keyName struct {
	subject string
	c       Compartment
}

func (k *opened) load(ctx context.Context, todo []task) error {
	var subjects []string
	k.rings = make(map[string]*ring, 1)
	k.ciphers = make(map[keyName]cipher.AEAD, 2)
	for _, t := range todo {
		if _, ok := k.rings[t.subject]; !ok {
			k.rings[t.subject] = nil
			subjects = append(subjects, t.subject)
		}
	}
	for batch := range slices.Chunk(subjects, maxBatch) {
		if err := k.vault.loadMany(ctx, batch, k.rings); err != nil {
			return err
		}
	}
	return nil
}

func (k *opened) text(t task) (string, error) {
	name := keyName{t.subject, t.place.Compartment}
	a := k.ciphers[name]
	if a == nil {
		r := k.rings[t.subject]
		if r == nil {
			return "", ErrNoKey
		}
		var err error
		a, err = r.cipher(k.vault.file, name.c)
		if errors.Is(err, ErrErased) {
			return Erased, nil
		}
		if err != nil {
			return "", err
		}
		k.ciphers[name] = a
	}
	return decrypt(a, t.raw, t.place.bind(t.subject))
}
