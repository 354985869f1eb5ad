package web

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"rufaa/internal/diary"
	"rufaa/internal/paper"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/text"
	"rufaa/internal/web/ui"
)

func (s *site) calendarRoutes() {
	s.handle("GET /calendar", policy.CalendarView, calendarPage)
	s.handle("GET /calendar/feed", policy.CalendarView, func(rq *request) error { return rq.feedPage("") })
	s.handle("POST /calendar/feed", policy.CalendarView, newFeed)
	s.handle("POST /calendar/feed/end", policy.CalendarView, endFeed)
	s.handle("GET /day", policy.CalendarView, dayPage)
	s.handle("GET /day.pdf", policy.CalendarView, daySheet)
}

// feedRoutes are for calendars, which cannot sign in.
func (s *site) feedRoutes() {
	s.public("GET /calendar/feeds/{secret}", readFeed)
}

// dayOf reads a day of the address; the present one when it is none.
func (rq *request) dayOf(name string) time.Time {
	if day, err := time.ParseInLocation(time.DateOnly, rq.URL.Query().Get(name), text.Nairobi); err == nil && day.Year() > 2000 && day.Year() < 2200 {
		return day
	}
	n := rq.of.Now().In(text.Nairobi)
	return time.Date(n.Year(), n.Month(), n.Day(), 0, 0, 0, 0, text.Nairobi)
}

// calendarPage shows a week, or a month, of somebody's own days.
func calendarPage(rq *request) error {
	day := rq.dayOf("day")
	month := rq.URL.Query().Get("view") == "month"
	from := day.AddDate(0, 0, -(int(day.Weekday())+6)%7) // a week begins on Monday
	until, back, on := from.AddDate(0, 0, 7), day.AddDate(0, 0, -7), day.AddDate(0, 0, 7)
	title := rq.t("calendar.week", "day", rq.lang.Date(from))
	if month {
		from = time.Date(day.Year(), day.Month(), 1, 0, 0, 0, 0, text.Nairobi)
		until, back, on = from.AddDate(0, 1, 0), from.AddDate(0, -1, 0), from.AddDate(0, 1, 0)
		title = rq.t("common.month."+strconv.Itoa(int(day.Month()))) + " " + strconv.Itoa(day.Year())
	}
	list, err := rq.of.Diary.Entries(rq.Context(), rq.who, from, until, false)
	if err != nil {
		return err
	}
	by := map[string][]diary.Entry{}
	for _, e := range list {
		by[e.Day] = append(by[e.Day], e)
	}
	body := []templ.Component{ui.Heading(rq.t("calendar.title"), title), rq.calendarLinks(month, day, back, on)}
	if month {
		body = append(body, rq.monthTable(from, until, by))
	}
	for d := from; d.Before(until); d = d.AddDate(0, 0, 1) {
		on := by[d.Format(time.DateOnly)]
		if month && len(on) == 0 {
			continue
		}
		body = append(body, with(ui.Section("d"+d.Format(time.DateOnly), rq.weekday(d)+", "+rq.lang.Date(d)), rq.entryTable(on, rq.t("calendar.free"))))
	}
	if month && len(list) == 0 {
		body = append(body, with(ui.InsetText(), para(rq.t("calendar.free"))))
	}
	return rq.render(http.StatusOK, rq.page(rq.t("calendar.title")), body...)
}

func (rq *request) weekday(d time.Time) string {
	return rq.t("calendar.weekday." + strconv.Itoa(int(d.Weekday())))
}

func (rq *request) calendarLinks(month bool, day, back, on time.Time) templ.Component {
	at := func(view string, d time.Time) string {
		return rq.o.Base + "/calendar?view=" + view + "&day=" + d.Format(time.DateOnly)
	}
	view, other, label := "week", "month", rq.t("calendar.show_month")
	if month {
		view, other, label = "month", "week", rq.t("calendar.show_week")
	}
	return list(anchor(rq.t("calendar.earlier"), at(view, back)), anchor(rq.t("calendar.later"), at(view, on)), anchor(label, at(other, day)),
		anchor(rq.t("calendar.sheet"), rq.o.Base+"/day"), anchor(rq.t("calendar.feed.title"), rq.o.Base+"/calendar/feed"))
}

