package measure

import (
	"encoding/json"
	"fmt"
	"strings"

	"rufaa/internal/casefile"
	"rufaa/internal/content"
	"rufaa/internal/ledger"
	"rufaa/internal/referral"
	"rufaa/internal/store"
)

// projection reads events into the tables of measure.
type projection struct{ content *content.Content }

// Kinds are those of cases and referrals.
func (projection) Kinds() []string { return []string{"case.", "referral."} }

// Reset empties the tables.
func (projection) Reset(tx *store.Tx) error {
	for _, table := range []string{"measure_cases", "measure_care", "measure_needs", "measure_referrals"} {
		if _, err := tx.Exec(`DELETE FROM ` + table); err != nil {
			return err
		}
	}
	return nil
}

// Apply reads the events of one stream.
func (p projection) Apply(tx *store.Tx, events []ledger.Event) error {
	for _, e := range events {
		read, ok := readers[e.Kind]
		if !ok {
			continue
		}
		_, id, _ := strings.Cut(e.Stream, "/")
		if err := read(p, row{tx, id, e.At.UnixMilli()}, e); err != nil {
			return fmt.Errorf("measure: event %d: %w", e.Seq, err)
		}
	}
	return nil
}

// row is where one event is written.
type row struct {
	tx *store.Tx
	id string // of the case or referral
	at int64
}

func (r row) exec(query string, args ...any) error {
	_, err := r.tx.Exec(query, args...)
	return err
}

// first notes when something happened for the first time.
func (r row) first(column, caseID string) error {
	return r.exec(`UPDATE measure_cases SET `+column+` = $2 WHERE case_id = $1 AND `+column+` = 0`, caseID, r.at)
}

// care notes that care was given, and by what; the first one is measured.
func (r row) care(source string) error {
	err := r.exec(`INSERT INTO measure_care (case_id, source, at) VALUES ($1,$2,$3) ON CONFLICT (case_id, source) DO NOTHING`, r.id, source, r.at)
	if err != nil {
		return err
	}
	return r.firstCare()
}

// noCare takes back what was recorded by mistake.
func (r row) noCare(source string) error {
	if err := r.exec(`DELETE FROM measure_care WHERE case_id = $1 AND source = $2`, r.id, source); err != nil {
		return err
	}
	return r.firstCare()
}

func (r row) firstCare() error {
	return r.exec(`UPDATE measure_cases SET care_at = COALESCE((SELECT MIN(at) FROM measure_care WHERE case_id = $1), 0) WHERE case_id = $1`, r.id)
}

type reader func(projection, row, ledger.Event) error

// on reads the payload as P.
func on[P any](do func(projection, row, P) error) reader {
	return func(p projection, r row, e ledger.Event) error {
		var x P
		if err := json.Unmarshal(e.Payload, &x); err != nil {
			return err
		}
		return do(p, r, x)
	}
}

var readers = map[string]reader{
	casefile.Alerted: on(func(p projection, r row, x casefile.AlertedEvent) error {
		if x.Channel == casefile.FromList { // its alert lies before Rufaa
			return nil
		}
		err := r.exec(`INSERT INTO measure_cases (case_id, county, holder, alert_at, safe_at, care_at, answered_at) VALUES ($1,$2,$3,$4,0,0,0)`,
			r.id, x.County, x.Holder, r.at)
		if err != nil {
			return err
		}
		return p.place(r, x.PlaceKind)
	}),
	casefile.PlaceChanged: on(func(p projection, r row, x casefile.PlaceChangedEvent) error {
		if x.County != "" {
			if err := r.exec(`UPDATE measure_cases SET county = $2 WHERE case_id = $1`, r.id, x.County); err != nil {
				return err
			}
		}
		return p.place(r, x.Kind)
	}),
	casefile.DangerAnswered: on(func(_ projection, r row, x casefile.DangerAnsweredEvent) error {
		if x.Action != movedToSafety {
			return nil
		}
		return r.first("safe_at", r.id)
	}),
	casefile.TransferAnswered: on(func(_ projection, r row, x struct {
		Accepted bool   `json:"accepted"`
		To       string `json:"to"`
	}) error {
		if !x.Accepted {
			return nil
		}
		return r.exec(`UPDATE measure_cases SET holder = $2 WHERE case_id = $1`, r.id, x.To)
	}),
	casefile.NeedsAssessed: on(func(_ projection, r row, x casefile.NeedsAssessedEvent) error {
		for _, n := range x.Needs {
			if err := r.exec(`INSERT INTO measure_needs (need, case_id, service, since, state) VALUES ($1,$2,$3,$4,'open')`, n.ID, r.id, n.Service, r.at); err != nil {
				return err
			}
		}
		return nil
	}),
	casefile.NeedSettled: on(func(_ projection, r row, x casefile.NeedSettledEvent) error {
		if err := r.needs([]string{x.Need}, x.State); err != nil || x.State != "met" {
			return err
		}
		return r.care(x.Need)
	}),
	casefile.ServiceGiven:  on(func(_ projection, r row, x casefile.Record) error { return r.care(x.ID) }),
	casefile.ServiceStruck: on(func(_ projection, r row, x casefile.ServiceStruckEvent) error { return r.noCare(x.Delivery) }),
	casefile.ReferralNoted: on(noted),
	referral.Sent: on(func(_ projection, r row, x referral.SentEvent) error {
		return r.exec(`INSERT INTO measure_referrals (referral, case_id, service, receiver, sent_at, answered_at, outcome, reason) VALUES ($1,$2,$3,$4,$5,0,'sent','')`,
			r.id, x.Case, x.Service, x.To, r.at)
	}),
	referral.Accepted:  on(answered("accepted")),
	referral.Declined:  on(answered("declined")),
	referral.Withdrawn: on(answered("withdrawn")),
}

// movedToSafety is the answer to a danger that is a safe place (vocabulary
// danger-actions).
const movedToSafety = "moved-to-safety"

// place notes a safe place: one that the vocabulary places-of-stay calls safe,
// which no cell, border post or street is.
func (p projection) place(r row, kind string) error {
	if t, ok := p.content.Term("places-of-stay", kind); !ok || !t.Safe {
		return nil
	}
	return r.first("safe_at", r.id)
}

func (r row) needs(ids []string, state string) error {
	for _, id := range ids {
		if err := r.exec(`UPDATE measure_needs SET state = $2 WHERE need = $1`, id, state); err != nil {
			return err
		}
	}
	return nil
}

// noted follows a referral as its case saw it.
func noted(_ projection, r row, x casefile.ReferralRef) error {
	state := map[string]string{"sent": "referred", "accepted": "referred", "started": "referred", "finished": "met", "declined": "open", "withdrawn": "open"}[x.State]
	if state != "" {
		if err := r.needs(x.Needs, state); err != nil {
			return err
		}
	}
	switch x.State {
	case "accepted", "declined":
		return r.first("answered_at", r.id)
	case "started", "finished":
		return r.care(x.ID)
	}
	return nil
}

// answered keeps the first answer to a referral and its reason.
func answered(outcome string) func(projection, row, referral.StepEvent) error {
	return func(_ projection, r row, x referral.StepEvent) error {
		return r.exec(`UPDATE measure_referrals SET answered_at = $2, outcome = $3, reason = $4 WHERE referral = $1 AND outcome = 'sent'`, r.id, r.at, outcome, x.Reason)
	}
}
