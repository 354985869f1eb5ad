package search

import (
	"fmt"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

func TestProbesAreLimitedOverASlidingWindow(t *testing.T) {
	l := NewLimiter(3, 10*time.Minute)
	for i := range 3 {
		if _, ok := l.Allow("staff-1", noon.Add(time.Duration(i)*time.Minute)); !ok {
			t.Fatalf("probe %d was refused", i+1)
		}
	}
	wait, ok := l.Allow("staff-1", noon.Add(4*time.Minute))
	if ok || wait != 6*time.Minute {
		t.Errorf("the fourth: %v, wait %v", ok, wait)
	}
	if _, ok := l.Allow("staff-2", noon.Add(4*time.Minute)); !ok {
		t.Error("somebody else was refused")
	}
	if _, ok := l.Allow("staff-1", noon.Add(10*time.Minute)); !ok {
		t.Error("refused after the first probe left the window")
	}
	if _, ok := l.Allow("staff-1", noon.Add(10*time.Minute)); ok {
		t.Error("the window does not slide: a fourth within it")
	}
}

func TestTheLimiterForgetsWhoIsGone(t *testing.T) {
	l := NewLimiter(0, 0)
	for i := range 1000 {
		l.Allow(fmt.Sprint(i), noon)
	}
	l.Allow("late", noon.Add(DefaultWindow+time.Second))
	if len(l.by) != 1 {
		t.Errorf("%d people are remembered", len(l.by))
	}
}
