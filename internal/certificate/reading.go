package certificate

import (
	"context"
	"encoding/json"
	"fmt"

	"rufaa/internal/inquiry"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/vault"
)

// View is a certificate in a list: nothing sealed.
type View struct {
	ID          string  `json:"id"`
	Inquiry     string  `json:"inquiry"`
	Version     int64   `json:"version"`
	Status      Status  `json:"status" enum:"draft,signed,revoked"`
	Responsible string  `json:"responsible" doc:"Id of the member of staff"`
	Things      []Thing `json:"things"`
	From        string  `json:"from,omitempty"`
	To          string  `json:"to,omitempty"`
	Language    string  `json:"language"`
	SignedAt    string  `json:"signed_at,omitempty" doc:"RFC 3339, UTC"`
	Proved      string  `json:"proved,omitempty" doc:"How the signer showed anew who they are"`
	Replaces    string  `json:"replaces,omitempty"`
	ReplacedBy  string  `json:"replaced_by,omitempty"`
}

// Shown is a certificate with its words.
type Shown struct {
	View
	Texts    Texts  `json:"texts"`
	Document string `json:"document,omitempty" doc:"The text that was signed"`
	Note     string `json:"note,omitempty" doc:"The platform's signature over its digest"`
}

func (s *State) view() View {
	v := View{ID: s.ID, Inquiry: s.Draft.Inquiry, Version: s.Version, Status: s.Status, Responsible: s.Draft.Responsible, Things: s.Draft.Things,
		From: s.Draft.From, To: s.Draft.To, Language: s.Draft.Language, Replaces: s.Draft.Replaces}
	if s.Signer != nil {
		v.SignedAt, v.Proved = s.Signer.At.UTC().Format("2006-01-02T15:04:05Z"), s.Signed.Proved
	}
	if s.End != nil {
		v.ReplacedBy = s.End.ReplacedBy
	}
	return v
}

func (c *Certificates) ofInquiry(ctx context.Context, inq string) ([]*State, error) {
	rows, err := c.o.Realm.Store.Query(ctx, `SELECT state FROM certificates WHERE inquiry = $1 ORDER BY changed_at DESC, id`, inq)
	if err != nil {
		return nil, fmt.Errorf("certificate: list: %w", err)
	}
	defer rows.Close()
	var out []*State
	for rows.Next() {
		var raw []byte
		if err := rows.Scan(&raw); err != nil {
			return nil, fmt.Errorf("certificate: list: %w", err)
		}
		s := new(State)
		if err := json.Unmarshal(raw, s); err != nil {
			return nil, fmt.Errorf("certificate: list: %w", err)
		}
		out = append(out, s)
	}
	return out, rows.Err()
}

// Of lists the certificates of an inquiry, the newest change first.
func (c *Certificates) Of(ctx context.Context, who realm.Actor, inq string) ([]View, error) {
	if _, err := c.o.Inquiries.Admitted(ctx, who, inq, policy.CertificateView); err != nil {
		return nil, err
	}
	found, err := c.ofInquiry(ctx, inq)
	if err != nil {
		return nil, err
	}
	out := []View{}
	for _, s := range found {
		out = append(out, s.view())
	}
	return out, nil
}

// View opens one certificate; the opening is recorded first.
func (c *Certificates) View(ctx context.Context, who realm.Actor, id string) (*Shown, error) {
	s, q, err := c.load(ctx, who, id, policy.CertificateView)
	if err != nil {
		return nil, err
	}
	t, doc, err := c.open(ctx, who, q, s)
	if err != nil {
		return nil, err
	}
	v := &Shown{View: s.view(), Texts: *t, Document: doc}
	if s.Signed != nil {
		v.Note = s.Signed.Note
	}
	return v, nil
}

func (c *Certificates) open(ctx context.Context, who realm.Actor, q *inquiry.State, s *State) (*Texts, string, error) {
	t, doc := new(Texts), ""
	var items []vault.Item
	var to []*string
	add := func(field string, sealed vault.Sealed, into *string) {
		if sealed != "" {
			items, to = append(items, vault.Item{Place: place(s.ID, field), Sealed: sealed}), append(to, into)
		}
	}
	add("office", s.Draft.Office, &t.Office)
	add("how", s.Draft.How, &t.How)
	add("device", s.Draft.Device, &t.Device)
	add("use", s.Draft.Use, &t.Use)
	add("notes", s.Draft.Notes, &t.Notes)
	if s.Signed != nil {
		add("document", s.Signed.Document, &doc)
	}
	if s.End != nil {
		add("reason", s.End.Reason, &t.Reason)
	}
	texts, err := c.o.Inquiries.OpenItems(ctx, who, q, items)
	if err != nil {
		return nil, "", err
	}
	for i := range texts {
		*to[i] = texts[i]
	}
	return t, doc, nil
}

// Issued is a signed certificate as it goes into a bundle.
type Issued struct {
	ID       string
	Things   []Thing
	Revoked  bool
	Document string
	Note     string
	Stream   string
}

// Issued gives the signed certificates of an inquiry, revoked ones too.
func (c *Certificates) Issued(ctx context.Context, who realm.Actor, inq string) ([]Issued, error) {
	q, err := c.o.Inquiries.Admitted(ctx, who, inq, policy.CertificateView)
	if err != nil {
		return nil, err
	}
	found, err := c.ofInquiry(ctx, inq)
	if err != nil {
		return nil, err
	}
	var out []Issued
	for _, s := range found {
		if s.Signed == nil {
			continue
		}
		_, doc, err := c.open(ctx, who, q, s)
		if err != nil {
			return nil, err
		}
		out = append(out, Issued{ID: s.ID, Things: s.Draft.Things, Revoked: s.End != nil, Document: doc, Note: s.Signed.Note, Stream: Stream(s.ID)})
	}
	return out, nil
}
