package web

import (
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/casefile"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
	"rufaa/internal/web/ui"
)

// amount asks for a number of about so many digits.
func (f fields) amount(name string, digits int) templ.Component {
	b := f.base(name)
	b.InputMode, b.Width = "numeric", digits
	return ui.TextInput(b)
}

// oneOf asks for one of a few words that are part of the law of the form, not
// of a vocabulary: web.pick.<word>.
func (f fields) oneOf(name string, words ...string) templ.Component {
	b := f.base(name)
	b.Values = nil
	for _, w := range words {
		b.Options = append(b.Options, ui.Option{Value: w, Label: f.rq.t("web.pick." + w)})
	}
	return ui.Radios(b)
}

// choice asks for one of the case's own records.
func (f fields) choice(name string, options []ui.Option) templ.Component {
	b := f.base(name)
	b.Options = append([]ui.Option{{Value: "", Label: f.rq.t("web.choose")}}, options...)
	return ui.Select(b)
}

func (f fields) service(name string) templ.Component {
	var options []ui.Option
	for _, s := range f.rq.of.Content.Services() {
		options = append(options, ui.Option{Value: s.ID, Label: s.Label.In(f.rq.lang.Code())})
	}
	return f.choice(name, options)
}

func (f fields) manyAgencies(name string) templ.Component {
	b := f.base(name)
	b.Value = ""
	b.Options = f.rq.agencyOptions()[1:]
	return ui.Checkboxes(b)
}

func (f fields) compartment() templ.Component {
	b := f.base("compartment")
	for _, o := range f.rq.options("compartments", false) {
		if o.Value != string(vault.Witness) {
			b.Options = append(b.Options, o)
		}
	}
	return ui.Radios(b)
}

// member asks for somebody of the team.
func (f fields) member(c *casefile.Frame, name string) templ.Component {
	return f.choice(name, f.rq.teamOptions(c))
}

func (rq *request) teamOptions(c *casefile.Frame) []ui.Option {
	names := rq.teamNames(c)
	var options []ui.Option
	for i := range c.State.Team {
		if m := &c.State.Team[i]; m.Until == nil {
			options = append(options, ui.Option{Value: m.Staff, Label: names[m.Staff] + " · " + rq.label("duties", m.Duty)})
		}
	}
	return options
}

func (rq *request) teamNames(c *casefile.Frame) map[string]string {
	ids := make([]string, 0, len(c.State.Team))
	for i := range c.State.Team {
		ids = append(ids, c.State.Team[i].Staff)
	}
	names, _ := rq.of.StaffNames(rq.Context(), ids...) // a page without names is still of use
	return names
}

func (f fields) colleagues() templ.Component { return f.choice("staff", f.colleagueOptions()) }

// anybodyNear are the colleagues of the own agency and the team of the others.
func (f fields) anybodyNear(c *casefile.Frame) templ.Component {
	options := f.colleagueOptions()
	for _, o := range f.rq.teamOptions(c) {
		if o.Value != f.rq.who.Staff && !slices.ContainsFunc(options, func(have ui.Option) bool { return have.Value == o.Value }) {
			options = append(options, o)
		}
	}
	return f.choice("staff", options)
}

func (f fields) colleagueOptions() []ui.Option {
	all, err := f.rq.of.Accounts.StaffOf(f.rq.Context(), f.rq.who.Agency)
	var options []ui.Option
	if err == nil {
		for _, s := range all {
			if s.ID != f.rq.who.Staff {
				options = append(options, ui.Option{Value: s.ID, Label: s.Name})
			}
		}
	}
	return options
}

// task asks what a task is; at is the row of a list, or "".
func (f fields) task(c *casefile.Frame, at string) []templ.Component {
	return []templ.Component{f.choose(at+"kind", "task-kinds"), f.member(c, at+"staff"), f.date(at + "due_on"), f.area(at + "note")}
}

func (f fields) tasksBefore(c *casefile.Frame) templ.Component {
	b := f.base("after")
	b.Value = ""
	for i := range c.State.Tasks {
		if t := &c.State.Tasks[i]; t.State == "open" {
			b.Options = append(b.Options, ui.Option{Value: t.ID, Label: f.rq.label("task-kinds", t.Kind) + ", " + f.rq.day(t.DueOn)})
		}
	}
	if len(b.Options) == 0 {
		return templ.NopComponent
	}
	return ui.Checkboxes(b)
}

// decisions is how many decisions of a conference one form asks for.
const decisions = 3

