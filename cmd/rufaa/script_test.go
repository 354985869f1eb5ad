package main

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	_ "modernc.org/sqlite"

	"rufaa/internal/casefile"
	"rufaa/internal/demo"
	"rufaa/internal/evidencefile"
	"rufaa/internal/hashlist"
	"rufaa/internal/inquiry"
	"rufaa/internal/keyfile"
	"rufaa/internal/office"
	"rufaa/internal/realm"
	"rufaa/internal/scene"
	"rufaa/internal/store/storetest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"rufaa": main})
}

// The program as operators use it: each script is one story of a realm's
// keeping, in testdata/script.
func TestScripts(t *testing.T) {
	url := storetest.PostgresURL(t)
	scenarios, err := filepath.Abs("../../content/scenario")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("PGURL", url)
			e.Setenv("SCENARIOS", scenarios)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"told": told, "flip": flip, "unsealed": unsealed, "grown": grown, "served": served, "filed": filed, "spoil": spoil},
	})
}

// told DIR NAME [KIND]: a realm of a few fictional cases, live by default.
func told(ts *testscript.TestScript, _ bool, args []string) {
	kind := realm.Live
	if len(args) > 2 {
		kind = realm.Kind(args[2])
	}
	ctx, clock := context.Background(), new(demo.Clock)
	of, err := office.Create(ctx, office.Options{Data: ts.MkAbs(args[0]), Realm: args[1], Now: clock.Now, Log: slog.New(slog.DiscardHandler)}, realm.Demo)
	ts.Check(err)
	ts.Check(demo.Enrol(ctx, of))
	ts.Check(demo.Seed(ctx, of, clock, 3))
	ts.Check(of.Close())
	facts := filepath.Join(ts.MkAbs(args[0]), args[1], "realm.json")
	raw, err := os.ReadFile(facts)
	ts.Check(err)
	ts.Check(os.WriteFile(facts, []byte(strings.Replace(string(raw), `"demo"`, fmt.Sprintf("%q", kind), 1)), 0o600))
}

// filed DIR NAME ENV: an inquiry with a scene and three files, of which the
// last is on a hash list by now. Their ids are put into ENV1, ENV2 and ENV3,
// the scene's into ENVSCENE.
func filed(ts *testscript.TestScript, _ bool, args []string) {
	ctx := context.Background()
	of, err := office.Open(ctx, office.Options{Data: ts.MkAbs(args[0]), Realm: args[1], Log: slog.New(slog.DiscardHandler)})
	ts.Check(err)
	defer of.Close()
	who := demo.Actor("barasa.inquiry")
	in, err := of.Inquiries.Open(ctx, who, casefile.Order{}, &inquiry.Open{Kind: "trafficking", Title: "Guest house (fictional)"})
	ts.Check(err)
	sc, err := of.Scenes.Open(ctx, who, in.ID, casefile.Order{}, &scene.Open{Class: "premises"})
	ts.Check(err)
	ts.Setenv(args[2]+"SCENE", sc.ID)
	for n, text := range []string{"first (fictional)", strings.Repeat("second ", 1<<20), "third (fictional)"} {
		u, err := of.Files.Take(ctx, who, &evidencefile.Announced{Place: evidencefile.Place{Inquiry: in.ID, Scene: sc.ID}, Kind: "document", Name: "note.txt"}, strings.NewReader(text))
		ts.Check(err)
		ts.Setenv(fmt.Sprint(args[2], n+1), u.ID)
	}
	_, err = of.HashLists.Import(ctx, who, &hashlist.Import{Name: "Invented", Source: "Invented",
		Body: strings.NewReader(fmt.Sprintf("%x\n", sha256.Sum256([]byte("third (fictional)"))))})
	ts.Check(err)
}

// spoil flip|remove DIR N: one byte of the nth piece in a folder is changed, or
// the piece is taken away.
func spoil(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[2])
	ts.Check(err)
	list, err := filepath.Glob(filepath.Join(ts.MkAbs(args[1]), "*"))
	ts.Check(err)
	if n >= len(list) {
		ts.Fatalf("%d pieces in %s", len(list), args[1])
	}
	if args[0] == "remove" {
		ts.Check(os.Remove(list[n]))
		return
	}
	raw, err := os.ReadFile(list[n])
	ts.Check(err)
	raw[len(raw)/2] ^= 1
	ts.Check(os.WriteFile(list[n], raw, 0o600))
}

// flip FILE TABLE COLUMN ROW: one byte of a row of the database is changed.
func flip(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	defer db.Close()
	var raw []byte
	ts.Check(db.QueryRow(fmt.Sprintf(`SELECT %s FROM %s WHERE rowid = %s`, args[2], args[1], args[3])).Scan(&raw))
	raw[len(raw)/2] ^= 1
	_, err = db.Exec(fmt.Sprintf(`UPDATE %s SET %s = ? WHERE rowid = %s`, args[1], args[2], args[3]), raw)
	ts.Check(err)
}

// unsealed FILE: every checkpoint is taken away.
func unsealed(ts *testscript.TestScript, _ bool, args []string) {
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	defer db.Close()
	_, err = db.Exec(`DELETE FROM checkpoints`)
	ts.Check(err)
}

// grown FILE: the key file gets a new key and nothing is wrapped under it yet,
// as when a rotation was interrupted.
func grown(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(keyfile.Rotate(ts.MkAbs(args[0])))
}

// served DIR: the realms of a folder are served, answer, and stop on request.
func served(ts *testscript.TestScript, _ bool, args []string) {
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	r, w := io.Pipe()
	ended := make(chan int, 1)
	go func() {
		ended <- run(ctx, append([]string{"serve", "--addr", "127.0.0.1:0", "--data", ts.MkAbs(args[0])}, args[1:]...), w, io.Discard)
		w.Close()
	}()
	line := make([]byte, 200)
	n, err := r.Read(line)
	ts.Check(err)
	go io.Copy(io.Discard, r)
	base, ok := strings.CutPrefix(strings.TrimSpace(string(line[:n])), "ready ")
	if !ok {
		ts.Fatalf("serve says %q", line[:n])
	}
	resp, err := http.Get(base + "/sign-in")
	ts.Check(err)
	resp.Body.Close()
	if resp.StatusCode != http.StatusOK || !strings.Contains(resp.Header.Get("Content-Security-Policy"), "default-src 'none'") {
		ts.Fatalf("the sign-in page: %d %v", resp.StatusCode, resp.Header)
	}
	stop()
	select {
	case code := <-ended:
		if code != 0 {
			ts.Fatalf("serve ended with %d", code)
		}
	case <-time.After(20 * time.Second):
		ts.Fatalf("serve does not stop")
	}
}
