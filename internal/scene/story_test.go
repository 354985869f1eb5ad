package scene_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/inquiry"
	"rufaa/internal/office/officetest"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/scene"
)

// tale plays one night at a villa.
type tale struct {
	*officetest.World
	t       *testing.T
	ctx     context.Context
	inquiry string
	scene   string
}

const (
	lead     = "barasa.inquiry" // investigator, leads
	exhibits = "njeri.inquiry"  // investigator of the same unit
	officer  = "amina.officer"  // first officer on the spot, another agency
	liaison  = "wanjiru.case"   // case manager of an NGO
	oversees = "njoki.data"     // data protection officer
)

func id(user string) string { return officetest.Who(user).Staff }

func (s *tale) must(err error) {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
}

func (s *tale) do(user string, cmd scene.Command) error {
	s.Clock.Pass(time.Minute)
	_, err := s.Scenes.Do(s.ctx, officetest.Who(user), s.scene, casefile.Order{}, cmd)
	return err
}

func (s *tale) ok(user string, cmds ...scene.Command) {
	s.t.Helper()
	for _, cmd := range cmds {
		if err := s.do(user, cmd); err != nil {
			s.t.Fatalf("%s: %T: %v", user, cmd, err)
		}
	}
}

func (s *tale) refused(user string, cmd scene.Command, rule string) {
	s.t.Helper()
	var r *problem.Refused
	if err := s.do(user, cmd); !errors.As(err, &r) || r.Rule != rule {
		s.t.Fatalf("%s: %T: got %v, want refusal by %s", user, cmd, err, rule)
	}
}

func (s *tale) state() *scene.State {
	s.t.Helper()
	v, err := s.Scenes.Load(s.ctx, s.scene)
	s.must(err)
	return v
}

// opened is an inquiry with a team of two and one scene.
func opened(t *testing.T, w *officetest.World) *tale {
	s := &tale{World: w, t: t, ctx: context.Background()}
	rc, err := w.Inquiries.Open(s.ctx, officetest.Who(lead), casefile.Order{}, &inquiry.Open{Kind: "trafficking", Title: "Villa"})
	s.must(err)
	s.inquiry = rc.ID
	_, err = w.Inquiries.Do(s.ctx, officetest.Who(lead), s.inquiry, casefile.Order{}, &inquiry.Join{Staff: id(officer), Duty: "investigator"})
	s.must(err)
	sc, err := w.Scenes.Open(s.ctx, officetest.Who(officer), s.inquiry, casefile.Order{}, &scene.Open{Class: "premises", Address: "Green gate", Point: "-4.04, 39.66"})
	s.must(err)
	s.scene = sc.ID
	if !strings.HasSuffix(sc.Ref, "/S1") {
		t.Fatalf("the first scene is %s", sc.Ref)
	}
	return s
}

// Officers reach a villa at night. The first officer opens the scene; victim
// and suspect are kept apart to the last vehicle; what is not done is
// explained; and a colleague of the unit who is not on the team sees nothing.
func TestOfficersReachAVillaAtNight(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		s := opened(t, w)
		s.nobodyElseSees()
		s.ok(officer, &scene.Give{Staff: id(liaison), Role: scene.VictimLiaison}, &scene.Give{Staff: id(exhibits), Role: scene.ExhibitsOfficer})
		s.refused(officer, &scene.Give{Staff: id(lead), Role: scene.ExhibitsOfficer}, "scene.one-exhibits-officer")
		s.liaisonSeesTheSceneOnly()
		s.separation()
		s.logAndRelease()
		s.rebuilt()
	})
}

func (s *tale) nobodyElseSees() {
	s.t.Helper()
	for _, user := range []string{exhibits, "odhiambo.court", "wafula.secretariat", oversees, "ruto.admin", liaison} {
		who := officetest.Who(user)
		_, err1 := s.Inquiries.View(s.ctx, who, s.inquiry)
		_, err2 := s.Scenes.View(s.ctx, who, s.scene)
		_, err3 := s.Scenes.View(s.ctx, who, "there-is-none")
		_, err4 := s.Scenes.Read(s.ctx, who, s.scene)
		for _, err := range []error{err1, err2, err3, err4} {
			if !errors.Is(err, problem.ErrNotFound) {
				s.t.Fatalf("%s, who is not on the team: %v", user, err)
			}
		}
		if _, err := s.Scenes.Do(s.ctx, who, s.scene, casefile.Order{}, &scene.Observe{Weather: []string{"dry"}}); !errors.Is(err, problem.ErrNotFound) {
			s.t.Fatalf("%s writes: %v", user, err)
		}
	}
	if list, err := s.Inquiries.List(s.ctx, officetest.Who(exhibits)); err != nil || len(list) != 0 {
		s.t.Fatalf("a colleague lists %d inquiries, %v", len(list), err)
	}
}

