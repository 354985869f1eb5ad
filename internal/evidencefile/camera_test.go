package evidencefile_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"rufaa/internal/office/officetest"
)

// What a camera wrote, or wrote wrongly, and what hangs on behind its picture, is
// told of the file and hinders nothing. Positions are invented.
func TestWhatACameraWroteIsToldAsItIs(t *testing.T) {
	each(t, func(s *tale) {
		at := s.aScene(false)
		big := bytes.Repeat([]byte{0}, 200<<10) // so that head and tail lie apart
		plain := photo(t, 64, 64, "2026:01:01 10:00:00", "+03:00", -1.28, 36.82)
		cut := bytes.Index(plain, []byte("Exif")) + 60
		var zip bytes.Buffer
		zip.WriteString("PK\x03\x04 and an archive PK\x05\x06" + strings.Repeat("\x00", 18))
		behind := func(text string) []byte { return append(append(bytes.Clone(plain), big...), text...) }
		for name, x := range map[string]struct {
			content  []byte
			odd      string
			position bool
		}{
			"as it should be":        {plain, "", true},
			"at 0, 0":                {nowhere(t, 0, 0), "place", false},
			"at the pole's far side": {nowhere(t, 123, 36), "place", false},
			"cut in what it wrote":   {plain[:cut], "broken", false},
			"a zip at the end":       {behind(zip.String()), "extra-zip", true},
			"a page at the end":      {behind("<!DOCTYPE html><body>x</body>"), "script", true},
			"a script at the end":    {behind("<ScRiPt>x</script>"), "script", true},
			"a program at the end":   {behind("<?php x"), "script", true},
			"a PDF at the end":       {behind("%PDF-1.4 x"), "extra-pdf", true},
		} {
			id := s.sent(detective, evidence(at), x.content)
			v := s.seen(detective, id)
			if got := strings.Join(v.Odd, ","); got != x.odd {
				s.t.Errorf("%s: odd %q, want %q", name, got, x.odd)
			}
			w, err := s.Files.Words(s.ctx, officetest.Who(detective), id, "investigation")
			s.must(err)
			if (w.Position != "") != x.position {
				s.t.Errorf("%s: at %q", name, w.Position)
			}
			if raw, err := s.fetch(detective, id, "investigation"); err != nil || !bytes.Equal(raw, x.content) {
				s.t.Errorf("%s: it is not kept as it was: %v", name, err)
			}
		}
	})
}

// nowhere is a photo whose camera wrote a place that is none.
func nowhere(t testing.TB, lat, long float64) []byte {
	t.Helper()
	if lat != 0 || long != 0 {
		return photo(t, 64, 64, "2026:01:01 10:00:00", "", lat, long)
	}
	marked := photo(t, 64, 64, "2026:01:01 10:00:00", "", 7, 9)
	for _, n := range []byte{7, 9} { // degrees as a fraction over 1
		marked = bytes.Replace(marked, []byte{0, 0, 0, n, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 0xe8}, []byte{0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 3, 0xe8}, 1)
	}
	return marked
}

// A camera's clock that is wrong by hours is told, with the offset that it wrote or
// the one that was assumed; a device's clock stands beside the server's.
func TestClocksThatAreWrongByHoursAreTold(t *testing.T) {
	each(t, func(s *tale) {
		at := s.aScene(false)
		s.Clock.Pass(time.Hour)
		now := s.Clock.Now()
		nairobi := time.FixedZone("", 3*60*60)
		wrote := func(when time.Time, offset string) []byte {
			return photo(t, 64, 64, when.In(nairobi).Format("2006:01:02 15:04:05"), offset, 0, 0)
		}
		for name, x := range map[string]struct {
			content []byte
			device  time.Duration
			want    string
		}{
			"right, with its zone":           {wrote(now.Add(-30*time.Minute), "+03:00"), 0, "[]"},
			"right, without":                 {wrote(now.Add(-30*time.Minute), ""), 0, "[]"},
			"five hours ahead":               {wrote(now.Add(5*time.Hour), "+03:00"), 0, "[camera-after-upload 5h0m0s false camera-device 5h0m0s false]"},
			"five hours ahead, without zone": {wrote(now.Add(5*time.Hour), ""), 0, "[camera-after-upload 5h0m0s true camera-device 5h0m0s true]"},
			"in the zone of another place":   {wrote(now.Add(-30*time.Minute), "-05:00"), 0, "[camera-after-upload 7h30m0s false camera-device 7h30m0s false]"},
			"before anybody came":            {wrote(now.Add(-9*time.Hour), "+03:00"), 0, "[camera-scene -8h0m0s false]"},
			"on a phone two hours behind":    {wrote(now.Add(-30*time.Minute), "+03:00"), -2 * time.Hour, "[device-server -2h0m0s false camera-device 1h30m0s false]"},
		} {
			n := evidence(at)
			device := now.Add(x.device)
			n.DeviceAt = &device
			id := s.sent(detective, n, x.content)
			v := s.seen(detective, id)
			var got []string
			for _, d := range v.Differences {
				got = append(got, fmt.Sprint(d.What, " ", d.By, " ", d.Assumed))
			}
			if text := fmt.Sprint(got); text != x.want {
				s.t.Errorf("%s: %s, want %s", name, text, x.want)
			}
			if v.DeviceAt == "" || !v.By.At.Equal(now) {
				s.t.Errorf("%s: server %s, device %s", name, v.By.At, v.DeviceAt)
			}
		}
	})
}
