package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/chart"
	"rufaa/internal/office"
	"rufaa/internal/policy"
	"rufaa/internal/rehearsal"
	"rufaa/internal/scenario"
	"rufaa/internal/web/ui"
)

func (s *site) rehearsalRoutes() {
	s.handle("GET /rehearsal", policy.RehearsalRun, rehearsalPage)
}

// rehearsalPage asks what would be otherwise and, once asked, shows it. All of
// it stands in the address: nothing in it is about a person, and two
// coordinators can look at one result.
func rehearsalPage(rq *request) error {
	if err := rq.of.Door.Realm(rq.who.Principal, policy.RehearsalRun); err != nil {
		return err
	}
	ids, scripts, err := rq.of.Scenarios(rq.Context(), rq.who)
	if err != nil {
		return err
	}
	title := rq.t("rehearsal.title")
	p := rq.page(title)
	p.Wide, p.Back = true, &ui.Link{Text: rq.t("web.to_list"), Href: "/"}
	q := rq.URL.Query()
	chosen := scripts[q.Get("scenario")]
	if chosen == nil && len(ids) > 0 && q.Get("scenario") == "" {
		chosen = scripts[ids[0]]
	}
	body := []templ.Component{ui.Heading("", title), para(rq.t("rehearsal.text"))}
	var result []templ.Component
	status := http.StatusOK
	if q.Has("ask") {
		done, err := rq.of.Rehearse(rq.Context(), rq.who, rq.rehearsalAsk(q))
		code, above, ok := rq.notices(err)
		switch {
		case err == nil:
			result = rq.rehearsed(done)
		case ok:
			status, p.Errors = code, rq.fieldErrors(err)
			body = append(body, above...)
		default:
			return err
		}
	}
	body = append(body, rq.rehearsalForm(q, ids, scripts, chosen, p.Errors))
	return rq.render(status, p, append(body, result...)...)
}

// rehearsalAsk reads the address. What is no number is told as one that is out
// of range.
func (rq *request) rehearsalAsk(q url.Values) office.RehearsalAsk {
	number := func(name string) int {
		if q.Get(name) == "" {
			return 0
		}
		n, err := strconv.Atoi(strings.TrimPrefix(strings.TrimSpace(q.Get(name)), "+"))
		if err != nil {
			return -1
		}
		return n
	}
	ask := office.RehearsalAsk{Scenario: q.Get("scenario"), Runs: number("runs"), Seed: number("seed"), Teams: q.Get("teams"), Answer: number("answer_percent")}
	for name := range q {
		kind, of, found := strings.Cut(name, ".")
		n := number(name)
		if !found || n == 0 {
			continue
		}
		switch kind {
		case "beds":
			if ask.Beds == nil {
				ask.Beds = map[string]int{}
			}
			ask.Beds[of] = n
		case "interpreters":
			if ask.Interpreters == nil {
				ask.Interpreters = map[string]int{}
			}
			ask.Interpreters[of] = n
		}
	}
	if q.Get("consent_percent") != "" {
		n := number("consent_percent")
		ask.Consent = &n
	}
	return ask
}

func (rq *request) rehearsalForm(q url.Values, ids []string, scripts map[string]*scenario.Script, chosen *scenario.Script, errs []ui.FieldError) templ.Component {
	field := func(name, label string, args ...any) ui.Field {
		f := ui.Field{Name: name, Label: rq.t(label, args...), Value: q.Get(name)}
		for _, e := range errs {
			if e.Field == name {
				f.Error = e.Message
			}
		}
		return f
	}
	number := func(name, label string, args ...any) templ.Component {
		f := field(name, label, args...)
		f.Width, f.InputMode = 4, "numeric"
		return ui.TextInput(f)
	}
	which := field("scenario", "rehearsal.scenario")
	for _, id := range ids {
		which.Options = append(which.Options, ui.Option{Value: id, Label: scripts[id].Title.In(rq.lang.Code())})
	}
	teams := field("teams", "rehearsal.teams")
	teams.Inline = true
	if teams.Value == "" {
		teams.Value = "skilled"
	}
	teams.Options = []ui.Option{{Value: "skilled", Label: rq.t("rehearsal.skilled")}, {Value: "weak", Label: rq.t("rehearsal.weak")}}
	var beds, voices []templ.Component
	for _, kind := range rehearsal.BedKinds {
		beds = append(beds, number("beds."+kind, "rehearsal.beds."+kind))
	}
	if chosen != nil {
		for _, l := range rehearsal.Languages(chosen.Scenario) {
			voices = append(voices, number("interpreters."+l, "rehearsal.interpreter", "language", rq.label("languages", l)))
		}
	}
	row := func(title string, in ...templ.Component) templ.Component {
		return with(ui.Fieldset(title), templ.Raw(`<div class="r-row">`), templ.Join(in...), templ.Raw(`</div>`))
	}
	return with(ui.Form(ui.Sending{Action: "/rehearsal", Get: true}), ui.Hidden("ask", "1"), ui.Select(which), ui.Radios(teams),
		row(rq.t("rehearsal.more_beds"), beds...), row(rq.t("rehearsal.more_interpreters"), voices...),
		row(rq.t("rehearsal.habits"), number("answer_percent", "rehearsal.answer"), number("consent_percent", "rehearsal.consent")),
		with(ui.Details(rq.t("rehearsal.plays_more"), false), number("runs", "rehearsal.runs", "most", office.RehearsalRuns), number("seed", "rehearsal.seed")),
		ui.Button(ui.Press{Text: rq.t("rehearsal.play")}))
}

