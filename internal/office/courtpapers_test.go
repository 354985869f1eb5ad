package office_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"time"

	"rufaa/internal/bundle"
	"rufaa/internal/bundle/bundletest"
	"rufaa/internal/casefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/office/officetest"
	"rufaa/internal/paper/papertest"
)

// All names and texts in these tests are invented.

// papers are the words of every paper in a bundle, by the part's name.
func papers(t *testing.T, raw []byte, man bundle.Manifest) map[string]string {
	t.Helper()
	out := map[string]string{}
	for _, p := range man.Parts {
		if p.Kind != "paper" {
			continue
		}
		sheets, err := papertest.Sheets(bundletest.Part(t, raw, p.Name))
		if err != nil {
			t.Fatalf("%s: %v", p.Name, err)
		}
		out[p.Name] = strings.Join(sheets, "\n")
	}
	return out
}

// What is masked in the data of a bundle is masked on its papers, which are the
// same bytes each time; letters that no font has are printed as their numbers
// and keep no bundle from being made.
func TestThePapersOfABundleNameNobody(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		y := openYard(t, w, "trafficking")
		y.record(exhibit.Facts{Kind: "document", Description: "Ledger of Zawadi \U0001F512 በቀለ"})
		for _, to := range casefile.BundleRecipients {
			_, raw, man := y.drawings(to)
			got := papers(t, raw, man)
			if len(got) != 3 {
				t.Fatalf("%s: %d papers", to, len(got))
			}
			for name, words := range got {
				if strings.Contains(words, "Zawadi") || strings.Contains(words, "Fiktivo") || strings.Contains(words, "Barasa") {
					t.Errorf("%s: %s names somebody: %s", to, name, words)
				}
			}
			second := strings.Join(strings.Fields(got["papers/custody-002.pdf"]), " ")
			for _, want := range []string{"Ledger", bundle.Mask, "[U+1F512]", "DEMO."} {
				if !strings.Contains(second, want) {
					t.Errorf("%s: the paper lacks %q: %s", to, want, second)
				}
			}
		}
		d := &bundle.Dossier{Reference: "INQ-1", Recipient: bundle.Court, Language: "sw", Made: y.Clock.Now()}
		print := func() []bundle.Document {
			broken := false
			list, err := y.Discloser().Papers(d)([]bundle.Exhibit{{ID: "x", Number: "S1/001", Code: "RX-1", Label: "Simu", Status: "kept", Unbroken: &broken,
				Findings: []bundle.Finding{{Flaw: "gap", Breaks: true, Text: "Pengo"}}}}, []bundle.Custody{{Exhibit: "x", At: y.Clock.Now(), From: "A", To: "B", What: "handed"}})
			y.must(err)
			return list
		}
		one, two := print(), print()
		for i := range one {
			if !bytes.Equal(one[i].Bytes, two[i].Bytes) {
				t.Errorf("%s: the same dossier gives other bytes", one[i].Name)
			}
		}
	})
}

// What stands on paper is told as such: the form that somebody without an account
// signed, who says so, and the order by which a thing was destroyed.
func TestPapersAndOrdersAreTold(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		y := openYard(t, w, "trafficking")
		back := y.record(exhibit.Facts{Kind: "other", Description: "A bag (fictional)", Owner: "suspect", OwnerName: ownerName})
		_, err := y.Exhibits.Do(y.ctx, y.lead, back, casefile.Order{}, &exhibit.Return{To: "owner", Name: ownerName, Signed: exhibit.Signed{Digest: strings.Repeat("cd", 32)}, Look: exhibit.Look{Place: "scene"}})
		y.must(err)
		gone := y.record(exhibit.Facts{Kind: "other", Description: "Tape (fictional)"})
		_, err = y.Exhibits.Do(y.ctx, y.lead, gone, casefile.Order{}, &exhibit.Destroy{Order: "MCCR 12/2026", OrderedOn: y.Clock.Now().Format(time.DateOnly), Method: "crushed",
			Witnesses: []string{"A Witness", "B Witness"}, Look: exhibit.Look{Place: "store-nairobi"}})
		y.must(err)
		_, raw, man := y.drawings("court")
		data, got := string(bundletest.Part(t, raw, "custody.json")), papers(t, raw, man)
		words := func(n string) string { return strings.Join(strings.Fields(got["papers/custody-"+n+".pdf"]), " ") }
		for _, want := range []string{`"paper_sha256": "` + strings.Repeat("cd", 32), `"attested": "`, `"order": "MCCR 12/2026"`, `"method": "Crushed"`} {
			if !strings.Contains(data, want) {
				t.Errorf("custody.json lacks %s: %s", want, data)
			}
		}
		if !strings.Contains(words("002"), "signed on paper, SHA-256 cdcdcdcdcdcdcdcd") || !strings.Contains(words("003"), "by order MCCR 12/2026") {
			t.Errorf("the papers tell %s\n%s", words("002"), words("003"))
		}
	})
}

// A place of the register that is protected, the safe of a shelter, is nowhere in
// a bundle: not by its name, and not by its id in the events of who was there.
func TestAProtectedPlaceStandsNowhereInABundle(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		y := openYard(t, w, "trafficking")
		for seal, at := range map[string]string{"KE-5": "store-mtoni", "KE-6": "store-nairobi"} {
			_, err := y.Exhibits.Record(y.ctx, y.lead, y.scene, casefile.Order{}, &exhibit.Record{Facts: exhibit.Facts{Kind: "other", Description: "A bag (fictional)"}, Look: exhibit.Look{Place: at, Seal: seal}})
			y.must(err)
		}
		places := slices.Clone(w.Exhibits.Register.Places)
		defer func() { w.Exhibits.Register.Places = places }()
		for i := range w.Exhibits.Register.Places {
			w.Exhibits.Register.Places[i].Protected = w.Exhibits.Register.Places[i].ID == "store-nairobi"
		}
		for _, to := range casefile.BundleRecipients {
			_, raw, man := y.drawings(to)
			all := string(raw)
			for _, words := range papers(t, raw, man) {
				all += words
			}
			for _, never := range []string{"store-nairobi", "Exhibit store, Demo Investigation Unit"} {
				if strings.Contains(all, never) {
					t.Errorf("%s: the bundle tells %q", to, never)
				}
			}
			if !strings.Contains(all, "store-mtoni") {
				t.Errorf("%s: a place that is not protected is not told", to)
			}
		}
	})
}
