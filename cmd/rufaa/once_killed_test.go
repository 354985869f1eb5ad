package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"os/exec"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rufaa/internal/demo"
	"rufaa/internal/office"
	"rufaa/internal/office/officetest"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// Killed at random moments while commands come in whose answers the API keeps:
// whatever was answered is answered again word for word, whatever was not is
// done by sending it again, and each stands there exactly once. An invitation
// that stood without its answer would refuse its own repetition, for its user
// name is taken; a filter that stood so would be kept twice.
func TestAKilledServerAnswersAgainOrDoesItOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the program")
	}
	for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			p := onShow(t, engine)
			const kills = 8
			open, all := 0, []*sent{}
			for life := range kills {
				p.begin()
				these := p.killedAtWork(life)
				p.begin()
				for _, s := range these {
					open += p.again(s)
				}
				all = append(all, these...)
				p.kill()
			}
			p.begin()
			p.exactlyOnce(all)
			if len(all) < 4*kills {
				t.Errorf("only %d commands were sent: no load", len(all))
			}
			t.Logf("%d kills, %d commands, %d of them unanswered when the server died", kills, len(all), open)
		})
	}
}

// demonstration is the program showing its demonstration from one folder, time
// after time.
type demonstration struct {
	t     *testing.T
	args  []string
	url   string // of the database; "" for files
	addr  string
	users []string // who signs in
	cmd   *exec.Cmd
	token map[string]string
}

// sent is one command on its way, and its answer if one came back.
type sent struct {
	by, path, key, name string
	body                any
	answer              string
}

func onShow(t *testing.T, engine store.Engine) *demonstration {
	t.Helper()
	ctx, data, url := context.Background(), t.TempDir(), ""
	args := []string{"demo", "--data", data, "--solver", "none"}
	if engine == store.Postgres {
		url = storetest.PostgresURL(t)
		args = append(args, "--db", url)
		noRealms(t, url)
		t.Cleanup(func() { noRealms(t, url) }) // other tests list the realms of the same server
	}
	for _, r := range []struct {
		name string
		kind realm.Kind
	}{{demoRealm, realm.Demo}, {exerciseRealm, realm.Exercise}} {
		of, err := office.Create(ctx, office.Options{Data: data, Realm: r.name, URL: url, Log: slog.New(slog.DiscardHandler), Accounts: officetest.Cheap}, r.kind)
		if err != nil {
			t.Fatal(err)
		}
		if err := demo.Enrol(ctx, of); err != nil {
			t.Fatal(err)
		}
		if err := of.Close(); err != nil {
			t.Fatal(err)
		}
	}
	p := &demonstration{t: t, args: args, url: url, addr: "127.0.0.1:0", users: []string{"ruto.admin", "wairimu.admin", "wanjiru.case"}, token: map[string]string{}}
	t.Cleanup(p.kill)
	return p
}

// noRealms takes the demonstration's schemas out of the shared server.
func noRealms(t *testing.T, url string) {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, name := range []string{demoRealm, exerciseRealm} {
		for _, schema := range []string{"realm_" + name, "realm_" + name + "_keys"} {
			if _, err := db.Exec("DROP SCHEMA IF EXISTS " + schema + " CASCADE"); err != nil {
				t.Error(err)
			}
		}
	}
}

// begin starts the program, at the address it had before, and signs in.
func (p *demonstration) begin() {
	p.t.Helper()
	p.kill()
	p.cmd, p.addr = startProgram(p.t, append(p.args, "--addr", p.addr)...)
	for _, user := range p.users {
		if p.token[user] != "" {
			continue // a session outlives the server
		}
		var in struct{ Token string }
		if status, raw, _, err := p.call(&sent{path: "/session", body: map[string]string{"username": user, "password": demo.Password}}); err != nil || status >= 300 || json.Unmarshal([]byte(raw), &in) != nil {
			p.t.Fatalf("%s does not get in: %d %s %v", user, status, raw, err)
		}
		p.token[user] = in.Token
	}
}

func (p *demonstration) kill() {
	if p.cmd == nil {
		return
	}
	p.cmd.Process.Kill()
	p.cmd.Wait()
	p.cmd = nil
}

