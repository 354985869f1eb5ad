package exhibit

import (
	"context"
	"errors"
	"fmt"

	"rufaa/internal/casefile"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/valid"
)

// retries is how often a command is decided again because another telephone
// took the number, or packed something, in between.
const retries = 20

// overtaken is the rule that words a command which others were faster than
// every time.
const overtaken = "scene.overtaken"

// numberOf writes the n-th number of a series.
func numberOf(prefix string, n int) string { return fmt.Sprintf("%s/%03d", prefix, n) }

// meanwhile tells whether a command was overtaken, so that it is decided anew.
func meanwhile(err error) bool {
	return errors.Is(err, errMeanwhile) || errors.As(err, new(*problem.Changed))
}

// Record takes up an exhibit at a scene and gives it the next number. Two
// telephones that record at once get two numbers, one after the other.
func (x *Exhibits) Record(ctx context.Context, who realm.Actor, scene string, o casefile.Order, cmd *Record) (realm.Receipt, error) {
	sc, err := x.AdmittedScene(ctx, who, scene, policy.ExhibitRecord)
	if err != nil {
		return realm.Receipt{}, err
	}
	var failed error
	id := x.realm.NewID()
	e := x.env(ctx, who, sc, id, &failed)
	e.csam = cmd.Kind == KindCSAM
	c := valid.New(e.now)
	cmd.check(c, e)
	if err := errors.Join(failed, c.Err()); err != nil {
		return realm.Receipt{}, err
	}
	digest, err := x.digest(string(cmd.Action()), SeriesStream(scene), cmd)
	if err != nil {
		return realm.Receipt{}, err
	}
	if rc, found, err := x.realm.Replayed(ctx, who, o.Key, digest); err != nil || found {
		return rc, err
	}
	ev, err := cmd.event(id, e)
	if err = errors.Join(err, failed); err != nil {
		return realm.Receipt{}, err
	}
	ev.Scene = scene
	for range retries {
		if rc, err := x.number(ctx, who, sc, o.Key, digest, cmd, ev); !meanwhile(err) {
			return rc, err
		}
	}
	return realm.Receipt{}, problem.Refuse(overtaken)
}

// number gives the next number away and records the exhibit, both or neither,
// held against what lies in its container and against every seal.
func (x *Exhibits) number(ctx context.Context, who realm.Actor, sc *Scene, key string, digest []byte, cmd *Record, ev RecordedEvent) (realm.Receipt, error) {
	var last int
	err := x.realm.Store.QueryRow(ctx, `SELECT last FROM exhibit_series WHERE scene = $1`, sc.ID).Scan(&last)
	if err != nil && !errors.Is(err, store.ErrNoRow) {
		return realm.Receipt{}, fmt.Errorf("exhibit: series: %w", err)
	}
	if err := cmd.next(sc.Prefix, last+1); err != nil {
		return realm.Receipt{}, err
	}
	pack, with, err := x.packing(ctx, who, sc, ev.ID, &ev.Plain, &cmd.Facts)
	if err != nil {
		return realm.Receipt{}, err
	}
	ev.N, ev.Number, ev.Code, ev.Plain.Override = last+1, numberOf(sc.Prefix, last+1), x.newCode(), pack.Rule
	guards := append([]realm.Guard{{Stream: SeriesStream(sc.ID), Version: int64(last)}}, pack.Guards...) // told as a change, before anything is written
	return x.realm.Commit(ctx, realm.Command{
		Actor: who, Purpose: Purpose, Key: key, Digest: digest, Answer: realm.Receipt{ID: ev.ID, Ref: ev.Number}, Guards: guards,
		Appends: withAside(pack,
			realm.Append{Stream: Stream(ev.ID), Expected: 0, Drafts: drafts(Recorded, ev)},
			realm.Append{Stream: SeriesStream(sc.ID), Expected: int64(last), Drafts: drafts(Numbered, NumberedEvent{N: last + 1, Exhibit: ev.ID})}),
		Also: func(tx *store.Tx) error {
			return errors.Join(sealStands(tx, ev.Seen.Seal, ev.ID, ev.ID), x.stillPacked(ctx, tx, sc, ev.ID, with), x.typed(tx, ev.ID, cmd.Digests))
		},
	})
}

func withAside(p *Packing, list ...realm.Append) []realm.Append {
	if p.Aside != nil {
		list = append(list, *p.Aside)
	}
	return list
}

