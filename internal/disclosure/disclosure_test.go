package disclosure_test

import (
	"bytes"
	"context"
	"strings"
	"testing"

	"rufaa/internal/bundle"
	"rufaa/internal/casefile"
	"rufaa/internal/demo"
	"rufaa/internal/office/officetest"
)

// All names and texts in these tests are invented.

func TestABundleIsNotedAndNamesNobody(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		ctx := context.Background()
		manager := demo.Actor("wanjiru.case")
		age := 24
		rc, err := w.Cases.Raise(ctx, demo.Actor("amina.officer"), casefile.Order{}, &casefile.Alert{Holder: "x-tumaini", County: "mombasa", Place: "Salama House, Nyali, Mombasa",
			Person: casefile.PersonFacts{Name: "Zawadi Fictional", Phone: "0712000111", Nationality: "ug", Age: &age, Minor: "no", Sex: "female"}})
		if err != nil {
			t.Fatal(err)
		}
		do := func(cmd casefile.Command) {
			t.Helper()
			if _, err := w.Cases.Do(ctx, manager, rc.ID, casefile.Order{}, cmd); err != nil {
				t.Fatal(err)
			}
		}
		do(&casefile.Take{})
		do(&casefile.Move{Kind: "shelter", Place: "Tulivu House, Bamburi", County: "mombasa"})
		do(&casefile.Move{Kind: "shelter", Place: "Salama House, Nyali, Mombasa", County: "mombasa"})
		do(&casefile.Tell{Text: "She was at Tulivu House first. Taken from Mombasa. They know that she sleeps at SALAMA house in nyali; ring 0712 000-111."})
		do(&casefile.Tell{Text: "zawadi says: they kept the passport. Her number is +254712000111."})
		maker := w.Discloser()
		ask := &casefile.MakeBundle{Recipient: "court", Purpose: "prosecution"}
		v, err := maker.Preview(ctx, manager, rc.ID, ask)
		if err != nil || v.Events < 3 || len(v.Texts) != 2 {
			t.Fatalf("%+v %v", v, err)
		}
		if lines, err := w.Cases.WhoSaw(ctx, demo.Actor("njoki.data"), rc.ID, 0, 10); err != nil || len(lines) != 0 {
			t.Fatalf("the preview opened something: %v %v", lines, err)
		}
		made, err := maker.Make(ctx, manager, rc.ID, casefile.Order{}, ask)
		if err != nil {
			t.Fatal(err)
		}
		var file bytes.Buffer
		if n, err := made.WriteTo(&file); err != nil || n != made.Size {
			t.Fatal(n, err)
		}
		r, err := bundle.Verify(file.Bytes())
		if err != nil || r.Whole == 0 || r.Leaves == 0 {
			t.Fatalf("%+v %v", r, err)
		}
		if !bytes.Contains(file.Bytes(), []byte("kept the passport")) {
			t.Error("her account is missing")
		}
		if !bytes.Contains(file.Bytes(), []byte("Taken from Mombasa.")) {
			t.Error("where she was taken from, a county, is masked")
		}
		for _, secret := range []string{"zawadi", "712000111", "000-111", "salama house", "nyali", "tulivu", ".identity."} {
			if strings.Contains(strings.ToLower(string(file.Bytes())), secret) {
				t.Errorf("the bundle holds %q", secret)
			}
		}
		history, err := w.Cases.History(ctx, manager, rc.ID)
		if err != nil || history[len(history)-1].Kind != casefile.BundleMade {
			t.Errorf("the history does not tell of the bundle: %v", err)
		}
		if lines, _ := w.Cases.WhoSaw(ctx, demo.Actor("njoki.data"), rc.ID, 0, 10); len(lines) == 0 {
			t.Error("who saw what does not show the openings")
		}
		for _, user := range []string{"kamau.case", "salome.shelter", "njoki.data", "wafula.secretariat"} {
			if _, err := maker.Make(ctx, demo.Actor(user), rc.ID, casefile.Order{}, ask); err == nil {
				t.Errorf("%s makes a bundle of a case that is not theirs", user)
			}
		}
	})
}
