package likeness

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/search"
	"rufaa/internal/store"
)

// Written notes, in the transaction that keeps somebody's tokens, that this
// person is to be compared; whom somebody wrote before whom a list told. It is
// what the case room calls.
func (l *Likenesses) Written(tx *store.Tx, who realm.Actor, caseID, person string, list bool) error {
	listed := 0
	if list {
		listed = 1
	}
	_, err := tx.Exec(`INSERT INTO likeness_due (person, case_id, staff, at, listed) VALUES ($1,$2,$3,$4,$5)
		ON CONFLICT (person) DO UPDATE SET staff = excluded.staff, at = excluded.at, listed = likeness_due.listed * excluded.listed`,
		person, caseID, who.Staff, l.realm.Now().UnixMilli(), listed)
	return err
}

// CompareAll puts everybody by whom something is kept on the list of those to
// be compared. It is for rebuilding and after the rule was changed.
func (l *Likenesses) CompareAll(ctx context.Context) (persons int64, err error) {
	err = l.realm.Store.Write(ctx, func(tx *store.Tx) error {
		persons, err = tx.Exec(`INSERT INTO likeness_due (person, case_id, staff, at)
			SELECT person, MIN(case_id), '', CAST($1 AS BIGINT) FROM (
				SELECT person, case_id FROM name_filters UNION ALL SELECT person, case_id FROM exact_tokens) AS kept
			WHERE TRUE GROUP BY person ON CONFLICT (person) DO NOTHING`, l.realm.Now().UnixMilli())
		return err
	})
	return persons, err
}

// due is one person who is to be compared, and who wrote about her.
type due struct {
	person, caseID, staff string
	at                    int64
	listed                int // 1: a list told of her
}

// queue is who waits together: a member of staff's own, or those of their lists.
type queue struct {
	staff  string
	listed int
}

// batch is how many are compared before the list is read again.
const batch = 100

// again is when somebody who could not be compared is tried again, so that one
// damaged row does not keep everybody waiting.
const again = time.Hour

// FindAll compares everybody who is due, and tells how many likenesses that
// gave. It is called by the realm's clock and may run in several servers.
func (l *Likenesses) FindAll(ctx context.Context) (proposed int, err error) {
	var failed []error
	for {
		list, err := l.listDue(ctx)
		if err != nil || len(list) == 0 {
			return proposed, errors.Join(append(failed, err)...)
		}
		waiting := map[queue]bool{}
		for _, d := range list {
			q := queue{d.staff, d.listed}
			if waiting[q] {
				continue
			}
			if wait, ok := l.mayCompare(q); !ok {
				waiting[q] = true
				if err := l.wait(ctx, q, wait+time.Second); err != nil {
					return proposed, errors.Join(append(failed, err)...)
				}
				continue
			}
			n, err := l.findFor(ctx, d)
			proposed += n
			if err == nil {
				continue
			}
			failed = append(failed, err)
			if err := l.postpone(ctx, d, again); err != nil {
				return proposed, errors.Join(append(failed, err)...)
			}
		}
	}
}

