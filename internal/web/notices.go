package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"rufaa/internal/accounts"
	"rufaa/internal/notice"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/web/ui"
)

func (s *site) noticeRoutes() {
	s.handle("GET /notices", policy.NoticesView, noticesPage)
	s.handle("POST /notices/{id}/seen", policy.NoticesView, putAside)
	s.handle("POST /notices/seen", policy.NoticesView, putAllAside)
	s.handle("GET /account/notices", policy.SelfManage, func(rq *request) error { return rq.reachPage(http.StatusOK, reachForm{}) })
	s.handle("POST /account/notices", policy.SelfManage, setReach)
	s.handle("POST /account/addresses/{channel}", policy.SelfManage, setAddress)
	s.handle("POST /account/addresses/{channel}/code", policy.SelfManage, verifyAddress)
	s.handle("POST /account/addresses/{channel}/remove", policy.SelfManage, dropAddress)
	s.handle("GET /notices/mailbox", policy.NoticesView, mailboxPage)
	s.handle("GET /notices/care", policy.SelfManage, carePage)
	s.handle("GET /operations/messages", policy.OutboxView, outboxPage)
	s.handle("POST /operations/messages/{id}/again", policy.OutboxView, turnMessage((*notice.Notices).TryAgain))
	s.handle("POST /operations/messages/{id}/drop", policy.OutboxView, turnMessage((*notice.Notices).Drop))
}

// noticeLink leads to what a notice is about; the page there asks the door.
func (rq *request) noticeLink(n *notice.Notice) string {
	switch rq.of.Notices.Rules.Kind(n.Kind).Opens {
	case "referral":
		if rq.person.Duty == accounts.Secretariat {
			return "/" // who did not answer stands there; the referral itself is not theirs to read
		}
		return "/referrals/" + n.About
	case "likeness":
		return "/likenesses/" + n.About
	case "panel":
		return "/cases/" + n.Case + "/panel"
	case "erasure":
		return "/cases/" + n.Case + "/erasure"
	case "file":
		return "/files/" + n.About + "#preview"
	case "exhibit":
		return "/exhibits/" + n.About
	case "scene":
		return "/scenes/" + n.About
	case "care":
		return "/notices/care"
	case "workload":
		return "/workload"
	case "webhook":
		return "/agencies/" + n.About + "/webhook"
	}
	return "/cases/" + n.Case
}

func (rq *request) noticeLabel(kind string) string {
	return rq.of.Notices.Rules.Kind(kind).Label[rq.lang.Code()]
}

func noticesPage(rq *request) error {
	unseen, err := rq.of.Notices.Unseen(rq.Context(), rq.who)
	if err != nil {
		return err
	}
	title := rq.t("notices.title")
	l := ui.Listing{Caption: title, Hide: true, Empty: rq.t("notices.none"), Columns: []ui.Column{
		{Label: rq.t("notices.what")}, {Label: rq.t("web.col.case")}, {Label: rq.t("notices.when")}, {Label: rq.t("web.col.do")}}}
	kind := rq.URL.Query().Get("kind")
	if rq.of.Notices.Rules.Kind(kind) == nil {
		kind = ""
	}
	shown := 0
	for i := range unseen {
		n := &unseen[i]
		if kind != "" && n.Kind != kind {
			continue
		}
		shown++
		k := rq.of.Notices.Rules.Kind(n.Kind)
		at := rq.noticeTime(n)
		aside := with(ui.Form(ui.Sending{Action: "/notices/" + n.ID + "/seen"}), ui.Hidden("next", "/notices"),
			ui.Button(ui.Press{Text: rq.t("web.notice.aside"), Look: ui.Secondary, Small: true}))
		ref := n.Ref
		if ref == "" {
			ref = "–"
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: rq.noticeLabel(n.Kind), Href: rq.noticeLink(n), Sub: k.Help[rq.lang.Code()]}, {Text: ref}, {Text: at}, {Body: aside}})
	}
	body := []templ.Component{ui.Heading("", title), para(rq.t("notices.text"))}
	if len(unseen) == notice.MostUnread {
		body = append(body, small(rq.t("notices.many", "n", notice.MostUnread)))
	}
	body = append(body, ui.Table(l))
	if kind != "" {
		body = append(body, para2link(rq.t("notices.all_kinds"), rq.o.Base+"/notices"))
	}
	if shown > 1 {
		body = append(body, with(ui.Form(ui.Sending{Action: "/notices/seen"}), ui.Hidden("kind", kind), ui.Button(ui.Press{Text: rq.t("notices.all_aside"), Look: ui.Secondary})))
	}
	items := []templ.Component{anchor(rq.t("notices.settings.title"), rq.o.Base+"/account/notices")}
	if rq.of.Notices.Captures() {
		items = append(items, anchor(rq.t("notices.mailbox.title"), rq.o.Base+"/notices/mailbox"))
	}
	return rq.render(http.StatusOK, rq.page(title), append(body, list(items...))...)
}

