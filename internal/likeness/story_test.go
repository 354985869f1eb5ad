package likeness_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"rufaa/internal/casefile"
	"rufaa/internal/caselist"
	"rufaa/internal/ledger"
	"rufaa/internal/likeness"
	"rufaa/internal/office/officetest"
	"rufaa/internal/problem"
	"rufaa/internal/sheets"
	"rufaa/internal/store"
)

// A young woman runs from a house in Mombasa and is written down there; in
// Nairobi somebody writes her down again, by ear. Both case managers are told,
// both ask her, both look, and both say: it is she.
func TestTwoAgenciesFindThatTheyKnowTheSamePerson(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		a := s.knows(ours, told("Hodan Maxamed Warsame", phone("0712 000 111")))
		s.find()
		if n := len(s.list(ours)); n != 0 {
			t.Fatalf("%d likenesses of one person", n)
		}
		b := s.knows(theirs, told("Hodaan Mohamed Warsameh", phone("+254712000111")))
		s.find()

		first := s.phase(ours, likeness.Asked)
		if first.Agency != "" || first.Linked != "" || !slices.Equal(first.Signs, []string{"number"}) {
			t.Fatalf("before anybody agreed one side is told %+v", first)
		}
		s.phase(theirs, likeness.Asked)
		_, err := s.Likenesses.Compare(s.ctx, actor(ours), first.ID)
		wantRule(t, err, "likeness.both-agree-first")

		before := s.phase(theirs, likeness.Asked)
		s.agree(ours, asked("name", "phone", "birth_date"))
		s.phase(ours, likeness.Waiting)
		if after := s.phase(theirs, likeness.Asked); string(asJSON(after)) != string(asJSON(before)) {
			t.Fatalf("one side sees that the other has answered:\n%s\n%s", asJSON(before), asJSON(after))
		}
		s.agree(theirs, asked("name", "id_number", "phone"))
		met := s.phase(ours, likeness.Comparing)
		if met.Agency != "x-pwani-haven" || !slices.Equal(met.Fields, []string{"name", "phone"}) {
			t.Fatalf("both agreed, and one side is told %+v", met)
		}

		c, err := s.Likenesses.Compare(s.ctx, actor(ours), first.ID)
		s.must(err)
		if texts(c.Mine)["name"] != "Hodan Maxamed Warsame" || texts(c.Theirs)["name"] != "Hodaan Mohamed Warsameh" {
			t.Fatalf("side by side: %+v", c)
		}
		if _, shown := texts(c.Theirs)["birth_date"]; shown {
			t.Fatal("a field that only one side agreed to is opened")
		}
		saw, err := s.Cases.WhoSaw(s.ctx, actor(theirs), b, 0, 5)
		s.must(err)
		if len(saw) != 1 || saw[0].Agency != "x-tumaini" || saw[0].Purpose != likeness.Purpose || saw[0].Basis != "consent" {
			t.Fatalf("their record of openings tells %+v", saw)
		}

		s.same(ours)
		s.phase(ours, likeness.Told)
		s.phase(theirs, likeness.Comparing)
		if len(s.links(ours, a)) != 0 {
			t.Fatal("linked on the word of one side")
		}
		s.same(theirs)
		s.phase(ours, likeness.IsLinked)
		cb, _ := s.Cases.Load(s.ctx, b)
		if l := s.links(ours, a); len(l) != 1 || l[0].Ref != cb.Ref || l[0].Agency != "x-pwani-haven" {
			t.Fatalf("our team sees the links %+v", l)
		}
		if l := s.links(theirs, b); len(l) != 1 || l[0].Agency != "x-tumaini" {
			t.Fatalf("their team sees the links %+v", l)
		}
		if _, err := s.Cases.View(s.ctx, actor(ours), b); !errors.Is(err, problem.ErrNotFound) {
			t.Fatalf("a link opens the other's case: %v", err)
		}

		_, err = s.Likenesses.Unlink(s.ctx, actor(theirs), first.ID, "", &likeness.Unlink{Reason: "unsafe"})
		s.must(err)
		s.told(ours, "likeness.unlinked")
		s.told(theirs) // did it
		if v := s.phase(ours, likeness.Undone); v.Reason != "" || v.Linked != "" {
			t.Fatalf("the other side's reason or reference is told: %+v", v)
		}
		if len(s.links(ours, a))+len(s.links(theirs, b)) != 0 {
			t.Fatal("an unlinked case still shows")
		}
		_, err = s.Likenesses.Compare(s.ctx, actor(ours), first.ID)
		wantRule(t, err, "likeness.ended")

		// Undone by mistake, the side that did it takes it back: both are told, and
		// both start anew, with nothing of what was agreed before.
		_, err = s.Likenesses.AskAgain(s.ctx, actor(ours), first.ID, "", &likeness.AskAgain{})
		wantRule(t, err, "likeness.not-undone")
		_, err = s.Likenesses.AskAgain(s.ctx, actor(theirs), first.ID, "", &likeness.AskAgain{})
		s.must(err)
		if v := s.phase(ours, likeness.Asked); v.Agency != "" || v.Again {
			t.Fatalf("asked anew, one side is told %+v", v)
		}
		s.agree(ours, asked("name"))
		s.agree(theirs, asked("name"))
		s.same(ours)
		s.same(theirs)
		s.told(ours, "likeness.linked") // theirs said so last, and knows
		s.told(theirs)
		if l := s.links(ours, a); len(l) != 1 {
			t.Fatalf("linked again, our team sees %+v", l)
		}
		_, err = s.Likenesses.Unlink(s.ctx, actor(ours), first.ID, "", &likeness.Unlink{Reason: "not-needed"})
		s.must(err)

		was := s.dump()
		_, err = s.Rebuild(s.ctx)
		s.must(err)
		if s.dump() != was {
			t.Error("a rebuild tells another story")
		}
	})
}

