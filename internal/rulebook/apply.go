package rulebook

import (
	"context"
	"errors"
	"maps"
	"time"

	"rufaa/internal/content"
	"rufaa/internal/policy"
)

// Refresh puts in force what the ledger says: after a command, at start, when
// the moment of a scheduled version has come, and what other servers of the
// realm changed. The realm's clockwork calls it every few seconds.
func (b *Rulebook) Refresh(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	var newest int64
	if err := b.realm.Store.QueryRow(ctx, `SELECT coalesce(max(seq), -1) FROM rulebook_documents`).Scan(&newest); err != nil {
		return err
	}
	now := b.realm.Now()
	due := !b.next.IsZero() && !now.Before(b.next)
	if newest == b.seq && !due {
		return nil
	}
	states, newest, err := b.states(ctx)
	if err != nil {
		return err
	}
	over, files, next, err := b.lying(ctx, states, now)
	if err != nil {
		return err
	}
	changed := !maps.Equal(over, b.over)
	b.seq, b.next = newest, next
	if !changed {
		return nil
	}
	b.putInForce(over, files)
	return nil
}

// layer is what one document lays over the program's files.
type layer struct {
	document string
	texts    map[string]string
}

// lying gathers what lies over the program's files now.
func (b *Rulebook) lying(ctx context.Context, states map[string]*State, now time.Time) (over map[string]string, layers []layer, next time.Time, err error) {
	return lie(b.Documents(), states, now, func(d Document, number int) (string, error) { return b.text(ctx, d, number) })
}

// lie gathers the texts in force at a moment, and when the next one comes into
// force. Of a questionnaire every version that ever held stays, so that a
// screening is read by the version it was made with.
func lie(documents []Document, states map[string]*State, now time.Time, textOf func(Document, int) (string, error)) (over map[string]string, layers []layer, next time.Time, err error) {
	over = map[string]string{}
	for _, d := range documents {
		s := states[d.ID]
		if s == nil {
			continue
		}
		l := layer{d.ID, map[string]string{}}
		for i := range s.Versions {
			v := &s.Versions[i]
			st := s.Standing(v, now)
			if st == IsScheduled && (next.IsZero() || v.From.Before(next)) {
				next = v.From
			}
			if st != IsInForce && (st != IsReplaced || d.Kind != Questionnaire) {
				continue
			}
			text, err := textOf(d, v.Number)
			if err != nil {
				return nil, nil, next, err
			}
			l.texts[d.file(text)] = text
		}
		maps.Copy(over, l.texts)
		layers = append(layers, l)
	}
	return over, layers, next, nil
}

// putInForce loads the files with what lies over them and swaps content and
// door. When that fails, which only another program version can bring about,
// as many documents as fit are put in force and the others say why not.
func (b *Rulebook) putInForce(over map[string]string, layers []layer) {
	b.trouble = map[string]string{}
	c, door, err := b.load(over)
	if err != nil {
		kept := map[string]string{}
		for _, l := range layers {
			try := maps.Clone(kept)
			maps.Copy(try, l.texts)
			if _, _, err := b.load(try); err != nil {
				b.trouble[l.document] = err.Error()
				if b.o.Log != nil {
					b.o.Log.Error("a version of the rulebook does not take effect", "realm", b.realm.Name, "document", l.document, "error", err.Error())
				}
				continue
			}
			kept = try
		}
		if c, door, err = b.load(kept); err != nil {
			return // what is in force stays
		}
		over = kept
	}
	b.over = over
	b.realm.Content.Replace(c)
	b.realm.Door.Replace(door)
	b.Changed()
}

// load reads and checks everything as a whole.
func (b *Rulebook) load(over map[string]string) (*content.Content, *policy.Door, error) {
	files := overlay{b.o.Files, over}
	c, err := content.Load(files)
	door, perr := policy.Load(files, "policy")
	if err = errors.Join(err, perr); err != nil {
		return nil, nil, err
	}
	if err := b.o.Fits(c); err != nil {
		return nil, nil, err
	}
	return c, door, nil
}

// lyingNow is what lies over the program's files at the moment.
func (b *Rulebook) lyingNow() map[string]string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return maps.Clone(b.over)
}

// Trouble tells why the version of a document is not in force; empty: it is.
func (b *Rulebook) Trouble(id string) string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.trouble[id]
}
