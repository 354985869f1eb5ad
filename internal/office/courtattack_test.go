package office_test

import (
	"bytes"
	"compress/zlib"
	"context"
	"io"
	"strings"
	"testing"
	"unicode/utf16"

	"rufaa/internal/casefile"
	"rufaa/internal/evidencefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/inquiry"
	"rufaa/internal/ledger"
	"rufaa/internal/office/officetest"
	"rufaa/internal/realm"
	"rufaa/internal/referral"
	"rufaa/internal/scene"
)

// readable is everything that can be read in a bundle: its bytes, and what its
// papers pack, as it stands and as UTF-16.
func readable(raw []byte) string {
	var out strings.Builder
	out.Write(raw)
	for rest := raw; ; {
		_, after, found := bytes.Cut(rest, []byte("stream\n"))
		if !found {
			break
		}
		rest = after
		z, err := zlib.NewReader(bytes.NewReader(after))
		if err != nil {
			continue
		}
		drawn, _ := io.ReadAll(z) // what follows the packed words is no error of theirs
		out.Write(drawn)
		for odd := range 2 {
			var words []uint16
			for i := odd; i+1 < len(drawn); i += 2 {
				words = append(words, uint16(drawn[i])<<8|uint16(drawn[i+1]))
			}
			out.WriteString(string(utf16.Decode(words)))
		}
	}
	return strings.ToLower(out.String())
}

