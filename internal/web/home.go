package web

import (
	"context"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"rufaa/internal/accounts"
	"rufaa/internal/casefile"
	"rufaa/internal/policy"
	"rufaa/internal/referral"
	"rufaa/internal/web/ui"
)

func (s *site) homeRoutes() {
	s.handle("GET /{$}", policy.CaseList, home)
}

// pageRows is how many rows one page of a list holds.
const pageRows = 50

func (rq *request) listOf() casefile.List {
	switch l := casefile.List(rq.URL.Query().Get("list")); l {
	case casefile.Waiting, casefile.RaisedByMe, casefile.ClosedMine, casefile.Every, casefile.Mine, casefile.Offered, casefile.Awaited, casefile.Detained:
		return l
	}
	return rq.usual()
}

// usual is the list that a duty begins with.
func (rq *request) usual() casefile.List {
	switch rq.person.Duty {
	case "secretariat":
		return casefile.Every
	case "first_responder", "administrator", "data_protection_officer":
		return casefile.RaisedByMe
	case "supervisor":
		return casefile.Awaited
	}
	return casefile.Mine
}

func home(rq *request) error {
	if rq.person.Duty == accounts.Exercise { // plays no case
		rq.redirect("/exercise")
		return nil
	}
	ctx, now := rq.Context(), rq.of.Now()
	chosen := rq.listOf()
	filter := readFilter(rq.URL.Query())
	if rq.URL.RawQuery == "" { // the bare address: as the person wants it to open
		first, err := rq.of.Kept.First(ctx, rq.who)
		if err != nil {
			return err
		}
		if first != nil {
			chosen, filter = casefile.List(first.List), first.Filter
		}
	}
	page, err := rq.of.Cases.Filtered(ctx, rq.who, chosen, filter, rq.URL.Query().Get("after"), pageRows)
	if err != nil {
		return err
	}
	body := []templ.Component{ui.Heading(rq.person.AgencyName, rq.t("web.home.title"))}
	first := rq.URL.Query().Get("after") == ""
	if first {
		extra, err := rq.homeTop(ctx, chosen, now)
		if err != nil {
			return err
		}
		body = append(body, extra...)
	}
	if page.Total == 0 && first && chosen == rq.usual() && filter == (casefile.Filter{}) {
		body = append(body, rq.emptyHome())
	}
	narrowing, err := rq.narrowing(chosen, filter)
	if err != nil {
		return err
	}
	body = append(append(body, rq.listLinks(chosen)), narrowing...)
	body = append(body, small(rq.lang.N("web.home.count", page.Total)), rq.caseTable(page.Rows, chosen, now))
	if page.Next != "" {
		older := filterQuery(string(chosen), filter)
		older.Set("after", page.Next)
		body = append(body, ui.CursorPager(ui.Cursor{Older: "/?" + older.Encode()}))
	}
	body = append(body, rq.moreLinks())
	p := rq.page(rq.t("web.home.title"))
	return rq.render(http.StatusOK, p, body...)
}

// emptyHome tells somebody without a case how cases come to them, and what to
// do if a person stands before them now.
func (rq *request) emptyHome() templ.Component {
	key := "web.home.empty." + string(rq.person.Duty)
	if !rq.lang.Has(key) {
		return templ.NopComponent
	}
	return with(ui.InsetText(), para(rq.t(key)))
}

