package api

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"net/http"
	"testing"

	"rufaa/internal/evidencefile"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
)

// Over the API: an officer asks for a preview of a photo from a scene of child
// sexual exploitation, and whoever leads the inquiry allows it; sent twice it is
// done once, and nobody else answers.
func TestAPreviewIsAllowedByASecondPerson(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		in := w.post("investigator", "/inquiries", m{"kind": "child-exploitation", "title": "A room (fictional)"}).is(http.StatusCreated).text("id")
		sc := w.post("investigator", "/inquiries/"+in+"/scenes", m{"class": "premises"}).is(http.StatusCreated).text("id")
		w.post("investigator", "/scenes/"+sc+"/roles", m{"staff": w.ids["officer"], "role": "photographer"}).is(http.StatusOK)
		var picture bytes.Buffer
		if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 60, 40))); err != nil {
			t.Fatal(err)
		}
		who := realm.Actor{Principal: policy.Principal{Staff: w.ids["officer"], Agency: "test-police", Duty: "first_responder"}}
		u, err := w.of.Files.Take(context.Background(), who, &evidencefile.Announced{Place: evidencefile.Place{Inquiry: in, Scene: sc}, Kind: "photo", Name: "lock.png"}, &picture)
		if err != nil {
			t.Fatal(err)
		}
		at := "/files/" + u.ID
		if got := w.get("officer", at).is(200).decoded; got["no_preview"] != true || got["preview"] != false {
			t.Fatalf("by default: %v", got)
		}
		w.post("officer", at+"/preview/request", m{"reason": ""}).wrong("reason")
		w.post("manager", at+"/preview/request", m{"reason": "x"}).is(http.StatusNotFound)
		w.post("investigator", at+"/preview/decision", m{"allow": "yes", "reason": "x"}).rule(http.StatusConflict, "file.preview-not-asked")
		for range 2 {
			w.post("officer", at+"/preview/request", m{"reason": "The lock"}, "Idempotency-Key", "ask").is(http.StatusOK)
		}
		for user, want := range map[string]int{"investigator": 1, "officer": 0, "manager": 0} {
			if list := w.get(user, "/preview-requests").is(200).list("files"); len(list) != want {
				t.Errorf("%s is told of %d questions, want %d", user, len(list), want)
			}
		}
		w.post("officer", at+"/preview/decision", m{"allow": "yes", "reason": "x"}).is(http.StatusForbidden)
		w.post("investigator", at+"/preview/decision", m{"allow": "", "reason": "x"}).wrong("allow")
		for range 2 {
			w.post("investigator", at+"/preview/decision", m{"allow": "yes", "reason": "The lock is what it shows"}, "Idempotency-Key", "allow").is(http.StatusOK)
		}
		got := w.get("officer", at).is(200).decoded
		if asked, ok := got["preview_asked"].(map[string]any); !ok || asked["allowed"] != true || got["no_preview"] != false || got["preview"] != true {
			t.Errorf("allowed: %v", got)
		}
	})
}
