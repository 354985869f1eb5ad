package notice_test

import (
	"slices"
	"strings"
	"testing"

	datafiles "rufaa/content"
	"rufaa/internal/courier"
	"rufaa/internal/notice"
	"rufaa/internal/office"
	"rufaa/internal/office/officetest"
	"rufaa/internal/outward"
	"rufaa/internal/realm"
	"rufaa/internal/scenario"
	"rufaa/internal/store"
)

// An exercise is played, with a real mail server, a real SMS gateway and a real
// endpoint of an agency set up by mistake as if it were live: all three stay
// silent. Mail, SMS and webhooks end in the mailbox of the exercise, once each;
// what is for one person is read by nobody else.
func TestAPlayedExerciseIsSilent(t *testing.T) {
	for _, engine := range []store.Engine{store.SQLite, store.Postgres} {
		t.Run(string(engine), func(t *testing.T) {
			gateway, e := openEndpoint(t), openEndpoint(t)
			sms, err := courier.ParseGateway([]byte("url: "+gateway.URL+"\nfields: {to: '{to}', text: '{text}'}\n"), "", outward.Guard{Loopback: true})
			if err != nil {
				t.Fatal(err)
			}
			s := &tale{t: t, ctx: t.Context(), post: openPost(t), phone: &phone{}}
			s.World = officetest.OpenKindOn(t, engine, realm.Exercise, func(o *office.Options) {
				o.Outlets = notice.Outlets{Mail: s.post.mailer().Send, SMS: sms.Text}
			})
			raw, err := datafiles.Files.ReadFile("scenario/kaskazi-tabletop.yaml")
			s.must(err)
			script, err := scenario.Load("kaskazi-tabletop.yaml", raw)
			s.must(err)
			_, _, err = s.SetUpExercise(s.ctx, realm.System, script, "")
			s.must(err)

			who, admin := officetest.Who(colleague), officetest.Who("wairimu.admin")
			for _, x := range []struct{ channel, address string }{{notice.SMS, "0712 000 001"}, {notice.Email, "kamau@agency.example"}} {
				s.must(s.Notices.SetAddress(s.ctx, who, x.channel, x.address))
				box, err := s.Notices.Mailbox(s.ctx, who.Staff, 10)
				s.must(err)
				if len(box) == 0 || box[0].Channel != x.channel {
					t.Fatalf("the code for %s is not in the mailbox: %v", x.channel, box)
				}
				s.must(s.Notices.Verify(s.ctx, who, x.channel, codeIn(box[0].Text)))
			}
			s.must(s.Notices.Set(s.ctx, who, &notice.Settings{SMS: true, Email: true, Digest: "at-once", At: "07:30", Quiet: notice.Hours{From: "00:00", Until: "00:00"}}))
			_, err = s.Notices.SetHook(s.ctx, admin, agency, e.URL)
			s.must(err)
			s.must(s.Notices.TryHook(s.ctx, admin, agency))
			id := s.joined()
			s.task(id, colleague)
			for range 3 { // nothing is caught twice
				s.must(s.Notices.Work(s.ctx))
			}
			if mails, _ := gateway.got(); len(mails) != 0 {
				t.Errorf("the SMS gateway heard %v", mails)
			}
			if hooks, _ := e.got(); len(hooks) != 0 {
				t.Errorf("the agency's system heard %v", hooks)
			}
			if mails := s.post.got(); len(mails) != 0 {
				t.Errorf("the mail server heard %q", mails)
			}
			all, err := s.Exercises.Post(s.ctx, "")
			s.must(err)
			var channels, ids []string
			for _, p := range all {
				if channels = append(channels, p.Channel); slices.Contains(ids, p.ID) {
					t.Errorf("%s was caught twice", p.ID)
				}
				ids = append(ids, p.ID)
				for _, secret := range []string{"Zawadikanari", canaryPlace, canaryTold, s.ref(id), "0712", "+254712", "kamau@agency.example"} {
					if strings.Contains(p.Subject+p.Body, secret) {
						t.Errorf("%s holds %q: %s %s", p.Channel, secret, p.Subject, p.Body)
					}
				}
				if own := p.Channel != notice.Webhook; own != (p.Staff == who.Staff) {
					t.Errorf("%s is for %q", p.Channel, p.Staff)
				}
			}
			for _, channel := range []string{notice.SMS, notice.Email, notice.Webhook} {
				if !slices.Contains(channels, channel) {
					t.Errorf("no %s in the mailbox of the exercise: %v", channel, channels)
				}
			}
			if box, err := s.Notices.Mailbox(s.ctx, officetest.Who(manager).Staff, 10); err != nil || len(box) != 0 {
				t.Errorf("somebody else reads %v, %v", box, err)
			}
		})
	}
}