func putAside(rq *request) error {
	if err := rq.of.Notices.PutAside(rq.Context(), rq.who, rq.PathValue("id")); err != nil {
		return err
	}
	if rq.PostFormValue("next") == "/notices" {
		rq.redirect("/notices")
		return nil
	}
	rq.redirect("/")
	return nil
}

func putAllAside(rq *request) error {
	if kind := rq.PostFormValue("kind"); kind != "" {
		if err := rq.of.Notices.PutKindAside(rq.Context(), rq.who, kind); err != nil {
			return err
		}
		rq.redirect("/notices")
		return nil
	}
	if err := rq.of.Notices.PutAllAside(rq.Context(), rq.who); err != nil {
		return err
	}
	rq.redirect("/notices")
	return nil
}

// homeNotices are what stands above the worklist: the most pressing of what has
// no list there, one card for each kind, and how much else is new.
func (rq *request) homeNotices() ([]templ.Component, error) {
	all, err := rq.of.Notices.Unseen(rq.Context(), rq.who)
	if err != nil {
		return nil, err
	}
	var kinds []string // in the order of their newest
	by := map[string][]*notice.Notice{}
	for i := range all {
		n := &all[i]
		if !rq.of.Notices.Rules.Kind(n.Kind).Home {
			continue
		}
		if by[n.Kind] == nil {
			kinds = append(kinds, n.Kind)
		}
		by[n.Kind] = append(by[n.Kind], n)
	}
	var body []templ.Component
	shown := 0
	for _, kind := range kinds[:min(len(kinds), homeNoticesMost)] {
		body = append(body, rq.noticeCard(by[kind]))
		shown += len(by[kind])
	}
	if more := len(all) - shown; more > 0 && shown > 0 {
		body = append(body, para2link(rq.lang.N("notices.more", more), rq.o.Base+"/notices"))
	}
	return body, nil
}

// noticeCard is one card for the notices of a kind: one of them leads to what it
// is about, several to their list.
func (rq *request) noticeCard(of []*notice.Notice) templ.Component {
	n := of[0]
	title := rq.noticeLabel(n.Kind)
	if len(of) > 1 {
		text := rq.lang.N("notices.of_kind", len(of)) + " · " + rq.t("notices.newest", "when", rq.noticeTime(n))
		return with(ui.Banner(ui.Important, title+" ("+strconv.Itoa(len(of))+")", "notice-"+n.ID), para2link(text, rq.o.Base+"/notices?kind="+url.QueryEscape(n.Kind)))
	}
	text := rq.noticeTime(n)
	if n.Ref != "" {
		text, title = n.Ref+" · "+text, title+": "+n.Ref
	}
	return with(ui.Banner(ui.Important, title, "notice-"+n.ID),
		para2link(text, rq.o.Base+rq.noticeLink(n)),
		with(ui.Form(ui.Sending{Action: "/notices/" + n.ID + "/seen"}), ui.Button(ui.Press{Text: rq.t("web.notice.aside"), Look: ui.Secondary, Small: true})))
}

// noticeTime is when it was told; of a kind that keeps the hour to itself, the day.
func (rq *request) noticeTime(n *notice.Notice) string {
	if rq.of.Notices.Rules.Kind(n.Kind).Vague {
		return rq.lang.Date(n.At)
	}
	return rq.lang.DateTime(n.At)
}