func (rq *request) rehearsed(r *office.Rehearsed) []templ.Component {
	return []templ.Component{rq.whatIf(&r.WhatIf), rq.bedShortage(&r.WhatIf), rq.deadInjects(r), rq.dayOverruns(&r.WhatIf), rq.separationOf(r)}
}

// signed writes minutes of a change with their sign.
func signed(minutes float64) string { return fmt.Sprintf("%+.0f", minutes) }

func (rq *request) whatIf(c *rehearsal.Comparison) templ.Component {
	said := rq.t("rehearsal.changed", "mean", signed(c.Mean), "low", signed(c.Low), "high", signed(c.High), "runs", c.Runs)
	kind := ui.Important
	switch {
	case c.Change.Empty():
		said = rq.t("rehearsal.nothing_changed")
	case c.Low <= 0 && c.High >= 0:
		said += " " + rq.t("rehearsal.may_be_chance")
	case c.High < 0:
		kind = ui.Done
	}
	l := ui.Listing{Caption: rq.t("rehearsal.safety"), Columns: []ui.Column{{Label: rq.t("rehearsal.measure")}, {Label: rq.t("rehearsal.before"), Number: true}, {Label: rq.t("rehearsal.after"), Number: true}}}
	for _, q := range []int{10, 25, 50, 75, 90} {
		l.Rows = append(l.Rows, []ui.Cell{{Text: rq.t("rehearsal.percentile", "q", q)}, {Text: rq.minutesOf(&c.Before, q)}, {Text: rq.minutesOf(&c.After, q)}})
	}
	l.Rows = append(l.Rows, []ui.Cell{{Text: rq.t("rehearsal.never_safe")}, {Text: percent(c.Before.NeverSafe)}, {Text: percent(c.After.NeverSafe)}},
		[]ui.Cell{{Text: rq.t("rehearsal.score")}, {Text: percent(c.Before.Score)}, {Text: percent(c.After.Score)}})
	return with(ui.Section("what-if", rq.t("rehearsal.what_if")), with(ui.Banner(kind, rq.t("rehearsal.answer_is"), "answer"), para(said)),
		templ.Raw(rq.safetyCurves(c)), ui.Table(l), small(rq.t("rehearsal.method")))
}

func percent(share float64) string { return fmt.Sprintf("%.0f %%", 100*share) }

func (rq *request) minutesOf(s *rehearsal.Side, q int) string {
	m, ok := s.Percentile[q]
	if !ok {
		return "–"
	}
	return rq.took(m)
}

// safetyCurves draws which share is safe by when, to the time by which nine in
// ten of the slower side are.
func (rq *request) safetyCurves(c *rehearsal.Comparison) string {
	const points = 48
	most := max(c.Before.Percentile[90], c.After.Percentile[90], 60)
	span := (most + most/5 + 59) / 60 * 60
	line := func(name string, s *rehearsal.Side) chart.Curve {
		out := chart.Curve{Name: name}
		for i := range points + 1 {
			out.Shares = append(out.Shares, s.SafeBy(span*i/points))
		}
		return out
	}
	d := chart.Curves{Name: rq.t("rehearsal.curve"), About: rq.t("rehearsal.curve_about"), Axis: rq.t("rehearsal.curve_axis"),
		Lines: []chart.Curve{line(rq.t("rehearsal.before"), &c.Before), line(rq.t("rehearsal.after"), &c.After)}}
	for i := range 5 {
		d.Ticks = append(d.Ticks, strconv.FormatFloat(float64(span*i)/240, 'g', 3, 64))
	}
	return d.SVG()
}

