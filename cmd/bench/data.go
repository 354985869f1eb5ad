package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"rufaa/internal/accounts"
	"rufaa/internal/casefile"
	"rufaa/internal/demo"
	"rufaa/internal/ledger"
	"rufaa/internal/office"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/store"
)

const (
	realmName  = "demo"
	eventsEach = 20
	personsPer = 3
	managers   = 400
)

// dataSet opens the data set of a size, and tells it the first time.
func dataSet(ctx context.Context, folder string, cases int) (*office.Office, error) {
	dir := filepath.Join(folder, fmt.Sprintf("v2-%d", cases))
	done := filepath.Join(dir, "complete")
	if _, err := os.Stat(done); err == nil {
		return office.Open(ctx, office.Options{Data: dir, Realm: realmName})
	}
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	clock := new(demo.Clock)
	of, err := office.Create(ctx, office.Options{Data: dir, Realm: realmName, Now: clock.Now}, realm.Demo)
	if err != nil {
		return nil, err
	}
	if err := demo.Enrol(ctx, of); err != nil {
		return nil, err
	}
	if err := enrolManager(ctx, of); err != nil {
		return nil, err
	}
	if err := demo.Seed(ctx, of, clock, demo.Cases); err != nil {
		return nil, err
	}
	clock.Run()
	start := time.Now()
	if err := tellMany(ctx, of, cases); err != nil {
		return nil, err
	}
	n, err := of.Ledger.Size(ctx)
	if err != nil {
		return nil, err
	}
	fmt.Printf("told %d cases, %d events, %d names in %v\n", cases, n, of.Search.Size(), time.Since(start).Round(time.Second))
	if err := of.Close(); err != nil {
		return nil, err
	}
	if err := os.WriteFile(done, nil, 0o600); err != nil {
		return nil, err
	}
	return office.Open(ctx, office.Options{Data: dir, Realm: realmName})
}

const benchUser = "bench.case"

func managerID(n int) string { return fmt.Sprintf("bench-%03d", n) }

// enrolManager adds the one who signs in; the other managers only hold cases.
func enrolManager(ctx context.Context, of *office.Office) error {
	hash, err := of.Accounts.HashPassword(ctx, demo.Password)
	if err != nil {
		return err
	}
	_, err = of.Accounts.AddDemoStaff(ctx, []accounts.DemoStaff{{ID: managerID(0), Username: benchUser, Name: "Bench (fictional)",
		Agency: "x-tumaini", Duties: []accounts.Duty{accounts.CaseManager}, Language: "en"}}, hash)
	return err
}

// template is the story of one case that went all the way, event by event.
func template(ctx context.Context, of *office.Office) ([]ledger.Event, error) {
	var id string
	if err := of.Store.QueryRow(ctx, `SELECT id FROM cases WHERE stage = 'followup' AND holder = 'x-tumaini' AND version <= $1 ORDER BY version DESC LIMIT 1`, eventsEach).Scan(&id); err != nil {
		return nil, fmt.Errorf("no case to copy: %w", err)
	}
	return of.Ledger.Stream(ctx, casefile.Stream(id), 0)
}

// tellMany repeats the template for every case: its events go through the
// ledger and the projections like any other, and its persons into the name
// index. What is sealed in it is the template's.
func tellMany(ctx context.Context, of *office.Office, cases int) error {
	events, err := template(ctx, of)
	if err != nil {
		return err
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	errs := make(chan error, 64)
	for range 64 {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for {
				n := int(next.Add(1)) - 1
				if n >= cases {
					return
				}
				if err := tellOne(ctx, of, events, n); err != nil {
					errs <- err
					return
				}
				if n%10000 == 9999 {
					fmt.Printf("… %d cases\n", n+1)
				}
			}
		}()
	}
	wg.Wait()
	close(errs)
	return <-errs
}

func tellOne(ctx context.Context, of *office.Office, events []ledger.Event, n int) error {
	id := of.NewID()
	drafts := make([]ledger.Draft, 0, eventsEach)
	var alert casefile.AlertedEvent
	if err := json.Unmarshal(events[0].Payload, &alert); err != nil {
		return err
	}
	alert.Ref, alert.Holder = of.NewRef(), "x-tumaini"
	drafts = append(drafts, ledger.Draft{Kind: casefile.Alerted, Schema: 1, Payload: alert})
	renamed, err := ownNeeds(of, events)
	if err != nil {
		return err
	}
	for _, e := range events[1:] {
		drafts = append(drafts, ledger.Draft{Kind: e.Kind, Schema: 1, Payload: json.RawMessage(renamed.Replace(string(e.Payload)))})
	}
	last := events[len(events)-1]
	for len(drafts) < eventsEach {
		drafts = append(drafts, ledger.Draft{Kind: last.Kind, Schema: 1, Payload: last.Payload})
	}
	who := realm.Actor{Principal: policy.Principal{Staff: managerID(n % managers), Agency: "x-tumaini", Duty: "case_manager"}}
	_, err = of.Commit(ctx, realm.Command{
		Actor: who, Answer: realm.Receipt{ID: id},
		Appends: []realm.Append{{Stream: casefile.Stream(id), Expected: 0, Drafts: drafts}},
		Also: func(tx *store.Tx) error {
			for p := range personsPer {
				if err := of.Search.Prepare(of.NewID(), id, []string{name(n*personsPer + p)}, nil).Write(tx); err != nil {
					return err
				}
			}
			return nil
		},
	})
	return err
}

// ownNeeds gives every need of the template an id of its own in each case.
func ownNeeds(of *office.Office, events []ledger.Event) (*strings.Replacer, error) {
	var pairs []string
	for _, e := range events {
		if e.Kind != casefile.NeedsAssessed {
			continue
		}
		var assessed casefile.NeedsAssessedEvent
		if err := json.Unmarshal(e.Payload, &assessed); err != nil {
			return nil, err
		}
		for _, n := range assessed.Needs {
			pairs = append(pairs, n.ID, of.NewID())
		}
	}
	return strings.NewReplacer(pairs...), nil
}

var syllables = []string{"ba", "ki", "mo", "za", "ne", "lu", "sha", "ta", "wi", "no", "ra", "ge", "ju", "ha", "mi", "do", "fa", "ye", "cha", "so"}

// name invents a name of two parts from a number.
func name(n int) string {
	part := func(n int) string {
		s := ""
		for range 3 {
			s += syllables[n%len(syllables)]
			n /= len(syllables)
		}
		return s
	}
	return part(n*7919+13) + " " + part(n*104729+7)
}
