package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"rufaa/internal/bundle"
	"rufaa/internal/bundle/bundletest"
	"rufaa/internal/paper/papertest"
)

// handed is one exhibit on its way from the investigator to the officer: when,
// where and under which seal each side says it was, and when the other side
// confirmed.
type handed struct {
	flaw            string // that its chain must have
	given, taken    string // places
	seal, seen      string
	after           time.Duration // from giving to receiving, as both tell it
	confirmed       time.Duration // from giving until the server took the other side down
	travel          int
	description, id string
}

// In Mombasa ten minutes after Nairobi; an hour before it was given; a day in
// nobody's hands; another seal; confirmed two days late; and one as it should be.
func journeys() []*handed {
	return []*handed{
		{flaw: "too-fast", given: "store-nairobi", taken: "store-mtoni", after: 10 * time.Minute, confirmed: 10 * time.Minute},
		{flaw: "overlap", given: "store-nairobi", taken: "store-nairobi", after: -time.Hour, confirmed: 5 * time.Minute},
		{flaw: "gap", given: "store-nairobi", taken: "store-nairobi", after: 20 * time.Hour, confirmed: 20 * time.Hour},
		{flaw: "seal-differs", given: "store-nairobi", taken: "store-nairobi", seen: "KE-OTHER", after: 5 * time.Minute, confirmed: 5 * time.Minute},
		{flaw: "late-confirm", given: "store-nairobi", taken: "store-nairobi", after: 5 * time.Minute, confirmed: 48 * time.Hour},
		{given: "store-nairobi", taken: "store-nairobi", after: 5 * time.Minute, confirmed: 5 * time.Minute},
	}
}

// evidenceScene opens an inquiry with a scene at which an officer works too.
func (w *world) evidenceScene() (inquiry, scene string) {
	w.t.Helper()
	inquiry = w.post("investigator", "/inquiries", m{"kind": "trafficking", "title": "A store room (fictional)"}).is(http.StatusCreated).text("id")
	scene = w.post("investigator", "/inquiries/"+inquiry+"/scenes", m{"class": "premises"}).is(http.StatusCreated).text("id")
	w.post("investigator", "/scenes/"+scene+"/roles", m{"staff": w.ids["officer"], "role": "searcher"}).is(http.StatusOK)
	return inquiry, scene
}

// goes takes an exhibit up and hands it over.
func (w *world) goes(scene string, x *handed) {
	w.t.Helper()
	begin := w.now
	x.seal = "KE-" + strings.ToUpper(strings.ReplaceAll(x.flaw, "-", "")) + "1"
	if x.seen == "" {
		x.seen = x.seal
	}
	x.description = "Kanarikitu" + x.flaw
	x.id = w.post("investigator", "/scenes/"+scene+"/exhibits", m{"kind": "other", "description": x.description, "seal": x.seal, "place": x.given}).is(http.StatusCreated).text("id")
	w.now = begin.Add(2 * time.Hour)
	clear(w.tokens) // sessions do not last that long
	at := w.now
	w.post("investigator", "/exhibits/"+x.id+"/offers", m{"to": w.ids["officer"], "reason": "to-store", "seal": x.seal, "place": x.given}).is(http.StatusOK)
	w.now = at.Add(x.confirmed)
	clear(w.tokens)
	w.post("officer", "/exhibits/"+x.id+"/receipt", m{"at": at.Add(x.after).UTC().Format(time.RFC3339), "seal": x.seen, "place": x.taken}).is(http.StatusOK)
	w.now = begin.Add(50 * time.Hour)
	clear(w.tokens)
}

// inZip reads one part of a bundle.
func inZip(t *testing.T, raw []byte, name string, into any) {
	t.Helper()
	if err := json.Unmarshal(bundletest.Part(t, raw, name), into); err != nil {
		t.Fatal(err)
	}
}

