package main

import (
	"bytes"
	"context"
	"path/filepath"
	"strings"
	"testing"

	"rufaa/internal/store"
)

// One folder has one server: a second one would send the outbox twice. Who only
// reads goes on beside it; who rewrites waits until it is stopped; and a server that
// was killed keeps nobody out.
func TestASecondServerIsRefusedAFolder(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the program")
	}
	p := onShow(t, store.SQLite)
	p.begin()
	data := p.args[2]
	does := func(args ...string) (int, string) {
		var said bytes.Buffer
		code := run(context.Background(), append(args, "--data", data), &said, &said)
		return code, said.String()
	}
	file := filepath.Join(t.TempDir(), "kept.backup")
	for _, reading := range [][]string{{"verify"}, {"backup", file}, {"export", "--out", file + ".jsonl"}} {
		if code, said := does(reading...); code != 0 {
			t.Errorf("%v beside a server: %d %s", reading, code, said)
		}
	}
	list := filepath.Join("testdata", "script", "cases.txtar") // never read
	alone := [][]string{{"demo", "--addr", "127.0.0.1:0"}, {"serve", "--addr", "127.0.0.1:0"}, {"rebuild"}, {"restore", file},
		{"cases", "import", "--file", list, "--list", "clients", "--manager", "wanjiru.case", "--dates", "dmy"}}
	for _, rewriting := range alone {
		code, said := does(rewriting...)
		if code != 1 || !strings.Contains(said, "the folder is in use") || !strings.Contains(said, "rufaa demo, process ") || !strings.Contains(said, "stop that first") {
			t.Errorf("%v beside a server: %d %s", rewriting, code, said)
		}
	}
	p.kill()
	if code, said := does("rebuild"); code != 0 {
		t.Errorf("after a kill: %d %s", code, said)
	}
	p.begin()
}
