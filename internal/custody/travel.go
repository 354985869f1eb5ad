package custody

import (
	"math"
	"time"
)

// near is how far two positions may lie apart, in kilometres, and still count
// as one place: a compound has more than one door.
const near = 1.0

// travel holds the way between two sides against the time between them: by
// the places' coordinates where both are known, and by what was declared.
func (w *walk) travel(from, to Ref, declared time.Duration) {
	a, b := w.side(from), w.side(to)
	if a.Place.Name == b.Place.Name {
		return
	}
	took := b.At.Sub(a.At)
	if a.Place.Known && b.Place.Known {
		km := Distance(a.Place, b.Place)
		if km > near && km > w.limits.Speed*took.Hours() {
			speed := 0.0
			if took > 0 {
				speed = km / took.Hours()
			}
			w.find(Finding{Flaw: TooFast, First: from, Second: to, Span: took, Km: km, Speed: speed})
			return
		}
	}
	if declared > took {
		w.find(Finding{Flaw: TooFast, First: from, Second: to, Span: took})
	}
}

// earth is its mean radius in kilometres.
const earth = 6371.0

// Distance is how far two places lie apart on the ground, in kilometres, by
// the haversine formula; roads are longer, never shorter.
func Distance(a, b Place) float64 {
	rad := func(deg float64) float64 { return deg * math.Pi / 180 }
	dLat, dLon := rad(b.Lat-a.Lat)/2, rad(b.Lon-a.Lon)/2
	h := math.Sin(dLat)*math.Sin(dLat) + math.Cos(rad(a.Lat))*math.Cos(rad(b.Lat))*math.Sin(dLon)*math.Sin(dLon)
	return 2 * earth * math.Asin(math.Min(1, math.Sqrt(h)))
}
