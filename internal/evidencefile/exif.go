package evidencefile

import (
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"github.com/bep/imagemeta"
)

// formats of pictures in which cameras write time and place.
var formats = map[string]imagemeta.ImageFormat{"image/jpeg": imagemeta.JPEG, "image/png": imagemeta.PNG, "image/webp": imagemeta.WebP,
	"image/tiff": imagemeta.TIFF, "image/heic": imagemeta.HEIF, "image/heif": imagemeta.HEIF, "image/avif": imagemeta.AVIF}

// wanted are the tags that are read; everything else is passed over.
var wanted = map[string]bool{"DateTimeOriginal": true, "DateTime": true, "OffsetTimeOriginal": true, "OffsetTime": true,
	"GPSLatitude": true, "GPSLongitude": true, "GPSLatitudeRef": true, "GPSLongitudeRef": true, "Make": true, "Model": true, "BodySerialNumber": true, "Orientation": true}

// Limits of what is read of a picture's tags.
const (
	maxTag  = 4 << 10
	maxTags = 2000
	exifFor = 5 * time.Second
)

// nairobi is the zone assumed for cameras that wrote none.
var nairobi = time.FixedZone("EAT", 3*60*60)

// exif reads what a camera wrote: when, where and with what. What cannot be
// read is said and hinders nothing: the file is evidence all the same.
func (f *form) exif(in io.ReadSeeker) {
	format, ok := formats[f.kind]
	if !ok {
		return
	}
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return
	}
	var tags imagemeta.Tags
	_, err := imagemeta.Decode(imagemeta.Options{R: in, ImageFormat: format, Sources: imagemeta.EXIF, LimitNumTags: maxTags, LimitTagSize: maxTag, Timeout: exifFor,
		ShouldHandleTag: func(t imagemeta.TagInfo) bool { return wanted[t.Tag] },
		HandleTag:       func(t imagemeta.TagInfo) error { tags.Add(t); return nil },
		Warnf:           func(string, ...any) {}})
	if err != nil {
		f.add(OddBroken)
	}
	f.time(&tags)
	f.place(&tags)
	var camera []string
	for _, name := range []string{"Make", "Model", "BodySerialNumber"} {
		if s := tagText(&tags, name); s != "" {
			camera = append(camera, s)
		}
	}
	f.camera = strings.Join(camera, " ")
	if t, ok := tags.EXIF()["Orientation"]; ok {
		f.turn = turnOf(t.Value)
	}
}

// place reads where the picture was taken. A camera that has not found itself yet
// writes 0, 0; that and what is not on earth is said, and is no place.
func (f *form) place(tags *imagemeta.Tags) {
	if _, ok := tags.EXIF()["GPSLatitude"]; !ok {
		return
	}
	lat, long, err := tags.GetLatLong()
	if err != nil || lat == 0 && long == 0 || !(math.Abs(lat) <= 90 && math.Abs(long) <= 180) {
		f.add(OddPlace)
		return
	}
	f.position = fmt.Sprintf("%.6f %.6f", lat, long)
}

func tagText(tags *imagemeta.Tags, name string) string {
	t, ok := tags.EXIF()[name]
	if !ok {
		return ""
	}
	s, _ := t.Value.(string)
	return CleanLine(s)
}

// CleanLine makes a text that a device wrote fit to be shown: one line, at most
// 200 characters, nothing invisible.
func CleanLine(s string) string {
	s = strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || hides(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	runes := []rune(strings.TrimSpace(s))
	return string(runes[:min(len(runes), 200)])
}

// time reads when the picture was taken, on the camera's clock.
func (f *form) time(tags *imagemeta.Tags) {
	for _, pair := range [][2]string{{"DateTimeOriginal", "OffsetTimeOriginal"}, {"DateTime", "OffsetTime"}} {
		said := tagText(tags, pair[0])
		if said == "" {
			continue
		}
		if at, err := time.Parse("2006:01:02 15:04:05-07:00", said+tagText(tags, pair[1])); err == nil {
			f.take(at, true)
			return
		}
		if at, err := time.ParseInLocation("2006:01:02 15:04:05", said, nairobi); err == nil {
			f.take(at, false)
			return
		}
		f.add(OddBroken)
	}
}

func (f *form) take(at time.Time, zoned bool) {
	if at.Year() < 1990 || at.Year() > 2200 { // a camera that never was set
		f.add(OddBroken)
		return
	}
	at = at.UTC()
	f.takenAt, f.zoned = &at, zoned
}
