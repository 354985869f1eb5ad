package web

import (
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/directory"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/web/ui"
)

// keeping is one form about an entry: which action it asks for, what it shows
// and what it means.
type keeping struct {
	action policy.Action
	ask    func(f fields, p *directory.Provider) ([]templ.Component, error)
	read   func(rq *request, p *directory.Provider, v url.Values) (directory.Command, error)
}

// keepings are the forms of an entry by the last part of their address.
var keepings = map[string]keeping{
	"edit":    {policy.DirectoryEdit, askProfile, readProfile},
	"service": {policy.DirectoryEdit, askService, readService},
	"place":   {policy.DirectoryEdit, askLocation, readLocation},
	"vetting": {policy.DirectoryVet, askVetting, func(_ *request, _ *directory.Provider, v url.Values) (directory.Command, error) {
		return &directory.Vet{State: v.Get("state"), Until: ui.DateFrom(v, "until")}, nil
	}},
	"close": {policy.DirectoryEdit, askClosing, func(_ *request, _ *directory.Provider, v url.Values) (directory.Command, error) {
		return &directory.Close{Reason: v.Get("reason")}, nil
	}},
	"reopen": {policy.DirectoryEdit, func(f fields, _ *directory.Provider) ([]templ.Component, error) {
		return []templ.Component{para(f.rq.t("keeping.reopen.text"))}, nil
	}, func(*request, *directory.Provider, url.Values) (directory.Command, error) {
		return &directory.Reopen{}, nil
	}},
	"drop-service": {policy.DirectoryEdit, nil, func(_ *request, _ *directory.Provider, v url.Values) (directory.Command, error) {
		return &directory.DropService{ID: v.Get("service")}, nil
	}},
	"drop-place": {policy.DirectoryEdit, nil, func(_ *request, _ *directory.Provider, v url.Values) (directory.Command, error) {
		return &directory.DropLocation{ID: v.Get("place")}, nil
	}},
}

