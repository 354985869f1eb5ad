package office

import (
	"context"
	"strings"

	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// TypeCard says with the code of a card whom or what a case, an exhibit or a
// scene of an exercise is about. Only who may see the record may say it; stream
// is "case/<id>", "exhibit/<id>" or "scene/<id>".
func (of *Office) TypeCard(ctx context.Context, who realm.Actor, key, stream, code string) (realm.Receipt, error) {
	kind, id, _ := strings.Cut(stream, "/")
	var err error
	switch kind {
	case "case":
		_, err = of.Cases.Admitted(ctx, who, id, policy.CaseView)
	case "exhibit":
		_, err = of.Exhibits.View(ctx, who, id)
	case "scene":
		_, err = of.Scenes.View(ctx, who, id)
	default:
		err = problem.ErrNotFound
	}
	if err != nil {
		return realm.Receipt{}, err
	}
	return of.Exercises.Card(ctx, who, key, stream, code)
}