// What the API computes of each chain is what the bundle holds of it: every
// exhibit, every step as both sides told it, every finding by its name, and each
// drawn. A row of abuse material is there as its row.
func TestTheBundleHoldsEveryChainAsItIsComputed(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		inquiry, scene := w.evidenceScene()
		list := journeys()
		for _, x := range list {
			w.goes(scene, x)
		}
		row := w.post("investigator", "/scenes/"+scene+"/exhibits", m{"kind": "csam", "description": "Row (fictional)", "count": 3, "on_exhibit": "S1/001", "custodian": "Kanarimtunzaji",
			"tool": "Tool 1", "digests": strings.Repeat("ab", 32), "seal": "KE-ROW", "place": "store-nairobi"}).is(http.StatusCreated).text("id")
		for _, to := range []string{"court", "prosecution", "defence"} {
			raw := w.post("investigator", "/inquiries/"+inquiry+"/bundle", m{"recipient": to, "purpose": "prosecution"}, "Accept", "application/zip").is(200).raw
			r, err := bundle.Verify(raw)
			if err != nil {
				t.Fatalf("%s: %v", to, err)
			}
			all := w.get("investigator", "/scenes/"+scene+"/exhibits").is(200).list("exhibits")
			if len(r.Exhibits) != len(all) || len(all) != len(list)+1 {
				t.Fatalf("%s: %d exhibits in the bundle, %d at the scene", to, len(r.Exhibits), len(all))
			}
			var steps []bundle.Custody
			inZip(t, raw, "custody.json", &steps)
			drawn := 0
			for _, p := range r.Parts {
				if p.Kind == "chain" {
					drawn++
				}
			}
			if drawn != len(all) {
				t.Errorf("%s: %d chains are drawn of %d", to, drawn, len(all))
			}
			for _, x := range list {
				w.sameChain(x, r.Exhibits, steps)
			}
			onPaper(t, raw, r.Exhibits, steps)
			i := slices.IndexFunc(r.Exhibits, func(x bundle.Exhibit) bool { return x.ID == row })
			if i < 0 || r.Exhibits[i].Count != 3 || r.Exhibits[i].Seal != "KE-ROW" {
				t.Errorf("%s: the row of abuse material: %+v", to, r.Exhibits)
			}
			for _, never := range []string{strings.Repeat("ab", 32), "Kanarimtunzaji", "Kiprono", "Amina"} {
				if bytes.Contains(raw, []byte(never)) {
					t.Errorf("%s: the bundle tells %s", to, never)
				}
			}
			if slices.ContainsFunc(r.Closed, func(c bundle.Closed) bool { return c.What == "exhibit" || c.What == "scene" }) {
				t.Errorf("%s: something is said to be left out: %+v", to, r.Closed)
			}
		}
	})
}

// onPaper holds the papers of a bundle to its data: the list names every exhibit,
// the paper of each every step as both sides told it, and every finding.
func onPaper(t *testing.T, raw []byte, exhibits []bundle.Exhibit, steps []bundle.Custody) {
	t.Helper()
	read := func(name string) string {
		sheets, err := papertest.Sheets(bundletest.Part(t, raw, name))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		return strings.Join(strings.Fields(strings.Join(sheets, " ")), "") // cells break their words
	}
	packed := func(s string) string { return strings.Join(strings.Fields(s), "") }
	list := read("papers/exhibits.pdf")
	for i, x := range exhibits {
		name := fmt.Sprintf("custody-%03d.pdf", i+1)
		own := read("papers/" + name)
		for _, want := range []string{x.Number, x.Seal, x.Description, name} {
			if !strings.Contains(list, packed(want)) {
				t.Errorf("the list on paper lacks %q", want)
			}
		}
		for _, f := range x.Findings {
			if !strings.Contains(own, packed(f.Text)) {
				t.Errorf("%s lacks %q", name, f.Text)
			}
		}
		for _, s := range steps {
			if s.Exhibit != x.ID {
				continue
			}
			for _, want := range []string{s.From, s.To, s.Seal, s.ReceivedSeal} {
				if !strings.Contains(own, packed(want)) {
					t.Errorf("%s lacks %q of %+v", name, want, s)
				}
			}
		}
		if x.Unbroken != nil && !*x.Unbroken && !strings.Contains(own, "Thechaindoesnothold") {
			t.Errorf("%s does not say that the chain is broken: %s", name, own)
		}
	}
}

