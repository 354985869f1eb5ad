package evidencefile_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha1"
	"encoding/hex"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"rufaa/internal/blob"
	"rufaa/internal/casefile"
	"rufaa/internal/evidencefile"
	"rufaa/internal/inquiry"
	"rufaa/internal/ledger"
	"rufaa/internal/office/officetest"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
)

// All names and texts in these tests are invented.

// stored counts the pieces that are kept, of all contents.
func (s *tale) stored() (n int) {
	s.t.Helper()
	s.must(s.Store.QueryRow(s.ctx, `SELECT count(*) FROM blob_pieces`).Scan(&n))
	return n
}

// previews counts the previews that stand of a photo.
func (s *tale) previews(id string) (n int) {
	s.t.Helper()
	s.must(s.Store.QueryRow(s.ctx, `SELECT count(*) FROM files WHERE parent = $1 AND status = 'kept'`, id).Scan(&n))
	return n
}

// What is made from a photo that came onto a list while it was being sent is
// destroyed as the photo was: nothing of it is kept.
func TestWhatIsMadeFromAListedFileIsNotKeptLate(t *testing.T) {
	each(t, func(s *tale) {
		content := photo(t, 64, 64, "", "", 0, 0)
		parent := s.sent(detective, evidence(s.aScene(false)), content)
		made := bytes.Repeat([]byte("CANARY-made "), 1000)
		u, err := s.Files.Begin(s.ctx, officetest.Who(detective), &evidencefile.Announced{Parent: parent, Kind: "redaction", Name: "redacted.jpg",
			Tool: "Kifutio 2.1 (fictional)", Size: int64(len(made))})
		s.must(err)
		_, err = s.Files.Append(s.ctx, officetest.Who(detective), u.ID, 0, bytes.NewReader(made[:500]), nil)
		s.must(err)
		s.listed(digest(content))
		_, err = s.Files.Append(s.ctx, officetest.Who(detective), u.ID, 500, bytes.NewReader(made[500:]), nil)
		s.rule(err, "file.destroyed")
		if n := s.stored(); n != 0 {
			s.t.Errorf("%d pieces are kept of what was made from a listed file", n)
		}
		var status string
		s.must(s.Store.QueryRow(s.ctx, `SELECT status FROM files WHERE id = $1`, u.ID).Scan(&status))
		if status != "destroyed" {
			s.t.Errorf("what was made is %s", status)
		}
	})
}

// Settled by the answer and by the clock at once, one preview is drawn; and when
// it is taken back, none is left.
func TestOnePreviewIsDrawnHoweverManySettle(t *testing.T) {
	each(t, func(s *tale) {
		id := s.sent(sender, evidence(s.childScene()), photo(t, 1200, 900, "", "", 0, 0))
		s.must(s.ask(sender, id))
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for range 5 {
					_ = s.Files.Work(s.ctx)
				}
			})
		}
		s.must(s.answer(detective, id, "yes"))
		all.Wait()
		s.must(s.Files.Work(s.ctx))
		if n := s.previews(id); n != 1 {
			s.t.Errorf("%d previews were drawn", n)
		}
		s.must(s.answer(detective, id, "no"))
		if n := s.previews(id); n != 0 {
			s.t.Errorf("%d previews outlived their allowance", n)
		}
	})
}

