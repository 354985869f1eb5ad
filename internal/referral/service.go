package referral

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/vault"
)

// Referrals runs the room's commands and reads in one realm.
type Referrals struct {
	realm        *realm.Realm
	cases        *casefile.Cases
	agencyExists func(id string) bool
	accepted     func(ctx context.Context, who realm.Actor, caseID string)
	family       func(ctx context.Context, caseID string) ([]string, error)
}

// OnAccepted is told of every accepted referral, after it is durable: by whom
// and for which case.
func (r *Referrals) OnAccepted(fn func(ctx context.Context, who realm.Actor, caseID string)) {
	r.accepted = fn
}

// New opens the room and registers its projection.
func New(r *realm.Realm, cases *casefile.Cases, agencyExists func(string) bool) *Referrals {
	r.Register(projection{})
	return &Referrals{realm: r, cases: cases, agencyExists: agencyExists}
}

// load reads a referral and its case; both empty when there is none.
func (r *Referrals) load(ctx context.Context, id string) (*State, *casefile.State, error) {
	s := new(State)
	var raw []byte
	err := r.realm.Store.QueryRow(ctx, `SELECT state FROM referrals WHERE id = $1`, id).Scan(&raw)
	if errors.Is(err, store.ErrNoRow) {
		return s, &casefile.State{}, nil
	}
	if err != nil {
		return nil, nil, fmt.Errorf("referral: load: %w", err)
	}
	if err := json.Unmarshal(raw, s); err != nil {
		return nil, nil, fmt.Errorf("referral: load %s: %w", id, err)
	}
	cs, err := r.cases.Load(ctx, s.Case)
	return s, cs, err
}

func (r *Referrals) admit(who realm.Actor, do policy.Action, s *State, cs *casefile.State) error {
	res := policy.Resource{Kind: "none"}
	if s.Exists() {
		res = cs.Resource(r.realm.Now())
		res.Kind, res.From, res.To = "referral", s.From, s.To
	}
	return r.realm.Door.Case(who.Principal, do, policy.ReferralView, res, policy.Context{})
}

// View gives a referral to either end.
func (r *Referrals) View(ctx context.Context, who realm.Actor, id string) (*State, error) {
	s, cs, err := r.load(ctx, id)
	if err != nil {
		return nil, err
	}
	return s, r.admit(who, policy.ReferralView, s, cs)
}

// May tells which actions somebody may do on the referral now.
func (r *Referrals) May(ctx context.Context, who realm.Actor, id string, actions ...policy.Action) (map[policy.Action]bool, error) {
	s, cs, err := r.load(ctx, id)
	if err != nil {
		return nil, err
	}
	out := make(map[policy.Action]bool, len(actions))
	for _, a := range actions {
		out[a] = r.admit(who, a, s, cs) == nil
	}
	return out, nil
}

