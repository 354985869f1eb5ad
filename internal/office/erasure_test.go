package office_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/office/officetest"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/vault"
)

// erasing is a closed case, and those who decide about its erasure.
type erasing struct {
	*officetest.World
	t             *testing.T
	id, ref       string
	dpo, wafula   realm.Actor
	other, leader realm.Actor
}

func eachErasing(t *testing.T, story func(*erasing)) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		e := &erasing{World: w, t: t, id: closedCase(t, w), dpo: officetest.Who("njoki.data"), wafula: officetest.Who("wafula.secretariat"), leader: officetest.Who("wanjiru.case")}
		e.other = officetest.Who("pendo.admin")
		e.other.Duty = "data_protection_officer" // a second officer of the same office
		s, err := w.Cases.Load(context.Background(), e.id)
		if err != nil {
			t.Fatal(err)
		}
		e.ref = s.Ref
		story(e)
	})
}

func (e *erasing) ask() string {
	e.t.Helper()
	_, asked, err := e.Cases.AskErasure(context.Background(), e.dpo, e.id, casefile.Order{}, &casefile.AskErasure{Reason: "retention-over"})
	if err != nil {
		e.t.Fatal(err)
	}
	return asked.ID
}

func (e *erasing) confirm(who realm.Actor, request string) error {
	_, err := e.Cases.ConfirmErasure(context.Background(), who, e.id, casefile.Order{}, &casefile.ConfirmErasure{Request: request, Ref: e.ref})
	return err
}

func (e *erasing) must(err error) {
	e.t.Helper()
	if err != nil {
		e.t.Fatal(err)
	}
}

// readable demands that what she told can, or can no longer, be read.
func (e *erasing) readable(want bool) {
	e.t.Helper()
	o, err := e.Cases.Open(context.Background(), e.leader, e.id, vault.Account, "assistance")
	if err != nil || len(o.Texts) != 1 {
		e.t.Fatalf("opened %+v: %v", o, err)
	}
	if got := !vault.IsErased(o.Texts[0]); got != want {
		e.t.Fatalf("readable: %t, want %t", got, want)
	}
}

// One person alone destroys nothing, whatever they try; two do.
func TestErasureTakesTwo(t *testing.T) {
	for _, second := range []string{"another officer", "the Secretariat"} {
		t.Run(second, func(t *testing.T) {
			eachErasing(t, func(e *erasing) {
				request := e.ask()
				e.readable(true)
				wantRule(t, e.confirm(e.dpo, request), "erasure.second-person")
				asSecretariat := e.dpo // the same person, acting in another duty
				asSecretariat.Duty = "secretariat"
				wantRule(t, e.confirm(asSecretariat, request), "erasure.second-person")
				var denied *problem.Denied
				if err := e.confirm(e.leader, request); !errors.As(err, &denied) {
					t.Errorf("the case manager confirms: %v", err)
				}
				if _, _, err := e.Cases.AskErasure(context.Background(), e.wafula, e.id, casefile.Order{}, &casefile.AskErasure{Reason: "own-wish"}); !errors.As(err, &denied) {
					t.Errorf("the Secretariat asks: %v", err)
				}
				e.readable(true)
				who := e.other
				if second == "the Secretariat" {
					who = e.wafula
				}
				_, err := e.Cases.ConfirmErasure(context.Background(), who, e.id, casefile.Order{}, &casefile.ConfirmErasure{Request: request, Ref: "NRM-0000"})
				var invalid *problem.Invalid
				if !errors.As(err, &invalid) {
					t.Errorf("another reference was typed: %v", err)
				}
				e.readable(true)
				e.must(e.confirm(who, request))
				e.readable(false)
			})
		})
	}
}

// A hold stops the asking and the confirming, and what was asked before it must
// be asked anew after it.
func TestAHoldStopsBothSteps(t *testing.T) {
	eachErasing(t, func(e *erasing) {
		ctx := context.Background()
		hold := func(on bool) error {
			_, err := e.Cases.Hold(ctx, e.dpo, e.id, casefile.Order{}, on)
			return err
		}
		request := e.ask()
		e.must(hold(true))
		wantRule(t, e.confirm(e.wafula, request), "erasure.legal-hold")
		_, _, err := e.Cases.AskErasure(ctx, e.dpo, e.id, casefile.Order{}, &casefile.AskErasure{Reason: "own-wish"})
		wantRule(t, err, "erasure.legal-hold")
		e.must(hold(false))
		wantRule(t, hold(false), "erasure.no-hold")
		wantRule(t, e.confirm(e.wafula, request), "erasure.nothing-asked")
		e.readable(true)
		e.must(e.confirm(e.wafula, e.ask()))
		e.readable(false)
	})
}