func (l *Likenesses) postpone(ctx context.Context, d due, by time.Duration) error {
	later := l.realm.Now().Add(by).UnixMilli()
	return l.realm.Store.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE likeness_due SET at = $3 WHERE person = $1 AND at = $2`, d.person, d.at, later)
		return err
	})
}

// wait lets everybody of a queue wait, in one write: who took
// in a list of 50,000 cases would otherwise keep the write lane busy for each.
func (l *Likenesses) wait(ctx context.Context, q queue, by time.Duration) error {
	now := l.realm.Now()
	return l.realm.Store.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(`UPDATE likeness_due SET at = $3 WHERE staff = $1 AND listed = $4 AND at <= $2`, q.staff, now.UnixMilli(), now.Add(by).UnixMilli(), q.listed)
		return err
	})
}

func (l *Likenesses) listDue(ctx context.Context) ([]due, error) {
	rows, err := l.realm.Store.Query(ctx, `SELECT person, case_id, staff, at, listed FROM likeness_due WHERE at <= $1 ORDER BY listed, at, person LIMIT $2`,
		l.realm.Now().UnixMilli(), batch)
	if err != nil {
		return nil, fmt.Errorf("likeness: due: %w", err)
	}
	defer rows.Close()
	var out []due
	for rows.Next() {
		var d due
		if err := rows.Scan(&d.person, &d.caseID, &d.staff, &d.at, &d.listed); err != nil {
			return nil, fmt.Errorf("likeness: due: %w", err)
		}
		out = append(out, d)
	}
	return out, rows.Err()
}

// mayCompare counts one comparison for whoever wrote somebody. Whoever writes
// more than work explains waits: nothing is lost, and names cannot be tried out.
// A list takes a part of the day alone, so that it holds up nobody written since.
func (l *Likenesses) mayCompare(q queue) (wait time.Duration, ok bool) {
	if q.staff == "" {
		return 0, true
	}
	now := l.realm.Now()
	if q.listed == 1 {
		if wait, ok := l.listed.Allow(q.staff, now); !ok {
			return wait, false
		}
	}
	return l.probes.Allow(q.staff, now)
}

// findFor compares one person.
func (l *Likenesses) findFor(ctx context.Context, d due) (int, error) {
	found, err := l.candidates(ctx, d)
	if err != nil {
		return 0, err
	}
	n := 0
	for i := range found {
		ok, err := l.propose(ctx, &found[i])
		if err != nil {
			return n, err
		}
		if ok {
			n++
		}
	}
	// Written again meanwhile, she stays on the list.
	return n, l.realm.Store.Write(ctx, func(tx *store.Tx) error {
		_, err := tx.Exec(`DELETE FROM likeness_due WHERE person = $1 AND at = $2`, d.person, d.at)
		return err
	})
}

// candidate is a pair that the written rule liken.
type candidate struct {
	ProposedEvent
	rule int // its place in the rules: the first is the strongest
	name float64
}

func (l *Likenesses) candidates(ctx context.Context, d due) ([]candidate, error) {
	cs, err := l.cases.Load(ctx, d.caseID)
	if err != nil {
		return nil, err
	}
	own := cs.Subject()
	if own.ID != d.person {
		return nil, nil // somebody else in the case; the person a case is about is compared
	}
	near, err := l.realm.Search.Resembling(ctx, d.person, l.Rules.near())
	if err != nil {
		return nil, err
	}
	var out []candidate
	bearers := l.Rules.Bearers(near)
	for _, r := range near {
		if !l.Rules.may(&r) {
			continue // no rule could hold; most of a nation stops here
		}
		other, err := l.cases.Load(ctx, r.CaseID)
		if err != nil {
			return nil, err
		}
		subject := other.Subject()
		if other.Holder == cs.Holder || subject.ID != r.Person {
			continue
		}
		if c, ok := l.judge(r, bearers, cs, other); ok {
			out = append(out, c)
		}
	}
	slices.SortStableFunc(out, func(a, b candidate) int {
		return cmp.Or(cmp.Compare(a.rule, b.rule), cmp.Compare(b.name, a.name))
	})
	return out, nil
}

func (l *Likenesses) judge(r search.Resemblance, bearers Bearers, a, b *casefile.State) (candidate, bool) {
	about := func(s *casefile.State) About {
		p := s.Subject()
		return About{Sex: p.Sex, AgeBand: p.AgeBand, Language: p.Language}
	}
	rule, signs := l.Rules.Judge(l.realm.Content, r, bearers, about(a), about(b))
	if rule == "" {
		return candidate{}, false
	}
	pair := [2]Party{{a.ID, a.Subject().ID, a.Holder}, {b.ID, b.Subject().ID, b.Holder}}
	if pair[0].Person > pair[1].Person {
		pair[0], pair[1] = pair[1], pair[0]
	}
	at := slices.IndexFunc(l.Rules.Rules, func(x Rule) bool { return x.ID == rule })
	return candidate{ProposedEvent{Parties: pair, Rule: rule, Signs: signs}, at, r.Name}, true
}

// propose opens a pair, unless it stands, was ended without anything new since,
// or either case has as many open as it can bear.
func (l *Likenesses) propose(ctx context.Context, c *candidate) (bool, error) {
	id := idOf(c.Parties[0].Person, c.Parties[1].Person)
	s, err := l.read(ctx, id)
	if err != nil {
		return false, err
	}
	if s.Exists() && (s.Status != StatusEnded || !s.news(c.Signs)) {
		return false, nil
	}
	for _, p := range c.Parties {
		var open int
		err := l.realm.Store.QueryRow(ctx, `SELECT count(*) FROM likenesses WHERE (case_a = $1 OR case_b = $1) AND status IN ('proposed','comparing')`,
			p.Case).Scan(&open)
		if err != nil || open >= l.Rules.Limits.Open {
			return false, err
		}
	}
	_, err = l.realm.Commit(ctx, realm.Command{
		Actor: realm.System, Cause: "tokens:" + c.Rule, Answer: realm.Receipt{ID: id},
		Appends: []realm.Append{{Stream: Stream(id), Expected: s.Version, Drafts: drafts(Proposed, c.ProposedEvent)}},
	})
	if errors.As(err, new(*problem.Changed)) {
		return false, nil // proposed by another server this moment
	}
	return err == nil, err
}

// Lapse ends what nobody answered in time, and what is about somebody of whom
// nothing is kept any more. It is called by the realm's clock.
func (l *Likenesses) Lapse(ctx context.Context) (int, error) {
	const gone = `NOT EXISTS (SELECT 1 FROM name_filters f WHERE f.person = %[1]s) AND NOT EXISTS (SELECT 1 FROM exact_tokens e WHERE e.person = %[1]s)`
	rows, err := l.realm.Store.Query(ctx, `SELECT id, version FROM likenesses
		WHERE (status IN ('proposed','comparing') AND changed_at < $1)
		OR (status <> 'ended' AND ((`+fmt.Sprintf(gone, "person_a")+`) OR (`+fmt.Sprintf(gone, "person_b")+`)))
		ORDER BY id LIMIT 100`, l.realm.Now().Add(-l.Rules.Lapses).UnixMilli())
	if err != nil {
		return 0, fmt.Errorf("likeness: lapse: %w", err)
	}
	defer rows.Close()
	type row struct {
		id      string
		version int64
	}
	var list []row
	for rows.Next() {
		var r row
		if err := rows.Scan(&r.id, &r.version); err != nil {
			return 0, err
		}
		list = append(list, r)
	}
	if err := rows.Err(); err != nil {
		return 0, err
	}
	n := 0
	for _, r := range list {
		_, err := l.realm.Commit(ctx, realm.Command{
			Actor: realm.System, Cause: "clock:likeness", Answer: realm.Receipt{ID: r.id},
			Appends: []realm.Append{{Stream: Stream(r.id), Expected: r.version, Drafts: drafts(Lapsed, Nothing{})}},
		})
		switch {
		case errors.As(err, new(*problem.Changed)): // answered this moment
		case err != nil:
			return n, err
		default:
			n++
		}
	}
	return n, nil
}
