package exhibit_test

import (
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"rufaa/internal/blob"
	"rufaa/internal/casefile"
	"rufaa/internal/evidencefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/ledger"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/scene"
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

// becomesAbuse corrects an exhibit into material of child sexual abuse, as a
// ledger may tell it that was written under other rules: today's correction
// refuses it, and the room of files does not rely on that.
func (s *tale) becomesAbuse(id string) {
	s.t.Helper()
	x, err := s.Exhibits.Load(s.ctx, id)
	s.must(err)
	x.Plain.Kind = exhibit.KindCSAM
	_, err = s.Commit(s.ctx, realm.Command{Actor: who(lead), Purpose: exhibit.Purpose, Appends: []realm.Append{{Stream: exhibit.Stream(id), Expected: x.Version,
		Drafts: []ledger.Draft{{Kind: exhibit.Corrected, Schema: 1, Payload: exhibit.CorrectedEvent{ID: s.NewID(), Plain: x.Plain, FoundAt: x.Steps[0].Seen.At}}}}}})
	s.must(err)
}

// A telephone's photo was on its way when the telephone turned out to be such
// material: what had come by then is destroyed with its key, and those who
// answer for the scene are told, as for a file that stands on a list.
func TestWhatWasOnItsWayToAbuseMaterialIsDestroyed(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		device := s.view(lead, s.record(lead, phone("KE-9")))
		_, err := s.Scenes.Do(s.ctx, who(lead), s.scene, casefile.Order{}, &scene.Give{Staff: who(stander).Staff, Role: scene.ExhibitsOfficer})
		s.must(err)
		at := evidencefile.Place{Inquiry: device.Inquiry, Scene: s.scene, Exhibit: device.ID}
		content := strings.Repeat("fictional bytes ", 500)
		sent := func(then func()) (string, error) {
			u, err := s.Files.Begin(s.ctx, who(officer), &evidencefile.Announced{Place: at, Kind: "photo", Name: "a.jpg", Size: int64(len(content))})
			s.must(err)
			_, err = s.Files.Append(s.ctx, who(officer), u.ID, 0, strings.NewReader(content[:100]), nil)
			s.must(err)
			then()
			_, err = s.Files.Append(s.ctx, who(officer), u.ID, 100, strings.NewReader(content[100:]), nil)
			return u.ID, err
		}
		kept, err := sent(func() {})
		s.must(err)
		gone, err := sent(func() { s.becomesAbuse(device.ID) })
		wantRule(t, err, "file.abuse-exhibit-since")

		_, err = s.Vault.OpenState(s.ctx, blob.Subject(gone), "inquiry", nil, make([]byte, 100))
		if err == nil || !strings.Contains(err.Error(), "destroyed") {
			t.Errorf("the key: %v, want destroyed", err)
		}
		var pieces, under int
		s.must(s.Store.QueryRow(s.ctx, `SELECT count(*) FROM blob_pieces WHERE blob = $1`, gone).Scan(&pieces))
		s.must(s.Store.QueryRow(s.ctx, `SELECT count(*) FROM uploads`).Scan(&under))
		if pieces != 0 || under != 0 {
			t.Errorf("%d pieces and %d uploads are left", pieces, under)
		}
		for _, user := range []string{stander, lead} { // the exhibits officer, and who leads
			told, err := s.Files.Told(s.ctx, who(user))
			s.must(err)
			if len(told) != 1 || told[0].ID != gone || told[0].Reason != evidencefile.AbuseExhibit || told[0].List != "" || told[0].Uploader != who(officer).Staff {
				t.Errorf("%s is told %+v", user, told)
			}
		}
		if v, err := s.Files.View(s.ctx, who(lead), kept); err != nil || v.Destroyed != "" {
			t.Errorf("what was kept before: %+v, %v", v, err)
		}
	})
}

// The same when it becomes so between the last look at the exhibit and the
// moment in which the file would be kept.
func TestAnExhibitThatBecomesAbuseAtTheLastMoment(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		device := s.view(lead, s.record(lead, phone("KE-9")))
		shelf, err := blob.NewFolder(t.TempDir())
		s.must(err)
		looks := 0
		files := evidencefile.New(evidencefile.Options{Realm: s.Realm, Cases: s.Cases, Inquiries: s.Inquiries, Scenes: s.Scenes, Lists: s.HashLists, Rules: s.Files.Rules, Log: s.Log,
			Blobs: blob.New(blob.Options{Store: s.Store, Vault: s.Vault, Shelf: shelf, Now: s.Now, Mark: rand.Text}),
			Exhibit: func(ctx context.Context, id string) (evidencefile.Exhibit, error) {
				x, err := s.Exhibits.Load(ctx, id)
				out := evidencefile.Exhibit{Scene: x.Scene, Abuse: x.Plain.Kind == exhibit.KindCSAM, Guard: realm.Guard{Stream: exhibit.Stream(id), Version: x.Version}}
				if looks++; looks == 2 { // begun, and now complete
					s.becomesAbuse(id)
				}
				return out, err
			}})
		_, err = files.Take(s.ctx, who(lead), &evidencefile.Announced{Place: evidencefile.Place{Inquiry: device.Inquiry, Scene: s.scene, Exhibit: device.ID}, Kind: "photo", Name: "a.jpg"},
			strings.NewReader("fictional bytes"))
		wantRule(t, err, "file.abuse-exhibit-since")
		var kept int
		s.must(s.Store.QueryRow(s.ctx, `SELECT count(*) FROM files WHERE status = 'kept'`).Scan(&kept))
		if kept != 0 || looks != 3 {
			t.Errorf("%d files are kept after %d looks", kept, looks)
		}
	})
}
