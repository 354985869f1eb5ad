package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/training"
	"rufaa/internal/web/ui"
)

func (s *site) trainingRoutes() {
	s.handle("GET /training", policy.TrainingView, func(rq *request) error { return rq.coursesPage(http.StatusOK, nil) })
	s.handle("POST /training", policy.TrainingManage, openCourse)
	s.handle("GET /training/{id}", policy.TrainingView, func(rq *request) error { return rq.coursePage(http.StatusOK, nil, nil) })
	s.handle("POST /training/{id}/seat", policy.TrainingTake, courseStep((*training.Training).TakeSeat, func(v url.Values) *training.TakeSeat {
		return &training.TakeSeat{Sex: v.Get("sex"), County: v.Get("county")}
	}))
	s.handle("POST /training/{id}/name", policy.TrainingTake, courseStep((*training.Training).Name, func(v url.Values) *training.Name {
		return &training.Name{Name: v.Get("name")}
	}))
	s.handle("POST /training/{id}/revoke", policy.TrainingManage, courseStep((*training.Training).Revoke, func(v url.Values) *training.Revoke {
		return &training.Revoke{Code: v.Get("code"), Reason: v.Get("reason")}
	}))
	s.handle("POST /training/{id}/end", policy.TrainingManage, endCourse)
	s.handle("GET /training/{id}/test", policy.TrainingTake, func(rq *request) error { return rq.testPage(http.StatusOK, nil, nil) })
	s.handle("POST /training/{id}/test", policy.TrainingTake, sitTest)
	s.handle("GET /training/{id}/certificate.pdf", policy.TrainingView, certificatePaper)
	s.handle("GET /training/{id}/certificate.jwt", policy.TrainingView, certificateText)
	s.handle("GET /training/{id}/report", policy.TrainingManage, courseReport)
	s.handle("GET /training/{id}/report.csv", policy.TrainingManage, courseReportCSV)
	s.handle("GET /training/{id}/xapi.json", policy.TrainingManage, courseStatements)
	s.public("GET /certificate", func(rq *request) error { return rq.checkPage("") })
	s.public("POST /certificate", func(rq *request) error { return rq.checkPage(rq.PostFormValue("text")) })
	s.public("GET /certificate/{code}", func(rq *request) error { return rq.checkPage(rq.PathValue("code")) })
}

func (rq *request) mayManageCourses() bool {
	return rq.of.Door.Realm(rq.who.Principal, policy.TrainingManage) == nil
}

func (rq *request) coursesPage(status int, err error) error {
	courses, lerr := rq.of.Training.List(rq.Context(), rq.who)
	if lerr != nil {
		return lerr
	}
	title := rq.t("training.title")
	p := rq.page(title)
	p.Back, p.Errors = &ui.Link{Text: rq.t("web.to_list"), Href: "/"}, rq.fieldErrors(err)
	l := ui.Listing{Caption: title, Hide: true, Empty: rq.t("training.none"), Columns: []ui.Column{{Label: rq.t("training.course")}, {Label: rq.t("training.days")}, {Label: rq.t("web.col.state")}}}
	for i := range courses {
		c := &courses[i]
		l.Rows = append(l.Rows, []ui.Cell{{Text: c.Title, Href: "/training/" + c.ID, Sub: rq.label("counties", c.County)}, {Text: c.From + " – " + c.To}, {Tag: rq.courseTag(c)}})
	}
	body := []templ.Component{ui.Heading("", title), para(rq.t("training.text")), ui.Table(l)}
	if rq.mayManageCourses() {
		f := rq.courseFields(err)
		belongs, err := rq.exerciseField(f("exercise", "training.f.exercise"))
		if err != nil {
			return err
		}
		body = append(body, with(ui.Section("open", rq.t("training.open")), rq.form("/training", rq.t("training.open"), "",
			ui.TextInput(f("title", "training.f.title")), rq.countyField(f("county", "web.col.county")), ui.DateInput(dated(rq, f("from", "training.f.from"))), ui.DateInput(dated(rq, f("to", "training.f.to"))), belongs)))
	}
	return rq.render(status, p, body...)
}

