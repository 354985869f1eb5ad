package blob_test

import (
	"bytes"
	"context"
	"crypto/md5"
	"crypto/rand"
	"crypto/sha1"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"testing"
	"testing/iotest"
	"time"

	"pgregory.net/rapid"

	"rufaa/internal/blob"
	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
	"rufaa/internal/vault"
)

func TestWhatWasSentIsReadAgain(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		sent := content(1, 2*blob.PieceSize+12345)
		sums := r.stored("a", sent, blob.MD5, blob.SHA1)
		if sums.SHA256 != fmt.Sprintf("%x", sha256.Sum256(sent)) || sums.MD5 != fmt.Sprintf("%x", md5.Sum(sent)) || sums.SHA1 != fmt.Sprintf("%x", sha1.Sum(sent)) {
			t.Errorf("digests %+v are not those of what was sent", sums)
		}
		got, err := r.read("a")
		if err != nil || !bytes.Equal(got, sent) {
			t.Fatalf("read %d bytes, %v; want %d", len(got), err, len(sent))
		}
		if len(r.opened) != 1 || r.opened[0].Fields[0] != "file/a" {
			t.Errorf("openings recorded: %+v", r.opened)
		}
		if found := r.inspect("a"); found.Sum != sums.Sealed || found.Faults != nil || found.Pieces != 3 {
			t.Errorf("the sealed pieces are found to be %+v; want %s", found, sums.Sealed)
		}
	})
}

func TestReadingFromTheMiddle(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		sent := content(2, 2*blob.PieceSize+7)
		r.stored("a", sent)
		in, err := r.Open(t.Context(), officer, "a", "file/a")
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		for _, at := range []int64{blob.PieceSize - 3, 2*blob.PieceSize + 5, 0, int64(len(sent)) - 1} {
			if _, err := in.Seek(at, io.SeekStart); err != nil {
				t.Fatal(err)
			}
			want := sent[at:min(int(at)+6, len(sent))]
			got := make([]byte, len(want))
			if _, err := io.ReadFull(in, got); err != nil || !bytes.Equal(got, want) {
				t.Errorf("at %d: %x, %v; want %x", at, got, err, want)
			}
		}
	})
}

// However a line breaks, and however the content is cut, what was acknowledged
// is there and the digest is that of the whole.
func TestAnyCutGivesTheSameContent(t *testing.T) {
	r := newRoom(t, storetest.Open(t, store.SQLite, "files"))
	const piece = 1000
	r.Keeper = blob.New(blob.Options{Store: r.db, Vault: r.vault, Shelf: r.shelf, Now: time.Now, Mark: rand.Text, Piece: piece})
	n := 0
	rapid.Check(t, func(t *rapid.T) {
		n++
		id := fmt.Sprintf("cut-%d", n)
		size := rapid.IntRange(0, 12*piece).Draw(t, "size")
		sent := content(uint64(n), size)
		r.begin(id, int64(size))
		var at int64
		for at < int64(size) {
			k := rapid.Int64Range(1, int64(size)-at).Draw(t, "k")
			var src io.Reader = bytes.NewReader(sent[at : at+k])
			breaks := rapid.Bool().Draw(t, "breaks")
			if breaks {
				src = io.MultiReader(src, iotest.ErrReader(io.ErrUnexpectedEOF))
			}
			got, err := r.Append(context.Background(), id, at, src, nil)
			if got != at+k || breaks != (err != nil) && at+k < int64(size) {
				t.Fatalf("acknowledged %d, %v; want %d", got, err, at+k)
			}
			at = got
		}
		sums, err := r.Finish(context.Background(), id)
		if err != nil || sums.SHA256 != fmt.Sprintf("%x", sha256.Sum256(sent)) {
			t.Fatalf("digest %v, %v", sums, err)
		}
		if got, err := r.read(id); err != nil || !bytes.Equal(got, sent) {
			t.Fatalf("read %d bytes, %v", len(got), err)
		}
	})
}

