package api

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"net/http"
	"strings"
	"testing"

	"rufaa/internal/evidencefile"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
)

// A field tool draws on a photo of the scene and says what a step led to; what
// is not of the scene is named as wrong, and the description tells of both.
func TestASceneThroughTheAPI(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		in := w.post("investigator", "/inquiries", map[string]any{"kind": "trafficking", "title": "A yard (fictional)"}).is(http.StatusCreated).text("id")
		sc := w.post("investigator", "/inquiries/"+in+"/scenes", map[string]any{"class": "premises"}).is(http.StatusCreated).text("id")
		at := "/scenes/" + sc
		w.post("investigator", at+"/persons", map[string]any{"standing": "victim"}).is(http.StatusOK)
		person := w.get("investigator", at).last("persons", "id")
		var picture bytes.Buffer
		if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 60, 40))); err != nil {
			t.Fatal(err)
		}
		who := realm.Actor{Principal: policy.Principal{Staff: w.ids["investigator"], Agency: "test-dci", Duty: "investigator"}}
		u, err := w.of.Files.Take(context.Background(), who, &evidencefile.Announced{Place: evidencefile.Place{Inquiry: in, Scene: sc}, Kind: "photo", Name: "yard.png"}, &picture)
		if err != nil {
			t.Fatal(err)
		}
		draw := func(on string) *reply {
			return w.post("investigator", at+"/marks", map[string]any{"kind": "approach-path", "on": on, "points": "12.34,50 C4"})
		}
		draw(in).wrong("on")
		draw("").wrong("points") // of the plain sketch points are whole
		draw(u.ID).is(http.StatusOK)
		marks := w.get("investigator", at).list("marks")
		on := marks[0]["on"].(map[string]any)
		if on["file"] != u.ID || on["state"] != "shown" || len(on["sha256"].(string)) != 64 || on["parts"] != 10000.0 || on["width"] != 60.0 {
			t.Errorf("the mark stands on %+v", on)
		}
		done := func(made ...string) *reply {
			return w.post("investigator", at+"/steps/done", map[string]any{"guide": "tip-scene-1", "step": "cordon", "made": made})
		}
		done().wrong("nothing")
		done("person/" + in).wrong("made")
		mark := marks[0]["id"].(string)
		done("mark/"+mark, "file/"+u.ID, "person/"+person).is(http.StatusOK)
		raw := string(w.get("investigator", at).is(http.StatusOK).raw)
		for _, want := range []string{`{"kind":"mark","id":"` + mark + `"}`, `{"kind":"file","id":"` + u.ID + `"}`, `{"kind":"person","id":"` + person + `"}`} {
			if !strings.Contains(raw, want) {
				t.Errorf("the scene lacks %s: %s", want, raw)
			}
		}
	})
}

// What a step led to is added after it was done, also when the scene was
// released: beside what was told then, of this scene only, and once.
func TestWhatAStepLedToIsAddedLater(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		_, sc := w.evidenceScene()
		at := "/scenes/" + sc
		link := func(user string, in m) *reply {
			return w.post(user, at+"/steps/links", with(in, "guide", "tip-scene-1", "step", "cordon"))
		}
		taken := func() string {
			return w.post("investigator", at+"/exhibits", m{"kind": "other", "description": "Tape (fictional)", "place": "scene"}).is(http.StatusCreated).text("id")
		}
		first, late := taken(), taken()
		link("investigator", m{"made": []string{"exhibit/" + first}}).rule(http.StatusConflict, "scene.link-after-done")
		w.post("investigator", at+"/steps/done", m{"guide": "tip-scene-1", "step": "cordon", "made": []string{"exhibit/" + first}}).is(http.StatusOK)
		link("investigator", m{}).wrong("made")
		link("investigator", m{"made": []string{"exhibit/" + first}}).wrong("made") // stands there already
		link("investigator", m{"made": []string{"exhibit/" + w.ids["officer"]}}).wrong("made")
		link("manager", m{"made": []string{"exhibit/" + late}}).is(http.StatusNotFound)
		for _, s := range w.of.Content.Guide("tip-scene-1").Steps {
			if s.ID != "cordon" {
				w.post("investigator", at+"/steps/skipped", m{"guide": "tip-scene-1", "step": s.ID, "reason": "no-means"}).is(http.StatusOK)
			}
		}
		w.post("investigator", at+"/release", m{"to": "owner", "name": "The tenant (fictional)"}).is(http.StatusOK)
		before := w.get("investigator", at).list("guides")[0]["settled"].([]any)[0].(map[string]any)
		for range 2 { // the same, sent again
			w.post("officer", at+"/steps/links", m{"guide": "tip-scene-1", "step": "cordon", "made": []string{"exhibit/" + late}, "record": "OB 7"}, "Idempotency-Key", "link-1").is(http.StatusOK)
		}
		after := w.get("investigator", at).list("guides")[0]["settled"].([]any)[0].(map[string]any)
		made, linked := after["made"].([]any), after["linked"].([]any)
		if len(made) != 2 || len(linked) != 1 || linked[0].(map[string]any)["record"] != "OB 7" || linked[0].(map[string]any)["staff"] != w.ids["officer"] {
			t.Errorf("after: %+v", after)
		}
		if after["staff"] != before["staff"] || after["at"] != before["at"] || after["record"] != nil {
			t.Errorf("what was told is rewritten: %+v, was %+v", after, before)
		}
	})
}