// monthTable shows the month at a glance: how much stands on each day.
func (rq *request) monthTable(from, until time.Time, by map[string][]diary.Entry) templ.Component {
	return templ.ComponentFunc(func(_ context.Context, w io.Writer) error {
		var b strings.Builder
		b.WriteString(`<table class="govuk-table r-month"><caption class="govuk-visually-hidden">` + templ.EscapeString(rq.t("calendar.title")) + `</caption><thead><tr>`)
		for i := range 7 {
			name := rq.t("calendar.weekday." + strconv.Itoa((i+1)%7))
			b.WriteString(`<th scope="col"><abbr title="` + templ.EscapeString(name) + `">` + templ.EscapeString(rq.t("calendar.short."+strconv.Itoa((i+1)%7))) + `</abbr></th>`)
		}
		b.WriteString(`</tr></thead><tbody>`)
		for week := from.AddDate(0, 0, -(int(from.Weekday())+6)%7); week.Before(until); week = week.AddDate(0, 0, 7) {
			b.WriteString(`<tr>`)
			for i := range 7 {
				d := week.AddDate(0, 0, i)
				b.WriteString(`<td>` + rq.monthDay(d, from, until, len(by[d.Format(time.DateOnly)])) + `</td>`)
			}
			b.WriteString(`</tr>`)
		}
		b.WriteString(`</tbody></table>`)
		_, err := io.WriteString(w, b.String())
		return err
	})
}

func (rq *request) monthDay(d, from, until time.Time, n int) string {
	if d.Before(from) || !d.Before(until) {
		return ""
	}
	number := strconv.Itoa(d.Day())
	if n == 0 {
		return number
	}
	return `<a href="#d` + d.Format(time.DateOnly) + `"><strong>` + number + `</strong><span class="govuk-visually-hidden">: ` +
		templ.EscapeString(rq.lang.N("calendar.count", n)) + `</span> <span aria-hidden="true">(` + strconv.Itoa(n) + `)</span></a>`
}

// what says an entry for somebody who is signed in.
func (rq *request) what(e *diary.Entry) string {
	word := rq.t("calendar.what." + e.What)
	switch {
	case e.Kind == "":
	case e.What == "task":
		word += ": " + rq.label("task-kinds", e.Kind)
	case e.What == "booking":
		word += ": " + rq.label("booking-kinds", e.Kind)
	case e.What == "hearing":
		word += ": " + rq.label("hearing-kinds", e.Kind)
	}
	return joinTold(word, rq.inPlaceOf(e.For))
}

func (rq *request) hour(e *diary.Entry) string {
	if e.AllDay {
		return rq.t("calendar.all_day")
	}
	return e.At.In(text.Nairobi).Format("15:04")
}

func (rq *request) entryTable(list []diary.Entry, empty string) templ.Component {
	if len(list) == 0 {
		return small(empty)
	}
	l := ui.Listing{Caption: rq.t("calendar.title"), Hide: true, Columns: []ui.Column{{Label: rq.t("calendar.hour")}, {Label: rq.t("notices.what")}, {Label: rq.t("web.col.case")}}}
	for i := range list {
		e := &list[i]
		l.Rows = append(l.Rows, []ui.Cell{{Text: rq.hour(e)}, {Text: rq.what(e)}, {Text: e.Ref, Href: "/cases/" + e.Case, Sub: rq.label("counties", e.County)}})
	}
	return ui.Table(l)
}

// today is what a day sheet holds: what ran out before, and the day itself.
func (rq *request) today() (day time.Time, late, now []diary.Entry, err error) {
	day = rq.dayOf("on")
	list, err := rq.of.Diary.Entries(rq.Context(), rq.who, day, day.AddDate(0, 0, 1), true)
	for _, e := range list {
		if e.Day < day.Format(time.DateOnly) {
			late = append(late, e)
		} else {
			now = append(now, e)
		}
	}
	return day, late, now, err
}

func dayPage(rq *request) error {
	day, late, now, err := rq.today()
	if err != nil {
		return err
	}
	title := rq.t("calendar.day.title")
	body := []templ.Component{ui.Heading(rq.weekday(day)+", "+rq.lang.Date(day), title), para(rq.t("calendar.day.text"))}
	if len(late) > 0 {
		body = append(body, with(ui.Section("late", rq.t("calendar.day.late")), rq.lateTable(late)))
	}
	body = append(body, with(ui.Section("today", rq.t("calendar.day.today")), rq.entryTable(now, rq.t("calendar.free"))),
		para2link(rq.t("calendar.day.pdf"), rq.o.Base+"/day.pdf?on="+day.Format(time.DateOnly)), para2link(rq.t("calendar.title"), rq.o.Base+"/calendar"))
	return rq.render(http.StatusOK, rq.page(title), body...)
}