// A preview that was drawn and not yet kept when the server was killed belongs to
// nothing: the clock destroys it. What belongs to a file stays.
func TestAContentOfNoFileIsDestroyed(t *testing.T) {
	each(t, func(s *tale) {
		kept := s.sent(detective, evidence(s.aScene(false)), photo(t, 64, 64, "", "", 0, 0))
		before := s.stored()
		keeper := blob.New(blob.Options{Store: s.Store, Vault: s.Vault, Shelf: blob.OpenFolder(s.t.TempDir()), Now: s.Clock.Now, Mark: func() string { return "abc" }})
		s.must(keeper.Begin(s.ctx, blob.Spec{ID: "01900000-0000-7000-8000-00000000dead", Part: "inquiry", Size: 5}, nil))
		_, err := keeper.Append(s.ctx, "01900000-0000-7000-8000-00000000dead", 0, strings.NewReader("drawn"), nil)
		s.must(err)
		s.must(s.Files.Work(s.ctx))
		if n := s.stored(); n != before+1 {
			s.t.Errorf("%d pieces at once, were %d and one", n, before)
		}
		s.Clock.Pass(2 * time.Hour)
		s.must(s.Files.Work(s.ctx))
		if n := s.stored(); n != before {
			s.t.Errorf("%d pieces later, want %d", n, before)
		}
		if raw, err := s.fetch(detective, kept, "investigation"); err != nil || len(raw) == 0 {
			s.t.Errorf("the file that was kept: %d bytes, %v", len(raw), err)
		}
	})
}

// A photo of an inquiry into child sexual exploitation has no preview by default,
// whether or not it names a scene.
func TestNoPreviewInAnInquiryIntoChildExploitation(t *testing.T) {
	each(t, func(s *tale) {
		in, err := s.Inquiries.Open(s.ctx, officetest.Who(detective), casefile.Order{}, &inquiry.Open{Kind: "child-exploitation", Title: "Lead (fictional)"})
		s.must(err)
		id := s.sent(detective, evidence(evidencefile.Place{Inquiry: in.ID}), photo(t, 64, 64, "", "", 0, 0))
		if v := s.seen(detective, id); !v.NoPreview || v.Preview || s.previews(id) != 0 {
			s.t.Errorf("a preview by default: %+v", v)
		}
		at := s.childScene()
		at.Scene = ""
		id = s.sent(detective, evidence(at), photo(t, 65, 64, "", "", 0, 0))
		if v := s.seen(detective, id); !v.NoPreview || s.previews(id) != 0 {
			s.t.Errorf("a preview beside the scene: %+v", v)
		}
	})
}

// between are the realm's lists, with something that happens right after the
// first time that they were asked.
type between struct {
	evidencefile.Lists
	then func()
}

func (b *between) Match(ctx context.Context, digests map[string]string) (string, error) {
	list, err := b.Lists.Match(ctx, digests)
	if then := b.then; then != nil {
		b.then = nil
		then()
	}
	return list, err
}

// A list that is taken in after an upload was held against the lists, and before
// it is kept, finds nothing that is kept yet: the upload is destroyed all the same.
func TestAListTakenInWhileAFileIsKeptFindsIt(t *testing.T) {
	each(t, func(s *tale) {
		content := photo(t, 64, 64, "", "", 0, 0)
		shelf, err := blob.NewFolder(filepath.Join(s.Dir, realm.FilesFolder))
		s.must(err)
		lists := &between{Lists: s.HashLists, then: func() { s.listed(digest(content)) }}
		files := evidencefile.New(evidencefile.Options{Realm: s.Realm, Cases: s.Cases, Inquiries: s.Inquiries, Scenes: s.Scenes, Lists: lists, Rules: s.Files.Rules, Log: s.Log,
			Blobs: blob.New(blob.Options{Store: s.Store, Vault: s.Vault, Shelf: shelf, Now: s.Clock.Now, Mark: rand.Text})})
		_, err = files.Take(s.ctx, officetest.Who(detective), evidence(s.aScene(false)), bytes.NewReader(content))
		var refused *problem.Refused
		if !errors.As(err, &refused) || refused.Rule != "file.on-hash-list" {
			s.t.Errorf("got %v", err)
		}
		if n := s.stored(); n != 0 {
			s.t.Errorf("%d pieces are kept of what stands on a list", n)
		}
	})
}