// sameChain holds what the bundle says of an exhibit to what the API computes.
func (w *world) sameChain(x *handed, exhibits []bundle.Exhibit, steps []bundle.Custody) {
	w.t.Helper()
	var want ExhibitView
	if err := json.Unmarshal(w.get("investigator", "/exhibits/"+x.id).is(200).raw, &want); err != nil {
		w.t.Fatal(err)
	}
	i := slices.IndexFunc(exhibits, func(b bundle.Exhibit) bool { return b.ID == x.id })
	if i < 0 {
		w.t.Fatalf("%s is not in the bundle", want.Number)
	}
	got := exhibits[i]
	if got.Number != want.Number || got.Seal != want.Seal || got.Unbroken == nil || *got.Unbroken != want.Unbroken || got.Description != x.description {
		w.t.Errorf("%s: %+v, want %+v", x.flaw, got, want.ExhibitRow)
	}
	if named := slices.ContainsFunc(got.Findings, func(f bundle.Finding) bool { return f.Flaw == x.flaw && f.Text != "" }); named != (x.flaw != "") || len(got.Findings) != len(want.Wrong) {
		w.t.Errorf("%s: the bundle names %+v, the chain has %+v", x.flaw, got.Findings, want.Wrong)
	}
	for i, f := range want.Wrong {
		if got.Findings[i].Flaw != f.Flaw || got.Findings[i].Breaks != f.Breaks {
			w.t.Errorf("%s: finding %d is %+v, want %+v", x.flaw, i, got.Findings[i], f)
		}
	}
	own := slices.DeleteFunc(slices.Clone(steps), func(s bundle.Custody) bool { return s.Exhibit != x.id })
	if len(own) != len(want.Steps) {
		w.t.Fatalf("%s: %d steps, want %d", x.flaw, len(own), len(want.Steps))
	}
	for i := range own {
		sameStep(w.t, &own[i], &want.Steps[i])
	}
}

func sameStep(t testing.TB, got *bundle.Custody, want *StepView) {
	t.Helper()
	told := func(at time.Time) string { return at.UTC().Format(time.RFC3339) }
	if !got.At.Equal(want.Seen.At) || got.Seal != want.Seen.Seal || got.Broken != want.Seen.Broken || got.Recorded != told(want.Seen.Recorded) {
		t.Errorf("the step is told as %+v, want %+v", got, want.Seen)
	}
	o := want.Received
	if o == nil {
		if got.Received != "" || got.Confirmed != "" {
			t.Errorf("another side that there was not: %+v", got)
		}
		return
	}
	if got.Received != told(o.At) || got.Confirmed != told(o.Recorded) || got.ReceivedSeal != o.Seal || got.ReceivedBroken != o.Broken {
		t.Errorf("the other side is told as %+v, want %+v", got, o)
	}
	if got.From != "Test Investigation Unit (fictional)" || got.To != "Mto Police Station (fictional)" {
		t.Errorf("from %q to %q", got.From, got.To)
	}
}

// The list on paper over the API tells of each exhibit how its chain stands, and
// nothing that is sealed; who may not print it gets nothing.
func TestTheListOfExhibitsOnPaperOverTheAPI(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		_, scene := w.evidenceScene()
		list := journeys()
		for _, x := range list {
			w.goes(scene, x)
		}
		at := "/scenes/" + scene + "/exhibits/list"
		got := w.get("investigator", at).is(http.StatusOK)
		if kind := got.header.Get("Content-Type"); kind != "application/pdf" {
			t.Fatalf("it is %s", kind)
		}
		sheets, err := papertest.Sheets(got.raw)
		if err != nil {
			t.Fatal(err)
		}
		words := strings.Join(strings.Fields(strings.Join(sheets, " ")), "") // cells break their words
		for i, x := range list {
			var v ExhibitView
			if err := json.Unmarshal(w.get("investigator", "/exhibits/"+x.id).is(200).raw, &v); err != nil {
				t.Fatal(err)
			}
			state := map[bool]string{true: "Unbroken", false: "Broken"}[v.Unbroken]
			if v.Unbroken && x.flaw != "" {
				state = "Remarks"
			}
			_, rest, found := strings.Cut(words, v.Number)
			row, _, _ := strings.Cut(rest, "S1/")
			if !found || !strings.Contains(row, v.Seal) || !strings.Contains(row, "AminaZuberi") || !strings.Contains(row, state) {
				t.Errorf("exhibit %d (%s, %s) stands as %q", i+1, v.Number, state, row)
			}
		}
		if strings.Contains(words, "Kanarikitu") {
			t.Error("the list tells what is sealed")
		}
		if w.get("investigator", at+"?size=80").is(http.StatusOK); !bytes.HasPrefix(got.raw, []byte("%PDF-")) {
			t.Error("no PDF")
		}
		w.get("investigator", at+"?size=7").is(http.StatusUnprocessableEntity)
		w.get("manager", at).is(http.StatusNotFound)
	})
}
