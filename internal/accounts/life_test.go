package accounts

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"rufaa/internal/problem"
)

// The whole life of an account, from the invitation to the last day.
func TestALifeOfAnAccount(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		// The administrator invites a colleague who will have two duties.
		link, err := o.Invite(o.ctx, admin, Invitation{
			Name: "Akinyi Test", Username: "Akinyi.T", Agency: "haven-house",
			Duties: []Duty{Counsellor, CaseManager}, Phone: "0712 000 001", Email: "akinyi@example.org", Language: "sw",
		})
		o.ok(err)
		w, err := o.Invitation(o.ctx, link.Token)
		o.ok(err)
		if w.Username != "akinyi.t" || w.Language != "sw" || w.Reset {
			t.Fatalf("the page behind the link shows %+v", w)
		}
		p := &person{o: o, id: link.Staff, username: "akinyi.t", password: strong}
		_, err = p.signIn()
		o.wants(err, ErrBadCredentials)

		// She refuses to be careless; the link is still good.
		_, err = o.Accept(o.ctx, link.Token, "akinyi.t 2026 haven", laptop)
		var weak *WeakPassword
		if !errors.As(err, &weak) || weak.Reason != AboutYou {
			t.Fatalf("got %v", err)
		}
		in, err := o.Accept(o.ctx, link.Token, p.password, laptop)
		o.ok(err)
		if !in.NeedsEnrolment() {
			t.Fatalf("stage %q, want enrolment", in.Stage)
		}
		o.ended(in.Token, ErrEnrolmentNeeded)

		// She scans the code; the page loaded again shows the same one.
		e, err := o.Enrolment(o.ctx, in.Token)
		o.ok(err)
		again, err := o.Enrolment(o.ctx, in.Token)
		o.ok(err)
		if e != again || !strings.HasPrefix(e.URL, "otpauth://totp/Rufaa%20test:akinyi.t?") || !strings.Contains(e.URL, "secret="+e.Secret) {
			t.Fatalf("enrolment %+v, then %+v", e, again)
		}
		p.secret = e.Secret
		_, _, err = o.ConfirmSecondFactor(o.ctx, in.Token, p.wrongCode())
		o.wants(err, ErrBadCode)
		full, codes, err := o.ConfirmSecondFactor(o.ctx, in.Token, p.code())
		o.ok(err)
		if len(codes) != 10 || len(slices.Compact(slices.Sorted(slices.Values(codes)))) != 10 {
			t.Fatalf("recovery codes %v", codes)
		}
		o.ended(in.Token, ErrNoSession)
		if !full.NeedsDuty {
			t.Fatal("two duties and no question which")
		}
		if who := o.works(full.Token); who.Duty != "" || who.AgencyName != "Haven House (fictional)" || who.Language != "sw" || who.Demo {
			t.Fatalf("principal %+v", who)
		}
		_, err = o.ChooseDuty(o.ctx, full.Token, Prosecutor)
		o.wants(err, ErrNotYourDuty)
		who, err := o.ChooseDuty(o.ctx, full.Token, Counsellor)
		o.ok(err)
		if who.Duty != Counsellor || o.works(full.Token).Duty != Counsellor {
			t.Fatalf("acts as %q", who.Duty)
		}

		// Every day: password, then the app.
		o.pass(24 * time.Hour)
		o.ended(full.Token, ErrExpired)
		today := p.mustSignIn()
		if today.Missed != 0 || today.NeedsSecondFactor() {
			t.Fatalf("signed in %+v", today)
		}

		// She changes the password; the phone's session ends, this one stays.
		phone := p.mustSignIn()
		me := o.works(today.Token)
		o.wants(o.ChangePassword(o.ctx, me, "not the old one", "jua kali sana mwaka huu"), ErrWrongPassword)
		o.ok(o.ChangePassword(o.ctx, me, p.password, "jua kali sana mwaka huu"))
		o.works(today.Token)
		o.ended(phone.Token, ErrRevoked)
		_, err = p.signIn()
		o.wants(err, ErrBadCredentials)
		p.password = "jua kali sana mwaka huu"
		p.mustSignIn()

		// The administrator changes her duties; she acts in the one that is left.
		o.ok(o.SetDuties(o.ctx, admin, p.id, []Duty{CaseManager}))
		if got := o.works(today.Token).Duty; got != CaseManager {
			t.Fatalf("acts as %q", got)
		}

		// Her phone is lost: new enrolment.
		o.ok(o.ResetSecondFactor(o.ctx, admin, p.id))
		o.ended(p.token, ErrRevoked)
		in, err = p.signIn()
		o.ok(err)
		if !in.NeedsEnrolment() {
			t.Fatalf("stage %q", in.Stage)
		}
		old := codes[0]
		p.enrol(in)
		o.pass(time.Minute)
		half, err := o.SignIn(o.ctx, p.username, p.password, laptop)
		o.ok(err)
		_, err = o.SecondFactor(o.ctx, half.Token, old)
		o.wants(err, ErrBadCode)

		// She forgets the password: a link, the same app.
		link, err = o.ResetPassword(o.ctx, admin, p.id)
		o.ok(err)
		o.ended(p.token, ErrRevoked)
		_, err = p.signIn()
		o.wants(err, ErrBadCredentials)
		p.password = "samaki wengi ziwani leo"
		in, err = o.Accept(o.ctx, link.Token, p.password, laptop)
		o.ok(err)
		if !in.NeedsSecondFactor() {
			t.Fatalf("stage %q", in.Stage)
		}
		o.pass(time.Minute)
		in, err = o.SecondFactor(o.ctx, in.Token, p.code())
		o.ok(err)
		p.token = in.Token

		// Suspended and back.
		o.ok(o.Suspend(o.ctx, admin, p.id))
		o.ended(p.token, ErrRevoked)
		_, err = p.signIn()
		o.wants(err, ErrBadCredentials)
		o.ok(o.Resume(o.ctx, admin, p.id))
		o.ended(p.token, ErrRevoked)
		p.mustSignIn()

		// Her last day.
		o.ok(o.Leave(o.ctx, admin, p.id))
		o.ended(p.token, ErrRevoked)
		_, err = p.signIn()
		o.wants(err, ErrBadCredentials)
		o.wants(o.Resume(o.ctx, admin, p.id), ErrWrongState)
		s, err := o.Staff(o.ctx, p.id)
		o.ok(err)
		if s.State != Left || s.Email != "" || s.Phone != "" || s.Name != "Akinyi Test" {
			t.Fatalf("what stays: %+v", s)
		}

		for _, kind := range []string{"account.invited", "account.joined", "account.second_factor_confirmed", "account.signed_in",
			"account.duty_chosen", "account.password_changed", "account.duties_changed", "account.second_factor_reset",
			"account.password_reset", "account.sign_in_failed", "account.suspended", "account.resumed", "account.left"} {
			if !o.recorded(kind) {
				t.Errorf("no %s was recorded", kind)
			}
		}
	})
}

