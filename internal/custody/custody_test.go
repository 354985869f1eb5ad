package custody_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rufaa/internal/custody"
)

var (
	start  = time.Date(2026, 3, 4, 9, 30, 0, 0, time.UTC)
	limits = custody.Limits{Confirm: 24 * time.Hour, Gap: 30 * time.Minute, Clock: 10 * time.Minute, Speed: 130}

	villa = custody.Place{Name: "villa"}
	store = custody.Place{Name: "store Mtoni", Lat: -4.05, Lon: 39.66, Known: true}
	lab   = custody.Place{Name: "laboratory Nairobi", Lat: -1.30, Lon: 36.80, Known: true}
	court = custody.Place{Name: "court Mombasa", Lat: -4.06, Lon: 39.67, Known: true}
	near  = []custody.Place{store, court}
)

// story is a chain as a generator tells it: time goes on, seals are kept.
type story struct {
	events []custody.Event
	now    time.Time
	keeper string
	place  custody.Place
	seal   string
	open   bool
	seals  int
}

func (s *story) later(d time.Duration) *story { s.now = s.now.Add(d); return s }

func (s *story) moment(who string) custody.Moment {
	return custody.Moment{Who: who, At: s.now, Device: s.now, Recorded: s.now.Add(time.Minute), Place: s.place, Seal: s.seal}
}

func (s *story) add(e custody.Event) *custody.Event {
	e.ID = fmt.Sprintf("e%d", len(s.events))
	s.events = append(s.events, e)
	return &s.events[len(s.events)-1]
}

func (s *story) newSeal() string { s.seals++; return fmt.Sprintf("KE-%04d", s.seals) }

func (s *story) found(who string) {
	s.keeper, s.seal = who, s.newSeal()
	s.add(custody.Event{Kind: custody.Found, By: s.moment(who)})
}

func (s *story) hand(to string) {
	e := custody.Event{Kind: custody.Handed, By: s.moment(s.keeper), To: to}
	s.later(5 * time.Minute)
	m := s.moment(to)
	e.Received, s.keeper = &m, to
	s.add(e)
}

func (s *story) move(to custody.Place, travel time.Duration) {
	s.place = to
	s.add(custody.Event{Kind: custody.Moved, By: s.moment(s.keeper), Travel: travel})
}

func (s *story) unseal() {
	s.add(custody.Event{Kind: custody.Opened, By: s.moment(s.keeper), Reason: true})
	s.seal, s.open = "", true
}

func (s *story) reseal() {
	e := custody.Event{Kind: custody.Resealed, By: s.moment(s.keeper), Reason: true, NewSeal: s.newSeal()}
	s.seal, s.open = e.NewSeal, false
	s.add(e)
}

func (s *story) compute() *custody.Chain {
	return custody.Compute(s.events, false, limits, s.now.Add(time.Hour))
}

func wantOnly(t testing.TB, c *custody.Chain, flaw custody.Flaw, first, second custody.Ref) custody.Finding {
	t.Helper()
	if len(c.Findings) != 1 {
		t.Fatalf("%d findings, want only %s: %+v", len(c.Findings), flaw, c.Findings)
	}
	f := c.Findings[0]
	if f.Flaw != flaw || f.First != first || f.Second != second {
		t.Fatalf("found %+v, want %s between %+v and %+v", f, flaw, first, second)
	}
	return f
}

// villaToCourt is the journey that a good exhibit makes.
func villaToCourt() *story {
	s := &story{now: start, place: villa}
	s.found("njeri")
	s.later(2 * time.Hour).hand("store")
	s.later(time.Hour).move(store, 20*time.Minute)
	s.later(24 * time.Hour).hand("analyst")
	s.later(12*time.Hour).move(lab, 0)
	s.later(time.Hour).unseal()
	s.later(3 * time.Hour).reseal()
	s.later(20 * time.Hour).hand("store")
	s.later(12*time.Hour).move(court, 0)
	return s
}

func TestFromTheVillaToCourtTheChainIsUnbroken(t *testing.T) {
	c := villaToCourt().compute()
	if !c.Unbroken() || len(c.Findings) != 0 {
		t.Fatalf("findings: %+v", c.Findings)
	}
	if c.Keeper != "store" || c.Place != court || c.Seal != "KE-0002" || c.Waiting != -1 || c.Ended != -1 {
		t.Errorf("%+v", c)
	}
	var who []string
	for _, s := range c.Stays {
		who = append(who, s.Who)
	}
	if !slices.Equal(who, []string{"njeri", "store", "analyst", "store"}) {
		t.Errorf("kept by %v", who)
	}
}

