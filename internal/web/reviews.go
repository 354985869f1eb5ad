package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/policy"
	"rufaa/internal/review"
	"rufaa/internal/scenario"
	"rufaa/internal/web/ui"
)

func (s *site) reviewRoutes() {
	s.handle("GET /exercise/review", policy.ExerciseView, func(rq *request) error { return rq.reviewPage(http.StatusOK, nil, nil) })
	s.handle("GET /exercise/review.pdf", policy.ExerciseView, reviewPaper)
	s.handle("GET /exercise/review.json", policy.ExerciseView, reviewFile)
	s.handle("GET /exercise/review/replay", policy.ExerciseView, replayPage)
	s.handle("GET /exercise/review/events/{seq}", policy.ExerciseView, eventPage)
	s.handle("GET /exercise/review/runs", policy.ExerciseView, runsPage)
	s.handle("POST /exercise/review/plan", policy.ExerciseControl, planImprovement)
	s.handle("POST /exercise/review/done", policy.ExerciseControl, finishImprovement)
}

// reading is a report being read in a language.
type reading struct {
	*request
	r *review.Report
	s *scenario.Script
}

func (rq *request) reviewed() (*reading, error) {
	x, err := rq.of.Reviews.Review(rq.Context(), rq.who, rq.URL.Query().Get("exercise"))
	if err != nil {
		return nil, err
	}
	return &reading{rq, x.Report, x.Script}, nil
}

func (rq *request) reviewPage(status int, err error, above []templ.Component) error {
	v, rerr := rq.reviewed()
	if rerr != nil {
		if code, told, ok := rq.notices(rerr); ok {
			title := rq.t("review.title")
			return rq.render(code, rq.page(title), append([]templ.Component{ui.Heading("", title)}, told...)...)
		}
		return rerr
	}
	title := rq.t("review.title")
	p := rq.page(title)
	p.Wide, p.Errors, p.Back = true, rq.fieldErrors(err), &ui.Link{Text: rq.t("exercise.title"), Href: "/exercise"}
	body := append([]templ.Component{ui.Heading(v.s.Title.In(rq.lang.Code()), title)}, above...)
	body = append(body, para(rq.t("review.text")), v.summary(),
		list(anchor(rq.t("review.replay"), rq.o.Base+"/exercise/review/replay"), anchor(rq.t("review.runs"), rq.o.Base+"/exercise/review/runs"),
			anchor(rq.t("review.pdf"), rq.o.Base+"/exercise/review.pdf"), anchor(rq.t("review.file"), rq.o.Base+"/exercise/review.json")),
		v.objectives(), v.criteria(), v.people(), v.truths(), v.elements(), v.exhibits(), v.teams(), v.attendance(), v.injects(), v.disclosures(), v.breaks(), v.treatments(), v.control())
	plan, perr := rq.of.Reviews.Plan(rq.Context(), rq.who, "")
	if perr != nil {
		return perr
	}
	return rq.render(status, p, append(body, v.plan(plan, err))...)
}

// said is a count beside its share.
func (rq *request) said(t review.Tally) string {
	if t.Of == 0 {
		return rq.t("review.no_chance")
	}
	return rq.t("review.count", "n", t.N, "of", t.Of, "share", fmt.Sprintf("%.0f", 100*t.Share))
}

// behind are the events behind a figure: their numbers in the ledger, which an
// export of it and `rufaa verify` name.
func (rq *request) behind(events []int64) string {
	var out []string
	for i, e := range events {
		if i == 6 {
			out = append(out, "+"+strconv.Itoa(len(events)-6))
			break
		}
		out = append(out, "#"+strconv.FormatInt(e, 10))
	}
	return strings.Join(out, " ")
}

func (v *reading) summary() templ.Component {
	half := "–"
	if v.r.Referrals.Median >= 0 {
		half = v.took(v.r.Referrals.Median)
	}
	return ui.SummaryList([]ui.Fact{
		{Key: v.t("review.score"), Value: v.said(v.r.Score)}, {Key: v.t("review.found"), Value: v.said(v.r.Found)},
		{Key: v.t("review.in_time"), Value: v.said(v.r.InTime)}, {Key: v.t("review.referrals"), Value: v.said(v.r.Referrals.Answered) + " · " + half},
		{Key: v.t("review.breaks"), Value: strconv.Itoa(len(v.r.Breaks)), Body: nil}, {Key: v.t("review.stops"), Value: strconv.Itoa(v.r.Stops)},
		{Key: v.t("exercise.digest"), Value: v.r.Digest},
	})
}

