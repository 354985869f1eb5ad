package office

import (
	"context"

	"rufaa/internal/caseuco"
	"rufaa/internal/exhibit"
	"rufaa/internal/inquiry"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/scene"
)

// exportedSteps are the guided steps of an inquiry's scenes, done and skipped, as
// forensic tools read them. What is sealed (notes) is not in it, nor a number
// from elsewhere, which somebody typed; persons, marks and lines of the log that
// a step led to are not told.
func (of *Office) exportedSteps(ctx context.Context, who realm.Actor, q *inquiry.State) ([]caseuco.Deed, error) {
	var out []caseuco.Deed
	for _, ref := range q.Scenes {
		s, err := of.Scenes.Admitted(ctx, who, ref.ID, policy.SceneView)
		if err != nil {
			if err = lacking(err); err != nil {
				return nil, err
			}
			continue
		}
		at := caseuco.Place{ID: "scene/" + s.ID, Name: s.Prefix(), Kind: exhibit.AtScene}
		for i := range s.Runs {
			for n := range s.Runs[i].Settled {
				out = append(out, of.exportedStepOf(&s.Runs[i], &s.Runs[i].Settled[n], at))
			}
		}
	}
	return out, nil
}

func (of *Office) exportedStepOf(r *scene.Run, x *scene.Settled, at caseuco.Place) caseuco.Deed {
	d := caseuco.Deed{ID: x.ID, Guide: r.Guide, Step: x.Step, Title: x.Step, Skipped: x.Skipped, Reason: x.Reason + x.Nothing, Began: r.Begun.At, Settled: x.By.At,
		By: caseuco.Actor{Staff: x.By.Staff, Agency: x.By.Agency}, Place: at, Led: exportedLed(x.Made)}
	if g := of.Content.Guide(r.Guide); g != nil && g.Step(x.Step) != nil {
		d.Title = g.Step(x.Step).Title.In("en")
	}
	for i := range x.Linked {
		l := &x.Linked[i]
		d.Added = append(d.Added, caseuco.Addition{ID: l.ID, At: l.By.At, By: caseuco.Actor{Staff: l.By.Staff, Agency: l.By.Agency}, Led: exportedLed(l.Made)})
	}
	return d
}

func exportedLed(made []scene.Made) (l caseuco.Led) {
	for _, m := range made {
		switch m.Kind {
		case scene.MadeExhibit:
			l.Exhibits = append(l.Exhibits, m.ID)
		case scene.MadeFile:
			l.Files = append(l.Files, m.ID)
		}
	}
	return l
}