func (rq *request) bedShortage(c *rehearsal.Comparison) templ.Component {
	l := ui.Listing{Caption: rq.t("rehearsal.no_bed"), Hide: true, Empty: rq.t("rehearsal.no_bed_none"),
		Columns: []ui.Column{{Label: rq.t("rehearsal.bed")}, {Label: rq.t("rehearsal.before"), Number: true}, {Label: rq.t("rehearsal.after"), Number: true}}}
	each := func(n int) string { return strconv.FormatFloat(float64(n)/float64(c.Runs), 'f', 2, 64) }
	for _, kind := range rehearsal.BedKinds {
		if c.Before.NoBed[kind]+c.After.NoBed[kind] > 0 {
			l.Rows = append(l.Rows, []ui.Cell{{Text: rq.t("rehearsal.beds." + kind)}, {Text: each(c.Before.NoBed[kind])}, {Text: each(c.After.NoBed[kind])}})
		}
	}
	return with(ui.Section("beds", rq.t("rehearsal.no_bed")), small(rq.t("rehearsal.no_bed_text")), ui.Table(l))
}

// deadInjects are those that no play fired, and those that few did.
func (rq *request) deadInjects(r *office.Rehearsed) templ.Component {
	l := ui.Listing{Caption: rq.t("rehearsal.injects"), Hide: true, Empty: rq.t("rehearsal.injects_all"),
		Columns: []ui.Column{{Label: rq.t("rehearsal.inject")}, {Label: rq.t("rehearsal.fired"), Number: true}, {Label: rq.t("web.col.state")}}}
	for i := range r.Scenario.Injects {
		in := &r.Scenario.Injects[i]
		dead := slices.Contains(r.Report.Never, in.ID)
		if !dead && r.Report.Fired[in.ID] >= 0.05 {
			continue
		}
		tag := ui.Tag{Text: rq.t("rehearsal.rare"), Tone: ui.Amber}
		if dead {
			tag = ui.Tag{Text: rq.t("rehearsal.dead"), Tone: ui.Red}
		}
		l.Rows = append(l.Rows, []ui.Cell{{Text: in.ID + " " + in.Title.In(rq.lang.Code())}, {Text: percent(r.Report.Fired[in.ID])}, {Tag: &tag}})
	}
	return with(ui.Section("injects", rq.t("rehearsal.injects")), ui.Table(l))
}

func (rq *request) dayOverruns(c *rehearsal.Comparison) templ.Component {
	l := ui.Listing{Caption: rq.t("rehearsal.overrun"), Hide: true, Empty: rq.t("rehearsal.overrun_none"),
		Columns: []ui.Column{{Label: rq.t("rehearsal.day")}, {Label: rq.t("rehearsal.before"), Number: true}, {Label: rq.t("rehearsal.after"), Number: true}}}
	for day := 1; day <= 60; day++ {
		if c.Before.Overrun[day]+c.After.Overrun[day] > 0 {
			l.Rows = append(l.Rows, []ui.Cell{{Text: rq.t("rehearsal.day_n", "day", day)}, {Text: rq.took(c.Before.Overrun[day] / c.Runs)}, {Text: rq.took(c.After.Overrun[day] / c.Runs)}})
		}
	}
	return with(ui.Section("overrun", rq.t("rehearsal.overrun")), small(rq.t("rehearsal.overrun_text")), ui.Table(l))
}

// separationOf tells which criteria tell a skilled team from a weak one.
func (rq *request) separationOf(r *office.Rehearsed) templ.Component {
	d := chart.Bars{Name: rq.t("rehearsal.separates"), About: rq.t("rehearsal.separates_about"), Mark: 0.5}
	l := ui.Listing{Caption: rq.t("rehearsal.separates"), Hide: true,
		Columns: []ui.Column{{Label: rq.t("rehearsal.criterion")}, {Label: rq.t("rehearsal.auc"), Number: true}, {Label: rq.t("web.col.state")}}}
	for i := range r.Scenario.Criteria {
		k := &r.Scenario.Criteria[i]
		auc := r.Report.Separation[k.ID]
		said := strconv.FormatFloat(auc, 'f', 2, 64)
		tag := ui.Tag{Text: rq.t("rehearsal.tells"), Tone: ui.Green}
		if auc < rehearsal.TellsApart {
			tag = ui.Tag{Text: rq.t("rehearsal.tells_not"), Tone: ui.Red}
		}
		d.Rows = append(d.Rows, chart.Bar{Name: k.ID, Said: said, Share: auc, Dim: auc < rehearsal.TellsApart})
		l.Rows = append(l.Rows, []ui.Cell{{Text: k.ID, Sub: k.Text.In(rq.lang.Code())}, {Text: said}, {Tag: &tag}})
	}
	return with(ui.Section("separates", rq.t("rehearsal.separates")), small(rq.t("rehearsal.separates_text")), templ.Raw(d.SVG()), ui.Table(l))
}
