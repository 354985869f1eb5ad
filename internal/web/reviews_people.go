package web

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"rufaa/internal/paper"
	"rufaa/internal/review"
	"rufaa/internal/web/ui"
)

// attendance is who came, in numbers, and how the teams changed.
func (v *reading) attendance() templ.Component {
	a := v.r.Attendance
	crews := ui.Listing{Caption: v.t("review.crews"), Empty: v.t("review.none")}
	for _, c := range []string{"team", "began", "joined", "moved_in", "moved_out", "left", "ended", "nobody"} {
		crews.Columns = append(crews.Columns, ui.Column{Label: v.t("review.col." + c)})
	}
	for i := range a.Crews {
		c := &a.Crews[i]
		row := []ui.Cell{{Text: c.Team}}
		for _, n := range []int{c.Began, c.Joined, c.MovedIn, c.MovedOut, c.Left, c.Ended} {
			row = append(row, ui.Cell{Text: strconv.Itoa(n)})
		}
		crews.Rows = append(crews.Rows, append(row, ui.Cell{Text: v.spans(c.Nobody)}))
	}
	changes := ui.Listing{Caption: v.t("review.changes"), Empty: v.t("review.none")}
	for _, c := range []string{"moment", "team", "what", "players", "events"} {
		changes.Columns = append(changes.Columns, ui.Column{Label: v.t("review.col." + c)})
	}
	for _, x := range a.Changes {
		changes.Rows = append(changes.Rows, []ui.Cell{{Text: x.At.String()}, {Text: x.Team}, {Text: v.t("review.col." + x.What)}, {Text: strconv.Itoa(x.People)}, v.events(x.Events)})
	}
	body := append([]templ.Component{small(v.t("review.attendance.text"))}, v.turnout(a.Came)...)
	return with(ui.Section("attendance", v.t("review.attendance")), append(body, ui.Table(crews), ui.Table(changes))...)
}

// spans writes when nobody was there; "–" for never.
func (v *reading) spans(list []review.Span) string {
	if len(list) == 0 {
		return "–"
	}
	var out []string
	for _, s := range list {
		out = append(out, s.From.String()+" – "+s.To.String())
	}
	return strings.Join(out, ", ")
}

// printAttendance puts the same on paper.
func (v *reading) printAttendance(p *paper.Paper) {
	a := v.r.Attendance
	p.Small(v.t("review.attendance.text"))
	p.Text(v.t("exercise.turnout.came") + ": " + v.count(a.Came.People))
	for _, d := range a.Came.Days {
		p.Text(v.t("exercise.people.day", "n", d.Day) + ": " + v.count(d.Count))
	}
	for _, g := range v.turnoutGroups(a.Came) {
		p.Strong(g.title)
		for _, c := range g.cells {
			said := v.t("training.not_told")
			if c.Group != "" {
				said = g.label(c.Group)
			}
			p.Text(said + ": " + v.count(c.Count))
		}
	}
	p.Strong(v.t("review.crews"))
	for i := range a.Crews {
		c := &a.Crews[i]
		line := c.Team + ": " + v.t("review.col.began") + " " + strconv.Itoa(c.Began) + ", " + v.t("review.col.ended") + " " + strconv.Itoa(c.Ended)
		if len(c.Nobody) > 0 {
			line += "; " + v.t("review.col.nobody") + " " + v.spans(c.Nobody)
		}
		p.Text(line)
	}
	for _, x := range a.Changes {
		p.Text(x.At.String() + " " + x.Team + ": " + v.t("review.col."+x.What) + " " + strconv.Itoa(x.People))
		p.Small(v.t("review.col.events") + ": " + v.behind(x.Events))
	}
}

// absence says of which teams nobody was there while something was due.
func (v *reading) absence(k *review.Criterion) string {
	return v.t("review.mark.nobody", "teams", strings.Join(k.Nobody, ", "))
}