// faults breaks the good chain in one place each; it gives the finding that
// must stand there. Events: 0 found, 1 njeri to store, 2 moved to the store,
// 3 store to analyst, 4 moved to the laboratory, 5 opened, 6 resealed,
// 7 analyst to store, 8 moved to court.
var faults = []struct {
	name          string
	flaw          custody.Flaw
	first, second custody.Ref
	fault         func(e []custody.Event) []custody.Event
}{
	{"the finding is missing", custody.NoBeginning, custody.Ref{}, custody.Ref{}, func(e []custody.Event) []custody.Event { return e[1:] }},
	{"found twice", custody.FoundTwice, custody.Ref{}, custody.Ref{Event: 1}, func(e []custody.Event) []custody.Event {
		return slices.Insert(slices.Clone(e), 1, e[0])
	}},
	{"six hours between giving and receiving", custody.Gap, custody.Ref{Event: 1}, custody.Ref{Event: 1, Received: true}, func(e []custody.Event) []custody.Event {
		e[1].By.At = e[1].By.At.Add(-time.Hour)
		return e
	}},
	{"somebody gives it who never had it", custody.Stranger, custody.Ref{Event: 2}, custody.Ref{Event: 3}, func(e []custody.Event) []custody.Event {
		e[3].By.Who = "otieno"
		return e
	}},
	{"received before it was given", custody.Overlap, custody.Ref{Event: 3}, custody.Ref{Event: 3, Received: true}, func(e []custody.Event) []custody.Event {
		e[3].Received.At = e[3].By.At.Add(-10 * time.Minute)
		return e
	}},
	{"given before it was received", custody.WrongOrder, custody.Ref{Event: 2}, custody.Ref{Event: 3}, func(e []custody.Event) []custody.Event {
		e[3].By.At = e[2].By.At.Add(-5 * time.Minute)
		e[3].Received.At = e[3].By.At.Add(10 * time.Minute)
		return e
	}},
	{"another seal at giving", custody.SealDiffers, custody.Ref{Event: 2}, custody.Ref{Event: 3}, func(e []custody.Event) []custody.Event {
		for i := 3; i < 6; i++ {
			e[i].By.Seal = "KE-9999"
		}
		e[3].Received.Seal = "KE-9999"
		return e
	}},
	{"another seal at receiving", custody.SealDiffers, custody.Ref{Event: 1}, custody.Ref{Event: 1, Received: true}, func(e []custody.Event) []custody.Event {
		e[1].Received.Seal = "KE-7777"
		for i := 2; i < 6; i++ {
			e[i].By.Seal = "KE-7777"
		}
		e[3].Received.Seal = "KE-7777"
		return e
	}},
	{"the seal was damaged on the way", custody.SealBroken, custody.Ref{Event: 3}, custody.Ref{Event: 3, Received: true}, func(e []custody.Event) []custody.Event {
		e[3].Received.Broken = true
		return e
	}},
	{"handed on while open", custody.SealOpen, custody.Ref{Event: 5}, custody.Ref{Event: 6}, func(e []custody.Event) []custody.Event {
		e = slices.Delete(e, 6, 7)
		e[6].By.Seal, e[6].Received.Seal, e[7].By.Seal = "", "", ""
		return e
	}},
	{"resealed though nobody opened it", custody.SealUnknown, custody.Ref{Event: 4}, custody.Ref{Event: 5}, func(e []custody.Event) []custody.Event {
		return slices.Delete(e, 5, 6)
	}},
	{"opened without a reason", custody.SealReason, custody.Ref{Event: 5}, custody.Ref{Event: 5}, func(e []custody.Event) []custody.Event {
		e[5].Reason = false
		return e
	}},
	{"the receiver never confirmed", custody.Unconfirmed, custody.Ref{Event: 3}, custody.Ref{Event: 4}, func(e []custody.Event) []custody.Event {
		e[3].Received = nil
		return e
	}},
	{"received by another than it was for", custody.WrongHands, custody.Ref{Event: 1}, custody.Ref{Event: 1, Received: true}, func(e []custody.Event) []custody.Event {
		e[1].To = "kamau"
		return e
	}},
	{"Mombasa to Nairobi in half an hour", custody.TooFast, custody.Ref{Event: 3, Received: true}, custody.Ref{Event: 4}, func(e []custody.Event) []custody.Event {
		e[4].By.At = e[3].Received.At.Add(30 * time.Minute)
		return e
	}},
	{"faster than the way was declared", custody.TooFast, custody.Ref{Event: 1, Received: true}, custody.Ref{Event: 2}, func(e []custody.Event) []custody.Event {
		e[2].Travel = 3 * time.Hour
		return e
	}},
	{"moved after it was destroyed", custody.AfterEnd, custody.Ref{Event: 7}, custody.Ref{Event: 8}, func(e []custody.Event) []custody.Event {
		e[7] = custody.Event{ID: "e7", Kind: custody.Destroyed, By: e[7].By}
		return e
	}},
	{"confirmed two days later", custody.LateConfirm, custody.Ref{Event: 3}, custody.Ref{Event: 3, Received: true}, func(e []custody.Event) []custody.Event {
		e[3].Received.Recorded = e[3].By.Recorded.Add(49 * time.Hour)
		e[3].Received.Device = e[3].Received.Recorded
		return e
	}},
	{"a telephone three hours fast", custody.DeviceClock, custody.Ref{Event: 0}, custody.Ref{Event: 0}, func(e []custody.Event) []custody.Event {
		e[0].By.Device = e[0].By.Recorded.Add(3 * time.Hour)
		return e
	}},
}

