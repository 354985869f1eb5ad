package certificate_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/note"

	"rufaa/internal/bundle"
	"rufaa/internal/casefile"
	"rufaa/internal/certificate"
	"rufaa/internal/demo"
	"rufaa/internal/inquiry"
	"rufaa/internal/office/officetest"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// All names, numbers and texts in these tests are invented.

var sum = strings.Repeat("ab", 32)

func things(context.Context, realm.Actor, string) ([]certificate.Found, error) {
	return []certificate.Found{{Thing: certificate.Thing{Kind: "file", ID: "f1", Number: "F 1", Digests: []certificate.Digest{{Method: "SHA256", Hex: sum}}},
		How: "Received as an upload; hashed while it came in.", Device: "Invented reader 7"}}, nil
}

// The lead opens an inquiry with a prosecutor; the officer who is responsible
// reads what the record filled in, corrects it, and signs as nobody else can.
func TestACertificateIsFilledSignedAndReplaced(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		ctx := context.Background()
		w.Certificates.OnThings(things)
		lead, other, court := demo.Actor("barasa.inquiry"), demo.Actor("njeri.inquiry"), demo.Actor("odhiambo.court")
		q, err := w.Inquiries.Open(ctx, lead, casefile.Order{}, &inquiry.Open{Kind: "trafficking", Title: "Invented inquiry"})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := w.Inquiries.Do(ctx, lead, q.ID, casefile.Order{}, &inquiry.Join{Staff: court.Staff, Duty: "prosecutor"}); err != nil {
			t.Fatal(err)
		}
		c := w.Certificates
		form, err := c.Prefill(ctx, lead, q.ID, []string{"file/f1"})
		if err != nil || !strings.Contains(form.How, "hashed while") || !strings.Contains(form.Device, "reader 7") || form.Responsible != lead.Staff {
			t.Fatalf("%+v %v", form, err)
		}
		if _, err := c.Draft(ctx, lead, q.ID, casefile.Order{}, form); !errors.As(err, new(*problem.Invalid)) {
			t.Errorf("office and use are missing: %v", err)
		}
		form.Office, form.Use = "Invented examiner", "In daily use, no fault known."
		for name, spoil := range map[string]func(*certificate.Write){
			"a thing that is not there": func(f *certificate.Write) { f.Things = []string{"file/f9"} },
			"a thing twice":             func(f *certificate.Write) { f.Things = []string{"file/f1", "file/f1"} },
			"somebody not on the team":  func(f *certificate.Write) { f.Responsible = other.Staff },
			"a period backwards":        func(f *certificate.Write) { f.From, f.To = "2026-02-01", "2026-01-01" },
		} {
			bad := *form
			spoil(&bad)
			if _, err := c.Draft(ctx, lead, q.ID, casefile.Order{}, &bad); !errors.As(err, new(*problem.Invalid)) {
				t.Errorf("%s: %v", name, err)
			}
		}
		rc, err := c.Draft(ctx, lead, q.ID, casefile.Order{Key: "once"}, form)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := c.Draft(ctx, lead, q.ID, casefile.Order{Key: "once"}, form); err != nil || again.ID != rc.ID || !again.Replayed {
			t.Errorf("sent twice: %+v %v", again, err)
		}
		// Who has no part in the inquiry, and a certificate that is not there,
		// look the same.
		for _, id := range []string{rc.ID, "0198c0de-7a11-7000-8000-000000000009"} {
			if _, err := c.View(ctx, other, id); !errors.Is(err, problem.ErrNotFound) {
				t.Errorf("a stranger: %v", err)
			}
		}
		if _, err := c.Sign(ctx, court, rc.ID, casefile.Order{}, &certificate.Proof{Password: demo.Password}); err == nil {
			t.Error("the prosecutor signs")
		}
		if _, err := c.Sign(ctx, lead, rc.ID, casefile.Order{}, &certificate.Proof{Password: "wrong"}); !errors.As(err, new(*problem.Invalid)) {
			t.Errorf("a wrong password: %v", err)
		}
		if _, err := c.Sign(ctx, lead, rc.ID, casefile.Order{}, &certificate.Proof{Password: demo.Password}); err != nil {
			t.Fatal(err)
		}
		v, err := c.View(ctx, court, rc.ID)
		if err != nil || v.Status != certificate.IsSigned || v.Proved != "password" || !strings.Contains(v.Document, sum) {
			t.Fatalf("%+v %v", v, err)
		}
		checkText(t, w, v)
		if _, err := c.Revise(ctx, lead, rc.ID, casefile.Order{}, form); !errors.As(err, new(*problem.Refused)) {
			t.Errorf("a signed one changes: %v", err)
		}
		// A better one takes its place when it is signed, not before.
		form.Replaces = rc.ID
		next, err := c.Draft(ctx, lead, q.ID, casefile.Order{}, form)
		if err != nil {
			t.Fatal(err)
		}
		if v, _ := c.View(ctx, lead, rc.ID); v.Status != certificate.IsSigned {
			t.Errorf("a draft ends it: %+v", v)
		}
		if _, err := c.Sign(ctx, lead, next.ID, casefile.Order{}, &certificate.Proof{Password: demo.Password}); err != nil {
			t.Fatal(err)
		}
		if v, _ := c.View(ctx, lead, rc.ID); v.Status != certificate.IsRevoked || v.ReplacedBy != next.ID {
			t.Errorf("%+v", v)
		}
		if _, err := c.Revoke(ctx, court, next.ID, casefile.Order{}, &certificate.Revoke{Reason: "The device was another one."}); err != nil {
			t.Fatal(err)
		}
		if v, _ := c.View(ctx, lead, next.ID); v.Status != certificate.IsRevoked || v.Texts.Reason == "" {
			t.Errorf("%+v", v)
		}
		inABundle(t, w, court, q.ID)
	})
}

