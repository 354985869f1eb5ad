package caseuco_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rufaa/internal/caseuco"
)

// All names, numbers and events in these tests are invented.

var update = flag.Bool("update", false, "write testdata/export.jsonld anew")

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

// story is a telephone that was found, handed on and examined, a ledger of
// paper, and material that is a row with digests alone.
func story() *caseuco.Dossier {
	officer, exhibits, lab := caseuco.Actor{Staff: "staff-7", Agency: "x-dci"}, caseuco.Actor{Staff: "staff-9", Agency: "x-dci"}, caseuco.Actor{Staff: "staff-12", Agency: "x-lab"}
	sum := strings.Repeat("ab", 32)
	at, store := caseuco.Place{ID: "scene/s1", Name: "IQ-0000-0000-0/S1", Kind: "scene"}, caseuco.Place{ID: "store-1", Name: "Exhibit store (invented)", Kind: "store"}
	bench := caseuco.Place{ID: "lab-1", Name: "Laboratory (invented)", Kind: "laboratory"}
	return &caseuco.Dossier{
		Base: "https://rufaa.example/kb/", ID: "0198c0de-7a11-7000-8000-000000000001", Name: "IQ-0000-0000-0", Focus: []string{"trafficking in persons"},
		Status: "open", Began: noon, Made: noon.AddDate(0, 1, 0), Program: "test",
		Exhibits: []caseuco.Exhibit{
			{ID: "x1", Number: "S1/1", Kind: caseuco.Device, Category: "phone", Description: "Telephone, cracked screen", Make: "Mfano", Model: "M1", Serial: "000000000000001",
				Complete: true, Steps: []caseuco.Step{
					{ID: "s1", Kind: "found", Began: noon, Ended: noon, Recorded: noon.Add(time.Minute), By: officer, Seal: "K-1", Place: at, Confirmed: true},
					{ID: "s2", Kind: "handed", Began: noon.Add(time.Hour), Ended: noon.Add(61 * time.Minute), By: officer, To: exhibits, Seal: "K-1", Place: at, Received: store, Confirmed: true},
					{ID: "s3", Kind: "handed", Began: noon.Add(48 * time.Hour), By: exhibits, To: lab, Seal: "K-1", Place: store},
				}, Laboratory: []caseuco.Request{
					{ID: "q1", Laboratory: bench, Asks: []string{"extraction"}, Asked: noon.Add(2 * time.Hour), By: exhibits, Answered: noon.Add(72 * time.Hour), AnsweredBy: lab, Reference: "L/26/1", Files: []string{"f1", "f9"}},
					{ID: "q2", Laboratory: bench, Asks: []string{"fingerprints"}, Asked: noon.Add(3 * time.Hour), By: exhibits},
				}},
			{ID: "x2", Number: "S1/2", Kind: caseuco.Thing, Category: "ledger", Findings: []string{"Nobody had it for 3 hours on 4 May."},
				Steps: []caseuco.Step{{ID: "s4", Kind: "found", Began: noon, Ended: noon, By: officer, Confirmed: true}}},
			{ID: "x3", Number: "S1/3", Kind: caseuco.Digital, Category: "csam", Digests: []caseuco.Digest{{Method: "SHA256", Hex: sum}, {Method: "MD5", Hex: sum[:32]}},
				Tool: caseuco.Tool{Name: "Invented Reader", Version: "4.2"}, Steps: []caseuco.Step{{ID: "s5", Kind: "found", Began: noon, By: officer, Confirmed: true}},
				Reports: []caseuco.Report{{ID: "r1", At: noon.Add(30 * time.Hour), By: lab, Items: 12, Matched: 4, Size: 780, Digest: caseuco.Digest{Method: "SHA256", Hex: sum}}}},
		},
		Files: []caseuco.File{
			{ID: "f1", Exhibit: "x1", Name: "extraction.zip", Type: "application/zip", Size: 1 << 33, Digests: []caseuco.Digest{{Method: "SHA256", Hex: sum}}, At: noon.Add(50 * time.Hour), By: lab,
				Tool: caseuco.Tool{Name: "Invented Extractor", Version: "7"}},
			{ID: "f2", Parent: "f1", Size: 12, Digests: []caseuco.Digest{{Method: "SHA256", Hex: sum}}, At: noon.Add(51 * time.Hour), By: lab, Tool: caseuco.Tool{Name: "Invented Blur"}},
		},
		Deeds: []caseuco.Deed{
			{ID: "d1", Guide: "tip-scene-1", Step: "devices", Title: "Telephones and computers", Began: noon.Add(-time.Hour), Settled: noon.Add(time.Hour), By: officer, Place: at,
				Led:   caseuco.Led{Exhibits: []string{"x1", "x9"}},
				Added: []caseuco.Addition{{ID: "a1", At: noon.Add(60 * time.Hour), By: exhibits, Led: caseuco.Led{Exhibits: []string{"x2"}, Files: []string{"f1"}}}}},
			{ID: "d2", Guide: "tip-scene-1", Step: "vehicles", Title: "Vehicles", Skipped: true, Reason: "no-means", Settled: noon.Add(2 * time.Hour), By: officer, Place: at},
			{ID: "d3", Guide: "tip-scene-1", Step: "money", Title: "Money", Reason: "nothing-found", Began: noon, Settled: noon.Add(3 * time.Hour), By: officer, Place: at},
		},
	}
}

