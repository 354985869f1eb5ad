package casefile

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
)

// Whatever is said by whomever in whatever order: a panel decides only when every
// member has spoken with a voice of their own, more agree than dissent, and those
// who agree are of two agencies; nobody speaks twice, late, or as no member.
func TestNoPanelDecidesWithoutTheVoicesOfItsMembers(t *testing.T) {
	k := loaded(t)
	rapid.Check(t, func(t *rapid.T) {
		h := &history{s: &State{Presumed: Presumed{Decision: "presumed", By: By{Staff: "m"}}, Persons: []Person{{ID: "p", Role: RoleSubject}}}, k: k,
			now: time.Date(2026, 1, 2, 8, 0, 0, 0, time.UTC)}
		leads := policy.Principal{Staff: "m", Agency: "holder", Duty: "case_manager"}
		var seats []Seat
		for i := range rapid.IntRange(1, 5).Draw(t, "seats") {
			seats = append(seats, Seat{Staff: fmt.Sprint("member-", i), Agency: rapid.SampledFrom([]string{"holder", "unit", "house"}).Draw(t, "agency")})
		}
		ok, err := h.play(leads, &ConvenePanel{On: "2026-01-02", Members: []string{"some"}, Papers: "p", seats: seats})
		if err != nil || ok != (len(agenciesOf(seats)) >= 2) {
			t.Fatalf("a panel of %v was called: %v, %v", seats, ok, err)
		}
		if !ok {
			return
		}
		due := *h.s.OpenPanel().Due
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			h.now = h.now.Add(time.Duration(rapid.IntRange(1, 40).Draw(t, "hours")) * time.Hour)
			was, open := len(h.s.Voices), h.s.OpenPanel()
			heard := open != nil && h.s.heard(open)
			by := rapid.SampledFrom(append(slices.Clone(seats), Seat{Staff: "m", Agency: "holder"}, Seat{Staff: "stranger", Agency: "unit"})).Draw(t, "who")
			proposal := ""
			if open != nil && open.Proposal != nil {
				proposal = open.Proposal.ID
			}
			cmd := rapid.SampledFrom([]Command{&ProposeStatus{Outcome: Confirmed, Reasons: "r"}, &DismissPanel{},
				&GiveVoice{Proposal: rapid.SampledFrom([]string{proposal, "another"}).Draw(t, "proposal"), Voice: rapid.SampledFrom([]string{Agrees, Agrees, Dissent, Recused}).Draw(t, "voice"), Reasons: "r"}}).Draw(t, "command")
			who := policy.Principal{Staff: by.Staff, Agency: by.Agency, Duty: "case_manager"}
			if _, voice := cmd.(*GiveVoice); !voice {
				who = leads
			}
			ok, err := h.play(who, cmd)
			if err != nil {
				t.Fatal(err)
			}
			if v := h.s.Voices; len(v) > was {
				spoke := v[was].By.Staff
				switch {
				case spoke != who.Staff || !slices.Contains(seats, by):
					t.Fatalf("%s spoke and sits not", spoke)
				case slices.ContainsFunc(v[:was], func(x Voice) bool { return x.By.Staff == spoke }):
					t.Fatalf("%s spoke twice", spoke)
				case !h.now.Before(due):
					t.Fatal("a late voice was taken")
				case v[was].Voice != Recused && v[was].Proposal != proposal:
					t.Fatal("somebody spoke on what was not proposed")
				}
			}
			if _, dismissed := cmd.(*DismissPanel); dismissed && ok && heard && h.now.Before(due) {
				t.Fatal("a panel was sent away for what its members said")
			}
			if p := &h.s.Panels[0]; p.Outcome != "" {
				said := map[string]int{}
				var agree []Seat
				for _, v := range h.s.Voices {
					said[v.Voice]++
					if v.Voice == Agrees {
						agree = append(agree, Seat{Staff: v.By.Staff, Agency: v.By.Agency})
					}
				}
				if len(h.s.Voices) != len(seats) || said[Agrees] <= said[Dissent] || len(agenciesOf(agree)) < 2 {
					t.Fatalf("%v decided with %v", seats, h.s.Voices)
				}
			}
		}
	})
}

