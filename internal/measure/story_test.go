package measure_test

import (
	"context"
	"testing"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/measure"
	"rufaa/internal/office/officetest"
)

// A service that was recorded by mistake was no care: struck out, it is measured
// as if it had not been, and what was given after it counts as the first.
func TestAServiceStruckOutIsNoCare(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		ctx, who := context.Background(), officetest.Who("wanjiru.case")
		do := func(id string, cmd casefile.Command) {
			t.Helper()
			w.Clock.Pass(time.Minute)
			if _, err := w.Cases.Do(ctx, who, id, casefile.Order{}, cmd); err != nil {
				t.Fatalf("%T: %v", cmd, err)
			}
		}
		care := func() measure.Spread {
			t.Helper()
			all, err := w.Measures.TimeToCare(ctx, officetest.Who("wafula.secretariat"), false, measure.Year)
			if err != nil {
				t.Fatal(err)
			}
			return all[1].All
		}
		given := &casefile.Deliver{Service: "medical", On: w.Clock.Now().Format(time.DateOnly)}
		wrong := map[string]string{} // delivery by case
		for range measure.Least {
			rc, err := w.Cases.Raise(ctx, who, casefile.Order{}, &casefile.Alert{Channel: "hotline", County: "mombasa", Holder: "x-tumaini", Account: "told",
				Person: casefile.PersonFacts{Name: "Zuhura Fiktivo", Sex: "female", Minor: "no"}})
			if err != nil {
				t.Fatal(err)
			}
			do(rc.ID, &casefile.Take{})
			do(rc.ID, given)
			s, _ := w.Cases.Load(ctx, rc.ID)
			wrong[rc.ID] = s.Deliveries[0].ID
		}
		if c := care(); c.Reached.N != measure.Least || c.Half < 0 {
			t.Fatalf("given to all, and measured as %+v", c)
		}
		for id, delivery := range wrong {
			do(id, &casefile.StrikeService{Delivery: delivery})
		}
		if c := care(); c.Reached.N != 0 || c.Reached.Hidden || c.Half != -1 {
			t.Fatalf("struck out in all, and measured as %+v", c)
		}
		w.Clock.Pass(20 * time.Hour)
		for id := range wrong {
			do(id, given)
		}
		if c := care(); c.Reached.N != measure.Least || c.Half < 19*60 {
			t.Fatalf("given for the first time on the next day, and measured as %+v", c)
		}
		was := care()
		if _, err := w.Rebuild(ctx); err != nil {
			t.Fatal(err)
		}
		if c := care(); c != was {
			t.Errorf("a rebuild measures %+v, not %+v", c, was)
		}
	})
}
