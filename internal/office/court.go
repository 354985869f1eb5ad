package office

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"rufaa/internal/accounts"
	"rufaa/internal/bundle"
	"rufaa/internal/caseuco"
	"rufaa/internal/certificate"
	"rufaa/internal/disclosure"
	"rufaa/internal/evidencefile"
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
// exhibits with their chains, sketches, files, laboratories and certificates.
func (of *Office) ofInquiry(ctx context.Context, who realm.Actor, q *inquiry.State, open bool, d *bundle.Dossier) error {
	m := of.Discloser()
	for _, s := range q.Scenes {
		if err := m.AddStreams(ctx, d, "scene/"+s.ID); err != nil {
			return err
		}
	}
	if err := of.exhibitsInto(ctx, who, q, open, d); err != nil {
		return err
	}
	if !open { // before anything is drawn
		d.Secrets = append(d.Secrets, oddCodes(d)...)
	}
	if err := of.sketchesInto(ctx, who, q, open, d); err != nil {
		return err
	}
	if err := of.filesInto(ctx, who, evidencefile.Place{Inquiry: q.ID}, open, d); err != nil {
		return err
	}
	if !open {
		d.Secrets = append(d.Secrets, oddCodes(d)...)
	}
	return of.certificatesInto(ctx, who, q.ID, open, d)
}

// maxBundleFiles bounds the files of one bundle together, in bytes: the rest of
// it needs room too.
const maxBundleFiles = bundle.MaxSize - 64<<20

// filesInto adds the history of every evidence file and, where sealed things may
// be opened, the content of those that were chosen. A file is decrypted while
// the bundle is written; each reading is an opening that the record shows.
func (of *Office) filesInto(ctx context.Context, who realm.Actor, at evidencefile.Place, open bool, d *bundle.Dossier) error {
	list, err := of.Files.OfInquiry(ctx, who, at)
	if err != nil {
		return lacking(err)
	}
	var total int64
	for i := range list {
		v := &list[i]
		if err := of.Discloser().AddStreams(ctx, d, "file/"+v.ID); err != nil {
			return err
		}
		why := ""
		switch {
		case v.Destroyed != "":
			why = "destroyed"
		case !slices.Contains(d.Chosen, v.ID):
			why = "choice"
		case !open:
			why = "compartment"
		case total+v.Size > maxBundleFiles:
			why = "size"
		}
		if why != "" {
			d.Left = append(d.Left, bundle.Left{What: "file", Reason: why})
			continue
		}
		total += v.Size
		d.Documents = append(d.Documents, bundle.Document{Name: fmt.Sprintf("file-%03d.bin", i+1), Title: v.Kind + " " + v.Type + " " + v.ID,
			Compartment: v.Compartment, Open: func() (io.ReadCloser, error) { return of.Files.Content(ctx, who, v.ID, d.Purpose) }})
		// With the file, and the authority's certificate, openssl ts -verify takes it.
		for n, s := range v.Stamps {
			d.Documents = append(d.Documents, bundle.Document{Name: fmt.Sprintf("file-%03d-timestamp-%d.der", i+1, n+1),
				Title: "RFC 3161 " + s.At.UTC().Format(time.RFC3339) + " " + v.ID, Compartment: v.Compartment, Bytes: s.Token})
		}
	}
	return nil
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
	list, err := of.Files.OfInquiry(ctx, who, evidencefile.Place{Inquiry: inq})
	if err != nil {
		return nil, lacking(err)
	}
	q, err := of.Inquiries.Load(ctx, inq)
	if err != nil {
		return nil, err
	}
	out, err := of.certifiableExhibits(ctx, who, q)
	if err != nil {
		return nil, err
	}
	words := of.Texts.In(who.Language)
	for i := range list {
		v := &list[i]
		if v.Digest == "" || v.Destroyed != "" {
			continue
		}
		f := certificate.Found{Thing: certificate.Thing{Kind: "file", ID: v.ID, Number: fmt.Sprintf("%s %s", v.Kind, v.By.At.UTC().Format("2006-01-02T15:04:05Z")),
			Digests: []certificate.Digest{{Method: "SHA256", Hex: v.Digest}}}}
		f.How = words.T("certificate.from.upload", "who", of.StaffName(ctx, v.By.Staff), "when", words.DateTime(v.By.At))
		if v.Tool != "" {
			f.How += " " + words.T("certificate.from.tool", "tool", v.Tool)
		}
		out = append(out, f)
	}
	return out, nil
}

// exportedFiles are an inquiry's files as forensic tools read them, without
// their names, which are sealed.
func (of *Office) exportedFiles(ctx context.Context, who realm.Actor, inq string, exhibits []caseuco.Exhibit) ([]caseuco.File, error) {
	list, err := of.Files.OfInquiry(ctx, who, evidencefile.Place{Inquiry: inq})
	if err != nil {
		return nil, lacking(err)
	}
	there := map[string]bool{}
	for i := range list {
		there[list[i].ID] = list[i].Digest != ""
	}
	var out []caseuco.File
	for i := range list {
		v := &list[i]
		if v.Digest == "" {
			continue
		}
		f := caseuco.File{ID: v.ID, Type: v.Type, Size: v.Size, Digests: []caseuco.Digest{{Method: "SHA256", Hex: v.Digest}}, At: v.By.At,
			By: caseuco.Actor{Staff: v.By.Staff, Agency: v.By.Agency}, Tool: exportedTool(v.Tool)}
		if there[v.Parent] {
			f.Parent = v.Parent
		} else if slices.ContainsFunc(exhibits, func(x caseuco.Exhibit) bool { return x.ID == v.Exhibit }) {
			f.Exhibit = v.Exhibit
		}
		out = append(out, f)
	}
	return out, nil
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
	if d.Exhibits, err = of.exportedExhibits(ctx, who, q); err != nil {
		return "", nil, err
	}
	if d.Files, err = of.exportedFiles(ctx, who, q.ID, d.Exhibits); err != nil {
		return "", nil, err
	}
	if d.Deeds, err = of.exportedSteps(ctx, who, q); err != nil {
		return "", nil, err
	}
	raw, err = caseuco.Write(d)
	return q.Ref + ".jsonld", raw, err
}
