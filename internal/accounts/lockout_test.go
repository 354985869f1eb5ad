package accounts

import (
	"errors"
	"testing"
	"time"
)

func TestHowLongALockOutLasts(t *testing.T) {
	for failed, want := range map[int]time.Duration{
		0: 0, 1: 0, 4: 0,
		5: time.Minute, 6: 2 * time.Minute, 7: 4 * time.Minute, 8: 8 * time.Minute, 9: 16 * time.Minute,
		10: 32 * time.Minute, 11: time.Hour, 12: time.Hour, 1000: time.Hour, 1 << 30: time.Hour,
	} {
		if got := Defaults.lockFor(failed); got != want {
			t.Errorf("after %d failures: locked for %v, want %v", failed, got, want)
		}
	}
}

func (p *person) fails(times int) {
	p.o.t.Helper()
	for range times {
		_, err := p.o.SignIn(p.o.ctx, p.username, "surely not this one", Client{})
		p.o.wants(err, ErrBadCredentials)
	}
}

func TestGuessingLocksTheAccountAndItsHolderIsTold(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		p := o.join("atieno")
		working := p.token
		o.pass(time.Minute)

		p.fails(4)
		last := o.now()
		half, err := o.SignIn(o.ctx, p.username, p.password, laptop)
		o.ok(err) // four are forgiven
		o.pass(time.Second)
		p.fails(1)
		last = o.now()

		// Locked: the right password gets the very same answer, and so does a
		// code for a sign-in that was half done.
		_, err = o.SignIn(o.ctx, p.username, p.password, laptop)
		o.wants(err, ErrBadCredentials)
		o.pass(30 * time.Second)
		_, err = o.SecondFactor(o.ctx, half.Token, p.code())
		o.wants(err, ErrBadCode)
		o.works(working) // an open session goes on
		if !o.recorded("account.locked") {
			t.Error("the lock-out was not recorded")
		}

		// Tries while it is locked do not prolong it.
		p.fails(3)
		o.pass(30 * time.Second)
		in := p.mustSignIn()
		if in.Missed != 5 || !in.MissedAt.Equal(last) {
			t.Errorf("told of %d failures, the last at %v; want 5 at %v", in.Missed, in.MissedAt, last)
		}
		if again := p.mustSignIn(); again.Missed != 0 {
			t.Errorf("told twice of %d failures", again.Missed)
		}

		// The row began anew; the sixth failure in a row locks for two minutes.
		p.fails(5)
		o.pass(time.Minute)
		p.fails(1)
		o.pass(time.Minute)
		_, err = o.SignIn(o.ctx, p.username, p.password, laptop)
		o.wants(err, ErrBadCredentials)
		o.ok(o.Unlock(o.ctx, admin, p.id))
		if in := p.mustSignIn(); in.Missed != 6 {
			t.Errorf("after unlocking told of %d failures, want 6", in.Missed)
		}
	})
}

func TestKnowingThePasswordBuysNoMoreGuessesOfTheCode(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		p := o.join("atieno")
		for try := range 5 {
			// A thief who knows the password begins again before every code.
			half, err := o.SignIn(o.ctx, p.username, p.password, Client{})
			o.ok(err)
			_, err = o.SecondFactor(o.ctx, half.Token, p.wrongCode())
			if !errors.Is(err, ErrBadCode) {
				t.Fatalf("try %d: %v", try, err)
			}
		}
		_, err := o.SignIn(o.ctx, p.username, p.password, Client{})
		o.wants(err, ErrBadCredentials)
	})
}

func TestAHalfDoneSignInSurvivesFiveWrongCodes(t *testing.T) {
	o := sqliteOnly(t, func(op *Options) { op.Settings.LockAfter = 100 })
	p := o.join("atieno")
	o.pass(time.Minute)
	half, err := o.SignIn(o.ctx, p.username, p.password, laptop)
	o.ok(err)
	for range maxTries {
		_, err := o.SecondFactor(o.ctx, half.Token, p.wrongCode())
		o.wants(err, ErrBadCode)
	}
	_, err = o.SecondFactor(o.ctx, half.Token, p.code())
	o.wants(err, ErrRevoked)
}

