package web

import (
	"net/http"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/exercise"
	"rufaa/internal/policy"
	"rufaa/internal/web/assets"
	"rufaa/internal/web/ui"
)

func (s *site) mentorRoutes() {
	s.handle("GET /exercise/mentor", policy.ExerciseNote, func(rq *request) error { return rq.mentorPage(http.StatusOK, shown{}) })
	s.handle("POST /exercise/mentor/marks", policy.ExerciseScore, markCriterion)
	s.handle("POST /exercise/mentor/notes", policy.ExerciseNote, writeNote)
}

// mentorPage is a mentor's or observer's sheet on the phone: one small form for
// each criterion with the words for each grade, and a free note. Its script
// keeps what was sent without a network on the phone until there is one; no
// case stands on it.
func (rq *request) mentorPage(status int, x shown) error {
	s, err := rq.of.Exercises.Sheet(rq.Context(), rq.who)
	if err != nil {
		return err
	}
	title := rq.t("review.mentor.title")
	p := rq.page(title)
	p.Errors, p.Back = x.errs, &ui.Link{Text: rq.t("exercise.title"), Href: "/exercise"}
	body := append([]templ.Component{ui.Heading(s.Title+" · "+s.Moment, title, rq.phaseOf(s.Face))}, x.above...)
	body = append(body, para(rq.t("review.mentor.text")), rq.noteForm(s, x))
	if s.Grades {
		for i := range s.Criteria {
			body = append(body, rq.markForm(s, &s.Criteria[i], x))
		}
	}
	page := element3("div", ` data-script="`+assets.URL("exercise.js")+`" data-queue="`+rq.o.Base+`" data-waits="`+templ.EscapeString(rq.t("exercise.queue.waits"))+`" data-sent="`+templ.EscapeString(rq.t("exercise.queue.sent"))+`"`)
	return rq.render(status, p, with(page, body...))
}

func (rq *request) sheetTeams(s *exercise.Sheet, f fields, id string) templ.Component {
	team := ui.Field{Name: "team", ID: id, Label: rq.t("review.mentor.team"), Value: f.v.Get("team"), Options: []ui.Option{{Value: "", Label: rq.t("review.mentor.all")}}}
	if team.Value == "" {
		team.Value = s.Team
	}
	for _, t := range s.Teams {
		team.Options = append(team.Options, ui.Option{Value: t.ID, Label: t.ID + " · " + t.Name.In(rq.lang.Code())})
	}
	return ui.Select(team)
}

func (rq *request) markForm(s *exercise.Sheet, k *exercise.SheetLine, x shown) templ.Component {
	f := rq.fieldsOf("mark-"+k.ID, x)
	grade := ui.Field{Name: "grade", ID: "grade-" + k.ID, Label: rq.t("review.mentor.grade"), Hint: k.Anchors.In(rq.lang.Code()), Value: f.v.Get("grade"), Inline: true}
	for _, e := range f.errors {
		if e.Field == "grade" {
			grade.Error = e.Message
		}
	}
	for _, g := range []string{"P", "S", "M", "U", "-"} {
		grade.Options = append(grade.Options, ui.Option{Value: g, Label: rq.t("review.grade." + gradeKey(g))})
	}
	note := ui.Field{Name: "note", ID: "note-" + k.ID, Label: rq.t("review.mentor.note"), Value: f.v.Get("note"), Optional: true}
	var tags []templ.Component
	for _, t := range append([]exercise.Team{{ID: ""}}, s.Teams...) {
		if g := k.Mine[t.ID]; g != "" {
			who := t.ID
			if who == "" {
				who = rq.t("review.mentor.all")
			}
			tags = append(tags, ui.TagOf(ui.Tag{Text: who + ": " + g, Tone: ui.Green}))
		}
	}
	return with(ui.Section("k-"+k.ID, k.ID+" · "+k.Text.In(rq.lang.Code())), templ.Join(tags...),
		rq.form("/exercise/mentor/marks", rq.t("review.mentor.mark"), "", ui.Hidden("criterion", k.ID), ui.Radios(grade), rq.sheetTeams(s, f, "team-"+k.ID), ui.TextInput(note)))
}

// gradeKey is a grade as text keys name it.
func gradeKey(g string) string {
	if g == "-" {
		return "none"
	}
	return strings.ToLower(g)
}

func (rq *request) noteForm(s *exercise.Sheet, x shown) templ.Component {
	f := rq.fieldsOf("note", x)
	note := ui.Field{Name: "note", ID: "free-note", Label: rq.t("review.mentor.note"), Hint: rq.t("review.mentor.note_hint"), Value: f.v.Get("note"), Rows: 3}
	for _, e := range f.errors {
		if e.Field == "note" {
			note.Error = e.Message
		}
	}
	var own []templ.Component
	for i := range s.Notes {
		if i == 10 {
			break
		}
		n := &s.Notes[i]
		own = append(own, plain(exercise.Minute(n.Moment).String()+" · "+n.Team+" "+n.Criterion+" · "+n.Note))
	}
	body := []templ.Component{rq.form("/exercise/mentor/notes", rq.t("review.mentor.keep"), "", ui.Textarea(note), rq.sheetTeams(s, f, "note-team"))}
	if len(own) > 0 {
		body = append(body, with(ui.Details(rq.t("review.mentor.own"), false), list(own...)))
	}
	return with(ui.Section("note", rq.t("review.mentor.write")), body...)
}

func markCriterion(rq *request) error {
	v := rq.PostForm
	_, err := rq.of.Exercises.Mark(rq.Context(), rq.who, v.Get("_key"), exercise.Mark{Criterion: v.Get("criterion"), Grade: v.Get("grade"), Team: v.Get("team"),
		Note: v.Get("note"), Tapped: rq.tappedAt()})
	return rq.played(err, "mark-"+v.Get("criterion"), "/exercise/mentor#k-"+v.Get("criterion"), rq.mentorPage)
}

func writeNote(rq *request) error {
	v := rq.PostForm
	_, err := rq.of.Exercises.Note(rq.Context(), rq.who, v.Get("_key"), exercise.Note{Note: v.Get("note"), Criterion: v.Get("criterion"), Team: v.Get("team"), Tapped: rq.tappedAt()})
	return rq.played(err, "note", "/exercise/mentor", rq.mentorPage)
}
