package scene_test

import (
	"context"
	"strconv"
	"testing"

	"rufaa/internal/office/officetest"
	"rufaa/internal/scene"
	"rufaa/internal/store"
)

// At a busy scene something is packed each time that an officer's word is held
// against what lies where. After a few times the officer is told so, in words,
// and nothing of it is recorded.
func TestACommandThatOthersOvertakeEachTimeIsToldSo(t *testing.T) {
	officetest.Each(t, func(t *testing.T, w *officetest.World) {
		s := opened(t, w)
		s.ok(officer, &scene.AddUnit{Kind: "vehicle", Name: "V1"}, &scene.Arrive{Standing: scene.Victim})
		before := s.state()
		packed := 0
		w.Scenes.KeepApartFrom(func(context.Context, store.Query, []string) ([]scene.Thing, error) {
			packed++
			return []scene.Thing{{ID: "x", Scene: s.scene, Side: "neither", Container: "B" + strconv.Itoa(packed)}}, nil
		})
		move := &scene.Handle{Person: before.Persons[0].ID, Handler: id(officer), Vehicle: before.Units[0].ID}
		s.refused(officer, move, "scene.overtaken")
		if now := s.state(); now.Version != before.Version || packed != 2*9 {
			t.Fatalf("version %d became %d after %d looks", before.Version, now.Version, packed)
		}
		for _, lang := range []string{"en", "sw"} {
			if rule, ok := w.Content.Rule("scene.overtaken"); !ok || rule.Why.In(lang) == "" || rule.Remedy.In(lang) == "" {
				t.Errorf("there are no words in %s", lang)
			}
		}
		w.Scenes.KeepApartFrom(func(context.Context, store.Query, []string) ([]scene.Thing, error) { return nil, nil })
		s.ok(officer, move)
	})
}