// The liaison sees this scene, opens nothing of it, and sees no inquiry.
func (s *tale) liaisonSeesTheSceneOnly() {
	s.t.Helper()
	who := officetest.Who(liaison)
	v, err := s.Scenes.View(s.ctx, who, s.scene)
	s.must(err)
	if v.Can(policy.SceneRead) || v.Can(policy.SceneRole) || !v.Can(policy.SceneHandle) {
		s.t.Fatal("the liaison may do other things than care for persons")
	}
	if _, err := s.Scenes.Read(s.ctx, who, s.scene); !errors.As(err, new(*problem.Denied)) {
		s.t.Fatalf("the liaison opens the address: %v", err)
	}
	if _, err := s.Inquiries.View(s.ctx, who, s.inquiry); !errors.Is(err, problem.ErrNotFound) {
		s.t.Fatalf("the liaison sees the inquiry: %v", err)
	}
	texts, err := s.Scenes.Read(s.ctx, officetest.Who(officer), s.scene)
	s.must(err)
	if !slices.ContainsFunc(texts, func(x scene.Text) bool { return x.Text == "Green gate" }) {
		s.t.Fatalf("the officer opens %+v", texts)
	}
}

func (s *tale) separation() {
	s.t.Helper()
	s.ok(officer, &scene.AddUnit{Kind: "vehicle", Name: "V1"}, &scene.AddUnit{Kind: "room", Name: "Kitchen"},
		&scene.Arrive{Standing: scene.Victim}, &scene.Arrive{Standing: scene.Suspect}, &scene.Arrive{Standing: scene.Undetermined})
	s.refused(officer, &scene.AddUnit{Kind: "vehicle", Name: "v 1"}, "scene.unit-known")
	st := s.state()
	victim, suspect, unsure := st.Persons[0].ID, st.Persons[1].ID, st.Persons[2].ID
	car, kitchen := st.Units[0].ID, st.Units[1].ID
	s.refused(liaison, &scene.Handle{Person: victim, Handler: id("kamau.case")}, "scene.handler-at-scene")
	s.ok(liaison, &scene.Handle{Person: victim, Handler: id(liaison), Vehicle: car, Room: kitchen})
	s.refused(officer, &scene.Handle{Person: suspect, Handler: id(liaison)}, "separation.handler")
	s.refused(officer, &scene.Handle{Person: suspect, Handler: id(officer), Vehicle: car}, "separation.vehicle")
	s.refused(officer, &scene.Handle{Person: suspect, Room: kitchen}, "separation.room")
	s.ok(officer, &scene.Handle{Person: unsure, Handler: id(liaison), Room: kitchen})
	s.refused(officer, &scene.Restate{Person: unsure, Standing: scene.Suspect, Reason: "He gave the orders."}, "separation.handler")
	s.ok(officer, &scene.Restate{Person: unsure, Standing: scene.Victim, Reason: "She was locked in too."})

	// Later the vehicle is empty: its traces are not.
	s.ok(liaison, &scene.Handle{Person: victim, Vehicle: "-"})
	why := scene.Aside{OverrideReason: "The only vehicle; the other one has a flat tyre.", OverrideTold: id(lead)}
	s.refused(officer, &scene.Handle{Person: suspect, Vehicle: car}, "separation.vehicle")
	s.refused(liaison, &scene.Handle{Person: suspect, Vehicle: car, Aside: why}, "separation.manager-sets-aside")
	alone := why
	alone.OverrideTold = id(officer)
	s.refused(officer, &scene.Handle{Person: suspect, Vehicle: car, Aside: alone}, "separation.second-person")
	s.ok(officer, &scene.Handle{Person: suspect, Handler: id(officer), Vehicle: car, Aside: why})
	told, err := s.Scenes.Told(s.ctx, officetest.Who(lead))
	s.must(err)
	if len(told) != 1 || told[0].Kinds != "vehicle" {
		s.t.Fatalf("the second person is told %+v", told)
	}
	s.refused(officer, &scene.See{Override: told[0].ID}, "separation.told-only")
	s.ok(lead, &scene.See{Override: told[0].ID})
	queue, err := s.Scenes.Oversight(s.ctx, officetest.Who(oversees))
	s.must(err)
	if len(queue) != 1 || queue[0].Scene != "" || queue[0].Staff != id(officer) || queue[0].Seen.IsZero() {
		s.t.Fatalf("the oversight list: %+v", queue)
	}
	if reason, err := s.Scenes.Reason(s.ctx, officetest.Who(oversees), queue[0].ID); err != nil || !strings.Contains(reason, "flat tyre") {
		s.t.Fatalf("the reviewer reads %q, %v", reason, err)
	}
	_, err = s.Scenes.Review(s.ctx, officetest.Who(oversees), casefile.Order{}, &scene.Judge{Override: queue[0].ID, Note: "Another car was ten minutes away."})
	s.must(err)
	if queue, _ = s.Scenes.Oversight(s.ctx, officetest.Who(oversees)); len(queue) != 0 {
		s.t.Fatalf("reviewed, and still waiting: %+v", queue)
	}
	if _, err := s.Scenes.Oversight(s.ctx, officetest.Who(officer)); !errors.As(err, new(*problem.Denied)) {
		s.t.Fatalf("an officer reads the oversight list: %v", err)
	}

	// The same vehicle turns up at another scene of the inquiry.
	other, err := s.Scenes.Open(s.ctx, officetest.Who(lead), s.inquiry, casefile.Order{}, &scene.Open{Class: "vehicle"})
	s.must(err)
	first := s.scene
	s.scene = other.ID
	s.ok(lead, &scene.AddUnit{Kind: "vehicle", Name: "V-1"}, &scene.Arrive{Standing: scene.Suspect}, &scene.AddUnit{Kind: "room", Name: "Kitchen"})
	st = s.state()
	s.refused(lead, &scene.Handle{Person: st.Persons[0].ID, Vehicle: st.Units[0].ID}, "separation.vehicle")
	s.refused(lead, &scene.Handle{Person: st.Persons[0].ID, Handler: id(liaison)}, "scene.handler-at-scene")
	s.ok(lead, &scene.Handle{Person: st.Persons[0].ID, Room: st.Units[1].ID}) // another house, another kitchen
	s.scene = first
}

