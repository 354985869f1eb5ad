package accounts

import (
	"sync/atomic"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// Whatever is done to an account, and in whatever order: who is invited,
// suspended or gone, or whose agency is closed, has no session that works; and
// nobody ever gets a full session without a second factor.
func TestNoSequenceLeavesTheDoorOpen(t *testing.T) {
	var liveChecks atomic.Int64
	rapid.Check(t, func(rt *rapid.T) {
		tt := &within{TB: t}
		defer tt.end()
		o := open(tt, storetest.Open(tt, store.SQLite, "rufaa"))
		var tokens, links []string
		var p *person
		if rapid.Bool().Draw(rt, "joined already") {
			p = o.join("atieno")
			tokens = append(tokens, p.token)
		} else {
			invited, link := o.invite("atieno")
			p, links = invited, append(links, link.Token)
		}
		outside := Principal{ID: "admin-2", Agency: "ctip-secretariat", Duty: Administrator}

		keep := func(in SignedIn, err error) {
			if err == nil {
				tokens = append(tokens, in.Token)
			}
		}
		any := func(list []string) string {
			if len(list) == 0 {
				return "none"
			}
			return rapid.SampledFrom(list).Draw(rt, "one")
		}
		newLink := func(l Link, err error) {
			if err == nil {
				links = append(links, l.Token)
			}
		}
		signInFully := func(*rapid.T) {
			in, err := p.signIn()
			keep(in, err)
			if err == nil && in.NeedsEnrolment() {
				p.enrol(in)
				tokens = append(tokens, p.token)
			}
		}
		rt.Repeat(map[string]func(*rapid.T){
			"sign in fully": signInFully, "sign in fully at once": signInFully, "sign in fully again": signInFully,
			"accept":  func(*rapid.T) { keep(o.Accept(o.ctx, any(links), p.password, laptop)) },
			"sign in": func(*rapid.T) { keep(o.SignIn(o.ctx, p.username, p.password, laptop)) },
			"enrol": func(*rapid.T) {
				token := any(tokens)
				if e, err := o.Enrolment(o.ctx, token); err == nil {
					p.secret = e.Secret
					in, codes, err := o.ConfirmSecondFactor(o.ctx, token, p.code())
					keep(in, err)
					if err == nil {
						p.codes = codes
					}
				}
			},
			"give a code": func(*rapid.T) {
				if p.secret != "" {
					keep(o.SecondFactor(o.ctx, any(tokens), p.code()))
				}
			},
			"give a recovery code": func(*rapid.T) { keep(o.SecondFactor(o.ctx, any(tokens), any(p.codes))) },
			"guess":                func(*rapid.T) { o.SignIn(o.ctx, p.username, "surely not this one", Client{}) },
			"invite again":         func(*rapid.T) { newLink(o.InviteAgain(o.ctx, admin, p.id)) },
			"reset password":       func(*rapid.T) { newLink(o.ResetPassword(o.ctx, admin, p.id)) },
			"reset second factor":  func(*rapid.T) { o.ResetSecondFactor(o.ctx, admin, p.id) },
			"suspend":              func(*rapid.T) { o.Suspend(o.ctx, admin, p.id) },
			"resume":               func(*rapid.T) { o.Resume(o.ctx, admin, p.id) },
			"leave": func(rt *rapid.T) {
				if rapid.IntRange(0, 9).Draw(rt, "really") == 0 {
					o.Leave(o.ctx, admin, p.id)
				}
			},
			"close agency":  func(*rapid.T) { o.CloseAgency(o.ctx, outside, "haven-house") },
			"reopen agency": func(*rapid.T) { o.ReopenAgency(o.ctx, outside, "haven-house") },
			"unlock":        func(*rapid.T) { o.Unlock(o.ctx, admin, p.id) },
			"sign out":      func(*rapid.T) { o.SignOut(o.ctx, any(tokens)) },
			"revoke all":    func(*rapid.T) { o.RevokeAll(o.ctx, admin, p.id, "") },
			"wait":          func(rt *rapid.T) { o.pass(time.Duration(rapid.IntRange(1, 900).Draw(rt, "s")) * time.Second) },
			"": func(rt *rapid.T) {
				s, err := o.Staff(o.ctx, p.id)
				o.ok(err)
				g, err := o.Agency(o.ctx, "haven-house")
				o.ok(err)
				live, err := o.Sessions(o.ctx, p.id)
				o.ok(err)
				open := s.State == Active && !g.Closed
				if !open && len(live) > 0 {
					rt.Fatalf("%s, agency closed %v: %d sessions listed", s.State, g.Closed, len(live))
				}
				working := 0
				for _, token := range tokens {
					if _, err := o.Authenticate(o.ctx, token); err == nil {
						working++
					}
				}
				liveChecks.Add(int64(working))
				if working != len(live) {
					rt.Fatalf("%d sessions work, %d are listed", working, len(live))
				}
				if working > 0 && (!open || s.SecondFactor != FactorConfirmed) {
					rt.Fatalf("%d sessions work for somebody %s with second factor %s", working, s.State, s.SecondFactor)
				}
			},
		})
	})
	if liveChecks.Load() < 50 {
		t.Errorf("only %d working sessions were met; the histories are too tame", liveChecks.Load())
	}
}

// within lets one rapid run clean up after itself.
type within struct {
	testing.TB
	cleanups []func()
}

func (w *within) Cleanup(fn func()) { w.cleanups = append(w.cleanups, fn) }

func (w *within) end() {
	for i := len(w.cleanups) - 1; i >= 0; i-- {
		w.cleanups[i]()
	}
}