// courseFields are the questions of the forms of this page, with what was typed
// and what was wrong.
func (rq *request) courseFields(err error) func(name, label string) ui.Field {
	errs := rq.fieldErrors(err)
	return func(name, label string) ui.Field {
		f := ui.Field{Name: name, Label: rq.t(label), Value: rq.PostForm.Get(name)}
		for _, e := range errs {
			if e.Field == name {
				f.Error = e.Message
			}
		}
		return f
	}
}

func dated(rq *request, f ui.Field) ui.Field {
	if f.Value == "" {
		f.Value = ui.DateFrom(rq.PostForm, f.Name)
	}
	return f
}

func (rq *request) countyField(f ui.Field) templ.Component {
	f.Options = rq.options("counties", true)
	return ui.Select(f)
}

// exerciseField asks which exercise a course belongs to, where there is one.
func (rq *request) exerciseField(f ui.Field) (templ.Component, error) {
	s, err := rq.of.Exercises.Current(rq.Context())
	if err != nil || !s.Exists() {
		return templ.NopComponent, err
	}
	f.Hint, f.Optional = rq.t("training.h.exercise"), true
	f.Options = []ui.Option{{Value: "", Label: rq.t("web.choose")}, {Value: s.ID, Label: s.Title.In(rq.lang.Code())}}
	return ui.Select(f), nil
}

func (rq *request) courseTag(c *training.View) *ui.Tag {
	switch {
	case c.Mine == nil && c.Over:
		return &ui.Tag{Text: rq.t("training.over")}
	case c.Mine == nil:
		return &ui.Tag{Text: rq.t("training.no_seat"), Tone: ui.Amber}
	case c.Open != "":
		return &ui.Tag{Text: rq.t("training.test." + string(c.Open)), Tone: ui.Amber}
	case c.Mine.Code != "" && c.Mine.Revoked == "":
		return &ui.Tag{Text: rq.t("training.certified"), Tone: ui.Green}
	}
	return &ui.Tag{Text: rq.t("training.seated"), Tone: ui.Teal}
}

func openCourse(rq *request) error {
	v := rq.PostForm
	rc, err := rq.of.Training.Open(rq.Context(), rq.who, v.Get("_key"), &training.Open{Title: v.Get("title"), County: v.Get("county"),
		From: ui.DateFrom(v, "from"), To: ui.DateFrom(v, "to"), Exercise: v.Get("exercise")})
	if err != nil {
		if status, _, ok := rq.notices(err); ok {
			return rq.coursesPage(status, err)
		}
		return err
	}
	rq.redirect("/training/" + rc.ID)
	return nil
}

// courseStep is one form of a course's page.
func courseStep[T any](do courseDo[T], read func(url.Values) *T) func(*request) error {
	return func(rq *request) error {
		_, err := do(rq.of.Training, rq.Context(), rq.who, rq.PathValue("id"), rq.PostFormValue("_key"), read(rq.PostForm))
		return rq.courseDone(err)
	}
}

func (rq *request) courseDone(err error) error {
	if err == nil {
		rq.redirect("/training/" + rq.PathValue("id"))
		return nil
	}
	if status, above, ok := rq.notices(err); ok {
		return rq.coursePage(status, err, above)
	}
	return err
}

func endCourse(rq *request) error {
	_, err := rq.of.Training.End(rq.Context(), rq.who, rq.PathValue("id"), rq.PostFormValue("_key"))
	return rq.courseDone(err)
}

