package casefile

import (
	"context"
	"errors"
	"strings"
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/search"
	"rufaa/internal/valid"
)

// Query is one search. Values travel in the body, never in a URL.
type Query struct {
	By    string `json:"by" doc:"reference, phone, id_number or name" enum:"reference,phone,id_number,name,"`
	Value string `json:"value"`
}

// Hit is a case that was found: its frame, never a name. How near a name came
// is not told; it would let names be guessed.
type Hit struct {
	Row
	Person string `json:"person,omitempty"` // who in the case matched
}

// SearchMade is the kind of the event that says that somebody searched: how
// and with how many results, not for what.
const SearchMade = "search.made"

// ErrTooManyProbes says that somebody searched more names than work explains.
type ErrTooManyProbes struct{ RetryAfter time.Duration }

func (e *ErrTooManyProbes) Error() string { return "too many searches" }

// minSimilarity is the Dice coefficient from which a name counts as near. It
// was set by false candidates per query, not by F1 (docs/benchmarks.md).
const minSimilarity = 0.62

// minOneWord is the threshold when a single name is searched: it meets whole
// names of two or three parts and cannot come as near.
const minOneWord = 0.42

// maxHits bounds a list of results; whoever gets more must say more.
const maxHits = 20

// Find searches the realm and shows what the person may see: the same work is
// done whatever is found, and cases out of reach leave no row, count or trace.
func (c *Cases) Find(ctx context.Context, who realm.Actor, q *Query) ([]Hit, error) {
	action := policy.SearchExact
	if q.By == "name" {
		action = policy.SearchName
	}
	if err := c.realm.Door.Realm(who.Principal, action); err != nil {
		return nil, err
	}
	if err := c.checkQuery(q); err != nil {
		return nil, err
	}
	if wait, ok := c.realm.Probes.Allow(who.Staff, c.now()); !ok {
		return nil, &ErrTooManyProbes{RetryAfter: wait}
	}
	found, err := c.candidates(ctx, who, q)
	if err != nil {
		return nil, err
	}
	hits, err := c.visible(ctx, who, found)
	if err != nil {
		return nil, err
	}
	return hits, c.recordSearch(ctx, who, q.By, len(hits))
}

func (c *Cases) checkQuery(q *Query) error {
	v := valid.New(c.now())
	switch q.By {
	case "reference", "name":
		v.Text("value", &q.Value, valid.MaxName, true)
	case "phone":
		v.Text("value", &q.Value, 40, true)
		v.Phone("value", &q.Value)
	case "id_number":
		v.Text("value", &q.Value, 60, true)
		v.IDNumber("value", &q.Value)
	default:
		v.Add("by", "common.error.choose")
	}
	return v.Err()
}

// reach lists the cases somebody could see, by the tables that narrow lists.
// It is read before the search, so that what is found cannot change its cost.
const reach = `SELECT case_id FROM team WHERE staff = $1
	UNION SELECT id FROM cases WHERE alert_staff = $1
	UNION SELECT id FROM cases WHERE holder = $2 AND waiting = 1`

func (c *Cases) inReach(ctx context.Context, who realm.Actor) (map[string]bool, error) {
	rows, err := c.realm.Store.Query(ctx, reach, who.Staff, who.Agency)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]bool{}
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, err
		}
		out[id] = true
	}
	return out, rows.Err()
}

func (c *Cases) candidates(ctx context.Context, who realm.Actor, q *Query) ([]search.Hit, error) {
	switch q.By {
	case "reference":
		id, err := c.idByRef(ctx, q.Value)
		if errors.Is(err, problem.ErrNotFound) {
			return nil, nil
		}
		return []search.Hit{{CaseID: id}}, err
	case "phone":
		return c.realm.Search.FindExact(ctx, search.Phone, q.Value)
	case "id_number":
		return c.realm.Search.FindExact(ctx, search.IdentityNumber, q.Value)
	}
	mine, err := c.inReach(ctx, who)
	if err != nil {
		return nil, err
	}
	least := minSimilarity
	if len(strings.Fields(q.Value)) == 1 {
		least = minOneWord
	}
	return c.realm.Search.Find(ctx, []string{q.Value}, 2*maxHits, least, func(caseID string) bool { return mine[caseID] })
}

func (c *Cases) recordSearch(ctx context.Context, who realm.Actor, by string, n int) error {
	_, err := c.realm.Commit(ctx, realm.Command{
		Actor: who,
		Appends: []realm.Append{{Stream: "search/" + who.Staff, Expected: ledger.AnyVersion, Drafts: []ledger.Draft{
			draft(SearchMade, struct {
				By      string `json:"by"`
				Results int    `json:"results"`
			}{by, n})}}},
	})
	return err
}

// row is the frame of a case as lists show it.
func (s *State) row() Row {
	who := s.Subject()
	r := Row{
		ID: s.ID, Ref: s.Ref, Stage: s.Stage, Presumed: s.Presumed.Standing(), Track: s.Presumed.Track, Holder: s.Holder,
		County: s.County, Sex: who.Sex, AgeBand: who.AgeBand, Child: who.Child,
		Danger: s.Danger.Immediate && s.Danger.Answered == nil, Detained: s.Detained,
		Waiting: s.Manager() == nil && s.Closure == nil, OpenedAt: s.OpenedAt, Changed: s.Changed, Version: s.Version,
	}
	if last := s.LastSafety(); last != nil {
		r.Risk = last.Level
	}
	if at, clock, ok := s.NextDue(); ok {
		r.Due, r.Clock = &at, clock
	}
	r.Since = s.DetainedSince
	return r
}
