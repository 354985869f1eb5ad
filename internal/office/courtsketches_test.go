package office_test

import (
	"bytes"
	"context"
	"encoding/xml"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"slices"
	"strings"
	"testing"

	"rufaa/internal/bundle"
	"rufaa/internal/bundle/bundletest"
	"rufaa/internal/casefile"
	"rufaa/internal/evidencefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/hashlist"
	"rufaa/internal/inquiry"
	"rufaa/internal/office/officetest"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/scene"
)

// All names and texts in these tests are invented.

const ownerName = "Zawadi Fiktivo"

// yard is a scene of an inquiry that an investigator leads; something of an
// owner with a name was taken up there.
type yard struct {
	*officetest.World
	t       *testing.T
	ctx     context.Context
	lead    realm.Actor
	inquiry string
	scene   string
}

func openYard(t *testing.T, w *officetest.World, kind string) *yard {
	t.Helper()
	y := &yard{World: w, t: t, ctx: context.Background(), lead: officetest.Who("barasa.inquiry")}
	in, err := w.Inquiries.Open(y.ctx, y.lead, casefile.Order{}, &inquiry.Open{Kind: kind, Title: "A yard (fictional)"})
	y.must(err)
	sc, err := w.Scenes.Open(y.ctx, y.lead, in.ID, casefile.Order{}, &scene.Open{Class: "premises"})
	y.must(err)
	y.inquiry, y.scene = in.ID, sc.ID
	_, err = w.Scenes.Do(y.ctx, y.lead, y.scene, casefile.Order{}, &scene.Give{Staff: y.lead.Staff, Role: scene.ExhibitsOfficer})
	y.must(err)
	y.record(exhibit.Facts{Kind: "other", Description: "Client tokens (fictional)", Owner: "suspect", OwnerName: ownerName})
	return y
}

func (y *yard) must(err error) {
	y.t.Helper()
	if err != nil {
		y.t.Fatalf("%v %+v", err, problemFields(err))
	}
}

func problemFields(err error) []problem.Field {
	var in *problem.Invalid
	if errors.As(err, &in) {
		return in.Fields
	}
	return nil
}

func (y *yard) record(f exhibit.Facts) string {
	y.t.Helper()
	rc, err := y.Exhibits.Record(y.ctx, y.lead, y.scene, casefile.Order{}, &exhibit.Record{Facts: f, Look: exhibit.Look{Place: "scene"}})
	y.must(err)
	return rc.ID
}

// photo takes in a picture of the scene, perhaps of an exhibit.
func (y *yard) photo(exhibit string, grey byte) string {
	y.t.Helper()
	img := image.NewGray(image.Rect(0, 0, 64, 48))
	for i := range img.Pix {
		img.Pix[i] = grey
	}
	var b bytes.Buffer
	y.must(jpeg.Encode(&b, img, nil))
	u, err := y.Files.Take(y.ctx, y.lead, &evidencefile.Announced{Place: evidencefile.Place{Inquiry: y.inquiry, Scene: y.scene, Exhibit: exhibit},
		Kind: "photo", Name: "yard.jpg"}, &b)
	y.must(err)
	return u.ID
}

func (y *yard) draw(d scene.Draw) error {
	_, err := y.Scenes.Do(y.ctx, y.lead, y.scene, casefile.Order{}, &d)
	return err
}

// drawings makes a bundle and gives the sketches in it, which verify with all
// the rest, and the whole of it.
func (y *yard) drawings(to string, chosen ...string) (list []string, raw []byte, man bundle.Manifest) {
	y.t.Helper()
	made, err := y.Discloser().MakeInquiry(y.ctx, y.lead, y.inquiry, &casefile.MakeBundle{Recipient: to, Purpose: "prosecution", Files: chosen})
	y.must(err)
	var file bytes.Buffer
	_, err = made.WriteTo(&file)
	y.must(err)
	r, err := bundle.Verify(file.Bytes())
	y.must(err)
	for _, p := range r.Parts {
		if p.Kind == "sketch" {
			list = append(list, string(bundletest.Part(y.t, file.Bytes(), p.Name)))
		}
	}
	return list, file.Bytes(), r.Manifest
}

// closed tells how many of something stay closed for a reason.
func closed(man bundle.Manifest, what, reason string) int {
	for _, c := range man.Closed {
		if c.What == what && c.Reason == reason {
			return c.Count
		}
	}
	return 0
}