// TestTheExport holds the export to the file that the published shapes are run
// on (e2e/caseuco.test.mjs).
func TestTheExport(t *testing.T) {
	got, err := caseuco.Write(story())
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("testdata/export.jsonld", got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile("testdata/export.jsonld")
	if err != nil || !bytes.Equal(got, want) {
		t.Errorf("the export changed; look at it, then run with -update: %v", err)
	}
}

// written is the story's export, and the things in it.
func written(t *testing.T) (raw []byte, graph []map[string]any) {
	t.Helper()
	raw, err := caseuco.Write(story())
	if err != nil {
		t.Fatal(err)
	}
	var doc struct {
		Graph []map[string]any `json:"@graph"`
	}
	if err := json.Unmarshal(raw, &doc); err != nil {
		t.Fatal(err)
	}
	return raw, doc.Graph
}

// TestEveryReferenceIsThere: nothing points out of the document, every thing
// is there once and its identifier ends in a UUID.
func TestEveryReferenceIsThere(t *testing.T) {
	raw, graph := written(t)
	uuid := regexp.MustCompile(`^kb:[a-z-]+-[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`)
	there := map[string]bool{}
	for _, n := range graph {
		id := n["@id"].(string)
		if there[id] || !uuid.MatchString(id) {
			t.Errorf("%s stands twice or has no UUID", id)
		}
		there[id] = true
	}
	for _, m := range regexp.MustCompile(`"@id": "([^"]+)"`).FindAllSubmatch(raw, -1) {
		if !there[string(m[1])] {
			t.Errorf("%s is pointed to and is not there", m[1])
		}
	}
	actions := 0
	for _, n := range graph {
		if n["@type"] == "case-investigation:InvestigativeAction" && n["case-investigation:wasInformedBy"] != nil {
			actions++
		}
	}
	if actions != 4 {
		t.Errorf("%d links, not two in the chain of the telephone, one from a result to its request and one from an addition to its step", actions)
	}
}

// TestStepsAreActions: a step that is done has a beginning, an end, who did it and
// the record of what it led to; one that was skipped has neither end nor result.
func TestStepsAreActions(t *testing.T) {
	_, graph := written(t)
	nodes := map[string]map[string]any{}
	for _, n := range graph {
		nodes[n["@id"].(string)] = n
	}
	about := func(n map[string]any) (ids []string) {
		result, ok := n["uco-action:result"].(map[string]any)
		if !ok {
			return nil
		}
		switch list := nodes[result["@id"].(string)]["uco-core:object"].(type) {
		case map[string]any:
			ids = append(ids, nodes[list["@id"].(string)]["@type"].(string))
		case []any:
			for _, x := range list {
				ids = append(ids, nodes[x.(map[string]any)["@id"].(string)]["@type"].(string))
			}
		}
		return ids
	}
	var got []string
	for _, n := range graph {
		name, _ := n["uco-core:name"].(string)
		if !strings.HasPrefix(name, "guided-step") {
			continue
		}
		if n["uco-action:performer"] == nil || n["uco-action:startTime"] == nil || (n["uco-action:endTime"] == nil) != (name == "guided-step-skipped") {
			t.Errorf("%s: %v", name, n)
		}
		got = append(got, name+" "+strings.Join(about(n), " "))
	}
	want := []string{"guided-step-done uco-observable:Device", "guided-step-added-to uco-core:UcoObject uco-observable:File", "guided-step-skipped ", "guided-step-done "}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("the steps are %q, want %q", got, want)
	}
}

func TestWhatIsMissingIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(*caseuco.Dossier){
		"no base":           func(d *caseuco.Dossier) { d.Base = "kb/" },
		"no id":             func(d *caseuco.Dossier) { d.ID = "" },
		"no chain":          func(d *caseuco.Dossier) { d.Exhibits[0].Steps = nil },
		"no number":         func(d *caseuco.Dossier) { d.Exhibits[0].Number = "" },
		"no time":           func(d *caseuco.Dossier) { d.Exhibits[0].Steps[1].Began = time.Time{} },
		"no kind":           func(d *caseuco.Dossier) { d.Exhibits[0].Kind = "car" },
		"a short digest":    func(d *caseuco.Dossier) { d.Files[0].Digests[0].Hex = "ab" },
		"no digest":         func(d *caseuco.Dossier) { d.Files[0].Digests = nil },
		"unknown hash":      func(d *caseuco.Dossier) { d.Files[0].Digests[0].Method = "CRC32" },
		"a parent of none":  func(d *caseuco.Dossier) { d.Files[1].Parent = "f9" },
		"no time of asking": func(d *caseuco.Dossier) { d.Exhibits[0].Laboratory[0].Asked = time.Time{} },
		"a report of none":  func(d *caseuco.Dossier) { d.Exhibits[2].Reports[0].ID = "" },
		"a report unhashed": func(d *caseuco.Dossier) { d.Exhibits[2].Reports[0].Digest = caseuco.Digest{} },
		"a step of none":    func(d *caseuco.Dossier) { d.Deeds[0].ID = "" },
		"a step at no time": func(d *caseuco.Dossier) { d.Deeds[1].Settled = time.Time{} },
		"a file of none":    func(d *caseuco.Dossier) { d.Files[0].Exhibit = "x9" },
	} {
		d := story()
		spoil(d)
		if _, err := caseuco.Write(d); !errors.Is(err, caseuco.ErrDossier) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestAnyWordsMakeADocument: whatever people type stays a text.
func TestAnyWordsMakeADocument(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		d := story()
		word := rapid.String().Draw(rt, "word")
		d.Exhibits[0].Description, d.Exhibits[0].Steps[1].Note, d.Files[0].Name, d.Exhibits[1].Findings[0] = word, word, word, word
		raw, err := caseuco.Write(d)
		if err != nil || !json.Valid(raw) {
			rt.Fatal(err)
		}
		if again, _ := caseuco.Write(d); !bytes.Equal(raw, again) {
			rt.Fatal("the same dossier gave other bytes")
		}
	})
}
