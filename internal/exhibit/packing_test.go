package exhibit_test

import (
	"errors"
	"strconv"
	"strings"
	"sync"
	"testing"

	"rufaa/internal/casefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/problem"
	"rufaa/internal/scene"
)

func boxed(side, box string) *exhibit.Record {
	r := phone("")
	r.Side, r.Owner, r.Container = side, "unknown", box
	return r
}

// Things of both sides share no container and no vehicle: one rule with the
// scene, set aside in one way.
func TestThingsOfBothSidesAreKeptApart(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		s.record(officer, boxed("victim", "Box 1"))
		record := func(user string, r *exhibit.Record) error {
			_, err := s.Exhibits.Record(s.ctx, who(user), s.scene, casefile.Order{}, r)
			return err
		}
		wantRule(t, record(lead, boxed("suspect", "box-1")), "separation.container")
		s.must(record(lead, boxed("neither", "Box 1")))
		r := boxed("suspect", "Box 1")
		r.OverrideReason = "No other box in the vehicle; wrapped twice."
		wantRule(t, record(lead, r), "separation.second-person")
		r.OverrideTold = who(lead).Staff
		wantRule(t, record(lead, r), "separation.second-person")
		r.OverrideTold = who(stander).Staff // has no part in it
		wantRule(t, record(lead, r), "separation.second-person")
		r.OverrideTold = who(lead).Staff
		wantRule(t, record(officer, r), "separation.manager-sets-aside")
		r.OverrideTold = who(officer).Staff
		s.must(record(lead, r))
		told, err := s.Scenes.Told(s.ctx, who(officer))
		if err != nil || len(told) != 1 || told[0].Kinds != "container" {
			t.Fatalf("the second person is told %+v, %v", told, err)
		}
		list, err := s.Scenes.Oversight(s.ctx, who("njoki.data"))
		if err != nil || len(list) != 1 || list[0].Staff != who(lead).Staff {
			t.Fatalf("the oversight sees %+v, %v", list, err)
		}
		if reason, err := s.Scenes.Reason(s.ctx, who("njoki.data"), list[0].ID); err != nil || !strings.HasPrefix(reason, "No other box") {
			t.Errorf("the reviewer reads %q, %v", reason, err)
		}
		_, found, err := s.Exhibits.OfScene(s.ctx, who(lead), s.scene)
		s.must(err)
		mixed := found[len(found)-1]
		if mixed.Plain.Override != "separation.container" {
			t.Errorf("the remark is missing: %+v", mixed.Plain)
		}
		// Set aside without need, and put right.
		free := boxed("suspect", "Box 2")
		free.OverrideReason, free.OverrideTold = "To be sure.", who(officer).Staff
		wantRule(t, record(lead, free), "separation.nothing-shared")
		_, err = s.Exhibits.Do(s.ctx, who(lead), mixed.ID, casefile.Order{}, &exhibit.Correct{Facts: exhibit.Facts{Container: "Box 2"}, Why: "It lies in the other box."})
		s.must(err)
		if v := s.view(lead, mixed.ID); v.Plain.Override != "" {
			t.Errorf("the remark stays: %+v", v.Plain)
		}
		// What was set aside for these two stays so, and the remark with it.
		_, err = s.Exhibits.Do(s.ctx, who(lead), mixed.ID, casefile.Order{}, &exhibit.Correct{Facts: exhibit.Facts{Container: "Box 1"}, Why: "No, it does not."})
		s.must(err)
		if v := s.view(lead, mixed.ID); v.Plain.Override != "separation.container" {
			t.Errorf("the remark is gone: %+v", v.Plain)
		}
		s.nothingInTheClear("No other box")
	})
}

