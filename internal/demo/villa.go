package demo

import (
	"context"
	"fmt"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/inquiry"
	"rufaa/internal/realm"
	"rufaa/internal/scene"
)

// villa tells one fictional inquiry: officers reached a villa last night, and
// a second place where images of children may be. Both scenes are in progress.
func (t *teller) villa(ctx context.Context) error {
	lead := Actor("barasa.inquiry")
	t.now = time.Now().Add(-13 * time.Hour)
	t.clock.Set(t.now)
	rc, err := t.of.Inquiries.Open(ctx, lead, casefile.Order{}, &inquiry.Open{Kind: "trafficking", Title: "Villa by the creek (fictional)"})
	if err != nil {
		return err
	}
	do := func(cmd inquiry.Command) error {
		t.later(5 * time.Minute)
		if _, err := t.of.Inquiries.Do(ctx, lead, rc.ID, casefile.Order{}, cmd); err != nil {
			return fmt.Errorf("%T: %w", cmd, err)
		}
		return nil
	}
	var linked []string
	if rows, err := t.of.Cases.First(ctx, lead, casefile.Mine, 1); err == nil {
		for _, r := range rows {
			linked = append(linked, r.ID)
		}
	}
	cmds := []inquiry.Command{
		&inquiry.Join{Staff: StaffID("njeri.inquiry"), Duty: "investigator"},
		&inquiry.Join{Staff: StaffID("amina.officer"), Duty: "investigator"},
		&inquiry.Join{Staff: StaffID("odhiambo.court"), Duty: "prosecutor"},
	}
	for _, id := range linked {
		cmds = append(cmds, &inquiry.Link{Case: id})
	}
	cmds = append(cmds, &inquiry.Plan{Kind: "raid", On: t.now.Format(time.DateOnly), Place: "Villa by the creek (fictional)",
		Plan: "Front and back door at once; women out first by the kitchen; nobody uses a telephone.",
		Risk: "The owner has a rifle licence. Women may be locked in: cutters along. A nurse waits at the corner.",
		Officers: []inquiry.Officer{{Staff: StaffID("barasa.inquiry"), Role: "scene-manager", Side: "officers"}, {Staff: StaffID("amina.officer"), Role: "suspect-officer", Side: "suspects"},
			{Staff: StaffID("njeri.inquiry"), Role: "exhibits-officer", Side: "exhibits"}},
		Units: []inquiry.Unit{{Kind: "vehicle", Name: "V1", Side: "victims"}, {Kind: "vehicle", Name: "V2", Side: "suspects"}, {Kind: "room", Name: "Station room 3", Side: "suspects"}}})
	for _, cmd := range cmds {
		if err := do(cmd); err != nil {
			return err
		}
	}
	in, err := t.of.Inquiries.Load(ctx, rc.ID)
	if err != nil {
		return err
	}
	op := in.Operations[0].ID
	if err := do(&inquiry.Brief{Operation: op, Note: "All six officers; questions about the back gate."}); err != nil {
		return err
	}
	if err := t.tipScene(ctx, lead, rc.ID, op, linked); err != nil {
		return fmt.Errorf("villa: %w", err)
	}
	return t.cseScene(ctx, lead, rc.ID)
}

// led is what a step led to, things of one kind.
func led(kind string, ids ...string) (p scene.Product) {
	for _, id := range ids {
		p.Made = append(p.Made, scene.Made{Kind: kind, ID: id}.String())
	}
	return p
}

// played runs commands at one scene, each a few minutes after the one before.
type played struct {
	t  *teller
	id string
}

func (p *played) do(ctx context.Context, who realm.Actor, cmds ...scene.Command) error {
	for _, cmd := range cmds {
		p.t.later(4 * time.Minute)
		if _, err := p.t.of.Scenes.Do(ctx, who, p.id, casefile.Order{}, cmd); err != nil {
			return fmt.Errorf("%T: %w", cmd, err)
		}
	}
	return nil
}

