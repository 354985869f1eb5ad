package ui_test

import (
	"context"
	"fmt"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"rufaa/internal/web/ui"

	"github.com/a-h/templ"
	"pgregory.net/rapid"
)

// echo shows which text was asked for, with what.
type echo struct{}

func (echo) Code() string { return "en" }

func (echo) T(key string, args ...any) string {
	if len(args) == 0 {
		return key
	}
	return key + fmt.Sprint(args...)
}

func (e echo) N(key string, n int, args ...any) string { return fmt.Sprintf("%s %d", key, n) }

func draw(t interface{ Fatalf(string, ...any) }, c templ.Component) string {
	return drawIn(t, ui.Within(context.Background(), ui.Page{Texts: echo{}, Base: "/realm/training"}), c)
}

func drawIn(t interface{ Fatalf(string, ...any) }, ctx context.Context, c templ.Component) string {
	var b strings.Builder
	if err := c.Render(ctx, &b); err != nil {
		t.Fatalf("render: %v", err)
	}
	return b.String()
}

func drawPage(t *testing.T, p ui.Page, body templ.Component) string {
	t.Helper()
	p.Texts = echo{}
	return drawIn(t, templ.WithChildren(context.Background(), body), ui.Layout(p))
}

func has(t *testing.T, html string, wanted ...string) {
	t.Helper()
	for _, w := range wanted {
		if !strings.Contains(html, w) {
			t.Errorf("misses %q in\n%s", w, html)
		}
	}
}

func hasNot(t *testing.T, html string, unwanted ...string) {
	t.Helper()
	for _, w := range unwanted {
		if strings.Contains(html, w) {
			t.Errorf("shows %q in\n%s", w, html)
		}
	}
}

func fieldsOfAllKinds(f ui.Field) map[string]templ.Component {
	return map[string]templ.Component{
		"TextInput":  ui.TextInput(f),
		"Textarea":   ui.Textarea(f),
		"DateInput":  ui.DateInput(f),
		"Select":     ui.Select(f),
		"Radios":     ui.Radios(f),
		"Checkboxes": ui.Checkboxes(f),
		"Checkbox":   ui.Checkbox(f),
	}
}

var (
	ids       = regexp.MustCompile(` id="([^"]+)"`)
	described = regexp.MustCompile(`aria-describedby="([^"]+)"`)
)

func TestAnErrorStandsAtItsFieldAndTheSummaryLeadsThere(t *testing.T) {
	f := ui.Field{
		Name: "age", Label: "Age", Hint: "About", Error: "Too old", Value: "1",
		Options: []ui.Option{{Value: "1", Label: "One", Hint: "a"}, {Value: "2", Label: "Two"}},
	}
	for kind, field := range fieldsOfAllKinds(f) {
		html := draw(t, field)
		known := map[string]bool{}
		for _, m := range ids.FindAllStringSubmatch(html, -1) {
			if known[m[1]] {
				t.Errorf("%s: id %q twice", kind, m[1])
			}
			known[m[1]] = true
		}
		if !known["age"] {
			t.Errorf("%s: nothing has the id the summary leads to", kind)
		}
		told := false
		for _, m := range described.FindAllStringSubmatch(html, -1) {
			for id := range strings.FieldsSeq(m[1]) {
				if !known[id] {
					t.Errorf("%s: is described by %q, which is not there", kind, id)
				}
				told = told || id == "age-error"
			}
		}
		if !told {
			t.Errorf("%s: a screen reader does not hear the error", kind)
		}
		has(t, html, "Too old", "Age")
	}
	has(t, draw(t, ui.ErrorSummary([]ui.FieldError{{Field: "age", Message: "Too old"}})), `href="#age"`, "Too old")
}

func TestWhatPeopleWriteIsNeverMarkup(t *testing.T) {
	bad := `"><script>alert(1)</script>`
	f := ui.Field{Name: "n", Label: bad, Hint: bad, Value: bad, Error: bad, Options: []ui.Option{{Value: bad, Label: bad, Hint: bad}}}
	parts := fieldsOfAllKinds(f)
	parts["Heading"] = ui.Heading(bad, bad, ui.Tag{Text: bad})
	parts["SummaryList"] = ui.SummaryList([]ui.Fact{{Key: bad, Value: bad}})
	parts["Table"] = ui.Table(ui.Listing{Caption: bad, Columns: []ui.Column{{Label: bad}, {Label: bad}}, Rows: [][]ui.Cell{{{Text: bad}, {Text: bad, Sub: bad}}}})
	parts["Timeline"] = ui.Timeline([]ui.Moment{{What: bad, Who: bad, Note: bad}})
	for name, part := range parts {
		if html := draw(t, part); strings.Contains(html, "<script") {
			t.Errorf("%s lets markup through:\n%s", name, html)
		}
	}
}

