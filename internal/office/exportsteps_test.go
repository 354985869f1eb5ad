package office_test

import (
	"strings"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/office/officetest"
	"rufaa/internal/scene"
)

// The export for forensic tools holds the guided steps: done with what it led to,
// skipped with its reason, and what was added later; nothing that is sealed and
// nobody at the scene.
func TestTheExportHoldsTheGuidedSteps(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		y := openYard(t, w, "trafficking")
		do := func(c scene.Command) {
			t.Helper()
			_, err := w.Scenes.Do(y.ctx, y.lead, y.scene, casefile.Order{}, c)
			y.must(err)
		}
		of := func(step string) scene.OfGuide { return scene.OfGuide{Guide: "tip-scene-1", Step: step} }
		first, late := y.record(exhibit.Facts{Kind: "other", Description: "Tape"}), y.record(exhibit.Facts{Kind: "other", Description: "Tape"})
		do(&scene.Arrive{Standing: "victim"})
		s, err := w.Scenes.Load(y.ctx, y.scene)
		y.must(err)
		do(&scene.DoStep{OfGuide: of("cordon"), Product: scene.Product{Made: []string{"exhibit/" + first, "person/" + s.Persons[0].ID}, Record: "KANARI-RECORD"}, Note: "KANARI-NOTE"})
		do(&scene.LinkStep{OfGuide: of("cordon"), Made: []string{"exhibit/" + late}})
		do(&scene.SkipStep{OfGuide: of(w.Content.Guide("tip-scene-1").Steps[len(w.Content.Guide("tip-scene-1").Steps)-1].ID), Reason: "no-means", Note: "KANARI-WHY"})
		_, raw, err := w.ExportInquiry(y.ctx, y.lead, y.inquiry)
		y.must(err)
		text := string(raw)
		for _, want := range []string{`"guided-step-done"`, `"guided-step-skipped"`, `"guided-step-added-to"`, "(no-means)", w.Content.Guide("tip-scene-1").Step("cordon").Title.In("en")} {
			if !strings.Contains(text, want) {
				t.Errorf("the export lacks %s", want)
			}
		}
		for _, never := range []string{"KANARI", s.Persons[0].ID, ownerName} {
			if strings.Contains(text, never) {
				t.Errorf("the export tells %s", never)
			}
		}
		_, found, err := w.Exhibits.OfScene(y.ctx, y.lead, y.scene)
		y.must(err)
		if len(found) != 3 || strings.Count(text, `"case-investigation:ProvenanceRecord"`) != 5 { // of three exhibits, of the step and of the addition
			t.Errorf("%d exhibits, %d provenance records", len(found), strings.Count(text, `"case-investigation:ProvenanceRecord"`))
		}
	})
}
