package scenario

import (
	"testing"

	"rufaa/content"
)

func load(t testing.TB, name string) *Script {
	t.Helper()
	data, err := content.Files.ReadFile("scenario/" + name + ".yaml")
	if err != nil {
		t.Fatal(err)
	}
	s, err := Load(name+".yaml", data)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestKaskaziIsWhole(t *testing.T) {
	s := load(t, "kaskazi")
	players := 0
	for _, team := range s.Teams {
		players += team.Players
	}
	if len(s.Characters) != 12 || len(s.Injects) != 42 || len(s.Criteria) != 17 || players != 40 {
		t.Fatalf("%d characters, %d injects, %d criteria, %d players", len(s.Characters), len(s.Injects), len(s.Criteria), players)
	}
	load(t, "kaskazi-tabletop")
}

// The villa is half empty only when the officer who leaks was told.
func TestBranchOnDeeds(t *testing.T) {
	s := load(t, "kaskazi")
	for _, told := range []bool{true, false} {
		p := s.Play()
		p.Advance(18 * 60)
		if told {
			p.Record(Fact{At: p.Now(), Do: "shared", About: "C10", Team: "DCI"})
		}
		p.Advance(s.Ends())
		if got := p.Facts().Fired("11"); got != told {
			t.Fatalf("told %t, inject 11 fired %t", told, got)
		}
		for _, u := range p.Unfired() {
			if u.Inject.ID == "11" && u.Reason != "its condition was not true at D2 07:30 (shared C10: not done)" {
				t.Fatal(u.Reason)
			}
		}
	}
}

// Zawadi tells her age once she is safe, and not when she was handcuffed.
func TestTrustOpensTheTruth(t *testing.T) {
	s := load(t, "kaskazi")
	p := s.Play()
	p.Advance(32 * 60)
	if len(p.Told("C1")) != 0 {
		t.Fatal("told before any care")
	}
	p.Record(Fact{At: p.Now(), Do: "safe", About: "C1"})
	if told := p.Told("C1"); len(told) != 1 || told[0].ID != "C1.age" {
		t.Fatalf("told %v", told)
	}
	p.Record(Fact{At: p.Now(), Do: "handcuffed", About: "C1"})
	if len(p.Told("C1")) != 0 {
		t.Fatal("told in handcuffs")
	}
}
