package accounts

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	wan "github.com/descope/virtualwebauthn"

	"rufaa/internal/accounts/passkeytest"
	"rufaa/internal/problem"
)

var here = Site{Origin: "https://rufaa.example.go.ke"}

// device is somebody's phone or security key, in software.
type device struct {
	rp   wan.RelyingParty
	auth wan.Authenticator
	key  wan.Credential
}

func newDevice() *device {
	return &device{rp: wan.RelyingParty{Name: "Rufaa test", ID: "rufaa.example.go.ke", Origin: here.Origin},
		auth: wan.NewAuthenticator(), key: passkeytest.Key()}
}

// create answers the question for a new passkey.
func (d *device) create(o *office, step PasskeyStep) []byte {
	o.t.Helper()
	ask, err := wan.ParseAttestationOptions(string(step.Options))
	o.ok(err)
	d.auth.Options.UserHandle = []byte(ask.UserID)
	return []byte(wan.CreateAttestationResponse(d.rp, d.auth, d.key, *ask))
}

// get answers the question at sign-in, as use number counter of the key.
func (d *device) get(o *office, step PasskeyStep, counter uint32) []byte {
	o.t.Helper()
	ask, err := wan.ParseAssertionOptions(string(step.Options))
	o.ok(err)
	d.key.Counter = counter
	return []byte(wan.CreateAssertionResponse(d.rp, d.auth, d.key, *ask))
}

func (p *person) addPasskey(name string) (*device, Passkey) {
	p.o.t.Helper()
	p.o.pass(time.Minute)
	step, err := p.o.BeginPasskey(p.o.ctx, p.o.works(p.token), name, p.code())
	p.o.ok(err)
	d := newDevice()
	k, err := p.o.FinishPasskey(p.o.ctx, p.o.works(p.token), step.Token, d.create(p.o, step))
	p.o.ok(err)
	return d, k
}

func (o *office) withPasskey(d *device, counter uint32) (SignedIn, error) {
	o.t.Helper()
	step, err := o.BeginPasskeySignIn(o.ctx, laptop)
	o.ok(err)
	return o.PasskeySignIn(o.ctx, step.Token, d.get(o, step, counter), laptop)
}

func TestAPasskeyIsBothFactors(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		p := o.join("atieno")
		_, err := o.BeginPasskeySignIn(o.ctx, laptop)
		o.wants(err, ErrNoOrigin)
		o.ok(o.ServeAt(here))

		// It takes a fresh code: being signed in is not enough.
		me := o.works(p.token)
		o.pass(time.Minute)
		_, err = o.BeginPasskey(o.ctx, me, "Phone", p.wrongCode())
		o.wants(err, ErrBadCode)
		_, err = o.BeginPasskey(o.ctx, me, "Phone", p.codes[0])
		o.wants(err, ErrBadCode) // a recovery code must not buy a key
		_, err = o.BeginPasskey(o.ctx, me, "  ", p.code())
		var bad *problem.Invalid
		if !errors.As(err, &bad) || bad.Fields[0].Name != "name" {
			t.Fatalf("got %v", err)
		}
		d, k := p.addPasskey("Blue phone")

		in, err := o.withPasskey(d, 1)
		o.ok(err)
		if in.Stage != Full || in.Staff != p.id {
			t.Fatalf("signed in %+v", in)
		}
		o.works(in.Token)
		list, err := o.Passkeys(o.ctx, p.id)
		o.ok(err)
		if len(list) != 1 || list[0].Name != "Blue phone" || list[0].Used.IsZero() || list[0].ID != k.ID {
			t.Fatalf("passkeys %+v", list)
		}

		// Somebody else can neither rename nor remove it.
		q := o.join("barasa")
		other := o.works(q.token)
		o.wants(o.RenamePasskey(o.ctx, other, k.ID, "Mine"), problem.ErrNotFound)
		o.wants(o.RemovePasskey(o.ctx, other, k.ID), problem.ErrNotFound)
		o.ok(o.RenamePasskey(o.ctx, me, k.ID, "Old phone"))
		o.ok(o.RemovePasskey(o.ctx, me, k.ID))
		_, err = o.withPasskey(d, 2)
		o.wants(err, ErrBadPasskey)
		for _, kind := range []string{"account.passkey_added", "account.passkey_renamed", "account.passkey_removed"} {
			if !o.recorded(kind) {
				t.Errorf("no %s was recorded", kind)
			}
		}
	})
}

func TestAPasskeyThatExistsTwiceIsShut(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.ok(o.ServeAt(here))
		p := o.join("atieno")
		d, _ := p.addPasskey("Key")
		_, err := o.withPasskey(d, 7)
		o.ok(err)
		_, err = o.withPasskey(d, 7) // a copy made before the last use
		o.wants(err, ErrBadPasskey)
		_, err = o.withPasskey(d, 8) // which of the two is hers is not known
		o.wants(err, ErrBadPasskey)
		list, err := o.Passkeys(o.ctx, p.id)
		o.ok(err)
		if list[0].Cloned.IsZero() || !o.recorded("account.passkey_cloned") {
			t.Fatalf("nobody was told: %+v", list)
		}
		if in := p.mustSignIn(); in.Missed != 1 {
			t.Errorf("she hears of %d failed attempts", in.Missed)
		}
	})
}

