package api

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// told counts what a writer was answered.
type told struct {
	mu      sync.Mutex
	done    map[string]bool // keys that were acknowledged
	down    int             // answers that said the database is away
	strange []string
}

// tellUntil adds accounts to the case, each under a key of its own, and sends a
// command again under the same key until it is acknowledged.
func (w *world) tellUntil(stop <-chan struct{}, token, caseID string, worker int, into *told) {
	for n := 0; ; n++ {
		key := fmt.Sprintf("worker-%d-%d", worker, n)
		for acknowledged := false; !acknowledged; {
			req, _ := http.NewRequest("POST", w.url+root+"/cases/"+caseID+"/account", strings.NewReader(`{"text":"Said `+key+`."}`))
			req.Header.Set("Authorization", "Bearer "+token)
			req.Header.Set("Content-Type", "application/json")
			req.Header.Set("Idempotency-Key", key)
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				into.note(func() { into.strange = append(into.strange, err.Error()) })
				return
			}
			body, _ := io.ReadAll(resp.Body)
			resp.Body.Close()
			switch resp.StatusCode {
			case http.StatusCreated, http.StatusOK:
				acknowledged = true
				into.note(func() { into.done[key] = true })
			case http.StatusConflict: // somebody else wrote into the case first
			case http.StatusServiceUnavailable:
				into.note(func() {
					into.down++
					if resp.Header.Get("Content-Type") != problemType || !strings.Contains(string(body), `"status":503`) {
						into.strange = append(into.strange, string(body))
					}
				})
				time.Sleep(20 * time.Millisecond)
			default:
				into.note(func() { into.strange = append(into.strange, fmt.Sprint(resp.StatusCode, string(body))) })
				return
			}
		}
		select {
		case <-stop:
			return
		default:
		}
	}
}

func (t *told) note(fn func()) {
	t.mu.Lock()
	defer t.mu.Unlock()
	fn()
}

// PostgreSQL is restarted, stopped and crashes while people write. They are
// told so in words; what was acknowledged is there once; nobody restarts Rufaa.
func TestTheDatabaseGoesAwayUnderLoad(t *testing.T) {
	cluster := storetest.NewCluster(t)
	w := worldOn(t, cluster.URL())
	token := w.token("manager")
	var cases []string
	for range 4 {
		id, _ := w.raised()
		w.post("manager", "/cases/"+id+"/take", nil).is(200)
		cases = append(cases, id)
	}
	seen, stop := &told{done: map[string]bool{}}, make(chan struct{})
	var working sync.WaitGroup
	for worker := range 8 {
		working.Go(func() { w.tellUntil(stop, token, cases[worker%len(cases)], worker, seen) })
	}
	count := func() (n int) { seen.note(func() { n = len(seen.done) }); return n }
	await := func(more int) {
		t.Helper()
		for want, end := count()+more, time.Now().Add(30*time.Second); count() < want; time.Sleep(5 * time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("work does not go on: %d acknowledged, %v; the log: %.3000s", count(), seen.strange, w.log)
			}
		}
	}
	for _, fault := range []func(testing.TB){cluster.Restart, cluster.Stop, cluster.Crash} {
		await(40)
		fault(t)
		time.Sleep(100 * time.Millisecond)
		if !cluster.Running() {
			cluster.Start(t)
		}
	}
	await(40)
	close(stop)
	working.Wait()
	for _, s := range seen.strange {
		t.Errorf("an answer nobody can use: %.300s", s)
	}
	if seen.down == 0 {
		t.Error("nobody was told that the database was away: the test proves nothing")
	}
	entries := 0
	for _, id := range cases {
		s, err := w.of.Cases.Load(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		entries += len(s.Account) - 1 // the alert's own
	}
	if entries != len(seen.done) {
		t.Errorf("%d accounts were acknowledged, %d are there", len(seen.done), entries)
	}
	w.verified(t)
}

func (w *world) verified(t *testing.T) {
	t.Helper()
	if _, err := w.of.Ledger.Checkpoint(t.Context()); err != nil {
		t.Fatal(err)
	}
	v, err := note.NewVerifier(w.of.Verifier)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.Verify(t.Context(), w.of.Store, v); err != nil {
		t.Errorf("the ledger: %v", err)
	}
}

// A full disk refuses what would be written in words, goes on reading, leaves
// nothing half done, and recovers when there is room.
func TestAFullDiskIsToldAndRecovers(t *testing.T) {
	w := newWorld(t)
	id, _ := w.raised()
	w.post("manager", "/cases/"+id+"/take", nil).is(200)
	limit := func(pages string) (had string) {
		err := w.of.Store.Write(t.Context(), func(tx *store.Tx) error {
			var now int
			if err := tx.QueryRow(`PRAGMA page_count`).Scan(&now); err != nil {
				return err
			}
			if pages == "" {
				pages = fmt.Sprint(now + 12)
			}
			return tx.QueryRow(`PRAGMA max_page_count = ` + pages).Scan(&now)
		})
		if err != nil {
			t.Fatal(err)
		}
		return pages
	}
	limit("")
	long := strings.Repeat("She waited at the gate. ", 300)
	// Ever shorter, until nothing more fits: what one refuses, a smaller passes.
	for text := long; text != ""; text = text[:len(text)/2] {
		status := 0
		for n := 0; n < 200 && status != http.StatusInsufficientStorage; n++ {
			r := w.post("manager", "/cases/"+id+"/account", m{"text": text})
			if status = r.status; status != 201 && status != 507 {
				t.Fatalf("while the disk fills: %d %s", r.status, r.raw)
			}
		}
	}
	w.post("manager", "/cases/"+id+"/account", m{"text": long}).is(507)
	before, _ := w.of.Ledger.Size(t.Context())
	w.post("officer", "/alerts", m{"account": long}).is(507)
	w.get("manager", "/cases/"+id).is(200)
	w.get("manager", "/worklist").is(200)
	if after, _ := w.of.Ledger.Size(t.Context()); after != before {
		t.Errorf("a refused command left %d events", after-before)
	}
	limit("1000000000")
	w.post("manager", "/cases/"+id+"/account", m{"text": long}).is(201)
	w.verified(t)
}