func TestWritersInEachOthersWay(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.begin("a", 100)
		r.append("a", 0, content(3, 40))
		var off *blob.Offset
		if _, err := r.Append(t.Context(), "a", 0, bytes.NewReader(content(3, 40)), nil); !errors.As(err, &off) || off.Have != 40 {
			t.Errorf("a piece sent twice: %v, want the offset 40", err)
		}
		if _, err := r.Append(t.Context(), "a", 40, bytes.NewReader(content(4, 61)), nil); !errors.Is(err, blob.ErrTooLong) {
			t.Errorf("more than declared: %v", err)
		}
		s, err := r.State(t.Context(), "a")
		if err != nil || s.Got >= 100 {
			t.Fatalf("after too much %d are there, as if that were the content; %v", s.Got, err)
		}
		r.begin("b", 100)
		slow, feed := io.Pipe()
		first := make(chan error)
		go func() { _, err := r.Append(t.Context(), "b", 0, slow, nil); first <- err }()
		feed.Write(content(5, 10))
		if _, err := r.Append(t.Context(), "b", 0, bytes.NewReader(content(5, 10)), nil); !errors.Is(err, blob.ErrBusy) {
			t.Errorf("a second writer: %v, want ErrBusy", err)
		}
		feed.Close()
		if err := <-first; err != nil {
			t.Errorf("the first writer: %v", err)
		}
		if _, err := r.Finish(t.Context(), "b"); !errors.Is(err, blob.ErrShort) {
			t.Errorf("finished too early: %v", err)
		}
	})
}

// Two servers write one upload: whichever counts first goes on, and nothing of
// the other one stays in the content.
func TestTwoServersOnOneUpload(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		other := blob.New(blob.Options{Store: r.db, Vault: r.vault, Shelf: r.shelf, Now: time.Now, Mark: func() string { return "other" }})
		sent := content(6, 1000)
		r.begin("a", 1000)
		slow, feed := io.Pipe()
		first := make(chan error)
		go func() { _, err := r.Append(t.Context(), "a", 0, slow, nil); first <- err }()
		feed.Write(sent[:300])
		if got, err := other.Append(t.Context(), "a", 0, bytes.NewReader(sent), nil); err != nil || got != 1000 {
			t.Fatalf("the second server: %d, %v", got, err)
		}
		feed.Close()
		if err := <-first; !errors.Is(err, blob.ErrBusy) {
			t.Errorf("the first server: %v, want ErrBusy", err)
		}
		if _, err := r.Finish(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		if got, err := r.read("a"); err != nil || !bytes.Equal(got, sent) {
			t.Errorf("read %d bytes, %v", len(got), err)
		}
	})
}

func TestCheckedCallsKeepNothingWhenTheCheckFails(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.begin("a", 3*blob.PieceSize)
		wrong := func() error { return blob.ErrChecksum }
		if got, err := r.Append(t.Context(), "a", 0, bytes.NewReader(content(7, 2*blob.PieceSize)), wrong); !errors.Is(err, blob.ErrChecksum) || got != 0 {
			t.Errorf("acknowledged %d, %v", got, err)
		}
		if left := disk(t, r.dir); len(left) != 0 {
			t.Errorf("%d bytes of a refused call stay on the shelf", len(left))
		}
		r.append("a", 0, content(7, 3*blob.PieceSize))
	})
}

