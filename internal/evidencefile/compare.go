package evidencefile

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"crypto/md5"  //nolint:gosec // for old hash lists only
	"crypto/sha1" //nolint:gosec // for old hash lists only

	"rufaa/internal/blob"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/text"
	"rufaa/internal/vault"
)

// readNow is how large a content may be, in bytes, to be read for a list's hashes
// while somebody waits: a fraction of a second. What is larger waits for the clock.
const readNow = 64 << 20

// errWaits says that a content stays shut until the clock has read it.
var errWaits = problem.Refuse("file.being-compared")

// cleared sees that a content, and what it was made from, has been held against
// every list in force before anybody is let in to it. A list may be written in a
// hash that did not run when the file was sent: a small content is read for it
// now, a larger one stays shut until the clock has read it.
func (f *Files) cleared(ctx context.Context, s *State) error {
	needs, err := f.lists.Needs(ctx)
	if err != nil {
		return err
	}
	for at := s; ; {
		if err := f.clearedOne(ctx, at, needs); err != nil {
			return err
		}
		if at.File.Parent == "" {
			return nil
		}
		if at, err = f.read(ctx, at.File.Parent); err != nil {
			return err
		}
		if !at.Exists() || at.End != nil {
			return problem.Refuse("file.destroyed")
		}
	}
}

func (f *Files) clearedOne(ctx context.Context, s *State, needs []string) error {
	lacks, err := f.lists.Lacks(ctx, thing(s.ID), needs)
	if err != nil {
		return err
	}
	if lacks && s.File.Size > readNow {
		return errWaits
	}
	if lacks {
		if err := f.rehashOne(ctx, s.ID); err != nil {
			return fmt.Errorf("evidencefile: hash again: %w", err)
		}
	}
	// Also of one that lacks nothing: a kill may have come between hash and match.
	list, err := f.lists.Hit(ctx, thing(s.ID))
	if err != nil || list == "" {
		return err
	}
	if err := f.destroy(context.WithoutCancel(ctx), realm.System, s, OnList, list); err != nil {
		return err
	}
	return problem.Refuse("file.destroyed")
}

// waits tells whether a content stays shut until the clock has read it.
func (f *Files) waits(ctx context.Context, s *State) (bool, error) {
	if s.File.Size <= readNow {
		return false, nil
	}
	needs, err := f.lists.Needs(ctx)
	if err != nil || len(needs) == 0 {
		return false, err
	}
	return f.lists.Lacks(ctx, thing(s.ID), needs)
}

// perMinute is how many bytes of waiting files the clock reads in a minute, at
// least: a small server's disk, and somebody else's work on it.
const perMinute = 4 << 30

// Ready sees that everything of these files that somebody chose for a bundle can be
// opened: those that wait to be compared are named by when they were sent, with
// the minutes until it is worth trying again. A bundle without one of them could
// reach a court as the whole. What somebody may not know of is not told.
func (f *Files) Ready(ctx context.Context, who realm.Actor, ids []string) error {
	var waiting []*State
	var size int64
	for _, id := range ids {
		s, err := f.admitted(ctx, who, policy.FileView, id)
		if errors.Is(err, problem.ErrNotFound) || errors.As(err, new(*problem.Denied)) {
			continue
		}
		if err != nil {
			return err
		}
		for at := s; at.Exists() && at.End == nil; {
			waits, err := f.waits(ctx, at)
			if err != nil {
				return err
			}
			if waits {
				waiting, size = append(waiting, s), size+at.File.Size
				break
			}
			if at.File.Parent == "" {
				break
			}
			if at, err = f.read(ctx, at.File.Parent); err != nil {
				return err
			}
		}
	}
	if len(waiting) == 0 {
		return nil
	}
	out := &problem.Invalid{}
	for _, s := range waiting {
		out.Fields = append(out.Fields, problem.Field{Name: "files", Key: "bundle.error.compared", Args: []any{"sent", s.By.At.In(text.Nairobi).Format("2006-01-02 15:04"),
			"mb", int(s.File.Size >> 20), "minutes", int(1 + (size+perMinute-1)/perMinute)}})
	}
	return out
}

// rehash computes hashes that a list now needs and that did not run when a file
// was sent, and destroys what then stands on one. The platform reads the file for
// it, which is recorded. One that cannot be read stays shut, and holds up no other.
func (f *Files) rehash(ctx context.Context) error {
	needs, err := f.lists.Needs(ctx)
	if err != nil || len(needs) == 0 {
		return err
	}
	done := 0
	var errs []error
	for _, algo := range needs {
		things, err := f.lists.Lacking(ctx, "file/", algo, 20*atOnce)
		if err != nil {
			return err
		}
		for _, name := range things {
			if done == atOnce || ctx.Err() != nil {
				break
			}
			if err := f.rehashOne(ctx, name[len("file/"):]); err != nil {
				errs = append(errs, fmt.Errorf("evidencefile: hash %s again: %w", name, err))
				continue
			}
			done++
		}
	}
	if done > 0 {
		_, err = f.Rematch(ctx)
		errs = append(errs, err)
	}
	return errors.Join(errs...)
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
