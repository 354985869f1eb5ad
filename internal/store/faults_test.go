package store_test

import (
	"database/sql"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// TestPostgresIsRestartedUnderLoad: the lane and the readers come back by
// themselves, and what was acknowledged is there once.
func TestPostgresIsRestartedUnderLoad(t *testing.T) {
	c := storetest.NewCluster(t)
	at := c.Place(t, "restarted")
	db := storetest.OpenAt(t, at)
	l := startLoad(t, db, 8, store.ErrUnavailable)
	for _, fault := range []func(testing.TB){c.Restart, c.Stop, c.Crash} {
		l.until(t, 50)
		fault(t)
		time.Sleep(20 * time.Millisecond)
		if c.Running() {
			continue
		}
		if err := write(db, "while", "down"); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("a write while the server is down: %v", err)
		}
		var n int
		if err := db.QueryRow(t.Context(), `SELECT count(*) FROM commands`).Scan(&n); err == nil {
			t.Error("a read while the server is down")
		}
		c.Start(t)
	}
	l.until(t, 50)
	acked := l.end()
	got := rows(t, db)
	for _, row := range acked {
		if _, found := slices.BinarySearch(got, row); !found {
			t.Errorf("%s was acknowledged and is not there", row)
		}
	}
	// At most one row of each worker may have arrived without being told.
	if len(got) > len(acked)+8 {
		t.Errorf("%d rows, %d were acknowledged", len(got), len(acked))
	}
	t.Logf("%d rows, %d tries were refused", len(got), l.refused[store.ErrUnavailable])
}