// keepPage shows one form of an entry.
func (rq *request) keepPage(status int, errs []ui.FieldError, above []templ.Component) error {
	k, known := keepings[rq.PathValue("what")]
	if !known || k.ask == nil {
		return problem.ErrNotFound
	}
	v, err := rq.of.Directory.View(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	if !v.May[k.action] {
		return &problem.Denied{Action: string(k.action), Rule: "access.duty"}
	}
	f := fields{rq: rq, v: rq.typed(), errors: errs}
	ask, err := k.ask(f, v.Provider)
	if err != nil {
		return err
	}
	title := rq.t("keeping.do." + rq.PathValue("what"))
	p := rq.page(title)
	p.Errors, p.Back = errs, &ui.Link{Text: v.Provider.Name, Href: "/providers/" + v.Provider.ID}
	body := append([]templ.Component{ui.Heading(v.Provider.Name, title)}, above...)
	at := "/providers/" + v.Provider.ID + "/do/" + rq.PathValue("what")
	body = append(body, rq.form(at, rq.t("common.save"), strconv.FormatInt(v.Provider.Version, 10), ask...))
	return rq.render(status, p, append(body, rq.dropForms(v.Provider)...)...)
}

// dropForms take away the service or place of the page.
func (rq *request) dropForms(p *directory.Provider) []templ.Component {
	var out []templ.Component
	if id := rq.about("service"); rq.PathValue("what") == "service" && p.Service(id) != nil {
		out = append(out, rq.press("/providers/"+p.ID+"/do/drop-service", "service", id, rq.t("keeping.drop.service")))
	}
	if id := rq.about("place"); rq.PathValue("what") == "place" && p.Location(id) != nil {
		out = append(out, rq.press("/providers/"+p.ID+"/do/drop-place", "place", id, rq.t("keeping.drop.place")))
	}
	return out
}

func keepProvider(rq *request) error {
	k, known := keepings[rq.PathValue("what")]
	if !known {
		return problem.ErrNotFound
	}
	id := rq.PathValue("id")
	v, err := rq.of.Directory.View(rq.Context(), rq.who, id)
	if err != nil {
		return err
	}
	if !v.May[k.action] {
		return &problem.Denied{Action: string(k.action), Rule: "access.duty"}
	}
	cmd, err := k.read(rq, v.Provider, rq.PostForm)
	if err == nil {
		o := rq.order()
		_, err = rq.of.Directory.Do(rq.Context(), rq.who, id, directory.Order{Key: o.Key, Expect: o.Expect}, cmd)
	}
	if err != nil {
		if status, above, ok := rq.notices(err); ok && k.ask != nil {
			return rq.keepPage(status, rq.gathered(err), above)
		}
		return err
	}
	rq.redirect("/providers/" + id)
	return nil
}

// gathered leads each problem to the field of the form that holds it: what is
// wrong with the third telephone number is told at the numbers, as line 3.
func (rq *request) gathered(err error) []ui.FieldError {
	var in *problem.Invalid
	if !errors.As(err, &in) {
		return nil
	}
	out := rq.fieldErrors(err)
	for i := range out {
		name := out[i].Field
		for _, prefix := range []string{"profile.", "service.", "location.", "eligibility.", "place."} {
			name = strings.TrimPrefix(name, prefix)
		}
		head, rest, _ := strings.Cut(name, ".")
		line, _, _ := strings.Cut(rest, ".")
		if head == "hours" {
			head = line
			line, _, _ = strings.Cut(strings.TrimPrefix(rest, head+"."), ".")
		}
		if n, err := strconv.Atoi(line); err == nil {
			name = head
			out[i].Message = rq.t("keeping.line", "n", n+1, "problem", out[i].Message)
		}
		out[i].Field = name
	}
	return out
}

func (rq *request) newProviderPage(status int, errs []ui.FieldError, above []templ.Component) error {
	if rq.of.Directory.May(rq.who, &directory.Provider{}, policy.DirectoryEdit)[policy.DirectoryEdit] == false {
		return &problem.Denied{Action: string(policy.DirectoryEdit), Rule: "access.duty"}
	}
	title := rq.t("keeping.new.title")
	p := rq.page(title)
	p.Errors, p.Back = errs, &ui.Link{Text: rq.t("web.providers.title"), Href: "/providers"}
	f := fields{rq: rq, v: rq.typed(), errors: errs}
	ask, err := askProfile(f, &directory.Provider{})
	if err != nil {
		return err
	}
	body := append([]templ.Component{ui.Heading("", title), para(rq.t("keeping.new.text"))}, above...)
	return rq.render(status, p, append(body, rq.form("/providers/new", rq.t("common.save"), "", ask...))...)
}

func addProvider(rq *request) error {
	cmd, err := readProfile(rq, &directory.Provider{}, rq.PostForm)
	if err == nil {
		add := &directory.Add{Profile: cmd.(*directory.Describe).Profile}
		rc, failed := rq.of.Directory.Add(rq.Context(), rq.who, directory.Order{Key: rq.FormValue("_key")}, add)
		if failed == nil {
			rq.redirect("/providers/" + rc.ID)
			return nil
		}
		err = failed
	}
	if status, above, ok := rq.notices(err); ok && !errors.As(err, new(*problem.Denied)) {
		return rq.newProviderPage(status, rq.gathered(err), above)
	}
	return err
}

func askVetting(f fields, p *directory.Provider) ([]templ.Component, error) {
	state := f.kept("state", "vetting", p.Vetting.State)
	state.Options = f.rq.directoryOptions("vetting", false)
	until := f.keptDate("until", "vetting_until", p.Vetting.Until)
	return []templ.Component{para(f.rq.t("keeping.vetting.text")), ui.Radios(state), ui.DateInput(until)}, nil
}

func askClosing(f fields, _ *directory.Provider) ([]templ.Component, error) {
	reason := f.asked("reason", "closing")
	reason.Options = f.rq.directoryOptions("closing-reasons", false)
	return []templ.Component{para(f.rq.t("keeping.close.text")), ui.Radios(reason)}, nil
}

// directoryOptions are a list of the directory as answers.
func (rq *request) directoryOptions(list string, empty bool) []ui.Option {
	var out []ui.Option
	if empty {
		out = append(out, ui.Option{Value: "", Label: rq.t("directory.fact.unknown")})
	}
	for _, t := range rq.of.Directory.Taxonomy.List(list) {
		out = append(out, ui.Option{Value: t.ID, Label: t.Label.In(rq.lang.Code())})
	}
	return out
}

// kept is a field with what was typed, or with what stands.
func (f fields) kept(name, key, stands string) ui.Field {
	b := f.asked(name, key)
	if len(f.v) == 0 {
		b.Value = stands
	}
	return b
}

// keptDate is a date likewise, which is sent in three parts.
func (f fields) keptDate(name, key, stands string) ui.Field {
	b := f.kept(name, key, stands)
	if len(f.v) > 0 {
		b.Value = ui.DateFrom(f.v, name)
	}
	return b
}

// about names the part of an entry that a page is about: in the address of a
// form, or in what it sent.
func (rq *request) about(name string) string {
	if id := rq.typed().Get(name); id != "" {
		return id
	}
	return rq.URL.Query().Get(name)
}

// keepLinks lead from an entry to its forms.
func (rq *request) keepLinks(v *directory.View) templ.Component {
	p := v.Provider
	at := rq.o.Base + "/providers/" + p.ID + "/do/"
	var out []templ.Component
	add := func(what string, a policy.Action) {
		if v.May[a] {
			out = append(out, link(rq.t("keeping.do."+what), at+what))
		}
	}
	if p.MergedIn != "" {
		return templ.NopComponent
	}
	if p.Closed != nil {
		add("reopen", policy.DirectoryEdit)
		return list(out...)
	}
	add("edit", policy.DirectoryEdit)
	if v.May[policy.DirectoryEdit] {
		for _, s := range p.Services {
			out = append(out, link(rq.t("keeping.do.service")+": "+strings.Trim(s.Name+" · "+rq.service(s.Kind), " ·"), at+"service?service="+url.QueryEscape(s.ID)))
		}
		out = append(out, link(rq.t("keeping.new.service"), at+"service"))
		for i := range p.Locations {
			l := &p.Locations[i]
			out = append(out, link(rq.t("keeping.do.place")+": "+rq.locationName(l), at+"place?place="+url.QueryEscape(l.ID)))
		}
		out = append(out, link(rq.t("keeping.new.place"), at+"place"))
	}
	add("vetting", policy.DirectoryVet)
	add("close", policy.DirectoryEdit)
	if len(out) == 0 {
		return templ.NopComponent
	}
	return with(ui.Details(rq.t("keeping.entry"), false), list(out...))
}

// locationName names a place without telling where a confidential one is.
func (rq *request) locationName(l *directory.Location) string {
	county := rq.label("counties", l.County)
	switch {
	case l.Confidential:
		return rq.t("web.providers.confidential") + ", " + county
	case l.Place != nil:
		return strings.Trim(strings.Join([]string{l.Place.Name, l.Place.Town, county}, ", "), ", ")
	}
	return county
}

// sendMessage takes the short message form of a page.
func sendMessage(rq *request) error {
	return rq.provided(&directory.Message{Text: rq.PostFormValue("text")}, "/providers/"+rq.PathValue("id"))
}

// messageForm is the short message form, for those who may report.
func (rq *request) messageForm(p *directory.Provider) templ.Component {
	b := ui.Field{Name: "text", Label: rq.t("keeping.message.label"), Hint: rq.t("keeping.message.hint"), Value: rq.PostFormValue("text")}
	return with(ui.Section("message", rq.t("keeping.message.title")), rq.form("/providers/"+p.ID+"/message", rq.t("keeping.message.send"), "", ui.TextInput(b)))
}

// openLine makes a code for a provider's message line and shows it once.
func openLine(rq *request) error {
	id := rq.PathValue("id")
	if rq.PostForm.Get("shut") != "" {
		if err := rq.of.Directory.ShutLine(rq.Context(), rq.who, id); err != nil {
			return err
		}
		rq.redirect("/providers/" + id)
		return nil
	}
	code, err := rq.of.Directory.OpenLine(rq.Context(), rq.who, id)
	if err != nil {
		return err
	}
	title := rq.t("keeping.line.title")
	p := rq.page(title)
	p.Back = &ui.Link{Text: rq.t("web.providers.title"), Href: "/providers/" + id}
	return rq.render(http.StatusOK, p, ui.Heading("", title), para(rq.t("keeping.line.once")), element("p", ` class="r-code"`, code),
		para(rq.t("keeping.line.how")), element("pre", "", "POST "+rq.o.Base+"/api/v1/messages\nAuthorization: Bearer "+code+"\nContent-Type: application/json\n\n{\"text\": \"BEDS women 3 men 0\"}"))
}

// lineForms open and shut the message line.
func (rq *request) lineForms(p *directory.Provider) templ.Component {
	at := "/providers/" + p.ID + "/line"
	return with(ui.Details(rq.t("keeping.line.title"), false), para(rq.t("keeping.line.text")),
		rq.press(at, "x", "1", rq.t("keeping.line.open")), rq.press(at, "shut", "1", rq.t("keeping.line.shut")))
}
