package evidencefile_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/evidencefile"
	"rufaa/internal/hashlist"
	"rufaa/internal/inquiry"
	"rufaa/internal/office/officetest"
	"rufaa/internal/problem"
	"rufaa/internal/scene"
	"rufaa/internal/vault"
)

// tale plays those who work with files. All of them, and all files, are invented.
type tale struct {
	*officetest.World
	t   *testing.T
	ctx context.Context
}

const (
	manager    = "wanjiru.case"
	counsellor = "mwende.counsel"
	supervisor = "baraka.lead"
	stranger   = "fatuma.case"
	detective  = "barasa.inquiry"
	colleague  = "njeri.inquiry"
)

func each(t *testing.T, tell func(s *tale)) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) { tell(&tale{w, t, context.Background()}) })
}

func (s *tale) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *tale) rule(err error, rule string) {
	s.t.Helper()
	var r *problem.Refused
	var d *problem.Denied
	if !(errors.As(err, &r) && r.Rule == rule || errors.As(err, &d) && d.Rule == rule) {
		s.t.Errorf("got %v, want refusal by %s", err, rule)
	}
}

func (s *tale) notThere(err error) {
	s.t.Helper()
	if !errors.Is(err, problem.ErrNotFound) {
		s.t.Errorf("got %v, want not found", err)
	}
}

// aCase is a case of the manager's, of a grown woman or of a girl.
func (s *tale) aCase(age int) string {
	s.t.Helper()
	minor := "no"
	if age < 18 {
		minor = "yes"
	}
	rc, err := s.Cases.Raise(s.ctx, officetest.Who(manager), casefile.Order{}, &casefile.Alert{Holder: "x-tumaini",
		Person: casefile.PersonFacts{Name: "Zuhura Fiktivo", Age: &age, Minor: minor, Sex: "female"}})
	s.must(err)
	_, err = s.Cases.Do(s.ctx, officetest.Who(manager), rc.ID, casefile.Order{}, &casefile.Take{})
	s.must(err)
	_, err = s.Cases.Do(s.ctx, officetest.Who(manager), rc.ID, casefile.Order{}, &casefile.Join{Staff: officetest.Who(counsellor).Staff, Duty: "counsellor"})
	s.must(err)
	return rc.ID
}

// aScene is a scene of an inquiry that the detective leads.
func (s *tale) aScene(cse bool) evidencefile.Place {
	s.t.Helper()
	rc, err := s.Inquiries.Open(s.ctx, officetest.Who(detective), casefile.Order{}, &inquiry.Open{Kind: s.Content.List("inquiry-kinds")[0].ID, Title: "Guest house (fictional)"})
	s.must(err)
	sc, err := s.Scenes.Open(s.ctx, officetest.Who(detective), rc.ID, casefile.Order{}, &scene.Open{Class: "premises", CSE: cse, Point: "-1.2921,36.8219"})
	s.must(err)
	return evidencefile.Place{Inquiry: rc.ID, Scene: sc.ID}
}

func attachment(id string) *evidencefile.Announced {
	return &evidencefile.Announced{Place: evidencefile.Place{Case: id}, Compartment: "care", Kind: "document", Name: "letter.pdf", Note: "From the clinic (fictional)"}
}

func evidence(p evidencefile.Place) *evidencefile.Announced {
	return &evidencefile.Announced{Place: p, Kind: "photo", Name: "IMG_0001.jpg"}
}

// send uploads a content in two pieces.
func (s *tale) send(user string, n *evidencefile.Announced, content []byte) (string, error) {
	n.Size = int64(len(content))
	u, err := s.Files.Begin(s.ctx, officetest.Who(user), n)
	if err != nil {
		return "", err
	}
	half := len(content) / 2
	if _, err := s.Files.Append(s.ctx, officetest.Who(user), u.ID, 0, bytes.NewReader(content[:half]), nil); err != nil {
		return u.ID, err
	}
	v, err := s.Files.Append(s.ctx, officetest.Who(user), u.ID, int64(half), bytes.NewReader(content[half:]), nil)
	if err == nil && !v.Done {
		err = errors.New("sent and not done")
	}
	return u.ID, err
}

func (s *tale) sent(user string, n *evidencefile.Announced, content []byte) string {
	s.t.Helper()
	id, err := s.send(user, n, content)
	s.must(err)
	return id
}

func (s *tale) fetch(user, id, purpose string) ([]byte, error) {
	c, err := s.Files.Content(s.ctx, officetest.Who(user), id, purpose)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	return io.ReadAll(c)
}