// A file that was sent before the first list written in MD5 is held against it
// before anybody gets at its content, not when the clock comes round: neither it,
// nor its preview, nor what was made from it leaves.
func TestAFileIsComparedBeforeItIsOpened(t *testing.T) {
	each(t, func(s *tale) {
		at := s.aScene(false)
		content := photo(t, 64, 64, "", "", 0, 0)
		ways := map[string]func(id string) error{
			"saved": func(id string) error { _, err := s.fetch(detective, id, "investigation"); return err },
			"words and ticket": func(id string) error {
				_, err := s.Files.Words(s.ctx, officetest.Who(detective), id, "investigation")
				return err
			},
			"shown": func(id string) error {
				_, err := s.Files.Shown(s.ctx, officetest.Who(detective), id, "investigation")
				return err
			},
		}
		i := 0
		for name, open := range ways {
			i++
			one := photo(t, 64+i, 64, "", "", 0, 0)
			id := s.sent(detective, evidence(at), one)
			sum := md5.Sum(one)
			s.listed(hex.EncodeToString(sum[:]))
			s.ruleOf(name, open(id), "file.destroyed")
			if v := s.seen(detective, id); v.Destroyed != evidencefile.OnList {
				s.t.Errorf("%s: %+v", name, v)
			}
		}
		id := s.sent(detective, evidence(at), content)
		made := s.sent(detective, &evidencefile.Announced{Parent: id, Kind: "redaction", Name: "redacted.jpg", Tool: "Kifutio 2.1 (fictional)"}, photo(t, 60, 64, "", "", 0, 0))
		ticket, err := s.Files.Shown(s.ctx, officetest.Who(detective), id, "investigation")
		s.must(err)
		sum := sha1.Sum(content)
		s.listed(hex.EncodeToString(sum[:]))
		_, err = s.fetch(detective, made, "investigation")
		s.ruleOf("what was made from it", err, "file.destroyed")
		if _, err := s.Files.Preview(s.ctx, officetest.Who(detective), id, ticket); err == nil {
			s.t.Error("its preview left")
		}
		if n := s.stored(); n != 0 {
			s.t.Errorf("%d pieces are left", n)
		}
	})
}

func (s *tale) ruleOf(what string, err error, rule string) {
	s.t.Helper()
	var refused *problem.Refused
	if !errors.As(err, &refused) || refused.Rule != rule {
		s.t.Errorf("%s: got %v, want %s", what, err, rule)
	}
}

// An upload that began before the first list written in MD5 did not run it: it is
// held against that list when it is all there, before a preview is drawn.
func TestAnUploadThatBeganBeforeTheListIsCompared(t *testing.T) {
	each(t, func(s *tale) {
		content := photo(t, 64, 64, "", "", 0, 0)
		n := evidence(s.aScene(false))
		n.Size = int64(len(content))
		u, err := s.Files.Begin(s.ctx, officetest.Who(detective), n)
		s.must(err)
		sum := md5.Sum(content)
		s.listed(hex.EncodeToString(sum[:]))
		_, err = s.Files.Append(s.ctx, officetest.Who(detective), u.ID, 0, bytes.NewReader(content), nil)
		s.ruleOf("the upload", err, "file.on-hash-list")
		if n := s.stored(); n != 0 {
			s.t.Errorf("%d pieces are kept", n)
		}
	})
}