// told compares what somebody's notices tell of likenesses now.
func (s *tale) told(user string, want ...string) {
	s.t.Helper()
	list, err := s.Notices.Unseen(s.ctx, actor(user))
	s.must(err)
	var got []string
	for i := range list {
		if strings.HasPrefix(list[i].Kind, "likeness.") {
			got = append(got, list[i].Kind)
		}
	}
	if !slices.Equal(got, want) {
		s.t.Errorf("%s is told %v, want %v", user, got, want)
	}
}

func asJSON(v any) []byte { raw, _ := json.Marshal(v); return raw }

// A pair that was refused stays refused, until a fact is there that was not.
func TestARefusedPairComesBackOnNewFactsOnly(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		s.knows(ours, told("Selam Tesfaye Kebede"))
		b := s.knows(theirs, told("Salam Tasfaye Kabada"))
		s.find()
		id := s.phase(theirs, likeness.Asked).ID
		if got := s.one(theirs).Signs; !slices.Equal(got, []string{"name"}) {
			t.Fatalf("told %v", got)
		}
		_, err := s.Likenesses.Refuse(s.ctx, actor(ours), id, "", &likeness.Refuse{Reason: "declined"})
		s.must(err)
		if v := s.phase(theirs, likeness.NotShown); v.Reason != "" || v.Agency != "" {
			t.Fatalf("the refused side is told %+v", v)
		}
		describe := func(user, caseID string, f casefile.PersonFacts) {
			t.Helper()
			cs, _ := s.Cases.Load(s.ctx, caseID)
			_, err := s.Cases.Do(s.ctx, actor(user), caseID, casefile.Order{}, &casefile.Describe{Person: cs.Subject().ID, Facts: f})
			s.must(err)
			s.find()
		}
		describe(theirs, b, told("Selam Tesfaye Kebede"))
		_, err = s.Likenesses.CompareAll(s.ctx)
		s.must(err)
		s.find()
		s.phase(theirs, likeness.NotShown)

		a := s.one(ours).Case
		describe(ours, a, told("Selam Tesfaye Kebede", phone("0722 000 333")))
		s.phase(ours, likeness.NotShown)
		describe(theirs, b, told("Selam Tesfaye Kebede", phone("0722 000 333")))
		s.phase(ours, likeness.Asked)
		s.phase(theirs, likeness.Asked)
	})
}

