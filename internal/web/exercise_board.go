package web

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/exercise"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/web/assets"
	"rufaa/internal/web/ui"
)

type ctxt = context.Context

var stateTone = map[string]ui.Tone{"due": ui.Grey, "waiting": ui.Grey, "sent": ui.Amber, "answered": ui.Green, "held": ui.Violet, "skipped": ui.Red, "not-taken": ui.Grey}

// boardPart is what of the board changes by itself. Whoever leads gets from each
// inject to its page; it is nobody else's.
func (rq *request) boardPart(b *exercise.Board, leads bool) templ.Component {
	var body []templ.Component
	for _, s := range b.Stops {
		if !s.Over {
			body = append(body, with(ui.Banner(ui.Stop, rq.t("exercise.stop.stands", "who", rq.stopped(&s)), "stop-"+s.ID), para(s.Note),
				small(exercise.Minute(s.Moment).String())))
		}
	}
	if b.Frozen != "" {
		body = append(body, with(ui.Banner(ui.Important, rq.t("exercise.phase.frozen"), "frozen"), para(b.Frozen)))
	}
	body = append(body, rq.exerciseFacts(b.Face), rq.injectTable(b.Lines, leads), rq.deedTable(b.Deeds), rq.callList(b))
	return templ.Join(body...)
}

// stopped says what stands still: a role's scene, or all of them.
func (rq *request) stopped(s *exercise.Stop) string {
	if s.Character == "" {
		return rq.t("exercise.stop.all")
	}
	return strings.TrimSpace(s.Character + " " + s.Place)
}

func (rq *request) injectTable(lines []exercise.Line, leads bool) templ.Component {
	l := ui.Listing{Caption: rq.t("exercise.injects"), Hide: true, Columns: []ui.Column{{Label: rq.t("exercise.col.due")}, {Label: rq.t("exercise.col.inject")},
		{Label: rq.t("exercise.col.teams")}, {Label: rq.t("web.col.state")}, {Label: rq.t("exercise.col.seen")}}}
	for i := range lines {
		x := &lines[i]
		at := x.At
		if x.Sent != "" {
			at = x.Sent
		}
		if at == "" {
			at = rq.t("exercise.conditional")
		}
		seen, all := 0, len(x.Expected)
		var late bool
		for _, e := range x.Expected {
			if e.Done != "" {
				seen++
			}
			late = late || e.Late
		}
		done := ui.Cell{Text: "–"}
		if all > 0 {
			done = ui.Cell{Text: strconv.Itoa(seen) + " / " + strconv.Itoa(all)}
			if late {
				done.Sub = rq.t("exercise.late")
			}
		}
		inject := ui.Cell{Text: x.ID + " " + x.Title, Sub: x.Reason}
		if leads {
			inject.Href = "/exercise/injects/" + x.ID
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: at}, inject,
			{Text: strings.Join(x.Teams, ", ")}, {Tag: &ui.Tag{Text: rq.t("exercise.state." + x.State), Tone: stateTone[x.State]}}, done})
	}
	return with(ui.Section("injects", rq.t("exercise.injects")), ui.Table(l))
}

func (rq *request) deedTable(deeds []exercise.Deed) templ.Component {
	l := ui.Listing{Caption: rq.t("exercise.deeds"), Hide: true, Empty: rq.t("exercise.deeds.none"), Columns: []ui.Column{{Label: rq.t("exercise.col.at")},
		{Label: rq.t("exercise.col.team")}, {Label: rq.t("exercise.col.deed")}, {Label: rq.t("exercise.col.from")}}}
	for _, d := range deeds {
		var events []string
		for _, n := range d.Events {
			events = append(events, "#"+strconv.FormatInt(n, 10))
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: d.At.String()}, {Text: d.Team}, {Text: d.Do + " " + d.About}, {Text: rq.t("exercise.from." + d.From), Sub: strings.Join(events, " ")}})
	}
	return with(ui.Section("deeds", rq.t("exercise.deeds")), ui.Table(l))
}

func (rq *request) callList(b *exercise.Board) templ.Component {
	var items []templ.Component
	for _, c := range b.Calls {
		items = append(items, plain(rq.lang.DateTime(c.Wall)+" · "+c.To+" · "+c.Text))
	}
	for _, f := range b.Felt {
		items = append(items, plain(exercise.Minute(f.Moment).String()+" · "+f.Character+" · "+rq.feeling(f.How)+" "+f.Note))
	}
	if len(items) == 0 {
		return templ.NopComponent
	}
	return with(ui.Section("calls", rq.t("exercise.calls")), list(items...))
}

