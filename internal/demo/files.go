package demo

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"time"

	"rufaa/internal/evidencefile"
	"rufaa/internal/paper"
)

// files adds to the villa's scene what a photographer brings: two drawn
// pictures with what a camera writes, one of which was set two hours wrong and
// stood elsewhere, a covered copy of the first, and a short paper. Nothing in
// them shows anybody. It gives the first picture, of a door.
func (t *teller) files(ctx context.Context, inquiryID, sceneID string) (door string, err error) {
	lead := Actor("barasa.inquiry")
	at := evidencefile.Place{Inquiry: inquiryID, Scene: sceneID}
	add := func(n *evidencefile.Announced, content []byte, err error) (string, error) {
		if err != nil {
			return "", fmt.Errorf("%s: %w", n.Name, err)
		}
		t.later(3 * time.Minute)
		u, err := t.of.Files.Take(ctx, lead, n, bytes.NewReader(content))
		if err != nil {
			return "", fmt.Errorf("%s: %w", n.Name, err)
		}
		return u.ID, nil
	}
	lock, err := drawn(t.now, -3.9412, 39.7401, false)
	door, err = add(&evidencefile.Announced{Place: at, Kind: "photo", Name: "IMG_0041.jpg", Note: "Padlock on the outside of the back room (drawn for the demonstration)."}, lock, err)
	if err != nil {
		return "", err
	}
	far, err := drawn(t.now.Add(-6*time.Hour), -3.9702, 39.7512, false)
	if _, err := add(&evidencefile.Announced{Place: at, Kind: "photo", Name: "IMG_0042.jpg", Note: "The same, with a camera whose clock was not set (drawn for the demonstration)."}, far, err); err != nil {
		return "", err
	}
	covered, err := drawn(time.Time{}, 0, 0, true)
	if _, err := add(&evidencefile.Announced{Parent: door, Kind: "redaction", Tool: "Ficha 1.2 (fictional)", Name: "IMG_0041-covered.jpg", Note: "The door's number is covered."}, covered, err); err != nil {
		return "", err
	}
	p := paper.Begin(paper.A4, "Rent book, first page (fictional)", "en", "DEMONSTRATION", "", t.now)
	p.Heading(1, "Rent book, first page (fictional)")
	p.Text("Beds: 3. Paid by the house: 41 tokens. Owed by each: see the strokes.")
	sheet, err := p.Bytes()
	_, err = add(&evidencefile.Announced{Place: at, Kind: "document", Name: "rent-book.pdf", Note: "Scanned at the scene; invented."}, sheet, err)
	return door, err
}

// drawn is a picture of a door with a padlock, as a JPEG. With a time a camera
// has written time, zone and position into it.
func drawn(taken time.Time, lat, long float64, covered bool) ([]byte, error) {
	img := image.NewRGBA(image.Rect(0, 0, 640, 420))
	fill := func(r image.Rectangle, c color.RGBA) { draw.Draw(img, r, image.NewUniform(c), image.Point{}, draw.Src) }
	fill(img.Rect, color.RGBA{214, 203, 182, 255})                       // wall
	fill(image.Rect(210, 40, 430, 420), color.RGBA{92, 64, 44, 255})     // door
	fill(image.Rect(222, 52, 418, 220), color.RGBA{112, 80, 56, 255})    // panel
	fill(image.Rect(398, 226, 452, 238), color.RGBA{120, 124, 130, 255}) // hasp
	fill(image.Rect(412, 236, 444, 272), color.RGBA{176, 148, 62, 255})  // padlock
	fill(image.Rect(290, 80, 350, 110), color.RGBA{236, 236, 230, 255})  // number plate
	fill(image.Rect(0, 404, 640, 420), color.RGBA{140, 130, 116, 255})   // floor
	if covered {
		fill(image.Rect(280, 72, 360, 118), color.RGBA{0, 0, 0, 255})
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 80}); err != nil || taken.IsZero() {
		return b.Bytes(), err
	}
	written := append([]byte("Exif\x00\x00"), camera(taken, lat, long)...)
	out := append([]byte{0xff, 0xd8, 0xff, 0xe1}, binary.BigEndian.AppendUint16(nil, uint16(len(written)+2))...)
	return append(append(out, written...), b.Bytes()[2:]...), nil
}

// entry is one entry of a TIFF directory.
type entry struct {
	id, kind uint16
	count    uint32
	data     []byte
}

// camera writes what a camera writes (Exif 2.32: TIFF directories, big-endian):
// make, model, time with its zone, and position south and east.
func camera(taken time.Time, lat, long float64) []byte {
	text := func(id uint16, s string) entry { return entry{id, 2, uint32(len(s) + 1), append([]byte(s), 0)} }
	pointer := func(id uint16, at int) entry { return entry{id, 4, 1, binary.BigEndian.AppendUint32(nil, uint32(at))} }
	degrees := func(id uint16, v float64) entry {
		v = max(v, -v)
		var d []byte
		for _, n := range []uint32{uint32(v), 1, uint32((v - float64(uint32(v))) * 60_000), 1000, 0, 1} {
			d = binary.BigEndian.AppendUint32(d, n)
		}
		return entry{id, 5, 3, d}
	}
	local := taken.In(time.FixedZone("EAT", 3*60*60))
	exif := []entry{text(0x9003, local.Format("2006:01:02 15:04:05")), text(0x9011, "+03:00")}
	gps := []entry{text(1, "S"), degrees(2, lat), text(3, "E"), degrees(4, long)}
	var out []byte
	exifAt, gpsAt := 0, 0
	for range 2 { // the first round tells how long each directory is
		out = directory([]byte("MM\x00\x2a\x00\x00\x00\x08"), []entry{text(0x010f, "Kamera"), text(0x0110, "Mfano 1 (fictional)"), pointer(0x8769, exifAt), pointer(0x8825, gpsAt)})
		exifAt = len(out)
		out = directory(out, exif)
		gpsAt = len(out)
		out = directory(out, gps)
	}
	return out
}

// directory appends a directory, and behind it what does not fit into its
// entries.
func directory(out []byte, entries []entry) []byte {
	behind := len(out) + 2 + 12*len(entries) + 4
	var rest []byte
	out = binary.BigEndian.AppendUint16(out, uint16(len(entries)))
	for _, e := range entries {
		out = binary.BigEndian.AppendUint16(out, e.id)
		out = binary.BigEndian.AppendUint16(out, e.kind)
		out = binary.BigEndian.AppendUint32(out, e.count)
		if len(e.data) <= 4 {
			out = append(append(out, e.data...), make([]byte, 4-len(e.data))...)
			continue
		}
		out = binary.BigEndian.AppendUint32(out, uint32(behind+len(rest)))
		rest = append(rest, e.data...)
	}
	return append(binary.BigEndian.AppendUint32(out, 0), rest...)
}
