package web

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/content"
	"rufaa/internal/policy"
	"rufaa/internal/rulebook"
	"rufaa/internal/web/ui"
)

// versionPage shows one version before it holds: what is wrong with it, what it
// would change and for how many, how it differs, and what can be done with it.
func (rq *request) versionPage(status int, errs []ui.FieldError, above []templ.Component) error {
	v, err := rq.of.Rulebook.Preview(rq.Context(), rq.who, rq.PathValue("document"), rq.number())
	if err != nil {
		return err
	}
	d := v.Document
	title, tags := rq.t("rulebook.own"), []ui.Tag(nil)
	if v.Number > 0 {
		title, tags = rq.t("rulebook.version", "number", v.Number), []ui.Tag{*rq.standingTag(v.Standing)}
	}
	p := rq.page(rq.documentName(d) + ": " + title)
	p.Errors, p.Back = errs, &ui.Link{Text: rq.documentName(d), Href: "/rulebook/" + d.ID}
	body := append([]templ.Component{ui.Heading(rq.documentName(d), title, tags...)}, above...)
	if v.Number > 0 {
		body = append(body, quote(v.Note))
	}
	if len(v.Problems) > 0 {
		body = append(body, rq.problemsOf(v))
	}
	if v.Effect != nil {
		body = append(body, rq.effectOf(v.Effect))
	}
	body = append(body, rq.changesOf(v.Diff))
	if v.Form != nil {
		body = append(body, rq.formAsSeen(v.Form))
	}
	body = append(body, rq.readOnly(rq.t("rulebook.whole"), v.Text))
	return rq.render(status, p, append(body, rq.versionActs(v, errs)...)...)
}

// problemsOf lists what is wrong, with the line it stands on.
func (rq *request) problemsOf(v *rulebook.Preview) templ.Component {
	lines := strings.Split(v.Text, "\n")
	l := ui.Listing{Caption: rq.t("rulebook.problems"), Hide: true, Columns: []ui.Column{{Label: rq.t("rulebook.col.line"), Number: true}, {Label: rq.t("rulebook.col.problem")}, {Label: rq.t("rulebook.col.remedy")}}}
	for _, x := range v.Problems {
		at, words := "–", ""
		if x.Line > 0 {
			at = strconv.Itoa(x.Line)
			if x.Line <= len(lines) {
				words = strings.TrimSpace(lines[x.Line-1])
			}
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: at, Sub: x.File}, {Text: x.What, Sub: words}, {Text: x.Remedy}})
	}
	return with(ui.Section("problems", rq.t("rulebook.problems")), with(ui.Banner(ui.Stop, rq.t("rulebook.problems.text"), "wrong")), ui.Table(l))
}

// effectOf tells what the version would change, people first.
func (rq *request) effectOf(e *rulebook.Effect) templ.Component {
	var items []templ.Component
	say := func(key string, args ...any) { items = append(items, plain(rq.t(key, args...))) }
	for _, s := range e.Sight {
		way := "lose"
		if s.Gains {
			way = "gain"
		}
		items = append(items, plain(rq.lang.N("rulebook.effect."+way, s.People, "cases", rq.lang.N("rulebook.effect.cases", s.Cases), "what", rq.sightOf(s.What))))
	}
	for _, c := range e.Clocks {
		if c.Before == 0 {
			say("rulebook.effect.clock.new", "clock", c.ID, "after", rq.lang.Span(c.After))
		} else {
			say("rulebook.effect.clock", "clock", c.ID, "before", rq.lang.Span(c.Before), "after", rq.lang.Span(c.After))
		}
		switch {
		case c.Restart:
			say("rulebook.effect.clock.restart")
		case c.Moves:
			items = append(items, plain(rq.lang.N("rulebook.effect.clock.moves", c.Running)))
		default:
			items = append(items, plain(rq.lang.N("rulebook.effect.clock.stays", c.Running)))
		}
	}
	for _, t := range e.Terms {
		line := rq.t("rulebook.effect.term."+t.How, "list", t.List, "id", t.ID)
		if t.How != "added" {
			line += " " + rq.lang.N("rulebook.effect.named", t.Cases)
		}
		items = append(items, plain(line))
	}
	for _, s := range e.Signs {
		say("rulebook.effect.sign."+s.How, "id", s.ID)
	}
	if len(items) == 0 && len(e.Decisions) == 0 {
		items = append(items, plain(rq.t("rulebook.effect.none")))
	}
	inner := []templ.Component{list(items...)}
	if len(e.Decisions) > 0 {
		inner = append(inner, rq.cells(e.Decisions))
	}
	return with(ui.Section("effect", rq.t("rulebook.effect")), inner...)
}

// sightOf names what somebody loses or gains sight of.
func (rq *request) sightOf(what string) string {
	if what == "case" {
		return rq.t("rulebook.sight.case")
	}
	if part, ok := strings.CutPrefix(what, "part."); ok {
		return rq.t("web.part." + part)
	}
	return rq.label("compartments", what)
}