// homeNoticesMost is of how many kinds notices stand above a worklist.
const homeNoticesMost = 5

// reachForm is what was wrong with which form of the page.
type reachForm struct {
	form  string // "settings", or a channel
	errs  []ui.FieldError
	above []templ.Component
	done  string // text key of what was done
}

func (rq *request) reachPage(status int, x reachForm) error {
	r, err := rq.of.Notices.Reach(rq.Context(), rq.who)
	if err != nil {
		return err
	}
	title := rq.t("notices.settings.title")
	p := rq.page(title)
	p.Errors = x.errs
	p.Back = &ui.Link{Text: rq.t("notices.title"), Href: "/notices"}
	if x.done != "" {
		p.Flash = &ui.Flash{Kind: ui.Done, Text: rq.t(x.done)}
	}
	body := append([]templ.Component{ui.Heading("", title), para(rq.t("notices.settings.text"))}, x.above...)
	if len(r.Offered) == 0 {
		body = append(body, with(ui.InsetText(), para(rq.t("notices.settings.no_channel"))))
	}
	for _, channel := range r.Offered {
		body = append(body, rq.addressSection(r, channel, x))
	}
	if len(r.Offered) > 0 {
		body = append(body, rq.settingsSection(r, x))
	}
	return rq.render(status, p, body...)
}

func (rq *request) addressSection(r *notice.Reach, channel string, x reachForm) templ.Component {
	f := fields{rq: rq, v: url.Values{}}
	if x.form == channel {
		f.v, f.errors = rq.PostForm, x.errs
	}
	at := "/account/addresses/" + channel
	i := slices.IndexFunc(r.Addresses, func(a notice.Address) bool { return a.Channel == channel && a.Address != "" })
	address := rq.named(f, "address", "notices."+channel+".address")
	if x.form != channel {
		address.ID = channel + "-address"
	}
	address.Type, address.Autocomplete = "email", "email"
	if channel == notice.SMS {
		address.Type, address.Autocomplete, address.Width = "tel", "tel", 20
	}
	var body []templ.Component
	if i >= 0 {
		a := r.Addresses[i]
		tag := ui.Tag{Text: rq.t("notices.address.unverified"), Tone: ui.Amber}
		if a.Verified {
			tag = ui.Tag{Text: rq.t("notices.address.verified"), Tone: ui.Green}
		}
		body = append(body, ui.SummaryList([]ui.Fact{{Key: rq.t("notices." + channel + ".address"), Value: a.Address}}), ui.TagOf(tag))
		if !a.Verified {
			code := rq.named(f, "code", "notices.code.label")
			code.Width, code.InputMode, code.Autocomplete = 10, "numeric", "one-time-code"
			if x.form != channel {
				code.ID = channel + "-code"
			}
			body = append(body, rq.form(at+"/code", rq.t("notices.code.button"), "", ui.TextInput(code)))
		}
		body = append(body, rq.press(at+"/remove", "x", "1", rq.t("notices.address.remove")))
	}
	button := rq.t("notices.address.send")
	ask := rq.form(at, button, "", ui.TextInput(address))
	if i >= 0 {
		ask = with(ui.Details(rq.t("notices.address.change"), x.form == channel), ask)
	}
	return with(ui.Section(channel, rq.t("notices."+channel+".title")), append(body, ask)...)
}