// The court is given the sketch drawn, plain and on the photo that was chosen;
// a name that somebody wrote beside a mark is masked for everybody.
func TestABundleCarriesTheSketchDrawn(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		y := openYard(t, w, "trafficking")
		photo := y.photo("", 90)
		y.must(y.draw(scene.Draw{Kind: "outer-cordon", Points: "10,10 90,10 90,80", Code: "A", Note: "Bolt on the outside, shut by Zawadi"}))
		y.must(y.draw(scene.Draw{Kind: "person", Points: "40,40", Code: "Zawadi"}))
		y.must(y.draw(scene.Draw{Kind: "approach-path", On: photo, Points: "12.5,50 C4", Code: "P1"}))
		s, err := w.Scenes.Load(y.ctx, y.scene)
		y.must(err)
		_, err = w.Scenes.Do(y.ctx, y.lead, y.scene, casefile.Order{}, &scene.Unmark{Mark: s.Marks[0].ID})
		y.must(err)
		for _, to := range casefile.BundleRecipients {
			got, raw, man := y.drawings(to, photo)
			if len(got) != 2 {
				t.Fatalf("%s: %d sketches", to, len(got))
			}
			for _, svg := range got {
				wellFormed(t, svg)
			}
			for _, want := range []string{"10,10 90,10 90,80", "taken off", "Where a person was found " + bundle.Mask, "Bolt on the outside,", "shut by " + bundle.Mask, s.Ref} {
				if !strings.Contains(got[0], want) {
					t.Errorf("%s: the plain sketch lacks %q: %s", to, want, got[0])
				}
			}
			if strings.Contains(got[0], "<polygon") || strings.Contains(got[0], "<image") {
				t.Errorf("%s: what was taken off is drawn, or a photo is", to)
			}
			for _, want := range []string{`href="data:image/jpeg;base64,`, s.Grounds()[0].SHA256, `points="12.5,37.5 25,26.25"`, "stroke-dasharray"} {
				if !strings.Contains(got[1], want) {
					t.Errorf("%s: the sketch on the photo lacks %q", to, want)
				}
			}
			if bytes.Contains(raw, []byte("Zawadi")) {
				t.Errorf("%s: the bundle tells a name", to)
			}
			if closed(man, "ground", "choice") != 0 {
				t.Errorf("%s: %+v", to, man.Closed)
			}
		}
		if lines, err := w.Files.WhoOpened(y.ctx, y.lead, photo); err != nil || !slices.ContainsFunc(lines, func(o evidencefile.Opening) bool {
			return o.What == "preview" && o.Staff == y.lead.Staff && o.Purpose == "prosecution"
		}) {
			t.Errorf("the opening of the photo is not recorded: %+v %v", lines, err)
		}
	})
}

func wellFormed(t *testing.T, svg string) {
	t.Helper()
	dec := xml.NewDecoder(strings.NewReader(svg))
	for {
		if _, err := dec.Token(); err == io.EOF {
			return
		} else if err != nil {
			t.Fatalf("no drawing: %v in %.200s", err, svg)
		}
	}
}

// A photo that nobody chose or that is gone is not under its lines; the lines
// say why, and it is counted. At a scene of child sexual exploitation nothing is
// drawn on at all, and no picture of it stands in a sketch.
func TestAPhotoThatMayNotGoIsNotUnderItsLines(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		y := openYard(t, w, "trafficking")
		plain, gone := y.photo("", 10), y.photo("", 30)
		for _, on := range []string{plain, gone} {
			y.must(y.draw(scene.Draw{Kind: "lock", On: on, Points: "50,50"}))
		}
		v, err := w.Files.View(y.ctx, y.lead, gone)
		y.must(err)
		_, err = w.HashLists.Import(y.ctx, y.lead, &hashlist.Import{Name: "List", Source: "Invented", Body: strings.NewReader(v.Digest + "\n")})
		y.must(err)
		got, _, man := y.drawings("court", gone)
		if len(got) != 2 || closed(man, "ground", "choice") != 1 || closed(man, "ground", "destroyed") != 1 {
			t.Fatalf("%d sketches, %+v", len(got), man.Closed)
		}
		for i, why := range []string{"Not chosen", "Destroyed"} {
			if strings.Contains(got[i], "<image") || !strings.Contains(got[i], why) || !strings.Contains(got[i], "<circle") {
				t.Errorf("%s: %s", why, got[i])
			}
		}
		p, err := w.Discloser().PreviewInquiry(y.ctx, y.lead, y.inquiry, &casefile.MakeBundle{Recipient: "court", Purpose: "prosecution"})
		if err != nil || closed(bundle.Manifest{Closed: p.Closed}, "ground", "choice") != 1 {
			t.Errorf("the preview does not tell of it: %+v %v", p, err)
		}
		c := openYard(t, w, "child-exploitation")
		shut := c.photo("", 40)
		if err := c.draw(scene.Draw{Kind: "lock", On: shut, Points: "50,50"}); err == nil {
			t.Error("drawn on a photo without a preview")
		}
		c.must(c.draw(scene.Draw{Kind: "lock", Points: "50,50"}))
		if got, _, _ := c.drawings("court", shut); len(got) != 1 || strings.Contains(got[0], "<image") {
			t.Errorf("a picture from a scene of child sexual exploitation is shown: %d", len(got))
		}
	})
}
