package web

import (
	"context"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"rufaa/internal/notice"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/web/ui"
)

func (s *site) webhookRoutes() {
	s.handle("GET /agencies/{id}/webhook", policy.WebhookManage, func(rq *request) error { return rq.hookPage(http.StatusOK, hookShown{}) })
	s.handle("POST /agencies/{id}/webhook", policy.WebhookManage, setHook)
	s.handle("POST /agencies/{id}/webhook/key", policy.WebhookManage, rotateHook)
	s.handle("POST /agencies/{id}/webhook/stop", policy.WebhookManage, turnHook("notices.hook.stopped", (*notice.Notices).StopHook))
	s.handle("POST /agencies/{id}/webhook/start", policy.WebhookManage, turnHook("notices.hook.started", (*notice.Notices).StartHook))
	s.handle("POST /agencies/{id}/webhook/try", policy.WebhookManage, turnHook("notices.hook.tried", (*notice.Notices).TryHook))
}

// hookShown is what the page shows once: a new key, what was done, or what was
// wrong.
type hookShown struct {
	key, done string
	errs      []ui.FieldError
}

func (rq *request) hookPage(status int, x hookShown) error {
	agency := rq.PathValue("id")
	h, err := rq.of.Notices.Hook(rq.Context(), rq.who, agency)
	if err != nil {
		return err
	}
	title := rq.t("notices.hook.title")
	p := rq.page(title)
	p.Errors = x.errs
	p.Back = &ui.Link{Text: rq.of.AgencyName(agency), Href: "/agencies/" + agency}
	if x.done != "" {
		p.Flash = &ui.Flash{Kind: ui.Done, Text: rq.t(x.done)}
	}
	body := []templ.Component{ui.Heading(rq.of.AgencyName(agency), title), para(rq.t("notices.hook.text"))}
	if x.key != "" {
		body = append(body, with(ui.Banner(ui.Important, rq.t("notices.hook.key"), "key"), para(rq.t("notices.hook.key.text")), element("p", ` class="r-said"`, x.key)))
	}
	facts := []ui.Fact{{Key: rq.t("web.col.state"), Value: rq.t("notices.hook.state." + h.State)}}
	if h.Failures > 0 {
		facts = append(facts, ui.Fact{Key: rq.t("notices.hook.failures"), Value: rq.lang.N("notices.outbox.tries", h.Failures) + " · " + h.Failure})
	}
	if !h.EarlierUntil.IsZero() {
		facts = append(facts, ui.Fact{Key: rq.t("notices.hook.earlier"), Value: rq.lang.DateTime(h.EarlierUntil)})
	}
	f := fields{rq: rq, v: url.Values{"url": {h.URL}}, errors: x.errs}
	if len(x.errs) > 0 {
		f.v = rq.PostForm
	}
	address := rq.named(f, "url", "notices.hook.url")
	address.Type = "url"
	at := "/agencies/" + agency + "/webhook"
	body = append(body, ui.SummaryList(facts), rq.form(at, rq.t("notices.hook.save"), "", ui.TextInput(address)))
	if h.State != "none" {
		do := []templ.Component{rq.press(at+"/key", "x", "1", rq.t("notices.hook.rotate"))}
		if h.State == "active" {
			do = append(do, rq.press(at+"/try", "x", "1", rq.t("notices.hook.try")), rq.press(at+"/stop", "x", "1", rq.t("notices.hook.stop")))
		} else {
			do = append(do, rq.press(at+"/start", "x", "1", rq.t("notices.hook.start")))
		}
		body = append(body, with(ui.Section("do", rq.t("web.case.do")), do...))
	}
	return rq.render(status, p, append(body, small(rq.t("notices.hook.form")))...)
}

func setHook(rq *request) error {
	key, err := rq.of.Notices.SetHook(rq.Context(), rq.who, rq.PathValue("id"), rq.PostFormValue("url"))
	if errs := rq.fieldErrors(err); errs != nil {
		return rq.hookPage(http.StatusUnprocessableEntity, hookShown{errs: errs})
	}
	if err != nil {
		return err
	}
	return rq.hookPage(http.StatusOK, hookShown{key: key, done: "notices.hook.saved"})
}

func rotateHook(rq *request) error {
	key, err := rq.of.Notices.RotateKey(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	return rq.hookPage(http.StatusOK, hookShown{key: key})
}

func turnHook(done string, do func(*notice.Notices, context.Context, realm.Actor, string) error) func(*request) error {
	return func(rq *request) error {
		if err := do(rq.of.Notices, rq.Context(), rq.who, rq.PathValue("id")); err != nil {
			return err
		}
		return rq.hookPage(http.StatusOK, hookShown{done: done})
	}
}