func (p *demonstration) call(s *sent) (status int, body string, replayed bool, err error) {
	raw, err := json.Marshal(s.body)
	if err != nil {
		return 0, "", false, err
	}
	method := http.MethodPost
	if s.body == nil {
		method = http.MethodGet
	}
	rq, err := http.NewRequest(method, "http://"+p.addr+"/api/v1"+s.path, bytes.NewReader(raw))
	if err != nil {
		return 0, "", false, err
	}
	rq.Header.Set("Content-Type", "application/json")
	if s.key != "" {
		rq.Header.Set("Idempotency-Key", s.key)
	}
	if s.by != "" {
		rq.Header.Set("Authorization", "Bearer "+p.token[s.by])
	}
	r, err := (&http.Client{Timeout: 20 * time.Second}).Do(rq)
	if err != nil {
		return 0, "", false, err
	}
	defer r.Body.Close()
	out, err := io.ReadAll(r.Body)
	return r.StatusCode, string(out), r.Header.Get("Idempotency-Replayed") == "true", err
}

// killedAtWork sends commands until a random number of them is answered, kills
// the server a moment later, and gives all that were sent.
func (p *demonstration) killedAtWork(life int) []*sent {
	var mu sync.Mutex
	var out []*sent
	var answered, over atomic.Int64
	var all sync.WaitGroup
	enough := make(chan struct{})
	least := int64(2 + rand.IntN(10))
	worker := func(name string, most int, make func(name string) *sent) {
		all.Go(func() {
			for n := 0; n < most && over.Load() == 0; n++ {
				s := make(fmt.Sprintf("%s-%d-%d", name, life, n))
				mu.Lock()
				out = append(out, s)
				mu.Unlock()
				status, body, _, err := p.call(s)
				if err != nil {
					return // it died meanwhile
				}
				if status != http.StatusCreated {
					p.t.Errorf("%s: %d %s", s.name, status, body)
					return
				}
				s.answer = body
				if answered.Add(1) == least {
					close(enough)
				}
			}
		})
	}
	for _, admin := range []string{"ruto.admin", "wairimu.admin"} {
		for i := range 2 {
			worker(fmt.Sprintf("%.4s%d", admin, i), 400, func(name string) *sent {
				return &sent{by: admin, path: "/staff/invitations", key: "k-" + name, name: name,
					body: map[string]any{"name": name + " (fictional)", "username": name, "duties": []string{"case_manager"}}}
			})
		}
	}
	worker("list", 5, func(name string) *sent {
		return &sent{by: "wanjiru.case", path: "/lists/filters", key: "k-" + name, name: name, body: map[string]any{"name": name, "list": "mine", "filter": map[string]string{"risk": "high"}}}
	})
	select {
	case <-enough:
	case <-time.After(30 * time.Second):
		p.t.Error("nothing is answered")
	}
	time.Sleep(time.Duration(rand.IntN(8000)) * time.Microsecond)
	p.cmd.Process.Kill()
	over.Store(1)
	all.Wait()
	return out
}

// again sends a command once more, twice. It tells 1 of a command that nobody
// had answered.
func (p *demonstration) again(s *sent) (open int) {
	p.t.Helper()
	status, body, replayed, err := p.call(s)
	switch {
	case err != nil || status != http.StatusCreated:
		p.t.Fatalf("%s (answered before: %v), sent again: %d %s %v", s.name, s.answer != "", status, body, err)
	case s.answer == "":
		s.answer, open = body, 1
	case body != s.answer || !replayed:
		p.t.Errorf("%s was answered %s; sent again %s, from what was kept: %v", s.name, s.answer, body, replayed)
	}
	if _, body, replayed, err := p.call(s); err != nil || body != s.answer || !replayed {
		p.t.Errorf("%s, sent once more: %s %v", s.name, body, err)
	}
	return open
}

// exactlyOnce holds the lists to what was sent.
func (p *demonstration) exactlyOnce(all []*sent) {
	p.t.Helper()
	read := ""
	for _, q := range []sent{{by: "ruto.admin", path: "/staff"}, {by: "wairimu.admin", path: "/staff"}, {by: "wanjiru.case", path: "/lists"}} {
		status, body, _, err := p.call(&q)
		if err != nil || status != http.StatusOK {
			p.t.Fatalf("%s: %d %v", q.path, status, err)
		}
		read += body
	}
	for _, s := range all {
		field := `"username":`
		if s.path == "/lists/filters" {
			field = `"name":`
		}
		if n := strings.Count(read, fmt.Sprintf("%s%q", field, s.name)); n != 1 {
			p.t.Errorf("%s stands %d times", s.name, n)
		}
	}
}
