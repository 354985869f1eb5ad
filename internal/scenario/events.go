package scenario

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
	"go.yaml.in/yaml/v3"
)

// eventColumns are the columns of the usual master events list. What does not
// fit a cell of its own (conditions, facts) has a column that people may hide.
var eventColumns = []string{"Number", "Time", "Until", "Condition", "From", "To", "Channel",
	"Event (en)", "Event (sw)", "Content (en)", "Content (sw)", "Contingency (en)", "Contingency (sw)",
	"Expected", "Expected action (en)", "Expected action (sw)", "Facts set", "Temptations"}

const (
	eventSheet  = "MSEL"
	eventRows   = 2000
	eventsBytes = 20 << 20
)

// WriteEvents writes the injects as a master events list.
func WriteEvents(w io.Writer, injects []Inject) error {
	book := excelize.NewFile()
	defer book.Close()
	if err := book.SetSheetName("Sheet1", eventSheet); err != nil {
		return fmt.Errorf("the list's sheet: %w", err)
	}
	row := func(n int, cells []string) error {
		// Text cells only: a list opened elsewhere runs no formula of ours.
		return book.SetSheetRow(eventSheet, fmt.Sprintf("A%d", n), &cells)
	}
	if err := row(1, eventColumns); err != nil {
		return err
	}
	for i, x := range injects {
		moment := func(m Moment) string {
			if m.Set {
				return m.Minute.String()
			}
			return ""
		}
		var expect, en, sw, sets, tempt []string
		for _, e := range x.Expect {
			expect = append(expect, strings.TrimSpace(strings.Join([]string{e.Team, e.Do, e.About, e.Within.String(), strings.Join(e.Criteria, ",")}, " ")))
			en, sw = append(en, oneLine(e.Action["en"])), append(sw, oneLine(e.Action["sw"])) // a line for each
		}
		for _, d := range x.Sets {
			sets = append(sets, d.Do+" "+d.About)
		}
		for _, d := range x.Tempt {
			tempt = append(tempt, d.Team+" "+d.Do+" "+d.About)
		}
		lines := func(s []string) string { return strings.Join(s, "\n") }
		if err := row(i+2, []string{x.ID, moment(x.At), moment(x.Until), x.When, x.From, strings.Join(x.To, ", "), x.Channel,
			x.Title["en"], x.Title["sw"], x.Content["en"], x.Content["sw"], x.Fallback["en"], x.Fallback["sw"],
			lines(expect), lines(en), lines(sw), lines(sets), lines(tempt)}); err != nil {
			return err
		}
	}
	if err := book.Write(w); err != nil {
		return fmt.Errorf("writing the list: %w", err)
	}
	return nil
}

// ReadEvents reads a master events list; columns may stand in any order, and
// others are passed over. The error is Problems, with the row as line.
func ReadEvents(file string, r io.Reader) ([]Inject, error) {
	one := func(row, col int, text, remedy string) error { return Problems{{file, row, col, text, remedy}} }
	book, err := excelize.OpenReader(io.LimitReader(r, eventsBytes), excelize.Options{UnzipSizeLimit: 5 * eventsBytes, UnzipXMLSizeLimit: eventsBytes})
	if err != nil {
		return nil, one(1, 1, "this is not an XLSX file that can be read", "save the list as XLSX, without a password")
	}
	defer book.Close()
	rows, column, missing, err := eventRowsOf(book)
	switch {
	case err != nil || len(rows) < 2 || len(rows) > eventRows:
		return nil, one(1, 1, "no sheet has events, or one has more than 2000", "put the column names in row 1 and one event in each row below")
	case len(missing) > 0:
		return nil, one(1, 1, "there is no column "+strings.Join(missing, ", "), "name the column in row 1")
	}
	var out []Inject
	var problems Problems
	for n, cells := range rows[1:] {
		e := &eventRow{file: file, row: n + 2, cells: cells, column: column}
		switch {
		case e.get("Number") != "":
			out = append(out, e.inject())
		case e.any():
			e.bad("Number", "this event has no number", "give it one, or empty the row")
		}
		problems = append(problems, e.problems...)
	}
	if len(problems) > 0 {
		return nil, problems.sorted()
	}
	return out, nil
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// eventNames are columns as other lists name them, in small letters.
var eventNames = map[string]string{
	"no": "Number", "no.": "Number", "#": "Number", "id": "Number", "event": "Event (en)", "event #": "Number", "event number": "Number", "event no.": "Number", "inject number": "Number", "inject #": "Number",
	"event time": "Time", "scenario time": "Time", "sender": "From", "responsible controller": "From", "controller": "From",
	"recipient": "To", "recipients": "To", "teams": "To", "player": "To", "intended player": "To", "intended player(s)": "To",
	"method": "Channel", "inject method": "Channel", "mode": "Channel", "title": "Event (en)", "event synopsis": "Event (en)", "synopsis": "Event (en)", "subject": "Event (en)",
	"content": "Content (en)", "description": "Content (en)", "event description": "Content (en)", "inject": "Content (en)", "message": "Content (en)",
	"expected action": "Expected action (en)", "expected player action": "Expected action (en)", "contingency": "Contingency (en)",
}

// eventRowsOf finds the sheet with the list: the first that has every column that
// is needed, for others have a title page before it. Missing are the columns that
// the nearest sheet lacks.
func eventRowsOf(book *excelize.File) (rows [][]string, column map[string]int, missing []string, err error) {
	for _, sheet := range book.GetSheetList() {
		these, err := book.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			return nil, nil, nil, err
		}
		if len(these) == 0 {
			continue
		}
		at, lacks := map[string]int{}, []string{}
		for i, name := range these[0] {
			name = strings.ToLower(strings.TrimSpace(name))
			if ours := eventNames[name]; ours != "" {
				name = strings.ToLower(ours)
			}
			if _, had := at[name]; !had {
				at[name] = i
			}
		}
		for _, need := range []string{"Number", "From", "To", "Event (en)"} {
			if _, ok := at[strings.ToLower(need)]; !ok {
				lacks = append(lacks, need)
			}
		}
		if rows == nil || len(lacks) < len(missing) {
			rows, column, missing = these, at, lacks
		}
		if len(lacks) == 0 {
			break
		}
	}
	return rows, column, missing, nil
}

