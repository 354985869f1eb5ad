package office_test

import (
	"context"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/office/officetest"
)

func yes(form string, ids ...string) *casefile.Screen {
	s := screening(form)
	for _, id := range ids {
		s.Answers[id] = "yes"
	}
	return s
}

// A boy who was brought across a border for money is screened again when he
// tells of the begging: both tracks stand, and every answer is kept.
func TestScreenedAgainOnNewFacts(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		s := &tale{World: w, t: t, ctx: context.Background()}
		years := 12
		rc, err := w.Cases.Raise(s.ctx, officetest.Who("amina.officer"), casefile.Order{}, &casefile.Alert{
			Holder: "x-tumaini", Person: casefile.PersonFacts{Age: &years, Minor: "yes", Sex: "male"}})
		if err != nil {
			t.Fatal(err)
		}
		s.id = rc.ID
		s.do("wanjiru.case", &casefile.Take{})
		s.do("wanjiru.case", yes("child-1", "crossed-with-help", "paid-to-cross", "begging-or-selling"))

		c, err := w.Cases.View(s.ctx, officetest.Who("wanjiru.case"), s.id)
		if err != nil {
			t.Fatal(err)
		}
		form, _ := w.Content.Questionnaire("begging-1")
		if lead := form.Leads(c.State.Signs()); len(lead) != 1 || lead[0] != "begging-or-selling" {
			t.Errorf("the sign of begging leads to the form on begging by %v", lead)
		}

		s.refused("wanjiru.case", yes("begging-1", "punished-for-little"), "child.means-not-asked")
		s.do("wanjiru.case", yes("begging-1", "hands-over-the-money", "sum-every-day", "child-punished", "watched-while-begging"))
		s.do("wanjiru.case", screening("child-1"))

		c, err = w.Cases.View(s.ctx, officetest.Who("wanjiru.case"), s.id)
		if err != nil {
			t.Fatal(err)
		}
		if len(c.State.Screenings) != 3 {
			t.Fatalf("%d screenings are kept", len(c.State.Screenings))
		}
		first, second := c.State.Screenings[0], c.State.Screenings[1]
		if first.Smuggling != "strong" || first.Answers["paid-to-cross"] != "yes" {
			t.Errorf("the first: %+v", first)
		}
		if second.Trafficking != "strong" || second.Questionnaire != "begging-1" || second.Answers["child-punished"] != "yes" {
			t.Errorf("the second: %+v", second)
		}
		if c.State.Signs()["begging-or-selling"] != "yes" {
			t.Error("a form that asked nothing took a sign back")
		}
	})
}

// The form for a child is not asked an adult, whatever the module says of both.
func TestAnAdultIsNotAskedAsAChild(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		s := &tale{World: w, t: t, ctx: context.Background()}
		rc, err := w.Cases.Raise(s.ctx, officetest.Who("amina.officer"), casefile.Order{}, &casefile.Alert{
			Holder: "x-tumaini", Person: casefile.PersonFacts{Minor: "no"}})
		if err != nil {
			t.Fatal(err)
		}
		s.id = rc.ID
		s.do("wanjiru.case", &casefile.Take{})
		s.refused("wanjiru.case", yes("begging-1", "child-punished"), "screening.questionnaire-fits")
		s.do("wanjiru.case", yes("begging-1", "punished-for-little"))
	})
}
