package evidencefile

import (
	"fmt"
	"math"
	"strings"
	"time"
	"unicode"

	"rufaa/internal/scene"
)

// Difference is two clocks that should agree and do not, or two places.
type Difference struct {
	What    string        `json:"what" doc:"camera-after-upload, camera-scene, device-server, camera-device"`
	By      time.Duration `json:"by" doc:"How far apart, nanoseconds; positive when the first is ahead"`
	Assumed bool          `json:"assumed,omitempty" doc:"The camera wrote no zone; Nairobi was assumed"`
}

// differences names what of a file's clocks does not fit. The server's clock is
// what the others are held against; none is corrected.
func (f *Files) differences(s *State, of *scene.State) []Difference {
	var out []Difference
	most := f.Rules.Tolerance.Clock
	if d := s.File.DeviceAt; d != nil {
		if by := d.Sub(s.File.BegunAt); by.Abs() > most {
			out = append(out, Difference{What: "device-server", By: by})
		}
	}
	if s.Examined == nil || s.Examined.TakenAt == nil {
		return out
	}
	taken, assumed := *s.Examined.TakenAt, !s.Examined.Zoned
	// A photo may be old; that it was taken after it was sent cannot be.
	if by := taken.Sub(s.File.BegunAt); by > most {
		out = append(out, Difference{What: "camera-after-upload", By: by, Assumed: assumed})
	}
	if d := s.File.DeviceAt; d != nil {
		if by := taken.Sub(*d); by > most {
			out = append(out, Difference{What: "camera-device", By: by, Assumed: assumed})
		}
	}
	// What was photographed at a scene was photographed after somebody came.
	if of != nil && of.Exists() {
		if by := taken.Sub(of.Opened.At); by < -most {
			out = append(out, Difference{What: "camera-scene", By: by, Assumed: assumed})
		}
	}
	return out
}

// metres is the distance between two points on the ground, along the sphere.
func metres(lat1, long1, lat2, long2 float64) float64 {
	const radius = 6_371_000
	rad := func(deg float64) float64 { return deg * math.Pi / 180 }
	a := math.Pow(math.Sin(rad(lat2-lat1)/2), 2) + math.Cos(rad(lat1))*math.Cos(rad(lat2))*math.Pow(math.Sin(rad(long2-long1)/2), 2)
	return 2 * radius * math.Asin(math.Min(1, math.Sqrt(a)))
}

// point reads what Position holds.
func point(s string) (lat, long float64, ok bool) {
	n, err := fmt.Sscanf(strings.ReplaceAll(s, ",", " "), "%f %f", &lat, &long)
	return lat, long, err == nil && n == 2
}

// hides tells characters that make a text show other than it is.
func hides(r rune) bool {
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r) || r == 0x2028 || r == 0x2029
}
