package training_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	datafiles "rufaa/content"
	"rufaa/internal/courier"
	"rufaa/internal/exercise"
	"rufaa/internal/notice"
	"rufaa/internal/office"
	"rufaa/internal/office/officetest"
	"rufaa/internal/outward"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/scenario"
	"rufaa/internal/store"
	"rufaa/internal/training"
)

const key, lrsSecret = "rufaa", "a secret of nobody"

// recordStore is a learning record store as the specification of xAPI 1.0.3 has
// it (part three): it keeps a statement once by its id, and says so by a list of
// ids; another statement under the same id is a conflict.
type recordStore struct {
	*httptest.Server
	mu     sync.Mutex
	fails  int // with which status it fails for now; 0: it does not
	asked  int
	kept   map[string]string // id -> statement
	again  int               // how often one came that it had
	actors map[string]bool
}

func newRecordStore(t *testing.T) *recordStore {
	s := &recordStore{kept: map[string]string{}, actors: map[string]bool{}}
	s.Server = httptest.NewServer(s)
	t.Cleanup(s.Close)
	return s
}

func (s *recordStore) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked++
	w.Header().Set("X-Experience-API-Version", "1.0.3")
	user, secret, _ := r.BasicAuth()
	raw, err := io.ReadAll(r.Body)
	var x struct {
		ID    string
		Actor struct{ Account struct{ Name string } }
	}
	switch {
	case s.fails != 0:
		w.WriteHeader(s.fails)
	case user != key || secret != lrsSecret:
		w.WriteHeader(http.StatusUnauthorized)
	case r.Method != "POST" || r.URL.Path != "/xapi/statements" || !strings.HasPrefix(r.Header.Get("X-Experience-API-Version"), "1.0.") || err != nil || json.Unmarshal(raw, &x) != nil || x.ID == "":
		w.WriteHeader(http.StatusBadRequest)
	case s.kept[x.ID] != "" && s.kept[x.ID] != string(raw):
		w.WriteHeader(http.StatusConflict)
	default:
		if s.kept[x.ID] != "" {
			s.again++
		}
		s.kept[x.ID] = string(raw)
		s.actors[x.Actor.Account.Name] = true
		fmt.Fprintf(w, "[%q]", x.ID)
	}
}

// set lets it fail with a status, or not (0), and gives how often it was asked.
func (s *recordStore) set(fails int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fails = fails
	return s.asked
}

func (s *recordStore) has() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.kept)
}

// telling is a realm that tells a record store what was learnt in it.
type telling struct {
	*officetest.World
	t   *testing.T
	lrs *recordStore
	log bytes.Buffer
}

func tells(t *testing.T, engine store.Engine, kind realm.Kind) *telling {
	x := &telling{t: t, lrs: newRecordStore(t)}
	l, err := courier.NewLRS(x.lrs.URL+"/xapi", key, lrsSecret, outward.Guard{Loopback: true})
	if err != nil {
		t.Fatal(err)
	}
	x.World = officetest.OpenKindOn(t, engine, kind, func(o *office.Options) {
		o.Log = slog.New(slog.NewTextHandler(&x.log, nil))
		o.Outlets = notice.Outlets{Statement: l.Put, Mail: func(context.Context, courier.Mail) error { t.Error("a mail left"); return nil }}
	})
	return x
}

// tell is one round of the clockwork.
func (x *telling) tell() {
	x.t.Helper()
	if err := x.Training.HandOver(x.t.Context(), x.Notices.Hand); err != nil {
		x.t.Fatal(err)
	}
	if err := x.Notices.Work(x.t.Context()); err != nil {
		x.t.Fatal(err)
	}
}

// outbox counts the statements that wait and those that are dead.
func (x *telling) outbox() (waiting, dead int) {
	x.t.Helper()
	for state, n := range map[string]*int{"waiting": &waiting, "dead": &dead} {
		if err := x.Store.QueryRow(x.t.Context(), `SELECT count(*) FROM notice_outbox WHERE channel = 'lrs' AND state = $1`, state).Scan(n); err != nil {
			x.t.Fatal(err)
		}
	}
	return waiting, dead
}

// course opens one that so many attend: a statement each.
func (x *telling) course(people int) string {
	x.t.Helper()
	today := x.Now().Format(time.DateOnly)
	rc, err := x.Training.Open(x.t.Context(), secretariat, "", &training.Open{Title: "Kaskazi", County: "mombasa", From: today, To: today})
	if err != nil {
		x.t.Fatal(err)
	}
	for i := range people {
		x.seat(rc.ID, i)
	}
	return rc.ID
}

func (x *telling) seat(course string, i int) {
	x.t.Helper()
	if _, err := x.Training.TakeSeat(x.t.Context(), someone(fmt.Sprintf("p-%02d", i), "ngo", "counsellor"), course, "", &training.TakeSeat{Sex: "female"}); err != nil {
		x.t.Fatal(err)
	}
}

