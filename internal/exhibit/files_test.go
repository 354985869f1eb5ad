package exhibit_test

import (
	"strings"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/evidencefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/inquiry"
	"rufaa/internal/problem"
)

// photo takes a photograph in, and gives its id.
func (s *tale) photo(user string, at evidencefile.Place) string {
	s.t.Helper()
	u, err := s.Files.Take(s.ctx, who(user), &evidencefile.Announced{Place: at, Kind: "document", Name: "scan.txt"}, strings.NewReader("Signed (fictional) "+at.Scene))
	s.must(err)
	return u.ID
}

// A file that stands with an exhibit is there, of the same inquiry and scene,
// and known to who names it; everything else is told as if there were none.
func TestFilesOfAnExhibitAreItsOwn(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		sc, err := s.Scenes.Load(s.ctx, s.scene)
		s.must(err)
		other := s.sceneIn(sc.Inquiry)
		foreign, err := s.Inquiries.Open(s.ctx, who(stander), casefile.Order{}, &inquiry.Open{Kind: s.Content.List("inquiry-kinds")[0].ID, Title: "Another (fictional)"})
		s.must(err)
		here := s.photo(lead, evidencefile.Place{Inquiry: sc.Inquiry, Scene: s.scene})
		whole := s.photo(lead, evidencefile.Place{Inquiry: sc.Inquiry})
		there := s.photo(lead, evidencefile.Place{Inquiry: sc.Inquiry, Scene: other})
		theirs := s.photo(stander, evidencefile.Place{Inquiry: foreign.ID})
		if n, err := s.Files.Count(s.ctx, who(lead), evidencefile.Place{Inquiry: sc.Inquiry, Scene: s.scene}); err != nil || n != 1 {
			t.Errorf("%d files of the scene, %v", n, err)
		}
		r := phone("KE-1")
		for _, bad := range []string{there, theirs, "01990000-0000-7000-8000-000000000000", "x"} {
			r.Photos = []string{here, bad}
			_, err := s.Exhibits.Record(s.ctx, who(lead), s.scene, casefile.Order{}, r)
			wantField(t, err, "photos")
		}
		r.Photos = []string{whole}
		_, err = s.Exhibits.Record(s.ctx, who(officer), s.scene, casefile.Order{}, r) // works at the scene, not in the inquiry
		wantField(t, err, "photos")
		r.Photos = []string{here, whole}
		id := s.record(lead, r)
		if v := s.view(lead, id); len(v.Plain.Photos) != 2 || v.Inquiry != sc.Inquiry {
			t.Errorf("%+v", v.Plain)
		}
		_, err = s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, &exhibit.Correct{Facts: exhibit.Facts{Photos: []string{theirs}}, Why: "x"})
		wantField(t, err, "photos")

		// A signed paper brings its own digest; another one beside it is told.
		_, err = s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, &exhibit.Offer{Role: "court-registry", Name: "A clerk", Reason: "to-court", Look: exhibit.Look{Place: "court-mfano", Seal: "KE-1"}})
		s.must(err)
		attest := func(p exhibit.Signed) error {
			_, err := s.Exhibits.Do(s.ctx, who(officer), id, casefile.Order{}, &exhibit.Attest{Signed: p, Look: exhibit.Look{Place: "court-mfano", Seal: "KE-1"}})
			return err
		}
		wantField(t, attest(exhibit.Signed{File: theirs}), "file")
		wantField(t, attest(exhibit.Signed{File: here, Digest: strings.Repeat("ab", 32)}), "digest")
		s.must(attest(exhibit.Signed{File: here}))
		f, err := s.Files.View(s.ctx, who(lead), here)
		s.must(err)
		if got := s.view(lead, id).Steps[1].Other.Paper; got == nil || got.Digest != f.Digest || got.File != here {
			t.Errorf("the paper is %+v, not %s", got, f.Digest)
		}
		_, err = s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, &exhibit.Ask{Laboratory: "lab-kipimo", Asks: []string{"extraction"}, Urgency: "urgent"})
		s.must(err)
		reply := &exhibit.Reply{Request: s.view(lead, id).Requests[0].ID, Reference: "K/1", Summary: "Nothing.", Files: []string{theirs}}
		_, err = s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, reply)
		wantField(t, err, "files")
		if n, err := s.Exhibits.Count(s.ctx, who(lead), s.scene); err != nil || n != 1 {
			t.Errorf("%d exhibits, %v", n, err)
		}
		if _, err := s.Exhibits.Count(s.ctx, who(stander), s.scene); err != problem.ErrNotFound {
			t.Errorf("a stranger counts: %v", err)
		}
	})
}

// The export for forensic tools holds the chain with its places, the laboratory
// and the report of digests, and nothing that is sealed.
func TestTheExportHoldsTheChain(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		id := s.record(officer, phone("KE-1"))
		s.hand(officer, id, keeper, "store-nairobi", "KE-1")
		_, err := s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, &exhibit.Ask{Laboratory: "lab-kipimo", Asks: []string{"extraction"}, Urgency: "urgent", Question: "Kanarizawadi?"})
		s.must(err)
		s.must(s.offer(keeper, id, analyst, "other", "KE-1"))
		s.list(of(1))
		row := s.csam()
		_, err = s.report(lead, row, "", of(1)+"\n"+of(2))
		s.must(err)
		sc, err := s.Scenes.Load(s.ctx, s.scene)
		s.must(err)
		_, raw, err := s.ExportInquiry(s.ctx, who(lead), sc.Inquiry)
		s.must(err)
		text := string(raw)
		for _, want := range []string{`"case-investigation:exhibitNumber": "` + s.view(lead, id).Number + `"`, "Exhibit store, Demo Investigation Unit", "laboratory-requested", "digests-reported",
			"2 items, 1 of them on lists", `"uco-core:name": "handed"`, `"uco-action:actionStatus": "Pending"`, "uco-location:Location", who(keeper).Staff} {
			if !strings.Contains(text, want) {
				t.Errorf("the export lacks %s", want)
			}
		}
		for _, sealed := range []string{"Kanarizawadi", "Kipimochombo", "490154203237518", "Black telephone", of(1)} {
			if strings.Contains(text, sealed) {
				t.Errorf("the export tells %s", sealed)
			}
		}
	})
}
