package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/exercise"
	"rufaa/internal/policy"
	"rufaa/internal/web/ui"
)

func (s *site) exercisePeopleRoutes() {
	s.handle("GET /exercise/people", policy.ExerciseControl, func(rq *request) error { return rq.peoplePage(http.StatusOK, shown{}) })
	s.handle("POST /exercise/people", policy.ExerciseControl, joinPlay)
	s.handle("POST /exercise/attendance", policy.ExerciseControl, keepAttendance)
	s.handle("GET /exercise/attendance", policy.ExerciseControl, turnoutPage)
	s.handle("GET /exercise/attendance.csv", policy.ExerciseControl, turnoutCSV)
	s.handle("GET /exercise/attendance.pdf", policy.ExerciseControl, attendancePaper)
	s.handle("GET /exercise/people/{id}", policy.ExerciseControl, func(rq *request) error { return rq.personPage(http.StatusOK, shown{}) })
	s.handle("POST /exercise/people/{id}/team", policy.ExerciseControl, movePlay)
	s.handle("POST /exercise/people/{id}/departure", policy.ExerciseControl, leavePlay)
	s.handle("POST /exercise/people/{id}/particulars", policy.ExerciseControl, describePlay)
	s.handle("POST /exercise/people/{id}/card", policy.ExerciseControl, newCard)
}

// peoplePage is who takes part and who was there: a sheet to tick, by agency,
// and the way to somebody's own page and card.
func (rq *request) peoplePage(status int, x shown) error {
	r, err := rq.of.Roll(rq.Context(), rq.reader())
	if err != nil {
		return err
	}
	title := rq.t("exercise.people.title")
	p := rq.page(title)
	p.Errors, p.Wide, p.Back = x.errs, true, &ui.Link{Text: rq.t("exercise.board.title"), Href: "/exercise/board"}
	body := append([]templ.Component{ui.Heading(r.Title, title, rq.phaseOf(r.Face))}, x.above...)
	body = append(body, para(rq.t("exercise.people.text")),
		list(link(rq.t("exercise.turnout.title"), rq.o.Base+"/exercise/attendance"), link(rq.t("training.csv"), rq.o.Base+"/exercise/attendance.csv"),
			link(rq.t("exercise.people.paper"), rq.o.Base+"/exercise/attendance.pdf")))
	if r.Phase == exercise.Ready || r.Phase == exercise.Playing {
		free, err := rq.of.FreeFor(rq.Context(), r)
		if err != nil {
			return err
		}
		var who []ui.Option
		for _, a := range free {
			who = append(who, ui.Option{Value: a.ID, Label: a.Name + " · " + a.AgencyName})
		}
		body = append(body, with(ui.Details(rq.t("exercise.people.add"), x.form == "join"), rq.joinForm(r, who, x)))
	}
	return rq.render(status, p, append(body, rq.attendanceSheet(r, x))...)
}

// joinForm adds somebody: an account without a part, or a new one.
func (rq *request) joinForm(r *exercise.Roll, free []ui.Option, x shown) templ.Component {
	f := rq.fieldsOf("join", x)
	who, part, team, role := f.play("staff", "staff"), f.play("part", "part"), f.play("team", "team"), f.play("character", "character")
	who.Options = append([]ui.Option{{Value: "", Label: rq.t("exercise.people.new")}}, free...)
	part.Values, part.Inline = nil, true
	for _, one := range []exercise.Part{exercise.Player, exercise.Mentor, exercise.Observer, exercise.Actor, exercise.Control} {
		part.Options = append(part.Options, ui.Option{Value: string(one), Label: rq.t("exercise.part." + string(one))})
	}
	team.Options = rq.playTeams(r.Teams)
	role.Options = []ui.Option{{Value: "", Label: rq.t("web.choose")}}
	for _, id := range r.Vacant {
		role.Options = append(role.Options, ui.Option{Value: id, Label: id})
	}
	return rq.form("/exercise/people", rq.t("exercise.people.add"), "", append([]templ.Component{ui.Select(who), ui.Radios(part), ui.Select(team), ui.Select(role)}, rq.particulars(f)...)...)
}

func (rq *request) playTeams(teams []exercise.Team) []ui.Option {
	out := []ui.Option{{Value: "", Label: rq.t("web.choose")}}
	for _, t := range teams {
		out = append(out, ui.Option{Value: t.ID, Label: t.ID + " · " + t.Name.In(rq.lang.Code())})
	}
	return out
}

// particulars are what somebody may tell for the report.
func (rq *request) particulars(f fields) []templ.Component {
	agency, sex, county := f.play("agency", "agency"), f.play("sex", "sex"), f.play("county", "county")
	agency.Optional, sex.Optional, county.Optional = true, true, true
	sex.Options = rq.options("sexes", true)
	return []templ.Component{para(rq.t("exercise.people.describe_text")), ui.TextInput(agency), ui.Select(sex), rq.countyField(county)}
}

func readParticulars(v url.Values) exercise.Particulars {
	return exercise.Particulars{Agency: v.Get("agency"), Sex: v.Get("sex"), County: v.Get("county")}
}