// tamper is one way to touch what is stored; each must be seen by whoever
// reads, and by the check.
func TestTamperingIsSeen(t *testing.T) {
	swap := func(a, b string) error {
		tmp := a + ".x"
		return errors.Join(os.Rename(a, tmp), os.Rename(b, a), os.Rename(tmp, b))
	}
	for name, tamper := range map[string]struct {
		do    func(r *room, files []string) error
		names string
	}{
		"two pieces swapped": {func(_ *room, f []string) error { return swap(f[0], f[1]) }, "piece 0 was altered; piece 1 was altered"},
		"a bit flipped": {func(_ *room, f []string) error {
			raw, err := os.ReadFile(f[1])
			if err != nil {
				return err
			}
			raw[len(raw)/2] ^= 1
			return os.WriteFile(f[1], raw, 0o600)
		}, "piece 1 was altered"},
		"a piece cut short":    {func(_ *room, f []string) error { return os.Truncate(f[0], 100) }, "piece 0 was altered"},
		"a piece taken away":   {func(_ *room, f []string) error { return os.Remove(f[2]) }, "piece 2 is missing"},
		"a piece made longer":  {func(_ *room, f []string) error { return os.Truncate(f[0], blob.PieceSize+100) }, "piece 0 was altered"},
		"another file's piece": {func(_ *room, f []string) error { return swap(f[1], f[4]) }, "piece 1 was altered"},
		"the last row deleted": {func(r *room, _ []string) error { return r.exec(`DELETE FROM blob_pieces WHERE blob = 'a' AND n = 2`) },
			"the rows of its pieces do not make up its size"},
		"a row in the middle deleted": {func(r *room, _ []string) error { return r.exec(`DELETE FROM blob_pieces WHERE blob = 'a' AND n = 1`) },
			"piece 1 has no row"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t, storetest.Open(t, store.SQLite, "files"))
			r.stored("a", content(8, 2*blob.PieceSize+500))
			r.stored("b", content(9, 2*blob.PieceSize+500))
			files, err := filepath.Glob(filepath.Join(r.dir, "*", "*"))
			if err != nil || len(files) != 6 {
				t.Fatal(files, err)
			}
			slices.Sort(files)
			if err := tamper.do(r, files); err != nil {
				t.Fatal(err)
			}
			if _, err := r.read("a"); !errors.Is(err, blob.ErrDamaged) {
				t.Errorf("reading: %v, want ErrDamaged", err)
			}
			if got := named(r.inspect("a").Faults); got != tamper.names {
				t.Errorf("the inspection names %q, want %q", got, tamper.names)
			}
		})
	}
}

// A destroyed content: no byte of it is on the disk, and what a copy of the
// pieces holds opens no more.
func TestDestroyedIsGone(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		canary := []byte("CANARY-7f3a: what must never be found")
		sent := bytes.Repeat(canary, 200_000)
		r.stored("a", sent)
		if bytes.Contains(disk(t, r.dir), canary) {
			t.Fatal("the content stands on the disk in the clear")
		}
		in, err := r.Open(t.Context(), officer, "a", "file/a")
		if err != nil {
			t.Fatal(err)
		}
		defer in.Close()
		copied := t.TempDir()
		if err := os.CopyFS(copied, os.DirFS(r.dir)); err != nil {
			t.Fatal(err)
		}
		if err := r.Destroy(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		if left := disk(t, r.dir); len(left) != 0 {
			t.Errorf("%d bytes are left", len(left))
		}
		if err := os.CopyFS(r.dir, os.DirFS(copied)); err != nil {
			t.Fatal(err)
		}
		if _, err := in.Read(make([]byte, 10)); !errors.Is(err, vault.ErrPieceErased) {
			t.Errorf("a reader that stood open, pieces put back: %v, want ErrPieceErased", err)
		}
		if _, err := r.read("a"); !errors.Is(err, blob.ErrNone) {
			t.Errorf("read after: %v", err)
		}
		if err := r.Destroy(t.Context(), "a"); err != nil {
			t.Errorf("destroyed again: %v", err)
		}
		if err := r.Begin(t.Context(), blob.Spec{ID: "a", Part: vault.Inquiry, Size: 5}, nil); !errors.Is(err, vault.ErrPieceErased) {
			t.Errorf("begun again under a destroyed key: %v", err)
		}
	})
}

func TestAnErasureStopsAnUpload(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.begin("a", 3*blob.PieceSize)
		slow, feed := io.Pipe()
		ended := make(chan error)
		go func() { _, err := r.Append(t.Context(), "a", 0, slow, nil); ended <- err }()
		feed.Write(content(1, blob.PieceSize))
		if err := r.Destroy(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		feed.Write(content(2, blob.PieceSize))
		feed.Close()
		if err := <-ended; err == nil {
			t.Error("an upload went on after its key was destroyed")
		}
	})
}

