package demo

import (
	"context"
	"testing"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/office"
	"rufaa/internal/realm"
)

// The demonstration tells its cases through the same commands as people do:
// if a rule of the domain changes, it notices.
func TestDemonstrationTellsEveryStage(t *testing.T) {
	ctx := context.Background()
	clock := new(Clock)
	of, err := office.Create(ctx, office.Options{Data: t.TempDir(), Realm: "demo", Now: clock.Now}, realm.Demo)
	if err != nil {
		t.Fatal(err)
	}
	defer of.Close()
	if err := Enrol(ctx, of); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	if err := Seed(ctx, of, clock, Cases); err != nil {
		t.Fatal(err)
	}
	t.Logf("told in %v", time.Since(start))
	o, err := of.Cases.Overview(ctx, Actor("wafula.secretariat"))
	if err != nil {
		t.Fatal(err)
	}
	if o.Open+o.Closed < 60 || len(o.ByCounty) < 10 {
		t.Errorf("%d cases in %d counties, want at least 60 in 10", o.Open+o.Closed, len(o.ByCounty))
	}
	for _, st := range []casefile.Stage{casefile.StageAlerted, casefile.StageTaken, casefile.StageScreened, casefile.StageCare, casefile.StageReferred, casefile.StageFollowUp, casefile.StageClosed} {
		if o.ByStage[string(st)] == 0 {
			t.Errorf("no case in stage %s", st)
		}
	}
	// Whoever signs in to see what their duty would be has something to do.
	for _, user := range []string{"wanjiru.case", "kamau.case", "salome.shelter", "rehema.shelter", "mutua.shelter", "kibet.legal", "barasa.inquiry"} {
		if page, err := of.Cases.Worklist(ctx, Actor(user), casefile.Mine, "", 10); err != nil || page.Total == 0 {
			t.Errorf("%s has no case (%v)", user, err)
		}
	}
	if len(agencies) < 20 {
		t.Errorf("%d agencies, want 20", len(agencies))
	}
}