// A child's own yes is not enough; her guardian's, or her best interests, are.
// An adult is asked.
func TestWhoIsAskedBeforeAnythingIsCompared(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		s.knows(ours, told("Chaltu Gemechu Tolera", aged(15)))
		s.knows(theirs, told("Caltu Gamachu Tolera", aged(16)))
		s.find()
		id := s.one(ours).ID
		try := func(a *likeness.Agree) error {
			_, err := s.Likenesses.Agree(s.ctx, actor(ours), id, "", a)
			return err
		}
		wantRule(t, try(asked("name")), "child.guardian-consents")
		wantRule(t, try(&likeness.Agree{Ground: "child", Fields: []string{"name"}}), "consent.other-basis-needs-reason")
		var in *problem.Invalid
		if err := try(&likeness.Agree{Ground: "consent", GivenBy: "guardian"}); !errors.As(err, &in) || len(in.Fields) != 4 {
			t.Fatalf("a consent without fields, way, language and interpreting: %v", err)
		}
		if err := try(&likeness.Agree{Ground: "duty", Fields: []string{"name"}}); !errors.As(err, &in) {
			t.Fatalf("a duty is no ground here: %v", err)
		}
		s.must(try(&likeness.Agree{Ground: "child", Fields: []string{"name"}, Reason: "She may be looked for as lost."}))
		g := asked("name")
		g.GivenBy = "guardian"
		s.agree(theirs, g)
		c, err := s.Likenesses.Compare(s.ctx, actor(ours), id)
		s.must(err)
		if c.Reason != "She may be looked for as lost." {
			t.Fatalf("the own reason reads %q", c.Reason)
		}
		// A consent taken back while they compare shuts it for both.
		_, err = s.Likenesses.Refuse(s.ctx, actor(theirs), id, "", &likeness.Refuse{Reason: "taken-back"})
		s.must(err)
		_, err = s.Likenesses.Compare(s.ctx, actor(ours), id)
		wantRule(t, err, "likeness.ended")
	})
	onEach(t, func(t *testing.T, s *tale) {
		s.knows(ours, told("Amina Juma Salim", phone("0733 000 999")))
		s.knows(theirs, told("Amina Juma Salim", phone("0733 000 999")))
		s.find()
		_, err := s.Likenesses.Agree(s.ctx, actor(ours), s.one(ours).ID, "", &likeness.Agree{Ground: "child", Fields: []string{"name"}, Reason: "x"})
		wantRule(t, err, "child.basis-needs-child")
	})
}

// Nobody else learns anything: not a third agency, not a colleague off the
// team, not the Secretariat, not the officer who raised the alert.
func TestAThirdAgencyLearnsNothing(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		s.knows(third, told("Naliaka Wekesa Barasa", aged(40)))
		s.find()
		was := map[string]string{}
		users := []string{third, "kamau.case", "mwende.counsel", "amina.officer", "wafula.secretariat", "njoki.data", "ruto.admin", "barasa.inquiry"}
		look := func(user string) string {
			list, err := s.Likenesses.List(s.ctx, actor(user))
			return string(asJSON(list)) + errText(err)
		}
		for _, u := range users {
			was[u] = look(u)
		}
		s.knows(ours, told("Ifrah Abdi Warsame", phone("0700 000 222")))
		s.knows(theirs, told("Ifraah Cabdi Warsame", phone("0700 000 222")))
		s.find()
		id := s.one(ours).ID
		for _, u := range users {
			if now := look(u); now != was[u] {
				t.Errorf("%s is told of a likeness of others: %s", u, now)
			}
			for name, err := range map[string]error{
				"view":    second(s.Likenesses.View(s.ctx, actor(u), id)),
				"compare": second(s.Likenesses.Compare(s.ctx, actor(u), id)),
				"agree":   second(s.Likenesses.Agree(s.ctx, actor(u), id, "", asked("name"))),
				"refuse":  second(s.Likenesses.Refuse(s.ctx, actor(u), id, "", &likeness.Refuse{Reason: "unsafe"})),
				"judge":   second(s.Likenesses.Judge(s.ctx, actor(u), id, "", &likeness.Judge{Verdict: "same"})),
				"unlink":  second(s.Likenesses.Unlink(s.ctx, actor(u), id, "", &likeness.Unlink{Reason: "unsafe"})),
			} {
				if !errors.Is(err, problem.ErrNotFound) {
					t.Errorf("%s, %s: %v, want not found", u, name, err)
				}
			}
		}
	})
}

func second[T any](_ T, err error) error { return err }

func errText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

