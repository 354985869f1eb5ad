package casefile

import (
	"context"

	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// Managed counts, by member of staff, the open cases that an agency holds and
// that nobody but them manages: what waits for a new manager when they go. It
// is for the agency's administrator, who sees no case, so it is counts only.
// What nobody manages, because nobody took it yet or its manager left, stands
// under "".
func (c *Cases) Managed(ctx context.Context, who realm.Actor, agency string) (map[string]int, error) {
	res := policy.Resource{Kind: "staff", Agency: agency}
	if !c.realm.Door.Decide(who.Principal, policy.HandoverView, res, policy.Context{}).Allowed {
		return nil, &problem.Denied{Action: string(policy.HandoverView), Rule: "access.duty"}
	}
	rows, err := c.realm.Store.Query(ctx, `SELECT t.staff, count(*) FROM team t JOIN cases c ON c.id = t.case_id
		WHERE c.holder = $1 AND t.agency = $1 AND t.closed = 0 AND t.own = 1 AND t.duty = 'case_manager' AND NOT EXISTS (
			SELECT 1 FROM team o WHERE o.case_id = t.case_id AND o.agency = $1 AND o.duty = 'case_manager' AND o.staff <> t.staff AND o.own = 1)
		GROUP BY t.staff
		UNION ALL SELECT '', count(*) FROM cases WHERE holder = $1 AND waiting = 1 HAVING count(*) > 0`, agency)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]int{}
	for rows.Next() {
		var staff string
		var n int
		if err := rows.Scan(&staff, &n); err != nil {
			return nil, err
		}
		out[staff] = n
	}
	return out, rows.Err()
}