// digest recognises a command that is sent again. What the device's clock shows
// moves on meanwhile and is no part of it.
func (x *Exhibits) digest(action, target string, cmd any) ([]byte, error) {
	if t, timed := cmd.(Timed); timed {
		was := *t.clock()
		*t.clock() = ""
		defer func() { *t.clock() = was }()
	}
	return x.realm.Digest(action, target, cmd)
}

// alphabet has no letter that is taken for a digit (Crockford's).
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// newCode is what a label's code holds: 50 random bits that say nothing.
func (x *Exhibits) newCode() string {
	raw := x.realm.Random(10)
	for i := range raw {
		raw[i] = alphabet[raw[i]&31]
	}
	return string(raw)
}

// Do runs one step about one exhibit: the door first, then the input, then
// the rules.
func (x *Exhibits) Do(ctx context.Context, who realm.Actor, id string, o casefile.Order, cmd Act) (realm.Receipt, error) {
	for range retries + 1 {
		rc, err := x.do(ctx, who, id, o, cmd)
		if !errors.Is(err, errMeanwhile) {
			return rc, err
		}
	}
	return realm.Receipt{}, problem.Refuse(overtaken)
}

func (x *Exhibits) do(ctx context.Context, who realm.Actor, id string, o casefile.Order, cmd Act) (realm.Receipt, error) {
	s, sc, err := x.admitted(ctx, who, id, cmd.Action())
	if err != nil {
		return realm.Receipt{}, err
	}
	var failed error
	e := x.env(ctx, who, sc, id, &failed)
	e.csam, e.stood = s.Plain.Kind == KindCSAM, s.Plain.Mark
	c := valid.New(e.now)
	cmd.check(c, e)
	if err := errors.Join(failed, c.Err()); err != nil {
		return realm.Receipt{}, err
	}
	digest, err := x.digest(string(cmd.Action()), Stream(id), cmd)
	if err != nil {
		return realm.Receipt{}, err
	}
	if rc, found, err := x.realm.Replayed(ctx, who, o.Key, digest); err != nil || found {
		return rc, err
	}
	if _, receive := cmd.(*Receive); receive && s.again(who.Staff) {
		return realm.Receipt{ID: id, Ref: s.Number, Version: s.Version, Replayed: true}, nil
	}
	if o.Expect > 0 && o.Expect != s.Version {
		return realm.Receipt{}, &problem.Changed{Expected: o.Expect, Have: s.Version}
	}
	pack, with, err := x.repacking(ctx, who, sc, s, cmd, e)
	if err != nil {
		return realm.Receipt{}, err
	}
	events, err := cmd.decide(s, e)
	if err = errors.Join(err, failed); err != nil {
		return realm.Receipt{}, err
	}
	return x.realm.Commit(ctx, realm.Command{
		Actor: who, Purpose: Purpose, Key: o.Key, Digest: digest, Answer: realm.Receipt{ID: id, Ref: s.Number}, Guards: pack.Guards,
		Appends: withAside(pack, realm.Append{Stream: Stream(id), Expected: s.Version, Drafts: events}),
		Also: func(tx *store.Tx) error {
			return errors.Join(x.written(tx, id, events, cmd), x.stillPacked(ctx, tx, sc, id, with))
		},
	})
}

// repacking holds a correction that puts an exhibit elsewhere against what
// lies there.
func (x *Exhibits) repacking(ctx context.Context, who realm.Actor, sc *Scene, s *State, cmd Act, e *env) (*Packing, []Packed, error) {
	t, correct := cmd.(*Correct)
	if !correct {
		return &Packing{}, nil, nil
	}
	plain := t.onto(s.Plain)
	if packedAs("", "", &plain) == packedAs("", "", &s.Plain) && t.OverrideReason == "" && t.OverrideTold == "" {
		return &Packing{}, nil, nil
	}
	pack, with, err := x.packing(ctx, who, sc, s.ID, &plain, &t.Facts)
	if err == nil {
		e.repacked, e.aside = true, pack.Rule
	}
	return pack, with, err
}

// written writes what belongs with a step and is not folded from it.
func (x *Exhibits) written(tx *store.Tx, id string, events []ledger.Draft, cmd Act) error {
	switch t := cmd.(type) {
	case *Reseal:
		return sealStands(tx, t.NewSeal, id, events[0].Payload.(SealEvent).ID)
	case *Correct:
		return x.typed(tx, id, t.Digests)
	}
	return nil
}