// Shared numbers, single short names, one agency twice, men and women: nothing
// is told where nothing follows.
func TestWhereNothingFollowsNothingIsTold(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		for i, name := range []string{"Pendo Baraka Juma", "Almaz Hirut Bekele", "Guled Roble Shire", "Otieno Achieng Kamau", "Khadija Salim Omar"} {
			who := ours
			if i%2 == 1 {
				who = theirs
			}
			s.knows(who, told(name, phone("0711 222 333"))) // the broker's telephone
		}
		s.knows(ours, told("Ali"))
		s.knows(theirs, told("Ali"))
		s.knows(ours, told("Zerihun Girma Worku"))
		s.knows(ours, told("Zarihun Girma Warku"))
		s.knows(theirs, told("Zerihun Girma Worku", func(f *casefile.PersonFacts) { f.Sex = "male" }))
		s.knows(theirs, told("Zerihun Girma Worku", aged(61)))
		s.find()
		if n, m := len(s.list(ours)), len(s.list(theirs)); n+m != 0 {
			t.Errorf("%d and %d likenesses: %s", n, m, asJSON(s.list(ours)))
		}
	})
}

// Somebody who wants to know whom other agencies know writes one guessed name
// after the other into an own case: it does not pay.
func TestNamesCannotBeTriedOut(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		given := []string{"Hodan", "Deeqa", "Filsan", "Sagal", "Idil", "Ubah", "Nimco"}
		fathers := []string{"Warsame", "Roble", "Shire", "Hirsi", "Guled", "Geedi", "Liban"}
		for _, g := range given[:3] {
			for _, f := range fathers {
				s.knows(theirs, told(g+" "+f+" Bashir"))
			}
		}
		mine := s.knows(ours, told("Somebody Invented"))
		cs, _ := s.Cases.Load(s.ctx, mine)
		s.find()
		for _, g := range given {
			for _, f := range fathers {
				_, err := s.Cases.Do(s.ctx, actor(ours), mine, casefile.Order{}, &casefile.Describe{Person: cs.Subject().ID, Facts: told(g + " " + f + " Bashir")})
				s.must(err)
				s.find()
				for _, v := range s.list(ours) {
					if v.Phase == likeness.Asked { // makes room for the next
						_, err := s.Likenesses.Refuse(s.ctx, actor(ours), v.ID, "", &likeness.Refuse{Reason: "not-likely"})
						s.must(err)
						s.find()
					}
				}
			}
		}
		if n := len(s.list(ours)); n > s.Likenesses.Rules.Limits.Comparisons {
			t.Errorf("49 guesses in a day told %d memberships", n)
		}
	})
}

// What is not answered ends by itself; whoever is forgotten leaves no link.
func TestUnansweredAndForgottenEnd(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		a := s.knows(ours, told("Meseret Girma Haile", phone("0799 000 444")))
		s.knows(theirs, told("Meseret Girma Haile", phone("0799 000 444")))
		s.find()
		s.Clock.Pass(s.Likenesses.Rules.Lapses + time.Hour)
		if n, err := s.Likenesses.Lapse(s.ctx); err != nil || n != 1 {
			t.Fatalf("%d lapsed, %v", n, err)
		}
		s.phase(ours, likeness.NotShown)

		c := s.knows(ours, told("Bontu Lelisa Obsa", phone("0799 000 555")))
		s.knows(third, told("Bontu Lelisa Obsa", phone("0799 000 555")))
		s.find()
		s.agree(third, asked("name"))
		id := s.one(third).ID
		_, err := s.Likenesses.Agree(s.ctx, actor(ours), id, "", asked("name"))
		s.must(err)
		for _, u := range []string{ours, third} {
			_, err := s.Likenesses.Judge(s.ctx, actor(u), id, "", &likeness.Judge{Verdict: "same"})
			s.must(err)
		}
		if len(s.links(ours, c)) != 1 {
			t.Fatal("not linked")
		}
		for _, id := range []string{c, a} {
			_, err = s.Cases.Do(s.ctx, actor(ours), id, casefile.Order{}, &casefile.Close{Reason: "solution-found"})
			s.must(err)
			err = officetest.Erase(s.ctx, s.Cases, id)
			s.must(err)
		}
		_, err = s.Likenesses.Lapse(s.ctx)
		s.must(err)
		s.phase(third, likeness.Undone)
	})
}