func (s *tale) logAndRelease() {
	s.t.Helper()
	in := s.Now().Add(-30 * time.Minute).Format(time.RFC3339)
	s.ok(officer, &scene.Enter{Staff: id(officer), Purpose: "first-response", Clothing: "gloves", Time: in,
		At: scene.At{DeviceAt: s.Now().Add(3 * time.Hour).Format(time.RFC3339)}})
	line := s.state().Log[0]
	if !line.Wrong(5*time.Minute) || line.Off < 10000 {
		s.t.Fatalf("a clock wrong by hours is not named: %+v", line.Moment)
	}
	s.refused(officer, &scene.Enter{Staff: id(officer), Purpose: "search", Clothing: "gloves"}, "scene.inside-already")
	if err := s.do(officer, &scene.Enter{Staff: id(lead), Name: "Also", Purpose: "search", Clothing: "gloves"}); !errors.As(err, new(*problem.Invalid)) {
		s.t.Fatalf("two people in one line: %v", err)
	}
	s.refused(officer, &scene.GiveUp{To: "locked"}, "scene.log-open")
	s.refused(officer, &scene.Leave{Entry: line.ID, Time: "2020-01-01T00:00"}, "scene.left-before-entering")
	s.ok(officer, &scene.Leave{Entry: line.ID})
	s.refused(officer, &scene.Leave{Entry: line.ID}, "scene.left-already")
	s.refused(officer, &scene.GiveUp{To: "locked"}, "scene.persons-open")
	for _, p := range s.state().Persons {
		s.ok(officer, &scene.Depart{Person: p.ID})
	}
	s.refused(officer, &scene.GiveUp{To: "locked"}, "scene.steps-open")
	g := s.Content.Guide("tip-scene-1")
	for i := range g.Steps {
		of := scene.OfGuide{Guide: g.ID, Step: g.Steps[i].ID}
		if len(g.Steps[i].Prompts) > 0 {
			s.refused(officer, &scene.DoStep{OfGuide: of}, "scene.prompts-first")
		}
		if i%2 == 1 {
			s.ok(officer, &scene.SkipStep{OfGuide: of, Reason: "no-means"})
			continue
		}
		for _, p := range g.Steps[i].Prompts {
			s.ok(officer, &scene.AnswerPrompt{OfGuide: of, Prompt: p.ID, Answer: scene.NotLooked, Reason: "danger"})
		}
		s.ok(officer, &scene.DoStep{OfGuide: of, Product: scene.Product{Nothing: "on-paper"}})
		s.refused(officer, &scene.DoStep{OfGuide: of}, "scene.step-settled")
	}
	s.ok(officer, &scene.GiveUp{To: "locked"})
	s.refused(officer, &scene.Arrive{Standing: scene.Victim}, "scene.released")
}

