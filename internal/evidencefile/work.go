package evidencefile

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/realm"
)

// atOnce is how many files one round of the clockwork works on.
const atOnce = 50

// Work does what the clock owes files: uploads that ended, files not examined
// yet, previews that were allowed or taken back, and hashes that a list
// now needs: these first, for until then the content stays shut. What fails for one
// file is told and tried again; it holds up no other.
func (f *Files) Work(ctx context.Context) error {
	_, err := f.Expire(ctx)
	errs := []error{err, f.rehash(ctx)}
	errs = append(errs, f.each(ctx, `SELECT id FROM files WHERE todo LIKE 'examine%' ORDER BY at LIMIT $1`, atOnce, f.examine))
	errs = append(errs, f.each(ctx, `SELECT id FROM files WHERE todo LIKE '%draw%' ORDER BY at LIMIT $1`, atOnce, f.settleSight))
	return errors.Join(errs...)
}

// StampAll asks the timestamp authority about the files that have no timestamp yet,
// until three have failed: an authority that is down is down for all of them. It has
// a clock of its own, for an authority may be slow and nothing else waits for it.
func (f *Files) StampAll(ctx context.Context) error {
	if f.stamper == nil {
		return nil
	}
	return f.each(ctx, `SELECT id FROM files WHERE todo LIKE '%stamp' ORDER BY at LIMIT $1`, 3, f.stamp)
}

// each does something with the files that a query finds, until so many have failed.
func (f *Files) each(ctx context.Context, query string, faults int, do func(context.Context, string) error) error {
	ids, err := f.ids(ctx, query, atOnce)
	if err != nil {
		return err
	}
	var errs []error
	for _, id := range ids {
		if ctx.Err() != nil {
			break
		}
		if err := do(ctx, id); err != nil {
			errs = append(errs, fmt.Errorf("file %s: %w", id, err))
		}
		if len(errs) == faults {
			break
		}
	}
	return errors.Join(errs...)
}

// Tidy takes stray pieces away and holds everything against the lists again.
func (f *Files) Tidy(ctx context.Context) error {
	_, err := f.blobs.Tidy(ctx, 24*time.Hour)
	_, again := f.Rematch(ctx)
	return errors.Join(err, again)
}

// stamp asks the authority to sign the digest of a file, and keeps its answer
// once it is verified. An authority that is down is asked again by the clock. The
// file is read anew after its answer, which may have taken long: somebody could have
// opened it meanwhile, and the answer would be thrown away.
func (f *Files) stamp(ctx context.Context, id string) error {
	s, err := f.read(ctx, id)
	if err != nil || s.End != nil || s.File.Digest == "" || len(s.Stamps) > 0 {
		return err
	}
	digest, err := hex.DecodeString(s.File.Digest)
	if err != nil {
		return err
	}
	st, err := f.stamper.Stamp(ctx, digest)
	if err != nil {
		return err
	}
	s, err = f.read(ctx, id)
	if err != nil || s.End != nil || len(s.Stamps) > 0 {
		return err
	}
	_, err = f.realm.Commit(ctx, realm.Command{Actor: realm.System, Appends: []realm.Append{{Stream: Stream(id), Expected: s.Version,
		Drafts: []ledger.Draft{draft(Stamped, StampedEvent{Authority: f.stamper.Authority(), At: st.At, Serial: st.Serial, Token: st.DER})}}}})
	return err
}
