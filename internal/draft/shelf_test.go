package draft

import (
	"errors"
	"testing"
	"time"

	"rufaa/internal/problem"
)

func TestADraftIsOnePersonsAndEndsByItself(t *testing.T) {
	now := time.Date(2026, 3, 1, 2, 0, 0, 0, time.UTC)
	s := NewShelf[string](func() time.Time { return now })
	if err := errors.Join(s.Put("amina", "first", 10), s.Put("amina", "second", 10), s.Put("baraka", "his", 10)); err != nil {
		t.Fatal(err)
	}
	if what, ok := s.Get("amina"); !ok || what != "second" {
		t.Errorf("amina has %q, %v", what, ok)
	}
	now = now.Add(29 * time.Minute)
	s.Get("amina") // used: it stays
	now = now.Add(2 * time.Minute)
	if _, ok := s.Get("baraka"); ok {
		t.Error("a draft unused for 31 minutes is still there")
	}
	if _, ok := s.Get("amina"); !ok {
		t.Error("a draft used two minutes ago has ended")
	}
	s.Drop("amina")
	if _, ok := s.Get("amina"); ok {
		t.Error("a dropped draft is still there")
	}
}

func TestAllDraftsTogetherAreBounded(t *testing.T) {
	now := time.Date(2026, 3, 1, 2, 0, 0, 0, time.UTC)
	s := NewShelf[string](func() time.Time { return now })
	if err := s.Put("amina", "large", most-5); err != nil {
		t.Fatal(err)
	}
	var full *problem.Invalid
	if err := s.Put("baraka", "more", 6); !errors.As(err, &full) {
		t.Errorf("too much is %v", err)
	}
	if err := s.Put("baraka", "little", 5); err != nil {
		t.Error(err)
	}
	if err := s.Put("amina", "large", most-5); err != nil {
		t.Errorf("in place of her own: %v", err)
	}
	now = now.Add(stays + time.Second)
	if err := s.Put("baraka", "more", most); err != nil {
		t.Errorf("after the others ended: %v", err)
	}
}
