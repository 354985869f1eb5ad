package disclosure

import (
	"context"
	"strings"

	"rufaa/internal/bundle"
	"rufaa/internal/casefile"
	"rufaa/internal/inquiry"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/valid"
)

// Made kinds of events: what left an inquiry, before it did.
const (
	InquiryBundled  = "bundle.made"
	InquiryExported = "bundle.exported" // in the form of forensic tools
)

// LeftEvent says for whom something of an inquiry left.
type LeftEvent struct {
	Inquiry   string `json:"inquiry"`
	Recipient string `json:"recipient,omitempty"`
	Purpose   string `json:"purpose,omitempty"`
}

// Stream is the ledger's name of one leaving.
func Stream(id string) string { return "bundle/" + id }

// PreviewInquiry tells what a bundle of an inquiry would hold, and opens
// nothing.
func (m *Maker) PreviewInquiry(ctx context.Context, who realm.Actor, id string, in *casefile.MakeBundle) (*Preview, error) {
	q, d, err := m.inquiryDossier(ctx, who, id, in)
	if err != nil {
		return nil, err
	}
	if err := m.fill(ctx, who, q, false, d); err != nil {
		return nil, err
	}
	man, err := bundle.Preview(d)
	if err != nil {
		return nil, err
	}
	out := &Preview{Reference: q.Ref, Recipient: in.Recipient, Texts: []Text{}, Closed: man.Closed}
	for _, s := range d.Streams {
		out.Events += len(s.Proofs)
	}
	return out, nil
}

// MakeInquiry notes the bundle, opens what it may, and signs it.
func (m *Maker) MakeInquiry(ctx context.Context, who realm.Actor, id string, in *casefile.MakeBundle) (*Made, error) {
	q, _, err := m.inquiryDossier(ctx, who, id, in)
	if err != nil {
		return nil, err
	}
	if err := m.ready(ctx, who, in.Files); err != nil {
		return nil, err
	}
	if err := m.Note(ctx, who, InquiryBundled, LeftEvent{q.ID, in.Recipient, in.Purpose}); err != nil {
		return nil, err
	}
	if _, err := m.Realm.Ledger.Checkpoint(ctx); err != nil {
		return nil, err
	}
	q, d, err := m.inquiryDossier(ctx, who, id, in)
	if err != nil {
		return nil, err
	}
	open, err := m.Maskable(ctx, who, q, in.Purpose, d)
	if err != nil {
		return nil, err
	}
	if err := m.fill(ctx, who, q, open, d); err != nil {
		return nil, err
	}
	b, err := bundle.Prepare(d)
	if err != nil {
		return nil, err
	}
	return &Made{Name: "bundle-" + strings.ToLower(q.Ref) + "-" + in.Recipient + ".zip", Bundle: b}, nil
}

// inquiryDossier asks the door, then looks at the input, and begins.
func (m *Maker) inquiryDossier(ctx context.Context, who realm.Actor, id string, in *casefile.MakeBundle) (*inquiry.State, *bundle.Dossier, error) {
	q, err := m.Inquiries.Admitted(ctx, who, id, policy.BundleMake)
	if err != nil {
		return nil, nil, err
	}
	v := valid.New(m.Realm.Now())
	in.Check(v, m.Realm.Content)
	if err := v.Err(); err != nil {
		return nil, nil, err
	}
	d, err := m.begin(ctx, who, q.Ref, in, inquiry.Stream(q.ID))
	return q, d, err
}

func (m *Maker) fill(ctx context.Context, who realm.Actor, q *inquiry.State, open bool, d *bundle.Dossier) error {
	if m.Inquiry == nil {
		return nil
	}
	return m.Inquiry(ctx, who, q, open, d)
}

// Maskable opens who the persons of the inquiry's cases are, so that they can be
// masked. Where the maker may not know one of them, no sealed text goes at all.
func (m *Maker) Maskable(ctx context.Context, who realm.Actor, q *inquiry.State, purpose string, d *bundle.Dossier) (bool, error) {
	for _, id := range q.CaseIDs() {
		s, err := m.Cases.Load(ctx, id)
		if err != nil {
			return false, err
		}
		if ok, err := m.secrets(ctx, who, s, purpose, d); err != nil || !ok {
			return false, err
		}
	}
	return true, nil
}

// Note puts what leaves an inquiry into the ledger.
func (m *Maker) Note(ctx context.Context, who realm.Actor, kind string, e LeftEvent) error {
	id := m.Realm.NewID()
	_, err := m.Realm.Commit(ctx, realm.Command{Actor: who, Purpose: e.Purpose, Answer: realm.Receipt{ID: id},
		Appends: []realm.Append{{Stream: Stream(id), Expected: 0, Drafts: []ledger.Draft{{Kind: kind, Schema: 1, Payload: e}}}}})
	return err
}