func (rq *request) lateTable(list []diary.Entry) templ.Component {
	l := ui.Listing{Caption: rq.t("calendar.day.late"), Hide: true, Columns: []ui.Column{{Label: rq.t("calendar.since")}, {Label: rq.t("notices.what")}, {Label: rq.t("web.col.case")}}}
	for i := range list {
		e := &list[i]
		l.Rows = append(l.Rows, []ui.Cell{{Text: rq.day(e.Day)}, {Text: rq.what(e)}, {Text: e.Ref, Href: "/cases/" + e.Case, Sub: rq.label("counties", e.County)}})
	}
	return ui.Table(l)
}

// daySheet is the day on paper, for somebody on the road: references only, so
// that a sheet left behind tells nothing of anybody.
func daySheet(rq *request) error {
	day, late, today, err := rq.today()
	if err != nil {
		return err
	}
	now, title := rq.of.Now(), rq.t("calendar.day.title")
	p := paper.Begin(paper.A4, title, rq.lang.Code(), rq.banner(), rq.t("calendar.day.foot", "when", rq.lang.DateTime(now)), now)
	p.Heading(1, title)
	p.Text(rq.weekday(day) + ", " + rq.lang.Date(day))
	p.Small(rq.person.Name + " · " + rq.person.AgencyName)
	part := func(key string, list []diary.Entry, when func(*diary.Entry) string) {
		p.Space(0.7)
		p.Heading(2, rq.t(key))
		if len(list) == 0 {
			p.Text(rq.t("calendar.free"))
		}
		for i := range list {
			e := &list[i]
			p.Together(3)
			p.Strong(when(e) + "   " + e.Ref)
			p.Text(rq.what(e))
			p.Small("______________________________________________")
		}
	}
	if len(late) > 0 {
		part("calendar.day.late", late, func(e *diary.Entry) string { return rq.day(e.Day) })
	}
	part("calendar.day.today", today, rq.hour)
	p.Space(1)
	p.Small(rq.t("calendar.day.paper"))
	raw, err := p.Bytes()
	if err != nil {
		return err
	}
	rq.file("application/pdf", "day.pdf", raw)
	return nil
}

func (rq *request) feedPage(secret string) error {
	f, err := rq.of.Diary.Feed(rq.Context(), rq.who)
	if err != nil {
		return err
	}
	title := rq.t("calendar.feed.title")
	p := rq.page(title)
	p.Back = &ui.Link{Text: rq.t("calendar.title"), Href: "/calendar"}
	body := []templ.Component{ui.Heading("", title), para(rq.t("calendar.feed.text"))}
	if secret != "" {
		address := rq.o.Base + "/calendar/feeds/" + secret + ".ics"
		if site, ok := rq.of.Accounts.Site(); ok {
			address = site.Origin + address
		}
		body = append(body, with(ui.Banner(ui.Important, rq.t("calendar.feed.address"), "address"), para(rq.t("calendar.feed.once")), element("p", ` class="r-said"`, address)))
	}
	button := rq.t("calendar.feed.make")
	if !f.Made.IsZero() {
		body = append(body, small(rq.t("calendar.feed.since", "when", rq.lang.DateTime(f.Made))))
		button = rq.t("calendar.feed.again")
	}
	body = append(body, rq.press("/calendar/feed", "x", "1", button))
	if !f.Made.IsZero() {
		body = append(body, rq.press("/calendar/feed/end", "x", "1", rq.t("calendar.feed.end")))
	}
	return rq.render(http.StatusOK, p, body...)
}

func newFeed(rq *request) error {
	secret, err := rq.of.Diary.NewFeed(rq.Context(), rq.who)
	if err != nil {
		return err
	}
	return rq.feedPage(secret)
}

func endFeed(rq *request) error {
	if err := rq.of.Diary.EndFeed(rq.Context(), rq.who); err != nil && !errors.Is(err, problem.ErrNotFound) {
		return err
	}
	rq.redirect("/calendar/feed")
	return nil
}

func readFeed(rq *request) error {
	secret, _ := strings.CutSuffix(rq.PathValue("secret"), ".ics")
	raw, err := rq.of.Diary.Read(rq.Context(), secret, func(language, what string) string {
		return "Rufaa: " + rq.of.Texts.In(language).T("calendar.outside."+outside(what))
	})
	if err != nil {
		return err
	}
	rq.w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	rq.w.Write(raw)
	return nil
}

// outside names a thing in a calendar that others may look into: a task, a
// meeting, or something that is due, and no more.
func outside(what string) string {
	switch what {
	case "task", "conference":
		return what
	case "booking", "hearing":
		return "appointment"
	}
	return "due"
}