// A content too large to be read while somebody waits stays shut, with a reason
// that says so, until the clock has read it; one that cannot be read stays shut
// and holds up no other.
func TestALargeFileWaitsToBeCompared(t *testing.T) {
	each(t, func(s *tale) {
		at := s.aScene(false)
		sound := evidence(at)
		sound.Kind, sound.Name = "phone", "phone.bin"
		damaged := s.sent(detective, evidence(at), photo(t, 64, 64, "", "", 0, 0))
		large := s.sent(detective, sound, bytes.Repeat([]byte("0123456789abcdef"), 64<<16+1))
		s.listed(strings.Repeat("0", 32))
		for _, name := range s.pieces(damaged) {
			s.must(os.WriteFile(name, []byte("damaged"), 0o600))
		}
		_, err := s.fetch(detective, large, "investigation")
		s.ruleOf("before it was compared", err, "file.being-compared")
		if v := s.seen(detective, large); !v.Comparing {
			s.t.Errorf("its page does not say so: %+v", v)
		}
		if w, err := s.Files.Words(s.ctx, officetest.Who(detective), large, "investigation"); err != nil || w.Name != "phone.bin" {
			s.t.Errorf("its words: %+v, %v", w, err)
		}
		if err := s.Files.Work(s.ctx); err == nil {
			s.t.Error("nobody is told that one cannot be read")
		}
		raw, err := s.fetch(detective, large, "investigation")
		if err != nil || len(raw) != 64<<20+16 || s.seen(detective, large).Comparing {
			s.t.Errorf("compared and on no list: %d bytes, %v", len(raw), err)
		}
		if _, err := s.fetch(detective, damaged, "investigation"); err == nil {
			s.t.Error("a damaged content was given out")
		}
	})
}

// A server killed after the end of a listed file was durable, and before that of
// what was made from it, leaves it to the clock.
func TestWhatAKillLeavesOfAListedFileIsDestroyed(t *testing.T) {
	each(t, func(s *tale) {
		parent := s.sent(detective, evidence(s.aScene(false)), photo(t, 64, 64, "", "", 0, 0))
		made := s.sent(detective, &evidencefile.Announced{Parent: parent, Kind: "redaction", Name: "redacted.jpg", Tool: "Kifutio 2.1 (fictional)"}, photo(t, 60, 64, "", "", 0, 0))
		_, err := s.Commit(s.ctx, realm.Command{Actor: realm.System, Appends: []realm.Append{{Stream: evidencefile.Stream(parent), Expected: ledger.AnyVersion,
			Drafts: []ledger.Draft{{Kind: evidencefile.Destroyed, Schema: 1, Payload: evidencefile.DestroyedEvent{Place: s.seen(detective, parent).Place, Reason: evidencefile.OnList}}}}}})
		s.must(err)
		s.must(s.Files.Work(s.ctx))
		if v := s.seen(detective, made); v.Destroyed != evidencefile.Orphaned {
			s.t.Errorf("what was made from it: %+v", v)
		}
		if n := s.stored(); n != 0 {
			s.t.Errorf("%d pieces are left", n)
		}
	})
}

// Files that cannot be read, however many came before, hold up the examination of no
// other.
func TestDamagedFilesHoldUpNoOther(t *testing.T) {
	each(t, func(s *tale) {
		at := s.aScene(false)
		var ids []string
		for i := range 5 {
			ids = append(ids, s.sent(detective, evidence(at), photo(t, 64+i, 64, "", "", 0, 0)))
			s.Clock.Pass(time.Minute)
		}
		for i, id := range ids {
			st := new(evidencefile.State)
			var raw []byte
			s.must(s.Store.QueryRow(s.ctx, `SELECT state FROM files WHERE id = $1`, id).Scan(&raw))
			s.must(json.Unmarshal(raw, st))
			st.Examined = nil // as a server leaves it that is killed before it looked
			raw, err := json.Marshal(st)
			s.must(err)
			s.must(s.Store.Write(s.ctx, func(tx *store.Tx) error {
				_, err := tx.Exec(`UPDATE files SET todo = 'examine stamp', state = $1 WHERE id = $2`, raw, id)
				return err
			}))
			for _, name := range s.pieces(id) {
				if i < 4 {
					s.must(os.WriteFile(name, []byte("damaged"), 0o600))
				}
			}
		}
		if err := s.Files.Work(s.ctx); err == nil {
			s.t.Error("nobody is told of those that cannot be read")
		}
		if v := s.seen(detective, ids[4]); v.Type == "" {
			s.t.Error("the last one is not examined")
		}
	})
}
