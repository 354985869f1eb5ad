package office_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"

	"rufaa/internal/casefile"
	"rufaa/internal/ledger"
	"rufaa/internal/office/officetest"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/vault"
)

// years is one more day than a case is kept after its closure.
const years = 43800*time.Hour + 24*time.Hour

func closedCase(t *testing.T, w *officetest.World, steps ...casefile.Command) string {
	t.Helper()
	who, ctx := officetest.Who("wanjiru.case"), context.Background()
	rc, err := w.Cases.Raise(ctx, who, casefile.Order{}, &casefile.Alert{Account: "Told once", Person: casefile.PersonFacts{Name: "Neema Fiktivo", Minor: "no"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, cmd := range append(append([]casefile.Command{&casefile.Take{}}, steps...), &casefile.Close{Reason: "own-wish"}) {
		if _, err := w.Cases.Do(ctx, who, rc.ID, casefile.Order{}, cmd); err != nil {
			t.Fatalf("%T: %v", cmd, err)
		}
	}
	return rc.ID
}

// How somebody who was not presumed a victim can come back opens with her
// whereabouts, and nothing opens it once she is forgotten.
func TestAWayBackIsSealedAndForgotten(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		ctx, who := context.Background(), officetest.Who("wanjiru.case")
		const back = "Ask for Kanari7Q at the second kiosk"
		id := closedCase(t, w, screening("adult-1"), &casefile.Presume{Decision: "not_presumed", Reason: "labour-dispute", Note: "Late wages", WayBack: back})
		opened := func() []string {
			o, err := w.Cases.Open(ctx, who, id, vault.Whereabouts, "assistance")
			if err != nil {
				t.Fatal(err)
			}
			return o.Texts
		}
		if got := opened(); len(got) != 1 || got[0] != back {
			t.Fatalf("opened: %q", got)
		}
		if err := w.Ledger.Each(ctx, 0, func(e ledger.Event) error {
			if strings.Contains(string(e.Payload), "Kanari7Q") {
				t.Errorf("%s tells it in the clear", e.Kind)
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
		if err := officetest.Erase(ctx, w.Cases, id); err != nil {
			t.Fatal(err)
		}
		if got := opened(); len(got) != 1 || !vault.IsErased(got[0]) {
			t.Errorf("after erasure: %q", got)
		}
	})
}

// Events from before it was sealed tell it in the clear: it is read by those
// who read her safety until she is forgotten, and by nobody after that.
func TestAnOldWayBackIsNotShownAfterErasure(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		ctx, who := context.Background(), officetest.Who("wanjiru.case")
		id := closedCase(t, w, screening("adult-1"))
		if _, err := w.Commit(ctx, realm.Command{Actor: who, Appends: []realm.Append{{Stream: casefile.Stream(id), Expected: ledger.AnyVersion,
			Drafts: []ledger.Draft{{Kind: casefile.PresumptionMade, Schema: 1, Payload: map[string]string{"id": "old", "decision": "not_presumed", "reason": "labour-dispute", "way_back": "Kanari7Q kiosk"}}}}}}); err != nil {
			t.Fatal(err)
		}
		shown := func() string {
			c, err := w.Cases.View(ctx, who, id)
			if err != nil {
				t.Fatal(err)
			}
			return c.State.Presumed.WayBackClear
		}
		if got := shown(); got != "Kanari7Q kiosk" {
			t.Fatalf("an old event reads %q", got)
		}
		if err := officetest.Erase(ctx, w.Cases, id); err != nil {
			t.Fatal(err)
		}
		for _, when := range []string{"erased", "rebuilt", "gone on with"} {
			switch when {
			case "rebuilt":
				if _, err := w.Rebuild(ctx); err != nil {
					t.Fatal(err)
				}
			case "gone on with":
				_, err := w.Cases.Do(ctx, who, id, casefile.Order{}, &casefile.Reopen{Reason: "She came back"})
				wantRule(t, err, "case.forgotten") // she is helped by a new alert
				if _, err := w.Cases.Do(ctx, who, id, casefile.Order{}, &casefile.GiveCopy{}); err != nil {
					t.Fatal(err)
				}
			}
			if got := shown(); got != "" {
				t.Errorf("%s: still shows %q", when, got)
			}
			if models := dump(t, w.Office); strings.Contains(models["case_snapshots"], "Kanari7Q") {
				t.Errorf("%s: a read model still holds it", when)
			}
		}
	})
}

// A closed case comes to the end of its retention by itself. It is named to the
// data protection officer alone, and only a person erases it.
func TestRetentionEnds(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		ctx, who, dpo := context.Background(), officetest.Who("wanjiru.case"), officetest.Who("njoki.data")
		id, again := closedCase(t, w), closedCase(t, w)
		named := func(held bool) string {
			t.Helper()
			list, err := w.Cases.Ended(ctx, dpo, held, 10)
			if err != nil {
				t.Fatal(err)
			}
			ids := ""
			for _, k := range list {
				ids += strings.NewReplacer(id, "first ", again, "second ").Replace(k.ID)
			}
			return ids
		}
		must := func(_ realm.Receipt, err error) {
			t.Helper()
			if err != nil {
				t.Fatal(err)
			}
		}
		if got := named(false); got != "" {
			t.Fatalf("named before the end: %s", got)
		}
		w.Clock.Pass(years)
		if got := named(false); got != "first second " {
			t.Fatalf("at the end: %q", got)
		}
		var denied *problem.Denied
		if _, err := w.Cases.Ended(ctx, who, false, 10); !errors.As(err, &denied) {
			t.Errorf("a case manager reads the list: %v", err)
		}
		// A legal hold stops it; it ends, and the case is named again.
		must(w.Cases.Hold(ctx, dpo, id, casefile.Order{}, true))
		if due, held := named(false), named(true); due != "second " || held != "first " {
			t.Errorf("under a hold: due %q, held %q", due, held)
		}
		err := officetest.Erase(ctx, w.Cases, id)
		wantRule(t, err, "erasure.legal-hold")
		must(w.Cases.Hold(ctx, dpo, id, casefile.Order{}, false))
		must(realm.Receipt{}, officetest.Erase(ctx, w.Cases, id))
		// Who comes back is no longer closed, and is closed anew later.
		must(w.Cases.Do(ctx, who, again, casefile.Order{}, &casefile.Reopen{Reason: "She came back"}))
		if got := named(false); got != "" {
			t.Errorf("after erasure and reopening: %q", got)
		}
		must(w.Cases.Do(ctx, who, again, casefile.Order{}, &casefile.Close{Reason: "own-wish"}))
		w.Clock.Pass(years)
		if got := named(false); got != "second " {
			t.Errorf("closed anew, and years later: %q", got)
		}
		before := dump(t, w.Office)["cases"]
		if _, err := w.Rebuild(ctx); err != nil {
			t.Fatal(err)
		}
		if dump(t, w.Office)["cases"] != before {
			t.Error("a rebuild loses holds or erasures")
		}
		k, err := w.Cases.Kept(ctx, dpo, id)
		if err != nil || k == nil || k.Erased == nil || k.Held {
			t.Errorf("how the first is kept: %+v %v", k, err)
		}
	})
}