// disk is every byte that the realm has written: files, rows, keys.
func (s *tale) disk() []byte {
	s.t.Helper()
	var out []byte
	s.must(filepath.Walk(s.Dir, func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		out = append(out, raw...)
		return err
	}))
	return out
}

func digest(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// listed puts a digest on a list, in the way of the unit that keeps them.
func (s *tale) listed(digests ...string) string {
	s.t.Helper()
	var b bytes.Buffer
	for _, d := range digests {
		fmt.Fprintln(&b, d)
	}
	l, err := s.HashLists.Import(s.ctx, officetest.Who(detective), &hashlist.Import{Name: "List of the demonstration", Source: "Invented", Body: &b})
	s.must(err)
	return l.ID
}

// photo is a JPEG with what a camera writes: time, offset from UTC (or none),
// and a position (or none); held is how it was held, when that is noted.
func photo(t testing.TB, w, h int, taken, offset string, lat, long float64, held ...uint16) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, w, h))
	for i := range img.Pix {
		img.Pix[i] = uint8(i * 7)
	}
	img.Set(0, 0, color.White)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	if taken == "" {
		return b.Bytes()
	}
	app1 := append([]byte("Exif\x00\x00"), tiff(taken, offset, lat, long, held)...)
	head := []byte{0xff, 0xd8, 0xff, 0xe1, byte((len(app1) + 2) >> 8), byte(len(app1) + 2)}
	return append(append(head, app1...), b.Bytes()[2:]...)
}

// tiff writes the three directories that are needed, big-endian.
func tiff(taken, offset string, lat, long float64, held []uint16) []byte {
	type tag struct {
		id, kind uint16
		count    uint32
		data     []byte
	}
	text := func(id uint16, s string) tag { return tag{id, 2, uint32(len(s) + 1), append([]byte(s), 0)} }
	degrees := func(id uint16, v float64) tag {
		var d []byte
		for _, n := range []uint32{uint32(v), 1, uint32((v - float64(uint32(v))) * 60 * 1000), 1000, 0, 1} {
			d = binary.BigEndian.AppendUint32(d, n)
		}
		return tag{id, 5, 3, d}
	}
	write := func(at int, tags []tag) (dir, rest []byte) {
		dir = binary.BigEndian.AppendUint16(nil, uint16(len(tags)))
		behind := at + 2 + 12*len(tags) + 4
		for _, g := range tags {
			dir = binary.BigEndian.AppendUint16(dir, g.id)
			dir = binary.BigEndian.AppendUint16(dir, g.kind)
			dir = binary.BigEndian.AppendUint32(dir, g.count)
			if len(g.data) <= 4 {
				dir = append(dir, append(g.data, make([]byte, 4-len(g.data))...)...)
				continue
			}
			dir = binary.BigEndian.AppendUint32(dir, uint32(behind+len(rest)))
			rest = append(rest, g.data...)
		}
		return binary.BigEndian.AppendUint32(dir, 0), rest
	}
	pointer := func(id uint16, at int) tag { return tag{id, 4, 1, binary.BigEndian.AppendUint32(nil, uint32(at))} }
	camera := []tag{text(0x010f, "Fiktivo"), text(0x0110, "Kamera 1")}
	for _, h := range held {
		camera = append(camera, tag{0x0112, 3, 1, binary.BigEndian.AppendUint16(nil, h)})
	}
	exif := []tag{text(0x9003, taken)}
	if offset != "" {
		exif = append(exif, text(0x9011, offset))
	}
	gps := []tag{}
	if lat != 0 || long != 0 {
		ns, ew := "N", "E"
		if lat < 0 {
			ns, lat = "S", -lat
		}
		if long < 0 {
			ew, long = "W", -long
		}
		gps = []tag{text(1, ns), degrees(2, lat), text(3, ew), degrees(4, long)}
	}
	// Twice: the first round tells how long each directory is.
	var out []byte
	exifAt, gpsAt := 0, 0
	for range 2 {
		out = []byte("MM\x00\x2a\x00\x00\x00\x08")
		dir, rest := write(8, append(slices.Clip(camera), pointer(0x8769, exifAt), pointer(0x8825, gpsAt)))
		out = append(append(out, dir...), rest...)
		exifAt = len(out)
		dir, rest = write(exifAt, exif)
		out = append(append(out, dir...), rest...)
		gpsAt = len(out)
		dir, rest = write(gpsAt, gps)
		out = append(append(out, dir...), rest...)
	}
	return out
}

var _ = vault.Care
