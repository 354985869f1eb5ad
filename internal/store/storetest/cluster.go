package storetest

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"rufaa/internal/store"
)

// startLimit bounds how long a server may take to answer; a loaded machine
// with a slow disk stays well below.
const startLimit = 60 * time.Second

// Cluster is a PostgreSQL server of a test's own that may be stopped, killed
// and started again in the middle of a load.
type Cluster struct {
	dir  string // holds the data, the socket and the log
	bin  string
	sync string              // fsync, "on" or "off"
	cred *syscall.Credential // nil: run as ourselves
	cmd  *exec.Cmd           // nil while stopped
	gone chan struct{}       // closed when cmd has ended
	life *os.File            // the watcher reads its other end until we die
	done chan struct{}       // closed when the watcher has cleaned up
}

// NewCluster starts a server that ends with the test.
func NewCluster(t testing.TB) *Cluster {
	t.Helper()
	c, err := newCluster("on")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.remove)
	return c
}

// URL is how to reach the server, as its superuser.
func (c *Cluster) URL() string {
	q := url.Values{"host": {c.dir}, "user": {"rufaa"}, "sslmode": {"disable"}}
	return "postgres:///postgres?" + q.Encode()
}

// Place gives a new, empty schema on this server.
func (c *Cluster) Place(t testing.TB, name string) store.Options {
	t.Helper()
	return placeOn(t, c.URL(), name)
}

func newCluster(sync string) (_ *Cluster, err error) {
	bin, err := binaries()
	if err != nil {
		return nil, err
	}
	cred, err := unprivileged()
	if err != nil {
		return nil, err
	}
	// Short, because a socket's path may have 107 bytes only; not t.TempDir,
	// which carries the name of the test.
	dir, err := os.MkdirTemp("", "rufaa-pg-")
	if err != nil {
		return nil, fmt.Errorf("storetest: %w", err)
	}
	c := &Cluster{dir: dir, bin: bin, sync: sync, cred: cred}
	if err := c.watch(); err != nil {
		os.RemoveAll(dir)
		return nil, err
	}
	defer func() {
		if err != nil {
			c.remove()
		}
	}()
	if cred != nil {
		if err := os.Chown(dir, int(cred.Uid), int(cred.Gid)); err != nil {
			return nil, fmt.Errorf("storetest: %w", err)
		}
	}
	if err := c.init(); err != nil {
		return nil, err
	}
	return c, c.start()
}

func (c *Cluster) init() error {
	cmd := exec.Command(filepath.Join(c.bin, "initdb"), "--pgdata="+c.data(), "--username=rufaa", "--auth=trust",
		"--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions")
	c.prepare(cmd)
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("storetest: initdb: %w\n%s", err, out)
	}
	return nil
}

func (c *Cluster) data() string { return filepath.Join(c.dir, "data") }

// prepare makes a command run unprivileged, in a session of its own so that
// Ctrl-C reaches it through us, and away from the caller's folder, which it
// may not be allowed to read.
func (c *Cluster) prepare(cmd *exec.Cmd) {
	cmd.Dir = c.dir
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "LC_ALL=C", "TZ=UTC", "HOME=" + c.dir}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.cred, Setsid: true, Pdeathsig: syscall.SIGQUIT}
}

// Start starts a stopped server and returns when it answers.
func (c *Cluster) Start(t testing.TB) {
	t.Helper()
	if err := c.start(); err != nil {
		t.Fatal(err)
	}
}

func (c *Cluster) start() error {
	logfile := filepath.Join(c.dir, "log")
	cmd := exec.Command(filepath.Join(c.bin, "postgres"), "-D", c.data(), "-k", c.dir,
		"-c", "listen_addresses=", "-c", "fsync="+c.sync, "-c", "synchronous_commit=on", "-c", "max_connections=200",
		"-c", "shared_buffers=64MB", "-c", "max_wal_size=128MB", "-c", "min_wal_size=32MB", "-c", "log_destination=stderr", "-c", "logging_collector=off")
	c.prepare(cmd)
	out, err := os.OpenFile(logfile, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("storetest: %w", err)
	}
	defer out.Close()
	cmd.Stderr = out
	gone := make(chan struct{})
	started := make(chan error)
	go func() {
		// The kernel sends the death signal when the thread that forked ends,
		// so that thread is held until the server is gone.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := cmd.Start()
		started <- err
		if err == nil {
			cmd.Wait()
		}
		close(gone)
	}()
	if err := <-started; err != nil {
		return fmt.Errorf("storetest: start postgres: %w", err)
	}
	c.cmd, c.gone = cmd, gone
	if err := c.await(); err != nil {
		text, _ := os.ReadFile(logfile)
		return fmt.Errorf("storetest: postgres does not answer: %w\n%s", err, text)
	}
	return nil
}

func (c *Cluster) await() error {
	ctx, cancel := context.WithTimeout(context.Background(), startLimit)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, c.URL())
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-c.gone:
			return errors.New("it ended")
		case <-ctx.Done():
			return err
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// Stop ends the server's connections in the middle of what they do and shuts
// it down cleanly ("fast").
func (c *Cluster) Stop(t testing.TB) {
	t.Helper()
	c.end(t, syscall.SIGINT)
}

// Crash ends the server without letting it write anything more ("immediate"),
// as a power cut would; the next Start recovers from its log.
func (c *Cluster) Crash(t testing.TB) {
	t.Helper()
	c.end(t, syscall.SIGQUIT)
}

// Restart is Stop and Start.
func (c *Cluster) Restart(t testing.TB) {
	t.Helper()
	c.Stop(t)
	c.Start(t)
}

// Running tells whether the server was started and not stopped since.
func (c *Cluster) Running() bool { return c.cmd != nil }

func (c *Cluster) end(t testing.TB, sig os.Signal) {
	t.Helper()
	if c.cmd == nil {
		return
	}
	if err := c.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatalf("storetest: stop postgres: %v", err)
	}
	<-c.gone
	c.cmd = nil
}

func (c *Cluster) remove() {
	if c.cmd != nil {
		c.cmd.Process.Signal(syscall.SIGQUIT)
		<-c.gone
		c.cmd = nil
	}
	c.life.Close()
	<-c.done
}

// watchScript waits for the end of our life line, makes sure that the server
// is gone, and removes its files.
const watchScript = `read -r line
if [ -s "$1/data/postmaster.pid" ]; then
	read -r pid <"$1/data/postmaster.pid"
	kill -QUIT "$pid" 2>/dev/null
	n=0
	while [ -e "$1/data/postmaster.pid" ] && kill -0 "$pid" 2>/dev/null && [ $n -lt 100 ]; do sleep 0.05; n=$((n+1)); done
fi
rm -rf "$1"
`

// watch starts a process that outlives us by a moment. We hold the writing
// end of a pipe; the kernel closes it however we end.
func (c *Cluster) watch() error {
	r, w, err := os.Pipe()
	if err != nil {
		return fmt.Errorf("storetest: %w", err)
	}
	defer r.Close()
	cmd := exec.Command("/bin/sh", "-c", watchScript, "sh", c.dir)
	cmd.Stdin = r
	// Its output is not ours: go test waits until that is closed.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true}
	if err := cmd.Start(); err != nil {
		w.Close()
		return fmt.Errorf("storetest: %w", err)
	}
	c.life, c.done = w, make(chan struct{})
	go func() {
		cmd.Wait()
		close(c.done)
	}()
	return nil
}