// Guesses that arrive together must not get more tries than guesses in a row.
func TestGuessesAtOnceLockLikeGuessesInARow(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		p := o.join("atieno")
		results := make(chan error, 12)
		for range cap(results) {
			go func() {
				_, err := o.SignIn(o.ctx, p.username, "surely not this one", Client{})
				results <- err
			}()
		}
		for range cap(results) {
			o.wants(<-results, ErrBadCredentials)
		}
		_, err := o.SignIn(o.ctx, p.username, p.password, Client{})
		o.wants(err, ErrBadCredentials)
		s, err := o.Staff(o.ctx, p.id)
		o.ok(err)
		if want := o.now().Add(time.Minute); !s.LockedUntil.Equal(want) {
			t.Errorf("locked until %v, want %v", s.LockedUntil, want)
		}
	})
}

func TestAStrangerCannotTellAccountsApart(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		o.join("active")
		locked := o.join("locked")
		locked.fails(5)
		suspended := o.join("suspended")
		o.ok(o.Suspend(o.ctx, admin, suspended.id))
		left := o.join("left")
		o.ok(o.Leave(o.ctx, admin, left.id))
		o.invite("invited")

		for _, try := range []struct{ about, username, password string }{
			{"an unknown name", "nobody", strong},
			{"what is no name", "no body\u202e", strong},
			{"a wrong password", "active", "surely not this one"},
			{"a password too long to be one", "active", string(make([]byte, 10<<20))},
			{"a locked account", "locked", strong},
			{"a locked account, wrong password", "locked", "surely not this one"},
			{"a suspended account", "suspended", strong},
			{"a left account", "left", strong},
			{"an account not opened yet", "invited", strong},
			{"no password at all", "active", ""},
			{"no password for one without", "invited", ""},
		} {
			hashes, rows := o.hasher.calls.Load(), o.countedTries()
			in, err := o.SignIn(o.ctx, try.username, try.password, Client{})
			if !errors.Is(err, ErrBadCredentials) || in != (SignedIn{}) {
				t.Errorf("%s: got %+v, %v", try.about, in, err)
			}
			if n := o.hasher.calls.Load() - hashes; n != 1 {
				t.Errorf("%s: %d hashes computed, want 1", try.about, n)
			}
			if n := o.countedTries() - rows; n != 1 {
				t.Errorf("%s: %d rows written, want 1", try.about, n)
			}
		}
		hashes := o.hasher.calls.Load()
		_, err := o.SignIn(o.ctx, "active", strong, Client{})
		o.ok(err)
		if n := o.hasher.calls.Load() - hashes; n != 1 {
			t.Errorf("a good sign-in: %d hashes computed, want 1", n)
		}
	})
}

// countedTries is how many failed sign-ins are on record in whichever place.
func (o *office) countedTries() (n int64) {
	o.t.Helper()
	o.ok(o.db.QueryRow(o.ctx, `SELECT (SELECT COALESCE(SUM(n), 0) FROM sign_in_misses) + (SELECT COALESCE(SUM(missed), 0) FROM staff)`).Scan(&n))
	return n
}

func TestAnAddressHasOnlySoManyTries(t *testing.T) {
	o := sqliteOnly(t, func(op *Options) { op.Settings.AddressBurst = 3; op.Settings.LockAfter = 1000 })
	p := o.join("atieno")
	for range 10 { // signing in costs an address nothing
		if _, err := p.signIn(); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		_, err := o.SignIn(o.ctx, "nobody", "surely not this one", laptop)
		o.wants(err, ErrBadCredentials)
	}
	hashes := o.hasher.calls.Load()
	_, err := o.SignIn(o.ctx, p.username, p.password, laptop)
	var tooMany *TooManyTries
	if !errors.As(err, &tooMany) || tooMany.RetryAfter < time.Second || tooMany.RetryAfter > 10*time.Second {
		t.Fatalf("got %v", err)
	}
	if o.hasher.calls.Load() != hashes {
		t.Error("a refused address still costs a hash")
	}
	elsewhere := laptop
	elsewhere.Address = "192.0.2.8"
	_, err = o.SignIn(o.ctx, p.username, p.password, elsewhere)
	o.ok(err)
	o.pass(tooMany.RetryAfter)
	_, err = o.SignIn(o.ctx, p.username, p.password, laptop)
	o.ok(err)
}
