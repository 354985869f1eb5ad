package text_test

import (
	"math"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	datafiles "rufaa/content"
	"rufaa/internal/text"
)

func own(t testing.TB) *text.Catalogs {
	t.Helper()
	c, err := text.Load(datafiles.Files, "text")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestTheProgramsOwnTextsAreCompleteInBothLanguages(t *testing.T) {
	c := own(t)
	for _, code := range text.Codes {
		if got := c.In(code).T("common.language.own"); got == "" || strings.Contains(got, "⟦") {
			t.Errorf("%s does not name itself: %q", code, got)
		}
	}
}

func folder(en, sw string) fstest.MapFS {
	return fstest.MapFS{"t/x.en.yaml": {Data: []byte(en)}, "t/x.sw.yaml": {Data: []byte(sw)}}
}

func TestBrokenCatalogsAreRefusedWithFileLineAndRemedy(t *testing.T) {
	for _, c := range []struct{ name, en, sw, file, what, remedy string }{
		{"missing in Kiswahili", "a.x: one\na.y: two\n", "a.x: moja\n", "t/x.en.yaml:2:", `"a.y" has no text in "sw"`, "add it"},
		{"missing in English", "a.x: one\n", "a.x: moja\na.y: mbili\n", "t/x.sw.yaml:2:", `"a.y" has no text in "en"`, "remove it"},
		{"other placeholder", "a.x: Hello {name}\n", "a.x: Habari {jina}\n", "t/x.sw.yaml:1:", "placeholders [name]", "make them equal"},
		{"doubled", "a.x: one\na.x: two\n", "a.x: moja\n", "t/x.en.yaml:2:", "stands already at t/x.en.yaml:1", "remove one"},
		{"empty", "a.x: ''\n", "a.x: moja\n", "t/x.en.yaml:1:", "empty", "write it"},
		{"lone brace", "a.x: 'one {'\n", "a.x: moja\n", "t/x.en.yaml:1:", "a brace stands alone", "{name}"},
		{"brace around a sentence", "a.x: 'one {not a name}'\n", "a.x: moja\n", "t/x.en.yaml:1:", "brace", "{name}"},
		{"no plural form", "a.x: {single: one, other: two}\n", "a.x: moja\n", "t/x.en.yaml:1:", "no plural form", "use one and other"},
		{"plural without other", "a.x:\n  one: one\n", "a.x: moja\n", "t/x.en.yaml:2:", "other, is empty", "write it"},
		{"list for a text", "a.x: [one, two]\n", "a.x: moja\n", "t/x.en.yaml:1:", "neither a text", "write a text"},
		{"key without area", "save: Save\n", "save: Hifadhi\n", "t/x.en.yaml:1:", "has no area", "area.page.thing"},
		{"not YAML", "a.x: one\n\tb: two\n", "a.x: moja\n", "t/x.en.yaml:2:", "found", "quotes"},
		{"a list for a file", "- a\n- b\n", "a.x: moja\n", "t/x.en.yaml:1:", "not a list of keys", "write one"},
		{"empty file", "", "a.x: moja\n", "t/x.en.yaml:0:", "EOF", "correct the YAML"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := text.Load(folder(c.en, c.sw), "t")
			if err == nil {
				t.Fatal("it loaded")
			}
			for _, want := range []string{c.file, c.what, c.remedy} {
				if !strings.Contains(err.Error(), want) {
					t.Errorf("%q is missing in: %v", want, err)
				}
			}
		})
	}
}

func TestAFileWithoutALanguageIsRefused(t *testing.T) {
	fsys := folder("a.x: one\n", "a.x: moja\n")
	fsys["t/notalanguage.yaml"] = &fstest.MapFile{Data: []byte("a.y: one\n")}
	if _, err := text.Load(fsys, "t"); err == nil || !strings.Contains(err.Error(), "t/notalanguage.yaml:0:") {
		t.Errorf("got %v", err)
	}
}

func TestAnotherLanguageComesByItsFileAlone(t *testing.T) {
	fsys := folder("a.x: Hello {name}\n", "a.x: Habari {name}\n")
	fsys["t/x.ar.yaml"] = &fstest.MapFile{Data: []byte("a.x: 'مرحبا {name}'\n")}
	c, err := text.Load(fsys, "t")
	if err != nil {
		t.Fatal(err)
	}
	if got := c.Codes(); len(got) != 3 || got[0] != "en" || !slices.Contains(got, "ar") {
		t.Errorf("languages %v", got)
	}
	if c.In("ar").Dir() != "rtl" || c.In("sw").Dir() != "ltr" {
		t.Error("Arabic is written from the right, Kiswahili from the left")
	}
	fsys["t/x.ar.yaml"] = &fstest.MapFile{Data: []byte("a.y: x\n")}
	if _, err := text.Load(fsys, "t"); err == nil {
		t.Error("an incomplete third language loaded")
	}
}

func TestPlaceholdersAreFilledInAnyOrder(t *testing.T) {
	c, err := text.Load(folder("a.x: '{who} sent {n} to {where}, {who}'\n", "a.x: '{where}: {who} {n}'\n"), "t")
	if err != nil {
		t.Fatal(err)
	}
	if got := c.In("en").T("a.x", "where", "Busia", "n", 3, "who", "Amina"); got != "Amina sent 3 to Busia, Amina" {
		t.Error(got)
	}
	if got := c.In("sw").T("a.x", "where", "Busia", "n", int64(3), "who", "Amina"); got != "Busia: Amina 3" {
		t.Error(got)
	}
	if got := c.In("en").T("a.x", "who", "{n}", "n", 1, "where"); got != "{n} sent 1 to , {n}" {
		t.Errorf("a value must never be filled in again, and a lost value stays empty: %q", got)
	}
}

