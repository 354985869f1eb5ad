package notice_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/inquiry"
	"rufaa/internal/office/officetest"
	"rufaa/internal/scene"
)

// herThings are a victim's own, taken up by the exhibits officer of a scene.
func (s *tale) herThings() string {
	s.t.Helper()
	in, err := s.Inquiries.Open(s.ctx, officetest.Who(leader), casefile.Order{}, &inquiry.Open{Kind: s.Content.List("inquiry-kinds")[0].ID, Title: canaryPlace})
	s.must(err)
	_, err = s.Inquiries.Do(s.ctx, officetest.Who(leader), in.ID, casefile.Order{}, &inquiry.Join{Staff: officetest.Who(photographer).Staff, Duty: "investigator"})
	s.must(err)
	sc, err := s.Scenes.Open(s.ctx, officetest.Who(leader), in.ID, casefile.Order{}, &scene.Open{Class: "premises", Address: canaryPlace})
	s.must(err)
	_, err = s.Scenes.Do(s.ctx, officetest.Who(leader), sc.ID, casefile.Order{}, &scene.Give{Staff: officetest.Who(keeper).Staff, Role: scene.ExhibitsOfficer})
	s.must(err)
	rc, err := s.Exhibits.Record(s.ctx, officetest.Who(keeper), sc.ID, casefile.Order{}, &exhibit.Record{Facts: exhibit.Facts{Kind: "document", Document: "passport",
		Description: canaryTold, Owner: "victim", OwnerName: canaryName, Side: "victim", Container: "Box 1"}, Look: exhibit.Look{Place: "scene", Seal: "KE-20"}})
	s.must(err)
	return rc.ID
}

func (s *tale) act(user, id string, c exhibit.Act) {
	s.t.Helper()
	_, err := s.Exhibits.Do(s.ctx, officetest.Who(user), id, casefile.Order{}, c)
	s.must(err)
}

// told are the notices of exhibits of these people.
func (s *tale) told(want map[string]string) {
	s.t.Helper()
	for user, kinds := range want {
		got := slices.DeleteFunc(s.kinds(user), func(k string) bool { return !strings.HasPrefix(k, "exhibit.") })
		slices.Sort(got)
		if strings.Join(got, " ") != kinds {
			s.t.Errorf("%s is told %v, not %q", user, got, kinds)
		}
	}
}

// The second person is told at once that victims and suspects were not kept apart,
// of each by itself, until they say that they know.
func TestAnOverrideIsToldToTheSecondPerson(t *testing.T) {
	eachTale(t, func(s *tale) {
		id := s.herThings()
		x, err := s.Exhibits.Load(s.ctx, id)
		s.must(err)
		record := &exhibit.Record{Facts: exhibit.Facts{Kind: "other", Description: canaryTold, Owner: "suspect", Side: "suspect", Container: "Box 1",
			OverrideReason: canaryTold, OverrideTold: officetest.Who(leader).Staff}, Look: exhibit.Look{Place: "scene", Seal: "KE-21"}}
		_, err = s.Scenes.Do(s.ctx, officetest.Who(leader), x.Scene, casefile.Order{}, &scene.Give{Staff: officetest.Who(photographer).Staff, Role: scene.Manager})
		s.must(err)
		_, err = s.Exhibits.Record(s.ctx, officetest.Who(photographer), x.Scene, casefile.Order{}, record)
		s.must(err)
		record.Look.Seal = "KE-22"
		_, err = s.Exhibits.Record(s.ctx, officetest.Who(photographer), x.Scene, casefile.Order{}, record)
		s.must(err)
		told := func() (n int) {
			for _, kind := range s.kinds(leader) {
				if kind == "scene.overridden" {
					n++
				}
			}
			return n
		}
		if n := told(); n != 2 {
			s.t.Errorf("the second person is told of %d overrides, not of two", n)
		}
		at, err := s.Scenes.Load(s.ctx, x.Scene)
		s.must(err)
		_, err = s.Scenes.Do(s.ctx, officetest.Who(leader), x.Scene, casefile.Order{}, &scene.See{Override: at.Overrides[0].ID})
		s.must(err)
		if n := told(); n != 1 {
			s.t.Errorf("who said to know of one is told of %d, not of the other", n)
		}
		_, err = s.Scenes.Do(s.ctx, officetest.Who(leader), x.Scene, casefile.Order{}, &scene.See{Override: at.Overrides[1].ID})
		s.must(err)
		if n := told(); n != 0 {
			s.t.Errorf("who said to know of both is told of %d still", n)
		}
	})
}

