package demo

import (
	"bytes"
	"context"
	"testing"
	"time"

	"rufaa/internal/bundle"
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

// What goes to the defence holds the exhibits with their chains: the torn seal
// is named, keepers stand as agencies, and every part verifies.
func TestTheDefenceGetsTheChainWithWhatIsWrongInIt(t *testing.T) {
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
	if err := Seed(ctx, of, clock, Cases); err != nil {
		t.Fatal(err)
	}
	lead := Actor("barasa.inquiry")
	inquiries, err := of.Inquiries.List(ctx, lead)
	if err != nil {
		t.Fatal(err)
	}
	var report *bundle.Report
	var raw bytes.Buffer
	for _, q := range inquiries {
		made, err := of.Discloser().MakeInquiry(ctx, lead, q.ID, &casefile.MakeBundle{Recipient: "defence", Purpose: "prosecution"})
		if err != nil {
			t.Fatalf("%s: %v", q.Ref, err)
		}
		raw.Reset()
		if _, err := made.WriteTo(&raw); err != nil {
			t.Fatal(err)
		}
		if report, err = bundle.Verify(raw.Bytes()); err != nil {
			t.Fatalf("%s: %v", q.Ref, err)
		}
		if len(report.Exhibits) > 0 {
			break
		}
	}
	broken := 0
	for _, x := range report.Exhibits {
		if x.Unbroken != nil && !*x.Unbroken {
			broken++
			if len(x.Findings) == 0 || x.Findings[0].Text == "" {
				t.Errorf("%s is broken and nothing says why", x.Number)
			}
		}
	}
	if len(report.Exhibits) < 5 || broken == 0 {
		t.Errorf("%d exhibits, %d broken chains", len(report.Exhibits), broken)
	}
	for _, never := range []string{"Barasa", "Chege", "Neema Fiktivo"} {
		if bytes.Contains(raw.Bytes(), []byte(never)) {
			t.Errorf("the bundle tells of %s", never)
		}
	}
}
