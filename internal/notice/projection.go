package notice

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"rufaa/internal/casefile"
	"rufaa/internal/ledger"
	"rufaa/internal/likeness"
	"rufaa/internal/referral"
	"rufaa/internal/scene"
	"rufaa/internal/store"
)

// projection folds events into notices and notice_watch. Events of cases come
// through Case, with the state as it was after each.
type projection struct{ n *Notices }

// Kinds are the events of referrals, likenesses, files, exhibits, scenes and of this room.
func (projection) Kinds() []string {
	return []string{"referral.", "likeness.", "file.", "exhibit.", "scene.", "notice.", "webhook."}
}

// Reset empties the read models. What is pending, sent, set or verified is
// none.
func (projection) Reset(tx *store.Tx) error {
	_, err := tx.Exec(`DELETE FROM notices`)
	if err == nil {
		_, err = tx.Exec(`DELETE FROM notice_watch`)
	}
	return err
}

// Apply writes what each event is to whom.
func (p projection) Apply(tx *store.Tx, events []ledger.Event) error {
	for _, e := range events {
		if err := p.n.event(tx, e); err != nil {
			return fmt.Errorf("notice: event %d (%s): %w", e.Seq, e.Kind, err)
		}
	}
	return nil
}

// writer numbers the notices of one event.
type writer struct {
	n  *Notices
	tx *store.Tx
	e  ledger.Event
	at int
}

// tell writes one notice for everybody whom the kind is told.
func (w *writer) tell(o *occasion) error {
	if o == nil {
		return nil
	}
	k := w.n.Rules.Kind(o.kind)
	for _, a := range o.addressees(k, w.e.Actor) {
		at := w.e.At.UnixMilli()
		if k.Vague {
			at -= at % (24 * 60 * 60 * 1000)
		}
		_, err := w.tx.Exec(`INSERT INTO notices (id, staff, agency, duty, kind, case_id, about, at, seq, actor) VALUES ($1,$2,$3,$4,$5,$6,$7,$8,$9,$10)`,
			fmt.Sprintf("%d.%d", w.e.Seq, w.at), a.staff, a.agency, a.duty, o.kind, o.caseID, o.about, at, w.e.Seq, w.e.Actor)
		if err != nil {
			return err
		}
		w.at++
		w.tx.AfterCommit(func() { w.n.unread.changed(a) })
	}
	return nil
}

// settle takes away what the event settles, for everybody. about narrows it to
// one thing of the case; "" is all of it.
func (w *writer) settle(caseID, about string) error {
	for _, kind := range w.n.Rules.Settled[w.e.Kind] {
		n, err := w.tx.Exec(`DELETE FROM notices WHERE case_id = $1 AND kind = $2 AND ($3 = '' OR about = $3)`, caseID, kind, about)
		if err != nil {
			return err
		}
		if n > 0 {
			w.tx.AfterCommit(w.n.unread.clear)
		}
	}
	return nil
}

// Case is called for every event of a case, with the state after it.
func (n *Notices) Case(tx *store.Tx, s *casefile.State, e ledger.Event) error {
	w := &writer{n: n, tx: tx, e: e}
	if err := w.settle(s.ID, ""); err != nil {
		return err
	}
	if e.Kind == casefile.TaskSettled || e.Kind == casefile.FlagCleared {
		if err := w.settleItem(s.ID); err != nil {
			return err
		}
	}
	if e.Kind == casefile.VoiceGiven { // whoever has spoken is asked no more
		if _, err := tx.Exec(`DELETE FROM notices WHERE case_id = $1 AND staff = $2 AND kind IN ('case.panel_called', 'case.panel_proposed')`, s.ID, e.Actor); err != nil {
			return err
		}
		tx.AfterCommit(n.unread.clear)
	}
	if err := w.tell(ofCase(s, e)); err != nil {
		return err
	}
	if e.Kind == casefile.KeptAway || e.Kind == casefile.LetBackIn {
		tx.AfterCommit(n.unread.clear)
	}
	if detained(s, e) {
		if err := w.tell(&occasion{kind: "case.detained", caseID: s.ID, about: s.ID}); err != nil {
			return err
		}
	}
	if e.Kind == casefile.Taken || e.Kind == casefile.TeamJoined {
		if err := w.wellbeing(s); err != nil {
			return err
		}
	}
	return n.watch(tx, s, e)
}

// Record is called for every event about the record of a case as a whole, with
// the request for erasure that stood until then. Those who can confirm it are told
// that one was made, and whoever asked that it was answered.
func (n *Notices) Record(tx *store.Tx, caseID string, e ledger.Event, stood *casefile.ErasureRequest) error {
	w := &writer{n: n, tx: tx, e: e}
	if err := w.settle(caseID, ""); err != nil {
		return err
	}
	switch {
	case e.Kind == casefile.ErasureAsked:
		return w.tell(&occasion{kind: "erasure.asked", caseID: caseID, about: caseID})
	case stood != nil:
		return w.tell(&occasion{kind: "erasure.answered", caseID: caseID, about: caseID, owner: []string{stood.By.Staff}})
	}
	return nil
}

