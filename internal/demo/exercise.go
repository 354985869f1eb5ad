package demo

import (
	"context"
	"fmt"

	datafiles "rufaa/content"
	"rufaa/internal/accounts"
	"rufaa/internal/casefile"
	"rufaa/internal/exercise"
	"rufaa/internal/office"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/scenario"
)

// scenarioFile is what the demonstration's exercise realm plays.
const scenarioFile = "scenario/kaskazi.yaml"

// Play sets the reference scenario up in the demonstration's exercise realm and
// plays its first day and the morning of the raid, so that control room, cards
// and mailboxes are seen alive. The clock stands still then.
func Play(ctx context.Context, of *office.Office) error {
	raw, err := datafiles.Files.ReadFile(scenarioFile)
	if err != nil {
		return err
	}
	script, err := scenario.Load(scenarioFile, raw)
	if err != nil {
		return err
	}
	_, cast, err := of.SetUpExercise(ctx, realm.System, script, Password)
	if err != nil {
		return err
	}
	p := &play{of: of, ctx: ctx, cast: map[string]office.Cast{}}
	for _, c := range cast {
		p.cast[c.Username] = c
	}
	return p.firstDays()
}

type play struct {
	of   *office.Office
	ctx  context.Context
	cast map[string]office.Cast
}

func (p *play) as(user string, duty accounts.Duty) realm.Actor {
	c := p.cast[user]
	return realm.Actor{Principal: policy.Principal{Staff: c.Staff, Agency: c.Agency, Duty: string(duty)}, Language: "en"}
}

func (p *play) firstDays() error {
	control, x := p.as("control.1", accounts.Exercise), p.of.Exercises
	jump := func(to string) error {
		_, err := x.TurnClock(p.ctx, control, "", exercise.TurnClock{Act: "jump", To: to})
		return err
	}
	answer := func(user string, duty accounts.Duty, inject, text string) error {
		_, err := x.Answer(p.ctx, p.as(user, duty), "", inject, exercise.Answer{Text: text})
		return err
	}
	zawadi := p.as("actor.c1", accounts.Exercise)
	for _, step := range []func() error{
		func() error {
			_, err := x.TurnClock(p.ctx, control, "", exercise.TurnClock{Act: "pause"})
			return err
		},
		func() error { return jump("D1 13:20") },
		func() error {
			return answer("ngo.1", accounts.CaseManager, "01", "Written down with time and number; told DCI and children's services.")
		},
		func() error { return jump("D1 14:40") },
		func() error {
			return answer("dci.1", accounts.Investigator, "03", "Not without a plan: who is inside, where do they go, who speaks first.")
		},
		func() error { return jump("D2 08:35") },
		func() error {
			rc, err := p.of.Cases.Raise(p.ctx, p.as("dci.2", accounts.FirstResponder), casefile.Order{}, &casefile.Alert{Holder: p.cast["ngo.1"].Agency,
				Channel: "in-person", County: "mombasa", Person: casefile.PersonFacts{Name: "Zawadi (fictional)", Sex: "female", Minor: "unsure", Language: "sw"}})
			if err != nil {
				return err
			}
			_, err = x.Link(p.ctx, control, "", casefile.Stream(rc.ID), "C1")
			return err
		},
		func() error {
			_, err := x.Treat(p.ctx, zawadi, "", exercise.Treat{How: "unhurried", Team: "DCS"})
			return err
		},
		func() error {
			_, err := x.Tell(p.ctx, zawadi, "", exercise.Tell{Team: "DCS", Asked: exercise.AskedKindly, Note: "Said that I am 19."})
			return err
		},
		func() error { return jump("D2 08:50") },
	} {
		if err := step(); err != nil {
			return fmt.Errorf("demonstration of the exercise: %w", err)
		}
	}
	return nil
}

// PlaySignIns are those of the exercise that a visitor can try; the password is
// everybody's.
func PlaySignIns() []SignIn {
	var out []SignIn
	for _, s := range []struct{ user, name, agency, duty string }{
		{"control.1", "Control 1", "Exercise team", "exercise"}, {"mentor.1", "Mentor 1", "Exercise team", "exercise"},
		{"observer.1", "Observer 1", "Exercise team", "exercise"}, {"actor.c1", "Actor of Zawadi (fictional)", "Exercise team", "exercise"},
		{"actor.c7", "Actor of Riziki (fictional)", "Exercise team", "exercise"}, {"dci.1", "DCI player 1", "DCI", "investigator"},
		{"dci.2", "DCI player 2", "DCI", "first_responder"}, {"ngo.1", "NGO player 1", "NGO", "case_manager"},
		{"dcs.1", "DCS player 1", "DCS", "case_manager"}, {"med.1", "MED player 1", "MED", "counsellor"},
		{"imm.1", "IMM player 1", "IMM", "immigration_officer"},
	} {
		out = append(out, SignIn{Name: s.name, UserName: s.user, Agency: s.agency, Duty: s.duty, Password: Password})
	}
	return out
}
