package web

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"strings"

	"github.com/a-h/templ"

	datafiles "rufaa/content"
	"rufaa/internal/accounts"
	"rufaa/internal/office"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/scenario"
	"rufaa/internal/web/ui"
)

// shippedScenarios are those of the program, by file.
func shippedScenarios() []string {
	files, err := fs.Glob(datafiles.Files, "scenario/*.yaml")
	if err != nil {
		return nil // the pattern is constant
	}
	return files
}

// setUpPage takes a realm of kind exercise from a scenario to ready.
func (rq *request) setUpPage(status int, problems []string) error {
	if err := rq.of.Exercises.MaySetUp(rq.Context(), rq.who); err != nil {
		return err
	}
	title := rq.t("exercise.setup.title")
	f := fields{rq: rq, v: rq.typed()}
	pick := f.play("shipped", "shipped")
	pick.Options = []ui.Option{{Value: "", Label: rq.t("web.choose")}}
	for _, file := range shippedScenarios() {
		pick.Options = append(pick.Options, ui.Option{Value: file, Label: strings.TrimSuffix(strings.TrimPrefix(file, "scenario/"), ".yaml")})
	}
	own := f.play("own", "own")
	own.Rows = 8
	body := []templ.Component{ui.Heading("", title), para(rq.t("exercise.setup.text"))}
	if len(problems) > 0 {
		var items []templ.Component
		for _, p := range problems {
			items = append(items, plain(p))
		}
		body = append(body, with(ui.Banner(ui.Stop, rq.t("exercise.setup.wrong"), "problems"), list(items...)))
	}
	body = append(body, rq.form("/exercise/setup", rq.t("exercise.setup.button"), "", ui.Select(pick), ui.Textarea(own)))
	return rq.render(status, rq.page(title), body...)
}

func setUpExercise(rq *request) error {
	if err := rq.of.Exercises.MaySetUp(rq.Context(), rq.who); err != nil {
		return err
	}
	name, data := "scenario.yaml", []byte(rq.PostFormValue("own"))
	if file := rq.PostFormValue("shipped"); file != "" {
		raw, err := fs.ReadFile(datafiles.Files, file)
		if err != nil {
			return problem.ErrNotFound
		}
		name, data = file, raw
	}
	script, err := scenario.Load(name, data)
	var problems scenario.Problems
	if errors.As(err, &problems) {
		var lines []string
		for _, p := range problems {
			lines = append(lines, fmt.Sprint(p))
		}
		return rq.setUpPage(http.StatusUnprocessableEntity, lines)
	}
	if err != nil {
		return err
	}
	_, cast, err := rq.of.SetUpExercise(rq.Context(), rq.who, script, "")
	if err != nil {
		return err
	}
	raw, err := office.Cards(cast, rq.origin()+rq.o.Base, script.Title.In(rq.lang.Code()), rq.of.Texts.In(rq.lang.Code()), rq.of.Now())
	if err != nil {
		return err
	}
	rq.file("application/pdf", "cards.pdf", raw)
	return nil
}

// origin is where the reader reached this page: the cards lead there.
func (rq *request) origin() string {
	scheme := "http"
	if rq.o.Secure {
		scheme = "https"
	}
	return scheme + "://" + rq.Host
}

// propLabels prints a label for every exhibit, place and character.
func propLabels(rq *request) error {
	s, _, err := rq.of.Exercises.Admitted(rq.Context(), rq.who, policy.ExerciseControl)
	if err != nil {
		return err
	}
	script, err := rq.of.Exercises.Script(rq.Context(), s)
	if err != nil {
		return err
	}
	raw, err := office.Labels(rq.of.Exercises, s, script.Scenario, rq.of.Texts.In(rq.lang.Code()), rq.of.Now())
	if err != nil {
		return err
	}
	rq.file("application/pdf", "labels.pdf", raw)
	return nil
}

// truthPage is what is hidden: for control, and for all once it is revealed.
func truthPage(rq *request) error {
	s, err := rq.of.Exercises.Truth(rq.Context(), rq.who)
	if err != nil {
		return err
	}
	lang := rq.lang.Code()
	title := rq.t("exercise.truth.title")
	p := rq.page(title)
	p.Back = &ui.Link{Text: s.Title.In(lang), Href: "/exercise"}
	cast := ui.Listing{Caption: rq.t("exercise.truth.cast"), Columns: []ui.Column{{Label: rq.t("exercise.col.who")}, {Label: rq.t("exercise.truth.role")}, {Label: rq.t("exercise.role.hides")}}}
	for _, c := range s.Characters {
		cast.Rows = append(cast.Rows, []ui.Cell{{Text: c.ID + " " + c.Name.In(lang)}, {Text: rq.t("exercise.truth.role." + c.Role)}, {Text: c.Hides.In(lang)}})
	}
	var wrongs []templ.Component
	for _, w := range s.Truth {
		wrongs = append(wrongs, plain(w.Victim+" · "+strings.Join(w.By, ", ")+" · "+w.Text.In(lang)))
	}
	return rq.render(http.StatusOK, p, ui.Heading(s.Title.In(lang), title), para(s.Background.In(lang)), ui.Table(cast), list(wrongs...))
}

// openingFile is what was committed to: with it anybody recomputes the digest.
func openingFile(rq *request) error {
	o, err := rq.of.Exercises.Opening(rq.Context(), rq.who)
	if err != nil {
		return err
	}
	raw, err := json.MarshalIndent(o, "", "  ")
	if err != nil {
		return err
	}
	rq.file("application/json", "opening.json", raw)
	return nil
}

func (s *site) cardRoutes() {
	s.public("GET /enter", func(rq *request) error { return rq.enterPage(http.StatusOK, "") })
	s.public("POST /enter", useCard)
}

// enterPage is where the code on a card leads: who it signs in, and one button.
func (rq *request) enterPage(status int, wrong string) error {
	title := rq.t("exercise.enter.title")
	token := strings.TrimSpace(rq.FormValue("card"))
	p := rq.page(title)
	field := ui.Field{Name: "card", Label: rq.t("exercise.enter.code"), Value: token, Error: wrong, Autocomplete: "off"}
	body := []templ.Component{ui.Heading("", title)}
	if wrong != "" {
		p.Errors = []ui.FieldError{{Field: "card", Message: wrong}}
	} else if w, err := rq.of.Accounts.Invitation(rq.Context(), token); err == nil {
		body = append(body, para(rq.t("exercise.enter.who", "name", w.Name, "team", w.AgencyName)))
	}
	return rq.render(status, p, append(body, rq.form("/enter", rq.t("exercise.enter.button"), "", ui.TextInput(field)))...)
}

func useCard(rq *request) error {
	in, err := rq.of.Accounts.UseCard(rq.Context(), strings.TrimSpace(rq.PostFormValue("card")), rq.client())
	if err != nil {
		if key := accounts.Key(err); key != "" {
			return rq.enterPage(http.StatusUnprocessableEntity, rq.t(key))
		}
		return err
	}
	rq.setToken(in.Token)
	rq.redirect("/exercise")
	return nil
}
