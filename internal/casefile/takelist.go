package casefile

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"strings"

	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/search"
	"rufaa/internal/store"
)

// ListOrder is a list with what is to be made of it.
type ListOrder struct {
	List   string // the agency's name for the list, the same from one time to the next
	DryRun bool   // tell only
	Alike  bool   // take rows as well that look like a case which is here already
	// Note is committed with it, on the agency's own stream; nil for none.
	Note *realm.Append
}

// What became, or would become, of a row.
const (
	RowNew     = "new"
	RowChanged = "changed"
	RowSame    = "same"
	RowHeld    = "held"    // looks like a case that is here already; not taken
	RowRefused = "refused" // may not be taken
)

// Verdict is what became of one row. Key is a text of content/text/caselist.*
// where there is something to tell; Case is the reference of the case that is
// meant, as far as the asker may see it.
type Verdict struct {
	Number int
	What   string
	Key    string
	Case   string
}

// known is a row that was taken before.
type known struct {
	caseID string // "" since the person was forgotten
	prints map[string]string
}

// plan is one row on its way.
type plan struct {
	row     *ListRow
	token   []byte
	prints  map[string]string
	id      string // of the case
	state   *State // of a case that is here
	changed map[string]bool
	verdict Verdict
}

// TakeList takes the rows of a list, which are checked already, all of them in
// one transaction. A row that was taken before changes what it made, and no
// second case comes of it. Nothing is opened for it: what a list says is
// compared with keyed digests of what it said the last time.
func (c *Cases) TakeList(ctx context.Context, who realm.Actor, o ListOrder, rows []ListRow) ([]Verdict, error) {
	if err := c.realm.Door.Realm(who.Principal, policy.CaseImport); err != nil {
		return nil, err
	}
	plans, err := c.planList(ctx, who, o, rows)
	if err != nil {
		return nil, err
	}
	out := make([]Verdict, len(plans))
	for i := range plans {
		out[i] = plans[i].verdict
	}
	if o.DryRun {
		return out, nil
	}
	return out, c.commitList(ctx, who, o, plans)
}

func (c *Cases) planList(ctx context.Context, who realm.Actor, o ListOrder, rows []ListRow) ([]plan, error) {
	before, err := c.listRows(ctx, who.Agency)
	if err != nil {
		return nil, err
	}
	mine, err := c.inReach(ctx, who)
	if err != nil {
		return nil, err
	}
	plans := make([]plan, len(rows))
	for i := range rows {
		if i&255 == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		p := &plans[i]
		p.row, p.verdict.Number = &rows[i], rows[i].Number
		p.token = c.rowToken(who.Agency, o.List, strings.ToLower(p.row.Key))
		k, ok := before[string(p.token)]
		if asWritten := c.rowToken(who.Agency, o.List, p.row.Key); !ok { // taken when T-1 and t-1 were still two
			if k, ok = before[string(asWritten)]; ok {
				p.token = asWritten
			}
		}
		p.prints = c.rowPrints(p.token, p.row)
		if ok {
			err = c.planKnown(ctx, who, p, k)
		} else {
			err = c.planNew(ctx, who, p, o, mine)
		}
		if err != nil {
			return nil, err
		}
	}
	return plans, nil
}

func (c *Cases) planKnown(ctx context.Context, who realm.Actor, p *plan, k known) (err error) {
	p.verdict.What = RowRefused
	if k.caseID == "" {
		p.verdict.Key = "caselist.row.forgotten"
		return nil
	}
	if p.state, err = c.Load(ctx, k.caseID); err != nil {
		return err
	}
	p.id = k.caseID
	if c.admit(who, policy.CaseImport, p.state) != nil {
		p.verdict.Key = "caselist.row.elsewhere"
		return nil
	}
	if c.admit(who, policy.CaseView, p.state) == nil {
		p.verdict.Case = p.state.Ref
	}
	p.changed = map[string]bool{}
	for part, print := range p.prints {
		if k.prints[part] != print {
			p.changed[part] = true
		}
	}
	p.verdict.What = RowSame
	switch {
	case len(p.changed) == 0:
	case p.state.Closure != nil:
		p.verdict.Key = "caselist.row.closed"
	case p.changed["closure"] && len(p.changed) == 1:
		p.verdict.Key = "caselist.row.close_by_hand"
	default:
		p.verdict.What = RowChanged
		if p.changed["person"] && p.state.byHand() {
			p.verdict.Key = "caselist.row.by_hand"
		}
	}
	return nil
}

