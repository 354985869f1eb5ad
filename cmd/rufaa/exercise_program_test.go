package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	datafiles "rufaa/content"
	"rufaa/internal/accounts"
	"rufaa/internal/casefile"
	"rufaa/internal/office"
	"rufaa/internal/office/officetest"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/scenario"
)

// program is the program serving a folder: a process of its own.
type program struct {
	t    *testing.T
	data string
	addr string
	cmd  *exec.Cmd
	at   string // of the exercise
}

// start starts it, at the address it had before, and waits until it serves.
func (p *program) start() {
	p.t.Helper()
	p.cmd, p.addr = startProgram(p.t, "serve", "--data", p.data, "--addr", p.addr, "--solver", "none")
	p.at = "http://" + p.addr + "/realm/exercise"
}

// startProgram starts the program as a process of its own, and gives it with its
// address once it serves.
func startProgram(t *testing.T, args ...string) (cmd *exec.Cmd, addr string) {
	t.Helper()
	cmd = exec.Command(os.Args[0], args...)
	cmd.Args[0] = "rufaa" // TestMain runs the program under its own name
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	addr, ok := strings.CutPrefix(strings.TrimSpace(line), "ready http://")
	if err != nil || !ok {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		t.Fatalf("the server says %q: %v\n%s", line, err, said.String())
	}
	return cmd, addr
}

func (p *program) kill() {
	p.cmd.Process.Signal(syscall.SIGKILL)
	p.cmd.Wait()
}

func (p *program) stop() {
	p.t.Helper()
	p.cmd.Process.Signal(syscall.SIGTERM)
	if err := p.cmd.Wait(); err != nil {
		p.t.Errorf("the server did not end well: %v", err)
	}
}

// player is somebody at a browser.
type player struct {
	*program
	http.Client
}

// enter signs in by a card.
func (p *program) enter(card string) *player {
	p.t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		p.t.Fatal(err)
	}
	x := &player{program: p, Client: http.Client{Jar: jar, Timeout: 10 * time.Second}}
	r, err := x.PostForm(p.at+"/enter", url.Values{"card": {card}})
	if err != nil {
		p.t.Fatal(err)
	}
	r.Body.Close()
	if r.StatusCode != http.StatusOK {
		p.t.Fatalf("a card is refused: %d", r.StatusCode)
	}
	return x
}

// call sends to the API under a key; an error says that nobody acknowledged it.
func (x *player) call(method, path, key string, in, out any) (int, error) {
	raw, err := json.Marshal(in)
	if err != nil {
		return 0, err
	}
	rq, err := http.NewRequest(method, x.at+"/api/v1"+path, bytes.NewReader(raw))
	if err != nil {
		return 0, err
	}
	rq.Header.Set("Content-Type", "application/json")
	if key != "" {
		rq.Header.Set("Idempotency-Key", key)
	}
	r, err := x.Do(rq)
	if err != nil {
		return 0, err
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err == nil && out != nil {
		err = json.Unmarshal(body, out)
	}
	return r.StatusCode, err
}

// must is a call that is to be answered well.
func (x *player) must(method, path, key string, in, out any) {
	x.t.Helper()
	if status, err := x.call(method, path, key, in, out); err != nil || status >= 300 {
		x.t.Fatalf("%s %s: %d, %v", method, path, status, err)
	}
}

// play sets up a live realm with a case in it and an exercise beside, and serves
// both; it gives the cards by user name and the id and reference of the case.
func play(t *testing.T) (p *program, cards map[string]string, caseID, reference string) {
	t.Helper()
	ctx, data := context.Background(), t.TempDir()
	quiet := slog.New(slog.DiscardHandler)
	caseID, reference = liveCase(t, office.Options{Data: data, Realm: "live", Log: quiet, Accounts: officetest.Cheap})
	raw, err := datafiles.Files.ReadFile("scenario/kaskazi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	script, err := scenario.Load("kaskazi.yaml", raw)
	if err != nil {
		t.Fatal(err)
	}
	of, err := office.Create(ctx, office.Options{Data: data, Realm: "exercise", Log: quiet, Accounts: officetest.Cheap}, realm.Exercise)
	if err != nil {
		t.Fatal(err)
	}
	_, cast, err := of.SetUpExercise(ctx, realm.System, script, "")
	if err != nil {
		t.Fatal(err)
	}
	if err := of.Close(); err != nil {
		t.Fatal(err)
	}
	cards = map[string]string{}
	for _, c := range cast {
		cards[c.Username] = c.Link
	}
	p = &program{t: t, data: data, addr: "127.0.0.1:0"}
	p.start()
	t.Cleanup(p.kill)
	return p, cards, caseID, reference
}

// liveCase makes a realm for real use with one invented case in it.
func liveCase(t *testing.T, o office.Options) (id, reference string) {
	t.Helper()
	ctx := context.Background()
	live, err := office.Create(ctx, o, realm.Live)
	if err != nil {
		t.Fatal(err)
	}
	defer live.Close()
	if _, err := live.Accounts.EnsureAgencies(ctx, accounts.System, []accounts.Agency{{ID: "x-mtoni", Name: "Mtoni Police Station (fictional)", Kind: "state", County: "mombasa"}}); err != nil {
		t.Fatal(err)
	}
	if err := live.ReloadAgencies(ctx); err != nil {
		t.Fatal(err)
	}
	officer := realm.Actor{Principal: policy.Principal{Staff: "amina", Agency: "x-mtoni", Duty: "first_responder"}, Language: "en"}
	rc, err := live.Cases.Raise(ctx, officer, casefile.Order{}, &casefile.Alert{Holder: "x-mtoni", PlaceKind: "shelter", County: "mombasa",
		Person: casefile.PersonFacts{Name: "Mwanadada Fiktivo", Sex: "female", Minor: "no"}})
	if err != nil {
		t.Fatal(err)
	}
	return rc.ID, rc.Ref
}
