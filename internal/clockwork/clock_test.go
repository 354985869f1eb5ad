package clockwork

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var nine = time.Date(2031, 3, 3, 9, 0, 0, 0, time.UTC)

// Whatever control does to the clock, everything due comes out once, in order.
func TestNoTurnDropsOrReorders(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		moments := rapid.SliceOfN(rapid.IntRange(0, 5*dayMinutes), 1, 60).Draw(t, "moments")
		var q Queue[int]
		for i, m := range moments {
			q.Add(Minute(m), i)
		}
		clock, wall, last := Start(nine, 0), nine, Minute(0)
		var out []int
		take := func(now Minute) {
			for {
				i, at, ok := q.Due(now)
				if !ok {
					return
				}
				if int(at) != moments[i] || at > now {
					t.Fatalf("item %d of minute %d came at %d as of %d", i, moments[i], at, now)
				}
				out = append(out, i)
			}
		}
		for range rapid.IntRange(0, 40).Draw(t, "turns") {
			wall = wall.Add(time.Duration(rapid.IntRange(0, 90).Draw(t, "wait")) * time.Minute)
			turn := Turn{Wall: wall, Act: rapid.SampledFrom([]Act{Run, Pause, Jump, Step}).Draw(t, "act"),
				Rate: rapid.SampledFrom([]float64{0.5, 1, 6, 60}).Draw(t, "rate"), To: Minute(rapid.IntRange(-5, 900).Draw(t, "to"))}
			if turn.Act == Jump {
				turn.To += clock.At(wall)
			}
			before := clock
			next, err := clock.Turn(turn)
			if err != nil && next != before {
				t.Fatal("a refused turn changed the clock")
			}
			clock = next
			now := clock.At(wall)
			if now < last {
				t.Fatalf("scenario time ran back from %s to %s", last, now)
			}
			last = now
			take(now)
		}
		take(5 * dayMinutes)
		want := make([]int, len(moments))
		for i := range want {
			want[i] = i
		}
		slices.SortStableFunc(want, func(a, b int) int { return moments[a] - moments[b] })
		// A clock past the last moment has taken everything; order is of the moments.
		if last <= 5*dayMinutes && !slices.Equal(out, want) {
			t.Fatalf("out %v, want %v", out, want)
		}
		if len(out) != len(want) {
			t.Fatalf("%d of %d came out", len(out), len(want))
		}
	})
}

func TestNightCompressedAndPause(t *testing.T) {
	c := Start(nine, Moment(1, 18, 0))
	c, _ = c.Turn(Turn{Wall: nine, Act: Run, Rate: 60})
	if got := c.At(nine.Add(13 * time.Minute)); got != Moment(2, 7, 0) {
		t.Fatalf("13 minutes at 60 to 1 after D1 18:00: %s", got)
	}
	c, _ = c.Turn(Turn{Wall: nine.Add(13 * time.Minute), Act: Pause})
	if got := c.At(nine.Add(5 * time.Hour)); got != Moment(2, 7, 0) || !c.Standing() {
		t.Fatalf("paused, yet %s", got)
	}
	nairobi := time.FixedZone("EAT", 3*3600)
	if got := Legal(time.Date(2031, 3, 3, 0, 0, 0, 0, nairobi), Moment(2, 7, 0)); got.Format(time.RFC3339) != "2031-03-04T07:00:00+03:00" {
		t.Fatalf("legal time %s", got)
	}
}
