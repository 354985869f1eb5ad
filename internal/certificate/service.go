package certificate

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"rufaa/internal/casefile"
	"rufaa/internal/inquiry"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Found is a thing that can be certified, with what the record tells of it in
// the reader's language; either may be empty.
type Found struct {
	Thing
	How    string // how the record was produced
	Device string // particulars of the device
}

// Options are what the room is given from outside.
type Options struct {
	Realm     *realm.Realm
	Inquiries *inquiry.Inquiries
	// Things are the exhibits and files of an inquiry that somebody may see.
	Things func(ctx context.Context, who realm.Actor, inquiry string) ([]Found, error)
	// Name is what a member of staff is called; "" is unknown.
	Name func(ctx context.Context, staff string) string
	// Prove checks anew who somebody is and tells how; the error is for people.
	Prove func(ctx context.Context, who realm.Actor, p Proof) (how string, err error)
}

// Certificates runs the room's commands and reads in one realm.
type Certificates struct{ o Options }

// New opens the room and registers its projection.
func New(o Options) *Certificates {
	o.Realm.Register(projection{})
	return &Certificates{o}
}

func (c *Certificates) read(ctx context.Context, id string) (*State, error) {
	s := new(State)
	var raw []byte
	err := c.o.Realm.Store.QueryRow(ctx, `SELECT state FROM certificates WHERE id = $1`, id).Scan(&raw)
	if errors.Is(err, store.ErrNoRow) {
		return s, nil
	}
	if err == nil {
		err = json.Unmarshal(raw, s)
	}
	if err != nil {
		return nil, fmt.Errorf("certificate: read: %w", err)
	}
	return s, nil
}

