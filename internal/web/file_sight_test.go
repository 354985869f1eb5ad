package web_test

import (
	"bytes"
	"context"
	"image"
	"image/jpeg"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/evidencefile"
	"rufaa/internal/inquiry"
	"rufaa/internal/scene"
)

// On the pages, in both languages: the officer who took the photo asks for a
// preview with a reason, the lead reads it and allows it, and takes it back.
func TestAPreviewIsAskedForAndAllowedOnThePages(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		ctx, lead, officer := context.Background(), w.staff["investigator"], w.staff["first_responder"]
		in, err := w.Inquiries.Open(ctx, lead, casefile.Order{}, &inquiry.Open{Kind: "child-exploitation", Title: "Room (fictional)"})
		w.must(err)
		sc, err := w.Scenes.Open(ctx, lead, in.ID, casefile.Order{}, &scene.Open{Class: "premises"})
		w.must(err)
		_, err = w.Scenes.Do(ctx, lead, sc.ID, casefile.Order{}, &scene.Give{Staff: officer.Staff, Role: "photographer"})
		w.must(err)
		var b bytes.Buffer
		w.must(jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 64, 48)), nil))
		u, err := w.Files.Take(ctx, officer, &evidencefile.Announced{Place: evidencefile.Place{Inquiry: in.ID, Scene: sc.ID}, Kind: "photo", Name: "room.jpg"}, &b)
		w.must(err)
		at, mine, theirs := "/files/"+u.ID, w.token["first_responder"], w.token["investigator"]
		says := func(token string, want ...string) {
			t.Helper()
			got := w.get(token, at)
			for _, x := range append(want, "Who may open it", "The inquiry&#39;s team") {
				if got.status != http.StatusOK || !strings.Contains(got.body, x) {
					t.Errorf("the page (%d) does not say %q", got.status, x)
				}
			}
			if strings.Contains(got.body, "⟦") || strings.Contains(got.body, "Investigative interviews") {
				t.Error("a text is missing, or the file is said to be an interview")
			}
		}
		says(mine, "No preview is drawn here", "Ask for a preview", at+"/preview/request")
		if got := w.post("sw", mine, at+"/preview/request", url.Values{}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "Omba onyesho dogo") || strings.Contains(got.body, "⟦") {
			t.Errorf("without a reason: %d", got.status)
		}
		if got := w.post("sw", mine, at+"/preview/request", url.Values{"reason": {"Kanarisababu"}}); got.status != http.StatusSeeOther {
			t.Fatalf("asked: %d %.300s", got.status, got.body)
		}
		says(mine, "Waits for the exhibits officer")
		if got := w.get(mine, at); strings.Contains(got.body, "/preview/decision") {
			t.Error("who asked is offered the answer")
		}
		for token, want := range map[string]bool{theirs: true, mine: false} {
			if got := w.get(token, "/"); strings.Contains(got.body, at+"#preview") != want {
				t.Errorf("my work tells of the question: %v, want %v", !want, want)
			}
		}
		says(theirs, "May a preview be drawn?", at+"/preview/decision")
		if got := w.post("sw", theirs, at+"/open", url.Values{"purpose": {"investigation"}}); !strings.Contains(got.body, "Kanarisababu") || strings.Contains(got.body, "ticket=") {
			t.Errorf("opened: %d, without the reason, or with a picture", got.status)
		}
		if got := w.post("sw", theirs, at+"/preview/decision", url.Values{"reason": {"Sawa"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "Sawa") || strings.Contains(got.body, "⟦") {
			t.Errorf("no answer: %d", got.status)
		}
		if got := w.post("sw", theirs, at+"/preview/decision", url.Values{"allow": {"yes"}, "reason": {"Sawa"}}); got.status != http.StatusSeeOther {
			t.Fatalf("allowed: %d %.300s", got.status, got.body)
		}
		says(mine, "Allowed")
		if got := w.post("en", mine, at+"/open", url.Values{"purpose": {"investigation"}}); !strings.Contains(got.body, "/preview?ticket=") {
			t.Errorf("opened: %d, without the preview", got.status)
		}
		says(theirs, "Take it back")
		if got := w.post("sw", theirs, at+"/preview/decision", url.Values{"allow": {"no"}, "reason": {"Imetosha"}}); got.status != http.StatusSeeOther {
			t.Errorf("taken back: %d", got.status)
		}
		says(mine, "Refused or taken back", "Ask for a preview")
		if got := w.post("en", mine, at+"/open", url.Values{"purpose": {"investigation"}}); strings.Contains(got.body, "ticket=") {
			t.Error("the preview is still shown")
		}
	})
}
