package demo

import (
	"context"
	"fmt"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/realm"
)

// joint tells a little of the joint work on a case that is well under way: a
// safety plan, goals, what she received, a task, a paper.
func (t *teller) joint(ctx context.Context, id string, m realm.Actor) error {
	soon := func(days int) string { return time.Now().AddDate(0, 0, days).Format(time.DateOnly) }
	for _, cmd := range []casefile.Command{
		&casefile.PlanSafety{Measures: []string{"code-word", "new-number"}, Signs: "A white car stays at the corner.", Contact: "Her aunt; the word is mango."},
		&casefile.PlanCare{ReviewOn: soon(20 + t.rnd.IntN(30)), Goals: []casefile.GoalFact{
			{Text: "To finish the sewing course", Service: "livelihood", DueOn: soon(60)}, {Text: "To sleep through the night", Service: "psychosocial"}}},
		&casefile.Deliver{Service: "psychosocial", On: t.now.Format(time.DateOnly), Minutes: 50, Cost: 3500, CostKind: "medical"},
		&casefile.Book{Kind: "transport", On: soon(4), Cost: 1200, Escorts: 2, Details: "To the clinic and back."},
		&casefile.NotePaper{Kind: "passport", State: "kept-from-her", Note: "The agent has it."},
		&casefile.AddTask{TaskFact: casefile.TaskFact{Kind: "documents", Staff: m.Staff, DueOn: soon(3 + t.rnd.IntN(14)), Note: "Ask for an emergency travel document."}},
	} {
		t.later(20 * time.Minute)
		if _, err := t.of.Cases.Do(ctx, m, id, casefile.Order{}, cmd); err != nil {
			return fmt.Errorf("%T: %w", cmd, err)
		}
	}
	return nil
}

// panel lets two agencies, each with a voice of its own, confirm what was
// presumed; where it waits, the second has not spoken yet.
func (t *teller) panel(ctx context.Context, id string, m realm.Actor, waits bool) error {
	members := []realm.Actor{Actor("kibet.legal"), Actor("halima.migration")}
	if today := time.Now().AddDate(0, 0, -1); waits && t.now.Before(today) {
		t.later(today.Sub(t.now)) // its time to speak has not run out
	}
	for _, cmd := range []casefile.Command{
		&casefile.ConvenePanel{On: t.now.AddDate(0, 0, 2).Format(time.DateOnly), Members: []string{members[0].Staff, members[1].Staff},
			Papers: "Promised work in a shop; papers taken on arrival; wages ended after the first month. Two strong marks in two screenings."},
		&casefile.ProposeStatus{Outcome: casefile.Confirmed, Reasons: "Your papers were taken and you were not free to leave."},
	} {
		t.later(20 * time.Minute)
		if _, err := t.of.Cases.Do(ctx, m, id, casefile.Order{}, cmd); err != nil {
			return fmt.Errorf("%T: %w", cmd, err)
		}
	}
	if waits {
		members = members[:1]
	}
	for _, who := range members {
		t.later(time.Hour)
		at, err := t.of.Cases.Sitting(ctx, who, id)
		if err == nil {
			_, err = t.of.Cases.PanelPapers(ctx, who, id)
		}
		if err == nil {
			_, err = t.of.Cases.Do(ctx, who, id, casefile.Order{}, &casefile.GiveVoice{Proposal: at.Proposal.ID, Voice: casefile.Agrees})
		}
		if err != nil {
			return fmt.Errorf("a panel's voice: %w", err)
		}
	}
	return nil
}

// raided are the people of one fictional rescue who wait for a place.
var raided = []struct {
	sex, minor string
	age        int
}{{"female", "no", 31}, {"female", "yes", 8}, {"female", "no", 22}, {"female", "no", 19}, {"male", "no", 27}, {"female", "yes", 15}, {"female", "yes", 13}, {"female", "no", 40}}

// raidedNames are their names, invented like all others.
var raidedNames = []string{"Mwikali Kanini Fiktivo", "Syombua Kanini Fiktivo", "Faiza Mwatate Fiktivo", "Chebet Lagat Fiktivo",
	"Mutiso Ngala Fiktivo", "Zainabu Gona Fiktivo", "Mishi Karisa Fiktivo", "Nafuna Wepukhulu Fiktivo"}

// raid tells of a rescue of this morning: several people of one place, all of
// whom need shelter, so that placing them together can be tried.
func (t *teller) raid(ctx context.Context) error {
	who, m := Actor("zawadi.hotline"), Actor("wanjiru.case")
	t.now = time.Now().Add(-19 * time.Hour)
	t.clock.Set(t.now)
	for i, p := range raided {
		age := p.age
		rc, err := t.of.Cases.Raise(ctx, who, casefile.Order{}, &casefile.Alert{Holder: m.Agency, Channel: "raid", County: "nairobi-city", PlaceKind: "hospital",
			Account: "Brought out of a locked house in one rescue this morning.",
			Person:  casefile.PersonFacts{Name: raidedNames[i], Age: &age, Minor: p.minor, Sex: p.sex, Language: "sw"}})
		if err != nil {
			return err
		}
		for _, cmd := range []casefile.Command{&casefile.Take{}, &casefile.Assess{Level: "high", Reasons: "They were watched; who watched them is not found."},
			&casefile.AssessNeeds{Wishes: "A bed, and a door that locks from the inside.", Needs: []casefile.NeedFact{{Service: "shelter", Urgency: "emergency"}}}} {
			t.later(3 * time.Minute)
			if _, err := t.of.Cases.Do(ctx, m, rc.ID, casefile.Order{}, cmd); err != nil {
				return err
			}
		}
	}
	return nil
}