// A case is not closed over the head of a presumed victim who is held: her hours
// go on being counted, and the Secretariat goes on seeing her.
func TestNobodyIsClosedAwayInACell(t *testing.T) {
	w, ctx, who := officetest.Open(t, "sqlite"), context.Background(), officetest.Who("wanjiru.case")
	held := func() string {
		rc, err := w.Cases.Raise(ctx, who, casefile.Order{}, &casefile.Alert{Person: casefile.PersonFacts{Minor: "no"}})
		if err != nil {
			t.Fatal(err)
		}
		for _, cmd := range []casefile.Command{&casefile.Take{}, screening("adult-1"), &casefile.Presume{Decision: "presumed", Track: "trafficking"}, &casefile.Move{Kind: "prison", Place: "Remand"}} {
			if _, err := w.Cases.Do(ctx, who, rc.ID, casefile.Order{}, cmd); err != nil {
				t.Fatalf("%T: %v", cmd, err)
			}
		}
		return rc.ID
	}
	for _, reason := range []string{"own-wish", "contact-lost", "solution-found"} {
		id := held()
		_, err := w.Cases.Do(ctx, who, id, casefile.Order{}, &casefile.Close{Reason: reason})
		wantRule(t, err, "case.closure-detained")
		for _, cmd := range []casefile.Command{&casefile.Move{Kind: "shelter", Place: "A house"}, &casefile.Close{Reason: reason}} {
			if _, err := w.Cases.Do(ctx, who, id, casefile.Order{}, cmd); err != nil {
				t.Errorf("free, %T for %s: %v", cmd, reason, err)
			}
		}
	}
	if _, err := w.Cases.Do(ctx, who, held(), casefile.Order{}, &casefile.Close{Reason: "died"}); err != nil {
		t.Error(err)
	}
}

// A ledger of before panels had members with voices: one person wrote who sat on
// it and what they decided. It verifies and is rebuilt, and says what it said.
func TestAPanelOfBeforeVoicesIsRebuilt(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		ctx, who := context.Background(), officetest.Who("wanjiru.case")
		id := closedCase(t, w, screening("adult-1"), &casefile.Presume{Decision: "presumed", Track: "trafficking"})
		if _, err := w.Commit(ctx, realm.Command{Actor: who, Appends: []realm.Append{{Stream: casefile.Stream(id), Expected: ledger.AnyVersion, Drafts: []ledger.Draft{
			{Kind: casefile.PanelConvened, Schema: 1, Payload: map[string]any{"id": "old", "on": "2025-11-03", "agencies": []string{"x-tumaini", "x-secretariat"}}},
			{Kind: casefile.PanelDecided, Schema: 1, Payload: map[string]any{"panel": "old", "outcome": "confirmed", "reasons": ""}},
			{Kind: casefile.PanelConvened, Schema: 1, Payload: map[string]any{"id": "open", "on": "2025-12-03", "agencies": []string{"x-tumaini", "x-secretariat"}}},
		}}}}); err != nil {
			t.Fatal(err)
		}
		for _, when := range []string{"read", "rebuilt"} {
			c, err := w.Cases.View(ctx, who, id)
			if err != nil || c.State.Status() != casefile.Confirmed || len(c.State.Panels) != 2 || c.State.OpenPanel() != nil {
				t.Fatalf("%s: %v, %+v", when, err, c.State.Panels)
			}
			if _, err := w.Rebuild(ctx); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := w.Cases.Do(ctx, who, id, casefile.Order{}, &casefile.Reopen{Reason: "She came back"}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Cases.Do(ctx, who, id, casefile.Order{}, &casefile.ConvenePanel{On: "2026-03-03", Members: []string{"fatuma.case", "kibet.legal"}, Papers: "New facts."}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Ledger.Checkpoint(ctx); err != nil {
			t.Fatal(err)
		}
		verifier, err := note.NewVerifier(w.Verifier)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := ledger.Verify(ctx, w.Store, verifier); err != nil {
			t.Fatal(err)
		}
	})
}
