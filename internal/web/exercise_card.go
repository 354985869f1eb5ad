package web

import (
	"strconv"
	"strings"
	"time"

	"github.com/a-h/templ"

	"rufaa/internal/exercise"
	"rufaa/internal/web/assets"
	"rufaa/internal/web/ui"
)

// rolePage is an actor's briefing card: who I am, what I hide, what I say if;
// and the buttons to log what was told and how I was treated.
func (rq *request) rolePage(status int, x shown) error {
	r, err := rq.of.Exercises.Role(rq.Context(), rq.reader())
	if err != nil {
		return err
	}
	p := rq.page(r.Name)
	p.Errors = x.errs
	body := append([]templ.Component{ui.Heading(rq.t("exercise.role.title"), r.Name, rq.phaseOf(r.Face))}, x.above...)
	body = append(body, rq.stopForm(), ui.SummaryList([]ui.Fact{
		{Key: rq.t("exercise.role.code"), Value: r.Code},
		{Key: rq.t("exercise.role.age"), Value: strconv.Itoa(r.Age)},
		{Key: rq.t("exercise.role.speaks"), Value: rq.labels("languages", r.Speaks)},
		{Key: rq.t("exercise.role.place"), Value: r.Place},
		{Key: rq.t("exercise.role.shows"), Value: r.Shows},
		{Key: rq.t("exercise.role.says"), Value: r.Says},
		{Key: rq.t("exercise.role.hides"), Value: r.Hides},
		{Key: rq.t("exercise.role.never"), Value: r.Never + " " + rq.t("exercise.role.never.all")},
	}))
	body = append(body, rq.revealForms(r, x)...)
	body = append(body, rq.treatForm(r, x), rq.feelForm(x), rq.callControl(r, x), rq.roleLog(r))
	page := element3("div", ` data-script="`+assets.URL("exercise.js")+`" data-queue="`+rq.o.Base+`" data-waits="`+templ.EscapeString(rq.t("exercise.queue.waits"))+`" data-sent="`+templ.EscapeString(rq.t("exercise.queue.sent"))+`"`)
	return rq.render(status, p, with(page, body...))
}

func (rq *request) teamField(r *exercise.Role, f fields, id string, must bool) templ.Component {
	team := f.play("team", "listener")
	team.ID = id
	if !must {
		team.Options = []ui.Option{{Value: "", Label: rq.t("web.choose")}}
	}
	for _, t := range r.Teams {
		team.Options = append(team.Options, ui.Option{Value: t.ID, Label: t.ID + " · " + t.Name.In(rq.lang.Code())})
	}
	return ui.Select(team)
}

// revealForms are what she tells, each under its condition. The last is what
// she says freely.
func (rq *request) revealForms(r *exercise.Role, x shown) []templ.Component {
	secrets := append(r.Reveals, exercise.Secret{Text: r.Says, Free: true})
	var out []templ.Component
	for i, s := range secrets {
		tag := ui.Tag{Text: rq.t("exercise.reveal.gate"), Tone: ui.Grey}
		switch {
		case s.Free:
			tag = ui.Tag{Text: rq.t("exercise.reveal.freely"), Tone: ui.Green}
		case s.Now:
			tag = ui.Tag{Text: rq.t("exercise.reveal.now"), Tone: ui.Teal}
		}
		n := strconv.Itoa(i)
		f := rq.fieldsOf("told-"+s.ID, x)
		asked := f.play("asked", "asked")
		asked.ID, asked.Inline, asked.Values = "asked-"+n, true, nil
		asked.Options = rq.playOptions(rq.of.Exercises.Words.Asked)
		note := f.play("note", "note")
		note.ID = "told-note-" + n
		body := []templ.Component{ui.TagOf(tag), quote(s.Text)}
		if s.Told {
			body = append(body, ui.TagOf(ui.Tag{Text: rq.t("exercise.reveal.told"), Tone: ui.Violet}))
		}
		out = append(out, with(ui.Section("told-"+n, rq.t("exercise.reveal.title", "n", strconv.Itoa(i+1))), append(body,
			rq.form("/exercise/told", rq.t("exercise.reveal.button"), "", ui.Hidden("reveal", s.ID), rq.teamField(r, f, "told-team-"+n, true), ui.Radios(asked), ui.TextInput(note)))...))
	}
	return out
}

