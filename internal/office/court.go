package office

import (
	"context"
	"errors"
	"fmt"

	"rufaa/internal/accounts"
	"rufaa/internal/bundle"
	"rufaa/internal/caseuco"
	"rufaa/internal/certificate"
	"rufaa/internal/disclosure"
	"rufaa/internal/inquiry"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// openCourt opens the room of certificates.
func (of *Office) openCourt() {
	of.Certificates = certificate.New(certificate.Options{Realm: of.Realm, Inquiries: of.Inquiries, Things: of.certifiable,
		Name: of.StaffName, Prove: of.prove})
}

// StaffName is what a member of staff is called; "" is unknown.
func (of *Office) StaffName(ctx context.Context, staff string) string {
	s, err := of.Accounts.Staff(ctx, staff)
	if err != nil {
		return ""
	}
	return s.Name
}

// prove has who signs show anew who they are. A wrong password is told at its
// field.
func (of *Office) prove(ctx context.Context, who realm.Actor, p certificate.Proof) (string, error) {
	how, err := of.Accounts.Confirm(ctx, who.Staff, p.Password, p.Code)
	switch {
	case errors.Is(err, accounts.ErrWrongPassword):
		return "", &problem.Invalid{Fields: []problem.Field{{Name: "password", Key: "certificate.error.proof"}}}
	case errors.Is(err, accounts.ErrBadCode):
		return "", &problem.Invalid{Fields: []problem.Field{{Name: "code", Key: "certificate.error.proof"}}}
	}
	return how, err
}

// ofInquiry adds to a bundle what the rooms keep of an inquiry: histories,
// exhibits with their chains, files, laboratories and certificates.
func (of *Office) ofInquiry(ctx context.Context, who realm.Actor, q *inquiry.State, open bool, d *bundle.Dossier) error {
	m := of.Discloser()
	for _, s := range q.Scenes {
		if err := m.AddStreams(ctx, d, "scene/"+s.ID); err != nil {
			return err
		}
	}
	return of.certificatesInto(ctx, who, q.ID, open, d)
}

// ofCase adds the same of every inquiry about a case on whose team the maker
// is. Of others nothing is told.
func (of *Office) ofCase(ctx context.Context, who realm.Actor, id string, open bool, d *bundle.Dossier) error {
	known, err := of.Inquiries.OfCase(ctx, who, id)
	if err != nil {
		return lacking(err)
	}
	for _, k := range known {
		if k.ID == "" {
			continue
		}
		q, err := of.Inquiries.Admitted(ctx, who, k.ID, policy.InquiryRead)
		if err != nil {
			if err = lacking(err); err != nil {
				return err
			}
			continue
		}
		if err := of.Discloser().AddStreams(ctx, d, inquiry.Stream(q.ID)); err != nil {
			return err
		}
		// The inquiry may be about others too, who are not masked by this case.
		mask := open
		if open && len(q.CaseIDs()) > 1 {
			if mask, err = of.Discloser().Maskable(ctx, who, q, d.Purpose, d); err != nil {
				return err
			}
		}
		if err := of.ofInquiry(ctx, who, q, mask, d); err != nil {
			return err
		}
	}
	return nil
}

// lacking forgives that the door is shut: what somebody may not know is not
// there for them.
func lacking(err error) error {
	if errors.Is(err, problem.ErrNotFound) || errors.As(err, new(*problem.Denied)) {
		return nil
	}
	return err
}

// certificatesInto adds the signed certificates: the text, and the platform's
// signature over it. One that names somebody who must not be named stays away.
func (of *Office) certificatesInto(ctx context.Context, who realm.Actor, inq string, open bool, d *bundle.Dossier) error {
	if !open {
		return nil
	}
	issued, err := of.Certificates.Issued(ctx, who, inq)
	if err != nil {
		return err
	}
	for i, c := range issued {
		if d.Secret(c.Document) {
			d.Left = append(d.Left, bundle.Left{What: "certificate", Reason: "secret"})
			continue
		}
		title := of.Texts.In(who.Language).T("certificate.title")
		if c.Revoked {
			title += " (" + of.Texts.In(who.Language).T("certificate.status.revoked") + ")"
		}
		n := fmt.Sprintf("certificate-%03d", i+1)
		d.Certificates = append(d.Certificates, bundle.Document{Name: n + ".txt", Title: title, Bytes: []byte(c.Document)},
			bundle.Document{Name: n + "-signature.txt", Title: title, Bytes: []byte(c.Note)})
		if err := of.Discloser().AddStreams(ctx, d, c.Stream); err != nil {
			return err
		}
	}
	return nil
}

// certifiable are the exhibits and files of an inquiry that a certificate can
// be about.
func (of *Office) certifiable(ctx context.Context, who realm.Actor, inq string) ([]certificate.Found, error) {
	return nil, nil
}

// ExportInquiry writes an inquiry in the form of forensic tools, for who may,
// and notes first that it leaves. Nothing sealed is in it.
func (of *Office) ExportInquiry(ctx context.Context, who realm.Actor, id string) (name string, raw []byte, err error) {
	q, err := of.Inquiries.Admitted(ctx, who, id, policy.InquiryExport)
	if err != nil {
		return "", nil, err
	}
	if err := of.Discloser().Note(ctx, who, disclosure.InquiryExported, disclosure.LeftEvent{Inquiry: q.ID}); err != nil {
		return "", nil, err
	}
	d := &caseuco.Dossier{Base: "https://rufaa.invalid/" + of.Name + "/", ID: q.ID, Name: q.Ref, Focus: []string{q.Kind}, Status: "open",
		Began: q.Opened.At, Made: of.Now(), Program: of.Name}
	if q.Closure != nil {
		d.Status = "closed"
	}
	raw, err = caseuco.Write(d)
	return q.Ref + ".jsonld", raw, err
}
