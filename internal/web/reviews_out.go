package web

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/paper"
	"rufaa/internal/review"
	"rufaa/internal/scenario"
	"rufaa/internal/web/assets"
	"rufaa/internal/web/ui"
)

// reviewPaper prints the review for the folder of the debrief.
func reviewPaper(rq *request) error {
	v, err := rq.reviewed()
	if err != nil {
		return err
	}
	now, title := rq.of.Now(), rq.t("review.title")
	p := paper.Begin(paper.A4, title, rq.lang.Code(), rq.banner(), rq.t("training.printed", "when", rq.lang.DateTime(now)), now)
	p.Heading(1, title)
	p.Text(v.in(v.s.Title) + " " + v.r.Version)
	p.Small(rq.t("exercise.digest") + ": " + v.r.Digest)
	p.Space(1)
	line := func(key string, t review.Tally) { p.Text(rq.t(key) + ": " + rq.said(t)) }
	line("review.score", v.r.Score)
	line("review.found", v.r.Found)
	line("review.in_time", v.r.InTime)
	line("review.referrals", v.r.Referrals.Answered)
	head := func(key string) { p.Space(0.7); p.Together(4); p.Heading(2, rq.t(key)) }
	head("review.objectives")
	for _, o := range v.r.Objectives {
		p.Text(o.ID + " " + v.in(o.Text) + ": " + rq.said(o.Points))
	}
	head("review.criteria")
	for i := range v.r.Criteria {
		k := &v.r.Criteria[i]
		p.Text(k.ID + " " + v.in(k.Text) + ": " + rq.t("review.grade."+gradeKey(string(k.Grade))))
		for _, c := range k.Custody {
			for j := range c.Flaws {
				p.Small(c.Exhibit + ": " + v.flaw(&c.Flaws[j]))
			}
		}
		if len(k.Nobody) > 0 {
			p.Small(v.absence(k))
		}
		p.Small(rq.t("review.col.events") + ": " + rq.behind(k.Events))
	}
	head("review.people")
	for i := range v.r.People {
		x := &v.r.People[i]
		var as []string
		for _, a := range x.As {
			as = append(as, rq.t("review.as."+a))
		}
		p.Text(x.Character + " " + v.in(x.Name) + ": " + strings.Join(as, ", ") + "; " + rq.t("review.col.safe") + " " + v.waited(x.Safe) + "; " + rq.t("review.col.care") + " " + v.waited(x.Care))
	}
	head("review.truths")
	for i := range v.r.Truths {
		t := &v.r.Truths[i]
		p.Text(t.Reveal + ": " + rq.t("review.truth."+t.State))
	}
	head("review.exhibits")
	for i := range v.r.Exhibits {
		e := &v.r.Exhibits[i]
		p.Text(e.ID + " " + v.in(e.Name) + ": " + rq.t("review.exhibit."+e.State))
		for j := range e.Flaws {
			p.Small(v.flaw(&e.Flaws[j]))
		}
	}
	head("review.teams")
	for i := range v.r.Teams {
		t := &v.r.Teams[i]
		p.Text(t.ID + " " + v.in(t.Name) + ": " + rq.said(t.InTime))
	}
	head("review.attendance")
	v.printAttendance(p)
	head("review.plan")
	plan, err := rq.of.Reviews.Plan(rq.Context(), rq.who, "")
	if err != nil {
		return err
	}
	for i := range plan.Tasks {
		t := &plan.Tasks[i]
		p.Text(t.Criterion + ": " + t.Text + " (" + t.Owner + ", " + t.Due + ")")
	}
	raw, err := p.Bytes()
	if err != nil {
		return err
	}
	rq.file("application/pdf", rq.marked("review.pdf"), raw)
	return nil
}

// runsPage compares the runs of one scenario with one set of criteria.
func runsPage(rq *request) error {
	c, err := rq.of.Reviews.Compare(rq.Context(), rq.who)
	if err != nil {
		if status, told, ok := rq.notices(err); ok {
			return rq.render(status, rq.page(rq.t("review.runs")), append([]templ.Component{ui.Heading("", rq.t("review.runs"))}, told...)...)
		}
		return err
	}
	title := rq.t("review.runs")
	p := rq.page(title)
	p.Back = &ui.Link{Text: rq.t("review.title"), Href: "/exercise/review"}
	l := ui.Listing{Caption: title, Hide: true, Columns: []ui.Column{{Label: rq.t("review.run")}, {Label: rq.t("review.score")}, {Label: rq.t("review.found")}, {Label: rq.t("review.in_time")}}}
	for _, r := range c.Runs {
		l.Rows = append(l.Rows, []ui.Cell{{Text: r.Title + " · " + r.FirstDay, Href: "/exercise/review?exercise=" + url.QueryEscape(r.ID)}, {Text: rq.said(r.Score)}, {Text: rq.said(r.Found)}, {Text: rq.said(r.InTime)}})
	}
	return rq.render(http.StatusOK, p, ui.Heading("", title), para(rq.t("review.runs.text")), ui.Table(l), small(rq.lang.N("review.runs.others", c.Other)))
}

