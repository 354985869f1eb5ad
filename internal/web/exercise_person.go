package web

import (
	"bytes"
	"encoding/csv"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/exercise"
	"rufaa/internal/hsds"
	"rufaa/internal/measure"
	"rufaa/internal/office"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/web/ui"
)

// personPage is one person of the exercise for control: the card, the report's
// facts, another team, the end.
func (rq *request) personPage(status int, x shown) error {
	r, err := rq.of.Roll(rq.Context(), rq.reader())
	if err != nil {
		return err
	}
	i := slices.IndexFunc(r.Persons, func(m exercise.Person) bool { return m.Staff == rq.PathValue("id") })
	if i < 0 {
		return problem.ErrNotFound
	}
	m, at := r.Persons[i], "/exercise/people/"+r.Persons[i].Staff
	p := rq.page(m.Name)
	p.Errors, p.Back = x.errs, &ui.Link{Text: rq.t("exercise.people.title"), Href: "/exercise/people"}
	body := append([]templ.Component{ui.Heading(rq.t("exercise.people.one"), m.Name)}, x.above...)
	body = append(body, ui.SummaryList([]ui.Fact{{Key: rq.t("exercise.f.part"), Value: rq.partOf(m)}, {Key: rq.t("exercise.people.days"), Value: rq.daysSaid(m.Days)}}))
	if m.Gone {
		body = append(body, para(rq.t("exercise.people.back")))
	} else {
		body = append(body, with(ui.Section("card", rq.t("exercise.cards.title")), para(rq.t("exercise.people.card_text")), rq.press(at+"/card", "x", "1", rq.t("exercise.people.card"))))
	}
	body = append(body, with(ui.Section("describe", rq.t("exercise.people.describe")), rq.form(at+"/particulars", rq.t("common.save"), "", rq.particulars(rq.described(m, x))...)))
	if !m.Gone {
		body = append(body, rq.moveAndLeave(r, m, at, x)...)
	}
	return rq.render(status, p, body...)
}

// described are the questions of the report with what was told before.
func (rq *request) described(m exercise.Person, x shown) fields {
	f := rq.fieldsOf("describe", x)
	if x.form != "describe" {
		f.v = url.Values{"agency": {m.Particulars.Agency}, "sex": {m.Sex}, "county": {m.County}}
	}
	return f
}

func (rq *request) moveAndLeave(r *exercise.Roll, m exercise.Person, at string, x shown) []templ.Component {
	var out []templ.Component
	if (r.Phase == exercise.Ready || r.Phase == exercise.Playing) && m.Part != exercise.Control && m.Part != exercise.Actor {
		f := rq.fieldsOf("move", x)
		team, why := f.play("team", "teams"), f.play("reason", "reason")
		team.Label, team.Options = rq.t("exercise.f.team"), rq.playTeams(r.Teams)
		out = append(out, with(ui.Section("move", rq.t("exercise.people.move")), para(rq.t("exercise.people.move_text")),
			rq.form(at+"/team", rq.t("exercise.people.move"), "", ui.Select(team), ui.TextInput(why))))
	}
	if m.Staff == rq.who.Staff {
		return out // another controller does it
	}
	why := rq.fieldsOf("leave", x).play("reason", "leave")
	why.ID, why.Optional = "leave-reason", true
	return append(out, with(ui.Section("leave", rq.t("exercise.people.leave")), para(rq.t("exercise.people.leave_text")),
		rq.form(at+"/departure", rq.t("exercise.people.leave"), "", ui.TextInput(why))))
}

func (rq *request) daysSaid(days []int) string {
	if len(days) == 0 {
		return rq.t("exercise.people.no_days")
	}
	var out []string
	for _, d := range days {
		out = append(out, rq.t("exercise.people.day", "n", d))
	}
	return strings.Join(out, ", ")
}

func movePlay(rq *request) error {
	id := rq.PathValue("id")
	_, err := rq.of.Exercises.Move(rq.Context(), rq.who, rq.PostFormValue("_key"), id, exercise.Move{Team: rq.PostFormValue("team"), Reason: rq.PostFormValue("reason")})
	return rq.played(err, "move", "/exercise/people/"+url.PathEscape(id), rq.personPage)
}

func leavePlay(rq *request) error {
	id := rq.PathValue("id")
	_, err := rq.of.Exercises.Leave(rq.Context(), rq.who, rq.PostFormValue("_key"), id, rq.PostFormValue("reason"))
	return rq.played(err, "leave", "/exercise/people/"+url.PathEscape(id), rq.personPage)
}

func describePlay(rq *request) error {
	id := rq.PathValue("id")
	_, err := rq.of.Exercises.Describe(rq.Context(), rq.who, rq.PostFormValue("_key"), id, readParticulars(rq.PostForm))
	return rq.played(err, "describe", "/exercise/people/"+url.PathEscape(id), rq.personPage)
}