// A request ends by being withdrawn, by its clock, or because the case was
// opened again; none of these can be confirmed any more.
func TestARequestForErasureEnds(t *testing.T) {
	eachErasing(t, func(e *erasing) {
		ctx := context.Background()
		waits := func(want int) {
			t.Helper()
			rows, err := e.Cases.ErasuresAsked(ctx, e.wafula, 10)
			if err != nil || len(rows) != want {
				e.t.Fatalf("waits: %+v %v, want %d", rows, err, want)
			}
		}
		first := e.ask()
		_, _, err := e.Cases.AskErasure(ctx, e.other, e.id, casefile.Order{}, &casefile.AskErasure{Reason: "own-wish"})
		wantRule(e.t, err, "erasure.asked-already")
		waits(1)
		_, err = e.Cases.WithdrawErasure(ctx, e.dpo, e.id, casefile.Order{}, &casefile.WithdrawErasure{Request: first})
		e.must(err)
		waits(0)
		wantRule(e.t, e.confirm(e.wafula, first), "erasure.nothing-asked")

		second := e.ask()
		wantRule(e.t, e.confirm(e.wafula, first), "erasure.nothing-asked") // not the one that was read
		e.Clock.Pass(e.Content.Clock("erasure-confirm") - time.Minute)
		waits(1)
		if _, err := e.Rebuild(ctx); err != nil {
			e.t.Fatal(err)
		}
		waits(1)
		e.Clock.Pass(time.Minute)
		waits(0)
		wantRule(e.t, e.confirm(e.wafula, second), "erasure.nothing-asked")

		third := e.ask()
		for _, cmd := range []casefile.Command{&casefile.Reopen{Reason: "She came back"}} {
			_, err := e.Cases.Do(ctx, e.leader, e.id, casefile.Order{}, cmd)
			e.must(err)
		}
		wantRule(e.t, e.confirm(e.wafula, third), "erasure.closed-first")
		e.Clock.Pass(time.Hour)
		_, err = e.Cases.Do(ctx, e.leader, e.id, casefile.Order{}, &casefile.Close{Reason: "own-wish"})
		e.must(err)
		waits(0)
		wantRule(e.t, e.confirm(e.wafula, third), "erasure.nothing-asked")
		e.readable(true)
	})
}

// A second sending of either step does it once; confirming what was confirmed
// finishes a destruction that was cut short, and writes no second event.
func TestErasureIsDoneOnceAndCanBeFinished(t *testing.T) {
	eachErasing(t, func(e *erasing) {
		ctx := context.Background()
		var request string
		for range 2 {
			_, asked, err := e.Cases.AskErasure(ctx, e.dpo, e.id, casefile.Order{Key: "asked"}, &casefile.AskErasure{Reason: "own-wish"})
			e.must(err)
			if request != "" && asked.ID != request {
				e.t.Fatalf("asked twice: %s and %s", request, asked.ID)
			}
			request = asked.ID
		}
		for _, key := range []string{"yes", "yes", ""} {
			_, err := e.Cases.ConfirmErasure(ctx, e.wafula, e.id, casefile.Order{Key: key}, &casefile.ConfirmErasure{Request: request, Ref: e.ref})
			e.must(err)
		}
		events, err := e.Ledger.Stream(ctx, "oversight/"+e.id, 0)
		e.must(err)
		if len(events) != 2 || events[0].Kind != casefile.ErasureAsked || events[1].Kind != casefile.RecordErased {
			e.t.Errorf("%d events", len(events))
		}
		e.readable(false)
	})
}

