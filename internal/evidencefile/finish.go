package evidencefile

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"rufaa/internal/blob"
	"rufaa/internal/ledger"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
)

// finish makes a file of an upload that is all there. The hash lists are asked
// first, before anything looks at the content or at what was declared of it,
// and whether its exhibit has become abuse material meanwhile. It may be
// repeated: a server killed in the middle leaves the upload.
func (f *Files) finish(ctx context.Context, who realm.Actor, u *upload) (rc realm.Receipt, err error) {
	sums, err := f.blobs.Finish(ctx, u.ID)
	if err != nil {
		return rc, fmt.Errorf("evidencefile: finish: %w", err)
	}
	digests := digestsOf(sums)
	list, err := f.lists.Match(ctx, digests)
	if err != nil {
		return rc, err
	}
	if list != "" {
		if err := f.destroyUpload(ctx, who, u, OnList, list); err != nil {
			return rc, err
		}
		return rc, problem.Refuse("file.on-hash-list")
	}
	if u.SHA256 != "" && u.SHA256 != sums.SHA256 {
		if err := f.throwAway(ctx, u.ID); err != nil {
			return rc, err
		}
		return rc, problem.Refuse("file.wrong-digest")
	}
	rc, err = f.keepWith(ctx, who, u, sums, digests)
	switch {
	case errors.Is(err, errAbuseExhibit):
		if err := f.destroyUpload(ctx, who, u, AbuseExhibit, ""); err != nil {
			return rc, err
		}
		return rc, problem.Refuse("file.abuse-exhibit-since")
	case errors.Is(err, errNoParent):
		if err := f.destroyUpload(ctx, who, u, Orphaned, ""); err != nil {
			return rc, err
		}
		return rc, problem.Refuse("file.destroyed")
	}
	if rc.Replayed || errors.Is(err, problem.ErrKeyReused) { // what was sent now is no file of its own
		return rc, errors.Join(err, f.throwAway(ctx, u.ID))
	}
	if err != nil {
		return rc, err
	}
	if err := f.listedMeanwhile(ctx, u.ID); err != nil {
		return rc, err
	}
	// What the file is can be looked at later too, by the clock.
	if err := f.examine(ctx, u.ID); err != nil {
		f.log.Error("examine a file", "realm", f.realm.Name, "file", u.ID, "error", err.Error())
	}
	return rc, nil
}

// listedMeanwhile destroys a file that came onto a list after the lists were asked
// about it: what is kept was held against that list then, and this was not.
func (f *Files) listedMeanwhile(ctx context.Context, id string) error {
	s, err := f.read(ctx, id)
	if err != nil {
		return err
	}
	err = f.cleared(ctx, s)
	if errors.Is(err, errWaits) {
		return nil
	}
	if fresh, err := f.read(ctx, id); err == nil && fresh.End != nil && fresh.End.Reason == OnList {
		return problem.Refuse("file.on-hash-list")
	}
	return err
}

func digestsOf(s *blob.Sums) map[string]string {
	out := map[string]string{"sha256": s.SHA256}
	if s.MD5 != "" {
		out["md5"] = s.MD5
	}
	if s.SHA1 != "" {
		out["sha1"] = s.SHA1
	}
	return out
}

// errAbuseExhibit says that the exhibit which an upload is for became material
// of child sexual abuse while it was on its way.
var errAbuseExhibit = errors.New("evidencefile: the exhibit became abuse material")

// errNoParent says that the file from which an upload or a preview was made was
// destroyed while it was on its way.
var errNoParent = errors.New("evidencefile: what it was made from is destroyed")

// retries is how often an upload is held against its exhibit anew because
// something was recorded of the exhibit in the same moment.
const retries = 8