// rebuilt: the read models are nothing but the ledger read again.
func (s *tale) rebuilt() {
	s.t.Helper()
	before := s.dump()
	_, err := s.Rebuild(s.ctx)
	s.must(err)
	if after := s.dump(); after != before || !strings.Contains(before, s.scene) {
		s.t.Fatalf("rebuilt, the read models differ:\n%.500s\n%.500s", before, after)
	}
}

func (s *tale) dump() string {
	s.t.Helper()
	var b strings.Builder
	for _, q := range []string{`SELECT id || ref, state FROM inquiries ORDER BY id`, `SELECT inquiry || staff, '' FROM inquiry_team ORDER BY inquiry, staff`,
		`SELECT id || ref || inquiry, state FROM scenes ORDER BY id`, `SELECT scene || staff, '' FROM scene_staff ORDER BY scene, staff`,
		`SELECT id || scene || ref || staff || told || kind, CAST(reviewed AS TEXT) FROM scene_overrides ORDER BY id`} {
		rows, err := s.Store.Query(s.ctx, q)
		s.must(err)
		for rows.Next() {
			var a, z []byte
			s.must(rows.Scan(&a, &z))
			b.Write(append(append(a, z...), '\n'))
		}
		s.must(rows.Err())
		rows.Close()
	}
	return b.String()
}

// Stop means stop: at a scene of child sexual exploitation the step that says
// do not copy, view or send is not skipped, and an inquiry about children
// makes every scene one, whatever the form says.
func TestStopIsNotSkipped(t *testing.T) {
	w := officetest.Open(t, "sqlite")
	s := &tale{World: w, t: t, ctx: context.Background()}
	rc, err := w.Inquiries.Open(s.ctx, officetest.Who(lead), casefile.Order{}, &inquiry.Open{Kind: "online", Title: "Report 7"})
	s.must(err)
	sc, err := w.Scenes.Open(s.ctx, officetest.Who(lead), rc.ID, casefile.Order{}, &scene.Open{Class: "online"})
	s.must(err)
	s.scene = sc.ID
	st := s.state()
	if !st.CSE || len(st.Runs) != 1 || st.Runs[0].Guide != "online-cse-lead-1" {
		t.Fatalf("opened as %+v", st)
	}
	of := scene.OfGuide{Guide: "online-cse-lead-1", Step: "stop"}
	s.refused(lead, &scene.SkipStep{OfGuide: of, Reason: "no-means"}, "scene.stop-is-not-skipped")
	s.ok(lead, &scene.DoStep{OfGuide: of})
}

// The case manager learns that an inquiry exists and of which agency; the
// shelter, the counsellor and who has no part learn nothing.
func TestWhoKnowsThatAnInquiryExists(t *testing.T) {
	w := officetest.Open(t, "sqlite")
	s := opened(t, w)
	rc, err := w.Cases.Raise(s.ctx, officetest.Who(liaison), casefile.Order{}, &casefile.Alert{Account: "Heard."})
	s.must(err)
	_, err = w.Cases.Do(s.ctx, officetest.Who(liaison), rc.ID, casefile.Order{}, &casefile.Take{})
	s.must(err)
	// Barasa has no part in the case: to him it is not there.
	_, err = w.Inquiries.Do(s.ctx, officetest.Who(lead), s.inquiry, casefile.Order{}, &inquiry.Link{Case: rc.ID})
	_, none := w.Inquiries.Do(s.ctx, officetest.Who(lead), s.inquiry, casefile.Order{}, &inquiry.Link{Case: "there-is-none"})
	a, _ := json.Marshal(err)
	b, _ := json.Marshal(none)
	if !errors.As(err, new(*problem.Invalid)) || string(a) != string(b) {
		t.Fatalf("a case of others: %v, none: %v", err, none)
	}
	known, err := w.Inquiries.OfCase(s.ctx, officetest.Who(liaison), rc.ID)
	if err != nil || len(known) != 0 {
		t.Fatalf("not linked: %+v, %v", known, err)
	}
	if _, err := w.Inquiries.OfCase(s.ctx, officetest.Who("fatuma.case"), rc.ID); !errors.Is(err, problem.ErrNotFound) {
		t.Fatalf("another case manager: %v", err)
	}
}

