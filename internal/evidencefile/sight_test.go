package evidencefile_test

import (
	"strings"
	"testing"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/evidencefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/inquiry"
	"rufaa/internal/office/officetest"
	"rufaa/internal/scene"
)

// sender is on the team too, and sends the photos; the detective leads.
const sender = colleague

// childScene is a scene of child sexual exploitation with a sender on its team.
func (s *tale) childScene() evidencefile.Place {
	s.t.Helper()
	at := s.aScene(true)
	_, err := s.Inquiries.Do(s.ctx, officetest.Who(detective), at.Inquiry, casefile.Order{}, &inquiry.Join{Staff: officetest.Who(sender).Staff, Duty: "investigator"})
	s.must(err)
	return at
}

func (s *tale) ask(user, id string) error {
	_, err := s.Files.AskPreview(s.ctx, officetest.Who(user), id, casefile.Order{}, &evidencefile.AskPreview{Reason: "The lock must be seen (Kanarisababu)"})
	return err
}

func (s *tale) answer(user, id, allow string) error {
	_, err := s.Files.DecidePreview(s.ctx, officetest.Who(user), id, casefile.Order{}, &evidencefile.DecidePreview{Allow: allow, Reason: "Kanarijibu"})
	return err
}

func (s *tale) seen(user, id string) *evidencefile.View {
	s.t.Helper()
	v, err := s.Files.View(s.ctx, officetest.Who(user), id)
	s.must(err)
	return v
}

// fetchPreview gives the preview to somebody who asks for it now.
func (s *tale) fetchPreview(user, id string) ([]byte, error) {
	ticket, err := s.Files.Shown(s.ctx, officetest.Who(user), id, "investigation")
	if err != nil || ticket == "" {
		return nil, err
	}
	return s.Files.Preview(s.ctx, officetest.Who(user), id, ticket)
}

// A photo of a scene of child sexual exploitation has no preview. One asks with a
// reason; another, who answers for the exhibits and did not send it, allows it;
// and it can be taken back. Reasons are sealed.
func TestAPreviewTakesTwoPeople(t *testing.T) {
	each(t, func(s *tale) {
		at := s.childScene()
		id := s.sent(sender, evidence(at), photo(t, 40, 30, "", "", 0, 0))
		if v := s.seen(sender, id); v.Preview || !v.NoPreview || v.Sight != nil {
			t.Fatalf("a preview by default: %+v", v)
		}
		s.rule(s.answer(detective, id, "yes"), "file.preview-not-asked")
		s.notThere(s.ask("kamau.case", id))
		s.must(s.ask(sender, id))
		s.rule(s.ask(detective, id), "file.preview-asked")
		s.rule(s.answer(sender, id, "yes"), "access.duty") // neither leads nor answers for the exhibits
		_, err := s.Scenes.Do(s.ctx, officetest.Who(detective), at.Scene, casefile.Order{}, &scene.Give{Staff: officetest.Who(sender).Staff, Role: scene.ExhibitsOfficer})
		s.must(err)
		s.rule(s.answer(sender, id, "yes"), "file.preview-second-person") // asked for it, and sent it
		if raw, err := s.fetchPreview(detective, id); err != nil || raw != nil {
			t.Fatalf("a preview before the answer: %d bytes, %v", len(raw), err)
		}
		s.must(s.answer(detective, id, "yes"))
		v := s.seen(sender, id)
		if !v.Preview || v.NoPreview || v.Sight == nil || !v.Sight.Allowed || v.Sight.Decided.Staff != officetest.Who(detective).Staff {
			t.Fatalf("allowed: %+v", v)
		}
		if raw, err := s.fetchPreview(sender, id); err != nil || len(raw) == 0 {
			t.Fatalf("the preview: %d bytes, %v", len(raw), err)
		}
		w, err := s.Files.Words(s.ctx, officetest.Who(sender), id, "investigation")
		if err != nil || !strings.Contains(w.Asked, "Kanarisababu") || w.Answered != "Kanarijibu" {
			t.Errorf("the reasons: %+v %v", w, err)
		}
		if strings.Contains(string(s.disk()), "Kanarisababu") || strings.Contains(string(s.disk()), "Kanarijibu") {
			t.Error("a reason lies on the disk in plain words")
		}
		s.must(s.answer(sender, id, "no")) // taking back takes nobody else
		if v := s.seen(sender, id); v.Preview || !v.NoPreview || v.Sight.Allowed {
			t.Errorf("taken back: %+v", v)
		}
		if raw, _ := s.fetchPreview(detective, id); raw != nil {
			t.Error("the preview outlived its allowance")
		}
		s.must(s.ask(detective, id)) // and it can be asked for anew
	})
}

