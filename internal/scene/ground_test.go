package scene_test

import (
	"bytes"
	"errors"
	"image"
	"image/jpeg"
	"io"
	"slices"
	"strings"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/evidencefile"
	"rufaa/internal/hashlist"
	"rufaa/internal/inquiry"
	"rufaa/internal/office"
	"rufaa/internal/office/officetest"
	"rufaa/internal/problem"
	"rufaa/internal/scene"
)

// photo is a picture of so many pixels, unlike any other of another size.
func photo(t *testing.T, w, h int) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = uint8(i * 7)
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// kept takes a file in, and gives its id.
func (s *tale) kept(user string, n evidencefile.Announced, content []byte) string {
	s.t.Helper()
	u, err := s.Files.Take(s.ctx, officetest.Who(user), &n, bytes.NewReader(content))
	s.must(err)
	return u.ID
}

func (s *tale) here() evidencefile.Place {
	return evidencefile.Place{Inquiry: s.inquiry, Scene: s.scene}
}

func (s *tale) wrong(user string, cmd scene.Command, field, key string) {
	s.t.Helper()
	var in *problem.Invalid
	err := s.do(user, cmd)
	if !errors.As(err, &in) || !slices.ContainsFunc(in.Fields, func(f problem.Field) bool { return f.Name == field && f.Key == key }) {
		s.t.Fatalf("%s: %T: got %v, want %s wrong as %s", user, cmd, err, field, key)
	}
}

func (s *tale) ground(user, file, want string) {
	s.t.Helper()
	got, _, err := s.Ground(s.ctx, officetest.Who(user), s.scene, file)
	s.must(err)
	if got != want {
		s.t.Fatalf("to %s the photo is %s, want %s", user, got, want)
	}
}

// Cordons and the common approach path are drawn on a photo of the villa. The
// record names the picture by its digest; the picture itself is what it was.
func TestASketchStandsOnAPhoto(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		s := opened(t, w)
		s.ok(officer, &scene.Give{Staff: id(liaison), Role: scene.VictimLiaison})
		picture := photo(t, 640, 480)
		yard := s.kept(officer, evidencefile.Announced{Place: s.here(), Kind: "photo", Name: "yard.jpg"}, picture)
		s.ok(officer, &scene.Draw{Kind: "approach-path", On: yard, Points: "12.34,50 C4 j10"}, &scene.Draw{Kind: "inner-cordon", Points: "10,10 90,10 C4"})
		v, err := s.Files.View(s.ctx, officetest.Who(officer), yard)
		s.must(err)
		marks := s.state().Marks
		if on := marks[0].On; on == nil || *on != (scene.Ground{File: yard, SHA256: v.Digest, Width: 640, Height: 480, Parts: scene.PhotoParts}) {
			t.Fatalf("the path is drawn on %+v, not on %s", on, v.Digest)
		}
		if want := []scene.XY{{X: 1234, Y: 5000}, {X: 2500, Y: 3500}, {X: 9500, Y: 9500}}; !slices.Equal(marks[0].Points, want) {
			t.Errorf("the path runs over %+v, want %+v", marks[0].Points, want)
		}
		if marks[1].On != nil || marks[1].Points[2] != (scene.XY{X: 25, Y: 35}) {
			t.Errorf("the plain sketch holds %+v", marks[1])
		}
		if st := s.state(); len(st.MarksOn(yard)) != 1 || len(st.MarksOn("")) != 1 || len(st.Grounds()) != 1 {
			t.Errorf("the two sketches hold %d and %d marks", len(st.MarksOn(yard)), len(st.MarksOn("")))
		}
		in, err := s.Files.Content(s.ctx, officetest.Who(officer), yard, inquiry.Purpose)
		s.must(err)
		raw, err := io.ReadAll(in)
		s.must(err)
		in.Close()
		if !bytes.Equal(raw, picture) {
			t.Error("the photo was altered")
		}
		s.wrong(officer, &scene.Draw{Kind: "lock", Points: "12.34,50"}, "points", "scene.error.points")
		s.wrong(officer, &scene.Draw{Kind: "lock", On: yard, Points: "12.345,50"}, "points", "scene.error.points_photo")
		s.wrong(officer, &scene.Draw{Kind: "lock", On: yard, Points: "100.01,50"}, "points", "scene.error.points_photo")
		s.ground(officer, yard, office.GroundShown)
		s.ground(liaison, yard, office.GroundHidden) // sees the lines, not the evidence
		s.ground(exhibits, yard, office.GroundHidden)
		s.photosThatAreNoGround()
		s.rebuilt()
	})
}