// homeTop is what needs somebody before the list: notices, what waits to be
// taken, referrals to answer.
func (rq *request) homeTop(ctx context.Context, chosen casefile.List, now time.Time) ([]templ.Component, error) {
	body, err := rq.homeNotices()
	if err != nil {
		return nil, err
	}
	exhibits, err := rq.exhibitsAsking(ctx)
	if err != nil {
		return nil, err
	}
	body = append(body, exhibits...)
	destroyed, err := rq.destroyedAsking()
	if err != nil {
		return nil, err
	}
	body = append(destroyed, body...)
	panels, err := rq.panelsAsking(ctx)
	if err != nil {
		return nil, err
	}
	body = append(body, panels...)
	asked, err := rq.previewsAsking()
	if err != nil {
		return nil, err
	}
	body = append(body, asked...)
	if chosen != casefile.Waiting {
		waiting, err := rq.of.Cases.First(ctx, rq.who, casefile.Waiting, 5)
		if err != nil {
			return nil, err
		}
		if len(waiting) > 0 {
			body = append(body, with(ui.Section("waiting", rq.t("web.list.waiting")), rq.caseTable(waiting, casefile.Waiting, now)))
		}
	}
	inbox, err := rq.of.Referrals.Inbox(ctx, rq.who, 20)
	if err != nil {
		return nil, err
	}
	if rq.person.Duty == accounts.Secretariat {
		if inbox, err = rq.of.Referrals.Unanswered(ctx, rq.who, 20); err != nil {
			return nil, err
		}
	}
	if len(inbox) > 0 {
		title := rq.t("web.inbox.title")
		if rq.person.Duty == accounts.Secretariat {
			title = rq.t("web.unanswered.title")
		}
		body = append(body, with(ui.Section("inbox", title), rq.referralTable(inbox, now)))
	}
	alike, err := rq.likenessesAsking(ctx)
	if err != nil {
		return nil, err
	}
	return append(body, alike...), nil
}

// ownLists are the lists that a duty works with.
func (rq *request) ownLists() []casefile.List {
	lists := []casefile.List{casefile.Mine, casefile.Waiting, casefile.RaisedByMe, casefile.ClosedMine}
	switch rq.person.Duty {
	case accounts.Secretariat:
		lists = []casefile.List{casefile.Every, casefile.Detained, casefile.RaisedByMe}
	case accounts.Supervisor:
		lists = []casefile.List{casefile.Awaited, casefile.RaisedByMe}
	case accounts.Administrator, accounts.DataProtectionOfficer: // on nobody's team
		lists = []casefile.List{casefile.RaisedByMe}
	case accounts.CaseManager:
		lists = []casefile.List{casefile.Mine, casefile.Waiting, casefile.Offered, casefile.RaisedByMe, casefile.ClosedMine}
	}
	return lists
}

func (rq *request) listLinks(chosen casefile.List) templ.Component {
	var items []templ.Component
	for _, l := range rq.ownLists() {
		text := rq.t("web.list." + string(l))
		if l == chosen {
			items = append(items, element("strong", "", text))
		} else {
			items = append(items, anchor(text, rq.o.Base+"/?list="+string(l)+"#list"))
		}
	}
	// Whoever chose a list lands on it, below what needs them.
	return templ.Join(templ.Raw(`<span id="list"></span>`), list(items...))
}

func anchor(text, href string) templ.Component {
	return element("a", ` href="`+templ.EscapeString(href)+`"`, text)
}

func (rq *request) caseTable(rows []casefile.Row, which casefile.List, now time.Time) templ.Component {
	l := ui.Listing{Caption: rq.t("web.list." + string(which)), Hide: true, Empty: rq.t("web.list.empty"), Columns: []ui.Column{
		{Label: rq.t("web.col.case")}, {Label: rq.t("web.col.state")}, {Label: rq.t("web.col.who")}, {Label: rq.t("web.col.county")}, {Label: rq.t("web.col.next")}}}
	if which == casefile.Detained {
		l.Columns[4].Label = rq.t("web.col.held")
	}
	for i := range rows {
		r := &rows[i]
		next := "–"
		if r.Due != nil {
			next = rq.t("web.clock."+r.Clock) + ": " + rq.when(*r.Due, now)
		}
		if span := r.DetainedFor(now); span > 0 && which == casefile.Detained {
			next = rq.hours(span)
		}
		who := rq.whoIn(r)
		l.Rows = append(l.Rows, []ui.Cell{{Text: r.Ref, Href: "/cases/" + r.ID, Sub: joinTold(rq.of.AgencyName(r.Holder), rq.inPlace(r.Covers))}, {Tag: rq.rowTag(r)}, {Text: who}, {Text: rq.label("counties", r.County)}, {Text: next}})
	}
	return ui.Table(l)
}