// newCard makes another one-time sign-in for somebody, as a card to print.
func newCard(rq *request) error {
	s, _, err := rq.of.Exercises.Admitted(rq.Context(), rq.who, policy.ExerciseControl)
	if err != nil {
		return err
	}
	l, err := rq.of.SignInCard(rq.Context(), rq.who, rq.PathValue("id"))
	if err != nil {
		return err
	}
	m, _ := s.Member(l.Staff)
	names, err := rq.of.StaffNames(rq.Context(), l.Staff)
	if err != nil {
		return err
	}
	raw, err := office.Cards([]office.Cast{{Member: m, Name: names[l.Staff], Link: l.Token}}, rq.origin()+rq.o.Base, s.Title.In(rq.lang.Code()), rq.of.Texts.In(rq.lang.Code()), rq.of.Now())
	if err != nil {
		return err
	}
	rq.file("application/pdf", "card.pdf", raw)
	return nil
}

// ownAttendance is what stands recorded of the reader, and of nobody else.
func (rq *request) ownAttendance(f *exercise.Face) templ.Component {
	told := []string{f.Told.Agency, rq.label("sexes", f.Told.Sex), rq.label("counties", f.Told.County)}
	facts := []ui.Fact{{Key: rq.t("exercise.turnout.own"), Value: rq.daysSaid(f.Attended)}}
	if told = slices.DeleteFunc(told, func(s string) bool { return s == "" }); len(told) > 0 {
		facts = append(facts, ui.Fact{Key: rq.t("exercise.turnout.told"), Value: strings.Join(told, " · ")})
	}
	return ui.SummaryList(facts)
}

// turnoutPage is who came, in numbers.
func turnoutPage(rq *request) error {
	t, err := rq.of.Exercises.OwnTurnout(rq.Context(), rq.who)
	if err != nil {
		return err
	}
	title := rq.t("exercise.turnout.title")
	p := rq.page(title)
	p.Back = &ui.Link{Text: rq.t("exercise.people.title"), Href: "/exercise/people"}
	body := append([]templ.Component{ui.Heading("", title), para(rq.t("training.at_exercise_text"))}, rq.turnout(t)...)
	return rq.render(http.StatusOK, p, append(body, para2link(rq.t("training.csv"), rq.o.Base+"/exercise/attendance.csv"))...)
}

// turnout are the tables of who came to an exercise.
func (rq *request) turnout(t *exercise.Turnout) []templ.Component {
	facts := []ui.Fact{{Key: rq.t("exercise.turnout.came"), Value: rq.count(t.People)}}
	for _, d := range t.Days {
		facts = append(facts, ui.Fact{Key: rq.t("exercise.people.day", "n", d.Day), Value: rq.count(d.Count)})
	}
	out := []templ.Component{ui.SummaryList(facts)}
	for _, g := range rq.turnoutGroups(t) {
		out = append(out, rq.cellTable("came-by-"+g.by, g.title, g.cells, g.label))
	}
	return out
}

// turnoutGroup is one way in which those who came are counted.
type turnoutGroup struct {
	by, title string
	cells     []measure.Cell
	label     func(id string) string
}

func (rq *request) turnoutGroups(t *exercise.Turnout) []turnoutGroup {
	return []turnoutGroup{
		{"part", rq.t("exercise.turnout.by_part"), t.ByPart, func(id string) string { return rq.t("exercise.part." + id) }},
		{"agency", rq.t("training.by_agency"), t.ByAgency, rq.of.AgencyName},
		{"sex", rq.t("training.by_sex"), t.BySex, func(id string) string { return rq.label("sexes", id) }},
		{"county", rq.t("training.by_county"), t.ByCounty, func(id string) string { return rq.label("counties", id) }},
	}
}

// turnoutRows are the same as lines of a file: by, group, people.
func (rq *request) turnoutRows(t *exercise.Turnout) [][]string {
	rows := [][]string{{"exercise", "", rq.count(t.People)}}
	for _, d := range t.Days {
		rows = append(rows, []string{"exercise day", strconv.Itoa(d.Day), rq.count(d.Count)})
	}
	for _, table := range []struct {
		by    string
		cells []measure.Cell
	}{{"exercise part", t.ByPart}, {"exercise agency", t.ByAgency}, {"exercise sex", t.BySex}, {"exercise county", t.ByCounty}} {
		for _, c := range table.cells {
			rows = append(rows, []string{table.by, hsds.Inert(c.Group), rq.count(c.Count)})
		}
	}
	return rows
}

func turnoutCSV(rq *request) error {
	t, err := rq.of.Exercises.OwnTurnout(rq.Context(), rq.who)
	if err != nil {
		return err
	}
	return rq.attendanceFile(rq.turnoutRows(t))
}

// attendanceFile hands rows out as the attendance list.
func (rq *request) attendanceFile(rows [][]string) error {
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	if word := rq.banner(); word != "" {
		rows = slices.Insert(rows, 0, []string{word}, []string{"by", "group", "people"})
	} else {
		rows = slices.Insert(rows, 0, []string{"by", "group", "people"})
	}
	if err := w.WriteAll(rows); err != nil {
		return err
	}
	rq.file("text/csv; charset=utf-8", rq.marked("attendance.csv"), b.Bytes())
	return nil
}
