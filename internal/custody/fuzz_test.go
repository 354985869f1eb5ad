package custody_test

import (
	"encoding/json"
	"reflect"
	"testing"
	"time"

	"rufaa/internal/custody"
)

// Whatever events say, the walk ends, points only to what is there, gives the
// same twice, and can be drawn.
func FuzzCompute(f *testing.F) {
	good, err := json.Marshal(villaToCourt().events)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(good, false)
	f.Add([]byte(`[{"Kind":"moved"},{"Kind":"destroyed"},{"Kind":"handed","To":"x"}]`), true)
	f.Add([]byte(`[{"Kind":"handed","By":{"Who":"a","Place":{"Lat":1e308,"Lon":-1e308,"Known":true}},"Received":{"Who":"b","Place":{"Name":"x","Known":true}}}]`), false)
	f.Fuzz(func(t *testing.T, raw []byte, unsealable bool) {
		var events []custody.Event
		if json.Unmarshal(raw, &events) != nil || len(events) > 500 {
			return
		}
		now := start.Add(time.Hour)
		c := custody.Compute(events, unsealable, limits, now)
		for _, x := range c.Findings {
			for _, r := range []custody.Ref{x.First, x.Second} {
				if r.Event < 0 || r.Event >= len(events) || r.Received && events[r.Event].Received == nil {
					t.Fatalf("%+v points to nothing", x)
				}
			}
		}
		if d := custody.Compute(events, unsealable, limits, now); len(d.Findings) != len(c.Findings) ||
			len(c.Findings) > 0 && !finite(c) != !finite(d) || !reflect.DeepEqual(c.Stays, d.Stays) {
			t.Fatal("two readings of one chain differ")
		}
		drawn(t, c)
	})
}

// finite tells whether every distance is a number: NaN differs from itself.
func finite(c *custody.Chain) bool {
	for _, f := range c.Findings {
		if f.Km != f.Km {
			return false
		}
	}
	return true
}