func (v *reading) table(id string, columns []string, rows [][]ui.Cell) templ.Component {
	l := ui.Listing{Caption: v.t("review." + id), Hide: true, Empty: v.t("review.none"), Rows: rows}
	for _, c := range columns {
		l.Columns = append(l.Columns, ui.Column{Label: v.t("review.col." + c)})
	}
	var text templ.Component = templ.NopComponent
	if key := "review." + id + ".text"; v.lang.Has(key) {
		text = small(v.t(key))
	}
	return with(ui.Section(id, v.t("review."+id)), text, ui.Table(l))
}

func (v *reading) in(t scenario.Text) string { return t.In(v.lang.Code()) }

func (v *reading) objectives() templ.Component {
	var rows [][]ui.Cell
	for _, o := range v.r.Objectives {
		rows = append(rows, []ui.Cell{{Text: o.ID + " · " + v.in(o.Text)}, {Text: v.said(o.Points)}})
	}
	return v.table("objectives", []string{"objective", "points"}, rows)
}

func (v *reading) gradeTag(g scenario.Grade) *ui.Tag {
	tone := map[scenario.Grade]ui.Tone{scenario.Performed: ui.Green, scenario.Some: ui.Teal, scenario.Major: ui.Amber, scenario.Unable: ui.Red}[g]
	return &ui.Tag{Text: v.t("review.grade." + gradeKey(string(g))), Tone: tone}
}

func (v *reading) criteria() templ.Component {
	var rows [][]ui.Cell
	for i := range v.r.Criteria {
		k := &v.r.Criteria[i]
		mentors := "–"
		if len(k.Mentors) > 0 {
			var said []string
			for _, g := range []string{"P", "S", "M", "U", "-"} {
				if n := k.Mentors[g]; n > 0 {
					said = append(said, fmt.Sprintf("%d × %s", n, g))
				}
			}
			mentors = strings.Join(said, ", ")
		}
		var marks []string
		for _, m := range []struct {
			on  bool
			key string
		}{{k.Breached, "breached"}, {k.Differs, "differs"}, {k.Touched, "touched"}, {k.ByHand, "by_hand"}} {
			if m.on {
				marks = append(marks, v.t("review.mark."+m.key))
			}
		}
		if len(k.Nobody) > 0 {
			marks = append(marks, v.absence(k))
		}
		name := ui.Cell{Text: k.ID + " · " + v.in(k.Text), Sub: strings.Join(marks, ". ")}
		if flaws := v.custody(k); len(flaws) > 0 {
			name = ui.Cell{Body: templ.Join(plain(name.Text), small(name.Sub), list(flaws...))}
		}
		rows = append(rows, []ui.Cell{name, {Tag: v.gradeTag(k.Grade)}, {Text: mentors}, v.events(k.Events)})
	}
	return v.table("criteria", []string{"criterion", "grade", "mentors", "events"}, rows)
}

// waited writes minutes from when she was found; -1 is never, -2 that she was
// not found.
func (v *reading) waited(minutes int) string {
	switch minutes {
	case -1:
		return v.t("review.never")
	case -2:
		return "–"
	}
	return v.took(minutes)
}

func (v *reading) people() templ.Component {
	tones := map[string]ui.Tone{review.Identified: ui.Green, review.Rightly: ui.Green, review.Missed: ui.Red, review.AsOffender: ui.Red, review.FalseVictim: ui.Amber}
	var rows [][]ui.Cell
	for i := range v.r.People {
		p := &v.r.People[i]
		var tags []templ.Component
		for _, a := range p.As {
			tags = append(tags, ui.TagOf(ui.Tag{Text: v.t("review.as." + a), Tone: tones[a]}))
		}
		asked := "–"
		if p.Asked.Most > 0 {
			asked = v.t("review.asked", "most", p.Asked.Most, "people", p.Asked.People, "teams", p.Asked.Teams)
		}
		rows = append(rows, []ui.Cell{{Text: p.Character + " · " + v.in(p.Name), Sub: v.t("review.role." + p.Role)}, {Body: templ.Join(tags...)}, {Text: v.waited(p.Safe)},
			{Text: v.waited(p.Care)}, {Text: v.waited(p.Interview)}, {Text: asked}, v.events(p.Events)})
	}
	return v.table("people", []string{"person", "recorded", "safe", "care", "interview", "asked", "events"}, rows)
}

func (v *reading) truths() templ.Component {
	tones := map[string]ui.Tone{review.Recorded: ui.Green, review.NotAsked: ui.Grey, review.ToldNotKept: ui.Amber, review.RecordedWrong: ui.Red, review.Invented: ui.Red}
	var rows [][]ui.Cell
	for i := range v.r.Truths {
		t := &v.r.Truths[i]
		rows = append(rows, []ui.Cell{{Text: t.Reveal, Sub: v.in(t.Text)}, {Tag: &ui.Tag{Text: v.t("review.truth." + t.State), Tone: tones[t.State]}}, {Text: strconv.Itoa(t.Told)}, v.events(t.Events)})
	}
	return v.table("truths", []string{"truth", "became", "told", "events"}, rows)
}