func TestAPasswordIsNeverSentBack(t *testing.T) {
	hasNot(t, draw(t, ui.TextInput(ui.Field{Name: "p", Type: "password", Value: "hunter2"})), "hunter2")
}

func TestLinksStayInTheirRealm(t *testing.T) {
	ctx := ui.Within(context.Background(), ui.Page{Base: "/realm/training"})
	for href, want := range map[string]string{
		"/cases?x=1":          "/realm/training/cases?x=1",
		"/":                   "/realm/training/",
		"#main":               "#main",
		"//elsewhere.example": "//elsewhere.example",
		"javascript:alert(1)": "about:invalid#TemplFailedSanitizationURL",
	} {
		if got := string(ui.URL(ctx, href)); got != want {
			t.Errorf("%s became %s, want %s", href, got, want)
		}
	}
	has(t, draw(t, ui.Form(ui.Sending{Action: "/alerts", Key: "k1"})), `action="/realm/training/alerts"`, `name="_key" value="k1"`, `method="post"`)
}

func TestASurvivorsPageTellsNobodyWhatItIs(t *testing.T) {
	p := ui.Page{Title: "Your choices in case K-17", Neutral: true, Errors: []ui.FieldError{{Message: "x"}}, Version: "1"}
	html := drawPage(t, p, ui.InsetText())
	has(t, html, "<title>ui.neutral.title</title>", "data-exit", ui.DefaultExit)
	hasNot(t, html, "ui.product", "K-17", "Rufaa", "ui.foot", "<svg")
}

func TestOtherPagesShowNoQuickExit(t *testing.T) {
	hasNot(t, drawPage(t, ui.Page{Title: "Cases"}, ui.InsetText()), "data-exit")
}

func TestTheTitleSaysFirstThatSomethingIsWrong(t *testing.T) {
	html := drawPage(t, ui.Page{Title: "Alert", Errors: []ui.FieldError{{Field: "a", Message: "b"}}}, ui.InsetText())
	has(t, html, "<title>ui.error.prefix Alert · ui.product</title>", "ui.error.title 1")
}

func TestOnlyTheRealRealmCarriesNoBanner(t *testing.T) {
	hasNot(t, drawPage(t, ui.Page{Realm: ui.RealmLive}, ui.InsetText()), "r-realm")
	has(t, drawPage(t, ui.Page{Realm: ui.RealmDemo}, ui.InsetText()), "ui.realm.demo.text")
	has(t, drawPage(t, ui.Page{Realm: ui.RealmExercise, Neutral: true}, ui.InsetText()), "ui.realm.exercise.text")
}

func TestALanguageIsChosenInItsOwnWordsAndRightToLeftIsSaid(t *testing.T) {
	p := ui.Page{Path: "/cases?stage=a", Languages: []ui.Language{{Code: "en", Name: "English", RTL: true}, {Code: "sw", Name: "Kiswahili"}}}
	html := drawPage(t, p, ui.InsetText())
	has(t, html, `lang="en" dir="rtl"`, `name="return" value="/cases?stage=a"`, `value="sw" lang="sw">Kiswahili<`)
	hasNot(t, html, ">English<")
}

func TestAClockNeverPromisesMoreTimeThanThereIs(t *testing.T) {
	now := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	ctx := ui.Within(context.Background(), ui.Page{Texts: echo{}})
	for left, want := range map[time.Duration]string{
		59 * time.Second:                  "ui.due.in.now",
		0:                                 "ui.due.in.now",
		time.Minute:                       "ui.due.in.minutes 1",
		119*time.Minute + 59*time.Second:  "ui.due.in.minutes 119",
		2 * time.Hour:                     "ui.due.in.hours 2",
		47*time.Hour + 59*time.Minute:     "ui.due.in.hours 47",
		48 * time.Hour:                    "ui.due.in.days 2",
		72*time.Hour - time.Second:        "ui.due.in.days 2",
		-time.Second:                      "ui.due.over.now",
		-90 * time.Minute:                 "ui.due.over.minutes 90",
		-25 * time.Hour:                   "ui.due.over.hours 25",
		-30*24*time.Hour - 23*time.Minute: "ui.due.over.days 30",
	} {
		if got := ui.DueText(ctx, now.Add(left), now); got != want {
			t.Errorf("%v left: %s, want %s", left, got, want)
		}
	}
	has(t, draw(t, ui.Countdown(now.Add(-time.Hour), now)), "r-due--overdue", `datetime="2026-11-24T08:30:00Z"`)
}