// load reads a certificate and its inquiry after asking the door about it. The
// same is read whether there is one or not.
func (c *Certificates) load(ctx context.Context, who realm.Actor, id string, do policy.Action) (*State, *inquiry.State, error) {
	s, err := c.read(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	q, err := c.o.Inquiries.Admitted(ctx, who, s.Draft.Inquiry, do)
	return s, q, err
}

// May tells whether the door lets somebody do something with a certificate.
func (c *Certificates) May(ctx context.Context, who realm.Actor, id string, do policy.Action) error {
	_, _, err := c.load(ctx, who, id, do)
	return err
}

// Things are what can be certified in an inquiry.
func (c *Certificates) Things(ctx context.Context, who realm.Actor, inq string) ([]Found, error) {
	if _, err := c.o.Inquiries.Admitted(ctx, who, inq, policy.CertificateDraft); err != nil {
		return nil, err
	}
	return c.o.Things(ctx, who, inq)
}

// Prefill fills a draft from the record of the things that were chosen. What
// the record does not know stays empty.
func (c *Certificates) Prefill(ctx context.Context, who realm.Actor, inq string, keys []string) (*Write, error) {
	all, err := c.Things(ctx, who, inq)
	if err != nil {
		return nil, err
	}
	w := &Write{Responsible: who.Staff, Things: keys, Language: who.Language}
	var how, device []string
	for i := range all {
		if f := &all[i]; slices.Contains(keys, f.Key()) {
			how, device = told(how, f.Number, f.How), told(device, f.Number, f.Device)
		}
	}
	w.How, w.Device = strings.Join(how, "\n"), strings.Join(device, "\n")
	return w, nil
}

func told(list []string, number, text string) []string {
	if text == "" {
		return list
	}
	return append(list, number+": "+text)
}

// chosen are the things a draft names, with their digests as they stand now.
func (c *Certificates) chosen(ctx context.Context, who realm.Actor, inq string, keys []string) ([]Thing, error) {
	all, err := c.o.Things(ctx, who, inq)
	if err != nil {
		return nil, err
	}
	var out []Thing
	for _, k := range keys {
		i := slices.IndexFunc(all, func(f Found) bool { return f.Key() == k })
		if i < 0 || slices.ContainsFunc(out, func(t Thing) bool { return t.Key() == k }) {
			return nil, &problem.Invalid{Fields: []problem.Field{{Name: "things", Key: "common.error.unknown_term"}}}
		}
		out = append(out, all[i].Thing)
	}
	return out, nil
}

// Draft begins a certificate.
func (c *Certificates) Draft(ctx context.Context, who realm.Actor, inq string, o casefile.Order, w *Write) (realm.Receipt, error) {
	q, err := c.o.Inquiries.Admitted(ctx, who, inq, policy.CertificateDraft)
	if err != nil {
		return realm.Receipt{}, err
	}
	return c.write(ctx, who, q, new(State), c.o.Realm.NewID(), o, w)
}

// Revise writes a draft anew.
func (c *Certificates) Revise(ctx context.Context, who realm.Actor, id string, o casefile.Order, w *Write) (realm.Receipt, error) {
	s, q, err := c.load(ctx, who, id, policy.CertificateDraft)
	if err != nil {
		return realm.Receipt{}, err
	}
	return c.write(ctx, who, q, s, id, o, w)
}

func (c *Certificates) write(ctx context.Context, who realm.Actor, q *inquiry.State, s *State, id string, o casefile.Order, w *Write) (realm.Receipt, error) {
	v := valid.New(c.o.Realm.Now())
	w.Check(v, c.o.Realm.Content)
	if w.Responsible != "" && (c.o.Name(ctx, w.Responsible) == "" || q.Member(w.Responsible, c.o.Realm.Now()) == nil) {
		v.Add("responsible", "common.error.unknown_term")
	}
	if err := v.Err(); err != nil {
		return realm.Receipt{}, err
	}
	stream, kind := "certificate/new/"+q.ID, Drafted
	if s.Exists() {
		stream, kind = Stream(id), Revised
	}
	t := c.begin(ctx, who, o, s, stream, w)
	if t.done() {
		return t.rc, t.err
	}
	if s.Exists() && s.Status != IsDraft {
		return realm.Receipt{}, problem.Refuse("certificate.signed-stays")
	}
	things, err := c.chosen(ctx, who, q.ID, w.Things)
	if err != nil {
		return realm.Receipt{}, err
	}
	if w.Replaces != "" {
		if old, err := c.read(ctx, w.Replaces); err != nil || old.Status != IsSigned || old.Draft.Inquiry != q.ID {
			return realm.Receipt{}, errors.Join(err, &problem.Invalid{Fields: []problem.Field{{Name: "replaces", Key: "common.error.unknown_term"}}})
		}
	}
	e := DraftedEvent{Inquiry: q.ID, Things: things, Responsible: w.Responsible, From: w.From, To: w.To, Language: w.Language, Replaces: w.Replaces}
	for _, f := range []struct {
		name, text string
		to         *vault.Sealed
	}{{"office", w.Office, &e.Office}, {"how", w.How, &e.How}, {"device", w.Device, &e.Device}, {"use", w.Use, &e.Use}, {"notes", w.Notes, &e.Notes}} {
		if *f.to, err = c.seal(ctx, q.ID, id, f.name, f.text); err != nil {
			return realm.Receipt{}, err
		}
	}
	return t.commit(id, realm.Append{Stream: Stream(id), Expected: s.Version, Drafts: []ledger.Draft{{Kind: kind, Schema: 1, Payload: e}}})
}

// Sign puts the certificate into its one form and signs it, after its signer
// has shown anew who they are.
func (c *Certificates) Sign(ctx context.Context, who realm.Actor, id string, o casefile.Order, p *Proof) (realm.Receipt, error) {
	s, q, err := c.load(ctx, who, id, policy.CertificateSign)
	if err != nil {
		return realm.Receipt{}, err
	}
	t := c.begin(ctx, who, o, s, Stream(id), p)
	switch {
	case t.done():
		return t.rc, t.err
	case s.Status != IsDraft:
		return realm.Receipt{}, problem.Refuse("certificate.signed-stays")
	case s.Draft.Responsible != who.Staff:
		return realm.Receipt{}, problem.Refuse("certificate.responsible-signs")
	}
	how, err := c.o.Prove(ctx, who, *p)
	if err != nil {
		return realm.Receipt{}, err
	}
	texts, _, err := c.open(ctx, who, q, s)
	if err != nil {
		return realm.Receipt{}, err
	}
	r := c.o.Realm
	doc := document(r.Name, r.NewID()+r.NewID(), s, texts, c.o.Name(ctx, who.Staff), r.Now())
	e := SignedEvent{Proved: how}
	if e.Note, err = sign(r.Name, id, doc, r.KeyFile.Signer()); err != nil {
		return realm.Receipt{}, fmt.Errorf("certificate: sign: %w", err)
	}
	if e.Document, err = c.seal(ctx, q.ID, id, "document", doc); err != nil {
		return realm.Receipt{}, err
	}
	appends := []realm.Append{{Stream: Stream(id), Expected: s.Version, Drafts: []ledger.Draft{{Kind: Signed, Schema: 1, Payload: e}}}}
	if s.Draft.Replaces != "" {
		old, err := c.read(ctx, s.Draft.Replaces)
		if err != nil {
			return realm.Receipt{}, err
		}
		if old.Status == IsSigned {
			appends = append(appends, realm.Append{Stream: Stream(old.ID), Expected: old.Version, Drafts: []ledger.Draft{{Kind: Revoked, Schema: 1, Payload: RevokedEvent{ReplacedBy: id}}}})
		}
	}
	return t.commit(id, appends...)
}

// Revoke ends a signed certificate; the paper that went out with it does not
// come back, so the reason is kept with it.
func (c *Certificates) Revoke(ctx context.Context, who realm.Actor, id string, o casefile.Order, x *Revoke) (realm.Receipt, error) {
	s, q, err := c.load(ctx, who, id, policy.CertificateRevoke)
	if err != nil {
		return realm.Receipt{}, err
	}
	v := valid.New(c.o.Realm.Now())
	x.Check(v, c.o.Realm.Content)
	if err := v.Err(); err != nil {
		return realm.Receipt{}, err
	}
	t := c.begin(ctx, who, o, s, Stream(id), x)
	switch {
	case t.done():
		return t.rc, t.err
	case s.Status != IsSigned:
		return realm.Receipt{}, problem.Refuse("certificate.signed-only")
	}
	e := RevokedEvent{}
	if e.Reason, err = c.seal(ctx, q.ID, id, "reason", x.Reason); err != nil {
		return realm.Receipt{}, err
	}
	return t.commit(id, realm.Append{Stream: Stream(id), Expected: s.Version, Drafts: []ledger.Draft{{Kind: Revoked, Schema: 1, Payload: e}}})
}

// task is one command on its way: replay and version come before any rule.
type task struct {
	c      *Certificates
	ctx    context.Context
	who    realm.Actor
	order  casefile.Order
	digest []byte
	rc     realm.Receipt
	found  bool
	err    error
}

func (c *Certificates) begin(ctx context.Context, who realm.Actor, o casefile.Order, s *State, stream string, cmd any) *task {
	t := &task{c: c, ctx: ctx, who: who, order: o}
	if t.digest, t.err = c.o.Realm.Digest("certificate", stream, cmd); t.err != nil {
		return t
	}
	if t.rc, t.found, t.err = c.o.Realm.Replayed(ctx, who, o.Key, t.digest); t.found || t.err != nil {
		return t
	}
	if o.Expect > 0 && o.Expect != s.Version {
		t.err = &problem.Changed{Expected: o.Expect, Have: s.Version}
	}
	return t
}

func (t *task) done() bool { return t.found || t.err != nil }

func (t *task) commit(id string, appends ...realm.Append) (realm.Receipt, error) {
	return t.c.o.Realm.Commit(t.ctx, realm.Command{Actor: t.who, Purpose: inquiry.Purpose, Key: t.order.Key, Digest: t.digest,
		Answer: realm.Receipt{ID: id}, Appends: appends})
}

func place(id, field string) vault.Place {
	return vault.Place{Record: id, Field: field, Compartment: vault.Inquiry, Schema: 1}
}

func (c *Certificates) seal(ctx context.Context, inq, id, field, text string) (vault.Sealed, error) {
	if text == "" {
		return "", nil
	}
	sealer, err := c.o.Realm.Vault.Sealer(ctx, inquiry.Subject(inq))
	if err != nil {
		return "", fmt.Errorf("certificate: seal: %w", err)
	}
	return sealer.Seal(place(id, field), text)
}

// OnThings sets where the things that can be certified come from.
func (c *Certificates) OnThings(fn func(ctx context.Context, who realm.Actor, inquiry string) ([]Found, error)) {
	c.o.Things = fn
}
