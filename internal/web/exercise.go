package web

import (
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/exercise"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/web/ui"
)

func (s *site) exerciseRoutes() {
	s.handle("GET /exercise", policy.ExerciseView, exerciseFront)
	s.handle("GET /exercise/board", policy.ExerciseWatch, func(rq *request) error { return rq.boardPage(http.StatusOK, shown{}) })
	s.handle("GET /exercise/board/live", policy.ExerciseWatch, boardLive)
	s.handle("GET /exercise/injects/{id}", policy.ExerciseControl, func(rq *request) error { return rq.injectPage(http.StatusOK, shown{}) })
	s.handle("POST /exercise/injects/{id}", policy.ExerciseControl, handInject)
	s.handle("POST /exercise/clock", policy.ExerciseControl, turnClock)
	s.handle("POST /exercise/free", policy.ExerciseControl, freeInject)
	s.handle("POST /exercise/freeze", policy.ExerciseControl, freezePlay)
	s.handle("POST /exercise/thaw", policy.ExerciseControl, rqStep((*exercise.Exercises).Thaw))
	s.handle("POST /exercise/calls", policy.ExerciseView, callPlay)
	s.handle("POST /exercise/links", policy.ExerciseControl, linkPlay)
	s.handle("POST /exercise/deeds", policy.ExerciseNotice, noticeDeed)
	s.handle("POST /exercise/stops/{id}", policy.ExerciseControl, continueScene)
	s.handle("POST /exercise/end", policy.ExerciseControl, endPlay)
	s.handle("POST /exercise/reveal", policy.ExerciseControl, rqStep((*exercise.Exercises).Reveal))
	s.handle("GET /exercise/truth", policy.ExerciseTruth, truthPage)
	s.handle("GET /exercise/opening.json", policy.ExerciseView, openingFile)
	s.handle("GET /exercise/labels.pdf", policy.ExerciseControl, propLabels)
	s.handle("GET /exercise/card", policy.ExerciseAct, func(rq *request) error { return rq.rolePage(http.StatusOK, shown{}) })
	s.handle("POST /exercise/told", policy.ExerciseAct, tellReveal)
	s.handle("POST /exercise/treated", policy.ExerciseAct, logTreated)
	s.handle("POST /exercise/felt", policy.ExerciseAct, logFelt)
	s.handle("POST /exercise/stop", policy.ExerciseStop, stopScene)
	s.handle("GET /exercise/mailbox", policy.ExerciseAnswer, func(rq *request) error { return rq.mailboxPage(http.StatusOK, shown{}) })
	s.handle("POST /exercise/mailbox/{id}", policy.ExerciseAnswer, answerInject)
	s.handle("POST /exercise/cards", policy.ExerciseAnswer, typeCard)
	s.handle("GET /exercise/setup", policy.ExerciseSetUp, func(rq *request) error { return rq.setUpPage(http.StatusOK, nil) })
	s.handle("POST /exercise/setup", policy.ExerciseSetUp, setUpExercise)
}

// inExercise adds to every page of somebody with a part the way to the
// exercise, and what stops the play for everybody.
func (rq *request) inExercise(p *ui.Page) {
	if rq.of.Kind != realm.Exercise {
		return
	}
	s, err := rq.of.Exercises.Current(rq.Context())
	if err != nil {
		return // the page itself will tell
	}
	if _, ok := s.Member(rq.person.ID); !ok {
		return
	}
	p.Nav = append(p.Nav, ui.NavItem{Label: rq.t("exercise.nav"), Href: "/exercise", Current: strings.HasPrefix(rq.URL.Path, "/exercise"), Count: len(s.Stopped())})
	if s.Frozen != nil {
		p.Flash = &ui.Flash{Kind: ui.Important, Title: rq.t("exercise.phase.frozen"), Text: s.Frozen.Text}
	}
}

// reader is who reads, in the language of the page.
func (rq *request) reader() realm.Actor {
	who := rq.who
	who.Language = rq.lang.Code()
	return who
}

// exerciseHome is where a part works.
var exerciseHome = map[exercise.Part]string{exercise.Control: "/exercise/board", exercise.Mentor: "/exercise/board",
	exercise.Observer: "/exercise/board", exercise.Actor: "/exercise/card", exercise.Player: "/exercise/mailbox"}