func joinPlay(rq *request) error {
	v := rq.PostForm
	rc, err := rq.of.Exercises.Join(rq.Context(), rq.who, v.Get("_key"), exercise.Join{Staff: v.Get("staff"), Part: exercise.Part(v.Get("part")),
		Team: v.Get("team"), Character: v.Get("character"), Particulars: readParticulars(v)})
	return rq.played(err, "join", "/exercise/people/"+rc.ID, rq.peoplePage)
}

// attendanceSheet is a table of days and people for each agency, in one form.
// Beside each tick that stands it carries that it stood, so that what another
// controller ticks meanwhile is not taken back by a sheet that never showed it.
func (rq *request) attendanceSheet(r *exercise.Roll, x shown) templ.Component {
	f := rq.fieldsOf("sheet", x)
	was, ticked := stood(r), stood(r)
	if x.form == "sheet" {
		was, ticked = f.v["was"], f.v["there"]
	}
	body := []templ.Component{para(rq.t("exercise.people.sheet_text"))}
	for _, home := range homes(r) {
		name := rq.t("exercise.people.elsewhere")
		if home != "" {
			name = rq.of.AgencyName(home)
		}
		body = append(body, rq.agencySheet(r, home, name, ticked))
	}
	for _, box := range was {
		body = append(body, ui.Hidden("was", box))
	}
	why := f.play("reason", "reason")
	why.Label, why.Optional = rq.t("exercise.people.why"), true
	return with(ui.Section("sheet", rq.t("exercise.people.sheet")), rq.form("/exercise/attendance", rq.t("exercise.people.keep"), "", append(body, ui.TextInput(why))...))
}

// agencySheet are the people of one agency.
func (rq *request) agencySheet(r *exercise.Roll, home, name string, ticked []string) templ.Component {
	l := ui.Listing{Caption: name, Columns: []ui.Column{{Label: rq.t("exercise.col.who")}}}
	for _, d := range r.Days {
		l.Columns = append(l.Columns, ui.Column{Label: rq.t("exercise.people.day", "n", d)})
	}
	for _, m := range r.Persons {
		if m.Home != home {
			continue
		}
		row := []ui.Cell{{Text: m.Name, Href: "/exercise/people/" + m.Staff, Sub: rq.partOf(m)}}
		for _, d := range r.Days {
			box := boxOf(m.Staff, d)
			row = append(row, ui.Cell{Body: ui.Tick(ui.Box{Name: "there", Value: box, ID: "there-" + m.Staff + "-" + strconv.Itoa(d),
				Label: rq.t("exercise.people.tick", "name", m.Name, "n", d), On: slices.Contains(ticked, box)})})
		}
		l.Rows = append(l.Rows, row)
	}
	return ui.Table(l)
}

// partOf says part, team and role, and whether somebody left.
func (rq *request) partOf(m exercise.Person) string {
	out := rq.t("exercise.part."+string(m.Part)) + " " + m.Team + m.Character
	if m.Gone {
		out += " · " + rq.t("exercise.people.left")
	}
	return out
}

// homes are the agencies of a roll; who told none comes last.
func homes(r *exercise.Roll) []string {
	var out []string
	for _, m := range r.Persons {
		if !slices.Contains(out, m.Home) {
			out = append(out, m.Home)
		}
	}
	slices.SortFunc(out, func(a, b string) int {
		if a == "" || b == "" {
			return strings.Compare(b, a)
		}
		return strings.Compare(a, b)
	})
	return out
}

func boxOf(staff string, day int) string { return staff + "/" + strconv.Itoa(day) }

// stood are the ticks that stand.
func stood(r *exercise.Roll) []string {
	var out []string
	for _, m := range r.Persons {
		for _, d := range m.Days {
			out = append(out, boxOf(m.Staff, d))
		}
	}
	return out
}

// keepAttendance sends what the sheet changes, and nothing of what it only shows.
func keepAttendance(rq *request) error {
	if _, _, err := rq.of.Exercises.Admitted(rq.Context(), rq.who, policy.ExerciseControl); err != nil {
		return err // also where nothing was ticked, and so nothing is kept
	}
	was, there := rq.PostForm["was"], rq.PostForm["there"]
	var a exercise.Attendance
	add := func(list, other []string, in bool) {
		for _, box := range list {
			if !slices.Contains(other, box) {
				staff, day, _ := strings.Cut(box, "/")
				n, _ := strconv.Atoi(day) // what is no number is no day, and told so
				p := exercise.Presence{Staff: staff, Day: n, There: in}
				if !in {
					p.Reason = rq.PostFormValue("reason")
				}
				a.List = append(a.List, p)
			}
		}
	}
	add(there, was, true)
	add(was, there, false)
	if len(a.List) == 0 {
		rq.redirect("/exercise/people#sheet")
		return nil
	}
	_, err := rq.of.Exercises.Attend(rq.Context(), rq.who, rq.PostFormValue("_key"), a)
	return rq.played(err, "sheet", "/exercise/people#sheet", func(status int, x shown) error {
		for i := range x.errs { // of a row of the sheet, which has no field of its own
			x.errs[i].Field = ""
		}
		return rq.peoplePage(status, x)
	})
}
