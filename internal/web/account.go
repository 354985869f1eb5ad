package web

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"rufaa/internal/accounts"
	"rufaa/internal/policy"
	"rufaa/internal/web/ui"
)

func (s *site) accountRoutes() {
	s.handle("GET /account", policy.SelfManage, accountPage)
	s.handle("POST /account/password", policy.SelfManage, changePassword)
	s.handle("POST /account/recovery", policy.SelfManage, newRecovery)
	s.handle("POST /account/sessions/{id}/end", policy.SelfManage, endSession)
	s.passkeyRoutes()
	s.handle("GET /duty", policy.SelfManage, dutyPage)
	s.handle("POST /duty", policy.SelfManage, chooseDuty)
}

func accountPage(rq *request) error { return rq.account(http.StatusOK, nil, false) }

func (rq *request) account(status int, errs []ui.FieldError, done bool) error {
	title := rq.t("accounts.self.title")
	p := rq.page(title)
	p.Errors = errs
	if done {
		p.Flash = &ui.Flash{Kind: ui.Done, Text: rq.t("accounts.password.done")}
	}
	sessions, err := rq.of.Accounts.Sessions(rq.Context(), rq.person.ID)
	if err != nil {
		return err
	}
	l := ui.Listing{Caption: rq.t("accounts.sessions.title"), Columns: []ui.Column{{Label: rq.t("accounts.sessions.device")}, {Label: rq.t("accounts.sessions.seen")}, {Label: rq.t("web.col.do")}}}
	for _, s := range sessions {
		end := with(ui.Form(ui.Sending{Action: "/account/sessions/" + s.ID + "/end"}), ui.Button(ui.Press{Text: rq.t("accounts.sessions.end"), Look: ui.Secondary, Small: true}))
		sub := ""
		if s.ID == rq.person.Session {
			sub = rq.t("accounts.sessions.here")
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: s.Device, Sub: sub}, {Text: rq.lang.DateTime(s.Seen)}, {Body: end}})
	}
	pass := func(name, label string) templ.Component {
		b := fields{rq: rq, v: url.Values{}, errors: errs}.base(name)
		b.Label, b.Type = rq.t(label), "password"
		return ui.TextInput(b)
	}
	body := []templ.Component{ui.Heading("", title),
		ui.SummaryList([]ui.Fact{{Key: rq.t("accounts.self.name"), Value: rq.person.Name}, {Key: rq.t("accounts.self.username"), Value: rq.person.Username}, {Key: rq.t("accounts.self.agency"), Value: rq.person.AgencyName}}),
		ui.Table(l),
		with(ui.Section("password-section", rq.t("accounts.password.title")), rq.form("/account/password", rq.t("accounts.password.button"), "",
			pass("old", "accounts.password.old"), pass("new", "accounts.password.new"), pass("again", "accounts.password.repeat")))}
	if !rq.person.Demo { // whoever is in has a second factor, but for the demonstration
		code := ui.Field{Name: "code", Label: rq.t("accounts.enrol.code"), Width: 10, InputMode: "numeric", Autocomplete: "one-time-code"}
		for _, e := range errs {
			if e.Field == "code" {
				code.Error = e.Message
			}
		}
		body = append(body, with(ui.Section("recovery", rq.t("accounts.recovery.new.title")), para(rq.t("accounts.recovery.new.text")),
			rq.form("/account/recovery", rq.t("accounts.recovery.new.button"), "", ui.TextInput(code))))
	}
	keys, err := rq.passkeySection(errs)
	if err != nil {
		return err
	}
	body = append(body, keys, para2link(rq.t("signin.conduct.read"), rq.o.Base+"/conduct"))
	if len(rq.person.Duties) > 1 {
		body = append(body, para2link(rq.t("accounts.duty.change"), rq.o.Base+"/duty"))
	}
	return rq.render(status, p, append(body, para2link(rq.t("web.rules.title"), rq.o.Base+"/rules"))...)
}

func changePassword(rq *request) error {
	if rq.PostFormValue("new") != rq.PostFormValue("again") {
		return rq.account(http.StatusUnprocessableEntity, []ui.FieldError{{Field: "new", Message: rq.t("accounts.password.mismatch")}}, false)
	}
	err := rq.of.Accounts.ChangePassword(rq.Context(), rq.person, rq.PostFormValue("old"), rq.PostFormValue("new"))
	if key := accounts.Key(err); key != "" {
		field := "new"
		if key == "accounts.error.wrong_password" {
			field = "old"
		}
		return rq.account(http.StatusUnprocessableEntity, []ui.FieldError{{Field: field, Message: rq.t(key)}}, false)
	}
	if err != nil {
		return err
	}
	return rq.account(http.StatusOK, nil, true)
}

// newRecovery replaces the recovery codes, against a code of the app.
func newRecovery(rq *request) error {
	codes, err := rq.of.Accounts.NewRecoveryCodes(rq.Context(), rq.person, rq.PostFormValue("code"))
	if key := accounts.Key(err); key != "" {
		return rq.account(http.StatusUnprocessableEntity, []ui.FieldError{{Field: "code", Message: rq.t(key)}}, false)
	}
	if err != nil {
		return err
	}
	return rq.recoveryPage(codes)
}

func endSession(rq *request) error {
	if err := rq.of.Door.Realm(rq.who.Principal, policy.SelfManage); err != nil {
		return err
	}
	if err := rq.of.Accounts.Revoke(rq.Context(), rq.person, rq.person.ID, rq.PathValue("id")); err != nil {
		return err
	}
	rq.redirect("/account")
	return nil
}

func dutyPage(rq *request) error {
	title := rq.t("accounts.duty.title")
	f := ui.Field{Name: "duty", Label: title}
	for _, d := range rq.person.Duties {
		f.Options = append(f.Options, ui.Option{Value: string(d), Label: rq.label("duties", string(d))})
	}
	return rq.render(http.StatusOK, rq.page(title), ui.Heading("", title), para(rq.t("accounts.duty.text")), rq.form("/duty", rq.t("accounts.duty.button"), "", ui.Radios(f)))
}

func chooseDuty(rq *request) error {
	if _, err := rq.of.Accounts.ChooseDuty(rq.Context(), rq.token(), accounts.Duty(rq.PostFormValue("duty"))); err != nil {
		return err
	}
	rq.redirect("/")
	return nil
}
