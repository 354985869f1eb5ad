package web

import (
	"context"
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"rufaa/internal/likeness"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/web/ui"
)

func (s *site) likenessRoutes() {
	s.handle("GET /likenesses", policy.LikenessList, likenessesPage)
	s.handle("GET /likenesses/{id}", policy.LikenessView, func(rq *request) error { return rq.likenessPage(http.StatusOK, shown{}) })
	s.handle("POST /likenesses/{id}/compare", policy.LikenessCompare, compareLikeness)
	s.handle("POST /likenesses/{id}/agree", policy.LikenessAnswer, likenessStep("agree", (*likeness.Likenesses).Agree, readAgree))
	s.handle("POST /likenesses/{id}/refuse", policy.LikenessAnswer, likenessStep("refuse", (*likeness.Likenesses).Refuse, func(v url.Values) *likeness.Refuse {
		return &likeness.Refuse{Reason: v.Get("reason")}
	}))
	s.handle("POST /likenesses/{id}/judge", policy.LikenessJudge, likenessStep("judge", (*likeness.Likenesses).Judge, func(v url.Values) *likeness.Judge {
		return &likeness.Judge{Verdict: v.Get("verdict")}
	}))
	s.handle("POST /likenesses/{id}/unlink", policy.LikenessUnlink, likenessStep("unlink", (*likeness.Likenesses).Unlink, func(v url.Values) *likeness.Unlink {
		return &likeness.Unlink{Reason: v.Get("reason")}
	}))
	s.handle("POST /likenesses/{id}/again", policy.LikenessUnlink, likenessStep("again", (*likeness.Likenesses).AskAgain, func(url.Values) *likeness.AskAgain {
		return &likeness.AskAgain{}
	}))
}

// likenessStep is one form of a likeness's page; form names it, so that what
// was wrong is told beside its own fields.
func likenessStep[T any](form string, do func(*likeness.Likenesses, context.Context, realm.Actor, string, string, *T) (realm.Receipt, error), read func(url.Values) *T) func(*request) error {
	return func(rq *request) error {
		_, err := do(rq.of.Likenesses, rq.Context(), rq.who, rq.PathValue("id"), rq.PostFormValue("_key"), read(rq.PostForm))
		if err == nil {
			rq.redirect("/likenesses/" + rq.PathValue("id"))
			return nil
		}
		if status, above, ok := rq.notices(err); ok {
			return rq.likenessPage(status, shown{form: form, errs: rq.fieldErrors(err), above: above})
		}
		return err
	}
}

func readAgree(v url.Values) *likeness.Agree {
	return &likeness.Agree{Ground: v.Get("ground"), Fields: v["fields"], GivenBy: v.Get("given_by"), How: v.Get("how"),
		Language: v.Get("language"), Interpreting: v.Get("interpreting"), Interpreter: v.Get("interpreter"), Reason: v.Get("reason")}
}

func likenessesPage(rq *request) error {
	list, err := rq.of.Likenesses.List(rq.Context(), rq.who)
	if err != nil {
		return err
	}
	title := rq.t("likeness.list.title")
	return rq.render(http.StatusOK, rq.page(title), ui.Heading("", title), para(rq.t("likeness.list.text")), rq.likenessTable(list))
}

func (rq *request) likenessTable(list []likeness.View) templ.Component {
	l := ui.Listing{Caption: rq.t("likeness.list.title"), Hide: true, Empty: rq.t("likeness.list.none"), Columns: []ui.Column{
		{Label: rq.t("web.col.case")}, {Label: rq.t("web.col.state")}, {Label: rq.t("likeness.signs")}}}
	for i := range list {
		v := &list[i]
		l.Rows = append(l.Rows, []ui.Cell{{Text: v.Ref, Href: "/likenesses/" + v.ID}, {Tag: rq.phaseTag(v)}, {Text: rq.signs(v.Signs)}})
	}
	return ui.Table(l)
}

// likenessesAsking is what the worklist says of likenesses that wait for this
// person; nothing when there is none.
func (rq *request) likenessesAsking(ctx context.Context) ([]templ.Component, error) {
	if rq.of.Door.Realm(rq.who.Principal, policy.LikenessList) != nil {
		return nil, nil
	}
	n, err := rq.of.Likenesses.Asking(ctx, rq.who)
	if err != nil || n == 0 {
		return nil, err
	}
	// One line: at night the people who wait come first, and this can wait.
	return []templ.Component{with(ui.Section("likenesses", rq.t("likeness.home.title")),
		list(anchor(rq.lang.N("likeness.home.open", n), rq.o.Base+"/likenesses")))}, nil
}