// keepWith keeps an upload unless its exhibit has become abuse material, or what
// it was made from was destroyed: looked up anew, and guarded until what is kept
// is durable.
func (f *Files) keepWith(ctx context.Context, who realm.Actor, u *upload, sums *blob.Sums, digests map[string]string) (realm.Receipt, error) {
	for n := 0; ; n++ {
		guards, err := f.stands(ctx, &u.Kept)
		if err != nil {
			return realm.Receipt{}, err
		}
		rc, err := f.keep(ctx, who, u, sums, digests, realm.Command{Guards: guards})
		if !errors.As(err, new(*problem.Changed)) || n == retries {
			return rc, err
		}
	}
}

// stands looks up what a file leans on, and guards it as it is now.
func (f *Files) stands(ctx context.Context, k *KeptEvent) (guards []realm.Guard, err error) {
	if k.Exhibit != "" {
		x, err := f.exhibit(ctx, k.Exhibit)
		switch {
		case err != nil:
			return nil, err
		case x.Abuse:
			return nil, errAbuseExhibit
		}
		guards = append(guards, x.Guard)
	}
	if k.Parent != "" {
		p, err := f.read(ctx, k.Parent)
		switch {
		case err != nil:
			return nil, err
		case !p.Exists() || p.End != nil:
			return nil, errNoParent
		}
		guards = append(guards, realm.Guard{Stream: Stream(p.ID), Version: p.Version})
	}
	return guards, nil
}

// keep makes a file of an upload, with the guards of a command and what else it
// appends.
func (f *Files) keep(ctx context.Context, who realm.Actor, u *upload, sums *blob.Sums, digests map[string]string, with realm.Command) (realm.Receipt, error) {
	k := u.Kept
	k.Size, k.Pieces, k.Sealed, k.Declared = sums.Size, sums.Pieces, sums.Sealed, u.SHA256 != ""
	if k.Evidence() {
		k.Digest = sums.SHA256
	} else {
		s, err := f.realm.Vault.Sealer(ctx, blob.Subject(u.ID))
		if err == nil {
			k.SealedDigest, err = s.Seal(place(u.ID, "sha256", k.Compartment), sums.SHA256)
		}
		if err != nil {
			return realm.Receipt{}, fmt.Errorf("evidencefile: keep: %w", err)
		}
	}
	var digest []byte
	if u.Key != "" {
		var err error
		if digest, err = f.realm.Digest(Kept, sums.SHA256, u.Said); err != nil {
			return realm.Receipt{}, err
		}
	}
	return f.realm.Commit(ctx, realm.Command{
		Actor:   who,
		Key:     u.Key,
		Digest:  digest,
		Answer:  realm.Receipt{ID: u.ID},
		Guards:  with.Guards,
		Appends: append([]realm.Append{{Stream: Stream(u.ID), Expected: 0, Drafts: []ledger.Draft{draft(Kept, k)}}}, with.Appends...),
		Also: func(tx *store.Tx) error {
			if err := f.lists.Mark(tx, thing(u.ID), digests); err != nil {
				return err
			}
			_, err := tx.Exec(`DELETE FROM uploads WHERE id = $1`, u.ID)
			return err
		},
	})
}

// destroyUpload ends an upload whose digest stands on a list, or whose exhibit
// became abuse material. The event is durable first, so that a destruction that
// was begun is known and is finished by the clock; the key follows at once.
func (f *Files) destroyUpload(ctx context.Context, who realm.Actor, u *upload, reason, list string) error {
	_, err := f.realm.Commit(ctx, realm.Command{
		Actor: who,
		Appends: []realm.Append{{Stream: Stream(u.ID), Expected: ledger.AnyVersion, Drafts: []ledger.Draft{draft(Destroyed, DestroyedEvent{
			Place: u.Kept.Place, Reason: reason, List: list, Uploader: u.Staff, Agency: u.Agency})}}},
		Also: func(tx *store.Tx) error {
			_, err := tx.Exec(`DELETE FROM uploads WHERE id = $1`, u.ID)
			return err
		},
	})
	if err != nil {
		return err
	}
	return f.blobs.Destroy(ctx, u.ID)
}

