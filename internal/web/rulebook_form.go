package web

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/content"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/rulebook"
	"rufaa/internal/web/ui"
)

// bounds of what a posted form may claim to hold.
const (
	mostGroups = 40
	mostSigns  = 200
)

// formEditor is a questionnaire to change by fields: signs come, go, move and
// are worded in both languages. Typed is the form as it was sent; nil shows the
// draft that waits, or what is in force.
func (rq *request) formEditor(status int, typed *content.Questionnaire, errs []ui.FieldError, above []templ.Component) error {
	v, q, err := rq.editedForm()
	if err != nil {
		return err
	}
	if typed != nil {
		q = typed
	}
	title := rq.documentName(v.Document)
	p := rq.page(title)
	p.Errors, p.Back = errs, &ui.Link{Text: title, Href: "/rulebook/" + v.Document.ID}
	f := fields{rq: rq, v: url.Values{"note": {rq.PostForm.Get("note")}}, errors: errs}
	ask := []templ.Component{rq.bothLanguages("title", rq.t("rulebook.f.title"), q.Title, 1), rq.bothLanguages("intro", rq.t("rulebook.f.intro"), q.Intro, 4)}
	for g := range q.Groups {
		ask = append(ask, rq.groupFields(g, &q.Groups[g], q.Audience == "any"))
	}
	ask = append(ask, with(ui.Details(rq.t("rulebook.group.new"), false), rq.groupHead(len(q.Groups), &content.Group{})))
	note := rq.rulebookField(f, "note")
	note.Rows = 2
	ask = append(ask, ui.Hidden("groups", strconv.Itoa(len(q.Groups)+1)), ui.Textarea(note))
	body := append([]templ.Component{ui.Heading(rq.t("rulebook.edit"), title)}, above...)
	body = append(body, para(rq.t("rulebook.form.text")), rq.form("/rulebook/"+v.Document.ID+"/form", rq.t("rulebook.draft"), strconv.FormatInt(v.Version, 10), ask...))
	return rq.render(status, p, body...)
}

// editedForm finds the questionnaire that is edited: the draft that waits, or
// what is in force. Other documents have no form.
func (rq *request) editedForm() (*rulebook.View, *content.Questionnaire, error) {
	v, err := rq.of.Rulebook.View(rq.Context(), rq.who, rq.PathValue("document"))
	if err != nil {
		return nil, nil, err
	}
	if !rq.of.Rulebook.May(rq.who, v.Document, policy.RulebookDraft, "") {
		return nil, nil, &problem.Denied{Action: string(policy.RulebookDraft), Rule: "access.duty"}
	}
	if v.Document.Kind != rulebook.Questionnaire {
		return nil, nil, problem.ErrNotFound
	}
	words := v.Text
	if v.Pending != nil {
		draft, err := rq.of.Rulebook.Preview(rq.Context(), rq.who, v.Document.ID, v.Pending.Number)
		if err != nil {
			return nil, nil, err
		}
		words = draft.Text
	}
	q, err := content.ReadQuestionnaire(words)
	if err != nil { // a draft that is no YAML is mended as text; the form begins with what holds
		q, err = content.ReadQuestionnaire(v.Text)
	}
	return v, q, err
}

// bothLanguages asks for one text in English and Kiswahili.
func (rq *request) bothLanguages(name, label string, w content.Words, rows int) templ.Component {
	one := func(lang string) templ.Component {
		f := ui.Field{Name: name + "." + lang, Label: label + " (" + rq.t("rulebook.lang."+lang) + ")", Value: w[lang], Rows: rows}
		if rows == 1 {
			return ui.TextInput(f)
		}
		return ui.Textarea(f)
	}
	return templ.Join(one("en"), one("sw"))
}

func (rq *request) groupHead(g int, group *content.Group) templ.Component {
	at := fmt.Sprintf("g%d", g)
	return templ.Join(ui.TextInput(ui.Field{Name: at + ".id", Label: rq.t("rulebook.f.group_id"), Hint: rq.t("rulebook.h.id"), Value: group.ID}),
		rq.bothLanguages(at+".title", rq.t("rulebook.f.group_title"), group.Title, 1))
}

func (rq *request) groupFields(g int, group *content.Group, module bool) templ.Component {
	inner := []templ.Component{with(ui.Details(rq.t("rulebook.f.group_title"), false), rq.groupHead(g, group))}
	for i := range group.Indicators {
		in := &group.Indicators[i]
		inner = append(inner, with(ui.Details(in.Text.In(rq.lang.Code()), false), rq.signFields(g, i, in, module)))
	}
	inner = append(inner, with(ui.Details(rq.t("rulebook.sign.new"), false), rq.signFields(g, len(group.Indicators), &content.Indicator{Strength: "weak", Element: "none", Track: "trafficking"}, module)),
		ui.Hidden(fmt.Sprintf("g%d.signs", g), strconv.Itoa(len(group.Indicators)+1)))
	return with(ui.Section(fmt.Sprintf("group-%d", g), group.Title.In(rq.lang.Code())), inner...)
}

