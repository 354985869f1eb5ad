package accounts

import (
	"os"
	"strings"
	"testing"
	"time"

	"rufaa/internal/problem"
	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

func holds(t *testing.T, file, text string) bool {
	t.Helper()
	raw, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Contains(string(raw), text)
}

func TestARevokedSessionEndsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		p, q := o.join("atieno"), o.join("barasa")
		first := p.token
		lost := o.works(first)
		kept := p.mustSignIn()
		o.works(kept.Token)

		list, err := o.Sessions(o.ctx, p.id)
		o.ok(err)
		if len(list) != 2 || list[0].ID != kept.Session || list[0].Device != laptop.Device {
			t.Fatalf("list %+v", list)
		}
		// Another's session cannot be ended through one's own list.
		o.wants(o.Revoke(o.ctx, o.works(q.token), q.id, lost.Session), problem.ErrNotFound)
		o.works(first)

		o.ok(o.Revoke(o.ctx, o.works(kept.Token), p.id, lost.Session))
		o.ended(first, ErrRevoked)
		o.works(kept.Token)
		o.wants(o.Revoke(o.ctx, lost, p.id, lost.Session), problem.ErrNotFound)

		third := p.mustSignIn()
		o.ok(o.RevokeAll(o.ctx, o.works(third.Token), p.id, third.Session))
		o.ended(kept.Token, ErrRevoked)
		o.works(third.Token)
		o.ok(o.SignOut(o.ctx, third.Token))
		o.ended(third.Token, ErrRevoked)
		o.ok(o.SignOut(o.ctx, third.Token))
		o.ok(o.SignOut(o.ctx, "nobody's"))
		o.works(q.token)
	})
}

// Requests that run while a session is revoked must not keep it alive: none
// that begins after Revoke returned may succeed.
func TestRevocationIsNotOutrunByRequests(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		p := o.join("atieno")
		for range 20 {
			in := p.mustSignIn()
			stop := make(chan struct{})
			for range 4 {
				go func() {
					for {
						select {
						case <-stop:
							return
						default:
							o.Authenticate(o.ctx, in.Token)
							o.cache.clear() // so that they read the store, and race
						}
					}
				}()
			}
			o.ok(o.Revoke(o.ctx, admin, p.id, in.Session))
			for range 50 {
				o.ended(in.Token, ErrRevoked)
			}
			close(stop)
		}
	})
}

// Several servers share a PostgreSQL database: what one of them ended is ended on
// all, with the next request.
func TestAnotherServersRevocationIsHonouredAtOnce(t *testing.T) {
	db := storetest.Open(t, store.Postgres, "rufaa")
	here, there := open(t, db), open(t, db)
	there.pass(here.now().Sub(there.now()))
	p := here.join("atieno")
	for _, end := range []func(session string) error{
		func(session string) error { return here.Revoke(here.ctx, admin, p.id, session) },
		func(string) error { return here.RevokeAll(here.ctx, admin, p.id, "") },
		func(string) error { return here.Suspend(here.ctx, admin, p.id) },
	} {
		in := p.mustSignIn()
		there.pass(here.now().Sub(there.now()))
		there.works(in.Token)
		here.ok(end(in.Session))
		there.ended(in.Token, ErrRevoked)
	}
}

func TestSessionsEndByThemselves(t *testing.T) {
	for name, c := range map[string]struct {
		client         Client
		idle, absolute time.Duration
	}{
		"own browser":     {Client{Kind: Web}, 30 * time.Minute, 12 * time.Hour},
		"shared computer": {Client{Kind: Web, Shared: true}, 10 * time.Minute, time.Hour},
		"program":         {Client{Kind: API}, 2 * time.Hour, 12 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			o := sqliteOnly(t)
			p := o.join("atieno")
			signIn := func() string {
				o.pass(time.Minute)
				half, err := o.SignIn(o.ctx, p.username, p.password, c.client)
				o.ok(err)
				in, err := o.SecondFactor(o.ctx, half.Token, p.code())
				o.ok(err)
				return in.Token
			}
			// Left alone.
			token := signIn()
			o.pass(c.idle - time.Millisecond)
			o.works(token)
			token = signIn()
			o.pass(c.idle)
			o.ended(token, ErrExpired)
			// In use all day.
			token = signIn()
			start := o.now()
			for o.now().Sub(start) < c.absolute-c.idle/2 {
				o.works(token)
				o.settled()
				o.pass(c.idle / 2)
			}
			o.works(token)
			o.settled()
			o.pass(c.absolute - o.now().Sub(start))
			o.ended(token, ErrExpired)
		})
	}
}

// settled waits for the marks of last use.
func (o *office) settled() { o.seen.done.Wait() }

func TestUseIsMarkedOnceAMinute(t *testing.T) {
	o := sqliteOnly(t)
	p := o.join("atieno")
	me := o.works(p.token)
	seen := func() time.Time {
		o.settled()
		list, err := o.Sessions(o.ctx, p.id)
		o.ok(err)
		if len(list) != 1 || list[0].ID != me.Session {
			t.Fatalf("list %+v", list)
		}
		return list[0].Seen
	}
	start := seen()
	o.pass(59 * time.Second)
	o.works(p.token)
	if got := seen(); !got.Equal(start) {
		t.Errorf("marked after %v", got.Sub(start))
	}
	o.pass(time.Second)
	for range 100 {
		o.works(p.token)
	}
	if got := seen(); got.Sub(start) != time.Minute {
		t.Errorf("mark stands at %v after a minute", got.Sub(start))
	}
}

