package main

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"time"

	"rufaa/internal/demo"
	"rufaa/internal/directory"
	"rufaa/internal/hsds/publish"
	"rufaa/internal/office"
	"rufaa/internal/placement"
	"rufaa/internal/publication"
	"rufaa/internal/realm"
)

// The size of the map's data set: a large helpline's directory.
const (
	mapProviders = 6_000
	mapLocations = 30_000
	mapServices  = 100_000
)

// mapSet opens a realm with a generated, fictional directory, and enters it the
// first time.
func mapSet(ctx context.Context, folder string) (*office.Office, error) {
	dir := filepath.Join(folder, "map-v1")
	done := filepath.Join(dir, "complete")
	if _, err := os.Stat(done); err == nil {
		return office.Open(ctx, office.Options{Data: dir, Realm: realmName})
	}
	if err := os.RemoveAll(dir); err != nil {
		return nil, err
	}
	of, err := office.Create(ctx, office.Options{Data: dir, Realm: realmName}, realm.Demo)
	if err != nil {
		return nil, err
	}
	if err := demo.Enrol(ctx, of); err != nil {
		return nil, err
	}
	if err := enrolManager(ctx, of); err != nil {
		return nil, err
	}
	list, err := of.Directory.Generate(1, mapProviders, mapLocations, mapServices)
	if err != nil {
		return nil, err
	}
	start := time.Now()
	if _, err := of.Directory.Enter(ctx, demo.Actor("wafula.secretariat"), list); err != nil {
		return nil, err
	}
	fmt.Printf("entered %d providers with %d services in %v\n", len(list), mapServices, time.Since(start).Round(time.Second))
	if err := of.Close(); err != nil {
		return nil, err
	}
	if err := os.WriteFile(done, nil, 0o600); err != nil {
		return nil, err
	}
	return office.Open(ctx, office.Options{Data: dir, Realm: realmName})
}

// measureMap tells how fast the map answers over 100,000 services.
func measureMap(ctx context.Context, folder, only string, round time.Duration) error {
	of, err := mapSet(ctx, folder)
	if err != nil {
		return err
	}
	defer of.Close()
	if err := of.Directory.Load(ctx); err != nil {
		return err
	}
	ours, stop, err := serve(handlers(of))
	if err != nil {
		return err
	}
	defer stop()
	token, err := signIn(ours)
	if err != nil {
		return err
	}
	fmt.Printf("\n%d services at %d locations of %d providers\n", mapServices, mapLocations, mapProviders)
	if err := mapView(ours, token); err != nil {
		return err
	}
	if err := ranking(ctx, of); err != nil {
		return err
	}
	if err := joint(ctx, of); err != nil {
		return err
	}
	return standard(of, only, round)
}

// mapView asks for the filtered page as a browser does, one after the other.
func mapView(base, token string) error {
	var times []time.Duration
	size := 0
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	for n := range 60 {
		county := []string{"nairobi-city", "mombasa", "kisumu", "garissa", ""}[n%5]
		req, err := http.NewRequest("GET", base+"/providers?service=shelter&free=maybe&open=maybe&county="+county, nil)
		if err != nil {
			return err
		}
		req.Header.Set("Cookie", "rufaa="+token)
		req.Header.Set("Accept-Encoding", "gzip")
		start := time.Now()
		resp, err := client.Do(req)
		if err != nil {
			return err
		}
		raw, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			return err
		}
		times = append(times, time.Since(start))
		size = max(size, len(raw))
		if resp.StatusCode != http.StatusOK {
			return fmt.Errorf("map view: %d", resp.StatusCode)
		}
		if resp.Header.Get("Content-Encoding") == "gzip" {
			if _, err := gzip.NewReader(strings.NewReader(string(raw))); err != nil {
				return err
			}
		}
	}
	row("filtered map view, page", times, fmt.Sprintf("%.1f kB compressed; target 20ms median, 60 kB", float64(size)/1000))
	return nil
}

// row prints the middle and the worst of some times.
func row(name string, times []time.Duration, more string) {
	sort.Slice(times, func(i, j int) bool { return times[i] < times[j] })
	fmt.Printf("%-34s %10s %9s %9s   %s\n", name, "", times[len(times)/2].Round(10*time.Microsecond), times[len(times)*99/100].Round(10*time.Microsecond), more)
}

