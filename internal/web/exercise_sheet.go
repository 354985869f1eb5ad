package web

import (
	"slices"

	"rufaa/internal/paper"
)

// attendancePaper prints the sheet that lies at the door: everybody who takes
// part, by agency, a box for each day, and a line to sign on. What is recorded
// already is crossed. Whoever left play is not on it.
func attendancePaper(rq *request) error {
	r, err := rq.of.Roll(rq.Context(), rq.reader())
	if err != nil {
		return err
	}
	now, title := rq.of.Now(), rq.t("exercise.people.sheet")
	p := paper.Begin(paper.A4, title, rq.lang.Code(), rq.banner(), rq.t("training.printed", "when", rq.lang.DateTime(now)), now)
	p.Heading(1, title)
	p.Text(r.Title)
	p.Small(rq.t("exercise.people.paper_text"))
	columns := []paper.Column{{Head: rq.t("exercise.col.who"), Share: 4}}
	for _, d := range r.Days {
		columns = append(columns, paper.Column{Head: rq.t("exercise.people.day", "n", d), Share: 1})
	}
	columns = append(columns, paper.Column{Head: rq.t("exercise.people.signature"), Share: 3})
	for _, home := range homes(r) {
		var rows [][]string
		for _, m := range r.Persons {
			if m.Home != home || m.Gone {
				continue
			}
			row := []string{m.Name + "\n" + rq.partOf(m)}
			for _, d := range r.Days {
				mark := ""
				if slices.Contains(m.Days, d) {
					mark = "X"
				}
				row = append(row, mark)
			}
			rows = append(rows, append(row, ""))
		}
		if len(rows) == 0 {
			continue
		}
		name := rq.t("exercise.people.elsewhere")
		if home != "" {
			name = rq.of.AgencyName(home)
		}
		p.Space(1)
		p.Together(6)
		p.Heading(2, name)
		p.Table(columns, rows)
	}
	raw, err := p.Bytes()
	if err != nil {
		return err
	}
	rq.file("application/pdf", rq.marked("attendance-sheet.pdf"), raw)
	return nil
}