func TestAClosedAgencyHasNobodySignedIn(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		p := o.join("atieno")
		o.wants(o.CloseAgency(o.ctx, admin, "haven-house"), ErrOnSelf)
		secretariat := Principal{ID: "admin-2", Agency: "ctip-secretariat", Duty: Administrator}
		o.ok(o.CloseAgency(o.ctx, secretariat, "haven-house"))
		o.ended(p.token, ErrRevoked)
		_, err := p.signIn()
		o.wants(err, ErrBadCredentials)
		_, err = o.Invite(o.ctx, secretariat, Invitation{Name: "Late Test", Username: "late", Agency: "haven-house", Duties: []Duty{Guardian}})
		o.wants(err, ErrAgencyClosed)
		o.wants(o.CloseAgency(o.ctx, secretariat, "haven-house"), ErrWrongState)
		o.ok(o.ReopenAgency(o.ctx, secretariat, "haven-house"))
		o.ended(p.token, ErrRevoked)
		p.mustSignIn()
		o.wants(o.CloseAgency(o.ctx, secretariat, "nowhere"), problem.ErrNotFound)
		o.wants(o.AddAgency(o.ctx, secretariat, Agency{ID: "haven-house", Name: "Twice", Kind: "ngo"}), ErrAgencyTaken)
		n, err := o.EnsureAgencies(o.ctx, System, []Agency{
			{ID: "haven-house", Name: "Renamed", Kind: "ngo"}, {ID: "new-dawn", Name: "New Dawn (fictional)", Kind: "ngo"},
		})
		o.ok(err)
		g, err := o.Agency(o.ctx, "haven-house")
		o.ok(err)
		if n != 1 || g.Name != "Haven House (fictional)" {
			t.Errorf("added %d; the old one is now %+v", n, g)
		}
	})
}

func TestNobodyAdministersThemselves(t *testing.T) {
	o := sqliteOnly(t)
	p := o.join("atieno", Administrator)
	me := o.works(p.token)
	o.wants(o.Suspend(o.ctx, me, p.id), ErrOnSelf)
	o.wants(o.Leave(o.ctx, me, p.id), ErrOnSelf)
	o.wants(o.SetDuties(o.ctx, me, p.id, []Duty{CaseManager}), ErrOnSelf)
	o.wants(o.ResetSecondFactor(o.ctx, me, p.id), ErrOnSelf)
	o.wants(o.Unlock(o.ctx, me, p.id), ErrOnSelf)
	_, err := o.ResetPassword(o.ctx, me, p.id)
	o.wants(err, ErrOnSelf)
	o.works(p.token)
}

func TestAChangeThatCannotBeRecordedDoesNotHappen(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		p := o.join("atieno")
		me := o.works(p.token)
		for kind, change := range map[string]func() error{
			"account.suspended":           func() error { return o.Suspend(o.ctx, admin, p.id) },
			"account.left":                func() error { return o.Leave(o.ctx, admin, p.id) },
			"account.duties_changed":      func() error { return o.SetDuties(o.ctx, admin, p.id, []Duty{Guardian}) },
			"account.second_factor_reset": func() error { return o.ResetSecondFactor(o.ctx, admin, p.id) },
			"account.password_changed":    func() error { return o.ChangePassword(o.ctx, me, p.password, "jua kali sana mwaka huu") },
			"account.session_revoked":     func() error { return o.Revoke(o.ctx, me, p.id, me.Session) },
		} {
			o.refuse = kind
			if err := change(); err == nil {
				t.Errorf("%s: done without a record", kind)
			}
			if got := o.works(p.token); got.Duty != CaseManager {
				t.Errorf("%s: half done: %+v", kind, got)
			}
		}
		o.refuse = "account.signed_in"
		if _, err := p.signIn(); err == nil {
			t.Error("signed in without a record")
		}
		o.refuse = ""
		p.mustSignIn()
	})
}

func TestManySignInsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		people := []*person{o.join("atieno"), o.join("barasa"), o.join("chebet"), o.join("dama")}
		o.pass(time.Minute)
		results := make(chan error, 12*len(people))
		for _, p := range people {
			for i := range 12 {
				go func() {
					in, err := o.SignIn(o.ctx, p.username, p.password, Client{})
					if err == nil {
						in, err = o.SecondFactor(o.ctx, in.Token, p.codes[i%10])
					}
					if err == nil {
						_, err = o.Authenticate(o.ctx, in.Token)
					}
					results <- err
				}()
			}
		}
		good := 0
		for range cap(results) {
			if err := <-results; err == nil {
				good++
			}
		}
		if want := 10 * len(people); good != want {
			t.Errorf("%d of %d got in", good, want)
		}
		if got := len(o.hasher.turns); got != 0 {
			t.Errorf("%d turns at the hash were not given back", got)
		}
	})
}

func TestSweepKeepsWhatLives(t *testing.T) {
	each(t, func(t *testing.T, o *office) {
		p := o.join("atieno")
		old := p.token
		o.pass(9 * 24 * time.Hour)
		in := p.mustSignIn()
		o.ok(o.Sweep(o.ctx))
		o.ended(old, ErrNoSession)
		o.works(in.Token)
		var n int
		o.ok(o.db.QueryRow(o.ctx, `SELECT COUNT(*) FROM sessions`).Scan(&n))
		if n != 1 {
			t.Errorf("%d sessions stay, want 1", n)
		}
	})
}