// Each fault is found, named with both events, and told once.
func TestEachFaultIsFoundAndNamed(t *testing.T) {
	seen := map[custody.Flaw]bool{custody.NoSeal: true} // below
	for _, x := range faults {
		seen[x.flaw] = true
		t.Run(x.name, func(t *testing.T) {
			c := custody.Compute(x.fault(villaToCourt().events), false, limits, start.Add(100*time.Hour))
			wantOnly(t, c, x.flaw, x.first, x.second)
			if c.Unbroken() == x.flaw.Breaks() {
				t.Errorf("unbroken: %v", c.Unbroken())
			}
		})
	}
	for _, f := range custody.Flaws {
		if !seen[f] {
			t.Errorf("no fault shows %s", f)
		}
	}
}

// A gap hides no impossible travel: what lies in between is each named by itself,
// and so is a seal that changed meanwhile.
func TestFaultsOfOneHandOverAreEachNamed(t *testing.T) {
	for _, x := range []struct {
		name  string
		fault func(e []custody.Event)
		want  []custody.Flaw
	}{
		{"six hours late, and 9,000 km away", func(e []custody.Event) {
			e[3].Received.At = e[3].By.At.Add(6 * time.Hour)
			e[3].Received.Place = custody.Place{Name: "far", Known: true, Lat: 65, Lon: -20}
		}, []custody.Flaw{custody.Gap, custody.TooFast}},
		{"six hours late, under another seal", func(e []custody.Event) {
			e[1].By.At = e[1].By.At.Add(-6 * time.Hour)
			e[1].Received.Seal = "KE-7777"
		}, []custody.Flaw{custody.Gap, custody.SealDiffers}},
		{"under another seal, and that one torn", func(e []custody.Event) {
			e[1].Received.Seal, e[1].Received.Broken = "KE-7777", true
		}, []custody.Flaw{custody.SealDiffers, custody.SealBroken}},
		{"received before it was given, under another seal", func(e []custody.Event) {
			e[1].Received.At = e[1].By.At.Add(-10 * time.Minute)
			e[1].Received.Seal = "KE-7777"
		}, []custody.Flaw{custody.Overlap, custody.SealDiffers}},
	} {
		t.Run(x.name, func(t *testing.T) {
			e := villaToCourt().events
			x.fault(e)
			c := custody.Compute(e, false, limits, start.Add(100*time.Hour))
			var got []custody.Flaw
			for _, f := range c.Findings {
				if f.First.Event == f.Second.Event && f.First != f.Second { // both sides of one hand-over
					got = append(got, f.Flaw)
				}
			}
			if !slices.Equal(got, x.want) || c.Unbroken() {
				t.Errorf("found %v, want %v", got, x.want)
			}
		})
	}
}

func TestWhatWasNeverSealedIsToldOnce(t *testing.T) {
	s := &story{now: start, place: store}
	s.found("njeri")
	s.events[0].By.Seal, s.seal = "", ""
	s.later(time.Hour).hand("store")
	s.later(time.Hour).hand("njeri")
	wantOnly(t, s.compute(), custody.NoSeal, custody.Ref{}, custody.Ref{Event: 1})
	if c := custody.Compute(s.events, true, limits, s.now); len(c.Findings) != 0 {
		t.Errorf("a vehicle has no seal: %+v", c.Findings)
	}
}

