package office_test

import (
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"rufaa/internal/bundle/bundletest"
	"rufaa/internal/casefile"
	"rufaa/internal/evidencefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/hashlist"
	"rufaa/internal/inquiry"
	"rufaa/internal/ledger"
	"rufaa/internal/office/officetest"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/scene"
)

// bundles counts what the ledger says of bundles that left.
func (y *yard) bundles() (n int) {
	y.t.Helper()
	y.must(y.Store.QueryRow(y.ctx, `SELECT count(*) FROM events WHERE stream LIKE 'bundle/%'`).Scan(&n))
	return n
}

// A file that is still being compared with a list is named before anything is
// noted, with when it is worth trying again; without it the bundle is made, and
// with it once it was compared. Its timestamp goes beside it.
func TestABundleWaitsForAFileThatIsBeingCompared(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		y := openYard(t, w, "trafficking")
		photo := y.photo("", 90)
		u, err := y.Files.Take(y.ctx, y.lead, &evidencefile.Announced{Place: evidencefile.Place{Inquiry: y.inquiry, Scene: y.scene}, Kind: "phone", Name: "phone.bin"},
			bytes.NewReader(bytes.Repeat([]byte("0123456789abcdef"), 64<<16+1)))
		y.must(err)
		sent := y.Clock.Now()
		_, err = y.HashLists.Import(y.ctx, y.lead, &hashlist.Import{Name: "List of the demonstration", Source: "Invented", Body: strings.NewReader(strings.Repeat("0", 32) + "\n")})
		y.must(err)

		in := &casefile.MakeBundle{Recipient: "court", Purpose: "prosecution", Files: []string{photo, u.ID}}
		_, err = y.Discloser().MakeInquiry(y.ctx, y.lead, y.inquiry, in)
		var wrong *problem.Invalid
		if !errors.As(err, &wrong) || len(wrong.Fields) != 1 || wrong.Fields[0].Name != "files" {
			t.Fatalf("%v", err)
		}
		said := y.Texts.In("en").T(wrong.Fields[0].Key, wrong.Fields[0].Args...)
		for _, part := range []string{sent.UTC().Add(3 * time.Hour).Format("2006-01-02 15:"), "64 MB", "in about 2 minutes", "without it"} {
			if !strings.Contains(said, part) {
				t.Errorf("%q lacks %q", said, part)
			}
		}
		if n := y.bundles(); n != 0 {
			t.Errorf("the ledger says that %d bundles left", n)
		}
		if _, _, man := y.drawings("court", photo); closed(man, "file", "choice") != 1 {
			t.Errorf("without it: %+v", man.Closed)
		}
		y.must(y.Files.Work(y.ctx))
		token := []byte("a token of an authority (fictional)")
		_, err = y.Commit(y.ctx, realm.Command{Actor: realm.System, Appends: []realm.Append{{Stream: evidencefile.Stream(u.ID), Expected: ledger.AnyVersion,
			Drafts: []ledger.Draft{{Kind: evidencefile.Stamped, Schema: 1, Payload: evidencefile.StampedEvent{Authority: "https://tsa.invalid", At: y.Clock.Now(), Serial: "1", Token: token}}}}}})
		y.must(err)
		_, raw, man := y.drawings("court", photo, u.ID)
		if closed(man, "file", "choice") != 0 || y.bundles() != 2 {
			t.Errorf("when it was compared: %+v, %d bundles", man.Closed, y.bundles())
		}
		found := false
		for _, p := range man.Parts {
			if strings.HasSuffix(p.Name, "-timestamp-1.der") {
				found = bytes.Equal(bundletest.Part(t, raw, p.Name), token)
			}
		}
		if !found {
			t.Errorf("its timestamp does not go along: %+v", man.Parts)
		}
	})
}

// A prosecutor on an inquiry's team who does not know of a case of it makes the
// bundle all the same: nothing sealed is in it, for nothing could be masked.
func TestAProsecutorMakesABundleThoughACaseIsNotTheirs(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		y := openYard(t, w, "trafficking")
		raised, err := w.Cases.Raise(y.ctx, officetest.Who("amina.officer"), casefile.Order{}, &casefile.Alert{Holder: "x-tumaini", County: "mombasa", Person: casefile.PersonFacts{Name: ownerName}})
		y.must(err)
		_, err = w.Cases.Do(y.ctx, officetest.Who("wanjiru.case"), raised.ID, casefile.Order{}, &casefile.Take{})
		y.must(err)
		_, err = w.Commit(y.ctx, realm.Command{Actor: y.lead, Appends: []realm.Append{{Stream: inquiry.Stream(y.inquiry), Expected: ledger.AnyVersion, // by who has a part in it
			Drafts: []ledger.Draft{{Kind: inquiry.CaseLinked, Schema: 1, Payload: inquiry.CaseEvent{Case: raised.ID}}}}}})
		y.must(err)
		x, err := w.Exhibits.Record(y.ctx, y.lead, y.scene, casefile.Order{}, &exhibit.Record{Facts: exhibit.Facts{Kind: "other", Description: "A bag", Container: "Zawadi 1", Vehicle: "Zawadi"},
			Look: exhibit.Look{Place: "scene", Seal: "ZAWADI-1"}})
		y.must(err)
		_, err = w.Exhibits.Do(y.ctx, y.lead, x.ID, casefile.Order{}, &exhibit.Move{Reason: "safety", Look: exhibit.Look{Place: "store-mtoni", Seal: "ZAWADI-2", Shelf: "ZAWADI"}})
		y.must(err)
		_, err = w.Scenes.Do(y.ctx, y.lead, y.scene, casefile.Order{}, &scene.AddUnit{Kind: "room", Name: "Zawadi"})
		y.must(err)
		court := officetest.Who("odhiambo.court")
		_, err = w.Inquiries.Do(y.ctx, y.lead, y.inquiry, casefile.Order{}, &inquiry.Join{Staff: court.Staff, Duty: "prosecutor"})
		y.must(err)
		y.lead = court
		_, raw, man := y.drawings("court")
		for _, secret := range []string{"zawadi", "client tokens"} {
			said := readable(raw)
			if at := strings.Index(said, secret); at >= 0 {
				t.Errorf("%q went out unmasked: …%q", secret, said[max(0, at-200):min(len(said), at+60)])
			}
		}
		if n := closed(man, "event", "compartment"); n == 0 {
			t.Errorf("%+v", man.Closed)
		}
	})
}