func TestTimesAreWrittenInEastAfricaUnlessThePageSaysOtherwise(t *testing.T) {
	at := time.Date(2026, 12, 31, 22, 5, 0, 0, time.UTC)
	nairobi := ui.Within(context.Background(), ui.Page{Texts: echo{}})
	if got := ui.Clock(nairobi, at); !strings.HasSuffix(got, ", 01:05") || !strings.Contains(got, "ui.month.1") || !strings.Contains(got, "2027") {
		t.Errorf("got %s", got)
	}
	utc := ui.Within(context.Background(), ui.Page{Texts: echo{}, Zone: time.UTC})
	if got := ui.Clock(utc, at); !strings.HasSuffix(got, ", 22:05") || !strings.Contains(got, "ui.month.12") {
		t.Errorf("got %s", got)
	}
}

func TestADateMayBeKnownInPartOnly(t *testing.T) {
	for want, typed := range map[string][3]string{
		"2004-03-09": {"9", "3", "2004"},
		"2004-03":    {"", "03", " 2004 "},
		"2004":       {"", "", "2004"},
		"":           {"", "", ""},
		"2004--09":   {"9", "", "2004"},
		"-03-":       {"", "3", ""},
		"04-xx-31":   {"31", "xx", "04"},
	} {
		form := url.Values{"born-day": {typed[0]}, "born-month": {typed[1]}, "born-year": {typed[2]}}
		if got := ui.DateFrom(form, "born"); got != want {
			t.Errorf("%q became %q, want %q", typed, got, want)
		}
	}
}

var dateBox = regexp.MustCompile(`name="born(-day|-month|-year)"[^>]* value="([^"]*)"`)

func TestADateTypedWronglyIsShownAgainAsTyped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		box := rapid.StringMatching(`[0-9a-z/.]{0,5}`)
		typed := url.Values{"born-day": {box.Draw(t, "day")}, "born-month": {box.Draw(t, "month")}, "born-year": {box.Draw(t, "year")}}
		value := ui.DateFrom(typed, "born")
		again := url.Values{}
		for _, m := range dateBox.FindAllStringSubmatch(draw(t, ui.DateInput(ui.Field{Name: "born", Value: value})), -1) {
			again.Set("born"+m[1], m[2])
		}
		if len(again) != 3 {
			t.Fatalf("found %d boxes", len(again))
		}
		if got := ui.DateFrom(again, "born"); got != value {
			t.Fatalf("%v was %q and became %q", typed, value, got)
		}
	})
}

func TestAnAnswerKeepsItsFirstLineBreak(t *testing.T) {
	has(t, draw(t, ui.Textarea(ui.Field{Name: "a", Value: "\nsecond line"})), ">\n\nsecond line</textarea>")
}

func TestASealedFactIsAskedForByPostOnly(t *testing.T) {
	html := draw(t, ui.SealedFact(ui.Sealed{Action: "/cases/1/open", Button: "Show", Hidden: "name", Fields: []ui.Pair{{Name: "field", Value: "name"}}}))
	has(t, html, `method="post" action="/realm/training/cases/1/open"`, `name="field" value="name"`)
	hasNot(t, html, "<a ")
	hasNot(t, draw(t, ui.SealedFact(ui.Sealed{})), "<form", "<button")
}

func TestATableIsATableToScreenReadersEvenAsCards(t *testing.T) {
	html := draw(t, ui.Table(ui.Listing{Columns: []ui.Column{{Label: "Case"}, {Label: "Stage"}}, Rows: [][]ui.Cell{{{Text: "K-17", Href: "/cases/1"}, {Text: "Screening"}}}}))
	has(t, html, `role="table"`, `role="rowheader"`, `role="cell" data-label="Stage"`, `href="/realm/training/cases/1"`)
	has(t, draw(t, ui.Table(ui.Listing{Empty: "Nothing waits."})), "Nothing waits.")
}

func BenchmarkAWorklistOfFifty(b *testing.B) {
	row := []ui.Cell{{Text: "K-17", Href: "/cases/1", Sub: "Girl, 14 to 17"}, {Tag: &ui.Tag{Text: "Screening", Tone: ui.Teal}}, {Text: "Nakuru"}, {Text: "due in 3 hours"}}
	l := ui.Listing{Columns: []ui.Column{{Label: "Case"}, {Label: "Stage"}, {Label: "County"}, {Label: "Next"}}}
	for range 50 {
		l.Rows = append(l.Rows, row)
	}
	p := ui.Page{Texts: echo{}, Title: "Worklist", User: &ui.User{Name: "A"}, Nav: []ui.NavItem{{Label: "Worklist", Href: "/"}}}
	ctx := templ.WithChildren(context.Background(), ui.Table(l))
	b.ReportAllocs()
	for b.Loop() {
		var s strings.Builder
		if err := ui.Layout(p).Render(ctx, &s); err != nil {
			b.Fatal(err)
		}
	}
}