// signFields asks everything about one sign. One without an id and without
// words is none.
func (rq *request) signFields(g, i int, in *content.Indicator, module bool) templ.Component {
	at := fmt.Sprintf("s%d.%d.", g, i)
	line := func(name, value string, width int) templ.Component {
		return ui.TextInput(ui.Field{Name: at + name, Label: rq.t("rulebook.f.sign." + name), Value: value, Width: width})
	}
	pick := func(name, value string, empty bool, values ...string) templ.Component {
		b := ui.Field{Name: at + name, Label: rq.t("rulebook.f.sign." + name), Value: value}
		if empty {
			b.Options = []ui.Option{{Value: "", Label: rq.t("rulebook.both")}}
		}
		for _, v := range values {
			b.Options = append(b.Options, ui.Option{Value: v, Label: rq.t("rulebook.word." + v)})
		}
		return ui.Select(b)
	}
	dimensions := func(name, value, track string) templ.Component {
		b := ui.Field{Name: at + name, Label: rq.t("rulebook.f.sign." + name), Value: value, Options: []ui.Option{{Value: "", Label: "–"}}}
		for _, d := range rq.of.Content.Scoring().Dimensions {
			if track == "" || d.Track == track {
				b.Options = append(b.Options, ui.Option{Value: d.ID, Label: d.Title.In(rq.lang.Code())})
			}
		}
		return ui.Select(b)
	}
	out := []templ.Component{line("id", in.ID, 20), rq.bothLanguages(at+"text", rq.t("rulebook.f.sign.text"), in.Text, 2), rq.bothLanguages(at+"ask", rq.t("rulebook.f.sign.ask"), in.Ask, 2),
		pick("strength", in.Strength, false, "strong", "medium", "weak"), pick("element", in.Element, false, "act", "means", "purpose", "none"),
		pick("track", in.Track, false, "trafficking", "smuggling", "both"), dimensions("dimension", in.Dimension, ""), dimensions("also", in.Also, "smuggling")}
	if module {
		out = append(out, pick("only", in.Only, true, "adult", "child"))
	}
	return templ.Join(append(out, line("place", strconv.Itoa(i+1), 3),
		ui.Checkboxes(ui.Field{Name: at + "gone", Label: rq.t("rulebook.f.sign.gone"), Options: []ui.Option{{Value: "1", Label: rq.t("rulebook.f.sign.gone")}}}))...)
}

func draftForm(rq *request) error {
	v, q, err := rq.editedForm()
	if err != nil {
		return err
	}
	q = formFrom(rq.PostForm, q)
	words, err := content.WriteQuestionnaire(q, v.Text)
	if err != nil {
		return err
	}
	if err = rq.draft(words); err == nil {
		return nil
	}
	if status, above, ok := rq.notices(err); ok && mayComeBack(err) {
		return rq.formEditor(status, q, rq.fieldErrors(err), above)
	}
	return err
}

// formFrom reads the fields into a questionnaire; what has no field stays as it
// was.
func formFrom(v url.Values, was *content.Questionnaire) *content.Questionnaire {
	q := *was
	q.Title, q.Intro, q.Groups = wordsFrom(v, "title"), wordsFrom(v, "intro"), nil
	groups, _ := strconv.Atoi(v.Get("groups"))
	for g := range min(groups, mostGroups) {
		at := fmt.Sprintf("g%d", g)
		group := content.Group{ID: strings.TrimSpace(v.Get(at + ".id")), Title: wordsFrom(v, at+".title")}
		group.Indicators = signsFrom(v, g)
		if group.ID == "" && len(group.Title) == 0 && len(group.Indicators) == 0 {
			continue
		}
		q.Groups = append(q.Groups, group)
	}
	return &q
}

// signsFrom reads the signs of one group, in the order of the places that were
// given; of two with one place the one that stood first.
func signsFrom(v url.Values, g int) []content.Indicator {
	type placed struct {
		sign  content.Indicator
		place int
	}
	var list []placed
	n, _ := strconv.Atoi(v.Get(fmt.Sprintf("g%d.signs", g)))
	for i := range min(n, mostSigns) {
		at := fmt.Sprintf("s%d.%d.", g, i)
		get := func(name string) string { return strings.TrimSpace(v.Get(at + name)) }
		in := content.Indicator{ID: get("id"), Text: wordsFrom(v, at+"text"), Ask: wordsFrom(v, at+"ask"), Strength: get("strength"), Element: get("element"),
			Track: get("track"), Dimension: get("dimension"), Also: get("also"), Only: get("only")}
		if v.Get(at+"gone") != "" || in.ID == "" && len(in.Text) == 0 {
			continue
		}
		place, err := strconv.Atoi(get("place"))
		if err != nil {
			place = i + 1
		}
		list = append(list, placed{in, place})
	}
	slices.SortStableFunc(list, func(a, b placed) int { return cmp.Compare(a.place, b.place) })
	out := make([]content.Indicator, len(list))
	for i := range list {
		out[i] = list[i].sign
	}
	return out
}

// wordsFrom reads a text in both languages; nil where neither was written.
func wordsFrom(v url.Values, name string) content.Words {
	out := content.Words{}
	for _, lang := range []string{"en", "sw"} {
		if s := strings.TrimSpace(strings.ReplaceAll(v.Get(name+"."+lang), "\r\n", "\n")); s != "" {
			out[lang] = s
		}
	}
	if len(out) == 0 {
		return nil
	}
	return out
}