// Who is offered an exhibit is told, until it is answered.
func TestAHandOverThatWaitsIsTold(t *testing.T) {
	eachTale(t, func(s *tale) {
		id := s.herThings()
		offer := &exhibit.Offer{To: officetest.Who(photographer).Staff, Reason: "to-store", Look: exhibit.Look{Place: "scene", Seal: "KE-20"}}
		s.act(keeper, id, offer)
		s.told(map[string]string{photographer: "exhibit.offered", keeper: "", leader: ""})
		s.act(keeper, id, &exhibit.Withdraw{Note: canaryTold})
		s.told(map[string]string{photographer: ""})
		s.act(keeper, id, offer)
		s.act(photographer, id, &exhibit.Receive{Look: exhibit.Look{Place: "scene", Seal: "KE-20"}})
		s.told(map[string]string{photographer: "", keeper: ""})
	})
}

// A victim's own property: who has it and who answers for exhibits are told a week
// before its time is out; then, and each week, who leads the inquiry as well; until
// it is back. Nothing of it leaves in a message.
func TestAVictimsPropertyThatIsOwedIsTold(t *testing.T) {
	eachTale(t, func(s *tale) {
		id := s.herThings()
		s.reached(leader, nil)
		look := func() { s.t.Helper(); s.must(s.TellOwed(s.ctx)); s.must(s.TellOwed(s.ctx)) }
		offer := &exhibit.Offer{To: officetest.Who(photographer).Staff, Reason: "to-store", Look: exhibit.Look{Place: "scene", Seal: "KE-20"}}
		s.act(keeper, id, offer)
		s.act(photographer, id, &exhibit.Receive{Look: exhibit.Look{Place: "scene", Seal: "KE-20"}})
		look()
		s.told(map[string]string{photographer: "", keeper: "", leader: ""})
		s.Clock.Pass(23*24*time.Hour + time.Minute)
		look()
		s.told(map[string]string{photographer: "exhibit.return_near", keeper: "exhibit.return_near", leader: "", manager: ""})
		s.Clock.Pass(7 * 24 * time.Hour)
		look()
		s.told(map[string]string{photographer: "exhibit.return_out", keeper: "exhibit.return_out", leader: "exhibit.return_out", manager: ""})
		for range 3 { // each week again, however often the clock looks
			s.Clock.Pass(7 * 24 * time.Hour)
			look()
			s.told(map[string]string{photographer: "exhibit.return_late", leader: "exhibit.return_late"})
			s.must(s.Notices.PutAllAside(s.ctx, officetest.Who(leader)))
			look()
			s.told(map[string]string{leader: ""})
		}
		s.Clock.Pass(15 * time.Minute)
		s.must(s.Notices.Work(s.ctx))
		for _, mail := range s.post.got() {
			for _, secret := range []string{canaryName, canaryPlace, canaryTold, id, "KE-20"} {
				if strings.Contains(string(mail), secret) {
					s.t.Errorf("the mail holds %q:\n%s", secret, mail)
				}
			}
		}
		s.act(photographer, id, &exhibit.Return{To: "owner", Name: canaryName, Signed: exhibit.Signed{Digest: strings.Repeat("ab", 32)}, Look: exhibit.Look{Place: "other", Seal: "KE-20"}})
		s.told(map[string]string{photographer: "", keeper: "", leader: ""})
		s.Clock.Pass(60 * 24 * time.Hour)
		look()
		s.told(map[string]string{photographer: "", keeper: "", leader: ""})
		rows := s.rows()
		_, err := s.Rebuild(s.ctx)
		s.must(err)
		if again := s.rows(); !slices.Equal(again, rows) {
			s.t.Errorf("folded anew:\n%v\nwere\n%v", again, rows)
		}
	})
}
