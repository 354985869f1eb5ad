package realm

import (
	"context"
	"encoding/json"

	"rufaa/internal/ledger"
	"rufaa/internal/store"
	"rufaa/internal/vault"
)

// AccessOpened is the kind of the event that says who opened what of whom. It
// stands in the stream "access/<case>".
const AccessOpened = "access.opened"

// OpenedEvent names what was opened; the envelope says who and why.
type OpenedEvent struct {
	Case         string   `json:"case"`
	Basis        string   `json:"basis"`
	BreakGlass   string   `json:"break_glass,omitempty"`
	Compartments []string `json:"compartments"`
	Fields       []string `json:"fields"`
}

// record makes an opening durable. The vault gives no plaintext before it
// returns nil.
func (r *Realm) record(ctx context.Context, o vault.Opening) error {
	comps := make([]string, len(o.Compartments))
	for i, c := range o.Compartments {
		comps[i] = string(c)
	}
	fields := o.Fields
	if fields == nil {
		fields = []string{}
	}
	_, err := r.Commit(ctx, Command{
		Actor:   Actor{Principal: principal(o.Actor, o.Agency, o.Duty), Device: o.Device},
		Purpose: o.Purpose,
		Appends: []Append{{Stream: "access/" + o.Case, Expected: ledger.AnyVersion, Drafts: []ledger.Draft{{
			Kind: AccessOpened, Schema: 1,
			Payload: OpenedEvent{Case: o.Case, Basis: o.Basis, BreakGlass: o.BreakGlass, Compartments: comps, Fields: fields},
		}}}},
	})
	return err
}

// openings is the read model behind "who saw what".
type openings struct{}

func (openings) Kinds() []string { return []string{AccessOpened} }

func (openings) Reset(tx *store.Tx) error {
	_, err := tx.Exec(`DELETE FROM openings`)
	return err
}

func (openings) Apply(tx *store.Tx, events []ledger.Event) error {
	for _, e := range events {
		var p OpenedEvent
		if err := json.Unmarshal(e.Payload, &p); err != nil {
			return err
		}
		comps, err := json.Marshal(p.Compartments)
		if err != nil {
			return err
		}
		fields, err := json.Marshal(p.Fields)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(`INSERT INTO openings (seq, case_id, at, staff, agency, duty, purpose, basis, compartments, fields, glass)
			VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11)`, e.Seq, p.Case, e.At.UnixMilli(), e.Actor, e.Agency, e.Duty, e.Purpose,
			p.Basis, string(comps), string(fields), p.BreakGlass); err != nil {
			return err
		}
	}
	return nil
}

// silent names the kinds that are kept for the record alone and have no read
// model: searches and what happens to accounts and keys.
type silent struct{}

func (silent) Kinds() []string                       { return []string{"search.", "account.", "vault.", "realm."} }
func (silent) Reset(*store.Tx) error                 { return nil }
func (silent) Apply(*store.Tx, []ledger.Event) error { return nil }