func TestAnAnswerOfAPasskeyIsGoodForOneQuestion(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.ok(o.ServeAt(here))
		p := o.join("atieno")
		d, _ := p.addPasskey("Key")
		step, err := o.BeginPasskeySignIn(o.ctx, laptop)
		o.ok(err)
		answer := d.get(o, step, 1)
		_, err = o.PasskeySignIn(o.ctx, step.Token, answer, laptop)
		o.ok(err)
		_, err = o.PasskeySignIn(o.ctx, step.Token, answer, laptop)
		o.wants(err, ErrStepGone)

		// Another question, another site, no PIN or finger, too late, noise.
		next := func(change func(*device)) error {
			step, err := o.BeginPasskeySignIn(o.ctx, laptop)
			o.ok(err)
			e := *d
			change(&e)
			_, err = o.PasskeySignIn(o.ctx, step.Token, e.get(o, step, 2), laptop)
			return err
		}
		o.wants(next(func(d *device) { d.rp.Origin = "https://rufaa.example.com" }), ErrBadPasskey)
		o.wants(next(func(d *device) { d.rp.ID = "example.go.ke" }), ErrBadPasskey)
		o.wants(next(func(d *device) { d.auth.Options.UserNotVerified = true }), ErrBadPasskey)
		o.wants(next(func(d *device) { d.auth.Options.UserHandle = []byte("somebody else") }), ErrBadPasskey)
		o.wants(next(func(d *device) { d.key = passkeytest.Key() }), ErrBadPasskey)
		step, err = o.BeginPasskeySignIn(o.ctx, laptop)
		o.ok(err)
		_, err = o.PasskeySignIn(o.ctx, step.Token, answer, laptop)
		o.wants(err, ErrBadPasskey)
		for _, noise := range []string{"", "{}", "null", strings.Repeat("[", 1<<20)} {
			step, err := o.BeginPasskeySignIn(o.ctx, laptop)
			o.ok(err)
			_, err = o.PasskeySignIn(o.ctx, step.Token, []byte(noise), laptop)
			o.wants(err, ErrBadPasskey)
		}
		step, err = o.BeginPasskeySignIn(o.ctx, laptop)
		o.ok(err)
		o.pass(ceremonyTime)
		_, err = o.PasskeySignIn(o.ctx, step.Token, d.get(o, step, 3), laptop)
		o.wants(err, ErrStepGone)
	})
}

func TestPasskeysGoWithTheAccount(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.ok(o.ServeAt(here))
		p := o.join("atieno")
		d, _ := p.addPasskey("Key")
		// One that was begun before she left is not finished after.
		o.pass(time.Minute)
		me := o.works(p.token)
		step, err := o.BeginPasskey(o.ctx, me, "Second", p.code())
		o.ok(err)

		o.ok(o.Suspend(o.ctx, admin, p.id))
		_, err = o.withPasskey(d, 1)
		o.wants(err, ErrBadPasskey)
		o.ok(o.Resume(o.ctx, admin, p.id))
		_, err = o.withPasskey(d, 2)
		o.ok(err)
		o.ok(o.ResetSecondFactor(o.ctx, admin, p.id))
		_, err = o.withPasskey(d, 3)
		o.wants(err, ErrBadPasskey)

		o.ok(o.Leave(o.ctx, admin, p.id))
		_, err = o.FinishPasskey(o.ctx, me, step.Token, newDevice().create(o, step))
		o.wants(err, ErrStepGone)
		list, err := o.Passkeys(o.ctx, p.id)
		o.ok(err)
		if len(list) != 0 {
			t.Fatalf("she left and left %+v", list)
		}
	})
}

func TestALockOutDoesNotShutThePasskey(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.ok(o.ServeAt(here))
		p := o.join("atieno")
		d, _ := p.addPasskey("Key")
		for range o.set.LockAfter {
			_, err := o.SignIn(o.ctx, p.username, "a wrong password", laptop)
			o.wants(err, ErrBadCredentials)
		}
		in, err := o.withPasskey(d, 1)
		o.ok(err)
		if in.Missed != o.set.LockAfter {
			t.Errorf("she hears of %d failed attempts", in.Missed)
		}
	})
}

func TestOrigins(t *testing.T) {
	for in, want := range map[string]string{
		"https://rufaa.example.go.ke": "https://rufaa.example.go.ke", "https://Rufaa.Example.go.ke/": "https://rufaa.example.go.ke",
		"https://rufaa.example.go.ke:443": "https://rufaa.example.go.ke", "https://rufaa.example.go.ke:8443": "https://rufaa.example.go.ke:8443",
		"http://localhost:8080": "http://localhost:8080",
	} {
		if got, err := ParseOrigin(in); err != nil || got != want {
			t.Errorf("%s: %q %v", in, got, err)
		}
	}
	for _, in := range []string{"", "rufaa.example.go.ke", "http://rufaa.example.go.ke", "https://192.0.2.1", "http://127.0.0.1:8080",
		"https://rufaa.example.go.ke/pages", "https://me@rufaa.example.go.ke", "ftp://rufaa.example.go.ke", "https://[::1]"} {
		if got, err := ParseOrigin(in); err == nil {
			t.Errorf("%s is taken as %s", in, got)
		}
	}
}

func TestTheHandleOfAPersonTellsNothing(t *testing.T) {
	o := sqliteOnly(t)
	p := o.join("atieno")
	c, err := scanAccount(o.db.QueryRow(o.ctx, selectStaff+` WHERE s.id = $1`, p.id))
	o.ok(err)
	h := o.holder(c, nil).WebAuthnID()
	if len(h) != 32 || slices.Contains([]string{p.id, p.username}, string(h)) {
		t.Fatalf("handle %x", h)
	}
}
