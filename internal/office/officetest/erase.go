package officetest

import (
	"context"

	"rufaa/internal/casefile"
)

// Erase destroys the keys of a closed case as two people do: the data protection
// officer asks, the Secretariat confirms. The error is the first refusal.
func Erase(ctx context.Context, cases *casefile.Cases, id string) error {
	_, asked, err := cases.AskErasure(ctx, Who("njoki.data"), id, casefile.Order{}, &casefile.AskErasure{Reason: "own-wish"})
	if err != nil {
		return err
	}
	s, err := cases.Load(ctx, id)
	if err != nil {
		return err
	}
	_, err = cases.ConfirmErasure(ctx, Who("wafula.secretariat"), id, casefile.Order{}, &casefile.ConfirmErasure{Request: asked.ID, Ref: s.Ref})
	return err
}
