package accounts

import (
	"errors"
	"strings"
	"testing"
	"time"
)

func TestACodeIsTakenOnce(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		p := o.join("atieno")
		half := func() string {
			in, err := o.SignIn(o.ctx, p.username, p.password, laptop)
			o.ok(err)
			return in.Token
		}
		// The code that set the app up is spent as well.
		_, err := o.SecondFactor(o.ctx, half(), p.code())
		o.wants(err, ErrBadCode)

		o.pass(30 * time.Second)
		seen := p.code()
		_, err = o.SecondFactor(o.ctx, half(), seen)
		o.ok(err)
		_, err = o.SecondFactor(o.ctx, half(), seen)
		o.wants(err, ErrBadCode)

		// A phone that is half a minute off is believed; after a code from the
		// future, one from before it is not.
		o.pass(5 * time.Minute)
		_, err = o.SecondFactor(o.ctx, half(), p.codeAt(1))
		o.ok(err)
		_, err = o.SecondFactor(o.ctx, half(), p.codeAt(0))
		o.wants(err, ErrBadCode)
		o.pass(5 * time.Minute)
		_, err = o.SecondFactor(o.ctx, half(), p.codeAt(-2))
		o.wants(err, ErrBadCode)
		_, err = o.SecondFactor(o.ctx, half(), p.codeAt(-1))
		o.ok(err)
		o.pass(time.Minute)
		spaced := p.code()
		_, err = o.SecondFactor(o.ctx, half(), " "+spaced[:3]+" "+spaced[3:]+" ")
		o.ok(err)
	})
}

func TestACodeSentTwiceAtOnceIsTakenOnce(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		p := o.join("atieno")
		o.pass(time.Minute)
		code := p.code()
		var halves []string
		for range 4 {
			in, err := o.SignIn(o.ctx, p.username, p.password, laptop)
			o.ok(err)
			halves = append(halves, in.Token)
		}
		results := make(chan error, len(halves))
		for _, h := range halves {
			go func() { _, err := o.SecondFactor(o.ctx, h, code); results <- err }()
		}
		good := 0
		for range halves {
			switch err := <-results; {
			case err == nil:
				good++
			case !errors.Is(err, ErrBadCode):
				t.Errorf("got %v", err)
			}
		}
		if good != 1 {
			t.Fatalf("one code opened %d sessions", good)
		}
	})
}

func TestARecoveryCodeLetsInOnce(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		p := o.join("atieno")
		other := o.join("barasa")
		half := func() string {
			in, err := o.SignIn(o.ctx, p.username, p.password, laptop)
			o.ok(err)
			return in.Token
		}
		_, err := o.SecondFactor(o.ctx, half(), other.codes[0])
		o.wants(err, ErrBadCode)
		// As typed from paper: small letters, no hyphens, 0 for O.
		typed := strings.ToLower(strings.ReplaceAll(strings.ReplaceAll(p.codes[0], "-", " "), "O", "0"))
		in, err := o.SecondFactor(o.ctx, half(), typed)
		o.ok(err)
		_, err = o.SecondFactor(o.ctx, half(), p.codes[0])
		o.wants(err, ErrBadCode)
		left, err := o.RecoveryCodesLeft(o.ctx, p.id)
		o.ok(err)
		if left != 9 {
			t.Errorf("%d codes left, want 9", left)
		}

		// New ones for a code of the app only; the old ones end.
		me := o.works(in.Token)
		_, err = o.NewRecoveryCodes(o.ctx, me, p.codes[1])
		o.wants(err, ErrBadCode)
		o.pass(time.Minute)
		codes, err := o.NewRecoveryCodes(o.ctx, me, p.code())
		o.ok(err)
		_, err = o.SecondFactor(o.ctx, half(), p.codes[1])
		o.wants(err, ErrBadCode)
		_, err = o.SecondFactor(o.ctx, half(), codes[9])
		o.ok(err)
	})
}

func TestNothingInTheStoreOpensAnAccount(t *testing.T) {
	o := sqliteOnly(t)
	p := o.join("atieno")
	in, err := o.SignIn(o.ctx, p.username, p.password, laptop)
	o.ok(err)
	_, link := o.invite("barasa")
	secrets := []string{p.password, p.secret, p.token, in.Token, link.Token}
	for _, c := range p.codes {
		secrets = append(secrets, c, strings.ReplaceAll(c, "-", ""))
	}
	for _, s := range secrets {
		for _, f := range []string{o.db.Path(), o.db.Path() + "-wal"} {
			if holds(t, f, s) {
				t.Errorf("%s holds a secret in the open", f)
			}
		}
	}
	if !holds(t, o.db.Path()+"-wal", "atieno") && !holds(t, o.db.Path(), "atieno") {
		t.Error("the search finds nothing at all")
	}
	for _, e := range o.events {
		for k, v := range e.detail {
			for _, s := range append(secrets, "Akinyi", "atieno", "192.0.2") {
				if strings.Contains(v, s) {
					t.Errorf("event %s tells %s=%s", e.kind, k, v)
				}
			}
		}
	}
}
