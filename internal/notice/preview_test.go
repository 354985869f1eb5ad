package notice_test

import (
	"bytes"
	"image"
	"image/jpeg"
	"slices"
	"strings"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/evidencefile"
	"rufaa/internal/inquiry"
	"rufaa/internal/office/officetest"
	"rufaa/internal/scene"
)

// The people of a scene of child sexual exploitation: who leads, who photographs
// and asks, who answers for the exhibits.
const (
	leader       = "barasa.inquiry"
	photographer = "njeri.inquiry"
	keeper       = "amina.officer"
)

// photographed is a photo of such a scene, sent by the photographer.
func (s *tale) photographed() string {
	s.t.Helper()
	in, err := s.Inquiries.Open(s.ctx, officetest.Who(leader), casefile.Order{}, &inquiry.Open{Kind: s.Content.List("inquiry-kinds")[0].ID, Title: canaryPlace})
	s.must(err)
	_, err = s.Inquiries.Do(s.ctx, officetest.Who(leader), in.ID, casefile.Order{}, &inquiry.Join{Staff: officetest.Who(photographer).Staff, Duty: "investigator"})
	s.must(err)
	sc, err := s.Scenes.Open(s.ctx, officetest.Who(leader), in.ID, casefile.Order{}, &scene.Open{Class: "premises", CSE: true, Address: canaryPlace})
	s.must(err)
	_, err = s.Scenes.Do(s.ctx, officetest.Who(leader), sc.ID, casefile.Order{}, &scene.Give{Staff: officetest.Who(keeper).Staff, Role: scene.ExhibitsOfficer})
	s.must(err)
	var b bytes.Buffer
	s.must(jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 40, 30)), nil))
	u, err := s.Files.Take(s.ctx, officetest.Who(photographer), &evidencefile.Announced{Place: evidencefile.Place{Inquiry: in.ID, Scene: sc.ID}, Kind: "photo", Name: canaryName + ".jpg"}, &b)
	s.must(err)
	return u.ID
}

func (s *tale) askPreview(user, id string) {
	s.t.Helper()
	_, err := s.Files.AskPreview(s.ctx, officetest.Who(user), id, casefile.Order{}, &evidencefile.AskPreview{Reason: canaryTold})
	s.must(err)
}

func (s *tale) answerPreview(user, id, allow string) {
	s.t.Helper()
	_, err := s.Files.DecidePreview(s.ctx, officetest.Who(user), id, casefile.Order{}, &evidencefile.DecidePreview{Allow: allow, Reason: canaryTold})
	s.must(err)
}

// Whoever may answer for a preview is told that one is asked for, in the page and
// by mail; who asked is told when it is answered, and when it is taken back.
// Nothing of the photo, the place or the reason leaves.
func TestAPreviewThatWaitsIsTold(t *testing.T) {
	eachTale(t, func(s *tale) {
		id := s.photographed()
		s.reached(keeper, nil)
		s.reached(photographer, nil)
		before := len(s.post.got())
		s.askPreview(photographer, id)
		for user, want := range map[string]bool{keeper: true, leader: true, photographer: false, manager: false} {
			if got := slices.Contains(s.kinds(user), "file.preview_asked"); got != want {
				s.t.Errorf("%s is told of the question: %v", user, got)
			}
		}
		s.must(s.Notices.Work(s.ctx))
		if mails := s.post.got()[before:]; len(mails) != 1 {
			s.t.Fatalf("%d mails to who may answer", len(mails))
		}
		s.answerPreview(keeper, id, "yes")
		if got := s.kinds(leader); slices.Contains(got, "file.preview_asked") {
			s.t.Errorf("the leader is still told to answer: %v", got)
		}
		if got := s.kinds(photographer); !slices.Contains(got, "file.preview_answered") {
			s.t.Errorf("who asked is told %v", got)
		}
		s.must(s.Notices.Work(s.ctx))
		mails := s.post.got()[before:]
		if len(mails) != 2 {
			s.t.Fatalf("%d mails", len(mails))
		}
		for i, want := range []string{"waits for your answer", "that you asked for was answered"} {
			text := string(mails[i])
			if !strings.Contains(text, want) {
				s.t.Errorf("the mail lacks %q:\n%s", want, text)
			}
			for _, secret := range []string{canaryName, "Zawadikanari", canaryPlace, canaryTold, id} {
				if strings.Contains(text, secret) {
					s.t.Errorf("the mail holds %q:\n%s", secret, text)
				}
			}
		}
		s.answerPreview(leader, id, "no") // taken back
		if n := len(slices.DeleteFunc(s.kinds(photographer), func(k string) bool { return k != "file.preview_answered" })); n != 2 {
			s.t.Errorf("who asked was told %d times", n)
		}
		rows := s.rows()
		_, err := s.Rebuild(s.ctx)
		s.must(err)
		if again := s.rows(); !slices.Equal(again, rows) {
			s.t.Errorf("folded anew:\n%v\nwere\n%v", again, rows)
		}
	})
}
