package office

import (
	"context"
	"fmt"

	"rufaa/internal/family"
	"rufaa/internal/inquiry"
	"rufaa/internal/likeness"
)

// Touching tells which other rooms know of a case. It is no answer for a
// reader: each room is asked what they may see.
type Touching struct {
	Family    bool // she is in a family with other cases
	Linked    bool // another agency's case is the same person's
	Inquiries bool // an inquiry is about it
}

// Touching looks in one query whether a room has anything on a case: most have
// nothing, and the case page, which is looked at all day, needs not ask each.
func (o *Office) Touching(ctx context.Context, caseID string) (Touching, error) {
	var families, links, inquiries int
	err := o.Store.QueryRow(ctx, `SELECT CASE WHEN EXISTS (`+family.AboutCase+`) THEN 1 ELSE 0 END,
		CASE WHEN EXISTS (`+likeness.AboutCase+`) THEN 1 ELSE 0 END,
		CASE WHEN EXISTS (`+inquiry.AboutCase+`) THEN 1 ELSE 0 END`, caseID).Scan(&families, &links, &inquiries)
	if err != nil {
		return Touching{}, fmt.Errorf("office: what touches a case: %w", err)
	}
	return Touching{Family: families == 1, Linked: links == 1, Inquiries: inquiries == 1}, nil
}