func (rq *request) phaseTag(v *likeness.View) *ui.Tag {
	tone := ui.Grey
	switch {
	case v.Open():
		tone = ui.Amber
	case v.Phase == likeness.IsLinked:
		tone = ui.Green
	case v.Phase == likeness.Waiting, v.Phase == likeness.Told:
		tone = ui.Teal
	}
	return &ui.Tag{Text: rq.t("likeness.phase." + string(v.Phase)), Tone: tone}
}

func (rq *request) signs(list []string) string {
	out := ""
	for i, s := range list {
		if i > 0 {
			out += ", "
		}
		out += rq.t("likeness.sign." + s)
	}
	return out
}

// shown is what a likeness's page shows besides its state: what was wrong with
// which form, or both persons side by side.
type shown struct {
	form     string
	errs     []ui.FieldError
	above    []templ.Component
	compared *likeness.Comparison
}

func (rq *request) likenessPage(status int, x shown) error {
	v, err := rq.of.Likenesses.View(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	p := rq.page(rq.t("likeness.title"))
	p.Errors = x.errs
	p.Back = &ui.Link{Text: rq.t("likeness.list.title"), Href: "/likenesses"}
	body := append([]templ.Component{ui.Heading(v.Ref, rq.t("likeness.title"), *rq.phaseTag(v))}, x.above...)
	facts := []ui.Fact{{Key: rq.t("likeness.own_case"), Value: v.Ref,
		Actions: []ui.Action{{Text: rq.t("common.button.open"), Href: "/cases/" + v.Case, Hidden: v.Ref}}}, {Key: rq.t("likeness.signs"), Value: rq.signs(v.Signs)}}
	if v.Agency != "" {
		facts = append(facts, ui.Fact{Key: rq.t("likeness.agency"), Value: rq.of.AgencyName(v.Agency)})
	}
	if v.Linked != "" {
		facts = append(facts, ui.Fact{Key: rq.t("likeness.linked_case"), Value: v.Linked})
	}
	if v.Reason != "" {
		facts = append(facts, ui.Fact{Key: rq.t("web.f.reason"), Value: rq.likenessReason(v.Reason)})
	}
	body = append(body, para(rq.t("likeness.text."+string(v.Phase))), ui.SummaryList(facts))
	if x.compared != nil {
		body = append(body, rq.sideBySide(x.compared))
	}
	return rq.render(status, p, append(body, rq.likenessForms(v, x)...)...)
}

// likenessForms are what this side may do now.
func (rq *request) likenessForms(v *likeness.View, x shown) []templ.Component {
	at := "/likenesses/" + v.ID
	var out []templ.Component
	if v.Phase == likeness.Asked {
		out = append(out, with(ui.Section("agree", rq.t("likeness.agree.title")), para(rq.t("likeness.agree.text")),
			rq.form(at+"/agree", rq.t("likeness.agree.button"), "", rq.agreeFields(v, rq.fieldsOf("agree", x))...)))
	}
	if v.Phase == likeness.Comparing || v.Phase == likeness.Told || v.Phase == likeness.IsLinked {
		out = append(out, with(ui.Section("compare", rq.t("likeness.compare.title")), para(rq.t("likeness.compare.text")),
			with(ui.Form(ui.Sending{Action: at + "/compare"}), ui.Button(ui.Press{Text: rq.t("likeness.compare.button"), Look: ui.Secondary}))))
	}
	if v.Phase == likeness.Comparing {
		verdict := rq.fieldsOf("judge", x).base("verdict")
		verdict.Values, verdict.Inline = nil, true
		verdict.Options = []ui.Option{{Value: "same", Label: rq.t("likeness.same.yes")}, {Value: "different", Label: rq.t("likeness.same.no")}}
		out = append(out, with(ui.Section("judge", rq.t("likeness.judge.title")), rq.form(at+"/judge", rq.t("likeness.judge.button"), "", ui.Radios(verdict))))
	}
	switch v.Phase {
	case likeness.Asked, likeness.Waiting, likeness.Comparing, likeness.Told:
		out = append(out, with(ui.Section("refuse", rq.t("likeness.refuse.title")), para(rq.t("likeness.refuse.text")),
			rq.form(at+"/refuse", rq.t("likeness.refuse.button"), "", rq.reasonField("refuse", rq.of.Likenesses.Rules.Refusals, x))))
	case likeness.IsLinked:
		out = append(out, with(ui.Section("unlink", rq.t("likeness.unlink.title")),
			rq.form(at+"/unlink", rq.t("likeness.unlink.button"), "", rq.reasonField("unlink", rq.of.Likenesses.Rules.Unlinking, x))))
	}
	if v.Again {
		out = append(out, with(ui.Section("again", rq.t("likeness.again.title")), para(rq.t("likeness.again.text")),
			rq.form(at+"/again", rq.t("likeness.again.button"), "")))
	}
	return out
}

// fieldsOf are the questions of one form; what was typed and what was wrong
// belong to the form that was sent.
func (rq *request) fieldsOf(form string, x shown) fields {
	f := fields{rq: rq, v: url.Values{}}
	if x.form == form {
		f.v, f.errors = rq.PostForm, x.errs
	}
	return f
}

func (rq *request) agreeFields(v *likeness.View, f fields) []templ.Component {
	what := f.base("fields")
	what.Value = ""
	for _, name := range likeness.Fields {
		what.Options = append(what.Options, ui.Option{Value: name, Label: rq.t("web.item." + name)})
	}
	ground := f.base("ground")
	ground.Values = nil
	ground.Options = []ui.Option{{Value: "consent", Label: rq.t("web.basis.consent"), Reveal: templ.Join(f.givenBy(), f.radios("how", "consent-how"), f.talk())}}
	if v.Child {
		ground.Options = append(ground.Options, ui.Option{Value: "child", Label: rq.t("web.basis.child")})
	}
	ground.Options = append(ground.Options, ui.Option{Value: "danger-to-life", Label: rq.t("web.basis.danger-to-life")})
	reason := f.base("reason")
	reason.Hint = rq.t("likeness.agree.reason")
	if len(f.errors) == 0 {
		reason.ID = "agree-reason" // the form below asks for a reason too
	}
	return []templ.Component{ui.Checkboxes(what), ui.Radios(ground), ui.Textarea(reason)}
}

func (rq *request) reasonField(form string, list []likeness.Term, x shown) templ.Component {
	b := rq.fieldsOf(form, x).base("reason")
	if x.form != form {
		b.ID = form + "-reason"
	}
	b.Hint = rq.t("likeness.reason.hint")
	b.Options = []ui.Option{{Value: "", Label: rq.t("web.choose")}}
	for _, t := range list {
		b.Options = append(b.Options, ui.Option{Value: t.ID, Label: t.Label[rq.lang.Code()]})
	}
	return ui.Select(b)
}

func (rq *request) likenessReason(id string) string {
	for _, list := range [][]likeness.Term{rq.of.Likenesses.Rules.Refusals, rq.of.Likenesses.Rules.Unlinking} {
		for _, t := range list {
			if t.ID == id {
				return t.Label[rq.lang.Code()]
			}
		}
	}
	return id
}

// compareLikeness opens the agreed fields of both; it changes nothing and is
// recorded in both cases.
func compareLikeness(rq *request) error {
	c, err := rq.of.Likenesses.Compare(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		if status, above, ok := rq.notices(err); ok {
			if _, verr := rq.of.Likenesses.View(rq.Context(), rq.who, rq.PathValue("id")); verr != nil {
				return problem.ErrNotFound
			}
			return rq.likenessPage(status, shown{above: above})
		}
		return err
	}
	return rq.likenessPage(http.StatusOK, shown{compared: c})
}

// sideBySide is a table of both persons, field by field.
func (rq *request) sideBySide(c *likeness.Comparison) templ.Component {
	l := ui.Listing{Caption: rq.t("likeness.compare.title"), Hide: true, Columns: []ui.Column{
		{Label: rq.t("likeness.field")}, {Label: rq.t("likeness.mine")}, {Label: rq.of.AgencyName(c.Agency)}}}
	of := func(list []likeness.Compare, field string) (string, bool) {
		for _, x := range list {
			if x.Field == field {
				if x.Erased {
					return rq.t("web.erased"), true
				}
				return rq.compared(x), true
			}
		}
		return rq.t("common.unknown"), false
	}
	for _, field := range append([]string{"sex", "age_band"}, likeness.Fields...) {
		mine, a := of(c.Mine, field)
		theirs, b := of(c.Theirs, field)
		if a || b {
			l.Rows = append(l.Rows, []ui.Cell{{Text: rq.t("likeness.field." + field)}, {Text: mine}, {Text: theirs}})
		}
	}
	body := []templ.Component{ui.Table(l)}
	if c.Reason != "" {
		body = append(body, small(rq.t("web.item.basis_reason")), quote(c.Reason))
	}
	return with(ui.Banner(ui.Done, rq.t("likeness.compare.opened"), "compared"), body...)
}

func (rq *request) compared(x likeness.Compare) string {
	switch {
	case x.Field == "sex":
		return rq.label("sexes", x.Text)
	case x.Field == "age_band":
		return rq.label("age-bands", x.Text)
	case x.Field == "nationality":
		return rq.label("countries", x.Text)
	case x.Field == "birth_date" && len(x.Text) > 1 && x.Text[0] == '~':
		return rq.t("web.about_years", "n", x.Text[1:])
	}
	return x.Text
}
