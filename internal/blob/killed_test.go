package blob_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"io"
	mrand "math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rufaa/internal/blob"
	"rufaa/internal/keyfile"
	"rufaa/internal/store"
	"rufaa/internal/vault"
)

// A server in a process of its own, so that it can be killed as an operator or
// a loss of power would: without a word, in the middle of a piece.
const childFolder = "RUFAA_BLOB_TEST_FOLDER"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childFolder); dir != "" {
		if err := uploadUntilKilled(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

const (
	killedSize  = 48 << 20
	killedPiece = 64 << 10
)

// opened opens what stands in a folder; the first time it is made.
func opened(dir string) (*blob.Keeper, func(), error) {
	db, err := store.Open(context.Background(), store.Options{Path: filepath.Join(dir, "rows.db")})
	if err != nil {
		return nil, nil, err
	}
	path := filepath.Join(dir, "realm.key")
	file, err := keyfile.Load(path, "kenya")
	if err != nil {
		if file, err = keyfile.Create(path, "kenya", rand.Reader); err != nil {
			return nil, nil, err
		}
	}
	shelf, err := blob.NewFolder(filepath.Join(dir, "files"))
	if err != nil {
		return nil, nil, err
	}
	v := vault.New(db, file, vault.Options{Recorder: func(context.Context, vault.Opening) error { return nil }})
	k := blob.New(blob.Options{Store: db, Vault: v, Shelf: shelf, Now: func() time.Time { return time.Now().UTC() }, Mark: rand.Text, Piece: killedPiece})
	return k, func() { db.Close() }, nil
}

// uploadUntilKilled goes on where the upload stands and says so on its output.
func uploadUntilKilled(dir string) error {
	k, done, err := opened(dir)
	if err != nil {
		return err
	}
	defer done()
	s, err := k.State(context.Background(), "a")
	if err != nil {
		return err
	}
	fmt.Println("from", s.Got)
	slow := &slowly{r: bytes.NewReader(content(42, killedSize)[s.Got:])}
	if _, err := k.Append(context.Background(), "a", s.Got, slow, nil); err != nil {
		return err
	}
	sums, err := k.Finish(context.Background(), "a")
	if err != nil {
		return err
	}
	fmt.Println("whole", sums.SHA256)
	return nil
}

// slowly gives a line's pace, so that there is a middle to be killed in.
type slowly struct{ r io.Reader }

func (s *slowly) Read(p []byte) (int, error) {
	time.Sleep(8 * time.Millisecond)
	return s.r.Read(p[:min(len(p), 64<<10)])
}

// A server killed twenty times in the middle of one upload: what was counted
// stays, the hash goes on, and the digest at the end is that of the whole.
func TestKilledTwentyTimes(t *testing.T) {
	dir := t.TempDir()
	k, done, err := opened(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := k.Begin(context.Background(), blob.Spec{ID: "a", Part: vault.Inquiry, Size: killedSize, Hashes: []string{blob.MD5}}, nil); err != nil {
		t.Fatal(err)
	}
	done()
	var last int64
	kills, went, idle, whole := 0, 0, 0, ""
	for round := 0; whole == "" && round < 200; round++ {
		from, end := serveFor(t, dir, kills < 20, idle)
		if from < last {
			t.Fatalf("round %d went on at %d, but %d had been counted", round, from, last)
		}
		idle++
		if from > last {
			went, idle = went+1, 0
		}
		last, whole = from, end
		if whole == "" {
			kills++
		}
	}
	t.Logf("killed %d times; %d times it went on further than before", kills, went)
	if went < 3 {
		t.Error("hardly a kill fell into the middle; the test proves nothing")
	}
	if want := fmt.Sprintf("%x", sha256.Sum256(content(42, killedSize))); whole != want || kills < 20 {
		t.Errorf("after %d kills the digest is %s, want %s", kills, whole, want)
	}
	if k, done, err = opened(dir); err != nil {
		t.Fatal(err)
	}
	defer done()
	in, err := k.Open(context.Background(), officer, "a", "file/a")
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	if got, err := io.ReadAll(in); err != nil || !bytes.Equal(got, content(42, killedSize)) {
		t.Errorf("read %d bytes, %v", len(got), err)
	}
	strays, err := k.Tidy(context.Background(), -time.Hour)
	if err != nil {
		t.Error(err)
	}
	t.Logf("%d pieces of killed servers tidied", strays)
}

// serveFor runs a server and kills it soon after it began, or lets it end. The
// more rounds were idle, because the machine is busy with other things, the
// later it is killed.
func serveFor(t *testing.T, dir string, kill bool, idle int) (from int64, whole string) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childFolder+"="+dir)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		switch word {
		case "from":
			fmt.Sscan(rest, &from)
			if kill {
				time.Sleep(time.Duration(150+mrand.IntN(350*(1+idle))) * time.Millisecond)
				cmd.Process.Kill()
			}
		case "whole":
			whole = rest
		}
	}
	_ = cmd.Wait() // killed, as it should be
	return from, whole
}