// settleItem takes away what was told about a task or flag that is done.
func (w *writer) settleItem(caseID string) error {
	p, err := read[struct {
		Task string `json:"task"`
		Flag string `json:"flag"`
	}](w.e)
	if err != nil {
		return err
	}
	n, err := w.tx.Exec(`DELETE FROM notices WHERE case_id = $1 AND about = $2`, caseID, p.Task+p.Flag)
	if n > 0 {
		w.tx.AfterCommit(w.n.unread.clear)
	}
	return err
}

// wellbeing tells gently when somebody's open cases pass the limit: the person
// and those who can take some away. Once each time it is passed.
func (w *writer) wellbeing(s *casefile.State) error {
	staff := w.e.Actor
	if w.e.Kind == casefile.TeamJoined {
		p, err := read[casefile.TeamJoinedEvent](w.e)
		if err != nil {
			return err
		}
		staff = p.Staff
	}
	m := s.Member(staff)
	if m == nil {
		return nil
	}
	// No further than to the limit: a list of 50,000 cases counted them all anew
	// for each of its rows.
	var others int
	limit := w.n.Rules.Limit(m.Duty)
	if err := w.tx.QueryRow(`SELECT count(*) FROM (SELECT 1 FROM team WHERE staff = $1 AND closed = 0 AND case_id <> $2 LIMIT $3) AS others`,
		staff, s.ID, limit+1).Scan(&others); err != nil {
		return err
	}
	if others != limit { // with this case it is one more
		return nil
	}
	w.e.Actor = "" // who took the case oneself is told too
	if err := w.tell(&occasion{kind: "wellbeing.self", owner: []string{staff}}); err != nil {
		return err
	}
	return w.tell(&occasion{kind: "wellbeing.team", about: staff, agency: map[string]string{"own": m.Agency}})
}

// watch notes when a clock of the case is near next.
func (n *Notices) watch(tx *store.Tx, s *casefile.State, e ledger.Event) error {
	return setWatch(tx, s.ID, n.nextNear(s, e.At.UnixMilli()))
}

func setWatch(tx *store.Tx, caseID string, next int64) error {
	if next == 0 {
		_, err := tx.Exec(`DELETE FROM notice_watch WHERE case_id = $1`, caseID)
		return err
	}
	_, err := tx.Exec(`INSERT INTO notice_watch (case_id, next_at) VALUES ($1, $2)
		ON CONFLICT (case_id) DO UPDATE SET next_at = excluded.next_at WHERE notice_watch.next_at <> excluded.next_at`, caseID, next)
	return err
}

// event folds what is of no case's own stream.
func (n *Notices) event(tx *store.Tx, e ledger.Event) error {
	w := &writer{n: n, tx: tx, e: e}
	switch {
	case strings.HasPrefix(e.Kind, "referral."):
		return w.referral()
	case strings.HasPrefix(e.Kind, "likeness."):
		return w.likeness()
	case strings.HasPrefix(e.Kind, "file."):
		return w.file()
	case strings.HasPrefix(e.Kind, "exhibit."):
		return w.exhibit()
	case strings.HasPrefix(e.Kind, "scene."):
		return w.scene()
	case e.Kind == ClocksNear:
		return w.near()
	case e.Kind == ReturnNear, e.Kind == ReturnOut, e.Kind == ReturnLate:
		o, err := ofReturn(e)
		if err != nil {
			return err
		}
		if err := w.settle("", o.about); err != nil {
			return err
		}
		return w.tell(o)
	case e.Kind == WebhookStopped:
		p, err := read[HookEvent](e)
		if err != nil || !p.Failed {
			return err
		}
		return w.tell(&occasion{kind: "webhook.stopped", about: p.Agency, agency: map[string]string{"own": p.Agency}})
	}
	return nil
}

// referral reads who sent it from its first event: the row of the referral's
// own room says the same, whether it stands already or not.
func (w *writer) referral() error {
	id := strings.TrimPrefix(w.e.Stream, "referral/")
	sent, sender := new(referral.SentEvent), w.e.Actor
	var err error
	if w.e.Kind == referral.Sent {
		*sent, err = read[referral.SentEvent](w.e)
	} else {
		sent, sender, err = referral.SentIn(w.tx, id)
	}
	if errors.Is(err, store.ErrNoRow) {
		return nil
	}
	if err != nil {
		return err
	}
	if err := w.settle(sent.Case, id); err != nil {
		return err
	}
	return w.tell(ofReferral(sent, sender, w.e))
}

