package exhibit_test

import (
	"strings"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/exhibit"
)

// Material of child sexual abuse is a row and nothing else.
func TestAbuseMaterialIsARowAndNothingElse(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		device := s.view(lead, s.record(lead, phone("KE-9")))
		row := func() *exhibit.Record {
			return &exhibit.Record{Facts: exhibit.Facts{Kind: "csam", Count: 41, OnExhibit: device.Number, Custodian: "Digital examiner, by order", Tool: "Kipimo Tool 4.1, report 7",
				Digests: "D41D8CD98F00B204E9800998ECF8427E\n" + strings.Repeat("ab", 32)}, Look: exhibit.Look{Place: "scene", Seal: "KE-10"}}
		}
		r := row()
		r.Photos = []string{"file-1"}
		_, err := s.Exhibits.Record(s.ctx, who(lead), s.scene, casefile.Order{}, r)
		wantRule(t, err, "exhibit.csam-nothing-shown")
		r = row()
		r.Custodian = ""
		_, err = s.Exhibits.Record(s.ctx, who(lead), s.scene, casefile.Order{}, r)
		wantRule(t, err, "exhibit.csam-row")
		r = row()
		r.Digests = "not a digest"
		_, err = s.Exhibits.Record(s.ctx, who(lead), s.scene, casefile.Order{}, r)
		wantField(t, err, "digests")
		id := s.record(lead, row())
		_, err = s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, &exhibit.Correct{Facts: exhibit.Facts{Kind: "other"}, Why: "x"})
		wantRule(t, err, "exhibit.csam-recorded-anew")
		_, err = s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, &exhibit.Correct{Facts: exhibit.Facts{Photos: []string{"f"}}, Why: "x"})
		wantRule(t, err, "exhibit.csam-nothing-shown")
		_, err = s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, &exhibit.Ask{Laboratory: "lab-dijitali", Asks: []string{"csam-report"}, Urgency: "urgent"})
		s.must(err)
		_, err = s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, &exhibit.Reply{Request: s.view(lead, id).Requests[0].ID, Reference: "1", Summary: "x", Files: []string{"f"}})
		wantRule(t, err, "exhibit.csam-nothing-shown")
		_, err = s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, &exhibit.Return{To: "owner", Name: "x", Signed: exhibit.Signed{Digest: strings.Repeat("ab", 32)}, Look: exhibit.Look{Place: "scene"}})
		wantRule(t, err, "exhibit.csam-never-returned")
		// A list finds the row by the digest, and no digest stands in the clear.
		found, err := s.Exhibits.Matching(s.ctx, []string{"d41d8cd98f00b204e9800998ecf8427e", strings.Repeat("cd", 32)})
		if err != nil || len(found) != 1 || found[0] != id {
			t.Errorf("found %v, %v", found, err)
		}
		s.nothingInTheClear("d41d8cd98f00b204e9800998ecf8427e", strings.Repeat("ab", 32))
		_, err = s.Exhibits.Record(s.ctx, who(lead), s.scene, casefile.Order{}, func() *exhibit.Record { r := phone(""); r.Digests = row().Digests; return r }())
		wantRule(t, err, "exhibit.digests-of-csam-only")
	})
}