func (v *reading) elements() templ.Component {
	var rows [][]ui.Cell
	for i := range v.r.Elements {
		e := &v.r.Elements[i]
		tag := ui.Tag{Text: v.t("review.unproven"), Tone: ui.Amber}
		if e.Proven {
			tag = ui.Tag{Text: v.t("review.proven"), Tone: ui.Green}
		}
		rows = append(rows, []ui.Cell{{Text: e.Victim + " ← " + strings.Join(e.By, ", "), Sub: v.in(e.Text)}, {Tag: &tag}, {Text: v.said(e.Exhibits)}, v.events(e.Events)})
	}
	return v.table("elements", []string{"wrong", "became", "exhibits", "events"}, rows)
}

func (v *reading) exhibits() templ.Component {
	tones := map[string]ui.Tone{review.Sealed: ui.Green, review.Found: ui.Amber, review.NotFound: ui.Grey, review.Broken: ui.Red, review.Spoiled: ui.Red}
	var rows [][]ui.Cell
	for i := range v.r.Exhibits {
		e := &v.r.Exhibits[i]
		tag := ui.TagOf(ui.Tag{Text: v.t("review.exhibit." + e.State), Tone: tones[e.State]})
		rows = append(rows, []ui.Cell{{Text: e.ID + " · " + v.in(e.Name)}, {Body: templ.Join(tag, list(v.flaws("", e.Flaws)...))}, v.events(e.Events)})
	}
	return v.table("exhibits", []string{"exhibit", "became", "events"}, rows)
}

func (v *reading) teams() templ.Component {
	var rows [][]ui.Cell
	for i := range v.r.Teams {
		t := &v.r.Teams[i]
		rows = append(rows, []ui.Cell{{Text: t.ID + " · " + v.in(t.Name)}, {Text: v.said(t.InTime)}, {Text: strconv.Itoa(t.Late)}, {Text: strconv.Itoa(t.Missed)},
			{Text: strconv.Itoa(t.NoChance)}, {Text: strconv.Itoa(t.Strayed)}, {Text: strconv.Itoa(t.Deeds)}})
	}
	return v.table("teams", []string{"team", "in_time", "late", "missed", "no_chance", "strayed", "deeds"}, rows)
}

func (v *reading) injects() templ.Component {
	var rows [][]ui.Cell
	for i := range v.r.Injects {
		in := &v.r.Injects[i]
		when := v.t("review.not_sent") + " " + in.Reason
		if in.Sent {
			when = in.At.String()
			if in.Hand {
				when += " · " + v.t("review.by_control")
			}
		}
		var said []templ.Component
		for _, x := range in.Expects {
			became := v.t("review.state." + x.State)
			if x.Nobody {
				became += " (" + v.t("review.state.nobody") + ")"
			}
			said = append(said, plain(x.Team+" "+x.Do+" "+x.About+": "+became))
		}
		rows = append(rows, []ui.Cell{{Text: in.ID + " · " + v.in(in.Title)}, {Text: when}, {Body: list(said...)}, v.events(in.Events())})
	}
	return v.table("injects", []string{"inject", "sent", "expected", "events"}, rows)
}

func (v *reading) disclosures() templ.Component {
	var rows [][]ui.Cell
	for _, d := range v.r.Disclosures {
		rows = append(rows, []ui.Cell{{Text: d.Do + " " + d.About}, {Text: d.Team}, {Text: d.At.String()}, v.events([]int64{d.Event})})
	}
	return v.table("disclosures", []string{"what", "team", "moment", "events"}, rows)
}

func (v *reading) breaks() templ.Component {
	var rows [][]ui.Cell
	for _, b := range v.r.Breaks {
		rows = append(rows, []ui.Cell{{Text: b.Rule}, {Text: b.Team}, v.events([]int64{b.Event})})
	}
	return v.table("breaks", []string{"what", "team", "events"}, rows)
}

func (v *reading) treatments() templ.Component {
	var rows [][]ui.Cell
	for _, t := range v.r.Treatments {
		how := t.How
		if w, ok := v.of.Exercises.Words.Treatment(t.How); ok {
			how = w.Label.In(v.lang.Code())
		}
		rows = append(rows, []ui.Cell{{Text: t.Character}, {Text: how}, {Text: t.Team}, {Text: strconv.Itoa(t.Times)}, v.events(t.Events)})
	}
	return v.table("treatments", []string{"person", "how", "team", "times", "events"}, rows)
}

