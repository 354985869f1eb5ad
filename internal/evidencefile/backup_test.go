package evidencefile_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"rufaa/internal/blob"
	"rufaa/internal/evidencefile"
	"rufaa/internal/office"
	"rufaa/internal/office/officetest"
	"rufaa/internal/realm"
	"rufaa/internal/store"
)

func bytesOf(seed uint64, n int) []byte {
	out := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{byte(seed), byte(seed >> 8)}).Read(out)
	return out
}

func (s *tale) shelf() blob.Shelf {
	return blob.OpenFolder(filepath.Join(s.Dir, s.Name, realm.FilesFolder))
}

func (s *tale) verified() *evidencefile.Verified {
	s.t.Helper()
	v, err := evidencefile.Verify(s.ctx, s.Store, s.shelf())
	s.must(err)
	return v
}

// damage tells what a verification names, file by file.
func damage(v *evidencefile.Verified) string {
	var out []string
	for _, d := range v.Damaged {
		for _, f := range d.Faults {
			out = append(out, d.ID+" "+d.Place.Scene+" "+f.String())
		}
	}
	return strings.Join(out, "\n")
}

// pieces are the files of a content's pieces, in order.
func (s *tale) pieces(id string) []string {
	s.t.Helper()
	list, err := filepath.Glob(filepath.Join(s.Dir, s.Name, realm.FilesFolder, id, "*"))
	s.must(err)
	if len(list) == 0 {
		s.t.Fatalf("no pieces of %s", id)
	}
	return list
}

// Whoever touches a stored piece, or the rows that count them, is found out;
// what was destroyed is rightly absent.
func TestVerifyNamesThePieceAndTheFile(t *testing.T) {
	each(t, func(s *tale) {
		scene := s.aScene(false)
		gone := s.sent(detective, evidence(scene), []byte("on a list, later (fictional)"))
		flipped := s.sent(detective, evidence(scene), bytesOf(1, 5<<20))
		removed := s.sent(detective, evidence(scene), bytesOf(2, 9<<20))
		swapped := s.sent(detective, evidence(scene), bytesOf(3, 100))
		whole := s.sent(detective, evidence(scene), bytesOf(4, 100))
		if v := s.verified(); v.Files != 5 || v.Damaged != nil || v.Destroyed != 0 {
			t.Fatalf("before: %+v", v)
		}
		s.listed(digest([]byte("on a list, later (fictional)")))
		u, err := s.Files.Begin(s.ctx, officetest.Who(detective), func() *evidencefile.Announced { n := evidence(scene); n.Size = 200; return n }())
		s.must(err)
		_, err = s.Files.Append(s.ctx, officetest.Who(detective), u.ID, 0, bytes.NewReader(bytesOf(5, 100)), nil)
		s.must(err)
		if v := s.verified(); v.Files != 4 || v.Damaged != nil || v.Destroyed != 1 || v.Uploads != 1 {
			t.Fatalf("one destroyed, one under way: %+v", v)
		}

		path := s.pieces(flipped)[1]
		raw, err := os.ReadFile(path)
		s.must(err)
		raw[len(raw)/2] ^= 1
		s.must(os.WriteFile(path, raw, 0o600))
		s.must(os.Remove(s.pieces(removed)[2]))
		s.must(s.Store.Write(s.ctx, func(tx *store.Tx) error {
			_, err := tx.Exec(`UPDATE blob_pieces SET size = 99 WHERE blob = $1`, swapped)
			return err
		}))
		s.must(os.Truncate(s.pieces(u.ID)[0], 50))
		v := s.verified()
		want := []string{flipped + " " + scene.Scene + " piece 1 was altered", removed + " " + scene.Scene + " piece 2 is missing",
			swapped + " " + scene.Scene + " the rows of its pieces do not make up its size", u.ID + " " + scene.Scene + " piece 0 was altered"}
		if got := damage(v); got != strings.Join(want, "\n") {
			t.Errorf("named:\n%s\nwant:\n%s", got, strings.Join(want, "\n"))
		}
		s.must(s.Store.Write(s.ctx, func(tx *store.Tx) error { _, err := tx.Exec(`DELETE FROM blobs WHERE id = $1`, whole); return err }))
		if got := damage(s.verified()); !strings.Contains(got, whole+" "+scene.Scene+" the rows of its pieces are missing") || strings.Contains(got, gone) {
			t.Errorf("with rows deleted: %s", got)
		}
	})
}