// whoIn is all that a list says of a person.
func (rq *request) whoIn(r *casefile.Row) string {
	who := rq.label("sexes", r.Sex) + " " + rq.label("age-bands", r.AgeBand)
	if r.Child {
		who += " · " + rq.t("common.child")
	}
	return who
}

// rowTag is the one state that matters most about a case in a list.
func (rq *request) rowTag(r *casefile.Row) *ui.Tag {
	switch {
	case r.Danger:
		return &ui.Tag{Text: rq.t("web.tag.danger"), Tone: ui.Red}
	case r.Detained:
		return &ui.Tag{Text: rq.t("web.tag.detained"), Tone: ui.Red}
	case r.Waiting:
		return &ui.Tag{Text: rq.t("web.tag.waiting"), Tone: ui.Amber}
	case r.Stage == casefile.StageClosed:
		return &ui.Tag{Text: rq.t("web.stage.closed")}
	}
	return &ui.Tag{Text: rq.t("web.stage." + string(r.Stage)), Tone: ui.Teal}
}

func (rq *request) referralTable(rows []referral.Row, now time.Time) templ.Component {
	l := ui.Listing{Caption: rq.t("web.inbox.title"), Hide: true, Columns: []ui.Column{{Label: rq.t("web.col.referral")}, {Label: rq.t("web.col.state")}, {Label: rq.t("web.col.from")}, {Label: rq.t("web.col.next")}}}
	for _, r := range rows {
		href, next := "/referrals/"+r.ID, ""
		if rq.person.Duty == accounts.Secretariat {
			href = ""
		}
		if r.Status == "sent" {
			next = rq.when(r.Due, now)
		}
		tone := ui.Teal
		if r.Status == "sent" {
			tone = ui.Amber
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: rq.service(r.Service), Href: href, Sub: r.Ref}, {Tag: &ui.Tag{Text: rq.t("web.referral." + r.Status), Tone: tone}},
			{Text: rq.of.AgencyName(r.From), Sub: rq.of.AgencyName(r.To)}, {Text: next}})
	}
	return ui.Table(l)
}

// moreLinks lead to what is not needed every day, as far as the duty may.
func (rq *request) moreLinks() templ.Component {
	var items []templ.Component
	for _, l := range []struct {
		key, href string
		action    policy.Action
	}{{"caselist.title", caseListPath, policy.CaseImport},
		{"exhibit.work.title", "/exhibits", policy.ExhibitWork}, {"web.panels.title", "/panels", policy.IdentificationVoice}, {"placement.title", "/placement", policy.PlacementPropose}, {"exchange.title", "/export", policy.CaseExport}, {"web.sight.title", "/supervision", policy.AgencyNeeds}, {"web.agency_needs.title", "/agency", policy.AgencyNeeds}, {"web.workload.title", "/workload", policy.WorkloadView},
		{"measure.times.title", "/overview/time-to-care", policy.GapsView}, {"measure.gaps.title", "/providers/gaps", policy.GapsView}, {"witness.title", "/operations/witnesses", policy.WitnessView}, {"training.title", "/training", policy.TrainingView}, {"rehearsal.title", "/rehearsal", policy.RehearsalRun},
		{"calendar.sheet", "/day", policy.CalendarView}, {"lists.title", "/lists", policy.ListKeep}, {"notices.outbox.title", "/operations/messages", policy.OutboxView}} {
		if rq.of.Door.Realm(rq.who.Principal, l.action) == nil {
			items = append(items, anchor(rq.t(l.key), rq.o.Base+l.href))
		}
	}
	if len(items) == 0 {
		return templ.NopComponent
	}
	return with(ui.Section("more", rq.t("web.home.more")), list(items...))
}
