package web_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/jpeg"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/evidencefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/hashlist"
	"rufaa/internal/inquiry"
	"rufaa/internal/office/officetest"
	"rufaa/internal/scene"
)

// yard is a scene with one photo, of an inquiry that an investigator leads; a
// case manager is there for the victims.
type yard struct {
	*world
	scene, photo string
	at           string // path of the scene
}

func (w *world) yard() *yard {
	w.t.Helper()
	ctx, lead := context.Background(), w.staff["investigator"]
	in, err := w.Inquiries.Open(ctx, lead, casefile.Order{}, &inquiry.Open{Kind: "trafficking", Title: "Yard (fictional)"})
	w.must(err)
	sc, err := w.Scenes.Open(ctx, lead, in.ID, casefile.Order{}, &scene.Open{Class: "premises"})
	w.must(err)
	_, err = w.Scenes.Do(ctx, lead, sc.ID, casefile.Order{}, &scene.Give{Staff: w.staff["case_manager"].Staff, Role: scene.VictimLiaison})
	w.must(err)
	var b bytes.Buffer
	w.must(jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 640, 480)), nil))
	u, err := w.Files.Take(ctx, lead, &evidencefile.Announced{Place: evidencefile.Place{Inquiry: in.ID, Scene: sc.ID}, Kind: "photo", Name: "yard.jpg"}, &b)
	w.must(err)
	return &yard{w, sc.ID, u.ID, "/scenes/" + sc.ID}
}

func (y *yard) state() *scene.State {
	y.t.Helper()
	s, err := y.Scenes.Load(context.Background(), y.scene)
	y.must(err)
	return s
}

func (y *yard) send(path string, v url.Values) answer {
	y.t.Helper()
	got := y.post("sw", y.token["investigator"], y.at+path, v)
	if strings.Contains(got.body, "⟦") {
		y.t.Errorf("%s: a text is missing: %s", path, regexp.MustCompile("⟦[^⟧]*⟧").FindString(got.body))
	}
	return got
}

var previewLink = regexp.MustCompile(`/files/[0-9a-f-]{36}/preview\?ticket=[^"]+`)

// A cordon and the approach path are drawn on a photo without a script: the
// photo is shown when that is asked for, each press sets a place, and the lines
// say on which picture they stand.
func TestASketchOnAPhotoThroughThePages(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		y := w.yard()
		digest := y.pressed()
		y.seenByWhoMayNot(digest)
		y.printed(true)
		y.lost(digest)
	})
}