func (rq *request) settingsSection(r *notice.Reach, x reachForm) templ.Component {
	s := r.Settings
	v := url.Values{"digest": {s.Digest}, "digest_at": {s.At}, "quiet.from": {s.Quiet.From}, "quiet.until": {s.Quiet.Until}}
	for channel, on := range map[string]bool{notice.Email: s.Email, notice.SMS: s.SMS} {
		if on {
			v.Add("channels", channel)
		}
	}
	if s.Urgent {
		v.Set("urgent", "yes")
	}
	f := fields{rq: rq, v: v}
	if x.form == "settings" {
		f.v, f.errors = rq.PostForm, x.errs
	}
	field := func(name string) ui.Field { return rq.named(f, name, "notices.f."+name) }
	channels := field("channels")
	channels.Value = ""
	for _, c := range r.Offered {
		channels.Options = append(channels.Options, ui.Option{Value: c, Label: rq.t("notices." + c + ".title")})
	}
	digest := field("digest")
	digest.Values = nil
	digest.Options = []ui.Option{{Value: "at-once", Label: rq.t("notices.digest.at-once")}, {Value: "daily", Label: rq.t("notices.digest.daily")}}
	clock := func(name string) templ.Component {
		b := field(name)
		b.Type, b.Width = "time", 10
		return ui.TextInput(b)
	}
	urgent := field("urgent")
	urgent.Value, urgent.Values = "", f.v["urgent"]
	urgent.Options = []ui.Option{{Value: "yes", Label: rq.t("notices.f.urgent")}}
	return with(ui.Section("settings", rq.t("notices.settings.how")), rq.form("/account/notices", rq.t("notices.settings.save"), "",
		ui.Checkboxes(channels), ui.Radios(digest), clock("digest_at"), clock("quiet.from"), clock("quiet.until"), ui.Checkbox(urgent)))
}

func setReach(rq *request) error {
	v := rq.PostForm
	err := rq.of.Notices.Set(rq.Context(), rq.who, &notice.Settings{
		Email: slices.Contains(v["channels"], notice.Email), SMS: slices.Contains(v["channels"], notice.SMS),
		Digest: v.Get("digest"), At: v.Get("digest_at"), Quiet: notice.Hours{From: v.Get("quiet.from"), Until: v.Get("quiet.until")}, Urgent: v.Get("urgent") != ""})
	return rq.reached("settings", "notices.settings.done", err)
}

func setAddress(rq *request) error {
	channel := rq.PathValue("channel")
	return rq.reached(channel, "notices.code.sent", rq.of.Notices.SetAddress(rq.Context(), rq.who, channel, rq.PostFormValue("address")))
}

func verifyAddress(rq *request) error {
	channel := rq.PathValue("channel")
	return rq.reached(channel, "notices.address.done", rq.of.Notices.Verify(rq.Context(), rq.who, channel, rq.PostFormValue("code")))
}

func dropAddress(rq *request) error {
	channel := rq.PathValue("channel")
	return rq.reached(channel, "notices.address.removed", rq.of.Notices.DropAddress(rq.Context(), rq.who, channel))
}

// reached shows the page again: with what was done, or what was wrong.
func (rq *request) reached(form, done string, err error) error {
	var often *notice.TooOften
	if errors.As(err, &often) {
		rq.wait(often.RetryAfter)
		return nil
	}
	if err == nil {
		return rq.reachPage(http.StatusOK, reachForm{done: done})
	}
	if status, above, ok := rq.notices(err); ok {
		return rq.reachPage(status, reachForm{form: form, errs: rq.fieldErrors(err), above: above})
	}
	return err
}

// mailboxPage shows what would have been sent to oneself, in a realm that sends
// nothing.
func mailboxPage(rq *request) error {
	if !rq.of.Notices.Captures() {
		return problem.ErrNotFound
	}
	list, err := rq.of.Notices.Mailbox(rq.Context(), rq.who.Staff, 50)
	if err != nil {
		return err
	}
	title := rq.t("notices.mailbox.title")
	p := rq.page(title)
	p.Back = &ui.Link{Text: rq.t("notices.title"), Href: "/notices"}
	body := []templ.Component{ui.Heading("", title), para(rq.t("notices.mailbox.text"))}
	if len(list) == 0 {
		body = append(body, with(ui.InsetText(), para(rq.t("notices.mailbox.none"))))
	}
	for _, c := range list {
		caption := rq.t("notices."+c.Channel+".title") + " · " + rq.lang.DateTime(c.At)
		body = append(body, with(ui.Card(caption), element("strong", "", c.Subject), quote(c.Text)))
	}
	return rq.render(http.StatusOK, p, body...)
}