// Whoever types her name or her shelter into any field at all, its bundle gives
// neither to a court, the prosecution or the defence, nor to forensic tools.
func TestHerNameInEveryFieldLeavesInNone(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		y := openYard(t, w, "trafficking")
		s := &tale{World: w, t: t, ctx: context.Background()}
		years, court := 24, officetest.Who("odhiambo.court")
		rc, err := w.Cases.Raise(y.ctx, officetest.Who("wanjiru.case"), casefile.Order{}, &casefile.Alert{
			Person: casefile.PersonFacts{Name: "Selam Fiktivo-Tamu", OtherNames: "Saba, Ng'ang'a; Zoé", Phone: "0712000111", IDNumber: "31415926", Age: &years, Minor: "no", Sex: "female"}})
		y.must(err)
		s.id = rc.ID
		s.do("wanjiru.case", &casefile.Take{})
		s.do("wanjiru.case", &casefile.Move{Kind: "shelter", Place: "Tulivu House, Bamburi", County: "mombasa"})
		s.do("wanjiru.case", &casefile.AssessNeeds{Needs: []casefile.NeedFact{{Service: "legal", Urgency: "urgent"}}})
		s.do("wanjiru.case", consent(court.Agency, true, "prosecution", "identity", "account"))
		cs, err := w.Cases.Load(y.ctx, s.id)
		y.must(err)
		ref := s.send("wanjiru.case", &referral.Offer{To: court.Agency, Purpose: "prosecution", Urgency: "urgent", Needs: []string{cs.Needs[0].ID}, Compartments: []string{"identity", "account"}})
		_, err = w.Referrals.Answer(y.ctx, court, ref, casefile.Order{}, &referral.Answer{Accept: true})
		y.must(err)
		_, err = w.Commit(y.ctx, realm.Command{Actor: y.lead, Appends: []realm.Append{{Stream: inquiry.Stream(y.inquiry), Expected: ledger.AnyVersion,
			Drafts: []ledger.Draft{{Kind: inquiry.CaseLinked, Schema: 1, Payload: inquiry.CaseEvent{Case: s.id}}}}}})
		y.must(err)
		_, err = w.Inquiries.Do(y.ctx, y.lead, y.inquiry, casefile.Order{}, &inquiry.Join{Staff: court.Staff, Duty: "prosecutor"})
		y.must(err)

		const told = "SELAM of Tulivu House, Bamburi, 0712-000 111"
		const odd = told + "; Saba's, nganga_ZO%C3%89, S. TAMU, T U L I V U, tulivu_house-bamburi, Tamu%20Selam, id 31-415.926, X0031415926/2"
		_, err = w.Exhibits.Record(y.ctx, y.lead, y.scene, casefile.Order{}, &exhibit.Record{Facts: exhibit.Facts{Kind: "device", Description: odd, FoundWhere: odd, Make: "Selam", Model: "Tulivu",
			Serial: "SELAM-1", Owner: "victim", OwnerName: told, OwnerCase: s.id, Side: "victim", Container: "Selam bag 1"},
			Look: exhibit.Look{Place: "other", PlaceText: told, Seal: "SELAM-1", Condition: told}})
		y.must(err)
		of, err := w.Exhibits.Record(y.ctx, y.lead, y.scene, casefile.Order{}, &exhibit.Record{Facts: exhibit.Facts{Kind: "document", Document: "passport", DocumentNumber: "SELAM7", Description: odd, Side: "victim",
			Container: "Tulivu box", Vehicle: "Selam"}, Look: exhibit.Look{Place: "scene", Seal: "TULIVU-2"}})
		y.must(err)
		_, err = w.Exhibits.Do(y.ctx, y.lead, of.ID, casefile.Order{}, &exhibit.Offer{Role: "court-registry", Name: told, Reason: "to-court", Note: odd, Look: exhibit.Look{Place: "other", PlaceText: odd, Seal: "TULIVU-2", Shelf: "SELAM"}})
		y.must(err)
		moved, err := w.Exhibits.Record(y.ctx, y.lead, y.scene, casefile.Order{}, &exhibit.Record{Facts: exhibit.Facts{Kind: "other", Description: told}, Look: exhibit.Look{Place: "scene", Seal: "SELAM-3"}})
		y.must(err)
		_, err = w.Exhibits.Do(y.ctx, y.lead, moved.ID, casefile.Order{}, &exhibit.Move{Reason: "safety", Note: told, Look: exhibit.Look{Place: "store-mtoni", Seal: "TULIVU-4", Shelf: "SELAM"}}) // another seal: a finding
		y.must(err)
		_, err = w.Scenes.Do(y.ctx, y.lead, y.scene, casefile.Order{}, &scene.AddUnit{Kind: "room", Name: "Selam"})
		y.must(err)
		y.must(y.draw(scene.Draw{Kind: "person", Points: "40,40", Code: "Selam", Note: odd}))
		u, err := y.Files.Take(y.ctx, y.lead, &evidencefile.Announced{Place: evidencefile.Place{Inquiry: y.inquiry, Scene: y.scene}, Kind: "document", Name: told + ".txt", Note: odd},
			strings.NewReader("A page without a name"))
		y.must(err)

		y.lead = court
		for _, to := range []string{"court", "prosecution", "defence"} {
			_, raw, _ := y.drawings(to, u.ID)
			if !bytes.Contains(raw, []byte("A page without a name")) {
				t.Errorf("%s: the file that was chosen does not go", to)
			}
			said := readable(raw)
			for _, secret := range []string{"selam", "tulivu", "bamburi", "712000111", "712-000", "saba", "nganga", "zo%c3", "zoé", "tamu", "t u l i v u", "31-415", "31415926"} {
				if at := strings.Index(said, secret); at >= 0 {
					t.Errorf("%s: %q: …%q", to, secret, said[max(0, at-160):min(len(said), at+60)])
				}
			}
		}
		_, raw, err := w.ExportInquiry(y.ctx, court, y.inquiry)
		y.must(err)
		for _, secret := range []string{"selam", "tulivu", "bamburi", "712", "nganga", "31415926"} {
			if low := strings.ToLower(string(raw)); strings.Contains(low, secret) {
				at := strings.Index(low, secret)
				t.Errorf("the export: %q: …%s", secret, low[max(0, at-160):at+40])
			}
		}
	})
}
