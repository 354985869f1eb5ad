package casefile

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/store"
)

// Kinds of events about a record as a whole. They stand in a stream beside the
// case's own, so that they leave its version as it is.
const (
	RecordHeld     = "vault.held"
	RecordReleased = "vault.released"
	RecordErased   = "vault.erased"

	ErasureAsked     = "vault.erasure_asked"
	ErasureWithdrawn = "vault.erasure_withdrawn"
)

// Keeping is what was decided about a closed case as a whole.
type Keeping struct {
	ID     string     `json:"id"`
	Ref    string     `json:"reference"`
	Closed time.Time  `json:"closed" doc:"When it was closed last"`
	Ends   time.Time  `json:"retention_ends" doc:"Closed plus the clock named retention"`
	Held   bool       `json:"held" doc:"A legal hold stops erasure"`
	Erased *time.Time `json:"erased,omitempty" doc:"When its keys were destroyed"`
}

// Ended lists closed cases whose retention period is over and whose keys still
// exist, the oldest first, those under a legal hold apart. Nothing is erased by
// the clock: a person decides about each. Source of the duty: Data Protection
// Act 2019 s.39, which sets no number of years; the period is the clock named
// retention.
func (c *Cases) Ended(ctx context.Context, who realm.Actor, held bool, limit int) ([]Keeping, error) {
	if err := c.realm.Door.Realm(who.Principal, policy.RetentionView); err != nil {
		return nil, err
	}
	last := c.now().Add(-c.realm.Content.Clock("retention"))
	rows, err := c.realm.Store.Query(ctx, `SELECT `+keepingColumns+` FROM cases
		WHERE closed_at > 0 AND closed_at <= $1 AND erased_at < closed_at AND held = $2
		ORDER BY closed_at, id LIMIT $3`, last.UnixMilli(), flag(held), limit)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Keeping
	for rows.Next() {
		k, err := c.keeping(rows)
		if err != nil {
			return nil, err
		}
		out = append(out, k)
	}
	return out, rows.Err()
}

// Kept tells how a closed case is kept; nil while it is open.
func (c *Cases) Kept(ctx context.Context, who realm.Actor, id string) (*Keeping, error) {
	s, err := c.Admitted(ctx, who, id, policy.HoldDecide)
	if err != nil || s.Closure == nil {
		return nil, err
	}
	k, err := c.keeping(c.realm.Store.QueryRow(ctx, `SELECT `+keepingColumns+` FROM cases WHERE id = $1`, id))
	return &k, err
}

const keepingColumns = `id, ref, closed_at, held, erased_at`

func (c *Cases) keeping(row interface{ Scan(...any) error }) (Keeping, error) {
	var k Keeping
	var closed, erased int64
	if err := row.Scan(&k.ID, &k.Ref, &closed, &k.Held, &erased); err != nil {
		return k, err
	}
	k.Closed = time.UnixMilli(closed).UTC()
	k.Ends = k.Closed.Add(c.realm.Content.Clock("retention"))
	if erased > 0 {
		at := time.UnixMilli(erased).UTC()
		k.Erased = &at
	}
	return k, nil
}

// keepingProjection folds what was decided about whole records into cases.
type keepingProjection struct{ cases *Cases }

// Kinds are the events about whole records.
func (keepingProjection) Kinds() []string { return []string{"vault."} }

// Reset empties what was asked for; the columns go with the rows of cases.
func (keepingProjection) Reset(tx *store.Tx) error {
	_, err := tx.Exec(`DELETE FROM erasures`)
	return err
}

// Apply writes the hold or the erasure beside the case, and what waits for a
// second person.
func (p keepingProjection) Apply(tx *store.Tx, events []ledger.Event) error {
	id := strings.TrimPrefix(events[0].Stream, "oversight/")
	for _, e := range events {
		if err := p.tell(tx, id, e); err != nil {
			return err
		}
		var err error
		switch e.Kind {
		case RecordHeld:
			if _, err = tx.Exec(`UPDATE cases SET held = 1 WHERE id = $1`, id); err == nil {
				err = noErasureAsked(tx, id)
			}
		case RecordReleased:
			_, err = tx.Exec(`UPDATE cases SET held = 0 WHERE id = $1`, id)
		case RecordErased:
			if _, err = tx.Exec(`UPDATE cases SET erased_at = $2 WHERE id = $1`, id, e.At.UnixMilli()); err == nil {
				err = errors.Join(p.cleared(tx, id), noErasureAsked(tx, id))
			}
		case ErasureAsked:
			err = writeErasureAsked(tx, id, &e)
		case ErasureWithdrawn:
			err = noErasureAsked(tx, id)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// tell passes an event on, with the request that stands until it.
func (p keepingProjection) tell(tx *store.Tx, id string, e ledger.Event) error {
	if p.cases.recorded == nil {
		return nil
	}
	var asked ErasureRequest
	var until int64
	err := tx.QueryRow(`SELECT id, staff, until_at FROM erasures WHERE case_id = $1`, id).Scan(&asked.ID, &asked.By.Staff, &until)
	if errors.Is(err, store.ErrNoRow) || err == nil && e.At.UnixMilli() >= until {
		return p.cases.recorded(tx, id, e, nil)
	}
	if err != nil {
		return err
	}
	return p.cases.recorded(tx, id, e, &asked)
}

// writeErasureAsked keeps the request in the place of one that lapsed.
func writeErasureAsked(tx *store.Tx, id string, e *ledger.Event) error {
	var p recordEvent
	if err := json.Unmarshal(e.Payload, &p); err != nil {
		return err
	}
	if err := noErasureAsked(tx, id); err != nil {
		return err
	}
	_, err := tx.Exec(`INSERT INTO erasures (case_id, id, staff, agency, duty, reason, asked_at, until_at) VALUES ($1,$2,$3,$4,$5,$6,$7,$8)`,
		id, p.Request, e.Actor, e.Agency, e.Duty, p.Reason, e.At.UnixMilli(), p.Until.UnixMilli())
	return err
}

func noErasureAsked(tx *store.Tx, id string) error {
	_, err := tx.Exec(`DELETE FROM erasures WHERE case_id = $1`, id)
	return err
}

// cleared takes out of the read model what an old event told in the clear. The
// shelf knows by the erasure itself that it may no longer show it.
func (p keepingProjection) cleared(tx *store.Tx, id string) error {
	version, err := versionOf(tx.QueryRow, id)
	if err != nil || version == 0 {
		return err
	}
	s, err := p.cases.shelf.fold(tx, id, version)
	if err != nil {
		return err
	}
	return writeSnapshot(tx, s)
}

// tellsClear tells whether an event from before these words were sealed told any.
func (s *State) tellsClear() bool {
	return s.Presumed.WayBackClear != "" || slices.ContainsFunc(s.Interviews, func(v Interview) bool { return v.RepeatClear != "" })
}

// forget takes out what may not be shown once the keys are destroyed.
func (s *State) forget() {
	s.Presumed.WayBackClear = ""
	s.Interviews = slices.Clone(s.Interviews) // the shelf's own is shared
	for i := range s.Interviews {
		s.Interviews[i].RepeatClear = ""
	}
}