// destroy ends a kept file and then what was made from it: once its end is durable
// nothing more is kept that was made from it (stands), and what a kill leaves is
// found by the clock (orphans).
func (f *Files) destroy(ctx context.Context, who realm.Actor, s *State, reason, list string) error {
	if s.End == nil {
		_, err := f.realm.Commit(ctx, realm.Command{
			Actor: who,
			Appends: []realm.Append{{Stream: Stream(s.ID), Expected: s.Version, Drafts: []ledger.Draft{draft(Destroyed, DestroyedEvent{
				Place: s.File.Place, Reason: reason, List: list, Uploader: s.By.Staff, Agency: s.By.Agency})}}},
			Also: func(tx *store.Tx) error {
				return f.lists.Unmark(tx, thing(s.ID))
			},
		})
		if err != nil {
			return err
		}
	}
	if err := f.blobs.Destroy(ctx, s.ID); err != nil {
		return err
	}
	made, err := f.readAll(ctx, `SELECT state FROM files WHERE parent = $1 AND status = 'kept'`, s.ID)
	if err != nil {
		return err
	}
	for _, d := range made {
		if err := f.destroy(ctx, who, d, inherited(reason), list); err != nil {
			return err
		}
	}
	return nil
}

// inherited is why what was made from a file is destroyed with it: of what stood
// on a list it did not itself.
func inherited(reason string) string {
	if reason == OnList {
		return Orphaned
	}
	return reason
}

// orphans destroys what was made from files that are no more, when a server was
// killed between the two.
func (f *Files) orphans(ctx context.Context) (n int, err error) {
	left, err := f.readAll(ctx, `SELECT c.state FROM files c JOIN files p ON p.id = c.parent WHERE c.status = 'kept' AND p.status = 'destroyed'`)
	if err != nil {
		return 0, err
	}
	for _, s := range left {
		p, err := f.read(ctx, s.File.Parent)
		if err == nil && p.End != nil {
			err = f.destroy(ctx, realm.System, s, inherited(p.End.Reason), p.End.List)
		}
		if err != nil {
			return n, err
		}
		n++
	}
	return n, nil
}

// Rematch holds every kept file against the lists as they stand now and
// destroys what is on one. It runs when a list was taken in, and by the clock.
func (f *Files) Rematch(ctx context.Context) (destroyed int, err error) {
	hits, err := f.lists.Hits(ctx, "file/")
	if err != nil {
		return 0, err
	}
	for name, list := range hits {
		s, err := f.read(ctx, strings.TrimPrefix(name, "file/"))
		if err != nil {
			return destroyed, err
		}
		if err := f.destroy(ctx, realm.System, s, OnList, list); err != nil {
			return destroyed, err
		}
		destroyed++
	}
	return destroyed, nil
}

// thing is how the hash lists call a file.
func thing(id string) string { return "file/" + id }

// Forget destroys every file of a case, when its person is forgotten, and what
// is under way to it. The caller has asked the door and knows of no legal hold.
func (f *Files) Forget(ctx context.Context, who realm.Actor, caseID string) error {
	at := Place{Case: caseID}.Key()
	under, err := f.ids(ctx, `SELECT id FROM uploads WHERE place = $1`, at)
	if err != nil {
		return err
	}
	for _, id := range under {
		if err := f.throwAway(ctx, id); err != nil {
			return err
		}
	}
	all, err := f.readAll(ctx, `SELECT state FROM files WHERE place = $1 ORDER BY at, id`, at)
	if err != nil {
		return err
	}
	for _, s := range all {
		fresh, err := f.read(ctx, s.ID) // its parent may have taken it along
		if err != nil {
			return err
		}
		if err := f.destroy(ctx, who, fresh, Forgot, ""); err != nil {
			return err
		}
	}
	return nil
}