// The leader who sent the photo does not allow it either, whoever asks.
func TestWhoSentItDoesNotAllowIt(t *testing.T) {
	each(t, func(s *tale) {
		id := s.sent(detective, evidence(s.childScene()), photo(t, 40, 30, "", "", 0, 0))
		s.must(s.ask(sender, id))
		s.rule(s.answer(detective, id, "yes"), "file.preview-second-person")
		s.must(s.answer(detective, id, "no"))
	})
}

// Where the only one who could allow a preview sent the photo, who asks learns it,
// until another is named who can.
func TestThatNobodyCanAnswerIsTold(t *testing.T) {
	each(t, func(s *tale) {
		at := s.childScene()
		id := s.sent(detective, evidence(at), photo(t, 40, 30, "", "", 0, 0)) // the detective leads, and nobody answers for the exhibits
		s.must(s.ask(sender, id))
		if v := s.seen(sender, id); !v.Sight.Nobody {
			t.Errorf("it is not told that nobody can answer: %+v", v.Sight)
		}
		_, err := s.Scenes.Do(s.ctx, officetest.Who(detective), at.Scene, casefile.Order{}, &scene.Give{Staff: officetest.Who("kamau.case").Staff, Role: scene.ExhibitsOfficer})
		s.must(err)
		if v := s.seen(sender, id); v.Sight.Nobody {
			t.Errorf("another was named: %+v", v.Sight)
		}
		if all, err := s.Files.AwaitingAnswer(s.ctx, officetest.Who("kamau.case")); err != nil || len(all) != 1 {
			t.Logf("%d questions wait for who was named, %v", len(all), err)
		}
		s.must(s.answer(detective, id, "no"))
		if v := s.seen(sender, id); v.Sight.Nobody {
			t.Errorf("answered: %+v", v.Sight)
		}
	})
}

// What stands on a list, by any of its hashes, is never previewed, nor what is of
// an exhibit that is abuse material, nor what has a preview anyway or is no photo.
func TestNeverAPreviewOfAbuseMaterial(t *testing.T) {
	each(t, func(s *tale) {
		at := s.childScene()
		content := photo(t, 40, 30, "", "", 0, 0)
		id := s.sent(sender, evidence(at), content)
		s.must(s.ask(sender, id))
		s.listed(digest(content))
		if err := s.answer(detective, id, "yes"); err == nil {
			t.Error("a preview of what stands on a list")
		}
		if v := s.seen(detective, id); v.Destroyed != evidencefile.OnList || v.Preview {
			t.Errorf("what stands on a list: %+v", v)
		}
		other := evidence(s.aScene(false))
		s.rule(s.ask(detective, s.sent(detective, other, photo(t, 41, 30, "", "", 0, 0))), "file.preview-not-here")
		sound := evidence(at)
		sound.Kind, sound.Name = "document", "list.pdf"
		s.rule(s.ask(sender, s.sent(sender, sound, []byte("%PDF-1.4 invented"))), "file.preview-not-here")
		row, err := s.Exhibits.Record(s.ctx, officetest.Who(detective), at.Scene, casefile.Order{}, &exhibit.Record{Facts: exhibit.Facts{Kind: exhibit.KindCSAM, Description: "Row",
			Count: 1, OnExhibit: "S1/001", Custodian: "The unit (fictional)", Tool: "Tool 1", Digests: strings.Repeat("ab", 32)}, Look: exhibit.Look{Place: "scene"}})
		s.must(err)
		at.Exhibit = row.ID
		_, err = s.send(sender, evidence(at), photo(t, 42, 30, "", "", 0, 0))
		s.rule(err, "file.abuse-exhibit") // there is nothing that could be asked for
	})
}

// Killed between the answer and the drawing, the clockwork makes it good; the
// read models folded anew say the same.
func TestAnAllowedPreviewIsDrawnLater(t *testing.T) {
	each(t, func(s *tale) {
		id := s.sent(sender, evidence(s.childScene()), photo(t, 40, 30, "", "", 0, 0))
		s.must(s.ask(sender, id))
		s.must(s.answer(detective, id, "yes"))
		before := s.seen(detective, id)
		_, err := s.Rebuild(s.ctx)
		s.must(err)
		s.Clock.Pass(time.Minute)
		s.must(s.Files.Work(s.ctx))
		if after := s.seen(detective, id); after.Preview != before.Preview || after.NoPreview || after.Sight.Decided.At != before.Sight.Decided.At {
			t.Errorf("folded anew: %+v, was %+v", after, before)
		}
	})
}