func TestTidyTakesWhatIsPartOfNothing(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		r.stored("a", content(1, 100))
		for _, stray := range []string{"a/00000007-STRAY", "gone/00000000-STRAY"} {
			path := filepath.Join(r.dir, stray)
			if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte("stray"), 0o600)); err != nil {
				t.Fatal(err)
			}
		}
		if n, err := r.Tidy(t.Context(), time.Hour); err != nil || n != 0 {
			t.Errorf("young pieces: %d removed, %v", n, err)
		}
		r.now = r.now.Add(2 * time.Hour)
		if n, err := r.Tidy(t.Context(), time.Hour); err != nil || n != 2 {
			t.Errorf("old pieces: %d removed, %v; want 2", n, err)
		}
		if _, err := r.read("a"); err != nil {
			t.Errorf("the counted one is gone: %v", err)
		}
		if _, err := os.Stat(filepath.Join(r.dir, "gone")); !errors.Is(err, os.ErrNotExist) {
			t.Error("an empty folder is left")
		}
	})
}

// What earlier versions stored, in longer pieces, is read and looked at.
func TestLongerPiecesAreRead(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		sent := content(5, blob.LongestPiece+2*blob.PieceSize)
		now := r.Keeper
		r.Keeper = blob.New(blob.Options{Store: r.db, Vault: r.vault, Shelf: r.shelf, Now: time.Now, Mark: rand.Text, Piece: blob.LongestPiece})
		r.begin("a", int64(len(sent)))
		r.append("a", 0, sent[:blob.LongestPiece+7])
		r.Keeper = now
		r.append("a", blob.LongestPiece+7, sent[blob.LongestPiece+7:])
		if _, err := r.Finish(t.Context(), "a"); err != nil {
			t.Fatal(err)
		}
		if got, err := r.read("a"); err != nil || !bytes.Equal(got, sent) {
			t.Errorf("read %d bytes, %v; want %d", len(got), err, len(sent))
		}
		if found := r.inspect("a"); found.Faults != nil || found.Pieces != 4 {
			t.Errorf("found to be %+v", found)
		}
	})
}

// A call with a check waits with all its pieces, and few of them stand open.
func TestAManyPiecedCallWithACheckOpensFewFiles(t *testing.T) {
	each(t, func(t *testing.T, r *room) {
		const size = 80 * blob.PieceSize
		open := func() int {
			entries, err := os.ReadDir("/proc/self/fd")
			if err != nil {
				t.Skip("only Linux tells which files stand open")
			}
			return len(entries)
		}
		r.begin("a", size)
		r.begin("b", size)
		before := open()
		check := func() error {
			if n := open() - before; n > 40 {
				t.Errorf("%d files stand open", n)
			}
			return nil
		}
		if got, err := r.Append(t.Context(), "a", 0, io.LimitReader(zeros{}, size), check); err != nil || got != size {
			t.Fatalf("%d bytes are kept, %v", got, err)
		}
		wrong := func() error { return blob.ErrChecksum }
		if _, err := r.Append(t.Context(), "b", 0, io.LimitReader(zeros{}, size), wrong); !errors.Is(err, blob.ErrChecksum) {
			t.Fatalf("a wrong sum: %v", err)
		}
		if left, err := r.shelf.Pieces(t.Context(), "b"); err != nil || len(left) != 0 {
			t.Errorf("%d pieces of a dropped call are left, %v", len(left), err)
		}
	})
}

// Memory does not grow with the content.
func TestMemoryIsBounded(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(100)) // as the program runs, whatever the tests run with
	r := newRoom(t, storetest.Open(t, store.SQLite, "files"))
	const size = 256 << 20
	r.begin("a", size)
	src := io.LimitReader(zeros{}, size)
	var most uint64
	watched := readerFunc(func(p []byte) (int, error) {
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		most = max(most, m.HeapInuse)
		return src.Read(p)
	})
	if _, err := r.Append(t.Context(), "a", 0, watched, nil); err != nil {
		t.Fatal(err)
	}
	if most > 40<<20 {
		t.Errorf("%d MB in use for %d MB", most>>20, size>>20)
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

type readerFunc func([]byte) (int, error)

func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