func (c *Cases) planNew(ctx context.Context, who realm.Actor, p *plan, o ListOrder, mine map[string]bool) error {
	p.verdict.What = RowNew
	like, err := c.alike(ctx, who, &p.row.Facts, mine)
	if err != nil || like == "" {
		return err
	}
	p.verdict.Case, p.verdict.Key = like, "caselist.row.alike_taken"
	if !o.Alike {
		p.verdict.What, p.verdict.Key = RowHeld, "caselist.row.alike"
	}
	return nil
}

// alike finds a case within the taker's reach that may be about the person of
// a row. What lies out of reach leaves no trace, as with a single alert.
func (c *Cases) alike(ctx context.Context, who realm.Actor, f *PersonFacts, mine map[string]bool) (ref string, err error) {
	var found []search.Hit
	for _, n := range exacts(*f) {
		hits, err := c.realm.Search.FindExact(ctx, n.Kind, n.Value)
		if err != nil {
			return "", err
		}
		found = append(found, hits...)
	}
	if written := names(*f); len(written) > 0 && len(mine) > 0 {
		hits, err := c.realm.Search.Find(ctx, written, 1, knownSimilarity, func(caseID string) bool { return mine[caseID] })
		if err != nil {
			return "", err
		}
		found = append(found, hits...)
	}
	hits, err := c.visible(ctx, who, found)
	if err != nil || len(hits) == 0 {
		return "", err
	}
	return hits[0].Ref, nil
}

// rowToken recognises a row of an agency's list. It is keyed: a case number
// with a year in it can be guessed.
func (c *Cases) rowToken(agency, list, key string) []byte {
	sum := c.realm.KeyFile.Index().MAC("list-row", []byte(agency), []byte(list), []byte(key))
	return sum[:16]
}

// rowPrints tell later whether a part of the row has changed, and nothing else.
func (c *Cases) rowPrints(token []byte, r *ListRow) map[string]string {
	out := map[string]string{}
	for part, values := range r.parts() {
		raw, err := json.Marshal(values)
		if err != nil {
			panic(err) // texts and numbers always marshal
		}
		sum := c.realm.KeyFile.Index().MAC("list-print", token, []byte(part), raw)
		out[part] = fmt.Sprintf("%x", sum[:8])
	}
	return out
}

func (c *Cases) listRows(ctx context.Context, agency string) (map[string]known, error) {
	rows, err := c.realm.Store.Query(ctx, `SELECT token, case_id, prints FROM list_rows WHERE agency = $1`, agency)
	if err != nil {
		return nil, fmt.Errorf("casefile: rows of lists: %w", err)
	}
	defer rows.Close()
	out := map[string]known{}
	for rows.Next() {
		var token []byte
		var k known
		var prints string
		if err := rows.Scan(&token, &k.caseID, &prints); err != nil {
			return nil, err
		}
		if prints != "" {
			if err := json.Unmarshal([]byte(prints), &k.prints); err != nil {
				return nil, fmt.Errorf("casefile: rows of lists: %w", err)
			}
		}
		out[string(token)] = k
	}
	return out, rows.Err()
}