var benchPerson = directory.Person{Sex: "female", AgeBand: "18-24", Children: []int{3}, Languages: []string{"am", "en"}}

func ranking(ctx context.Context, of *office.Office) error {
	var times []time.Duration
	who := demo.Manager(managerID(0), "x-tumaini")
	for range 60 {
		start := time.Now()
		if _, err := of.Directory.Rank(ctx, who, directory.Needs{Service: "shelter", County: "nairobi-city", Person: benchPerson, Avoid: directory.Avoid{Counties: []string{"mombasa"}}}); err != nil {
			return err
		}
		times = append(times, time.Since(start))
	}
	row("ranked match for one person", times, "target 10ms median")
	return nil
}

// joint places sixty people at once, over everything and over some 300 places.
func joint(ctx context.Context, of *office.Office) error {
	who := demo.Manager(managerID(0), "x-tumaini")
	counties := []string{"nairobi-city", "mombasa", "busia"}
	var members []placement.Member
	for n := range 60 {
		p := directory.Person{Sex: []string{"female", "female", "male"}[n%3], AgeBand: []string{"18-24", "25-34", "12-17"}[n/3%3], Languages: []string{"sw"}}
		p.Child = p.AgeBand == "12-17"
		members = append(members, placement.Member{Case: fmt.Sprint("c", n), County: counties[n%3], Person: p})
	}
	ask := placement.Ask{Service: "shelter", Units: placement.Group(members, func(m placement.Member) string {
		if m.Case < "c3" {
			return m.Case[:2]
		}
		return ""
	})}
	if err := proposed(ctx, of, ask, "the whole directory"); err != nil {
		return err
	}
	// As the goal has it: some 300 places, those of one county.
	near := []string{"busia"}
	found, err := of.Directory.Find(ctx, who, directory.Query{Services: []string{"shelter"}, Size: 1})
	if err != nil {
		return err
	}
	places := 0
	for _, t := range of.Content.List("counties") {
		if slices.Contains(near, t.ID) {
			places += found.Counties[t.ID]
		} else {
			ask.Avoid.Counties = append(ask.Avoid.Counties, t.ID)
		}
	}
	return proposed(ctx, of, ask, fmt.Sprintf("%d places", places))
}

// proposed measures one ask.
func proposed(ctx context.Context, of *office.Office, ask placement.Ask, over string) error {
	var p *placement.Proposal
	var times []time.Duration
	for range 9 {
		start := time.Now()
		var err error
		if p, err = of.Placement.Propose(ctx, demo.Manager(managerID(0), "x-tumaini"), ask); err != nil {
			return err
		}
		times = append(times, time.Since(start))
	}
	row("joint placement, 60 people", times, fmt.Sprintf("%d placed, %d left, proven %v, over %s; target 2s", p.Placed, p.Left, p.Proven, over))
	return nil
}

// standard compares a list page of the open standard with a bare handler that
// reads as many entries and writes them as JSON.
func standard(of *office.Office, only string, round time.Duration) error {
	mux := http.NewServeMux()
	mux.Handle("/hsds/v3/", publish.NewHandler(publication.New(of), publish.Options{Prefix: "/hsds/v3", Title: "Bench", Log: of.Log,
		Words: func(*http.Request) publish.Words { return of.Texts.Match("", "en") }}))
	mux.HandleFunc("GET /bare", func(w http.ResponseWriter, r *http.Request) {
		rows, err := of.Store.Query(r.Context(), `SELECT state FROM directory_providers ORDER BY seq LIMIT 25`)
		if err != nil {
			http.Error(w, err.Error(), 500)
			return
		}
		defer rows.Close()
		var out []any
		for rows.Next() {
			var raw []byte
			if err := rows.Scan(&raw); err != nil {
				http.Error(w, err.Error(), 500)
				return
			}
			out = append(out, json.RawMessage(raw))
		}
		w.Header().Set("Content-Type", "application/json")
		json.NewEncoder(w).Encode(map[string]any{"contents": out})
	})
	base, stop, err := serve(mux)
	if err != nil {
		return err
	}
	defer stop()
	p := pair{side{name: "HSDS list page, 25 services", method: "GET", path: base + "/hsds/v3/services?per_page=25"}, side{name: "bare", method: "GET", path: base + "/bare"}, 0.35}
	if !strings.Contains(p.ours.name, only) {
		return nil
	}
	return compare(of, p, round)
}