// The last lead stays; a plan keeps victims and suspects apart; risks come
// before the briefing and the briefing before the raid.
func TestAnOperationIsPlannedApart(t *testing.T) {
	w := officetest.Open(t, "sqlite")
	s := opened(t, w)
	in := func(cmd inquiry.Command, rule string) {
		t.Helper()
		_, err := w.Inquiries.Do(s.ctx, officetest.Who(lead), s.inquiry, casefile.Order{}, cmd)
		var r *problem.Refused
		switch {
		case rule == "" && err == nil, errors.As(err, &r) && r.Rule == rule:
		default:
			t.Fatalf("%T: got %v, want %q", cmd, err, rule)
		}
	}
	in(&inquiry.Leave{Staff: id(lead)}, "inquiry.needs-lead")
	in(&inquiry.Join{Staff: id(lead), Duty: "analyst"}, "inquiry.needs-lead")
	plan := func(a, b string) *inquiry.Plan {
		return &inquiry.Plan{Kind: "raid", On: "2026-03-05", Units: []inquiry.Unit{{Kind: "vehicle", Name: a, Side: "victims"}, {Kind: "vehicle", Name: b, Side: "suspects"}}}
	}
	in(plan("V1", "v-1"), "inquiry.victims-apart-in-plan")
	in(plan("V1", "V2"), "")
	st, err := w.Inquiries.Load(s.ctx, s.inquiry)
	s.must(err)
	op := st.Operations[0].ID
	in(&inquiry.Brief{Operation: op}, "inquiry.risk-before-raid")
	p := plan("V1", "V2")
	p.Operation, p.Risk = op, "Dogs."
	in(p, "")
	in(&inquiry.Finish{Operation: op, Outcome: "carried-out"}, "inquiry.briefing-first")
	in(&inquiry.Brief{Operation: op}, "")
	anew := plan("V1", "V3") // the risks stand; the briefing does not
	anew.Operation = op
	in(anew, "")
	in(&inquiry.Finish{Operation: op, Outcome: "carried-out"}, "inquiry.briefing-first")
	in(&inquiry.Brief{Operation: op}, "")
	texts, err := w.Inquiries.Read(s.ctx, officetest.Who(lead), s.inquiry)
	if err != nil || !slices.ContainsFunc(texts, func(x inquiry.Text) bool { return x.Label == "op_risk" && x.Text == "Dogs." }) {
		t.Fatalf("planned anew, the risks read %+v, %v", texts, err)
	}
	in(&inquiry.Finish{Operation: op, Outcome: "carried-out"}, "")
	in(&inquiry.Brief{Operation: op}, "inquiry.operation-over")
}

// A text planted in every sealed field of inquiry and scene is found in no
// file the program wrote.
func TestNothingSealedReachesTheDisk(t *testing.T) {
	w := officetest.Open(t, "sqlite")
	s := opened(t, w)
	const canary = "Kanari9Villa"
	_, err := w.Inquiries.Do(s.ctx, officetest.Who(lead), s.inquiry, casefile.Order{}, &inquiry.Plan{Kind: "raid", On: "2026-03-05", Place: canary, Plan: canary, Risk: canary})
	s.must(err)
	s.ok(officer, &scene.Locate{Address: canary}, &scene.Observe{Weather: []string{"dry"}, Note: canary}, &scene.Arrive{Standing: scene.Victim, Description: canary},
		&scene.Enter{Name: canary, Purpose: "search", Clothing: "gloves"}, &scene.Draw{Kind: "lock", Points: "1,1", Note: canary},
		&scene.SkipStep{OfGuide: scene.OfGuide{Guide: "tip-scene-1", Step: "danger"}, Reason: "other", Note: canary})
	s.ok(officer, &scene.Restate{Person: s.state().Persons[0].ID, Standing: scene.Undetermined, Reason: canary})
	files := 0
	s.must(filepath.WalkDir(w.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		raw, err := os.ReadFile(path)
		if err == nil && strings.Contains(string(raw), canary) {
			t.Errorf("%s holds what is sealed", path)
		}
		files++
		return err
	}))
	if files < 3 {
		t.Fatalf("only %d files looked at", files)
	}
}