// A backup is made while files go up and are thrown away. What comes back
// verifies, opens and is what was sent; an upload that was under way goes on.
func TestBackupWhileFilesGoUp(t *testing.T) {
	each(t, func(s *tale) {
		scene := s.aScene(false)
		sent := map[string][]byte{}
		for n := range 3 {
			content := bytesOf(uint64(n), 4<<20+n*1000)
			sent[s.sent(detective, evidence(scene), content)] = content
		}
		half := bytesOf(9, 6<<20)
		n := evidence(scene)
		n.Size = int64(len(half))
		under, err := s.Files.Begin(s.ctx, officetest.Who(detective), n)
		s.must(err)
		at, err := s.Files.Append(s.ctx, officetest.Who(detective), under.ID, 0, bytes.NewReader(half[:5<<20]), nil)
		s.must(err)

		stop, wg := make(chan struct{}), sync.WaitGroup{}
		var mu sync.Mutex
		for w := range 3 {
			wg.Go(func() {
				for k := 0; ; k++ {
					select {
					case <-stop:
						return
					default:
					}
					content := bytesOf(uint64(100+w*50+k%50), 300_000)
					if k%3 == 2 { // begun and thrown away: its pieces go from under the backup
						n := evidence(scene)
						n.Size = 1 << 20
						u, err := s.Files.Begin(s.ctx, officetest.Who(detective), n)
						if err == nil {
							_, err = s.Files.Append(s.ctx, officetest.Who(detective), u.ID, 0, bytes.NewReader(content), nil)
						}
						if err == nil {
							err = s.Files.Drop(s.ctx, officetest.Who(detective), u.ID)
						}
						if err != nil {
							t.Error(err)
							return
						}
						continue
					}
					id, err := s.send(detective, evidence(scene), content)
					if err != nil {
						t.Error(err)
						return
					}
					mu.Lock()
					sent[id] = content
					mu.Unlock()
				}
			})
		}
		file := filepath.Join(t.TempDir(), "safe.backup")
		backed, err := realm.Backup(s.ctx, realm.Options{Dir: s.Dir, Name: s.Name, URL: s.URL}, file)
		close(stop)
		wg.Wait()
		if err != nil || backed.Faults != nil || backed.Pieces < 3*2+2 {
			t.Fatalf("%+v, %v", backed, err)
		}
		back := s.restored(file)
		v := back.verified()
		if v.Damaged != nil || v.Files < 3 || v.Uploads < 1 {
			t.Fatalf("restored: %+v", v)
		}
		found := 0
		for id, content := range sent {
			got, err := back.fetch(detective, id, "investigation")
			if err != nil {
				continue // came after the rows were read
			}
			if found++; !bytes.Equal(got, content) {
				t.Errorf("file %s came back as other bytes", id)
			}
		}
		if int64(found) != v.Files {
			t.Errorf("%d of %d files are what was sent", found, v.Files)
		}
		if u, err := back.Files.Append(s.ctx, officetest.Who(detective), under.ID, at.Offset, bytes.NewReader(half[at.Offset:]), nil); err != nil || !u.Done {
			t.Errorf("the upload under way does not go on: %+v, %v", u, err)
		}
		if got, err := back.fetch(detective, under.ID, "investigation"); err != nil || !bytes.Equal(got, half) {
			t.Errorf("and is %d bytes, %v", len(got), err)
		}
	})
}

// restored puts a backup back elsewhere, on SQLite, and opens it.
func (s *tale) restored(file string) *tale {
	s.t.Helper()
	dir := s.t.TempDir()
	facts, err := realm.Restore(s.ctx, dir, "", file)
	s.must(err)
	key, err := os.ReadFile(filepath.Join(s.Dir, s.Name, "realm.key"))
	s.must(err)
	s.must(os.WriteFile(filepath.Join(dir, facts.Name, "realm.key"), key, 0o600))
	of, err := office.Open(s.ctx, office.Options{Data: dir, Realm: facts.Name, Now: s.Clock.Now, Accounts: officetest.Cheap})
	s.must(err)
	s.t.Cleanup(func() { of.Close() })
	return &tale{&officetest.World{Office: of, Clock: s.Clock, Dir: dir}, s.t, s.ctx}
}

// A backup of a damaged realm is made all the same, and says what is damaged.
func TestBackupTellsOfDamage(t *testing.T) {
	s := &tale{officetest.Open(t, store.SQLite), t, t.Context()}
	id := s.sent(detective, evidence(s.aScene(false)), bytesOf(1, 100))
	s.must(os.Remove(s.pieces(id)[0]))
	file := filepath.Join(t.TempDir(), "safe.backup")
	backed, err := realm.Backup(s.ctx, realm.Options{Dir: s.Dir, Name: s.Name}, file)
	if err != nil || fmt.Sprint(backed.Faults) != "[piece 0 is missing]" {
		t.Fatalf("%+v, %v", backed, err)
	}
	if v := s.restored(file).verified(); len(v.Damaged) != 1 || v.Damaged[0].ID != id {
		t.Errorf("restored: %+v", v)
	}
	if _, err := realm.Restore(s.ctx, s.Dir, "", file); err == nil {
		t.Error("a backup was put over a realm that stands there")
	}
}

// A backup in which one byte of a file was changed does not come back unnoticed.
func TestRestoreNoticesAChangedByte(t *testing.T) {
	s := &tale{officetest.Open(t, store.SQLite), t, t.Context()}
	s.sent(detective, evidence(s.aScene(false)), bytesOf(1, 8<<20))
	file := filepath.Join(t.TempDir(), "safe.backup")
	_, err := realm.Backup(s.ctx, realm.Options{Dir: s.Dir, Name: s.Name}, file)
	s.must(err)
	raw, err := os.ReadFile(file)
	s.must(err)
	raw[4<<20] ^= 1
	s.must(os.WriteFile(file, raw, 0o600))
	if _, err := realm.Restore(s.ctx, t.TempDir(), "", file); !errors.Is(err, zip.ErrChecksum) {
		t.Errorf("restored: %v", err)
	}
}