// Somebody was kept away from the case before they became a data protection
// officer: they neither ask nor confirm, and their colleague does.
func TestNobodyErasesWithAnInterestOfTheirOwn(t *testing.T) {
	eachErasing(t, func(e *erasing) {
		ctx := context.Background()
		_, err := e.Cases.Do(ctx, e.leader, e.id, casefile.Order{}, &casefile.Reopen{Reason: "She came back"})
		e.must(err)
		_, err = e.Cases.Do(ctx, e.leader, e.id, casefile.Order{}, &casefile.KeepAway{Staff: e.other.Staff, Reason: "conflict"})
		e.must(err)
		e.Clock.Pass(time.Hour)
		_, err = e.Cases.Do(ctx, e.leader, e.id, casefile.Order{}, &casefile.Close{Reason: "own-wish"})
		e.must(err)
		_, _, err = e.Cases.AskErasure(ctx, e.other, e.id, casefile.Order{}, &casefile.AskErasure{Reason: "own-wish"})
		wantRule(e.t, err, "erasure.own-interest")
		request := e.ask()
		wantRule(e.t, e.confirm(e.other, request), "erasure.own-interest")
		e.readable(true)
		e.must(e.confirm(e.wafula, request))
		e.readable(false)
	})
}

// told are the kinds of notices of erasure that somebody has not put aside.
func (e *erasing) told(who realm.Actor) string {
	e.t.Helper()
	list, err := e.Notices.Unseen(context.Background(), who)
	e.must(err)
	var kinds []string
	for _, n := range list {
		if strings.HasPrefix(n.Kind, "erasure.") && n.Case == e.id {
			kinds = append(kinds, n.Kind)
		}
	}
	return strings.Join(kinds, " ")
}

// Those who can confirm are told that an erasure was asked for, and whoever asked
// is not; whoever asked is told when it was confirmed, withdrawn or stopped.
func TestErasureIsToldToThoseWhoMustAct(t *testing.T) {
	ctx := context.Background()
	for _, x := range []struct {
		how    string
		answer func(e *erasing, request string) error
	}{
		{"confirmed", func(e *erasing, request string) error { return e.confirm(e.wafula, request) }},
		{"withdrawn", func(e *erasing, request string) error {
			_, err := e.Cases.WithdrawErasure(ctx, e.wafula, e.id, casefile.Order{}, &casefile.WithdrawErasure{Request: request})
			return err
		}},
		{"stopped by a hold", func(e *erasing, _ string) error {
			_, err := e.Cases.Hold(ctx, e.other, e.id, casefile.Order{}, true)
			return err
		}},
	} {
		t.Run(x.how, func(t *testing.T) {
			eachErasing(t, func(e *erasing) {
				request := e.ask()
				for range 2 { // the second time as a rebuild tells it
					if e.told(e.other) != "erasure.asked" || e.told(e.wafula) != "erasure.asked" {
						t.Errorf("told are %q and %q", e.told(e.other), e.told(e.wafula))
					}
					if e.told(e.dpo) != "" || e.told(e.leader) != "" {
						t.Errorf("whoever asked is told %q, the case manager %q", e.told(e.dpo), e.told(e.leader))
					}
					if _, err := e.Rebuild(ctx); err != nil {
						t.Fatal(err)
					}
				}
				e.must(x.answer(e, request))
				if e.told(e.other) != "" || e.told(e.wafula) != "" || e.told(e.dpo) != "erasure.answered" {
					t.Errorf("afterwards %q, %q, and whoever asked %q", e.told(e.other), e.told(e.wafula), e.told(e.dpo))
				}
			})
		})
	}
}

// A hold that stands is answered and leaves no second event; so is its release
// refused where none stands.
func TestAHoldIsWrittenOnce(t *testing.T) {
	eachErasing(t, func(e *erasing) {
		ctx := context.Background()
		size := func() int64 {
			t.Helper()
			n, err := e.Rebuild(ctx)
			e.must(err)
			return n
		}
		hold := func() {
			_, err := e.Cases.Hold(ctx, e.dpo, e.id, casefile.Order{}, true)
			e.must(err)
		}
		before := size()
		hold()
		hold()
		hold()
		if n := size() - before; n != 1 {
			t.Errorf("%d events tell of one hold", n)
		}
		if on, err := e.Cases.Holding(ctx, e.dpo, e.id); err != nil || !on {
			t.Errorf("it does not stand: %v", err)
		}
		_, err := e.Cases.Hold(ctx, e.dpo, e.id, casefile.Order{}, false)
		e.must(err)
		if on, err := e.Cases.Holding(ctx, e.dpo, e.id); err != nil || on {
			t.Errorf("it still stands: %v", err)
		}
	})
}