// exerciseFront is what everybody with a part sees: where play stands, what was
// committed to, and the way to the own work.
func exerciseFront(rq *request) error {
	f, err := rq.of.Exercises.Face(rq.Context(), rq.reader())
	if err != nil {
		return err
	}
	title := f.Title
	body := []templ.Component{ui.Heading(rq.t("exercise.title"), title, rq.phaseOf(f)), rq.exerciseFacts(f), rq.ownAttendance(f),
		para2link(rq.t("exercise.work."+string(f.Part)), rq.o.Base+exerciseHome[f.Part])}
	if f.Part == exercise.Mentor || f.Part == exercise.Observer {
		body = append(body, para2link(rq.t("review.mentor.title"), rq.o.Base+"/exercise/mentor"))
	}
	if f.Revealed {
		body = append(body, para2link(rq.t("review.title"), rq.o.Base+"/exercise/review"))
		body = append(body, with(ui.Section("opening", rq.t("exercise.opening.title")), para(rq.t("exercise.opening.text")),
			list(link(rq.t("exercise.opening.file"), rq.o.Base+"/exercise/opening.json"), link(rq.t("exercise.truth.title"), rq.o.Base+"/exercise/truth"))))
	}
	body = append(body, rq.stopForm())
	return rq.render(http.StatusOK, rq.page(title), body...)
}

func (rq *request) phaseOf(f *exercise.Face) ui.Tag {
	switch {
	case f.Frozen != "":
		return ui.Tag{Text: rq.t("exercise.phase.frozen"), Tone: ui.Violet}
	case f.Phase == exercise.Playing && f.Rate == 0:
		return ui.Tag{Text: rq.t("exercise.phase.paused"), Tone: ui.Amber}
	case f.Phase == exercise.Playing:
		return ui.Tag{Text: rq.t("exercise.phase.playing"), Tone: ui.Green}
	}
	return ui.Tag{Text: rq.t("exercise.phase." + string(f.Phase)), Tone: ui.Grey}
}

// exerciseFacts tells the three clocks and the commitment.
func (rq *request) exerciseFacts(f *exercise.Face) templ.Component {
	rate := rq.t("exercise.clock.standing")
	if f.Rate > 0 {
		rate = rq.t("exercise.clock.rate", "n", strconv.FormatFloat(f.Rate, 'f', -1, 64))
	}
	facts := []ui.Fact{
		{Key: rq.t("exercise.clock.scenario"), Value: f.Moment + " · " + rate},
		{Key: rq.t("exercise.clock.legal"), Value: rq.lang.DateTime(f.Civil)},
		{Key: rq.t("exercise.clock.wall"), Value: rq.lang.DateTime(f.Wall)},
	}
	if f.Part != "" {
		facts = append(facts, ui.Fact{Key: rq.t("exercise.part"), Value: rq.t("exercise.part."+string(f.Part)) + " " + f.Team + f.Cast})
	}
	return ui.SummaryList(append(facts, ui.Fact{Key: rq.t("exercise.digest"), Value: f.Digest}))
}

// stopForm is the safe word. It is on every page of the exercise, asks nothing
// and works at once.
func (rq *request) stopForm() templ.Component {
	note := ui.Field{Name: "note", ID: "stop-note", Label: rq.t("exercise.stop.note"), Optional: true}
	return with(ui.Section("stop", rq.t("exercise.stop.title")), para(rq.t("exercise.stop.text")),
		with(ui.Form(ui.Sending{Action: "/exercise/stop", Key: newKey()}),
			ui.Button(ui.Press{Text: rq.t("exercise.stop.button"), Look: ui.Warning}), ui.TextInput(note)))
}

func stopScene(rq *request) error {
	if _, err := rq.of.Exercises.Stop(rq.Context(), rq.who, rq.PostFormValue("_key"), rq.PostFormValue("note")); err != nil {
		return err
	}
	rq.redirect("/exercise?stopped=1")
	return nil
}

// played answers a form of the exercise: back to a page, or the page again with what was wrong.
func (rq *request) played(err error, form, then string, page func(int, shown) error) error {
	if err == nil {
		if rq.Header.Get("X-Rufaa-Queue") != "" { // sent by the page's script
			rq.w.WriteHeader(http.StatusNoContent)
			return nil
		}
		rq.redirect(then)
		return nil
	}
	if status, above, ok := rq.notices(err); ok {
		return page(status, shown{form: form, errs: rq.fieldErrors(err), above: above})
	}
	return err
}

// rqStep is a button of control without words.
func rqStep(do func(*exercise.Exercises, ctxt, realm.Actor, string) (realm.Receipt, error)) func(*request) error {
	return func(rq *request) error {
		_, err := do(rq.of.Exercises, rq.Context(), rq.who, rq.PostFormValue("_key"))
		return rq.played(err, "", "/exercise/board", rq.boardPage)
	}
}

