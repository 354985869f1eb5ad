package caselist

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"strconv"

	"rufaa/internal/ledger"
	"rufaa/internal/realm"
	"rufaa/internal/store"
)

func itoa(n int) string { return strconv.Itoa(n) }

// Taken says that an agency took a list in, and how it read it. It stands in
// the stream "caselist/<agency>".
const Taken = "caselist.taken"

// TakenEvent is how a list was read. Headings and words are keyed digests: what
// stands in the first row of a list is not always a heading.
type TakenEvent struct {
	Agency  string                      `json:"agency"`
	List    string                      `json:"list"`
	Dates   string                      `json:"dates"`
	Columns []takenColumn               `json:"columns"`
	Words   map[Field]map[string]string `json:"words,omitempty"` // digest of the word -> term
}

type takenColumn struct {
	Heading string `json:"heading"` // digest
	Field   Field  `json:"field"`
}

// digest recognises a heading or a word of an agency again.
func (l *Lists) digest(agency, what, text string) string {
	sum := l.realm.KeyFile.Index().MAC("case-list", []byte(agency), []byte(what), []byte(folded(text)))
	return fmt.Sprintf("%x", sum[:8])
}

func (l *Lists) note(who realm.Actor, o *Order) realm.Append {
	ev := TakenEvent{Agency: who.Agency, List: o.List, Dates: o.Dates, Columns: []takenColumn{}}
	for _, c := range o.Columns {
		if c.Field != "" {
			ev.Columns = append(ev.Columns, takenColumn{l.digest(who.Agency, "heading", c.Heading), c.Field})
		}
	}
	ev.Words = map[Field]map[string]string{}
	for f, list := range o.kept {
		ev.Words[f] = maps.Clone(list)
	}
	for f, list := range o.Words {
		for word, term := range list {
			if ev.Words[f] == nil {
				ev.Words[f] = map[string]string{}
			}
			ev.Words[f][l.digest(who.Agency, string(f), word)] = term
		}
	}
	return realm.Append{Stream: "caselist/" + who.Agency, Expected: ledger.AnyVersion, Drafts: []ledger.Draft{{Kind: Taken, Schema: 1, Payload: ev}}}
}

// remembered finds how the agency read a list with these headings the last
// time, or guesses. Words are remembered as digests and found again when a row
// asks for them.
func (l *Lists) remembered(ctx context.Context, agency string, headings []string) (Order, bool, error) {
	guess := Order{Columns: l.words.guess(headings), Dates: "dmy"}
	lists, err := l.of(ctx, agency)
	if err != nil {
		return guess, false, err
	}
	best, most := -1, 0
	for i, ev := range lists {
		have := map[string]bool{}
		for _, h := range headings {
			have[l.digest(agency, "heading", h)] = true
		}
		n := 0
		for _, c := range ev.Columns {
			if have[c.Heading] {
				n++
			}
		}
		if n == len(ev.Columns) && n > most {
			best, most = i, n
		}
	}
	if best < 0 {
		return guess, false, nil
	}
	ev := lists[best]
	field := map[string]Field{}
	for _, c := range ev.Columns {
		field[c.Heading] = c.Field
	}
	o := Order{List: ev.List, Dates: ev.Dates}
	for _, h := range headings {
		o.Columns = append(o.Columns, Column{h, field[l.digest(agency, "heading", h)]})
	}
	o.kept = ev.Words
	return o, true, nil
}

// List is one list that an agency took in before.
type List struct {
	Name string `json:"name"`
	At   int64  `json:"at"` // milliseconds since 1970, the last time
}

// Lists are those of the asker's agency.
func (l *Lists) Lists(ctx context.Context, who realm.Actor) ([]List, error) {
	if err := l.admit(who); err != nil {
		return nil, err
	}
	rows, err := l.realm.Store.Query(ctx, `SELECT list, at FROM case_lists WHERE agency = $1 ORDER BY at DESC`, who.Agency)
	if err != nil {
		return nil, fmt.Errorf("caselist: %w", err)
	}
	defer rows.Close()
	var out []List
	for rows.Next() {
		var x List
		if err := rows.Scan(&x.Name, &x.At); err != nil {
			return nil, err
		}
		out = append(out, x)
	}
	return out, rows.Err()
}

func (l *Lists) of(ctx context.Context, agency string) ([]TakenEvent, error) {
	rows, err := l.realm.Store.Query(ctx, `SELECT state FROM case_lists WHERE agency = $1 ORDER BY at DESC`, agency)
	if err != nil {
		return nil, fmt.Errorf("caselist: %w", err)
	}
	defer rows.Close()
	var out []TakenEvent
	for rows.Next() {
		var raw []byte
		var ev TakenEvent
		if err := rows.Scan(&raw); err != nil {
			return nil, err
		}
		if err := json.Unmarshal(raw, &ev); err != nil {
			return nil, err
		}
		out = append(out, ev)
	}
	return out, rows.Err()
}

// named finds how the agency read the list of this name the last time.
func (l *Lists) named(ctx context.Context, agency, list string) (*TakenEvent, error) {
	var raw []byte
	err := l.realm.Store.QueryRow(ctx, `SELECT state FROM case_lists WHERE agency = $1 AND list = $2`, agency, list).Scan(&raw)
	if errors.Is(err, store.ErrNoRow) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("caselist: %w", err)
	}
	ev := new(TakenEvent)
	return ev, json.Unmarshal(raw, ev)
}

// projection keeps how lists were read the last time.
type projection struct{}

func (projection) Kinds() []string { return []string{"caselist."} }

func (projection) Reset(tx *store.Tx) error {
	_, err := tx.Exec(`DELETE FROM case_lists`)
	return err
}

func (projection) Apply(tx *store.Tx, events []ledger.Event) error {
	for _, e := range events {
		var ev TakenEvent
		if err := json.Unmarshal(e.Payload, &ev); err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO case_lists (agency, list, at, state) VALUES ($1,$2,$3,$4)
			ON CONFLICT (agency, list) DO UPDATE SET at = excluded.at, state = excluded.state`, ev.Agency, ev.List, e.At.UnixMilli(), []byte(e.Payload)); err != nil {
			return err
		}
	}
	return nil
}