// pressed draws a path of two presses.
func (y *yard) pressed() (digest string) {
	y.t.Helper()
	v, err := y.Files.View(context.Background(), y.staff["investigator"], y.photo)
	y.must(err)
	on := "/sketch?on=" + y.photo
	if got := y.get(y.token["investigator"], y.at+"/sketch"); !strings.Contains(got.body, `<option value="`+y.photo) {
		y.t.Fatal("the photo is not offered")
	}
	for _, path := range []string{on, on + "&shown=1"} {
		if got := y.get(y.token["investigator"], y.at+path); got.status != http.StatusOK || !strings.Contains(got.body, v.Digest) || strings.Contains(got.body, "/preview") {
			y.t.Fatalf("%s: %d; the photo is shown unasked, or not named", path, got.status)
		}
	}
	form := url.Values{"on": {y.photo}, "shown": {"1"}}
	got := y.send("/sketch/photo", form)
	if !regexp.MustCompile(`<input type="image"[^>]* name="at" width="280" height="210"`).MatchString(got.body) {
		y.t.Fatalf("shown: %d, and it cannot be pressed", got.status)
	}
	link := strings.ReplaceAll(previewLink.FindString(got.body), "&amp;", "&")
	if pic := y.get(y.token["investigator"], link); pic.status != http.StatusOK || pic.header.Get("Content-Type") != "image/jpeg" {
		y.t.Fatalf("the picture at %s: %d", link, pic.status)
	}
	form.Set("kind", "approach-path")
	if got := y.send("/sketch", adding(form, "at.x", "0", "at.y", "0")); got.status != http.StatusUnprocessableEntity {
		y.t.Errorf("pressed by a key without a place: %d", got.status)
	}
	form.Set("points", "C4")
	got = y.send("/sketch", adding(form, "at.x", "140", "at.y", "13"))
	if got.status != http.StatusOK || !strings.Contains(got.body, "C4 50,6.19</textarea>") || !strings.Contains(got.body, `value="approach-path" selected`) || len(y.state().Marks) != 0 {
		y.t.Fatalf("a press: %d, and what was entered is lost, or something is recorded", got.status)
	}
	form.Set("points", "C4 50,6.19")
	form.Set("_key", "one-press-1")
	for range 2 { // the same form, sent again
		if got = y.send("/sketch", form); got.status != http.StatusOK || !strings.Contains(got.body, `points="25,26.25 50,4.64"`) || !strings.Contains(got.body, `type="image"`) {
			y.t.Fatalf("drawn: %d", got.status)
		}
	}
	marks := y.state().Marks
	if len(marks) != 1 || marks[0].On.SHA256 != v.Digest || marks[0].Points[1] != (scene.XY{X: 5000, Y: 619}) {
		y.t.Fatalf("recorded %+v", marks)
	}
	if got := y.get(y.token["investigator"], y.at+"/sketch?on="+y.NewID()); got.status != http.StatusNotFound {
		y.t.Errorf("a photo that is not there: %d", got.status)
	}
	return v.Digest
}

func adding(v url.Values, more ...string) url.Values {
	out := url.Values{}
	for name := range v {
		out[name] = v[name]
	}
	for i := 0; i < len(more); i += 2 {
		out.Set(more[i], more[i+1])
	}
	return out
}

// seenByWhoMayNot: who is at the scene for the victims sees the lines, and of the
// photo nothing but that it is not hers.
func (y *yard) seenByWhoMayNot(digest string) {
	y.t.Helper()
	token := y.token["case_manager"]
	for _, got := range []answer{y.get(token, y.at+"/sketch?on="+y.photo), y.post("en", token, y.at+"/sketch/photo", url.Values{"on": {y.photo}, "shown": {"1"}})} {
		if got.status != http.StatusOK || !strings.Contains(got.body, "<polyline") || !strings.Contains(got.body, "is not for you") ||
			strings.Contains(got.body, digest) || strings.Contains(got.body, "/preview") || strings.Contains(got.body, "/files/") {
			y.t.Errorf("the liaison: %d, without the lines, or with the photo", got.status)
		}
	}
	for who, want := range map[string]string{"case_manager": "hidden", "investigator": "shown"} {
		var v struct {
			Marks []struct {
				On struct {
					State, File, SHA256 string
					Parts               int
				}
			}
		}
		got := y.get(y.token[who], "/api/v1"+y.at)
		if err := json.Unmarshal([]byte(got.body), &v); err != nil || len(v.Marks) != 1 || v.Marks[0].On.State != want || v.Marks[0].On.Parts != 10000 ||
			(v.Marks[0].On.File != "") != (want == "shown") || (v.Marks[0].On.SHA256 == digest) != (want == "shown") {
			y.t.Errorf("the API tells the %s %+v, %v", who, v, err)
		}
	}
}

// printed tells whether the report holds the photo.
func (y *yard) printed(want bool) {
	y.t.Helper()
	got := y.send("/report", nil)
	if got.status != http.StatusOK || !strings.HasPrefix(got.body, "%PDF") || strings.Contains(got.body, "/Subtype /Image") != want {
		y.t.Errorf("the report: %d, with its photo %v, want %v", got.status, strings.Contains(got.body, "/Subtype /Image"), want)
	}
}