func (rq *request) coursePage(status int, err error, above []templ.Component) error {
	c, verr := rq.of.Training.View(rq.Context(), rq.who, rq.PathValue("id"))
	if verr != nil {
		return verr
	}
	p := rq.page(c.Title)
	p.Back, p.Errors = &ui.Link{Text: rq.t("training.title"), Href: "/training"}, rq.fieldErrors(err)
	body := append([]templ.Component{ui.Heading(rq.label("counties", c.County)+" · "+c.From+" – "+c.To, c.Title, *rq.courseTag(c))}, above...)
	f := rq.courseFields(err)
	at := "/training/" + c.ID
	switch {
	case c.Mine == nil && !c.Over:
		sex := f("sex", "training.f.sex")
		sex.Options = rq.options("sexes", true)
		body = append(body, with(ui.Section("seat", rq.t("training.attend")), para(rq.t("training.attend_text")),
			rq.form(at+"/seat", rq.t("training.attend"), "", ui.Select(sex), rq.countyField(f("county", "training.f.county")))))
	case c.Mine != nil:
		body = append(body, rq.ownTests(c, at))
		body = append(body, rq.ownCertificate(c, at, f)...)
	}
	if rq.mayManageCourses() {
		body = append(body, rq.courseManaging(c, at, f))
	}
	return rq.render(status, p, body...)
}

// ownTests are one's own results. What was not known is told with its reason
// once the test after the course is sat: before, it would teach to the test.
func (rq *request) ownTests(c *training.View, at string) templ.Component {
	var body []templ.Component
	if c.Open != "" {
		body = append(body, para(rq.t("training.test_waits."+string(c.Open))), ui.ButtonLink(ui.Link{Text: rq.t("training.sit"), Href: at + "/test"}, ui.Primary))
	}
	l := ui.Listing{Caption: rq.t("training.results"), Hide: true, Empty: rq.t("training.no_result"), Columns: []ui.Column{{Label: rq.t("training.sitting")}, {Label: rq.t("training.right"), Number: true}}}
	for _, x := range training.Sittings {
		if t := c.Mine.Tests[x]; t != nil {
			l.Rows = append(l.Rows, []ui.Cell{{Text: rq.t("training.test." + string(x)), Sub: rq.lang.Date(t.At)}, {Text: rq.t("training.of", "n", t.Right, "of", t.Of)}})
		}
	}
	body = append(body, ui.Table(l))
	if c.Mine.Tests[training.After] == nil {
		body = append(body, small(rq.t("training.later_told")))
	} else {
		body = append(body, small(rq.t("training.later_opens", "day", c.LaterOn)), rq.toLearn(c))
	}
	return with(ui.Section("tests", rq.t("training.results")), body...)
}

func (rq *request) toLearn(c *training.View) templ.Component {
	bank, lang := rq.of.Training.Banks[c.Bank], rq.lang.Code()
	if bank == nil {
		return templ.NopComponent
	}
	var items []templ.Component
	for _, id := range c.Mine.Tests[training.After].Missed {
		q := bank.Question(id)
		if q == nil {
			continue
		}
		for _, o := range q.Options {
			if o.Right {
				items = append(items, templ.Join(element("strong", "", q.Text.In(lang)), para(o.Text.In(lang)+". "+q.Why.In(lang)), small(rq.t("web.rule.source", "source", q.Source))))
			}
		}
	}
	if len(items) == 0 {
		return templ.NopComponent
	}
	return with(ui.Details(rq.t("training.to_learn"), false), list(items...))
}

func (rq *request) ownCertificate(c *training.View, at string, f func(string, string) ui.Field) []templ.Component {
	var body []templ.Component
	switch {
	case c.Mine.Revoked != "":
		body = append(body, para(rq.t("training.revoked", "reason", c.Mine.Revoked)))
	case c.Mine.Code != "":
		body = append(body, ui.SummaryList([]ui.Fact{{Key: rq.t("training.code"), Value: c.Mine.Code}}),
			list(anchor(rq.t("training.pdf"), rq.o.Base+at+"/certificate.pdf"), anchor(rq.t("training.jwt"), rq.o.Base+at+"/certificate.jwt"), anchor(rq.t("training.check"), rq.o.Base+"/certificate/"+c.Mine.Code)))
	default:
		body = append(body, para(rq.t("training.certificate_text", "floor", training.Floor)))
	}
	name := f("name", "training.f.name")
	name.Hint = rq.t("training.name_hint")
	if c.Mine.Named {
		name.Label, name.Optional = rq.t("training.f.name_again"), true
	}
	body = append(body, rq.form(at+"/name", rq.t("training.keep_name"), "", ui.TextInput(name)))
	return []templ.Component{with(ui.Section("certificate", rq.t("training.certificate")), body...)}
}

