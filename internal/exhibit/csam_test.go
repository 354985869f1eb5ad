package exhibit_test

import (
	"errors"
	"strings"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/evidencefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/problem"
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

// No file is taken up under such a row, nor under an exhibit that is not there,
// is of another scene, or is said to belong to a case.
func TestNoFileIsTakenUnderAbuseMaterial(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		device := s.view(lead, s.record(lead, phone("KE-9")))
		row := s.view(lead, s.record(lead, &exhibit.Record{Facts: exhibit.Facts{Kind: "csam", Count: 4, OnExhibit: device.Number, Custodian: "Digital examiner, by order",
			Tool: "Kipimo Tool 4.1, report 7"}, Look: exhibit.Look{Place: "scene", Seal: "KE-10"}}))
		send := func(p evidencefile.Place) error {
			_, err := s.Files.Take(s.ctx, who(lead), &evidencefile.Announced{Place: p, Kind: "photo", Name: "a.jpg"}, strings.NewReader("fictional bytes"))
			return err
		}
		sc, err := s.Scenes.Load(s.ctx, s.scene)
		s.must(err)
		at := evidencefile.Place{Inquiry: sc.Inquiry, Scene: s.scene, Exhibit: row.ID}
		wantRule(t, send(at), "file.abuse-exhibit")
		for name, p := range map[string]evidencefile.Place{
			"not there":       {Inquiry: sc.Inquiry, Scene: s.scene, Exhibit: "0198c0de-0000-7000-8000-000000000000"},
			"of no scene":     {Inquiry: sc.Inquiry, Exhibit: device.ID},
			"said of a case":  {Case: "some-case", Scene: s.scene, Exhibit: device.ID},
			"abuse, no scene": {Inquiry: sc.Inquiry, Exhibit: row.ID},
		} {
			if err := send(p); !errors.Is(err, problem.ErrNotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		at.Exhibit = device.ID
		s.must(send(at))
		var files, under int
		s.must(s.Store.QueryRow(s.ctx, `SELECT count(*) FROM files`).Scan(&files))
		s.must(s.Store.QueryRow(s.ctx, `SELECT count(*) FROM uploads`).Scan(&under))
		if files != 1 || under != 0 {
			t.Errorf("%d files and %d uploads are kept", files, under)
		}
	})
}
