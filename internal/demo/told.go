package demo

import (
	"context"
	"strings"

	"rufaa/internal/casefile"
	"rufaa/internal/kept"
	"rufaa/internal/notice"
)

// told lets one case manager be told by e-mail, as far as a demonstration sends
// any: what would have gone out stands in her mailbox there. She keeps a filter
// that colleagues see.
func (t *teller) told(ctx context.Context) error {
	who, room := Actor("wanjiru.case"), t.of.Notices
	if err := room.SetAddress(ctx, who, notice.Email, "wanjiru@tumaini.example"); err != nil {
		return err
	}
	box, err := room.Mailbox(ctx, who.Staff, 1)
	if err != nil || len(box) == 0 {
		return err
	}
	code, _, _ := strings.Cut(box[0].Text, " ")
	if err := room.Verify(ctx, who, notice.Email, code); err != nil {
		return err
	}
	if err := room.Set(ctx, who, &notice.Settings{Email: true, Digest: "at-once", At: "07:30", Quiet: notice.Hours{From: "21:00", Until: "06:00"}, Urgent: true}); err != nil {
		return err
	}
	for _, f := range []kept.NewFilter{
		{Name: "Children, clock run out", List: string(casefile.Mine), Filter: casefile.Filter{Child: true, Overdue: true}, Shared: true},
		{Name: "High risk in Nairobi", List: string(casefile.Mine), Filter: casefile.Filter{County: "nairobi-city", Risk: "high"}},
	} {
		if _, err := t.of.Kept.Keep(ctx, who, &f); err != nil {
			return err
		}
	}
	return nil
}