func TestAMissingKeyIsSeenAndCountedAndBreaksNothing(t *testing.T) {
	c := own(t)
	for range 3 {
		if got := c.In("sw").T("no.such.key"); got != "⟦no.such.key⟧" {
			t.Error(got)
		}
	}
	c.In("en").N("no.such.plural", 2)
	times, keys := c.Missing()
	if times != 4 || !slices.Equal(keys, []string{"en no.such.plural", "sw no.such.key"}) {
		t.Errorf("%d %v", times, keys)
	}
}

func TestPluralsFollowTheLanguage(t *testing.T) {
	c := own(t)
	for _, x := range []struct {
		code, want string
		n          int
	}{
		{"en", "1 hour ago", 1}, {"en", "2 hours ago", 2}, {"en", "0 hours ago", 0}, {"en", "-1 hour ago", -1},
		{"sw", "saa 1 iliyopita", 1}, {"sw", "saa 3 zilizopita", 3},
		{"en", "9223372036854775807 hours ago", math.MaxInt}, {"en", "-9223372036854775808 hours ago", math.MinInt},
	} {
		if got := c.In(x.code).N("common.ago.hours", x.n); got != x.want {
			t.Errorf("%s %d: %q, want %q", x.code, x.n, got, x.want)
		}
	}
}

func TestDatesAreReadInNairobi(t *testing.T) {
	c := own(t)
	late := time.Date(2026, 3, 3, 22, 30, 0, 0, time.UTC) // already the 4th in Nairobi
	if got := c.In("en").DateTime(late); got != "4 March 2026, 01:30" {
		t.Error(got)
	}
	if got := c.In("sw").Date(late); got != "4 Machi 2026" {
		t.Error(got)
	}
}

func TestAgoAndSpanSayWhatAPersonWould(t *testing.T) {
	en, now := own(t).In("en"), time.Date(2026, 3, 4, 2, 0, 0, 0, time.UTC)
	for d, want := range map[time.Duration]string{
		20 * time.Second: "just now", 90 * time.Second: "1 minute ago", 59 * time.Minute: "59 minutes ago",
		3 * time.Hour: "3 hours ago", 47 * time.Hour: "47 hours ago", 75 * time.Hour: "3 days ago",
		-5 * time.Second: "now", -2 * time.Hour: "in 2 hours", -72 * time.Hour: "in 3 days",
	} {
		if got := en.Ago(now.Add(-d), now); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
	for d, want := range map[time.Duration]string{0: "1 minute", time.Hour: "1 hour", 48 * time.Hour: "2 days",
		365 * 24 * time.Hour: "365 days", 5 * 365 * 24 * time.Hour: "5 years", 731 * 24 * time.Hour: "731 days"} {
		if got := en.Span(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

func TestASpanIsToldExactly(t *testing.T) {
	c := own(t)
	const day = 24 * time.Hour
	for d, want := range map[time.Duration]string{0: "1 minute", 59*time.Minute + 59*time.Second: "59 minutes", time.Hour + 30*time.Second: "1 hour",
		9*time.Hour - time.Minute: "8 hours 59 minutes", 47*time.Hour + time.Minute: "47 hours 1 minute", 2 * day: "2 days",
		3*day + 23*time.Hour + 59*time.Minute: "3 days 23 hours"} {
		if got := c.In("en").Exactly(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
	if got := c.In("sw").Exactly(9*time.Hour - time.Minute); got != "saa 8 dakika 59" {
		t.Error(got)
	}
}

func TestTheReadersLanguageIsFound(t *testing.T) {
	c := own(t)
	for _, x := range []struct{ chosen, accept, want string }{
		{"sw", "en", "sw"}, {"", "sw-KE,en;q=0.5", "sw"}, {"", "fr,sw;q=0.8,en;q=0.9", "en"},
		{"", "de", "en"}, {"xx", "", "en"}, {"", "sw;q=0,en", "en"}, {"", "((((", "en"},
		{"", strings.Repeat("sw,", 100000), "en"},
	} {
		if got := c.Match(x.chosen, x.accept).Code(); got != x.want {
			t.Errorf("chosen %q, browser %.40q: %s, want %s", x.chosen, x.accept, got, x.want)
		}
	}
	if c.In("nonsense").Code() != "en" {
		t.Error("an unknown language falls back to English")
	}
}

func TestAPlainTextCostsNoAllocation(t *testing.T) {
	sw := own(t).In("sw")
	if n := testing.AllocsPerRun(100, func() { sw.T("common.button.save") }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// FuzzLoad: whatever stands in a file, Load answers with catalogs or problems.
func FuzzLoad(f *testing.F) {
	for _, s := range []string{"a.x: 1", "a.x: {one: '{n}', other: '{n}s'}", "? [a]\n: b", "a.x: *b", "a.x: &a [*a]", "- 1", "{", "---\n---\n", "a.x: {b: {other: c}}", "!!binary x: y"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		c, err := text.Load(folder(s, s), "t")
		if err == nil {
			c.In("sw").N("a.x", 1)
		}
	})
}

func BenchmarkT(b *testing.B) {
	en := own(b).In("en")
	b.Run("plain", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			en.T("common.button.save")
		}
	})
	b.Run("placeholder", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			en.T("common.error.number_range", "min", 1, "max", 30)
		}
	})
}
