package directory

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/realm/realmtest"
	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// world is a realm with a directory and a clock that the test sets.
type world struct {
	*Directory
	t   testing.TB
	r   *realm.Realm
	at  realm.Options
	mu  sync.Mutex
	now time.Time
}

var worlds atomic.Int64

// noon is a Wednesday, 12:30 in Nairobi.
var noon = time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC)

func newWorld(t testing.TB, engine store.Engine) *world {
	t.Helper()
	c, door := realmtest.Sources(t)
	w := &world{t: t, now: noon}
	w.at = realm.Options{Dir: t.TempDir(), Name: fmt.Sprintf("map-%d", worlds.Add(1)), Content: c, Door: door, Now: w.clock}
	if engine == store.Postgres {
		w.at.URL = storetest.PostgresURL(t)
	}
	var err error
	if w.r, err = realm.Create(context.Background(), w.at, realm.Exercise); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { w.r.Close() })
	if w.Directory, err = New(w.r, Options{}); err != nil {
		t.Fatal(err)
	}
	return w
}

func each(t *testing.T, test func(t *testing.T, w *world)) {
	for _, e := range storetest.Engines {
		t.Run(string(e), func(t *testing.T) { test(t, newWorld(t, e)) })
	}
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func actor(staff, agency, duty string) realm.Actor {
	return realm.Actor{Principal: policy.Principal{Staff: staff, Agency: agency, Duty: duty}, Device: "test", Language: "en"}
}

var (
	secretariat = actor("sec", "ctip-secretariat", "secretariat")
	manager     = actor("cm-1", "x-tumaini", "case_manager")
	manager2    = actor("cm-2", "x-ziwa", "case_manager")
	matron      = actor("matron", "x-house", "shelter_manager")
	officer     = actor("officer", "x-station", "first_responder")
)

var ctx = context.Background()

func num(n int) *int { return &n }

func deg(x float64) *float64 { return &x }

// house is a women's shelter in a county, at a position.
func house(name, county string, lat, lon float64) *Add {
	return &Add{
		Profile:   Profile{Name: name, Kind: "shelter", Agency: "x-house", County: county, Languages: []string{"en", "sw", "am"}, Phones: []Phone{{Number: "0700000001"}}, Fictional: true},
		Locations: []Location{{ID: "1", Kind: "physical", County: county, Confidential: true, Place: &Place{Name: "CANARY-NAME", Address: "CANARY-LANE 7", Town: "CANARY-TOWN", Latitude: &lat, Longitude: &lon}}},
		Services: []Service{{Kind: "shelter", Residential: Yes, Hours: Always(), At: []At{{Location: "1"}}, Eligibility: Eligibility{
			Female: Yes, Male: No, MinAge: num(18), MaxAge: num(120), WithMother: Yes, CourtOrder: No, AnyNationality: Yes, AnyExploitation: Yes}}},
	}
}

func (w *world) add(a *Add) string {
	w.t.Helper()
	rc, err := w.Add(ctx, secretariat, Order{}, a)
	if err != nil {
		w.t.Fatal(err)
	}
	return rc.ID
}

func (w *world) do(who realm.Actor, id string, cmd Command) realm.Receipt {
	w.t.Helper()
	rc, err := w.Do(ctx, who, id, Order{}, cmd)
	if err != nil {
		w.t.Fatalf("%T: %v", cmd, err)
	}
	return rc
}

func (w *world) provider(id string) *Provider {
	w.t.Helper()
	p, err := w.load(ctx, id)
	if err != nil || !p.Exists() {
		w.t.Fatalf("provider %s: %v", id, err)
	}
	return p
}

// slot is the first service's place for women.
func (w *world) slot(id string) Slot {
	p := w.provider(id)
	return Slot{Service: p.Services[0].ID, Location: p.Services[0].At[0].Location, Unit: "bed", Group: "women"}
}

func refused(t testing.TB, err error, rule string) {
	t.Helper()
	var r *problem.Refused
	if !errors.As(err, &r) || r.Rule != rule {
		t.Fatalf("want refused by %s, got %v", rule, err)
	}
}

func invalid(t testing.TB, err error, name, key string) {
	t.Helper()
	var i *problem.Invalid
	if !errors.As(err, &i) {
		t.Fatalf("want invalid %s, got %v", name, err)
	}
	for _, f := range i.Fields {
		if f.Name == name && f.Key == key {
			return
		}
	}
	t.Fatalf("want %s (%s), got %v", name, key, err)
}