// likeness tells the case managers of both sides, each with the own case.
func (w *writer) likeness() error {
	if !ofLikeness(w.e) {
		return nil
	}
	id := strings.TrimPrefix(w.e.Stream, "likeness/")
	parties, err := w.parties(id)
	if err != nil {
		return err
	}
	for _, p := range parties {
		if err := w.settle(p.Case, id); err != nil {
			return err
		}
		o := &occasion{kind: w.e.Kind, caseID: p.Case, about: id, agency: map[string]string{"holder": p.Holder}}
		err := w.tx.QueryRow(`SELECT staff FROM team WHERE case_id = $1 AND agency = $2 AND duty = 'case_manager' ORDER BY own DESC, staff LIMIT 1`, p.Case, p.Holder).Scan(&o.manager)
		if err != nil && !errors.Is(err, store.ErrNoRow) {
			return err
		}
		if err := w.tell(o); err != nil {
			return err
		}
	}
	return nil
}

// parties are the two sides of a pair: of its proposal, or as it is kept since.
func (w *writer) parties(id string) ([]likeness.Party, error) {
	if w.e.Kind == likeness.Proposed {
		p, err := read[likeness.ProposedEvent](w.e)
		return p.Parties[:], err
	}
	var raw []byte
	var s likeness.State
	err := w.tx.QueryRow(`SELECT state FROM likenesses WHERE id = $1`, id).Scan(&raw)
	if err == nil {
		err = json.Unmarshal(raw, &s)
	}
	if err != nil {
		return nil, fmt.Errorf("notice: sides of a likeness: %w", err)
	}
	return []likeness.Party{s.Sides[0].Party, s.Sides[1].Party}, nil
}

// file tells of previews that take two people. What is answered, or was of a
// photo that is no more, waits for nobody.
func (w *writer) file() error {
	o, err := ofFile(w.e)
	if err != nil {
		return err
	}
	if err := w.settle("", strings.TrimPrefix(w.e.Stream, "file/")); err != nil {
		return err
	}
	return w.tell(o)
}

// exhibit tells of hand-overs. What is answered, or was of an exhibit that is
// given back, waits for nobody.
func (w *writer) exhibit() error {
	o, err := ofExhibit(w.e)
	if err != nil {
		return err
	}
	if err := w.settle("", strings.TrimPrefix(w.e.Stream, "exhibit/")); err != nil {
		return err
	}
	return w.tell(o)
}

// scene tells of a rule that was set aside, until the second person says to know.
func (w *writer) scene() error {
	if w.e.Kind == scene.OverrideSeen {
		p, err := read[scene.OverrideSeenEvent](w.e)
		if err != nil {
			return err
		}
		at := strings.TrimPrefix(w.e.Stream, "scene/")
		n, err := w.tx.Exec(`DELETE FROM notices WHERE kind = 'scene.overridden' AND about IN ($1, $2) AND staff = $3`, at+"#"+p.Override,
			at, w.e.Actor) // the scene alone: written before each override was told from the others
		if n > 0 {
			w.tx.AfterCommit(w.n.unread.clear)
		}
		return err
	}
	o, err := ofScene(w.e)
	if err != nil {
		return err
	}
	return w.tell(o)
}

// near tells whose clocks came near.
func (w *writer) near() error {
	p, err := read[NearEvent](w.e)
	if err != nil {
		return err
	}
	for _, x := range p.Items {
		o := &occasion{kind: "clock.near", caseID: p.Case, about: x.Item, owner: []string{x.Staff}, agency: map[string]string{"holder": p.Holder}}
		switch {
		case x.Clock == "task":
			o.kind = "clock.task"
		case x.Clock == "danger", x.Clock == "safety", x.Clock == "incident":
			o.kind = "clock.danger"
		case x.Out:
			o.kind = "clock.out"
		}
		if x.Staff == "" { // nobody manages the case: those who could
			o.owner = nil
			if err := w.tellHolders(o); err != nil {
				return err
			}
			continue
		}
		if err := w.tell(o); err != nil {
			return err
		}
	}
	return setWatch(w.tx, p.Case, p.Next)
}

// tellHolders tells the holder's case managers what its own manager would be.
func (w *writer) tellHolders(o *occasion) error {
	_, err := w.tx.Exec(`INSERT INTO notices (id, staff, agency, duty, kind, case_id, about, at, seq) VALUES ($1,'',$2,'case_manager',$3,$4,$5,$6,$7)`,
		fmt.Sprintf("%d.%d", w.e.Seq, w.at), o.agency["holder"], o.kind, o.caseID, o.about, w.e.At.UnixMilli(), w.e.Seq)
	w.at++
	w.tx.AfterCommit(func() { w.n.unread.changed(addressee{agency: o.agency["holder"], duty: "case_manager"}) })
	return err
}
