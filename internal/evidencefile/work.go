package evidencefile

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"

	"crypto/md5"  //nolint:gosec // for old hash lists only
	"crypto/sha1" //nolint:gosec // for old hash lists only

	"rufaa/internal/blob"
	"rufaa/internal/ledger"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/vault"
)

// atOnce is how many files one round of the clockwork works on.
const atOnce = 50

// Work does what the clock owes files: uploads that ended, files not examined
// yet, previews that were allowed or taken back, timestamps, and hashes that a list now needs. What fails for one file is
// told and tried again; it holds up no other.
func (f *Files) Work(ctx context.Context) error {
	_, err := f.Expire(ctx)
	errs := []error{err}
	errs = append(errs, f.each(ctx, `SELECT id FROM files WHERE todo LIKE 'examine%' ORDER BY at LIMIT $1`, f.examine))
	errs = append(errs, f.each(ctx, `SELECT id FROM files WHERE todo LIKE '%draw%' ORDER BY at LIMIT $1`, f.settleSight))
	if f.stamper != nil {
		errs = append(errs, f.each(ctx, `SELECT id FROM files WHERE todo LIKE '%stamp' ORDER BY at LIMIT $1`, f.stamp))
	}
	errs = append(errs, f.rehash(ctx))
	return errors.Join(errs...)
}

func (f *Files) each(ctx context.Context, query string, do func(context.Context, string) error) error {
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
		if len(errs) > 2 {
			break // an authority that is down is down for all of them
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
// once it is verified. An authority that is down is asked again by the clock.
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
	_, err = f.realm.Commit(ctx, realm.Command{Actor: realm.System, Appends: []realm.Append{{Stream: Stream(id), Expected: s.Version,
		Drafts: []ledger.Draft{draft(Stamped, StampedEvent{Authority: f.stamper.Authority(), At: st.At, Serial: st.Serial, Token: st.DER})}}}})
	return err
}

// rehash computes hashes that a list now needs and that did not run when a file
// was sent. The platform reads the file for it, which is recorded.
func (f *Files) rehash(ctx context.Context) error {
	needs, err := f.lists.Needs(ctx)
	if err != nil || len(needs) == 0 {
		return err
	}
	found := false
	for _, algo := range needs {
		things, err := f.lists.Lacking(ctx, "file/", algo, atOnce)
		if err != nil {
			return err
		}
		for _, name := range things {
			if err := f.rehashOne(ctx, name[len("file/"):]); err != nil {
				return fmt.Errorf("evidencefile: hash again: %w", err)
			}
			found = true
		}
	}
	if found {
		_, err = f.Rematch(ctx)
	}
	return err
}

func (f *Files) rehashOne(ctx context.Context, id string) error {
	s, err := f.read(ctx, id)
	if err != nil {
		return err
	}
	in, err := f.blobs.Open(ctx, f.system(s), id, id+"/digest")
	if errors.Is(err, blob.ErrNone) || errors.Is(err, vault.ErrPieceErased) {
		return f.realm.Store.Write(ctx, func(tx *store.Tx) error { return f.lists.Unmark(tx, thing(id)) })
	}
	if err != nil {
		return err
	}
	defer in.Close()
	a, b := md5.New(), sha1.New()
	if _, err := io.Copy(io.MultiWriter(a, b), in); err != nil {
		return err
	}
	return f.realm.Store.Write(ctx, func(tx *store.Tx) error {
		return f.lists.Mark(tx, thing(id), map[string]string{"md5": hex.EncodeToString(a.Sum(nil)), "sha1": hex.EncodeToString(b.Sum(nil))})
	})
}