func (rq *request) courseManaging(c *training.View, at string, f func(string, string) ui.Field) templ.Component {
	links := list(anchor(rq.t("training.report"), rq.o.Base+at+"/report"), anchor(rq.t("training.csv"), rq.o.Base+at+"/report.csv"), anchor(rq.t("training.xapi"), rq.o.Base+at+"/xapi.json"))
	body := []templ.Component{links}
	if !c.Over {
		body = append(body, rq.press(at+"/end", "end", "1", rq.t("training.end")))
	}
	body = append(body, with(ui.Details(rq.t("training.revoke"), false), rq.form(at+"/revoke", rq.t("training.revoke"), "", ui.TextInput(f("code", "training.code")), ui.TextInput(f("reason", "training.f.reason")))))
	return with(ui.Section("manage", rq.t("training.manage")), body...)
}

// testPage is the test on one page: fourteen questions, one answer each.
func (rq *request) testPage(status int, err error, above []templ.Component) error {
	c, verr := rq.of.Training.View(rq.Context(), rq.who, rq.PathValue("id"))
	if verr != nil {
		return verr
	}
	x, questions, qerr := rq.of.Training.Test(rq.Context(), rq.who, c.ID)
	title := rq.t("training.test_title")
	p := rq.page(title)
	p.Back, p.Errors = &ui.Link{Text: c.Title, Href: "/training/" + c.ID}, rq.fieldErrors(err)
	if qerr != nil {
		code, told, ok := rq.notices(qerr)
		if !ok {
			return qerr
		}
		return rq.render(code, p, append([]templ.Component{ui.Heading(c.Title, title)}, told...)...)
	}
	lang := rq.lang.Code()
	body := append([]templ.Component{ui.Heading(c.Title, title), para(rq.t("training.test_text", "n", len(questions)))}, above...)
	in := []templ.Component{ui.Hidden("sitting", string(x))}
	for i, q := range questions {
		f := ui.Field{Name: "answers." + q.ID, Label: strconv.Itoa(i+1) + ". " + q.Text.In(lang), Value: rq.PostForm.Get("answers." + q.ID)}
		for _, e := range p.Errors {
			if e.Field == f.Name {
				f.Error = e.Message
			}
		}
		for _, o := range q.Options {
			f.Options = append(f.Options, ui.Option{Value: o.ID, Label: o.Text.In(lang)})
		}
		in = append(in, ui.Radios(f))
	}
	return rq.render(status, p, append(body, rq.form("/training/"+c.ID+"/test", rq.t("training.hand_in"), "", in...))...)
}

func sitTest(rq *request) error {
	sit := &training.Sit{Sitting: training.Sitting(rq.PostFormValue("sitting")), Answers: map[string]string{}}
	for name, v := range rq.PostForm {
		if id, ok := strings.CutPrefix(name, "answers."); ok && len(v) > 0 {
			sit.Answers[id] = v[0]
		}
	}
	_, err := rq.of.Training.Sit(rq.Context(), rq.who, rq.PathValue("id"), rq.PostFormValue("_key"), sit)
	if err == nil {
		rq.redirect("/training/" + rq.PathValue("id"))
		return nil
	}
	if status, above, ok := rq.notices(err); ok {
		return rq.testPage(status, err, above)
	}
	return err
}

// certificateText hands out the signed credential, for a wallet.
func certificateText(rq *request) error {
	jwt, _, err := rq.of.Training.Credential(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	rq.file("application/vc+jwt", rq.marked("certificate.jwt"), []byte(jwt))
	return nil
}

// marked puts the kind of realm before a file's name outside real use.
func (rq *request) marked(name string) string {
	if rq.of.Kind == realm.Live {
		return name
	}
	return strings.Trim(rq.t("ui.realm."+string(rq.of.Kind)+".word"), ". ") + "-" + name
}
