package content_test

import (
	"slices"
	"testing"

	datafiles "rufaa/content"
	"rufaa/internal/content"
	"rufaa/internal/text"
)

func yes(ids ...string) map[string]string {
	out := map[string]string{}
	for _, id := range ids {
		out[id] = "yes"
	}
	return out
}

func TestStrengthIsCountedByDimensions(t *testing.T) {
	c := loadOwn(t)
	for _, x := range []struct {
		name, audience         string
		answers                map[string]string
		trafficking, smuggling string
	}{
		{"nothing asked", "adult", nil, "none", "none"},
		{"all no or unknown", "adult", map[string]string{"no-pay": "no", "watched": "unknown", "papers-held": "not_asked"}, "none", "none"},
		{"one weak sign", "adult", yes("appears-afraid"), "weak", "none"},
		{"one strong sign alone", "adult", yes("no-pay"), "weak", "none"},
		{"exploited at work", "adult", yes("no-pay", "excessive-hours"), "moderate", "none"},
		{"two other dimensions, no exploitation seen yet", "adult", yes("lied-about-work", "contract-changed", "violence-to-go", "taken-or-sold"), "moderate", "none"},
		{"act, means and purpose", "adult", yes("no-pay", "excessive-hours", "cannot-leave", "violence-there", "lied-about-work", "contract-changed"), "strong", "none"},
		{"three mediums make a dimension", "adult", yes("poverty-used", "flight-used", "trusted-person", "no-pay", "pay-cut", "cannot-leave", "violence-there"), "strong", "weak-or-none"},
		{"brought across a border for money", "adult", yes("crossed-with-help", "paid-to-cross"), "none", "strong"},
		{"held for ransom on the way", "adult", yes("ransom", "abused-on-the-way"), "weak", "moderate"},
		{"a child needs less", "child", yes("domestic-work", "begging-or-selling", "cannot-go-out", "beaten-or-abused"), "strong", "none"},
		{"unknown signs are passed over", "adult", yes("no-such-sign"), "none", "none"},
	} {
		t.Run(x.name, func(t *testing.T) {
			r := c.Scoring().Score(c.QuestionnaireFor(x.audience), x.answers)
			if r.Trafficking != x.trafficking {
				t.Errorf("trafficking %s, want %s", r.Trafficking, x.trafficking)
			}
			if x.smuggling != "weak-or-none" && r.Smuggling != x.smuggling {
				t.Errorf("smuggling %s, want %s", r.Smuggling, x.smuggling)
			}
		})
	}
}

func TestTheCountingRule(t *testing.T) {
	c := loadOwn(t)
	q := c.QuestionnaireFor("adult")
	for _, x := range []struct {
		name     string
		answers  map[string]string
		positive bool
	}{
		{"2 strong", yes("no-pay", "excessive-hours"), true},
		{"1 strong, 1 medium", yes("no-pay", "pay-cut"), true},
		{"1 strong, 1 weak", yes("no-pay", "sleeps-at-work"), true},
		{"2 medium, 1 weak", yes("pay-cut", "dangerous-work", "sleeps-at-work"), true},
		{"1 strong", yes("no-pay"), false},
		{"2 medium", yes("pay-cut", "dangerous-work"), false},
		{"1 medium, 1 weak", yes("pay-cut", "sleeps-at-work"), false},
	} {
		r := c.Scoring().Score(q, x.answers)
		i := slices.IndexFunc(r.Groups, func(g content.GroupResult) bool { return g.Group == "exploitation" })
		if r.Groups[i].Positive != x.positive {
			t.Errorf("%s: positive %v", x.name, r.Groups[i].Positive)
		}
	}
}

func TestTheExplanationReadsInBothLanguages(t *testing.T) {
	c := loadOwn(t)
	texts, err := text.Load(datafiles.Files, "text")
	if err != nil {
		t.Fatal(err)
	}
	r := c.Scoring().Score(c.QuestionnaireFor("adult"), yes("no-pay", "excessive-hours", "pay-cut"))
	for lang, want := range map[string]string{
		"en": "Exploitation: strong 2, medium 1, weak 0. Enough to count.",
		"sw": "Unyonyaji: thabiti 2, vya wastani 1, dhaifu 0. Vinatosha kuhesabiwa.",
	} {
		var said []string
		for _, l := range c.Scoring().Explain(r, lang) {
			said = append(said, texts.In(lang).T(l.Key, l.Args...))
		}
		if !slices.Contains(said, want) {
			t.Errorf("%q is missing in %q", want, said)
		}
	}
	for track := range c.Scoring().Levels {
		for _, strength := range []string{"none", "weak", "moderate", "strong"} {
			if key := "common.scoring." + track + "." + strength; !texts.In("sw").Has(key) {
				t.Errorf("no text %s", key)
			}
		}
	}
	if n, keys := texts.Missing(); n != 0 {
		t.Errorf("missing texts: %v", keys)
	}
}
