package storetest_test

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// TestNothingOutlivesTheTestBinary, however it ends. The binary is this one,
// run again: it starts a server, says where, and comes to its end.
func TestNothingOutlivesTheTestBinary(t *testing.T) {
	if end := os.Getenv("RUFAA_TEST_END"); end != "" {
		comeToAnEnd(t, end)
		return
	}
	for _, end := range []string{"quiet", "panic", "killed"} {
		t.Run(end, func(t *testing.T) {
			t.Parallel()
			cmd := exec.Command("/proc/self/exe", "-test.run=^TestNothingOutlivesTheTestBinary$")
			cmd.Env = append(os.Environ(), "RUFAA_TEST_END="+end, "RUFAA_TEST_POSTGRES=")
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			var dir string
			var pid int
			for lines := bufio.NewScanner(out); lines.Scan(); {
				if _, err := fmt.Sscanf(lines.Text(), "server %d in %s", &pid, &dir); err == nil && end == "killed" {
					cmd.Process.Signal(syscall.SIGKILL)
				}
			}
			cmd.Wait()
			if pid == 0 || dir == "" {
				t.Fatal("the child started no server")
			}
			for limit := time.Now().Add(20 * time.Second); alive(pid) || exists(dir); time.Sleep(10 * time.Millisecond) {
				if time.Now().After(limit) {
					t.Fatalf("server %d alive: %v, its files there: %v", pid, alive(pid), exists(dir))
				}
			}
		})
	}
}

func comeToAnEnd(t *testing.T, end string) {
	db := storetest.Open(t, store.Postgres, "short_lived")
	var dir string
	if err := db.QueryRow(t.Context(), `SELECT current_setting('data_directory')`).Scan(&dir); err != nil {
		t.Fatal(err)
	}
	line, err := os.ReadFile(dir + "/postmaster.pid")
	if err != nil {
		t.Fatal(err)
	}
	pid, _, _ := strings.Cut(string(line), "\n")
	fmt.Printf("server %s in %s\n", pid, strings.TrimSuffix(dir, "/data"))
	switch end {
	case "panic":
		panic("on purpose")
	case "killed":
		time.Sleep(time.Minute)
	}
}

// alive does not count a process that has ended and waits to be collected.
func alive(pid int) bool {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	return err == nil && !strings.Contains(string(stat), ") Z ")
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

func TestEveryDatabaseIsEmptyAndItsOwn(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		other := storetest.Open(t, db.Engine(), "rufaa")
		err := db.Write(t.Context(), func(tx *store.Tx) error {
			_, err := tx.Exec(`INSERT INTO tree (idx, hash) VALUES (1, $1)`, []byte{1})
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		var n int
		if err := other.QueryRow(t.Context(), `SELECT count(*) FROM tree`).Scan(&n); err != nil || n != 0 {
			t.Errorf("%d rows in another database, %v", n, err)
		}
	})
}