// What went in at another scene of the inquiry, or what sat in the vehicle,
// counts too.
func TestVehiclesAndOtherScenesCount(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		sc, err := s.Scenes.Load(s.ctx, s.scene)
		s.must(err)
		other := s.sceneIn(sc.Inquiry)
		first := boxed("victim", "")
		first.Vehicle = "V 1"
		s.record(lead, first)
		second := boxed("suspect", "")
		second.Vehicle = "v1"
		_, err = s.Exhibits.Record(s.ctx, who(lead), other, casefile.Order{}, second)
		wantRule(t, err, "separation.vehicle")
		do := func(cmd scene.Command) string {
			rc, err := s.Scenes.Do(s.ctx, who(lead), s.scene, casefile.Order{}, cmd)
			s.must(err)
			return rc.ID
		}
		do(&scene.AddUnit{Kind: "vehicle", Name: "V2"})
		do(&scene.Arrive{Standing: "suspect"})
		sc, err = s.Scenes.Load(s.ctx, s.scene)
		s.must(err)
		do(&scene.Handle{Person: sc.Persons[0].ID, Vehicle: sc.Units[0].ID})
		third := boxed("victim", "")
		third.Vehicle = "V2"
		_, err = s.Exhibits.Record(s.ctx, who(lead), s.scene, casefile.Order{}, third)
		wantRule(t, err, "separation.vehicle")
	})
}

// Nobody is put into a vehicle that carries the other side's things, also when
// they were taken up at another scene, nor becomes a suspect among the victims'
// things; the rule is set aside as ever, and stays so for these two.
func TestNobodyIsPutBesideTheOtherSidesThings(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		sc, err := s.Scenes.Load(s.ctx, s.scene)
		s.must(err)
		beside := s.sceneIn(sc.Inquiry)
		do := func(at string, cmd scene.Command) error {
			_, err := s.Scenes.Do(s.ctx, who(lead), at, casefile.Order{}, cmd)
			return err
		}
		for _, name := range []string{"V1", "V2"} {
			s.must(do(beside, &scene.AddUnit{Kind: "vehicle", Name: name}))
		}
		s.must(do(beside, &scene.Arrive{Standing: "suspect"}))
		s.must(do(beside, &scene.Arrive{Standing: "undetermined"}))
		other, err := s.Scenes.Load(s.ctx, beside)
		s.must(err)
		suspect, anybody, v1, v2 := other.Persons[0].ID, other.Persons[1].ID, other.Units[0].ID, other.Units[1].ID
		carried := boxed("victim", "")
		carried.Vehicle = "v 1"
		s.record(lead, carried)
		wantRule(t, do(beside, &scene.Handle{Person: suspect, Vehicle: v1}), "separation.vehicle")
		s.must(do(beside, &scene.Handle{Person: suspect, Vehicle: v2}))
		s.must(do(beside, &scene.Handle{Person: anybody, Vehicle: v1}))
		wantRule(t, do(beside, &scene.Restate{Person: anybody, Standing: "suspect", Reason: "Named by three of those who were found."}), "separation.vehicle")
		aside := scene.Aside{OverrideReason: "One vehicle is left tonight; the bag lies in the boot.", OverrideTold: who(officer).Staff}
		s.must(do(beside, &scene.Give{Staff: who(officer).Staff, Role: "photographer"}))
		s.must(do(beside, &scene.Handle{Person: suspect, Vehicle: v1, Aside: aside}))
		s.must(do(beside, &scene.Handle{Person: suspect, Vehicle: v1}))
	})
}

// A person and a thing of both sides go into one vehicle in the same moment:
// one of them is told.
func TestAPersonAndAThingIntoOneVehicleAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		for n := range 6 {
			name := "V" + strconv.Itoa(n)
			for _, cmd := range []scene.Command{&scene.AddUnit{Kind: "vehicle", Name: name}, &scene.Arrive{Standing: "suspect"}} {
				_, err := s.Scenes.Do(s.ctx, who(lead), s.scene, casefile.Order{}, cmd)
				s.must(err)
			}
			sc, err := s.Scenes.Load(s.ctx, s.scene)
			s.must(err)
			thing := boxed("victim", "")
			thing.Vehicle = name
			errs := s.atOnce(func(user string, i int) (err error) {
				if i == 0 {
					_, err = s.Exhibits.Record(s.ctx, who(user), s.scene, casefile.Order{}, thing)
				} else {
					_, err = s.Scenes.Do(s.ctx, who(user), s.scene, casefile.Order{}, &scene.Handle{Person: sc.Persons[n].ID, Vehicle: sc.Units[n].ID})
				}
				return err
			}, officer, lead)
			wantOne(t, errs, "separation.vehicle")
		}
	})
}

