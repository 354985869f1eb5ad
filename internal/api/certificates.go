package api

import (
	"rufaa/internal/casefile"
	"rufaa/internal/certificate"
	"rufaa/internal/disclosure"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
)

// CertificateRows are the certificates of an inquiry.
type CertificateRows struct {
	Certificates []certificate.View `json:"certificates"`
}

// ThingRows are what can be certified in an inquiry.
type ThingRows struct {
	Things []certificate.Thing `json:"things"`
}

// Exported is an inquiry in the form of forensic tools.
type Exported struct {
	Name string `json:"name"`
	File []byte `json:"file" doc:"CASE/UCO, JSON-LD"`
}

func (a *api) certificateRoutes() {
	const tag = "court"
	add(a, policy.CertificateView, route{method: "GET", path: "/inquiries/{id}/certificates", id: "certificates", tag: tag, door: roomDoor,
		summary: "Certificates of electronic evidence of an inquiry"}, func(c *call, _ *none) (*CertificateRows, error) {
		list, err := c.office().Certificates.Of(c.r.Context(), c.actor, c.id("id"))
		return &CertificateRows{all(list)}, err
	})
	add(a, policy.CertificateDraft, route{method: "GET", path: "/inquiries/{id}/certifiable", id: "certifiable", tag: tag, door: roomDoor,
		summary: "Exhibits and files that a certificate can be about, with their digests"}, func(c *call, _ *none) (*ThingRows, error) {
		list, err := c.office().Certificates.Things(c.r.Context(), c.actor, c.id("id"))
		out := []certificate.Thing{}
		for i := range list {
			out = append(out, list[i].Thing)
		}
		return &ThingRows{out}, err
	})
	optional := []string{"notes", "from", "to", "language", "replaces"}
	add(a, policy.CertificateDraft, route{method: "POST", path: "/inquiries/{id}/certificates", id: "draft-certificate", tag: tag, door: roomDoor, ordered: true, status: 201,
		optional: optional, summary: "Draft a certificate; digests come from the record"}, func(c *call, in *certificate.Write) (*realm.Receipt, error) {
		rc, err := c.office().Certificates.Draft(c.r.Context(), c.actor, c.id("id"), c.order, in)
		return &rc, err
	})
	add(a, policy.CertificateView, route{method: "GET", path: "/certificates/{id}", id: "certificate", tag: tag, door: roomDoor,
		summary: "One certificate with its words; the opening is recorded"}, func(c *call, _ *none) (*certificate.Shown, error) {
		return c.office().Certificates.View(c.r.Context(), c.actor, c.id("id"))
	})
	add(a, policy.CertificateDraft, route{method: "POST", path: "/certificates/{id}/revision", id: "revise-certificate", tag: tag, door: roomDoor, ordered: true,
		optional: optional, summary: "Write a draft anew"}, func(c *call, in *certificate.Write) (*realm.Receipt, error) {
		rc, err := c.office().Certificates.Revise(c.r.Context(), c.actor, c.id("id"), c.order, in)
		return &rc, err
	})
	add(a, policy.CertificateSign, route{method: "POST", path: "/certificates/{id}/signature", id: "sign-certificate", tag: tag, door: roomDoor, ordered: true,
		optional: []string{"password", "code"}, summary: "Sign it, showing anew who you are"}, func(c *call, in *certificate.Proof) (*realm.Receipt, error) {
		rc, err := c.office().Certificates.Sign(c.r.Context(), c.actor, c.id("id"), c.order, in)
		return &rc, err
	})
	add(a, policy.CertificateRevoke, route{method: "POST", path: "/certificates/{id}/revocation", id: "revoke-certificate", tag: tag, door: roomDoor, ordered: true,
		summary: "A signed certificate no longer stands"}, func(c *call, in *certificate.Revoke) (*realm.Receipt, error) {
		rc, err := c.office().Certificates.Revoke(c.r.Context(), c.actor, c.id("id"), c.order, in)
		return &rc, err
	})
	a.inquiryBundleRoutes()
}

func (a *api) inquiryBundleRoutes() {
	const tag = "court"
	add(a, policy.BundleMake, route{method: "GET", path: "/inquiries/{id}/bundle", id: "preview-inquiry-bundle", tag: tag, door: roomDoor,
		summary: "What a bundle of the inquiry would hold; nothing is opened",
		query:   []query{{name: "recipient", doc: "Who it is for", terms: casefile.BundleRecipients}, {name: "purpose", doc: "What it is for (vocabulary purposes)"}},
	}, func(c *call, _ *none) (*disclosure.Preview, error) {
		q := c.r.URL.Query()
		return c.office().Discloser().PreviewInquiry(c.r.Context(), c.actor, c.id("id"), &casefile.MakeBundle{Recipient: q.Get("recipient"), Purpose: q.Get("purpose")})
	})
	add(a, policy.BundleMake, route{method: "POST", path: "/inquiries/{id}/bundle", id: "make-inquiry-bundle", tag: tag, door: roomDoor, status: 201, optional: []string{"files"},
		summary: "Make a bundle of the inquiry; it is noted first, openings are recorded; with Accept: application/zip the file itself comes, of any size", also: zipToo}, func(c *call, in *casefile.MakeBundle) (*MadeBundle, error) {
		made, err := c.office().Discloser().MakeInquiry(c.r.Context(), c.actor, c.id("id"), in)
		if err != nil {
			return nil, err
		}
		return c.bundle(made)
	})
	add(a, policy.InquiryExport, route{method: "POST", path: "/inquiries/{id}/case-uco", id: "export-inquiry", tag: tag, door: roomDoor,
		summary: "The inquiry in the form of forensic tools (CASE/UCO); noted first, nothing sealed is in it"}, func(c *call, _ *none) (*Exported, error) {
		name, raw, err := c.office().ExportInquiry(c.r.Context(), c.actor, c.id("id"))
		return &Exported{name, raw}, err
	})
}