func TestAnInvitationWorksOnceAndForThreeDays(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		p, link := o.invite("atieno")
		o.pass(72*time.Hour - time.Second)
		_, err := o.Invitation(o.ctx, link.Token)
		o.ok(err)
		o.pass(time.Second)
		_, err = o.Accept(o.ctx, link.Token, strong, laptop)
		o.wants(err, ErrInvitationExpired)

		// A new link replaces the old one.
		second, err := o.InviteAgain(o.ctx, admin, p.id)
		o.ok(err)
		third, err := o.InviteAgain(o.ctx, admin, p.id)
		o.ok(err)
		_, err = o.Accept(o.ctx, second.Token, strong, laptop)
		o.wants(err, ErrInvitation)
		_, err = o.Accept(o.ctx, third.Token, strong, laptop)
		o.ok(err)
		_, err = o.Accept(o.ctx, third.Token, "another one altogether", laptop)
		o.wants(err, ErrInvitationUsed)
		_, err = o.InviteAgain(o.ctx, admin, p.id)
		o.wants(err, ErrWrongState)

		_, err = o.Accept(o.ctx, strings.Repeat("A", 43), strong, laptop)
		o.wants(err, ErrInvitation)

		// Whoever leaves before joining takes the link along.
		q, link := o.invite("barasa")
		o.ok(o.Leave(o.ctx, admin, q.id))
		_, err = o.Accept(o.ctx, link.Token, strong, laptop)
		o.wants(err, ErrInvitation)
	})
}

func TestAnInvitationAcceptedTwiceAtOnceIsAcceptedOnce(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		_, link := o.invite("atieno")
		results := make(chan error, 8)
		for range cap(results) {
			go func() {
				_, err := o.Accept(o.ctx, link.Token, strong, laptop)
				results <- err
			}()
		}
		good := 0
		for range cap(results) {
			switch err := <-results; {
			case err == nil:
				good++
			case !errors.Is(err, ErrInvitationUsed):
				t.Errorf("got %v", err)
			}
		}
		if good != 1 {
			t.Fatalf("accepted %d times", good)
		}
	})
}

func TestInvitationsNameWhatIsWrong(t *testing.T) {
	o := sqliteOnly(t)
	o.join("taken")
	good := Invitation{Name: "Baraka Test", Username: "baraka", Agency: "haven-house", Duties: []Duty{Guardian}}
	for name, spoil := range map[string]func(*Invitation){
		"name":     func(i *Invitation) { i.Name = strings.Repeat("a", 10<<20) },
		"username": func(i *Invitation) { i.Username = "bar\u202eaka" },
		"email":    func(i *Invitation) { i.Email = "not an address" },
		"phone":    func(i *Invitation) { i.Phone = "12" },
		"duties":   func(i *Invitation) { i.Duties = []Duty{"king"} },
		"language": func(i *Invitation) { i.Language = "<script>" },
	} {
		in := good
		spoil(&in)
		_, err := o.Invite(o.ctx, admin, in)
		var bad *problem.Invalid
		if !errors.As(err, &bad) || len(bad.Fields) != 1 || bad.Fields[0].Name != name {
			t.Errorf("%s: got %v", name, err)
		}
	}
	in := good
	in.Username = "TAKEN"
	_, err := o.Invite(o.ctx, admin, in)
	o.wants(err, ErrUsernameTaken)
	in = good
	in.Agency = "nowhere"
	_, err = o.Invite(o.ctx, admin, in)
	o.wants(err, problem.ErrNotFound)
	_, err = o.Invite(o.ctx, admin, good)
	o.ok(err)
}