// lost: the photo is destroyed; the lines stay and say so.
func (y *yard) lost(digest string) {
	y.t.Helper()
	_, err := y.HashLists.Import(context.Background(), officetest.Who("barasa.inquiry"), &hashlist.Import{Name: "List of the demonstration", Source: "Invented", Body: strings.NewReader(digest + "\n")})
	y.must(err)
	got := y.get(y.token["investigator"], y.at+"/sketch?on="+y.photo)
	if got.status != http.StatusOK || !strings.Contains(got.body, "is gone") || !strings.Contains(got.body, "<polyline") || !strings.Contains(got.body, digest) || strings.Contains(got.body, `name="points"`) {
		y.t.Errorf("the photo is gone: %d, and nothing says so, or the lines are", got.status)
	}
	if got := y.send("/sketch", url.Values{"on": {y.photo}, "kind": {"lock"}, "points": {"1,1"}}); got.status != http.StatusUnprocessableEntity {
		y.t.Errorf("drawn on what is gone: %d", got.status)
	}
	y.printed(false)
}

// An exhibit lies at a mark on a photo; a step names the exhibits it led to, and
// each page leads to the other.
func TestAnExhibitOnAPhotoAndTheStepItCameOf(t *testing.T) {
	onEach(t, func(t *testing.T, w *world) {
		y := w.yard()
		ctx, lead, token := context.Background(), w.staff["investigator"], w.token["investigator"]
		_, err := w.Scenes.Do(ctx, lead, y.scene, casefile.Order{}, &scene.Draw{Kind: "exhibit", On: y.photo, Points: "30,40", Code: "E1"})
		w.must(err)
		mark := y.state().Marks[0].ID
		if got := w.get(token, y.at+"/exhibits/new"); !strings.Contains(got.body, `<option value="`+mark+`"`) || !strings.Contains(got.body, "Exhibit E1, Photo 1") {
			t.Error("the mark on the photo is not offered")
		}
		tokens := func(mark string) url.Values {
			return url.Values{"kind": {"other"}, "description": {"Tokens (fictional)"}, "place": {"scene"}, "mark": {mark}}
		}
		if got := y.send("/exhibits/new", tokens(w.NewID())); got.status != http.StatusUnprocessableEntity {
			t.Errorf("at a mark that is not there: %d", got.status)
		}
		if got := y.send("/exhibits/new", tokens(mark)); got.status != http.StatusSeeOther {
			t.Fatalf("at the mark: %d %.600s", got.status, got.body)
		}
		_, found, err := w.Exhibits.OfScene(ctx, lead, y.scene)
		w.must(err)
		x := found[0]
		if got := w.get(token, y.at+"/sketch?on="+y.photo); !strings.Contains(got.body, `href="/exhibits/`+x.ID+`">`+x.Number) {
			t.Error("the sketch does not name what lay there")
		}
		y.step(x)
		got := w.get(token, "/exhibits/"+x.ID)
		for _, want := range []string{"/sketch?on=" + y.photo, "Came of the step", y.at + "/steps/tip-scene-1/money-and-counts"} {
			if !strings.Contains(got.body, want) {
				t.Errorf("the exhibit's page lacks %s", want)
			}
		}
		// Later the mark is taken off: what was recorded stays, also in a correction.
		_, err = w.Scenes.Do(ctx, lead, y.scene, casefile.Order{}, &scene.Unmark{Mark: mark})
		w.must(err)
		_, err = w.Exhibits.Do(ctx, lead, x.ID, casefile.Order{}, &exhibit.Correct{Facts: exhibit.Facts{Mark: mark, Packaging: "paper-bag"}, Why: "Packed anew"})
		w.must(err)
		if got := w.get(token, "/exhibits/"+x.ID); !strings.Contains(got.body, "taken off") {
			t.Error("the exhibit's page does not say that its mark was taken off")
		}
	})
}