// TestAFullDatabaseRefusesClearlyAndRecovers: SQLite's own limit gives the
// same error as a full disk.
func TestAFullDatabaseRefusesClearlyAndRecovers(t *testing.T) {
	db := storetest.Open(t, store.SQLite, "limited")
	limit := func(pages int) {
		t.Helper()
		err := db.Write(t.Context(), func(tx *store.Tx) error {
			var n int
			return tx.QueryRow(fmt.Sprintf(`PRAGMA max_page_count = %d`, pages)).Scan(&n)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	limit(150)
	full(t, db)
	limit(1 << 30)
	recovered(t, db)
}

// full writes until there is no room and asserts how that is said.
func full(t *testing.T, db *store.DB) {
	t.Helper()
	big := strings.Repeat("x", 20_000)
	for n := 0; ; n++ {
		err := write(db, big, fmt.Sprint(n))
		if err == nil && n < 10_000 {
			continue
		}
		if !errors.Is(err, store.ErrFull) || !strings.Contains(err.Error(), "the disk is full") {
			t.Fatalf("after %d rows: %v", n, err)
		}
		break
	}
	n := len(rows(t, db)) // reading goes on
	for _, err := range together(t, db, func(tx *store.Tx) error { return put(tx, big, "more") }, func(tx *store.Tx) error { return put(tx, big, "much more") }) {
		if !errors.Is(err, store.ErrFull) {
			t.Errorf("a write to a full disk: %v", err)
		}
	}
	if after := len(rows(t, db)); after != n {
		t.Errorf("%d rows before the refused writes, %d after", n, after)
	}
}

// recovered asserts that there is room again and nothing was hurt.
func recovered(t *testing.T, db *store.DB) {
	t.Helper()
	n := len(rows(t, db))
	if err := write(db, "room", "again"); err != nil {
		t.Fatalf("after room was made: %v", err)
	}
	if after := len(rows(t, db)); after != n+1 {
		t.Errorf("%d rows, want %d", after, n+1)
	}
	if says := integrity(t, db.Path()); says != "ok" {
		t.Error(says)
	}
}

// TestAFullDiskRefusesClearlyAndRecovers does the same on a real small disk:
// a file system in memory, in a mount namespace of a child process that is
// this test again, so that no mount outlives it.
func TestAFullDiskRefusesClearlyAndRecovers(t *testing.T) {
	if dir := os.Getenv("RUFAA_TEST_SMALL_DISK"); dir != "" {
		onSmallDisk(t, dir)
		return
	}
	cmd := exec.Command("/proc/self/exe", "-test.run=^"+t.Name()+"$", "-test.v")
	cmd.Env = append(os.Environ(), "RUFAA_TEST_SMALL_DISK="+t.TempDir())
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWNS}
	if os.Geteuid() != 0 {
		cmd.SysProcAttr.Cloneflags |= syscall.CLONE_NEWUSER
		cmd.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		cmd.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	out, err := cmd.CombinedOutput()
	if errors.Is(err, syscall.EPERM) || strings.Contains(string(out), errNoMount.Error()) {
		t.Log("this machine lets no test mount a small disk; SQLite's own limit stands in for it")
		TestAFullDatabaseRefusesClearlyAndRecovers(t)
		return
	}
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	if !strings.Contains(string(out), "a disk of") {
		t.Fatalf("the child did not run:\n%s", out)
	}
}

var errNoMount = errors.New("may not mount")

func onSmallDisk(t *testing.T, dir string) {
	err := errors.Join(syscall.Mount("none", "/", "", syscall.MS_REC|syscall.MS_PRIVATE, ""),
		syscall.Mount("tmpfs", dir, "tmpfs", 0, "size=4m"))
	if err != nil {
		t.Fatalf("%v: %v", errNoMount, err)
	}
	t.Log("a disk of 4 MB at", dir)
	ballast := filepath.Join(dir, "ballast")
	if err := os.WriteFile(ballast, make([]byte, 1<<20), 0o600); err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), store.Options{Path: filepath.Join(dir, "small.db")})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	full(t, db)
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	recovered(t, db)
}

func integrity(t testing.TB, path string) (says string) {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if err := db.QueryRow(`PRAGMA integrity_check`).Scan(&says); err != nil {
		t.Fatal(err)
	}
	return says
}

// TestABackupUnderLoadIsOneMoment: it opens as a database, holds all that was
// acknowledged before it began, and of each writer an unbroken run.
func TestABackupUnderLoadIsOneMoment(t *testing.T) {
	db := storetest.Open(t, store.SQLite, "busy")
	l := startLoad(t, db, 4)
	for n := range 3 {
		l.until(t, 100)
		l.mu.Lock()
		acked := slices.Clone(l.acked)
		l.mu.Unlock()
		file := filepath.Join(t.TempDir(), fmt.Sprintf("backup-%d.db", n))
		if err := db.BackupTo(t.Context(), file); err != nil {
			t.Fatal(err)
		}
		if err := db.BackupTo(t.Context(), file); err == nil {
			t.Error("a backup was written over another")
		}
		if says := integrity(t, file); says != "ok" {
			t.Error(says)
		}
		got := rows(t, storetest.OpenAt(t, store.Options{Path: file}))
		for _, row := range acked {
			if _, found := slices.BinarySearch(got, row); !found {
				t.Errorf("%s was acknowledged before the backup and is not in it", row)
			}
		}
		next := map[string]int{}
		for _, row := range got {
			actor, key, _ := strings.Cut(row, "/")
			if want := fmt.Sprintf("%06d", next[actor]); key != want {
				t.Fatalf("%s stands where %s is next", row, want)
			}
			next[actor]++
		}
	}
	l.end()
}

// TestAMalformedFileIsNamed instead of being guessed at.
func TestAMalformedFileIsNamed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "broken.db")
	if err := os.WriteFile(path, []byte(strings.Repeat("this is no database ", 500)), 0o600); err != nil {
		t.Fatal(err)
	}
	if db, err := store.Open(t.Context(), store.Options{Path: path}); !errors.Is(err, store.ErrDamaged) {
		if err == nil {
			db.Close()
		}
		t.Error(err)
	}
}