// Read opens what was disclosed. The receiving end reads it while the ground
// it was sent on still stands: a consent taken back closes it.
func (r *Referrals) Read(ctx context.Context, who realm.Actor, id string) (*State, []Telling, error) {
	s, cs, err := r.load(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	if err := r.admit(who, policy.ReferralView, s, cs); err != nil {
		return nil, nil, err
	}
	if s.shut() {
		return nil, nil, problem.Refuse("referral.shut")
	}
	var items []vault.Item
	var tell []Telling
	basis := casefile.BasisHolder
	if who.Agency != s.From {
		basis = casefile.BasisConsent
	}
	if err := r.stands(s, cs); err != nil {
		return nil, nil, err
	}
	for _, d := range s.Disclosed {
		if who.Agency != s.From {
			basis = d.Basis
		}
		items = append(items, vault.Item{Place: place(id, d.Field, vault.Compartment(d.Compartment)), Sealed: d.Text})
		tell = append(tell, Telling{Label: d.Label, Compartment: d.Compartment, Basis: d.Basis})
	}
	if !s.Message.IsZero() {
		items = append(items, vault.Item{Place: place(id, "message", vault.Care), Sealed: s.Message})
		tell = append(tell, Telling{Label: "message", Compartment: string(vault.Care)})
	}
	for i := range s.Steps {
		if st := &s.Steps[i]; !st.Note.IsZero() {
			items = append(items, vault.Item{Place: place(st.ID, "note", vault.Care), Sealed: st.Note})
			tell = append(tell, Telling{Label: "step_note", Compartment: string(vault.Care)})
		}
	}
	if len(items) == 0 {
		return s, nil, nil
	}
	texts, err := r.realm.Vault.Open(ctx, vault.Opening{
		Actor: who.Staff, Agency: who.Agency, Duty: who.Duty, Device: who.Device,
		Purpose: s.Purpose, Basis: basis, Case: s.Case,
	}, items)
	if err != nil {
		return nil, nil, fmt.Errorf("referral: open: %w", err)
	}
	for i := range tell {
		tell[i].Text = texts[i]
	}
	return s, tell, nil
}

// Bars are the rules that stand in the way of a step as things are now, whatever
// is written with it; nil where none does.
type Bars struct {
	Accept *problem.Refused // the receiver may decline, and no more
	Read   *problem.Refused // what was disclosed stays shut, for either end
}

// Bars tells them to either end. It decides nothing: the steps ask again.
func (r *Referrals) Bars(ctx context.Context, who realm.Actor, id string) (b Bars, err error) {
	s, cs, err := r.load(ctx, id)
	if err != nil {
		return b, err
	}
	if err := r.admit(who, policy.ReferralView, s, cs); err != nil {
		return b, err
	}
	errors.As(r.stands(s, cs), &b.Accept)
	if b.Read = b.Accept; s.shut() {
		b.Read = problem.Refuse("referral.shut")
	}
	return b, nil
}

// shut tells whether what was disclosed is opened no more, for anybody.
func (s *State) shut() bool { return s.Status == "withdrawn" || s.Status == "declined" }

// stands refuses when the ground of anything disclosed is gone.
func (r *Referrals) stands(s *State, cs *casefile.State) error {
	for _, d := range s.Disclosed {
		if now, _ := cs.Ground(s.To, s.Purpose, vault.Compartment(d.Compartment), r.realm.Now()); now == "" {
			return problem.Refuse(cs.WhyNoGround(s.To, s.Purpose, vault.Compartment(d.Compartment)))
		}
	}
	return nil
}

// Row is a referral in a list: facts only.
type Row struct {
	ID        string    `json:"id"`
	Case      string    `json:"case,omitempty"`
	Ref       string    `json:"reference"`
	From      string    `json:"from"`
	To        string    `json:"to"`
	Service   string    `json:"service"`
	Purpose   string    `json:"purpose"`
	Urgency   string    `json:"urgency"`
	Status    string    `json:"status"`
	Escalated bool      `json:"escalated"`
	SentAt    time.Time `json:"sent_at"`
	Due       time.Time `json:"due_at"`
	Version   int64     `json:"version"`
}

const rowColumns = `id, case_id, ref, sender, receiver, service, purpose, urgency, status, escalated, sent_at, due_at, version`

// Inbox lists what was sent to the person's agency: first what waits for an
// answer, by its clock, then what is being worked on.
func (r *Referrals) Inbox(ctx context.Context, who realm.Actor, limit int) ([]Row, error) {
	res := policy.Resource{Kind: "referral", To: who.Agency}
	if !r.realm.Door.Decide(who.Principal, policy.CaseList, res, policy.Context{}).Allowed {
		return nil, nil
	}
	rows, err := r.rows(ctx, inbox, who.Agency, limit, casefile.NearTo(who))
	slices.SortStableFunc(rows, func(a, b Row) int {
		return cmp.Or(cmp.Compare(asks[a.Status], asks[b.Status]), a.Due.Compare(b.Due))
	})
	return rows[:min(len(rows), limit)], err
}

// asks is the order in which states ask something of the receiver.
var asks = map[string]int{"sent": 1, "accepted": 2, "started": 3}

// inbox walks the index once for each state that still asks something of the
// receiver, in one question to the store, those of cases left out that the asker
// $3 is kept away from.
var inbox = func() string {
	near := casefile.Near("referrals.case_id", 3)
	var walks []string
	for _, status := range []string{"sent", "accepted", "started"} {
		walks = append(walks, `SELECT * FROM (SELECT `+rowColumns+` FROM referrals WHERE receiver = $1 AND status = '`+status+`'`+near+` ORDER BY due_at LIMIT $2) AS `+status)
	}
	return strings.Join(walks, " UNION ALL ")
}()

// OfCase lists the referrals of one case the person may see.
func (r *Referrals) OfCase(ctx context.Context, who realm.Actor, cs *casefile.State) ([]Row, error) {
	rows, err := r.rows(ctx, `SELECT `+rowColumns+` FROM referrals WHERE case_id = $1 ORDER BY sent_at`, cs.ID)
	if err != nil {
		return nil, err
	}
	var out []Row
	for _, row := range rows {
		res := cs.Resource(r.realm.Now())
		res.Kind, res.From, res.To = "referral", row.From, row.To
		if r.realm.Door.Decide(who.Principal, policy.ReferralView, res, policy.Context{}).Allowed {
			out = append(out, row)
		}
	}
	return out, nil
}

// Noted lists what the case itself knows of its referrals, as far as the person
// may see them: for the page of a case that is loaded already.
func (r *Referrals) Noted(who realm.Actor, cs *casefile.State) []Row {
	var out []Row
	res := cs.Resource(r.realm.Now())
	for i := range cs.Referrals {
		ref := &cs.Referrals[i]
		res.Kind, res.From, res.To = "referral", ref.From, ref.To
		if r.realm.Door.Decide(who.Principal, policy.ReferralView, res, policy.Context{}).Allowed {
			out = append(out, Row{ID: ref.ID, Case: cs.ID, Ref: cs.Ref, From: ref.From, To: ref.To,
				Service: ref.Service, Purpose: ref.Purpose, Status: ref.State, Due: ref.Due})
		}
	}
	return out
}

// Unanswered lists what nobody answered in time, for the Secretariat: who was
// asked, when and for what; not about whom.
func (r *Referrals) Unanswered(ctx context.Context, who realm.Actor, limit int) ([]Row, error) {
	if !r.realm.Door.Decide(who.Principal, policy.CaseList, policy.Resource{Kind: "referral"}, policy.Context{}).Allowed {
		return nil, nil
	}
	return r.rows(ctx, `SELECT `+rowColumns+` FROM referrals WHERE status = $1 AND escalated = 1 ORDER BY due_at LIMIT $2`, "sent", limit)
}

func (r *Referrals) rows(ctx context.Context, text string, args ...any) ([]Row, error) {
	rows, err := r.realm.Store.Query(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []Row
	for rows.Next() {
		var x Row
		var sent, due int64
		if err := rows.Scan(&x.ID, &x.Case, &x.Ref, &x.From, &x.To, &x.Service, &x.Purpose, &x.Urgency, &x.Status,
			&x.Escalated, &sent, &due, &x.Version); err != nil {
			return nil, err
		}
		x.SentAt, x.Due = time.UnixMilli(sent).UTC(), time.UnixMilli(due).UTC()
		out = append(out, x)
	}
	return out, rows.Err()
}

// Escalate tells the Secretariat of every referral whose clock ran out. It is
// called by the realm's clock and may be called by several servers at once:
// the referral's version lets one of them through.
func (r *Referrals) Escalate(ctx context.Context) (int, error) {
	rows, err := r.rows(ctx, `SELECT `+rowColumns+` FROM referrals WHERE status = $1 AND escalated = 0 AND due_at < $2 ORDER BY due_at LIMIT 100`,
		"sent", r.realm.Now().UnixMilli())
	if err != nil {
		return 0, err
	}
	n := 0
	for _, row := range rows {
		_, err := r.realm.Commit(ctx, realm.Command{
			Actor: realm.System, Cause: "clock:referral-answer", Answer: realm.Receipt{ID: row.ID},
			Appends: []realm.Append{{Stream: Stream(row.ID), Expected: row.Version, Drafts: drafts(Escalated, StepEvent{ID: r.realm.NewID()})}},
		})
		var changed *problem.Changed
		switch {
		case errors.As(err, &changed): // answered, or escalated elsewhere, this moment
		case err != nil:
			return n, err
		default:
			n++
		}
	}
	return n, nil
}

// projection folds referral events into the table referrals.
type projection struct{}

func (projection) Kinds() []string { return []string{"referral."} }

func (projection) Reset(tx *store.Tx) error {
	_, err := tx.Exec(`DELETE FROM referrals`)
	return err
}

func (projection) Apply(tx *store.Tx, events []ledger.Event) error {
	s := new(State)
	var raw []byte
	id := events[0].Stream[len("referral/"):]
	err := tx.QueryRow(`SELECT state FROM referrals WHERE id = $1`, id).Scan(&raw)
	if err == nil {
		err = json.Unmarshal(raw, s)
	} else if errors.Is(err, store.ErrNoRow) {
		err = nil
	}
	if err != nil {
		return err
	}
	for _, e := range events {
		if err := s.Fold(e); err != nil {
			return err
		}
	}
	if raw, err = json.Marshal(s); err != nil {
		return err
	}
	escalated := 0
	if s.Escalated != nil {
		escalated = 1
	}
	_, err = tx.Exec(`INSERT INTO referrals (id, case_id, ref, sender, receiver, service, purpose, urgency, status, escalated,
			sent_at, due_at, changed_at, version, state)
		VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10,$11,$12,$13,$14,$15)
		ON CONFLICT (id) DO UPDATE SET status = excluded.status, escalated = excluded.escalated,
			changed_at = excluded.changed_at, version = excluded.version, state = excluded.state`,
		s.ID, s.Case, s.Ref, s.From, s.To, s.Service, s.Purpose, s.Urgency, s.Status, escalated,
		s.SentBy.At.UnixMilli(), s.Due.UnixMilli(), s.Changed.UnixMilli(), s.Version, raw)
	return err
}

// Asked counts what the person's agency was asked and has not answered, and how
// much of it is late. It names nothing.
func (r *Referrals) Asked(ctx context.Context, who realm.Actor) (waiting, late int, err error) {
	if err := r.realm.Door.Realm(who.Principal, policy.AgencyNeeds); err != nil {
		return 0, 0, err
	}
	err = r.realm.Store.QueryRow(ctx, `SELECT count(*), COALESCE(sum(CASE WHEN due_at < $2 THEN 1 ELSE 0 END), 0) FROM referrals WHERE receiver = $1 AND status = 'sent'`,
		who.Agency, r.realm.Now().UnixMilli()).Scan(&waiting, &late)
	return waiting, late, err
}

// Waiting counts the referrals that wait for an answer, by urgency.
func (r *Referrals) Waiting(ctx context.Context) (map[string]int, error) {
	rows, err := r.realm.Store.Query(ctx, `SELECT urgency, count(*) FROM referrals WHERE status = $1 GROUP BY urgency`, "sent")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[string]int{}
	for rows.Next() {
		var urgency string
		var n int
		if err := rows.Scan(&urgency, &n); err != nil {
			return nil, err
		}
		out[urgency] = n
	}
	return out, rows.Err()
}

// SentIn gives what was sent and by whom, inside a transaction: for rooms that
// fold the events of referrals too. store.ErrNoRow when there is none.
func SentIn(tx *store.Tx, id string) (*SentEvent, string, error) {
	var raw []byte
	if err := tx.QueryRow(`SELECT state FROM referrals WHERE id = $1`, id).Scan(&raw); err != nil {
		return nil, "", err
	}
	s := new(State)
	if err := json.Unmarshal(raw, s); err != nil {
		return nil, "", fmt.Errorf("referral: %s: %w", id, err)
	}
	return &s.SentEvent, s.SentBy.Staff, nil
}