// commitList seals and hashes everything first, so that the write lane is held
// for the writing alone.
func (c *Cases) commitList(ctx context.Context, who realm.Actor, o ListOrder, plans []plan) error {
	e, err := c.listEnv(ctx, who, plans)
	if err != nil {
		return err
	}
	var appends []realm.Append
	var entries []*search.Entry
	var people []string // by entry
	for i := range plans {
		p := &plans[i]
		switch p.verdict.What {
		case RowNew:
			drafts, ev, err := p.row.newcomer(o.List, e.env)
			if err != nil {
				return err
			}
			p.id = c.realm.NewID()
			appends = append(appends, realm.Append{Stream: Stream(p.id), Expected: 0, Drafts: drafts})
			entries = append(entries, c.realm.Search.Prepare(ev.Persons[0].ID, p.id, names(p.row.Facts), exacts(p.row.Facts)))
			people = append(people, ev.Persons[0].ID)
		case RowChanged:
			appends = append(appends, realm.Append{Stream: Stream(p.id), Expected: p.state.Version, Drafts: p.row.renewed(o.List, p.state, p.changed, e.env)})
			if p.changed["person"] && !p.state.byHand() {
				entries = append(entries, c.realm.Search.Prepare(p.state.Subject().ID, p.id, names(p.row.Facts), exacts(p.row.Facts)))
				people = append(people, p.state.Subject().ID)
			}
		}
	}
	if e.sealing.err != nil {
		return fmt.Errorf("casefile: seal: %w", e.sealing.err)
	}
	cmd := realm.Command{Actor: who, More: each(appends), Also: func(tx *store.Tx) error { return c.writeList(tx, who, plans, entries, people) }}
	if o.Note != nil {
		cmd.Appends = []realm.Append{*o.Note}
	}
	_, err = c.realm.Commit(ctx, cmd)
	return err
}

func each(list []realm.Append) iter.Seq2[realm.Append, error] {
	return func(yield func(realm.Append, error) bool) {
		for _, a := range list {
			if !yield(a, nil) {
				return
			}
		}
	}
}

func (c *Cases) writeList(tx *store.Tx, who realm.Actor, plans []plan, entries []*search.Entry, people []string) error {
	byPerson := map[string]string{}
	for i, en := range entries {
		if err := en.Write(tx); err != nil {
			return err
		}
		byPerson[people[i]] = en.CaseID()
	}
	for person, caseID := range byPerson {
		if c.written != nil {
			if err := c.written(tx, who, caseID, person, true); err != nil {
				return err
			}
		}
	}
	for i := range plans {
		p := &plans[i]
		if p.verdict.What != RowNew && p.verdict.What != RowChanged {
			continue
		}
		prints, err := json.Marshal(p.prints)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO list_rows (agency, token, case_id, prints) VALUES ($1,$2,$3,$4)
			ON CONFLICT (agency, token) DO UPDATE SET prints = excluded.prints`, who.Agency, p.token, p.id, string(prints)); err != nil {
			return err
		}
	}
	return nil
}

type listEnv struct {
	*env
	sealing *sealing
}

// listEnv has the keys of everybody new made in few transactions instead of
// one for each person.
func (c *Cases) listEnv(ctx context.Context, who realm.Actor, plans []plan) (*listEnv, error) {
	var fresh []string
	for i := range plans {
		if plans[i].verdict.What == RowNew {
			fresh = append(fresh, c.realm.NewID())
		}
	}
	made, err := c.realm.Vault.Sealers(ctx, fresh)
	if err != nil {
		return nil, fmt.Errorf("casefile: keys: %w", err)
	}
	sl := &sealing{ctx: ctx, vault: c.realm.Vault, by: made}
	e := c.env(who, sl)
	next := e.newID
	// The ids of new persons are those that have keys already.
	e.newPerson = func() string {
		if len(fresh) == 0 {
			return next()
		}
		id := fresh[0]
		fresh = fresh[1:]
		return id
	}
	return &listEnv{e, sl}, nil
}

// forgetRows keeps of a forgotten case's row only that it is not to come back:
// the next import of the same old spreadsheet must not bring her back.
func forgetRows(tx *store.Tx, caseID string) error {
	_, err := tx.Exec(`UPDATE list_rows SET case_id = '', prints = '' WHERE case_id = $1`, caseID)
	return err
}
