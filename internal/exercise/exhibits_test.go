package exercise_test

import (
	"slices"
	"testing"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/exercise"
	"rufaa/internal/exhibit"
)

// Scene work is done with the ordinary pages: the officers open a scene, take
// up props, type the codes of their labels and hand one on under another seal
// than it had. What that means in the scenario is read from the ledger: found,
// sealed, handed over, and the broken chain.
func TestSceneWorkIsReadFromTheLedger(t *testing.T) {
	s := setUp(t)
	s.clockTo(exercise.TurnClock{Act: "run"})
	x, ngo := s.search(), s.who("ngo.1")
	dci, second, sc := x.first, x.second, x.scene
	take := func(what, seal string) string {
		t.Helper()
		rc, err := s.Exhibits.Record(s.ctx, dci, sc, casefile.Order{}, &exhibit.Record{Facts: exhibit.Facts{Kind: "device", Description: what, Packaging: "faraday-bag",
			Make: "Simu", Model: "Mfano 3", IMEI: "490154203237518", Power: "on-locked", Isolation: "faraday", Side: "suspect", Owner: "suspect"},
			Look: exhibit.Look{Place: "scene", Seal: seal}})
		s.must(err)
		return rc.ID
	}
	st := s.state()
	code := func(about string) string { return s.Exercises.Code(st, about) }
	label := func(stream, about string) {
		t.Helper()
		_, err := s.TypeCard(s.ctx, dci, "", stream, code(about))
		s.must(err)
	}
	phones, book := take("Eight phones (fictional)", "A-100"), take("Debt book (fictional)", "A-200")
	label("exhibit/"+phones, "E2")
	label("scene/"+sc, "L1")
	hand := func(id, seal string) {
		t.Helper()
		_, err := s.Exhibits.Do(s.ctx, dci, id, casefile.Order{}, &exhibit.Offer{To: second.Staff, Reason: "to-store", Look: exhibit.Look{Place: "scene", Seal: seal}})
		s.must(err)
		s.clock.Set(s.clock.Now().Add(4 * time.Minute))
		_, err = s.Exhibits.Do(s.ctx, second, id, casefile.Order{}, &exhibit.Receive{Look: exhibit.Look{Place: "scene", Seal: seal}})
		s.must(err)
	}
	hand(phones, "A-100")        // whole
	hand(book, "A-999")          // the seal is another
	label("exhibit/"+book, "E7") // typed late, it comes out all the same
	if _, err := s.TypeCard(s.ctx, ngo, "", "exhibit/"+book, code("E5")); err == nil {
		t.Error("somebody who may not see an exhibit says which it is")
	}
	deeds, err := s.Exercises.Deeds(s.ctx, st.ID)
	s.must(err)
	got := map[string]int{}
	for _, d := range deeds {
		got[d.Do+" "+d.About]++
		if d.Team != "DCI" || d.From != exercise.FromLedger || len(d.Events) == 0 {
			t.Errorf("%s is known from %s, team %q, events %v", d, d.From, d.Team, d.Events)
		}
	}
	for _, want := range []string{"exhibit_found E2", "exhibit_sealed E2", "handed_over E2", "exhibit_found E7", "exhibit_sealed E7", "handed_over E7"} {
		if got[want] != 1 {
			t.Errorf("%s: %d times", want, got[want])
		}
	}
	if got["custody_gap E7"] != 1 || got["custody_gap E2"] != 0 {
		t.Errorf("broken chains: E7 %d, E2 %d", got["custody_gap E7"], got["custody_gap E2"])
	}
	if slices.ContainsFunc(deeds, func(d exercise.Deed) bool { return d.About == "E5" }) {
		t.Error("a refused label counted")
	}
}
