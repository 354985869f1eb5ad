package inquiry

import (
	"context"
	"errors"
	"fmt"

	"rufaa/internal/ledger"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// OnTeams gives everybody who stands on the team of an open inquiry.
func (q *Inquiries) OnTeams(ctx context.Context) ([]string, error) {
	return q.column(ctx, `SELECT DISTINCT t.staff FROM inquiry_team t JOIN inquiries i ON i.id = t.inquiry WHERE i.closed_at = 0 ORDER BY t.staff`)
}

func (q *Inquiries) column(ctx context.Context, text string, args ...any) ([]string, error) {
	rows, err := q.realm.Store.Query(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("inquiry: %w", err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("inquiry: %w", err)
		}
		out = append(out, id)
	}
	return out, rows.Err()
}

// Depart takes somebody who left the service off every team. Who led alone is
// followed by the one who has been on the team longest, of the inquiry's agency
// where there is one: an inquiry without a lead could be closed by nobody.
// Keeper is the realm itself.
func (q *Inquiries) Depart(ctx context.Context, keeper realm.Actor, staff string) error {
	return q.departAll(ctx, keeper, staff, func(*Member) bool { return true })
}

// DepartOthers takes somebody whose account changed to an agency off every team
// on which they stand for another one.
func (q *Inquiries) DepartOthers(ctx context.Context, keeper realm.Actor, staff, agency string) error {
	return q.departAll(ctx, keeper, staff, func(m *Member) bool { return m.Agency != agency })
}

func (q *Inquiries) departAll(ctx context.Context, keeper realm.Actor, staff string, from func(*Member) bool) error {
	ids, err := q.column(ctx, `SELECT inquiry FROM inquiry_team WHERE staff = $1 ORDER BY inquiry`, staff)
	if err != nil {
		return err
	}
	for _, id := range ids {
		for try := 0; ; try++ {
			err := q.departFrom(ctx, keeper, id, staff, from)
			if errors.As(err, new(*problem.Changed)) && try < 3 {
				continue
			}
			if err != nil {
				return fmt.Errorf("inquiry: off a team: %w", err)
			}
			break
		}
	}
	return nil
}

func (q *Inquiries) departFrom(ctx context.Context, keeper realm.Actor, id, staff string, from func(*Member) bool) error {
	s, err := q.Load(ctx, id)
	if err != nil {
		return err
	}
	now := q.realm.Now()
	m := s.Member(staff, now)
	if m == nil || !from(m) {
		return nil
	}
	drafts := []ledger.Draft{draft(MemberLeft, MemberLeftEvent{Staff: staff})}
	if next := s.heir(staff, q); m.Duty == Lead && !s.leadsBeside(staff, now) && next != nil {
		drafts = append(drafts, draft(MemberJoined, MemberJoinedEvent{Staff: next.Staff, Agency: next.Agency, Duty: Lead}))
	}
	_, err = q.realm.Commit(ctx, realm.Command{Actor: keeper, Appends: []realm.Append{{Stream: Stream(id), Expected: s.Version, Drafts: drafts}}})
	return err
}

// heir is who leads when the last lead is gone, or nil.
func (s *State) heir(staff string, q *Inquiries) *Member {
	var found *Member
	for i := range s.Team {
		m := &s.Team[i]
		if m.Staff == staff || !m.On(q.realm.Now()) {
			continue
		}
		if found == nil || found.Agency != s.Agency && m.Agency == s.Agency {
			found = m
		}
	}
	return found
}