// Two telephones pack into one new box in the same moment: one of them is told.
func TestTwoSidesIntoOneBoxAtOnce(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		for n := range 6 {
			box := "Box " + strconv.Itoa(n)
			errs := s.atOnce(func(user string, i int) error {
				_, err := s.Exhibits.Record(s.ctx, who(user), s.scene, casefile.Order{}, boxed([]string{"victim", "suspect"}[i%2], box))
				return err
			}, lead, officer)
			wantOne(t, errs, "separation.container")
		}
	})
}

// A seal closes one thing, once: two telephones with one number get one yes,
// and a seal that was opened is not put on again.
func TestASealClosesOneThingOnce(t *testing.T) {
	onEach(t, func(t *testing.T, s *tale) {
		for n := range 4 {
			seal := "KE-7" + strconv.Itoa(n)
			errs := s.atOnce(func(user string, _ int) error {
				_, err := s.Exhibits.Record(s.ctx, who(user), s.scene, casefile.Order{}, phone(seal))
				return err
			}, lead, officer, lead, officer)
			wantOne(t, errs, "custody.seal-used")
		}
		// A new seal on one exhibit, and the same as first seal of another.
		open := func(seal string) string {
			id := s.record(lead, phone(seal))
			_, err := s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, &exhibit.OpenSeal{Reason: "laboratory", Note: "To look.", Look: exhibit.Look{Place: "scene", Seal: seal}})
			s.must(err)
			return id
		}
		reseal := func(id, seal string) error {
			_, err := s.Exhibits.Do(s.ctx, who(lead), id, casefile.Order{}, &exhibit.Reseal{Reason: "laboratory", NewSeal: seal, Look: exhibit.Look{Place: "scene"}})
			return err
		}
		a, b := open("KE-80"), open("KE-81")
		errs := s.atOnce(func(_ string, i int) error {
			if i == 0 {
				return reseal(a, "KE-90")
			}
			if i == 1 {
				return reseal(b, "KE-90")
			}
			_, err := s.Exhibits.Record(s.ctx, who(officer), s.scene, casefile.Order{}, phone("KE-90"))
			return err
		}, lead, lead, officer)
		wantOne(t, errs, "custody.seal-used")
		if s.view(lead, a).Seal == "" {
			s.must(reseal(a, "KE-91"))
		} else {
			s.must(reseal(b, "KE-91"))
		}
		wantRule(t, reseal(open("KE-82"), "KE-80"), "custody.seal-used") // its own first one, long opened
		_, list, err := s.Exhibits.OfScene(s.ctx, who(lead), s.scene)
		s.must(err)
		for i, v := range list {
			if v.N != i+1 {
				t.Errorf("number %d is the %d.: what was refused left a gap", v.N, i+1)
			}
		}
		before := s.dump()
		_, err = s.Rebuild(s.ctx)
		s.must(err)
		if s.dump() != before {
			t.Error("a rebuild knows other seals")
		}
	})
}

// atOnce does something as several people in the same moment.
func (s *tale) atOnce(do func(user string, i int) error, users ...string) []error {
	errs := make([]error, len(users))
	var wg sync.WaitGroup
	start := make(chan struct{})
	for i, user := range users {
		wg.Add(1)
		go func() {
			defer wg.Done()
			<-start
			errs[i] = do(user, i)
		}()
	}
	close(start)
	wg.Wait()
	return errs
}

// wantOne wants one to have succeeded and all others to be refused by a rule.
func wantOne(t *testing.T, errs []error, rule string) {
	t.Helper()
	done := 0
	for _, err := range errs {
		var r *problem.Refused
		switch {
		case err == nil:
			done++
		case !errors.As(err, &r) || r.Rule != rule:
			t.Errorf("got %v, want refusal by %s", err, rule)
		}
	}
	if done != 1 {
		t.Errorf("%d of %d succeeded", done, len(errs))
	}
}
