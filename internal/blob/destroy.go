package blob

import (
	"context"
	"errors"
	"fmt"
	"time"

	"rufaa/internal/store"
	"rufaa/internal/vault"
)

// Destroy makes a content unreadable for good: its key first, then rows and
// pieces. It may be repeated, and goes on where it was cut off. vault.ErrHeld
// when a legal hold forbids it.
func (k *Keeper) Destroy(ctx context.Context, id string) error {
	if err := k.vault.Erase(ctx, Subject(id)); err != nil && !errors.Is(err, vault.ErrLingers) {
		return err
	} else if err != nil {
		defer func() { _ = k.vault.Erase(ctx, Subject(id)) }() // the journal is emptied when its readers are done
	}
	err := k.db.Write(ctx, func(tx *store.Tx) error {
		if _, err := tx.Exec(`DELETE FROM blob_pieces WHERE blob = $1`, id); err != nil {
			return err
		}
		_, err := tx.Exec(`DELETE FROM blobs WHERE id = $1`, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("blob: destroy: %w", err)
	}
	return k.shelf.RemoveAll(ctx, id)
}

// Tidy takes away what lies on the shelf and is part of nothing: pieces that a
// killed server had written and not counted, and contents that were destroyed
// meanwhile. What is younger than age may still be on its way and stays.
func (k *Keeper) Tidy(ctx context.Context, age time.Duration) (removed int, err error) {
	ids, err := k.shelf.Contents(ctx)
	if err != nil {
		return 0, err
	}
	before := k.now().Add(-age)
	for _, id := range ids {
		n, err := k.tidy(ctx, id, before)
		removed += n
		if err != nil {
			return removed, err
		}
	}
	return removed, nil
}

func (k *Keeper) tidy(ctx context.Context, id string, before time.Time) (removed int, err error) {
	lying, err := k.shelf.Pieces(ctx, id)
	if err != nil {
		return 0, err
	}
	list, err := k.pieces(ctx, id)
	if err != nil && !errors.Is(err, ErrDamaged) {
		return 0, err
	}
	if err != nil {
		return 0, nil // what is damaged is looked at by people, not tidied
	}
	counted := make(map[string]bool, len(list))
	for i := range list {
		counted[name(id, list[i].n, list[i].mark)] = true
	}
	for _, p := range lying {
		if counted[p.Name] || !p.At.Before(before) {
			continue
		}
		if err := k.shelf.Remove(ctx, p.Name); err != nil {
			return removed, err
		}
		removed++
	}
	return removed, nil
}
