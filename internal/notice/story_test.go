package notice_test

import (
	"bufio"
	"bytes"
	"errors"
	"net/textproto"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"rufaa/internal/casefile"
	"rufaa/internal/notice"
	"rufaa/internal/office/officetest"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// joined makes a case with both case managers on its team.
func (s *tale) joined() string {
	s.t.Helper()
	id := s.raise()
	s.do(manager, id, &casefile.Join{Staff: officetest.Who(colleague).Staff, Duty: "case_manager"})
	return id
}

// Told in the page at once, and outside by mail: a task, in the own words of
// the person's language, with nothing of the case in a single byte.
func TestATaskIsToldInThePageAndByMail(t *testing.T) {
	eachTale(t, func(s *tale) {
		s.reached(colleague, nil)
		id := s.joined()
		s.task(id, colleague)
		if got := s.kinds(colleague); !slices.Contains(got, "case.task_added") || !slices.Contains(got, "case.team_joined") {
			t := s.t
			t.Fatalf("the page tells %v", got)
		}
		before := len(s.post.got())
		s.must(s.Notices.Work(s.ctx))
		mails := s.post.got()[before:]
		if len(mails) != 1 {
			s.t.Fatalf("%d mails, want one for both notices", len(mails))
		}
		text := string(mails[0])
		ref := s.ref(id)
		for _, secret := range []string{canaryName, "Zawadikanari", canaryPlace, canaryTold, ref, id, "x-tumaini"} {
			if strings.Contains(text, secret) {
				s.t.Errorf("the mail holds %q:\n%s", secret, text)
			}
		}
		for _, want := range []string{"You were given a task", "You are on the team", "Something waits for you in Rufaa", "Auto-Submitted: auto-generated"} {
			if !strings.Contains(text, want) {
				s.t.Errorf("the mail lacks %q:\n%s", want, text)
			}
		}
		s.must(s.Notices.Work(s.ctx))
		if n := len(s.post.got()) - before; n != 1 {
			s.t.Errorf("told again: %d mails", n)
		}
	})
}

func (s *tale) ref(id string) string {
	c, err := s.Cases.Load(s.ctx, id)
	s.must(err)
	return c.Ref
}

// Nothing goes to an address that nobody verified, to somebody who did not ask
// for it, or to one whose account is shut meanwhile.
func TestNothingGoesWhereNobodyAsked(t *testing.T) {
	eachTale(t, func(s *tale) {
		who := officetest.Who(colleague)
		s.must(s.Notices.SetAddress(s.ctx, who, notice.Email, "kamau@agency.example"))
		r, err := s.Notices.Reach(s.ctx, who)
		s.must(err)
		set := r.Settings
		set.Email = true
		s.must(s.Notices.Set(s.ctx, who, &set))
		id := s.joined()
		s.task(id, colleague)
		before := len(s.post.got())
		s.must(s.Notices.Work(s.ctx))
		if n := len(s.post.got()) - before; n != 0 {
			s.t.Fatalf("%d mails to an address that is not verified", n)
		}
		s.reached(colleague, nil)
		s.task(id, colleague)
		s.must(s.spread())
		s.must(s.Accounts.Suspend(s.ctx, s.admin(), who.Staff))
		before = len(s.post.got())
		s.must(s.Notices.Work(s.ctx))
		if n := len(s.post.got()) - before; n != 0 {
			s.t.Fatalf("%d mails to somebody whose account is shut", n)
		}
	})
}

// A code is six digits that hold for a while and for few tries; codes cannot be
// had without end.
func TestACodeIsHardToGuess(t *testing.T) {
	eachTale(t, func(s *tale) {
		who := officetest.Who(colleague)
		s.must(s.Notices.SetAddress(s.ctx, who, notice.Email, "kamau@agency.example"))
		code := codeIn(string(s.post.got()[0]))
		wrong := map[bool]string{true: "000001", false: "000000"}[code == "000000"]
		for range 5 {
			if err := s.Notices.Verify(s.ctx, who, notice.Email, wrong); !errors.As(err, new(*problem.Invalid)) {
				s.t.Fatalf("a wrong code: %v", err)
			}
		}
		if err := s.Notices.Verify(s.ctx, who, notice.Email, code); err == nil {
			s.t.Fatal("the right code after five wrong ones")
		}
		s.must(s.Notices.SetAddress(s.ctx, who, notice.Email, "kamau@agency.example"))
		s.Clock.Pass(16 * time.Minute)
		if err := s.Notices.Verify(s.ctx, who, notice.Email, codeIn(string(s.post.got()[1]))); err == nil {
			s.t.Fatal("a code that is too old")
		}
		s.must(s.Notices.SetAddress(s.ctx, who, notice.Email, "kamau@agency.example"))
		if err := s.Notices.SetAddress(s.ctx, who, notice.Email, "kamau@agency.example"); !errors.As(err, new(*notice.TooOften)) {
			s.t.Fatalf("a fourth code within the hour: %v", err)
		}
		s.must(s.Notices.Verify(s.ctx, who, notice.Email, codeIn(string(s.post.got()[2]))))
	})
}

// What the person saw in the page meanwhile is not sent; what can wait waits
// for the day's digest and comes in one message; quiet hours are kept unless it
// cannot wait and the person allows it.
func TestDigestAndQuietHours(t *testing.T) {
	eachTale(t, func(s *tale) {
		s.reached(colleague, func(x *notice.Settings) { x.Digest, x.At = "daily", "07:30" })
		s.reached(manager, func(x *notice.Settings) { x.Quiet, x.Urgent = notice.Hours{From: "12:00", Until: "14:00"}, false })
		id := s.joined()
		s.do(manager, id, &casefile.Assess{Level: "low", Reasons: "Nobody looks for her"}) // no clock is near tomorrow
		s.task(id, colleague)
		s.task(id, colleague)
		before := len(s.post.got())
		s.must(s.Notices.Work(s.ctx))
		if n := len(s.post.got()) - before; n != 0 {
			s.t.Fatalf("%d mails before the digest", n)
		}
		s.Clock.Set(time.Date(2026, 3, 5, 4, 31, 0, 0, time.UTC)) // 07:31 in Nairobi, the next day
		s.must(s.Notices.Work(s.ctx))
		mails := s.post.got()[before:]
		if len(mails) != 1 || !strings.Contains(string(mails[0]), "You were given a task (2)") {
			s.t.Fatalf("the digest: %d mails\n%s", len(mails), bytes.Join(mails, nil))
		}
		s.Clock.Set(time.Date(2026, 3, 5, 9, 30, 0, 0, time.UTC)) // 12:30
		before = len(s.post.got())
		_, err := s.Cases.Raise(s.ctx, officetest.Who("achieng.case"), casefile.Order{}, &casefile.Alert{Holder: agency, Immediate: true})
		s.must(err)
		s.must(s.Notices.Work(s.ctx))
		if got := s.to(before); slices.Contains(got, manager+"@agency.example") || !slices.Contains(got, colleague+"@agency.example") {
			s.t.Fatalf("an immediate danger went to %v: the one has quiet hours, the other none now", got)
		}
		s.Clock.Set(time.Date(2026, 3, 5, 11, 1, 0, 0, time.UTC)) // 14:01
		s.must(s.Notices.Work(s.ctx))
		if got := s.to(before); !slices.Contains(got, manager+"@agency.example") {
			s.t.Fatal("after the quiet hours it never came")
		}
		s.reached(manager, func(x *notice.Settings) { x.Quiet, x.Urgent = notice.Hours{From: "12:00", Until: "20:00"}, true })
		before = len(s.post.got())
		_, err = s.Cases.Raise(s.ctx, officetest.Who("achieng.case"), casefile.Order{}, &casefile.Alert{Holder: agency, Immediate: true})
		s.must(err)
		s.must(s.Notices.Work(s.ctx))
		if got := s.to(before); !slices.Contains(got, manager+"@agency.example") {
			s.t.Fatalf("who allows it is not told of a danger in quiet hours: %v", got)
		}
	})
}

// A server that takes no mail in the evening is tried again: not in the quiet
// hours that have begun meanwhile, but when they are over, and no try is lost.
func TestATryAgainKeepsQuietHours(t *testing.T) {
	eachTale(t, func(s *tale) {
		s.reached(colleague, func(x *notice.Settings) { x.Quiet, x.Urgent = notice.Hours{From: "21:00", Until: "06:00"}, true })
		id := s.joined()
		s.Clock.Set(time.Date(2026, 3, 4, 17, 58, 0, 0, time.UTC)) // 20:58 in Nairobi
		s.task(id, colleague)
		s.post.says(&smtp.SMTPError{Code: 451, Message: "later"})
		s.must(s.Notices.Work(s.ctx))
		s.post.says(nil)
		before := len(s.post.got())
		for _, at := range []time.Time{time.Date(2026, 3, 4, 18, 5, 0, 0, time.UTC), time.Date(2026, 3, 4, 23, 0, 0, 0, time.UTC)} {
			s.Clock.Set(at)
			s.must(s.Notices.Work(s.ctx))
			if got := s.to(before); slices.Contains(got, colleague+"@agency.example") {
				s.t.Fatalf("tried again at %v, in the quiet hours", at)
			}
		}
		s.Clock.Set(time.Date(2026, 3, 5, 3, 1, 0, 0, time.UTC)) // 06:01
		s.must(s.Notices.Work(s.ctx))
		if got := s.to(before); !slices.Contains(got, colleague+"@agency.example") {
			s.t.Fatalf("after the quiet hours it never came: %v", got)
		}
	})
}

func (s *tale) to(from int) []string {
	s.post.mu.Lock()
	defer s.post.mu.Unlock()
	return slices.Clone(s.post.to[from:])
}

// spread goes as far as the outbox and sends nothing.
func (s *tale) spread() error {
	if _, err := s.Notices.Spread(s.ctx); err != nil {
		return err
	}
	_, err := s.Notices.Gather(s.ctx)
	return err
}

// A mail server that is down is tried again, later and later; one that says
// never is not. The administrator sees both, without an address.
func TestAMessageThatDoesNotGoOut(t *testing.T) {
	eachTale(t, func(s *tale) {
		s.reached(colleague, nil)
		id := s.joined()
		s.task(id, colleague)
		s.post.says(&smtp.SMTPError{Code: 451, Message: "not now, kamau.case@agency.example"})
		s.must(s.Notices.Work(s.ctx))
		admin := officetest.Who("wairimu.admin")
		box, err := s.Notices.Outbox(s.ctx, admin)
		s.must(err)
		if len(box.Stuck) != 1 || box.Stuck[0].State != "waiting" || box.Stuck[0].Tries != 1 || strings.Contains(box.Stuck[0].Failure, "kamau") || !strings.Contains(box.Stuck[0].Failure, "451") {
			s.t.Fatalf("the administrator sees %+v", box)
		}
		for range 12 {
			s.Clock.Pass(24 * time.Hour)
			s.must(s.Notices.Work(s.ctx))
		}
		if box, err = s.Notices.Outbox(s.ctx, admin); err != nil || box.Dead == 0 || box.Waiting != 0 || box.Stuck[0].State != "dead" {
			s.t.Fatalf("after a day's tries it is not given up: %+v %v", box, err)
		}
		if other, err := s.Notices.Outbox(s.ctx, officetest.Who("ruto.admin")); err == nil && other.Dead != 0 {
			s.t.Errorf("another agency's administrator sees it: %+v", other)
		}
		s.post.says(nil)
		before := len(s.post.got())
		s.must(s.Notices.TryAgain(s.ctx, admin, box.Stuck[0].ID))
		s.must(s.Notices.Work(s.ctx))
		if len(s.post.got()) != before+1 {
			s.t.Fatal("sent again by the administrator it does not go")
		}
		if err := s.Notices.TryAgain(s.ctx, officetest.Who(manager), box.Stuck[0].ID); err == nil {
			s.t.Fatal("a case manager sends messages again")
		}
	})
}

// The server takes the mail and the sender dies before it can note that: the
// mail comes again, under the same Message-ID, so that a mailbox drops it.
func TestAKillBetweenTheWireAndTheNote(t *testing.T) {
	eachTale(t, func(s *tale) {
		s.reached(colleague, nil)
		id := s.joined()
		s.task(id, colleague)
		before := len(s.post.got())
		ctx, kill := contextWithKill(s)
		s.post.mu.Lock()
		s.post.taken = kill // the very moment the server has said yes
		s.post.mu.Unlock()
		s.Notices.Work(ctx)
		s.post.mu.Lock()
		s.post.taken = nil
		s.post.mu.Unlock()
		if len(s.post.got()) != before+1 {
			s.t.Fatal("the mail did not reach the server")
		}
		s.reopen()
		s.must(s.Notices.Work(s.ctx))
		if len(s.post.got()) != before+1 {
			s.t.Fatal("sent again while the claim still holds")
		}
		s.Clock.Pass(3 * time.Minute)
		s.must(s.Notices.Work(s.ctx))
		mails := s.post.got()[before:]
		if len(mails) != 2 {
			s.t.Fatalf("%d mails after the kill", len(mails))
		}
		if a, b := messageID(s.t, mails[0]), messageID(s.t, mails[1]); a == "" || a != b {
			s.t.Fatalf("the repeat has another id: %q, %q", a, b)
		}
		s.Clock.Pass(time.Hour)
		s.must(s.Notices.Work(s.ctx))
		if len(s.post.got()) != before+2 {
			s.t.Fatal("a third time")
		}
	})
}

func messageID(t *testing.T, mail []byte) string {
	t.Helper()
	h, err := textproto.NewReader(bufio.NewReader(bytes.NewReader(mail))).ReadMIMEHeader()
	if err != nil {
		t.Fatal(err)
	}
	return h.Get("Message-Id")
}

// A kill after any step of the four loses nothing and doubles nothing.
func TestAKillAfterAnyStep(t *testing.T) {
	eachTale(t, func(s *tale) {
		s.reached(colleague, nil)
		id := s.joined()
		before := len(s.post.got())
		for i, steps := range [][]func() error{
			{},
			{s.spreadOnly},
			{s.spreadOnly, s.gatherOnly},
		} {
			s.Clock.Pass(time.Hour) // longer than two messages lie apart
			s.task(id, colleague)
			for _, step := range steps {
				s.must(step())
			}
			s.reopen()
			s.must(s.Notices.Work(s.ctx))
			s.must(s.Notices.Work(s.ctx))
			if n := len(s.post.got()) - before; n != i+1 {
				s.t.Fatalf("killed after %d steps: %d mails, want %d", len(steps), n, i+1)
			}
		}
	})
}

func (s *tale) spreadOnly() error { _, err := s.Notices.Spread(s.ctx); return err }
func (s *tale) gatherOnly() error { _, err := s.Notices.Gather(s.ctx); return err }

// A rebuild gives the same rows and sends nothing.
func TestARebuildTellsNobodyTwice(t *testing.T) {
	eachTale(t, func(s *tale) {
		s.reached(colleague, nil)
		id := s.joined()
		s.task(id, colleague)
		s.Clock.Pass(70 * time.Hour)
		s.must(s.Notices.Work(s.ctx)) // clocks of the case come near
		before, mails := s.rows(), len(s.post.got())
		if len(before) < 4 {
			s.t.Fatalf("only %d notices to rebuild", len(before))
		}
		_, err := s.Rebuild(s.ctx)
		s.must(err)
		if after := s.rows(); !slices.Equal(before, after) {
			s.t.Fatalf("rebuilt they differ:\n%s\n\n%s", strings.Join(before, "\n"), strings.Join(after, "\n"))
		}
		s.must(s.Notices.Work(s.ctx))
		if n := len(s.post.got()); n != mails {
			s.t.Fatalf("a rebuild sent %d mails", n-mails)
		}
	})
}

// A clock is told when it is near and when it has run out, to whose it is, each
// once; what is done is no longer told.
func TestClocksAreToldOnce(t *testing.T) {
	eachTale(t, func(s *tale) {
		id := s.joined()
		s.task(id, colleague)
		count := func(kind string) (n int) {
			for _, k := range s.kinds(colleague) {
				if k == kind {
					n++
				}
			}
			return n
		}
		s.must(s.Notices.Work(s.ctx))
		if count("clock.task") != 0 {
			s.t.Fatal("told three days ahead")
		}
		s.Clock.Pass(60 * time.Hour)
		for range 3 {
			s.must(s.Notices.Work(s.ctx))
		}
		if n := count("clock.task"); n != 1 {
			s.t.Fatalf("near: told %d times", n)
		}
		s.Clock.Pass(30 * time.Hour)
		for range 3 {
			s.must(s.Notices.Work(s.ctx))
		}
		if n := count("clock.task"); n != 2 {
			s.t.Fatalf("run out: told %d times in all", n)
		}
		c, err := s.Cases.Load(s.ctx, id)
		s.must(err)
		s.do(manager, id, &casefile.SettleTask{Task: c.Tasks[0].ID, State: "done"})
		if got := s.kinds(colleague); slices.Contains(got, "clock.task") || slices.Contains(got, "case.task_added") {
			s.t.Fatalf("a task that is done is still told: %v", got)
		}
	})
}

// An alert is told to those who could take it, and to nobody once it is taken.
func TestATakenAlertIsNoNews(t *testing.T) {
	eachTale(t, func(s *tale) {
		rc, err := s.Cases.Raise(s.ctx, officetest.Who("achieng.case"), casefile.Order{}, &casefile.Alert{Holder: agency})
		s.must(err)
		for _, who := range []string{manager, colleague} {
			if !slices.Contains(s.kinds(who), "case.alerted") {
				s.t.Errorf("%s is not told of the alert", who)
			}
		}
		if slices.Contains(s.kinds("fatuma.case"), "case.alerted") {
			s.t.Error("another agency is told")
		}
		s.do(manager, rc.ID, &casefile.Take{})
		if slices.Contains(s.kinds(colleague), "case.alerted") {
			s.t.Error("taken, it is still news")
		}
	})
}

// Passing the limit is told once to the person and the supervisors.
func TestCaringForThoseWhoCare(t *testing.T) {
	eachTale(t, func(s *tale) {
		s.Notices.Rules.Caseload.Default = 3
		take := func() {
			rc, err := s.Cases.Raise(s.ctx, officetest.Who("achieng.case"), casefile.Order{}, &casefile.Alert{Holder: agency})
			s.must(err)
			s.do(manager, rc.ID, &casefile.Take{})
		}
		told := func(who, kind string) (n int) {
			for _, k := range s.kinds(who) {
				if k == kind {
					n++
				}
			}
			return n
		}
		for range 3 {
			take()
		}
		if told(manager, "wellbeing.self") != 0 {
			s.t.Fatal("told at the limit, not above it")
		}
		take()
		take()
		if told(manager, "wellbeing.self") != 1 || told("baraka.lead", "wellbeing.team") != 1 {
			s.t.Fatalf("above it: %v, %v", s.kinds(manager), s.kinds("baraka.lead"))
		}
		l, err := s.Cases.OwnLoad(s.ctx, officetest.Who(manager))
		s.must(err)
		if !l.High || l.Cases != 5 || l.Limit != 3 {
			s.t.Fatalf("own load %+v", l)
		}
	})
}

// Somebody else's notice cannot be put aside, nor can its existence be learned.
func TestNobodyPutsAnothersNoticeAside(t *testing.T) {
	eachTale(t, func(s *tale) {
		id := s.joined()
		s.task(id, colleague)
		list, err := s.Notices.Unseen(s.ctx, officetest.Who(colleague))
		s.must(err)
		for _, other := range []string{"fatuma.case", "wairimu.admin"} {
			if err := s.Notices.PutAside(s.ctx, officetest.Who(other), list[0].ID); !errors.Is(err, problem.ErrNotFound) {
				s.t.Errorf("%s: %v", other, err)
			}
		}
		s.must(s.Notices.PutAside(s.ctx, officetest.Who(colleague), list[0].ID))
		s.must(s.Notices.PutAllAside(s.ctx, officetest.Who(colleague)))
		if got := s.kinds(colleague); len(got) != 0 {
			s.t.Errorf("put aside: %v", got)
		}
	})
}

// A realm that is no real use sends nothing, whatever was asked for.
func TestAnExerciseSendsNothing(t *testing.T) {
	s := &tale{t: t, ctx: t.Context(), post: openPost(t), phone: &phone{}}
	s.World = officetest.OpenKind(t, realm.Exercise, s.outlets)
	who := officetest.Who(colleague)
	s.must(s.Notices.SetAddress(s.ctx, who, notice.SMS, "0712 000 001"))
	box, err := s.Notices.Mailbox(s.ctx, who.Staff, 10)
	s.must(err)
	if len(box) != 1 {
		t.Fatalf("the code is not in the mailbox: %v", box)
	}
	s.must(s.Notices.Verify(s.ctx, who, notice.SMS, codeIn(box[0].Text)))
	set := notice.Settings{SMS: true, Digest: "at-once", At: "07:30", Quiet: notice.Hours{From: "00:00", Until: "00:00"}}
	s.must(s.Notices.Set(s.ctx, who, &set))
	id := s.joined()
	s.task(id, colleague)
	s.must(s.Notices.Work(s.ctx))
	if box, err = s.Notices.Mailbox(s.ctx, who.Staff, 10); err != nil || len(box) != 2 {
		t.Fatalf("what would have been sent: %v %v", box, err)
	}
	for _, secret := range []string{"Zawadikanari", canaryPlace, canaryTold, s.ref(id), id} {
		if strings.Contains(box[0].Text, secret) {
			t.Errorf("the SMS holds %q: %s", secret, box[0].Text)
		}
	}
	if len(s.phone.got()) != 0 || len(s.post.got()) != 0 {
		t.Fatal("something left the exercise")
	}
}