func (v *reading) control() templ.Component {
	var rows [][]ui.Cell
	for _, h := range v.r.Hands {
		rows = append(rows, []ui.Cell{{Text: h.At.String()}, {Text: v.t("review.hand."+h.What) + " " + h.Inject + h.Do + " " + h.About}, {Text: h.Reason}, {Text: strings.Join(h.Touched, ", ")}, v.events([]int64{h.Event})})
	}
	return v.table("control", []string{"moment", "what", "reason", "touched", "events"}, rows)
}

// plan is what follows: strengths, what to improve, and who sees to it by when.
func (v *reading) plan(p *review.Plan, err error) templ.Component {
	var strong, weak []templ.Component
	name := map[string]string{}
	for _, k := range v.r.Criteria {
		name[k.ID] = k.ID + " · " + v.in(k.Text)
	}
	for _, f := range v.r.Strengths {
		strong = append(strong, plain(name[f.Criterion]))
	}
	choose := ui.Field{Name: "criterion", Label: v.t("review.col.criterion"), Value: v.PostForm.Get("criterion")}
	for _, f := range v.r.Improvements {
		weak = append(weak, plain(name[f.Criterion]+" ("+v.t("review.grade."+gradeKey(string(f.Grade)))+")"))
		choose.Options = append(choose.Options, ui.Option{Value: f.Criterion, Label: name[f.Criterion]})
	}
	body := []templ.Component{element("h3", "", v.t("review.strengths")), list(strong...), element("h3", "", v.t("review.improve")), list(weak...)}
	may, merr := v.of.Exercises.May(v.Context(), v.who, policy.ExerciseControl)
	may = may && merr == nil
	l := ui.Listing{Caption: v.t("review.tasks"), Empty: v.t("review.no_tasks"), Columns: []ui.Column{{Label: v.t("review.col.what")}, {Label: v.t("review.col.team")}, {Label: v.t("review.col.due")}, {Label: v.t("web.col.state")}}}
	for i := range p.Tasks {
		t := &p.Tasks[i]
		state := ui.Cell{Tag: &ui.Tag{Text: v.t("review.open"), Tone: ui.Amber}}
		switch {
		case t.Done != "":
			state = ui.Cell{Tag: &ui.Tag{Text: v.t("review.done"), Tone: ui.Green}, Sub: t.Done}
		case may:
			note := ui.Field{Name: "note", ID: "done-" + t.ID, Label: v.t("review.shows")}
			state = ui.Cell{Body: smallForm("/exercise/review/done", v.t("review.finish"), ui.Hidden("id", t.ID), ui.TextInput(note))}
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: t.Text, Sub: name[t.Criterion]}, {Text: t.Owner}, {Text: t.Due}, state})
	}
	body = append(body, ui.Table(l))
	if may {
		f := v.courseFields(err)
		owner := f("owner", "review.col.team")
		owner.Options = []ui.Option{{Value: "", Label: v.t("web.choose")}}
		for _, t := range v.s.Teams {
			owner.Options = append(owner.Options, ui.Option{Value: t.ID, Label: t.ID + " · " + v.in(t.Name)})
		}
		what := f("text", "review.todo")
		what.Rows = 2
		body = append(body, v.form("/exercise/review/plan", v.t("review.add"), "", ui.Select(choose), ui.Textarea(what), ui.Select(owner), ui.DateInput(dated(v.request, f("due", "review.col.due")))))
	}
	return with(ui.Section("plan", v.t("review.plan")), body...)
}

func smallForm(action, button string, body ...templ.Component) templ.Component {
	return with(ui.Form(ui.Sending{Action: action, Key: newKey()}), append(body, ui.Button(ui.Press{Text: button, Look: ui.Secondary, Small: true}))...)
}

func planImprovement(rq *request) error {
	v := rq.PostForm
	_, err := rq.of.Reviews.Improve(rq.Context(), rq.who, v.Get("_key"), &review.Improve{Criterion: v.Get("criterion"), Text: v.Get("text"), Owner: v.Get("owner"), Due: ui.DateFrom(v, "due")})
	return rq.planned(err)
}

func finishImprovement(rq *request) error {
	_, err := rq.of.Reviews.Finish(rq.Context(), rq.who, rq.PostFormValue("_key"), &review.Finish{ID: rq.PostFormValue("id"), Note: rq.PostFormValue("note")})
	return rq.planned(err)
}

func (rq *request) planned(err error) error {
	if err == nil {
		rq.redirect("/exercise/review#plan")
		return nil
	}
	if status, above, ok := rq.notices(err); ok {
		return rq.reviewPage(status, err, above)
	}
	return err
}

// reviewFile is the report as a file, about teams alone.
func reviewFile(rq *request) error {
	v, err := rq.reviewed()
	if err != nil {
		return err
	}
	raw, err := json.MarshalIndent(v.r, "", "  ")
	if err != nil {
		return err
	}
	rq.file("application/json", rq.marked("review.json"), raw)
	return nil
}