func (rq *request) feeling(id string) string {
	for _, w := range rq.of.Exercises.Words.Feelings {
		if w.ID == id {
			return w.Label.In(rq.lang.Code())
		}
	}
	return id
}

// boardPage is the control room. The live part comes by itself with script and
// by reload without.
func (rq *request) boardPage(status int, x shown) error {
	b, err := rq.of.Exercises.Board(rq.Context(), rq.reader())
	if err != nil {
		return err
	}
	leads, err := rq.of.Exercises.May(rq.Context(), rq.who, policy.ExerciseControl)
	if err != nil {
		return err
	}
	title := rq.t("exercise.board.title")
	p := rq.page(title)
	p.Errors, p.Wide = x.errs, true
	body := append([]templ.Component{ui.Heading(b.Title, title, rq.phaseOf(b.Face))}, x.above...)
	if b.Part == exercise.Control {
		body = append(body, rq.controlForms(b, x)...)
	}
	live := element3("div", ` data-script="`+assets.URL("exercise.js")+`" data-live="`+rq.o.Base+`/exercise/board/live"`)
	body = append(body, with(live, rq.boardPart(b, leads)), para2link(rq.t("exercise.reload"), rq.o.Base+"/exercise/board"))
	if b.Part == exercise.Control {
		body = append(body, list(link(rq.t("exercise.people.title"), rq.o.Base+"/exercise/people"),
			link(rq.t("exercise.truth.title"), rq.o.Base+"/exercise/truth"), link(rq.t("exercise.labels"), rq.o.Base+"/exercise/labels.pdf")))
	} else {
		body = append(body, rq.stopForm())
	}
	return rq.render(status, p, body...)
}

func (rq *request) controlForms(b *exercise.Board, x shown) []templ.Component {
	var clock []templ.Component
	for _, n := range rq.of.Exercises.Words.Rates {
		clock = append(clock, rq.press("/exercise/clock", "rate", strconv.Itoa(n), rq.t("exercise.clock.run", "n", strconv.Itoa(n)), ui.Hidden("act", "run")))
	}
	clock = append(clock, rq.press("/exercise/clock", "act", "pause", rq.t("exercise.clock.pause")))
	for _, n := range []int{5, 30, 60} {
		clock = append(clock, rq.press("/exercise/clock", "by", strconv.Itoa(n), rq.t("exercise.clock.step", "n", strconv.Itoa(n)), ui.Hidden("act", "step")))
	}
	f := rq.fieldsOf("clock", x)
	to := f.play("to", "to")
	to.Width = 10
	jump := rq.form("/exercise/clock", rq.t("exercise.clock.jump"), "", ui.Hidden("act", "jump"), ui.TextInput(to), ui.TextInput(f.play("reason", "reason")))
	out := []templ.Component{with(ui.Section("clock", rq.t("exercise.clock.title")), with(element3("div", ` class="r-presses"`), clock...), with(ui.Details(rq.t("exercise.clock.jump"), x.form == "clock"), jump))}
	for _, s := range b.Stops {
		if !s.Over {
			note := rq.fieldsOf("stop"+s.ID, x).play("note", "continue")
			note.ID = "continue-" + s.ID
			out = append(out, rq.form("/exercise/stops/"+s.ID, rq.t("exercise.stop.continue", "who", rq.stopped(&s)), "", ui.TextInput(note)))
		}
	}
	if b.Frozen != "" {
		out = append(out, rq.press("/exercise/thaw", "go", "1", rq.t("exercise.thaw")))
	}
	out = append(out, rq.controlMore(b, x)...)
	return out
}

