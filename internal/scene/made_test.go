package scene_test

import (
	"slices"
	"testing"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/evidencefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/office/officetest"
	"rufaa/internal/scene"
)

// token is a token that counted clients, as it is taken up.
func (s *tale) token(user string) string {
	s.t.Helper()
	rc, err := s.Exhibits.Record(s.ctx, officetest.Who(user), s.scene, casefile.Order{}, &exhibit.Record{
		Facts: exhibit.Facts{Kind: "other", Description: "Forty-one tokens (fictional)"}, Look: exhibit.Look{Place: "scene"}})
	s.must(err)
	return rc.ID
}

// A step that is done names what it led to, by id; each thing names the step
// that led to it. What is of another scene, or is not there, is refused.
func TestAStepNamesWhatItLedTo(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		s := opened(t, w)
		s.ok(officer, &scene.Give{Staff: id(liaison), Role: scene.VictimLiaison}, &scene.Observe{Weather: []string{"dry"}}, &scene.Arrive{Standing: scene.Victim},
			&scene.Enter{Staff: id(officer), Purpose: "search", Clothing: "gloves"}, &scene.Draw{Kind: "outer-cordon", Points: "A1 J1 J10"})
		tokens := s.token(officer)
		yard := s.kept(officer, evidencefile.Announced{Place: s.here(), Kind: "photo", Name: "yard.jpg"}, photo(t, 64, 48))
		st := s.state()
		at := func(step string) scene.OfGuide { return scene.OfGuide{Guide: "tip-scene-1", Step: step} }
		led := func(made ...string) scene.Product { return scene.Product{Made: made} }
		for step, made := range map[string]string{"danger": "conditions/" + st.Observations[0].ID, "cordon": "mark/" + st.Marks[0].ID, "log": "log/" + st.Log[0].ID} {
			s.ok(officer, &scene.DoStep{OfGuide: at(step), Product: led(made)})
		}
		for _, p := range []string{"tokens", "ledgers", "cash"} {
			s.ok(officer, &scene.AnswerPrompt{OfGuide: at("money-and-counts"), Prompt: p, Answer: scene.NotFound})
		}
		s.notOfThisScene(at("money-and-counts"))
		s.ok(officer, &scene.DoStep{OfGuide: at("money-and-counts"), Product: led("exhibit/"+tokens, "exhibit/"+tokens, "file/"+yard, "person/"+st.Persons[0].ID)})
		st = s.state()
		made := st.Run("tip-scene-1").Step("money-and-counts").Made
		if want := []scene.Made{{Kind: "exhibit", ID: tokens}, {Kind: "file", ID: yard}, {Kind: "person", ID: st.Persons[0].ID}}; !slices.Equal(made, want) {
			t.Fatalf("the step led to %+v, want %+v", made, want)
		}
		for _, m := range made {
			if from := st.OriginsOf(m.Kind, m.ID); len(from) != 1 || from[0].Guide != "tip-scene-1" || from[0].Step != "money-and-counts" || from[0].By.Staff != id(officer) {
				t.Errorf("%s came of %+v", m, from)
			}
		}
		if from := st.OriginsOf("exhibit", s.NewID()); len(from) != 0 {
			t.Errorf("what nobody recorded came of %+v", from)
		}
		for i, want := range []bool{false, false, true} { // she sees who is there, and has no part in the evidence
			if knows, err := s.KnowsAt(s.ctx, officetest.Who(liaison), s.scene, made[i]); err != nil || knows != want {
				t.Errorf("the liaison knows of %s: %v, %v", made[i], knows, err)
			}
		}
		s.rebuilt()
	})
}

func (s *tale) notOfThisScene(of scene.OfGuide) {
	s.t.Helper()
	first := s.scene
	other, err := s.Scenes.Open(s.ctx, officetest.Who(lead), s.inquiry, casefile.Order{}, &scene.Open{Class: "vehicle"})
	s.must(err)
	s.scene = other.ID
	s.ok(lead, &scene.Arrive{Standing: scene.Suspect})
	driver, knife := s.state().Persons[0].ID, s.token(lead)
	car := s.kept(lead, evidencefile.Announced{Place: s.here(), Kind: "photo", Name: "car.jpg"}, photo(s.t, 30, 20))
	s.scene = first
	whole := s.kept(lead, evidencefile.Announced{Place: evidencefile.Place{Inquiry: s.inquiry}, Kind: "photo", Name: "map.jpg"}, photo(s.t, 31, 20))
	for _, bad := range []string{"person/" + driver, "exhibit/" + knife, "file/" + car, "file/" + whole, "exhibit/" + s.NewID(), "log/x", "mark/x", "conditions/x",
		"case/" + driver, "exhibit", "exhibit/", driver} {
		s.wrong(officer, &scene.DoStep{OfGuide: of, Product: scene.Product{Made: []string{bad}}}, "made", "scene.error.made")
	}
	s.wrong(officer, &scene.DoStep{OfGuide: of, Product: scene.Product{Made: slices.Repeat([]string{"log/x"}, 61)}}, "made", "common.error.too_many")
}

// A step that leads to something, and with which nothing is linked, says why. A
// number that another record gave is a link too; what leads to nothing at the
// scene itself asks nothing.
func TestAStepWithoutAProductSaysWhy(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		s := opened(t, w)
		at := func(step string) scene.OfGuide { return scene.OfGuide{Guide: "tip-scene-1", Step: step} }
		s.wrong(officer, &scene.DoStep{OfGuide: at("cordon")}, "nothing", "scene.error.nothing")
		s.wrong(officer, &scene.DoStep{OfGuide: at("cordon"), Product: scene.Product{Nothing: "no-such-reason"}}, "nothing", "common.error.unknown_term")
		s.wrong(officer, &scene.DoStep{OfGuide: at("cordon"), Product: scene.Product{Nothing: "other"}}, "note", "common.error.required")
		s.ok(officer, &scene.DoStep{OfGuide: at("cordon"), Product: scene.Product{Nothing: "on-paper"}},
			&scene.DoStep{OfGuide: at("log"), Product: scene.Product{Record: "OB 14/4/3/2026", Nothing: "none-found"}}, &scene.DoStep{OfGuide: at("last-look")})
		run := s.state().Run("tip-scene-1")
		if x := run.Step("cordon"); x.Nothing != "on-paper" || len(x.Made) != 0 {
			t.Errorf("%+v", x.StepEvent)
		}
		if x := run.Step("log"); x.Nothing != "" || x.Record == "" {
			t.Errorf("a number stands beside a reason for none: %+v", x.StepEvent)
		}
		for _, p := range []string{"locked-in", "injuries", "section14"} {
			s.ok(officer, &scene.AnswerPrompt{OfGuide: at("people"), Prompt: p, Answer: scene.NotFound})
		}
		s.Clock.Pass(time.Minute)
		s.wrong(officer, &scene.DoStep{OfGuide: at("people")}, "nothing", "scene.error.nothing")
	})
}