type eventRow struct {
	file     string
	row      int
	cells    []string
	column   map[string]int
	problems Problems
}

func (e *eventRow) get(name string) string { return strings.TrimSpace(e.raw(name)) }

func (e *eventRow) raw(name string) string {
	if i, ok := e.column[strings.ToLower(name)]; ok && i < len(e.cells) {
		return strings.ReplaceAll(e.cells[i], "\r", "")
	}
	return ""
}

// any tells whether the row says anything in a column of ours.
func (e *eventRow) any() bool {
	return slices.ContainsFunc(eventColumns, func(name string) bool { return e.get(name) != "" })
}

func (e *eventRow) bad(name, text, remedy string) {
	e.problems = append(e.problems, Problem{e.file, e.row, e.column[strings.ToLower(name)] + 1, text, remedy})
}

func (e *eventRow) moment(name string) (m Moment) {
	if s := e.get(name); s != "" {
		at, err := ParseMoment(s)
		if err != nil {
			e.bad(name, err.Error(), "write day and time of the scenario")
		}
		m = Moment{Set: true, Minute: at}
	}
	return m
}

func (e *eventRow) text(name string) Text {
	t := Text{}
	for _, lang := range []string{"en", "sw"} {
		if s := e.raw(name + " (" + lang + ")"); s != "" {
			t[lang] = s
		}
	}
	if len(t) == 0 {
		return nil
	}
	return t
}

// lines gives the words of each line of a cell; each needs at least so many.
func (e *eventRow) lines(name string, atLeast int, form string) [][]string {
	var out [][]string
	for line := range strings.Lines(e.get(name)) {
		words := strings.Fields(line)
		if len(words) == 0 {
			continue
		}
		if len(words) < atLeast {
			e.bad(name, fmt.Sprintf("%q is not of the form %q", strings.TrimSpace(line), form), "write one to a line")
			continue
		}
		out = append(out, words)
	}
	return out
}

func (e *eventRow) inject() Inject {
	x := Inject{ID: e.get("Number"), At: e.moment("Time"), Until: e.moment("Until"), When: e.get("Condition"),
		From: e.get("From"), Channel: e.get("Channel"), Title: e.text("Event"), Content: e.text("Content"), Fallback: e.text("Contingency")}
	for _, to := range strings.FieldsFunc(e.get("To"), func(r rune) bool { return strings.ContainsRune(",;\n", r) }) {
		if to = strings.TrimSpace(to); to != "" {
			x.To = append(x.To, to)
		}
	}
	action := map[string][]string{}
	for _, lang := range []string{"en", "sw"} { // not trimmed: an empty line stands for an expectation without words
		action[lang] = strings.Split(e.raw("Expected action ("+lang+")"), "\n")
	}
	for i, w := range e.lines("Expected", 4, "TEAM word subject 30m K1,K2") {
		length, err := time.ParseDuration(w[3])
		if err != nil || length < 0 {
			e.bad("Expected", fmt.Sprintf("%q is not a length of time", w[3]), "write it like 30m or 4h")
		}
		x.Expect = append(x.Expect, Expectation{Team: w[0], Deed: Deed{w[1], w[2]}, Within: Span(length / time.Minute)})
		last := &x.Expect[len(x.Expect)-1]
		if len(w) > 4 {
			last.Criteria = strings.Split(w[4], ",")
		}
		for lang, lines := range action {
			if i < len(lines) && lines[i] != "" {
				if last.Action == nil {
					last.Action = Text{}
				}
				last.Action[lang] = lines[i]
			}
		}
	}
	for _, w := range e.lines("Facts set", 2, "word subject") {
		x.Sets = append(x.Sets, Deed{w[0], w[1]})
	}
	for _, w := range e.lines("Temptations", 3, "TEAM word subject") {
		x.Tempt = append(x.Tempt, Temptation{Team: w[0], Deed: Deed{w[1], w[2]}})
	}
	return x
}

// WriteInjects prints injects as the part of a scenario file they are.
func WriteInjects(w io.Writer, injects []Inject) error {
	e := yaml.NewEncoder(w)
	e.SetIndent(2)
	if err := e.Encode(map[string][]Inject{"injects": slices.Clone(injects)}); err != nil {
		return fmt.Errorf("printing the injects: %w", err)
	}
	return e.Close()
}
