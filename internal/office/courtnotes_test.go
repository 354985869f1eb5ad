package office_test

import (
	"bytes"
	"strings"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/office/officetest"
	"rufaa/internal/scene"
)

// All names and texts in these tests are invented.

// A note of a mark goes with its sketch, tied to its ciphertext, where what is of
// the inquiry goes. Of a victim's scene it goes where an account does: not to the
// defence; and nobody reads there where she was found.
func TestNotesOfMarksGoByCompartment(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		y := openYard(t, w, "trafficking")
		y.must(y.draw(scene.Draw{Kind: "lock", Points: "50,50", Code: "L1", Note: "Bolt on the outside"}))
		home, err := w.Scenes.Open(y.ctx, y.lead, y.inquiry, casefile.Order{}, &scene.Open{Class: "victim", Address: "House 12, Mtaakanari"})
		y.must(err)
		_, err = w.Scenes.Do(y.ctx, y.lead, home.ID, casefile.Order{}, &scene.Draw{Kind: "person", Points: "10,10", Note: "She lay here, in MTAAKANARI"})
		y.must(err)
		for _, to := range casefile.BundleRecipients {
			got, raw, man := y.drawings(to)
			all := strings.Join(got, "\n")
			if !strings.Contains(all, "Bolt on the outside") || !bytes.Contains(raw, []byte(`"field": "scene.mark"`)) {
				t.Errorf("%s: the note is missing", to)
			}
			hers := strings.Contains(all, "She lay here, in █████")
			if want := to != "defence"; hers != want || (closed(man, "note", "compartment") == 1) == want {
				t.Errorf("%s: the note of her scene goes: %v, %+v", to, hers, man.Closed)
			}
			if strings.Contains(strings.ToLower(string(raw)), "mtaakanari") {
				t.Errorf("%s: where she was found stands in the bundle", to)
			}
		}
	})
}