// carePage tells somebody how much they carry, and what to do about it.
func carePage(rq *request) error {
	l, err := rq.of.Cases.OwnLoad(rq.Context(), rq.who)
	if err != nil {
		return err
	}
	title := rq.t("notices.care.title")
	state := "notices.care.within"
	if l.High {
		state = "notices.care.above"
	}
	return rq.render(http.StatusOK, rq.page(title), ui.Heading("", title), para(rq.t(state)),
		ui.SummaryList([]ui.Fact{{Key: rq.t("web.workload.cases"), Value: strconv.Itoa(l.Cases)}, {Key: rq.t("notices.care.limit"), Value: strconv.Itoa(l.Limit)}}),
		list(plain(rq.t("notices.care.talk")), plain(rq.t("notices.care.cover")), plain(rq.t("notices.care.rest"))),
		small(rq.t("notices.care.not")), small(rq.t("web.rule.source", "source", rq.of.Notices.Rules.Caseload.Source)))
}

func outboxPage(rq *request) error {
	o, err := rq.of.Notices.Outbox(rq.Context(), rq.who)
	if err != nil {
		return err
	}
	title := rq.t("notices.outbox.title")
	ids := []string{}
	for _, s := range o.Stuck {
		if s.Staff != "" {
			ids = append(ids, s.Staff)
		}
	}
	names, err := rq.of.StaffNames(rq.Context(), ids...)
	if err != nil {
		return err
	}
	channels := rq.t("notices.outbox.no_channel")
	for i, c := range o.Channels {
		if i == 0 {
			channels = ""
		} else {
			channels += ", "
		}
		channels += rq.t("notices." + c + ".title")
	}
	if o.Captures {
		channels = rq.t("notices.outbox.captures")
		if slices.Contains(o.Channels, notice.LRS) {
			channels += ". " + rq.t("notices.lrs.leaves")
		}
	}
	l := ui.Listing{Caption: rq.t("notices.outbox.stuck"), Empty: rq.t("notices.outbox.none"), Columns: []ui.Column{
		{Label: rq.t("notices.outbox.to")}, {Label: rq.t("web.col.state")}, {Label: rq.t("notices.outbox.why")}, {Label: rq.t("notices.when")}, {Label: rq.t("web.col.do")}}}
	for _, s := range o.Stuck {
		to := rq.of.AgencyName(s.Agency)
		switch {
		case s.Staff != "":
			to = names[s.Staff]
		case s.Channel == notice.LRS:
			to = rq.t("notices.lrs.to")
		}
		tag := &ui.Tag{Text: rq.t("notices.outbox." + s.State), Tone: ui.Amber}
		if s.State == "dead" {
			tag.Tone = ui.Red
		}
		at := "/operations/messages/" + s.ID
		do := templ.Join(rq.press(at+"/again", "x", "1", rq.t("notices.outbox.again")), rq.press(at+"/drop", "x", "1", rq.t("notices.outbox.drop")))
		l.Rows = append(l.Rows, []ui.Cell{{Text: to, Sub: rq.t("notices." + s.Channel + ".title")}, {Tag: tag},
			{Text: s.Failure, Sub: rq.lang.N("notices.outbox.tries", s.Tries)}, {Text: rq.lang.DateTime(s.Made)}, {Body: do}})
	}
	return rq.render(http.StatusOK, rq.page(title), ui.Heading("", title), para(rq.t("notices.outbox.text")),
		ui.SummaryList([]ui.Fact{{Key: rq.t("notices.outbox.channels"), Value: channels}, {Key: rq.t("notices.outbox.waiting"), Value: strconv.Itoa(o.Waiting)},
			{Key: rq.t("notices.outbox.dead"), Value: strconv.Itoa(o.Dead)}}), ui.Table(l))
}

func turnMessage(do func(*notice.Notices, context.Context, realm.Actor, string) error) func(*request) error {
	return func(rq *request) error {
		if err := do(rq.of.Notices, rq.Context(), rq.who, rq.PathValue("id")); err != nil {
			return err
		}
		rq.redirect("/operations/messages")
		return nil
	}
}