func (rq *request) controlMore(b *exercise.Board, x shown) []templ.Component {
	s, err := rq.of.Exercises.Current(rq.Context())
	if err != nil {
		return nil
	}
	id := func(f ui.Field, id string) ui.Field { f.ID = id; return f }
	free := rq.fieldsOf("free", x)
	teams := free.play("teams", "teams")
	teams.Value = ""
	to := []ui.Option{{Value: "actors", Label: rq.t("exercise.calls.all")}}
	for _, t := range s.Teams {
		teams.Options = append(teams.Options, ui.Option{Value: t.ID, Label: t.ID + " · " + t.Name.In(rq.lang.Code())})
	}
	for _, m := range s.Members {
		if m.Part == exercise.Actor {
			to = append(to, ui.Option{Value: m.Character, Label: m.Character})
		}
	}
	channel := free.play("channel", "channel")
	channel.Options = rq.playOptions(rq.of.Exercises.Words.Channels)
	content := free.play("content", "content")
	content.Rows = 3
	freeze := id(rq.fieldsOf("freeze", x).play("text", "freeze"), "freeze-text")
	freeze.Rows = 2
	call := rq.fieldsOf("call", x)
	who := id(call.play("to", "call_to"), "call-to")
	who.Options = to
	link := rq.fieldsOf("link", x)
	section := func(form, key string, action string, ask ...templ.Component) templ.Component {
		return with(ui.Details(rq.t("exercise."+key), x.form == form), rq.form("/exercise/"+action, rq.t("exercise."+key), "", ask...))
	}
	out := []templ.Component{
		section("free", "free", "free", ui.TextInput(free.play("title", "title")), ui.Textarea(content), ui.TextInput(id(free.play("from", "from"), "free-from")),
			ui.Select(channel), ui.Checkboxes(teams), ui.TextInput(id(free.play("reason", "reason"), "free-reason"))),
		section("freeze", "freeze", "freeze", ui.Textarea(freeze)),
		section("call", "call", "calls", ui.Select(who), ui.TextInput(id(call.play("text", "call"), "call-text"))),
		section("link", "link", "links", ui.TextInput(link.play("stream", "stream")), ui.TextInput(link.play("about", "about"))),
	}
	switch b.Phase {
	case exercise.Playing:
		out = append(out, section("end", "end", "end", ui.TextInput(id(rq.fieldsOf("end", x).play("reason", "reason"), "end-reason"))))
	case exercise.Over:
		out = append(out, rq.press("/exercise/reveal", "go", "1", rq.t("exercise.reveal")))
	}
	return out
}

func turnClock(rq *request) error {
	t := exercise.TurnClock{Act: rq.PostFormValue("act"), To: strings.TrimSpace(rq.PostFormValue("to")), Reason: rq.PostFormValue("reason")}
	t.Rate, _ = strconv.ParseFloat(rq.PostFormValue("rate"), 64)
	t.By, _ = strconv.Atoi(rq.PostFormValue("by"))
	_, err := rq.of.Exercises.TurnClock(rq.Context(), rq.who, rq.PostFormValue("_key"), t)
	return rq.played(err, "clock", "/exercise/board", rq.boardPage)
}

func freeInject(rq *request) error {
	v := rq.PostForm
	_, err := rq.of.Exercises.Inject(rq.Context(), rq.who, v.Get("_key"), exercise.Free{From: v.Get("from"), Teams: v["teams"], Channel: v.Get("channel"),
		Title: v.Get("title"), Content: v.Get("content"), Reason: v.Get("reason")})
	return rq.played(err, "free", "/exercise/board", rq.boardPage)
}

func freezePlay(rq *request) error {
	_, err := rq.of.Exercises.Freeze(rq.Context(), rq.who, rq.PostFormValue("_key"), rq.PostFormValue("text"))
	return rq.played(err, "freeze", "/exercise/board", rq.boardPage)
}

// callPlay is a short message: by control to actors, by an actor to control.
func callPlay(rq *request) error {
	_, err := rq.of.Exercises.Call(rq.Context(), rq.who, rq.PostFormValue("_key"), rq.PostFormValue("to"), rq.PostFormValue("text"))
	if may, merr := rq.of.Exercises.May(rq.Context(), rq.who, policy.ExerciseControl); merr == nil && !may {
		return rq.played(err, "call", "/exercise/card", rq.rolePage)
	}
	return rq.played(err, "call", "/exercise/board", rq.boardPage)
}

func linkPlay(rq *request) error {
	stream := strings.TrimSpace(rq.PostFormValue("stream"))
	if !strings.Contains(stream, "/") {
		stream = "case/" + stream
	}
	_, err := rq.of.Exercises.Link(rq.Context(), rq.who, rq.PostFormValue("_key"), stream, strings.TrimSpace(rq.PostFormValue("about")))
	return rq.played(err, "link", "/exercise/board", rq.boardPage)
}

