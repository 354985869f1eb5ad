package imports

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"rufaa/internal/directory"
	"rufaa/internal/hsds/intake"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/realm/realmtest"
	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// All agencies, numbers and places here are invented.

type world struct {
	*Imports
	t   testing.TB
	dir string
	now time.Time
}

var worlds atomic.Int64

var (
	ctx         = context.Background()
	secretariat = realm.Actor{Principal: policy.Principal{Staff: "sec", Agency: "ctip-secretariat", Duty: "secretariat"}}
	officer     = realm.Actor{Principal: policy.Principal{Staff: "off", Agency: "x-station", Duty: "first_responder"}}
)

func newWorld(t testing.TB, engine store.Engine) *world {
	t.Helper()
	c, door := realmtest.Sources(t)
	w := &world{t: t, dir: t.TempDir(), now: time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC)}
	o := realm.Options{Dir: w.dir, Name: fmt.Sprintf("lists-%d", worlds.Add(1)), Content: c, Door: door, Now: func() time.Time { return w.now }}
	if engine == store.Postgres {
		o.URL = storetest.PostgresURL(t)
	}
	r, err := realm.Create(ctx, o, realm.Exercise)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	d, err := directory.New(r, directory.Options{})
	if err != nil {
		t.Fatal(err)
	}
	w.Imports = New(r, d)
	return w
}

func each(t *testing.T, story func(t *testing.T, w *world)) {
	for _, e := range storetest.Engines {
		t.Run(string(e), func(t *testing.T) { story(t, newWorld(t, e)) })
	}
}

const heading = "organization id,organization,service id,service,needs,phone,county,town,address,latitude,longitude,confidential,hours,eligibility\n"

// list is a small file of a county; rows are without the heading.
func list(rows ...string) intake.Source {
	return intake.Bytes("list.csv", []byte(heading+strings.Join(rows, "\n")+"\n"))
}

func (w *world) take(src intake.Source, o Order) *Outcome {
	w.t.Helper()
	if o.Source == "" {
		o.Source = "county-list"
	}
	out, err := w.Import(ctx, secretariat, src, o)
	if err != nil {
		w.t.Fatal(err)
	}
	return out
}

func (w *world) all() (list []*directory.Provider) {
	w.t.Helper()
	if err := w.d.Each(ctx, func(p *directory.Provider) bool { list = append(list, p); return true }); err != nil {
		w.t.Fatal(err)
	}
	return list
}

func (w *world) named(name string) *directory.Provider {
	w.t.Helper()
	for _, p := range w.all() {
		if p.Name == name {
			return p
		}
	}
	w.t.Fatalf("no provider %q among %d", name, len(w.all()))
	return nil
}

// told are the problems as "row key outcome".
func told(o *Outcome) string {
	var out []string
	for _, p := range o.Problems {
		out = append(out, fmt.Sprintf("%d %s %s", p.Row, p.Key[strings.LastIndex(p.Key, ".")+1:], p.Outcome))
	}
	return strings.Join(out, "; ")
}

func refusedBy(t testing.TB, err error, key string) {
	t.Helper()
	var in *problem.Invalid
	if !errors.As(err, &in) || in.Fields[0].Key != key {
		t.Fatalf("want %s, got %v", key, err)
	}
}

// nowhere looks for words in every file the realm wrote.
func (w *world) nowhere(words ...string) {
	w.t.Helper()
	err := filepath.WalkDir(w.dir, func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		for _, word := range words {
			if bytes.Contains(raw, []byte(word)) {
				w.t.Errorf("%s holds %q", filepath.Base(path), word)
			}
		}
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
}