func askConference(f fields, c *casefile.Frame) []templ.Component {
	present := f.base("present")
	present.Value = ""
	present.Options = f.rq.teamOptions(c)
	out := []templ.Component{f.rq.agenda(c), ui.Checkboxes(present), f.area("care"), f.area("inquiry")}
	for i := range decisions {
		at := valid.Index("decisions", i, "")
		open := f.v.Get(at+"kind") != ""
		out = append(out, with(ui.Details(f.rq.t("web.conference.decision", "n", strconv.Itoa(i+1)), open), f.task(c, at)...))
	}
	return out
}

// goalRows is how many goals one form asks for.
const goalRows = 3

func askPlan(f fields, c *casefile.Frame) []templ.Component {
	out := []templ.Component{para(f.rq.t("web.plan.text"))}
	for i := range goalRows {
		at := valid.Index("goals", i, "")
		row := []templ.Component{f.area(at + "text"), f.service(at + "service"), f.agency(at + "agency"), f.date(at + "due_on")}
		open := i == 0 || f.v.Get(at+"text") != ""
		out = append(out, with(ui.Details(f.rq.t("web.plan.goal", "n", strconv.Itoa(i+1)), open), row...))
	}
	return append(out, f.date("review_on"))
}

func (f fields) goals(c *casefile.Frame) templ.Component {
	var options []ui.Option
	for i := range c.State.Goals {
		if g := &c.State.Goals[i]; g.State == "open" || g.State == "changed" {
			options = append(options, ui.Option{Value: g.ID, Label: f.rq.service(g.Service) + ", " + f.rq.of.AgencyName(g.Agency) + ", " + f.rq.lang.Date(g.By.At)})
		}
	}
	return f.choice("goal", options)
}

func (f fields) bookings(c *casefile.Frame) templ.Component {
	var options []ui.Option
	for i := range c.State.Bookings {
		if b := &c.State.Bookings[i]; b.State == "booked" {
			options = append(options, ui.Option{Value: b.ID, Label: f.rq.label("booking-kinds", b.Kind) + ", " + f.rq.day(b.On)})
		}
	}
	return f.choice("booking", options)
}

// openTasks asks for one of the tasks that are open.
func (f fields) openTasks(c *casefile.Frame) templ.Component {
	names := f.rq.teamNames(c)
	var options []ui.Option
	for i := range c.State.Tasks {
		if t := &c.State.Tasks[i]; t.State == "open" {
			options = append(options, ui.Option{Value: t.ID, Label: f.rq.label("task-kinds", t.Kind) + ", " + f.rq.day(t.DueOn) + ", " + names[t.Staff]})
		}
	}
	return f.choice("task", options)
}

func (f fields) hearings(c *casefile.Frame) templ.Component {
	var options []ui.Option
	for i := range c.State.Hearings {
		if h := &c.State.Hearings[i]; h.State == "set" {
			options = append(options, ui.Option{Value: h.ID, Label: f.rq.label("hearing-kinds", h.Kind) + ", " + f.rq.day(h.On)})
		}
	}
	return f.choice("hearing", options)
}

func (f fields) claims(c *casefile.Frame) templ.Component {
	var options []ui.Option
	for i := range c.State.Funds {
		x := &c.State.Funds[i]
		options = append(options, ui.Option{Value: x.ID, Label: f.rq.shillings(x.Amount) + ", " + f.rq.lang.Date(x.By.At)})
	}
	return f.choice("claim", options)
}

func (f fields) corrections(c *casefile.Frame) templ.Component {
	var options []ui.Option
	for i := range c.State.Corrections {
		if x := &c.State.Corrections[i]; x.Answered == nil {
			options = append(options, ui.Option{Value: x.ID, Label: f.rq.label("compartments", x.Compartment) + ", " + f.rq.lang.DateTime(x.By.At)})
		}
	}
	return f.choice("correction", options)
}

func (f fields) complaints(c *casefile.Frame) templ.Component {
	var options []ui.Option
	for i := range c.State.Complaints {
		if x := &c.State.Complaints[i]; x.Answered == nil {
			options = append(options, ui.Option{Value: x.ID, Label: f.rq.label("complaint-about", x.About) + ", " + f.rq.of.AgencyName(x.Agency) + ", " + f.rq.lang.Date(x.By.At)})
		}
	}
	return f.choice("complaint", options)
}

func (f fields) awaited(c *casefile.Frame) templ.Component {
	b := f.base("what")
	b.Values = nil
	for _, w := range c.Awaits {
		if w.Own(f.rq.who.Staff) { // four eyes: it could only be refused
			continue
		}
		b.Options = append(b.Options, ui.Option{Value: w.What, Label: strings.Join([]string{f.rq.t("web.awaits." + w.What), f.rq.by(w.By)}, ": ")})
	}
	return ui.Radios(b)
}

// reflectionDays is the length of the recovery and reflection period in days.
func (rq *request) reflectionDays() string {
	return strconv.Itoa(int(rq.of.Content.Clock("reflection").Hours() / 24))
}
