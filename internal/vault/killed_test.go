package vault_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"rufaa/internal/keyfile"
	"rufaa/internal/store"
	"rufaa/internal/vault"
)

// A server of its own process, so that it can be killed as power loss or an
// operator would: without a word.
const (
	childFolder = "RUFAA_VAULT_TEST_FOLDER"
	childMode   = "RUFAA_VAULT_TEST_MODE"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childFolder); dir != "" {
		if err := serveUntilKilled(dir, os.Getenv(childMode)); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// serveUntilKilled opens one text over and over and says so on its output. In
// mode "between" it stops after the record and before the opening.
func serveUntilKilled(dir, mode string) error {
	ctx := context.Background()
	keys, err := store.Open(ctx, store.Options{Path: filepath.Join(dir, "keys.db")})
	if err != nil {
		return err
	}
	data, err := store.Open(ctx, store.Options{Path: filepath.Join(dir, "data.db")})
	if err != nil {
		return err
	}
	file, err := keyfile.Load(filepath.Join(dir, "realm.key"), "kenya")
	if err != nil {
		return err
	}
	record := func(ctx context.Context, o vault.Opening) error {
		if err := keepRecord(ctx, data, o); err != nil {
			return err
		}
		if mode == "between" {
			fmt.Println("recorded")
			select {}
		}
		return nil
	}
	sealed, err := os.ReadFile(filepath.Join(dir, "sealed"))
	if err != nil {
		return err
	}
	v := vault.New(keys, file, vault.Options{Recorder: record})
	for {
		out, err := v.Open(ctx, counsellor, []vault.Item{{Place: name("person-1"), Sealed: vault.Sealed(sealed)}})
		if err != nil {
			return err
		}
		fmt.Println(out[0])
	}
}

// keepRecord stands in for the ledger: any table of the data store will do.
func keepRecord(ctx context.Context, data *store.DB, o vault.Opening) error {
	if len(o.Fields) == 0 {
		return errors.New("a record of nothing")
	}
	return data.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(`INSERT INTO key_holds (subject, reason, since)
			SELECT $1, 'opening ' || COUNT(*), 0 FROM key_holds`, o.Actor)
		return err
	})
}

func countRecords(t *testing.T, dir string) (n int) {
	t.Helper()
	data := sqlite(t, filepath.Join(dir, "data.db"))
	defer data.Close()
	if err := data.QueryRow(t.Context(), `SELECT COUNT(*) FROM key_holds`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

const canary = "CANARY Amani Fulani"

func prepareChild(t *testing.T) (dir string) {
	t.Helper()
	r := newRoom(t, sqlite(t, filepath.Join(t.TempDir(), "keys.db")))
	dir = filepath.Dir(r.keys.Path())
	sealed := r.seal(t, "person-1", name("person-1"), canary)
	r.keys.Close()
	raw, err := os.ReadFile(r.path)
	if err != nil {
		t.Fatal(err)
	}
	for file, content := range map[string][]byte{"realm.key": raw, "sealed": []byte(sealed)} {
		if err := os.WriteFile(filepath.Join(dir, file), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func startChild(t *testing.T, dir, mode string) (*exec.Cmd, *bufio.Reader) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childFolder+"="+dir, childMode+"="+mode)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return cmd, bufio.NewReader(out)
}

func TestKilledBetweenRecordAndOpeningTheRecordIsThere(t *testing.T) {
	dir := prepareChild(t)
	cmd, out := startChild(t, dir, "between")
	said, err := out.ReadString('\n')
	if err != nil || said != "recorded\n" {
		t.Fatalf("the server said %q, %v", said, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	rest, _ := io.ReadAll(out)
	_ = cmd.Wait()
	if strings.Contains(said+string(rest), canary) {
		t.Error("the plaintext left before the record was acknowledged")
	}
	if n := countRecords(t, dir); n != 1 {
		t.Errorf("%d records after the kill", n)
	}
}

func TestKilledAnywhereNoOpeningIsWithoutRecord(t *testing.T) {
	dir := prepareChild(t)
	seen := 0
	for range 8 {
		cmd, out := startChild(t, dir, "loop")
		if _, err := out.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		time.AfterFunc(time.Duration(rand.IntN(30))*time.Millisecond, func() { cmd.Process.Kill() })
		rest, _ := io.ReadAll(out)
		_ = cmd.Wait()
		seen += 1 + strings.Count(string(rest), canary)
		if n := countRecords(t, dir); n < seen {
			t.Fatalf("%d plaintexts were given on %d records", seen, n)
		}
	}
	t.Logf("%d openings over 8 kills, none without record", seen)
}