// One step sent twice is done once, and nobody is told how many steps there
// were.
func TestAStepSentTwiceIsDoneOnce(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		s.knows(ours, told("Tigist Almaz Dawit", phone("0799 000 777")))
		s.knows(theirs, told("Tigist Almaz Dawit", phone("0799 000 777")))
		s.find()
		id := s.one(ours).ID
		one, err := s.Likenesses.Agree(s.ctx, actor(ours), id, "twice", asked("name"))
		s.must(err)
		again, err := s.Likenesses.Agree(s.ctx, actor(ours), id, "twice", asked("name"))
		if err != nil || !again.Replayed || one.Version != 0 || again.Version != 0 {
			t.Fatalf("%+v, then %+v, %v", one, again, err)
		}
		_, err = s.Likenesses.Agree(s.ctx, actor(ours), id, "", asked("name"))
		wantRule(t, err, "likeness.answered")
	})
}

// What was compared stands in no file and in no row in the clear.
func TestNothingComparedIsInTheClear(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		const canary = "Zawadikanari"
		s.knows(ours, told(canary+" Fiktivo", phone("0788 123 456")))
		s.knows(theirs, told(canary+" Fiktivo", phone("0788 123 456")))
		s.find()
		for _, u := range []string{ours, theirs} {
			a := asked("name", "phone")
			a.Interpreting, a.Interpreter = "by-phone", canary
			s.agree(u, a)
		}
		_, err := s.Likenesses.Compare(s.ctx, actor(ours), s.one(ours).ID)
		s.must(err)
		s.same(ours)
		s.same(theirs)
		for _, word := range []string{canary, "0788123456", "254788123456"} {
			if strings.Contains(s.dump(), word) {
				t.Errorf("a read model holds %s", word)
			}
			s.must(s.Ledger.Each(s.ctx, 0, func(e ledger.Event) error {
				if bytes.Contains(e.Payload, []byte(word)) {
					t.Errorf("the ledger holds %s", word)
				}
				return nil
			}))
		}
		if s.Store.Engine() != store.SQLite {
			return
		}
		s.must(filepath.WalkDir(s.Dir, func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			raw, err := os.ReadFile(path)
			if bytes.Contains(raw, []byte(canary)) {
				t.Errorf("%s holds a name", filepath.Base(path))
			}
			return err
		}))
	})
}

// On the day on which somebody takes in a long list, and on the days after, whom
// she meets herself is compared at once; the list goes on behind them.
func TestAListHoldsUpNobodyWhomItsImporterMeets(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		s.knows(theirs, told("Hodan Maxamed Warsame", phone("0712 000 111")))
		s.find()
		rows := "Case No,Full name,Phone,DOB,Age,Gender,Nationality,County,Notes,Date opened,Status\n"
		for i := range 60 {
			rows += fmt.Sprintf("F-%d,Fictional %s,,,30,F,ke,Kwale,,1/1/2025,active\n", i, strings.Repeat(string(rune('a'+i%26)), 4+i/26))
		}
		out, err := s.CaseLists.Import(s.ctx, actor(ours), sheets.Bytes("clients.csv", []byte(rows)), caselist.Order{List: "Clients", Dates: "dmy", Alike: true})
		s.must(err)
		if out.New != 60 {
			t.Fatalf("%+v", out)
		}
		s.find()
		left := func() (n int) {
			s.must(s.Store.QueryRow(s.ctx, `SELECT count(*) FROM likeness_due`).Scan(&n))
			return n
		}
		if got, want := left(), 60-s.Likenesses.Rules.Limits.Listed; got != want {
			t.Errorf("of the list %d wait, want %d", got, want)
		}
		own := s.knows(ours, told("Hodaan Mohamed Warsameh", phone("0712 000 111")))
		s.find()
		if v := s.one(ours); v.Case != own {
			t.Fatalf("on the list's day her own alert is told as %+v", v)
		}
		s.phase(theirs, likeness.Asked)
		day := s.Likenesses.Rules.Limits.Within + time.Minute
		for range 8 {
			s.Clock.Pass(day)
			s.find()
		}
		if n := left(); n != 0 {
			t.Errorf("a week later %d of the list still wait", n)
		}
	})
}