func (rq *request) treatForm(r *exercise.Role, x shown) templ.Component {
	f := rq.fieldsOf("treated", x)
	how := f.play("how", "how")
	how.Values = nil
	how.Options = rq.playOptions(rq.of.Exercises.Words.Treatments)
	note := f.play("note", "note")
	note.ID = "treated-note"
	return with(ui.Section("treated", rq.t("exercise.treated.title")),
		rq.form("/exercise/treated", rq.t("exercise.treated.button"), "", ui.Radios(how), rq.teamField(r, f, "treated-team", false), ui.TextInput(note)))
}

func (rq *request) feelForm(x shown) templ.Component {
	f := rq.fieldsOf("felt", x)
	how := f.play("how", "felt")
	how.ID, how.Values, how.Inline = "felt-how", nil, true
	how.Options = rq.playOptions(rq.of.Exercises.Words.Feelings)
	return with(ui.Section("felt", rq.t("exercise.felt.title")), rq.form("/exercise/felt", rq.t("exercise.felt.button"), "", ui.Radios(how)))
}

func (rq *request) callControl(r *exercise.Role, x shown) templ.Component {
	text := rq.fieldsOf("call", x).play("text", "call")
	text.ID = "call-text"
	var items []templ.Component
	for _, c := range r.Calls {
		items = append(items, plain(rq.lang.DateTime(c.Wall)+" · "+c.Text))
	}
	body := []templ.Component{rq.form("/exercise/calls", rq.t("exercise.call.control"), "", ui.TextInput(text))}
	if len(items) > 0 {
		body = append([]templ.Component{list(items...)}, body...)
	}
	return with(ui.Section("calls", rq.t("exercise.calls")), body...)
}

func (rq *request) roleLog(r *exercise.Role) templ.Component {
	var items []templ.Component
	for _, t := range r.Told {
		items = append(items, plain(exercise.Minute(t.Moment).String()+" · "+t.Team+" · "+t.Reveal+" "+t.Note))
	}
	for _, t := range r.Treated {
		w, _ := rq.of.Exercises.Words.Treatment(t.How)
		items = append(items, plain(exercise.Minute(t.Moment).String()+" · "+t.Team+" · "+w.Label.In(rq.lang.Code())))
	}
	if len(items) == 0 {
		return templ.NopComponent
	}
	return with(ui.Section("log", rq.t("exercise.role.log")), list(items...))
}

// tappedAt is when a tap was made on a phone that had no network.
func (rq *request) tappedAt() time.Time {
	t, err := time.Parse(time.RFC3339, strings.TrimSpace(rq.PostFormValue("tapped")))
	if err != nil {
		return time.Time{}
	}
	return t
}

func tellReveal(rq *request) error {
	v := rq.PostForm
	_, err := rq.of.Exercises.Tell(rq.Context(), rq.who, v.Get("_key"), exercise.Tell{Reveal: v.Get("reveal"), Team: v.Get("team"), Asked: v.Get("asked"),
		Note: v.Get("note"), Tapped: rq.tappedAt()})
	return rq.played(err, "told-"+v.Get("reveal"), "/exercise/card", rq.rolePage)
}

func logTreated(rq *request) error {
	v := rq.PostForm
	_, err := rq.of.Exercises.Treat(rq.Context(), rq.who, v.Get("_key"), exercise.Treat{How: v.Get("how"), Team: v.Get("team"), Note: v.Get("note"), Tapped: rq.tappedAt()})
	return rq.played(err, "treated", "/exercise/card", rq.rolePage)
}

func logFelt(rq *request) error {
	_, err := rq.of.Exercises.Feel(rq.Context(), rq.who, rq.PostFormValue("_key"), rq.PostFormValue("how"), rq.PostFormValue("note"))
	return rq.played(err, "felt", "/exercise/card", rq.rolePage)
}