func (t *teller) tipScene(ctx context.Context, lead realm.Actor, inquiryID, op string, cases []string) error {
	amina, liaison := Actor("amina.officer"), Actor("wanjiru.case")
	rc, err := t.of.Scenes.Open(ctx, lead, inquiryID, casefile.Order{}, &scene.Open{Class: "premises", Cases: cases, Operation: op,
		Address: "Villa by the creek, green gate (fictional)", Point: "-3.9412,39.7401"})
	if err != nil {
		return err
	}
	p := &played{t, rc.ID}
	if err := p.do(ctx, lead,
		&scene.Give{Staff: StaffID("njeri.inquiry"), Role: "exhibits-officer"},
		&scene.Give{Staff: StaffID("amina.officer"), Role: "suspect-officer"},
		&scene.Give{Staff: StaffID("wanjiru.case"), Role: "victim-liaison"},
		&scene.Observe{Weather: []string{"dark", "light-rain"}, Hazards: []string{"dogs", "electricity"}, Note: "Two dogs on chains at the back."},
		&scene.AddUnit{Kind: "room", Name: "Kitchen"}, &scene.AddUnit{Kind: "room", Name: "Garage"},
		&scene.Enter{Staff: lead.Staff, Purpose: "first-response", Clothing: "gloves"},
		&scene.Enter{Staff: amina.Staff, Purpose: "arrest", Clothing: "gloves"},
		&scene.Arrive{Standing: scene.Victim, Description: "In the back room; blue scarf."},
		&scene.Arrive{Standing: scene.Undetermined, Description: "Held the keys of the back room; says she cooks."},
		&scene.Arrive{Standing: scene.Suspect, Description: "At the gate, with a telephone."},
		&scene.Draw{Kind: "outer-cordon", Points: "4,4 96,4 96,94 4,94"}, &scene.Draw{Kind: "inner-cordon", Points: "22,20 82,20 82,76 22,76"},
		&scene.Draw{Kind: "approach-path", Points: "50,98 50,84 38,72"}, &scene.Draw{Kind: "lock", Points: "66,34", Code: "A", Note: "Padlock on the outside of the back room."},
		&scene.Draw{Kind: "bed", Points: "70,28 74,28 78,28", Code: "B"},
	); err != nil {
		return err
	}
	s, err := t.of.Scenes.Load(ctx, rc.ID)
	if err != nil {
		return err
	}
	unit := func(name string) string {
		for _, u := range s.Units {
			if u.Name == name {
				return u.ID
			}
		}
		return ""
	}
	guide := scene.OfGuide{Guide: "tip-scene-1"}
	at := func(step string) scene.OfGuide { g := guide; g.Step = step; return g }
	if err := p.do(ctx, lead,
		&scene.Handle{Person: s.Persons[0].ID, Handler: liaison.Staff, Room: unit("Kitchen")},
		&scene.Handle{Person: s.Persons[1].ID, Handler: lead.Staff},
		&scene.Handle{Person: s.Persons[2].ID, Handler: amina.Staff, Vehicle: unit("V2")},
		&scene.DoStep{OfGuide: at("danger"), Product: led(scene.MadeConditions, s.Observations[0].ID)},
		&scene.AnswerPrompt{OfGuide: at("people"), Prompt: "locked-in", Answer: scene.Found, Note: "Padlock A."},
		&scene.AnswerPrompt{OfGuide: at("people"), Prompt: "injuries", Answer: scene.Found, Note: "Old burn; nurse called."},
		&scene.AnswerPrompt{OfGuide: at("people"), Prompt: "section14", Answer: scene.NotFound},
		&scene.DoStep{OfGuide: at("people"), Product: led(scene.MadePerson, s.Persons[0].ID, s.Persons[1].ID, s.Persons[2].ID)},
		&scene.DoStep{OfGuide: at("cordon"), Product: led(scene.MadeMark, s.Marks[0].ID, s.Marks[1].ID, s.Marks[2].ID)},
		&scene.DoStep{OfGuide: at("log"), Product: led(scene.MadeLog, s.Log[0].ID, s.Log[1].ID)},
		&scene.AnswerPrompt{OfGuide: at("photographs"), Prompt: "outside-locks", Answer: scene.Found},
	); err != nil {
		return err
	}
	door, err := t.files(ctx, inquiryID, rc.ID)
	if err != nil {
		return fmt.Errorf("files: %w", err)
	}
	if err := p.do(ctx, lead, &scene.Draw{Kind: "lock", On: door, Points: "66.88,60.24", Code: "A", Note: "The padlock, seen from the corridor."},
		&scene.Draw{Kind: "approach-path", On: door, Points: "8,98 30,96 50,97"}); err != nil {
		return err
	}
	// A telephone whose clock is eleven minutes ahead.
	return p.do(ctx, amina, &scene.AnswerPrompt{OfGuide: at("devices"), Prompt: "phones", Answer: scene.Found,
		At: scene.At{DeviceAt: t.now.Add(15 * time.Minute).Format(time.RFC3339)}})
}

func (t *teller) cseScene(ctx context.Context, lead realm.Actor, inquiryID string) error {
	njeri := Actor("njeri.inquiry")
	rc, err := t.of.Scenes.Open(ctx, njeri, inquiryID, casefile.Order{}, &scene.Open{Class: "device", CSE: true, Address: "Office above the shop (fictional)"})
	if err != nil {
		return fmt.Errorf("second scene: %w", err)
	}
	p := &played{t, rc.ID}
	guide := func(step string) scene.OfGuide { return scene.OfGuide{Guide: "cse-scene-1", Step: step} }
	return p.do(ctx, njeri,
		&scene.Observe{Weather: []string{"indoors"}, Hazards: []string{"none-seen"}},
		&scene.Enter{Staff: njeri.Staff, Purpose: "devices", Clothing: "gloves-mask-covers", Escort: lead.Staff},
		&scene.AnswerPrompt{OfGuide: guide("child"), Prompt: "other-children", Answer: scene.NotFound},
		&scene.AnswerPrompt{OfGuide: guide("child"), Prompt: "children-officer", Answer: scene.Found},
		&scene.DoStep{OfGuide: guide("child"), Product: scene.Product{Nothing: "none-found"}},
		&scene.DoStep{OfGuide: guide("stop"), Note: "One screen was on. Looked away, nothing touched, 02:10."},
		&scene.SkipStep{OfGuide: guide("people"), Reason: "not-present"},
	)
}