// field is a question whose words are the exercise's.
func (f fields) play(name, key string) ui.Field {
	out := ui.Field{Name: name, Label: f.rq.t("exercise.f." + key), Value: f.v.Get(name), Values: f.v[name]}
	if f.rq.lang.Has("exercise.h." + key) {
		out.Hint = f.rq.t("exercise.h." + key)
	}
	for _, e := range f.errors {
		if e.Field == name {
			out.Error = e.Message
		}
	}
	return out
}

func (rq *request) playOptions(list []exercise.Word) []ui.Option {
	var out []ui.Option
	for _, w := range list {
		out = append(out, ui.Option{Value: w.ID, Label: w.Label.In(rq.lang.Code())})
	}
	return out
}

// mailboxPage is a team's mailbox: what reached it, and its answers.
func (rq *request) mailboxPage(status int, x shown) error {
	f, err := rq.of.Exercises.Face(rq.Context(), rq.reader())
	if err != nil {
		return err
	}
	mails, err := rq.of.Exercises.Mailbox(rq.Context(), rq.reader())
	if err != nil {
		return err
	}
	title := rq.t("exercise.mailbox.title")
	p := rq.page(title)
	p.Errors = x.errs
	body := append([]templ.Component{ui.Heading(f.Team, title, rq.phaseOf(f)), small(f.Moment)}, x.above...)
	if len(mails) == 0 {
		body = append(body, para(rq.t("exercise.mailbox.none")))
	}
	for _, m := range mails {
		by := rq.channel(m.Channel)
		if m.Caught {
			by = rq.t("exercise.caught." + m.Channel)
		}
		in := []templ.Component{small(m.Moment + " · " + by + " · " + m.From), para(m.Content)}
		for _, a := range m.Answers {
			in = append(in, small(rq.t("exercise.mailbox.answered", "at", exercise.Minute(a.Moment).String())), quote(a.Text))
		}
		if m.Answer {
			text := rq.fieldsOf(m.ID, x).play("text", "answer")
			text.ID, text.Rows = "text-"+m.ID, 2
			in = append(in, with(ui.Details(rq.t("exercise.mailbox.answer"), x.form == m.ID),
				rq.form("/exercise/mailbox/"+url.PathEscape(m.ID), rq.t("exercise.mailbox.send"), "", ui.Textarea(text))))
		}
		body = append(body, with(ui.Section("mail-"+m.ID, m.Title), in...))
	}
	body = append(body, rq.stopForm())
	return rq.render(status, p, body...)
}

func (rq *request) channel(id string) string {
	for _, w := range rq.of.Exercises.Words.Channels {
		if w.ID == id {
			return w.Label.In(rq.lang.Code())
		}
	}
	return id
}

func answerInject(rq *request) error {
	id := rq.PathValue("id")
	_, err := rq.of.Exercises.Answer(rq.Context(), rq.who, rq.PostFormValue("_key"), id, exercise.Answer{Text: rq.PostFormValue("text")})
	return rq.played(err, id, "/exercise/mailbox", rq.mailboxPage)
}

// typeCard links a case to the card whose code a player typed: only a case that
// the player may see.
func typeCard(rq *request) error {
	stream := rq.PostFormValue("stream")
	if _, err := rq.of.TypeCard(rq.Context(), rq.who, rq.PostFormValue("_key"), stream, rq.PostFormValue("card")); err != nil {
		return err
	}
	kind, id, _ := strings.Cut(stream, "/")
	rq.redirect("/" + kind + "s/" + id) // /cases, /exhibits, /scenes
	return nil
}

// cardOf asks on the page of a case, an exhibit or a scene (its stream) for the
// code of the card or label; nothing outside an exercise.
func (rq *request) cardOf(stream string) []templ.Component {
	if rq.of.Kind != realm.Exercise {
		return nil
	}
	if may, err := rq.of.Exercises.May(rq.Context(), rq.who, policy.ExerciseAnswer); err != nil || !may {
		return nil
	}
	f := fields{rq: rq, v: url.Values{}}
	kind, _, _ := strings.Cut(stream, "/")
	code := f.play("card", "card")
	code.Width = 10
	return []templ.Component{with(ui.Section("card", rq.t("exercise.card."+kind)),
		rq.form("/exercise/cards", rq.t("exercise.card.button"), "", ui.Hidden("stream", stream), ui.TextInput(code)))}
}