func continueScene(rq *request) error {
	id := rq.PathValue("id")
	_, err := rq.of.Exercises.Continue(rq.Context(), rq.who, rq.PostFormValue("_key"), id, rq.PostFormValue("note"))
	return rq.played(err, "stop"+id, "/exercise/board", rq.boardPage)
}

func endPlay(rq *request) error {
	_, err := rq.of.Exercises.End(rq.Context(), rq.who, rq.PostFormValue("_key"), rq.PostFormValue("reason"))
	return rq.played(err, "end", "/exercise/board", rq.boardPage)
}

// injectPage is one inject with what was expected and seen, and control's hand.
func (rq *request) injectPage(status int, x shown) error {
	b, err := rq.of.Exercises.Board(rq.Context(), rq.reader())
	if err != nil {
		return err
	}
	if b.Part != exercise.Control {
		return &problem.Denied{Action: string(policy.ExerciseControl), Rule: "access.duty"}
	}
	i := slices.IndexFunc(b.Lines, func(l exercise.Line) bool { return l.ID == rq.PathValue("id") })
	if i < 0 {
		return problem.ErrNotFound
	}
	line := b.Lines[i]
	p := rq.page(line.Title)
	p.Errors, p.Back = x.errs, &ui.Link{Text: rq.t("exercise.board.title"), Href: "/exercise/board"}
	body := append([]templ.Component{ui.Heading(line.ID, line.Title, ui.Tag{Text: rq.t("exercise.state." + line.State), Tone: stateTone[line.State]})}, x.above...)
	if line.Reason != "" {
		body = append(body, para(line.Reason))
	}
	l := ui.Listing{Caption: rq.t("exercise.expected"), Columns: []ui.Column{{Label: rq.t("exercise.col.team")}, {Label: rq.t("exercise.col.deed")}, {Label: rq.t("exercise.col.due")}, {Label: rq.t("exercise.col.seen")}, {Label: ""}}}
	for _, e := range line.Expected {
		seen := ui.Cell{Text: e.Done, Sub: e.From}
		note := ui.Cell{}
		if e.Done == "" {
			seen = ui.Cell{Text: "–"}
			note = ui.Cell{Body: rq.press("/exercise/deeds", "inject", line.ID, rq.t("exercise.notice"), ui.Hidden("team", e.Team), ui.Hidden("do", e.Do),
				ui.Hidden("about", e.About), ui.Hidden("reason", rq.t("exercise.notice.seen")))}
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: e.Team}, {Text: e.Do + " " + e.About, Sub: e.Text}, {Text: e.Due}, seen, note})
	}
	if len(l.Rows) > 0 {
		body = append(body, ui.Table(l))
	}
	for _, a := range line.Answers {
		body = append(body, small(a.Team+" · "+exercise.Minute(a.Moment).String()), quote(a.Text))
	}
	if line.Sent == "" && line.State != "skipped" {
		for _, do := range []string{"send", "hold", "skip"} {
			if do == "hold" && line.State == "held" {
				do = "release"
			}
			reason := rq.fieldsOf(do, x).play("reason", "reason")
			reason.ID = do + "-reason"
			body = append(body, with(ui.Details(rq.t("exercise.hand."+do), x.form == do),
				rq.form("/exercise/injects/"+line.ID, rq.t("exercise.hand."+do), "", ui.Hidden("do", do), ui.TextInput(reason))))
		}
	}
	return rq.render(status, p, body...)
}

func handInject(rq *request) error {
	do := rq.PostFormValue("do")
	_, err := rq.of.Exercises.Handle(rq.Context(), rq.who, rq.PostFormValue("_key"), rq.PathValue("id"), exercise.Hand{Do: do, Reason: rq.PostFormValue("reason")})
	return rq.played(err, do, "/exercise/board", rq.injectPage)
}

func noticeDeed(rq *request) error {
	v := rq.PostForm
	_, err := rq.of.Exercises.Notice(rq.Context(), rq.who, v.Get("_key"), exercise.Notice{Team: v.Get("team"), Do: v.Get("do"), About: v.Get("about"),
		Inject: v.Get("inject"), Reason: v.Get("reason")})
	return rq.played(err, "", "/exercise/board", rq.boardPage)
}