// What was learnt reaches the record store, once in effect: whether it fails,
// knows nobody, is away, or the server is killed between its yes and our note
// of it, and when the read models are folded again.
func TestStatementsReachTheRecordStoreOnce(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			x := tells(t, engine, realm.Demo)
			ctx, id := t.Context(), x.course(7)
			waits := x.Notices.Rules.Delivery.Tries

			// It fails: asked once, not once for each; then left alone.
			for i, status := range []int{500, 401, 503} {
				before := x.lrs.set(status)
				x.tell()
				x.tell()
				if asked := x.lrs.set(status) - before; asked != 1 {
					t.Errorf("a store that answers %d is asked %d times in one go", status, asked)
				}
				x.Clock.Pass(waits[i] - time.Second)
				x.tell()
				if asked := x.lrs.set(status) - before; asked != 1 {
					t.Errorf("it is asked again before %s are over", waits[i])
				}
				x.Clock.Pass(time.Second)
			}
			if waiting, dead := x.outbox(); waiting != 7 || dead != 0 || x.lrs.has() != 0 {
				t.Errorf("%d wait, %d are dead, %d arrived", waiting, dead, x.lrs.has())
			}
			// Away for a month of Sundays, it never becomes too late.
			x.lrs.set(503)
			for range 3 * len(waits) {
				x.tell()
				x.Clock.Pass(25 * time.Hour)
			}
			if waiting, dead := x.outbox(); waiting != 7 || dead != 0 {
				t.Errorf("after weeks %d wait and %d are dead", waiting, dead)
			}
			x.lrs.set(0)
			x.tell()
			if waiting, _ := x.outbox(); waiting != 0 || x.lrs.has() != 7 {
				t.Errorf("%d wait, %d arrived", waiting, x.lrs.has())
			}
			if x.lrs.actors["p-00"] || len(x.lrs.actors) != 7 {
				t.Errorf("accounts: %v", x.lrs.actors)
			}

			// Told and not noted: it goes again under its id, and counts once.
			if err := x.Store.Write(ctx, func(tx *store.Tx) error {
				_, err := tx.Exec(`UPDATE notice_outbox SET state = 'waiting', done_at = 0 WHERE channel = 'lrs'`)
				return err
			}); err != nil {
				t.Fatal(err)
			}
			x.tell()
			if waiting, dead := x.outbox(); waiting != 0 || dead != 0 || x.lrs.has() != 7 || x.lrs.again != 7 {
				t.Errorf("told again: %d wait, %d dead, %d kept, %d came twice", waiting, dead, x.lrs.has(), x.lrs.again)
			}

			// Folded again and swept: nothing goes out anew; what is new does.
			x.Clock.Pass(x.Notices.Rules.Delivery.Keep + time.Hour)
			if err := x.Notices.Sweep(ctx); err != nil {
				t.Fatal(err)
			}
			if _, err := x.Rebuild(ctx); err != nil {
				t.Fatal(err)
			}
			before := x.lrs.set(0)
			x.tell()
			if asked := x.lrs.set(0) - before; asked != 0 {
				t.Errorf("folded again, it is asked %d times", asked)
			}
			x.seat(id, 7)
			x.tell()
			if x.lrs.has() != 8 || x.lrs.again != 7 {
				t.Errorf("%d kept, %d came twice", x.lrs.has(), x.lrs.again)
			}

			// What it refuses for good is dead, stands on the operators' page, and goes when it is mended.
			x.lrs.set(400)
			x.seat(id, 8)
			x.tell()
			if _, dead := x.outbox(); dead != 1 {
				t.Errorf("a statement that is none is not dead: %d", dead)
			}
			admin := realm.Actor{Principal: policy.Principal{Staff: "ops", Agency: "ctip-secretariat", Duty: "administrator"}}
			box, err := x.Notices.Outbox(ctx, admin)
			if err != nil || len(box.Stuck) != 1 || box.Stuck[0].Channel != notice.LRS {
				t.Fatalf("the operators see %+v, %v", box, err)
			}
			x.lrs.set(0)
			if err := x.Notices.TryAgain(ctx, admin, box.Stuck[0].ID); err != nil {
				t.Fatal(err)
			}
			x.tell()
			if x.lrs.has() != 9 {
				t.Errorf("tried again, %d are kept", x.lrs.has())
			}
			for _, hidden := range []string{lrsSecret, x.lrs.URL, strings.TrimPrefix(x.lrs.URL, "http://")} {
				if strings.Contains(x.log.String(), hidden) {
					t.Errorf("the log tells %s", hidden)
				}
			}
			if !strings.Contains(x.log.String(), "learning record store") {
				t.Error("the log does not tell of the failures")
			}
		})
	}
}