// checkText: the signature holds for this text and no other.
func checkText(t *testing.T, w *officetest.World, v *certificate.Shown) {
	t.Helper()
	key, err := note.NewVerifier(w.KeyFile.Verifier())
	if err != nil {
		t.Fatal(err)
	}
	if err := certificate.Check(w.Name, v.ID, v.Document, v.Note, key); err != nil {
		t.Error(err)
	}
	for i := 0; i < len(v.Document); i += 7 {
		bad := []byte(v.Document)
		bad[i] ^= 1
		if certificate.Check(w.Name, v.ID, string(bad), v.Note, key) == nil {
			t.Errorf("byte %d changed, still believed", i)
		}
	}
	if certificate.Check(w.Name, "another", v.Document, v.Note, key) == nil {
		t.Error("it passes for another certificate")
	}
}

// inABundle: the prosecutor hands the inquiry over; certificates are in it, the
// words of other drafts are not, and it verifies on its own.
func inABundle(t *testing.T, w *officetest.World, who realm.Actor, id string) {
	t.Helper()
	ctx := context.Background()
	ask := &casefile.MakeBundle{Recipient: "court", Purpose: "prosecution"}
	if _, err := w.Discloser().MakeInquiry(ctx, demo.Actor("njeri.inquiry"), id, ask); !errors.Is(err, problem.ErrNotFound) {
		t.Errorf("a stranger's bundle: %v", err)
	}
	if p, err := w.Discloser().PreviewInquiry(ctx, who, id, ask); err != nil || p.Events < 2 {
		t.Fatalf("%+v %v", p, err)
	}
	made, err := w.Discloser().MakeInquiry(ctx, who, id, ask)
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if _, err := made.WriteTo(&file); err != nil {
		t.Fatal(err)
	}
	r, err := bundle.Verify(file.Bytes())
	if err != nil || r.Whole+r.Leaves < 4 {
		t.Fatalf("%+v %v", r, err)
	}
	n := 0
	for _, p := range r.Parts {
		if p.Kind == "certificate" {
			n++
		}
	}
	if n != 4 {
		t.Errorf("%d parts of certificates, not 4", n)
	}
}