// A ledger of before: one person wrote who sat and what they decided. It reads
// as it did, and a panel left open then keeps nobody from calling one now.
func TestPanelsOfBeforeEachHadAVoiceAreRead(t *testing.T) {
	h := &history{s: &State{Presumed: Presumed{Decision: "presumed", By: By{Staff: "m"}}, Persons: []Person{{ID: "p", Role: RoleSubject}}}, k: loaded(t),
		now: time.Date(2026, 1, 2, 8, 0, 0, 0, time.UTC)}
	wrote := func(kind, payload string) {
		t.Helper()
		h.seq++
		if err := h.fold(ledger.Event{Seq: h.seq, Stream: "case/c1", Version: h.s.Version + 1, Kind: kind, At: h.now, Payload: json.RawMessage(payload),
			Meta: ledger.Meta{Actor: "m", Agency: "holder", Duty: "case_manager"}}); err != nil {
			t.Fatal(err)
		}
	}
	wrote("case.panel_convened", `{"id":"one","by":{"staff":"","agency":"","duty":"","at":"0001-01-01T00:00:00Z"},"on":"2025-11-03","agencies":["holder","unit"],"members":"rv1.p.account.AAAA"}`)
	wrote("case.panel_decided", `{"panel":"one","outcome":"not_confirmed","reasons":"rv1.p.account.BBBB"}`)
	wrote("case.status_review_asked", `{"id":"again","by":{"staff":"","agency":"","duty":"","at":"0001-01-01T00:00:00Z"},"asked_by":"person","grounds":"rv1.p.account.CCCC"}`)
	wrote("case.panel_convened", `{"id":"two","by":{"staff":"","agency":"","duty":"","at":"0001-01-01T00:00:00Z"},"on":"2025-12-03","agencies":["holder","unit"],"members":"rv1.p.account.DDDD"}`)
	if h.s.Status() != NotConfirmed || h.s.OpenPanel() != nil || h.s.Panels[0].Reasons != "rv1.p.account.BBBB" || h.s.against(h.s.OpenReview()) != "m" {
		t.Fatalf("read as %s: %+v", h.s.Status(), h.s.Panels)
	}
	if n := len(h.s.Panels[0].texts()); n != 3 || h.s.Panels[0].texts()[2].sealed == "" {
		t.Error("its reasons are not read any more")
	}
	other := policy.Principal{Staff: "n", Agency: "holder", Duty: "case_manager"}
	if ok, err := h.play(other, &ConvenePanel{On: "2026-01-02", Members: []string{"a", "b"}, Papers: "p", Review: "again", seats: []Seat{{Staff: "a", Agency: "unit"}, {Staff: "b", Agency: "house"}}}); !ok || err != nil {
		t.Fatalf("no panel answers the review of a decision of before: %v, %v", ok, err)
	}
	h.play(other, &ProposeStatus{Outcome: "changed", Reasons: "r"})
	for _, x := range h.s.OpenPanel().Seats {
		h.play(policy.Principal{Staff: x.Staff, Agency: x.Agency, Duty: "case_manager"}, &GiveVoice{Proposal: h.s.OpenPanel().Proposal.ID, Voice: Agrees})
	}
	if h.s.Status() != Confirmed || h.s.OpenReview() != nil {
		t.Errorf("the review is not answered: %s", h.s.Status())
	}
}

// A mistyped year is told: a panel that meets in ten years would keep her without
// a decision as long.
func TestAPanelMeetsNotFarFromToday(t *testing.T) {
	h := taken(t)
	h.must(t, wanjiru, &Screen{Questionnaire: "adult-1", Note: "n", Spoken: Spoken{Language: "sw", Interpreting: "not-needed"}}, &Presume{Decision: "presumed", Track: "trafficking"})
	other := policy.Principal{Staff: "n", Agency: "tumaini", Duty: "case_manager"}
	for on, want := range map[string]bool{"1999-01-01": false, "2025-12-03": false, "2025-12-04": true, "2026-03-04": true, "2026-06-02": true, "2026-06-03": false, "2036-03-04": false} {
		cmd := &ConvenePanel{On: on, Members: []string{"a", "b"}, Papers: "p", seats: []Seat{{Staff: "a", Agency: "unit"}, {Staff: "b", Agency: "house"}}}
		if _, err := cmd.decide(h.s, h.env(other)); (err == nil) != want {
			t.Errorf("a panel on %s: %v", on, err)
		}
	}
}

// A member left the service, or their agency was closed: their voice is awaited no
// more. The others decide as if they had taken no part; where no two agencies are
// left the panel is over at once, and another can be called.
func TestNoPanelWaitsForWhoIsGone(t *testing.T) {
	for _, x := range []struct {
		name, before, after string // who speaks before and after c is gone
		seats               []Seat
		status, ended       string
	}{
		{"the last awaited", "ab", "", []Seat{{Staff: "a", Agency: "unit"}, {Staff: "b", Agency: "house"}, {Staff: "c", Agency: "house"}}, Confirmed, ""},
		{"before the others", "", "ab", []Seat{{Staff: "a", Agency: "unit"}, {Staff: "b", Agency: "house"}, {Staff: "c", Agency: "house"}}, Confirmed, ""},
		{"the only one of a second agency", "a", "", []Seat{{Staff: "a", Agency: "unit"}, {Staff: "b", Agency: "unit"}, {Staff: "c", Agency: "house"}}, "presumed", NotCarried},
		{"after the own word", "cb", "a", []Seat{{Staff: "a", Agency: "unit"}, {Staff: "b", Agency: "unit"}, {Staff: "c", Agency: "house"}}, Confirmed, ""},
	} {
		t.Run(x.name, func(t *testing.T) {
			h := taken(t)
			leads := policy.Principal{Staff: "n", Agency: "tumaini", Duty: "case_manager"}
			h.must(t, wanjiru, &Screen{Questionnaire: "adult-1", Note: "n", Spoken: Spoken{Language: "sw", Interpreting: "not-needed"}}, &Presume{Decision: "presumed", Track: "trafficking"})
			h.must(t, leads, &ConvenePanel{On: "2026-03-05", Members: []string{"a", "b", "c"}, Papers: "p", seats: x.seats}, &ProposeStatus{Outcome: Confirmed, Reasons: "r"})
			speak := func(who string) {
				for _, m := range who {
					h.must(t, policy.Principal{Staff: string(m), Agency: "any", Duty: "case_manager"}, &GiveVoice{Proposal: h.s.OpenPanel().Proposal.ID, Voice: Agrees})
				}
			}
			speak(x.before)
			spoke := h.s.voiceOf(h.s.OpenPanel(), "c") != nil
			if ok, err := h.play(policy.Principal{}, &unseat{Staff: "c"}); err != nil || ok == spoke {
				t.Fatalf("off the panel: %v, %v", ok, err)
			}
			if ok, _ := h.play(policy.Principal{}, &unseat{Staff: "c"}); ok {
				t.Error("off the panel twice")
			}
			if !spoke && slices.Contains(h.s.Sitters(), "c") {
				t.Error("who is gone still sits")
			}
			speak(x.after)
			if p := h.s.Panels[0]; h.s.Status() != x.status || p.Ended != x.ended {
				t.Errorf("she is %s and the panel ended %q", h.s.Status(), p.Ended)
			}
		})
	}
}