// added: later the officer adds the mark to what the step led to; what stands
// there is not offered again, and the mark then names its step.
func (y *yard) added(step string, x *exhibit.View) {
	y.t.Helper()
	_, err := y.Scenes.Do(context.Background(), y.staff["investigator"], y.scene, casefile.Order{}, &scene.Draw{Kind: "lock", Points: "10,10", Code: "L1"})
	y.must(err)
	mark := "mark/" + y.state().Marks[1].ID
	got := y.get(y.token["investigator"], y.at+step)
	if !strings.Contains(got.body, `value="`+mark+`"`) || strings.Contains(got.body, `value="exhibit/`+x.ID+`"`) || !strings.Contains(got.body, "Add what it led to") {
		y.t.Error("the page does not offer to add what the step led to, or what it has")
	}
	if got := y.send(step+"/link", url.Values{"made": {"exhibit/" + x.ID}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "tayari kipo") {
		y.t.Errorf("added twice: %d", got.status)
	}
	if got := y.send(step+"/link", url.Values{"made": {mark}, "record": {"OB 12/2026"}}); got.status != http.StatusSeeOther || !strings.HasSuffix(got.header.Get("Location"), step) {
		y.t.Fatalf("added: %d to %s", got.status, got.header.Get("Location"))
	}
	for _, want := range []string{"Lock L1, Sketch", "OB 12/2026", "Added later"} {
		if got := y.get(y.token["investigator"], y.at+step); !strings.Contains(got.body, want) {
			y.t.Errorf("the step does not tell %q", want)
		}
	}
	if s := y.state(); len(s.OriginsOf(scene.MadeMark, s.Marks[1].ID)) != 1 {
		y.t.Error("the mark does not name its step")
	}
}

func (y *yard) step(x *exhibit.View) {
	y.t.Helper()
	step := "/steps/tip-scene-1/money-and-counts"
	for _, p := range []string{"tokens", "ledgers", "cash"} {
		if got := y.send(step+"/answer", url.Values{"prompt": {p}, "answer": {"found"}}); got.status != http.StatusSeeOther {
			y.t.Fatalf("%s: %d", p, got.status)
		}
	}
	if got := y.get(y.token["investigator"], y.at+step); !strings.Contains(got.body, `name="made" type="checkbox" value="exhibit/`+x.ID+`"`) {
		y.t.Error("the exhibit is not offered as what the step led to")
	}
	got := y.send(step+"/done", url.Values{"note": {"Kept words"}})
	if got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "sema kwa nini hakuna") || !strings.Contains(got.body, "Kept words") {
		y.t.Errorf("done without a product and a word: %d", got.status)
	}
	if got := y.send(step+"/done", url.Values{"made": {"exhibit/" + y.NewID()}, "note": {"Kept words"}}); got.status != http.StatusUnprocessableEntity || !strings.Contains(got.body, "si ya eneo hili") {
		y.t.Errorf("with an exhibit that is not there: %d", got.status)
	}
	made := url.Values{"made": {"exhibit/" + x.ID, "file/" + y.photo}}
	if got := y.send(step+"/done", made); got.status != http.StatusSeeOther {
		y.t.Fatalf("done: %d", got.status)
	}
	got = y.get(y.token["investigator"], y.at+step)
	if !strings.Contains(got.body, `href="/exhibits/`+x.ID+`"`) || !strings.Contains(got.body, `href="/files/`+y.photo+`"`) {
		y.t.Error("the step does not lead to what it led to")
	}
	if got := y.get(y.token["investigator"], "/files/"+y.photo); !strings.Contains(got.body, "Came of the step") {
		y.t.Error("the file's page does not name its step")
	}
	y.added(step, x)
	// Who is there for the victims learns of the exhibit or file no more than that.
	got = y.get(y.token["case_manager"], y.at+step)
	if got.status != http.StatusOK || strings.Contains(got.body, y.photo) || !strings.Contains(got.body, "Something that is not for you") {
		y.t.Errorf("the liaison at the step: %d", got.status)
	}
	if got := y.get(y.token["case_manager"], "/api/v1"+y.at); strings.Contains(got.body, y.photo) || !strings.Contains(got.body, `"unknown":`) {
		y.t.Errorf("the API tells the liaison of the file: %.300s", got.body)
	}
}