// Of an exercise, too, statements go to the one address that the operator set,
// also while the scenario's clock stands; nothing else leaves.
func TestAnExerciseTellsTheRecordStoreAlone(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			x := tells(t, engine, realm.Exercise)
			raw, err := datafiles.Files.ReadFile("scenario/kaskazi.yaml")
			if err != nil {
				t.Fatal(err)
			}
			script, err := scenario.Load("kaskazi.yaml", raw)
			if err != nil {
				t.Fatal(err)
			}
			_, cast, err := x.SetUpExercise(t.Context(), realm.System, script, "")
			if err != nil {
				t.Fatal(err)
			}
			control := someone(cast[0].Staff, cast[0].Agency, "exercise")
			for _, turn := range []exercise.TurnClock{{Act: "pause"}, {Act: "jump", To: "D4 12:00"}} {
				if _, err := x.Exercises.TurnClock(t.Context(), control, "", turn); err != nil {
					t.Fatal(err)
				}
			}
			x.course(3)
			x.lrs.set(503)
			x.tell()
			stands := x.Now()
			x.Clock.Pass(x.Notices.Rules.Delivery.Tries[0])
			x.lrs.set(0)
			x.tell()
			if !x.Now().Equal(stands) {
				t.Fatal("the scenario's clock does not stand")
			}
			if waiting, _ := x.outbox(); waiting != 0 || x.lrs.has() != 3 {
				t.Errorf("%d wait, %d arrived", waiting, x.lrs.has())
			}
			for _, s := range x.lrs.kept {
				if !strings.Contains(s, "EXERCISE") {
					t.Errorf("a statement of an exercise does not say so: %s", s)
				}
			}
			if !x.Notices.Captures() {
				t.Error("an exercise does not keep what it would send")
			}
		})
	}
}

// certified lets somebody pass the test after the course, and gives the code.
func (x *telling) certified(course string, i int) string {
	x.t.Helper()
	who := someone(fmt.Sprintf("p-%02d", i), "ngo", "counsellor")
	_, list, err := x.Training.Test(x.t.Context(), who, course)
	if err != nil {
		x.t.Fatal(err)
	}
	if _, err := x.Training.Sit(x.t.Context(), who, course, "", &training.Sit{Sitting: training.After, Answers: right(x.t, x.Training, list, 0)}); err != nil {
		x.t.Fatal(err)
	}
	v, err := x.Training.View(x.t.Context(), who, course)
	if err != nil || v.Mine.Code == "" {
		x.t.Fatalf("who answers everything has no certificate: %v", err)
	}
	return v.Mine.Code
}

func (x *telling) takeBack(course, code string) {
	x.t.Helper()
	if _, err := x.Training.Revoke(x.t.Context(), secretariat, course, "", &training.Revoke{Code: code, Reason: "Given by mistake."}); err != nil {
		x.t.Fatal(err)
	}
}

// said counts statements by their verb's last word, and gives what the last one
// that voids refers to.
func (s *recordStore) said(t *testing.T) (verbs map[string]int, voids string) {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	verbs = map[string]int{}
	for _, raw := range s.kept {
		var x struct {
			Verb   struct{ ID string }
			Object struct{ ObjectType, ID string }
		}
		if err := json.Unmarshal([]byte(raw), &x); err != nil {
			t.Fatal(err)
		}
		verb := x.Verb.ID[strings.LastIndex(x.Verb.ID, "/")+1:]
		if verbs[verb]++; verb == "voided" {
			if voids = x.Object.ID; !strings.Contains(s.kept[voids], "verb/earned") {
				t.Errorf("voided is what was never told, or no certificate: %s", raw)
			}
		}
	}
	return verbs, voids
}

// A certificate that is taken back after the store was told is voided there,
// once, whatever happens to store and server; one that was taken back before is
// never told of.
func TestACertificateTakenBackIsVoidedInTheRecordStore(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			x := tells(t, engine, realm.Demo)
			ctx, id := t.Context(), x.course(3)
			told, early := x.certified(id, 0), x.certified(id, 1)
			x.takeBack(id, early)
			x.tell()
			if verbs, _ := x.lrs.said(t); verbs["earned"] != 1 || verbs["voided"] != 0 || verbs["attended"] != 3 {
				t.Fatalf("told: %v", verbs)
			}
			x.lrs.set(503)
			x.takeBack(id, told)
			x.tell()
			x.Clock.Pass(x.Notices.Rules.Delivery.Tries[0])
			x.lrs.set(0)
			x.tell()
			if verbs, voids := x.lrs.said(t); verbs["voided"] != 1 || voids == "" {
				t.Fatalf("taken back: %v", verbs)
			}
			// Killed between the store's yes and our note of it; folded again; and
			// by a program that never heard of voiding, which is what a course that
			// was handed over before looks like.
			kept := x.lrs.has()
			for _, undo := range []string{`UPDATE notice_outbox SET state = 'waiting', done_at = 0 WHERE channel = 'lrs'`, `DELETE FROM course_handed`} {
				if err := x.Store.Write(ctx, func(tx *store.Tx) error { _, err := tx.Exec(undo); return err }); err != nil {
					t.Fatal(err)
				}
				x.tell()
			}
			if _, err := x.Rebuild(ctx); err != nil {
				t.Fatal(err)
			}
			x.tell()
			if waiting, dead := x.outbox(); x.lrs.has() != kept || waiting != 0 || dead != 0 {
				t.Errorf("told again, %d are kept after %d; %d wait, %d are dead", x.lrs.has(), kept, waiting, dead)
			}
		})
	}
}