// cells is the part of the table of decisions that changes.
func (rq *request) cells(changes []policy.Change) templ.Component {
	l := ui.Listing{Caption: rq.t("rulebook.cells"), Columns: []ui.Column{{Label: rq.t("rulebook.col.duty")}, {Label: rq.t("rulebook.col.standing")}, {Label: rq.t("rulebook.col.action")}, {Label: rq.t("rulebook.col.decision")}}}
	for _, c := range changes {
		tag := ui.Tag{Text: rq.t("rulebook.refused_then"), Tone: ui.Red}
		if c.Gains {
			tag = ui.Tag{Text: rq.t("rulebook.permitted_then"), Tone: ui.Green}
		}
		duty := rq.label("duties", c.Duty)
		if c.Agency != "" {
			duty += " · " + rq.of.AgencyName(c.Agency)
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: duty}, {Text: rq.t("rulebook.at." + strings.NewReplacer(" ", "_", ",", "", "'", "", "-", "_").Replace(c.Standing))},
			{Text: string(c.Action), Sub: c.Compartment}, {Tag: &tag}})
	}
	return ui.Table(l)
}

// changesOf shows the lines that differ from what is in force.
func (rq *request) changesOf(unified string) templ.Component {
	l := ui.Listing{Caption: rq.t("rulebook.changes"), Hide: true, Columns: []ui.Column{{Label: rq.t("rulebook.col.change")}, {Label: rq.t("rulebook.col.text")}}}
	for line := range strings.Lines(unified) {
		line = strings.TrimRight(line, "\n")
		switch {
		case strings.HasPrefix(line, "---"), strings.HasPrefix(line, "+++"), strings.HasPrefix(line, "diff "):
		case strings.HasPrefix(line, "-"):
			l.Rows = append(l.Rows, []ui.Cell{{Tag: &ui.Tag{Text: rq.t("rulebook.line.gone"), Tone: ui.Red}}, {Text: line[1:]}})
		case strings.HasPrefix(line, "+"):
			l.Rows = append(l.Rows, []ui.Cell{{Tag: &ui.Tag{Text: rq.t("rulebook.line.new"), Tone: ui.Green}}, {Text: line[1:]}})
		}
	}
	if len(l.Rows) == 0 {
		return with(ui.Section("changes", rq.t("rulebook.changes")), para(rq.t("rulebook.changes.none")))
	}
	return with(ui.Section("changes", rq.t("rulebook.changes")), ui.Table(l))
}

// formAsSeen is a questionnaire as the officer will see it, for each audience.
// Its answers go nowhere.
func (rq *request) formAsSeen(q *content.Questionnaire) templ.Component {
	var out []templ.Component
	f := fields{rq: rq, v: url.Values{}}
	for _, audience := range []string{"adult", "child"} {
		if v, ok := q.For(audience); ok {
			out = append(out, with(ui.Details(rq.t("rulebook.seen."+audience), false),
				append([]templ.Component{para(v.Intro.In(rq.lang.Code()))}, f.signs(v, audience+".")...)...))
		}
	}
	return with(ui.Section("seen", rq.t("rulebook.seen")), out...)
}

// versionActs are what the reader may do with the version.
func (rq *request) versionActs(v *rulebook.Preview, errs []ui.FieldError) []templ.Component {
	at := "/rulebook/" + v.Document.ID + "/versions/" + strconv.Itoa(v.Number)
	version := strconv.FormatInt(v.Stream, 10)
	may := func(do policy.Action, author string) bool { return rq.of.Rulebook.May(rq.who, v.Document, do, author) }
	f := fields{rq: rq, v: rq.PostForm, errors: errs}
	if f.v == nil {
		f.v = url.Values{}
	}
	var out []templ.Component
	if v.Standing == rulebook.IsDraft && len(v.Problems) == 0 {
		if may(policy.RulebookApprove, v.By.Staff) {
			out = append(out, with(ui.Section("approve", rq.t("rulebook.approve")), para(rq.t("rulebook.approve.text")),
				rq.form(at+"/approve", rq.t("rulebook.approve"), version, ui.DateInput(rq.rulebookField(f, "from")))))
		} else if v.By.Staff == rq.who.Staff {
			out = append(out, with(ui.Section("approve", rq.t("rulebook.approve")), para(rq.t("rulebook.approve.second"))))
		}
	}
	if !may(policy.RulebookDraft, "") {
		return out
	}
	if v.Standing == rulebook.IsDraft || v.Standing == rulebook.IsScheduled {
		out = append(out, rq.press(at+"/withdraw", "_version", version, rq.t("rulebook.withdraw")))
	} else if v.Diff != "" {
		note := rq.rulebookField(f, "note")
		note.Rows = 2
		out = append(out, with(ui.Section("restore", rq.t("rulebook.restore")), para(rq.t("rulebook.restore.text")),
			rq.form(at+"/restore", rq.t("rulebook.restore"), version, ui.Textarea(note))))
	}
	return out
}

// summary is an effect in one line, for the history.
func (rq *request) summary(s rulebook.Summary) string {
	var out []string
	add := func(key string, n int) {
		if n > 0 {
			out = append(out, rq.lang.N("rulebook.summary."+key, n))
		}
	}
	add("lose", s.Lose)
	add("gain", s.Gain)
	add("decisions", s.Decisions)
	add("clocks", s.Clocks)
	add("terms", s.Terms)
	add("signs", s.Signs)
	if len(out) == 0 {
		return rq.t("rulebook.summary.none")
	}
	return strings.Join(out, ", ")
}