// A hand-over may wait for its other side for a while; then it is told.
func TestAHandOverWaitsAndIsThenTold(t *testing.T) {
	s := &story{now: start, place: store}
	s.found("njeri")
	s.later(time.Hour)
	s.add(custody.Event{Kind: custody.Handed, By: s.moment("njeri"), To: "store"})
	c := custody.Compute(s.events, false, limits, s.now.Add(23*time.Hour))
	if !c.Unbroken() || c.Waiting != 1 || c.Keeper != "njeri" {
		t.Errorf("within the time: %+v", c)
	}
	c = custody.Compute(s.events, false, limits, s.now.Add(25*time.Hour))
	if f := wantOnly(t, c, custody.Unconfirmed, custody.Ref{Event: 1}, custody.Ref{Event: 1}); f.Is != "store" || c.Waiting != -1 {
		t.Errorf("%+v", f)
	}
}

func TestDistances(t *testing.T) {
	if d := custody.Distance(store, lab); d < 430 || d > 445 { // Mombasa to Nairobi as the crow flies
		t.Errorf("%.0f km", d)
	}
	if d := custody.Distance(lab, lab); d != 0 {
		t.Errorf("%v km from a place to itself", d)
	}
}

// tell draws a chain without faults.
func tell(t *rapid.T) *story {
	people := []string{"njeri", "barasa", "store", "analyst", "clerk"}
	s := &story{now: start, place: store}
	s.found("njeri")
	for range rapid.IntRange(0, 14).Draw(t, "steps") {
		s.later(time.Duration(rapid.IntRange(1, 3000).Draw(t, "minutes")) * time.Minute)
		switch rapid.IntRange(0, 4).Draw(t, "what") {
		case 0, 1:
			if s.open {
				s.reseal()
				continue
			}
			s.hand(rapid.SampledFrom(people).Filter(func(p string) bool { return p != s.keeper }).Draw(t, "to"))
		case 2:
			s.move(rapid.SampledFrom(near).Draw(t, "place"), 0)
		case 3:
			if s.open {
				s.reseal()
			} else {
				s.unseal()
			}
		case 4:
			s.later(12*time.Hour).move(lab, 4*time.Hour)
			s.later(12*time.Hour).move(store, 4*time.Hour)
		}
	}
	return s
}

// A chain told without faults has no finding, whoever had it and however long.
func TestAChainWithoutFaultsHasNoFinding(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := tell(t)
		c := s.compute()
		if !c.Unbroken() || len(c.Findings) != 0 {
			t.Fatalf("%+v in %+v", c.Findings, c.Events)
		}
		if c.Keeper != s.keeper || c.Seal != s.seal || c.Open != s.open || c.Place != s.place {
			t.Fatalf("ends as %s %q %v %s, told %s %q %v %s", c.Keeper, c.Seal, c.Open, c.Place.Name, s.keeper, s.seal, s.open, s.place.Name)
		}
	})
}

// Whatever hand-over of a good chain is spoilt, and however, it is found and
// names that hand-over.
func TestAnyInjectedFaultIsFound(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := tell(t)
		var hands []int
		for i := range s.events {
			if s.events[i].Kind == custody.Handed {
				hands = append(hands, i)
			}
		}
		if len(hands) == 0 {
			t.Skip("nobody handed it on")
		}
		i := rapid.SampledFrom(hands).Draw(t, "spoilt")
		e := &s.events[i]
		var want custody.Flaw
		switch rapid.IntRange(0, 6).Draw(t, "fault") {
		case 0:
			want, e.By.Who = custody.Stranger, "nobody we know"
		case 1:
			want, e.Received.Seal = custody.SealDiffers, "KE-FALSE"
		case 2:
			want, e.By.Seal = custody.SealDiffers, "KE-FALSE"
		case 3:
			want, e.Received = custody.Unconfirmed, nil
		case 4:
			want, e.Received.At = custody.Overlap, e.By.At.Add(-time.Hour)
		case 5:
			want, e.By.At = custody.WrongOrder, start.Add(-time.Hour)
		case 6:
			want, e.Received.Recorded = custody.LateConfirm, e.By.Recorded.Add(limits.Confirm+time.Second)
		}
		c := custody.Compute(s.events, false, limits, s.now.Add(1000*time.Hour))
		found := slices.ContainsFunc(c.Findings, func(f custody.Finding) bool {
			return f.Flaw == want && (f.First.Event == i || f.Second.Event == i)
		})
		if !found || c.Unbroken() == want.Breaks() {
			t.Fatalf("%s at event %d is not told: %+v", want, i, c.Findings)
		}
	})
}