// Only a photo of this very scene that its readers may see lies under a sketch.
func (s *tale) photosThatAreNoGround() {
	s.t.Helper()
	other, err := s.Scenes.Open(s.ctx, officetest.Who(lead), s.inquiry, casefile.Order{}, &scene.Open{Class: "vehicle"})
	s.must(err)
	foreign, err := s.Inquiries.Open(s.ctx, officetest.Who(exhibits), casefile.Order{}, &inquiry.Open{Kind: "trafficking", Title: "Another"})
	s.must(err)
	for _, none := range []string{
		s.kept(lead, evidencefile.Announced{Place: evidencefile.Place{Inquiry: s.inquiry, Scene: other.ID}, Kind: "photo", Name: "a.jpg"}, photo(s.t, 40, 30)),
		s.kept(lead, evidencefile.Announced{Place: evidencefile.Place{Inquiry: s.inquiry}, Kind: "photo", Name: "b.jpg"}, photo(s.t, 41, 30)),
		s.kept(exhibits, evidencefile.Announced{Place: evidencefile.Place{Inquiry: foreign.ID}, Kind: "photo", Name: "c.jpg"}, photo(s.t, 42, 30)),
		s.kept(officer, evidencefile.Announced{Place: s.here(), Kind: "document", Name: "d.jpg"}, photo(s.t, 43, 30)),
		s.NewID(), "x",
	} {
		s.wrong(officer, &scene.Draw{Kind: "lock", On: none, Points: "1,1"}, "on", "scene.error.photo")
	}
	// No preview is drawn of what is no picture, or where a child was harmed.
	broken := s.kept(officer, evidencefile.Announced{Place: s.here(), Kind: "photo", Name: "e.jpg"}, []byte("no picture"))
	s.refused(officer, &scene.Draw{Kind: "lock", On: broken, Points: "1,1"}, "scene.photo-not-shown")
	child, err := s.Scenes.Open(s.ctx, officetest.Who(lead), s.inquiry, casefile.Order{}, &scene.Open{Class: "premises", CSE: true})
	s.must(err)
	first := s.scene
	s.scene = child.ID
	room := s.kept(lead, evidencefile.Announced{Place: s.here(), Kind: "photo", Name: "f.jpg"}, photo(s.t, 44, 30))
	s.refused(lead, &scene.Draw{Kind: "bed", On: room, Points: "1,1"}, "scene.photo-not-shown")
	s.scene = first
}

// The photo turns out to stand on a list of known abuse material and is
// destroyed. What was drawn on it stays in the record, and says that its ground
// is gone.
func TestTheSketchStaysWhenItsGroundIsGone(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		s := opened(t, w)
		yard := s.kept(officer, evidencefile.Announced{Place: s.here(), Kind: "photo", Name: "yard.jpg"}, photo(t, 64, 48))
		s.ok(officer, &scene.Draw{Kind: "lock", On: yard, Points: "50,50", Code: "A"})
		digest := s.state().Marks[0].On.SHA256
		_, err := s.HashLists.Import(s.ctx, officetest.Who(lead), &hashlist.Import{Name: "List of the demonstration", Source: "Invented", Body: strings.NewReader(digest + "\n")})
		s.must(err)
		s.ground(officer, yard, office.GroundGone)
		if m := s.state().MarksOn(yard); len(m) != 1 || m[0].On.SHA256 != digest || m[0].Percent(m[0].Points[0].X) != "50" {
			t.Fatalf("the sketch holds %+v", m)
		}
		s.wrong(officer, &scene.Draw{Kind: "lock", On: yard, Points: "1,1"}, "on", "scene.error.photo")
		s.ok(officer, &scene.Unmark{Mark: s.state().Marks[0].ID})
	})
}

// held adds to a photo what a telephone notes that is held upright: the pixels
// lie on their side (Exif, orientation 6).
func held(picture []byte) []byte {
	note := "Exif\x00\x00MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00"
	head := append([]byte{0xff, 0xd8, 0xff, 0xe1, 0, byte(len(note) + 2)}, note...)
	return append(head, picture[2:]...)
}

// A photo that was taken with the telephone upright is drawn on upright: points
// count its width and height as one sees it.
func TestAPhotoHeldUprightIsDrawnOnUpright(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		s := opened(t, w)
		door := s.kept(officer, evidencefile.Announced{Place: s.here(), Kind: "photo", Name: "door.jpg"}, held(photo(t, 640, 480)))
		s.ok(officer, &scene.Draw{Kind: "lock", On: door, Points: "50,50", Code: "A"})
		if g := s.state().Marks[0].On; g == nil || g.Width != 480 || g.Height != 640 || g.Turn != 6 {
			t.Errorf("the lock is drawn on %+v", g)
		}
		s.rebuilt()
	})
}
