package exhibit

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
)

// Packed is an exhibit as the rule that keeps victims' and suspects' things
// apart sees it. The rule, and how it is set aside, are the scene's.
type Packed struct {
	ID        string
	Scene     string
	Side      string
	Container string
	Vehicle   string
}

// Packing is what a packing rests on and brings with it.
type Packing struct {
	Rule   string        // that is set aside, now or before; "" where nothing is shared
	Aside  *realm.Append // tells the scene; nil where nothing was
	Guards []realm.Guard
}

func packedAs(id, scene string, p *Plain) Packed {
	return Packed{ID: id, Scene: scene, Side: p.Side, Container: p.Container, Vehicle: p.Vehicle}
}

// packing holds an exhibit against the other things of the inquiry.
func (x *Exhibits) packing(ctx context.Context, who realm.Actor, sc *Scene, id string, p *Plain, f *Facts) (*Packing, []Packed, error) {
	t := packedAs(id, sc.ID, p)
	if p.Container == "" && p.Vehicle == "" && f.OverrideReason == "" && f.OverrideTold == "" {
		return &Packing{}, nil, nil
	}
	with, err := PackedAt(ctx, x.realm.Store.Query, sc.Scenes, id)
	if err != nil {
		return nil, nil, err
	}
	out, err := x.o.Pack(ctx, who, t, with, f)
	return out, with, err
}

// PackedAt are the exhibits of some scenes that lie in something, but for one,
// in the order of scenes and numbers; those that went back or were destroyed
// too: traces stay. It asks nobody: it is for the rule.
func PackedAt(ctx context.Context, query store.Query, scenes []string, but string) ([]Packed, error) {
	out := []Packed{}
	for _, scene := range scenes {
		rows, err := query(ctx, `SELECT state FROM exhibits WHERE scene = $1 AND id <> $2 ORDER BY n`, scene, but)
		if err != nil {
			return nil, fmt.Errorf("exhibit: packed: %w", err)
		}
		found, err := states(rows)
		if err != nil {
			return nil, err
		}
		for _, s := range found {
			if s.Plain.Container != "" || s.Plain.Vehicle != "" {
				out = append(out, packedAs(s.ID, scene, &s.Plain))
			}
		}
	}
	return out, nil
}

// errMeanwhile says that something was packed in between.
var errMeanwhile = errors.New("exhibit: packed meanwhile")

// stillPacked refuses, within the transaction, what was decided about other
// things than lie there now.
func (x *Exhibits) stillPacked(ctx context.Context, tx *store.Tx, sc *Scene, id string, with []Packed) error {
	if with == nil {
		return nil
	}
	now, err := PackedAt(ctx, tx.Reader(), sc.Scenes, id)
	if err == nil && !slices.Equal(now, with) {
		err = errMeanwhile
	}
	return err
}

// sealStands refuses, within the transaction, a seal that was put on something
// before: its row is the first one's for ever.
func sealStands(tx *store.Tx, seal, exhibit, step string) error {
	if seal == "" {
		return nil
	}
	var on, at string
	if err := tx.QueryRow(`SELECT exhibit, step FROM exhibit_seals WHERE seal = $1`, seal).Scan(&on, &at); err != nil {
		return fmt.Errorf("exhibit: seals: %w", err)
	}
	if on != exhibit || at != step {
		return problem.Refuse("custody.seal-used", "seal", seal)
	}
	return nil
}