// replayPage shows the play moment by moment on the scenario's map: one step
// each page, so that it works without script and can be pointed at.
func replayPage(rq *request) error {
	v, err := rq.reviewed()
	if err != nil {
		if status, told, ok := rq.notices(err); ok {
			return rq.render(status, rq.page(rq.t("review.replay")), append([]templ.Component{ui.Heading("", rq.t("review.replay"))}, told...)...)
		}
		return err
	}
	title := rq.t("review.replay")
	p := rq.page(title)
	p.Back = &ui.Link{Text: rq.t("review.title"), Href: "/exercise/review"}
	moments := v.moments()
	step, err := strconv.Atoi(rq.URL.Query().Get("step"))
	if err != nil || step < 0 {
		step = 0
	}
	step = min(step, max(0, len(moments)-1))
	if len(moments) == 0 {
		return rq.render(http.StatusOK, p, ui.Heading("", title), para(rq.t("review.none")))
	}
	now := moments[step]
	at := rq.o.Base + "/exercise/review/replay?step="
	way := func(key, rel string, to int) templ.Component {
		return element("a", ` class="govuk-link" rel="`+rel+`" href="`+templ.EscapeString(at+strconv.Itoa(to))+`"`, rq.t(key))
	}
	var ways, days []templ.Component
	if step > 0 {
		ways = append(ways, way("review.back", "prev", step-1))
	}
	if step < len(moments)-1 {
		ways = append(ways, way("review.on", "next", step+1))
	}
	for i, m := range moments {
		if i == 0 || m[0].At/dayMinutes != moments[i-1][0].At/dayMinutes {
			days = append(days, anchor(rq.t("review.day", "n", int(m[0].At/dayMinutes)+1), at+strconv.Itoa(i)))
		}
	}
	var items []templ.Component
	for _, m := range now {
		items = append(items, templ.Join(plain(v.tells(m)+" "), v.events([]int64{m.Event}).Body))
	}
	// The part that moves on, by links, or played by the page's script.
	part := element3("div", ` data-script="`+assets.URL("exercise.js")+`" data-replay data-play="`+templ.EscapeString(rq.t("review.play"))+`" data-halt="`+templ.EscapeString(rq.t("review.halt"))+`"`)
	return rq.render(http.StatusOK, p, with(part, ui.Heading(rq.t("review.step", "n", step+1, "of", len(moments)), now[0].At.String()), list(ways...),
		templ.Raw(v.replayMap(now)), list(items...)), with(ui.Section("days", rq.t("review.days")), list(days...)))
}

// dayMinutes is a day of the scenario.
const dayMinutes = 24 * 60

// moments are the steps of the replay: what happened in the same minute.
func (v *reading) moments() [][]review.Moment {
	var out [][]review.Moment
	for _, m := range v.r.Timeline {
		if n := len(out); n > 0 && out[n-1][0].At == m.At {
			out[n-1] = append(out[n-1], m)
			continue
		}
		out = append(out, []review.Moment{m})
	}
	return out
}

// tells says what a moment of the timeline was.
func (v *reading) tells(m review.Moment) string {
	return strings.Join(strings.Fields(v.t("review.moment."+m.What)+" "+m.Team+" "+m.Do+" "+m.About), " ")
}

// replayMap draws the scenario's own map; where something happens now is
// marked, and named for those who do not see it.
func (v *reading) replayMap(now []review.Moment) string {
	here := map[string]int{}
	for _, m := range now {
		if m.Place != "" {
			here[m.Place]++
		}
	}
	var b strings.Builder
	esc := func(s string) string { return templ.EscapeString(s) }
	fmt.Fprintf(&b, `<svg class="r-chart" viewBox="0 0 640 420" role="img"><title>%s</title>`, esc(v.t("review.map")))
	for _, p := range v.s.Places {
		x, y := 30+p.X*56/10, 20+p.Y*38/10
		class, r := "r-chart__dim", 6
		if here[p.ID] > 0 {
			class, r = "r-chart__half", 12
		}
		anchor, dx := "start", 16
		if x > 420 {
			anchor, dx = "end", -16
		}
		fmt.Fprintf(&b, `<circle class="%s" cx="%d" cy="%d" r="%d"/><text class="r-chart__name" x="%d" y="%d" text-anchor="%s">%s</text>`, class, x, y, r, x+dx, y+5, anchor, esc(placeName(p, v)))
	}
	b.WriteString(`</svg>`)
	return b.String()
}

func placeName(p scenario.Place, v *reading) string { return p.ID + " " + v.in(p.Name) }
