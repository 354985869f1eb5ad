package scenario

import (
	"fmt"
	"slices"

	"cel.dev/cel-go/cel"
)

type lint struct {
	file     string
	s        *Scenario
	script   *Script
	ids      map[string]Kind // everything that has a name
	problems Problems
	broken   bool // a condition cannot be used at all
}

func (l *lint) add(path, text, remedy string) { l.addAt(path, 0, text, remedy) }

func (l *lint) addAt(path string, column int, text, remedy string) {
	at := l.s.at.of(path)
	l.problems = append(l.problems, Problem{l.file, at.line, at.col + column, text, remedy})
}

const (
	aboutTeam      Kind = "team"
	aboutInject    Kind = "inject"
	aboutCriterion Kind = "criterion"
	aboutObjective Kind = "objective"
)

// names collects every id and checks every reference that is not a condition.
func (l *lint) names() {
	l.ids = map[string]Kind{Whole: aboutAny, "control": aboutTeam}
	define := func(path, id string, k Kind) {
		if had, twice := l.ids[id]; twice {
			l.add(path, fmt.Sprintf("the name %s is taken by a %s already", id, had), "give each thing a name of its own")
		}
		l.ids[id] = k
	}
	for i, x := range l.s.Objectives {
		define(fmt.Sprintf("objectives/%d/id", i), x.ID, aboutObjective)
	}
	for i, x := range l.s.Places {
		define(fmt.Sprintf("places/%d/id", i), x.ID, aboutPlace)
	}
	for i, x := range l.s.Teams {
		define(fmt.Sprintf("teams/%d/id", i), x.ID, aboutTeam)
	}
	for i, x := range l.s.Characters {
		define(fmt.Sprintf("characters/%d/id", i), x.ID, aboutPerson)
		for j, r := range x.Reveals {
			define(fmt.Sprintf("characters/%d/reveals/%d/id", i, j), r.ID, aboutReveal)
		}
	}
	for i, x := range l.s.Exhibits {
		define(fmt.Sprintf("exhibits/%d/id", i), x.ID, aboutExhibit)
	}
	for i, x := range l.s.Injects {
		define(fmt.Sprintf("injects/%d/id", i), x.ID, aboutInject)
		l.script.index[x.ID] = i
	}
	for i, x := range l.s.Criteria {
		define(fmt.Sprintf("criteria/%d/id", i), x.ID, aboutCriterion)
	}
	l.references()
}

// refer checks that a name exists and is of a kind; aboutAny takes all kinds
// facts can be about.
func (l *lint) refer(path string, column int, id string, want Kind) {
	got, ok := l.ids[id]
	switch {
	case !ok:
		l.addAt(path, column, fmt.Sprintf("there is no %s %s", want.word(), id), "correct the name, or add it to the scenario")
	case want == aboutAny && slices.Contains([]Kind{aboutPerson, aboutExhibit, aboutPlace, aboutTeam, aboutAny}, got):
	case got != want:
		l.addAt(path, column, fmt.Sprintf("%s is a %s, not a %s", id, got, want.word()), "name a "+want.word())
	}
}

func (k Kind) word() string {
	if k == aboutAny {
		return "character, exhibit, place or team"
	}
	return string(k)
}

func (l *lint) references() {
	for i, x := range l.s.Characters {
		l.refer(fmt.Sprintf("characters/%d/place", i), 0, x.Place, aboutPlace)
	}
	for i, x := range l.s.Exhibits {
		l.refer(fmt.Sprintf("exhibits/%d/place", i), 0, x.Place, aboutPlace)
	}
	for i, x := range l.s.Injects {
		for j, t := range x.To {
			l.refer(fmt.Sprintf("injects/%d/to/%d", i, j), 0, t, aboutTeam)
		}
		if k := l.ids[x.From]; k != aboutPerson && k != aboutTeam {
			l.add(fmt.Sprintf("injects/%d/from", i), fmt.Sprintf("there is no character or team %s", x.From), "name a character, a team or \"control\"")
		}
		for j, e := range x.Expect {
			l.refer(fmt.Sprintf("injects/%d/expect/%d/team", i, j), 0, e.Team, aboutTeam)
			for m, k := range e.Criteria {
				l.refer(fmt.Sprintf("injects/%d/expect/%d/k/%d", i, j, m), 0, k, aboutCriterion)
			}
		}
		for j, e := range x.Tempt {
			l.refer(fmt.Sprintf("injects/%d/tempt/%d/team", i, j), 0, e.Team, aboutTeam)
		}
	}
	for i, x := range l.s.Criteria {
		l.refer(fmt.Sprintf("criteria/%d/objective", i), 0, x.Objective, aboutObjective)
	}
}

func (l *lint) times() {
	last := Minute(-1)
	for i, d := range l.s.Timetable {
		path := fmt.Sprintf("timetable/%d", i)
		if d.From.Minute <= last || d.To.Minute <= d.From.Minute || d.From.Day() != d.Day || d.To.Day() != d.Day {
			l.add(path, fmt.Sprintf("day %d does not run from a time of that day to a later one, after the day before", d.Day), "put the days in order, each with from before to")
		}
		last = d.To.Minute
	}
	begin, end := l.s.Begins(), l.s.Ends()
	for i, x := range l.s.Injects {
		for field, m := range map[string]Moment{"at": x.At, "until": x.Until} {
			if m.Set && (m.Minute < begin || m.Minute > end) {
				l.add(fmt.Sprintf("injects/%d/%s", i, field), fmt.Sprintf("inject %s: %s is outside the timetable, %s to %s", x.ID, m.Minute, begin, end), "move it, or add a day")
			}
		}
		if x.Until.Set && (x.When == "" || x.At.Set && x.Until.Minute <= x.At.Minute) {
			l.add(fmt.Sprintf("injects/%d/until", i), fmt.Sprintf("inject %s has an end of waiting but nothing to wait for", x.ID), "give it a condition, and an end after its time")
		}
	}
}

// conditions compiles every condition and checks the names in it.
func (l *lint) conditions(env *cel.Env) {
	make := func(path, source string) *Condition {
		if source == "" {
			return nil
		}
		c, faults := compile(env, source)
		for _, f := range faults {
			l.add(path, fmt.Sprintf("%s (at character %d of %q)", f.text, f.column+1, shortened(source)), f.remedy)
		}
		if c == nil {
			l.broken = true
			return nil
		}
		for _, r := range c.Reads {
			l.deed(path, r)
		}
		return c
	}
	for i, x := range l.s.Injects {
		c := make(fmt.Sprintf("injects/%d/when", i), x.When)
		l.script.when = append(l.script.when, c)
		if c != nil {
			for _, r := range c.Reads {
				if !slices.Contains(l.script.readers[r], i) {
					l.script.readers[r] = append(l.script.readers[r], i)
				}
			}
		}
	}
	for i, x := range l.s.Characters {
		for j, r := range x.Reveals {
			l.script.gates[r.ID] = make(fmt.Sprintf("characters/%d/reveals/%d/when", i, j), r.When)
		}
	}
	for i, x := range l.s.Criteria {
		path := fmt.Sprintf("criteria/%d/", i)
		l.script.grades = append(l.script.grades, grading{make(path+"chance", x.Chance), make(path+"breach", x.Breach),
			make(path+"p", x.Performed), make(path+"s", x.Some), make(path+"m", x.Major)})
	}
}

// shortened is the beginning of a condition, enough to recognise it.
func shortened(source string) string {
	const enough = 160
	if r := []rune(source); len(r) > enough {
		return string(r[:enough]) + "…"
	}
	return source
}

func (l *lint) deed(path string, r Read) {
	switch r.Do {
	case "fired":
		l.refer(path, 0, r.About, aboutInject)
	case "trust":
		l.refer(path, 0, r.About, aboutPerson)
	default:
		k, ok := Vocabulary[r.Do]
		if !ok {
			l.add(path, fmt.Sprintf("%q is not a word of the vocabulary", r.Do), "use a word of `rufaa exercise words`")
			return
		}
		l.refer(path, 0, r.About, k)
	}
}

// deeds checks the facts that injects set, expect and tempt to.
func (l *lint) deeds() {
	for i, x := range l.s.Injects {
		for j, d := range x.Sets {
			l.deed(fmt.Sprintf("injects/%d/sets/%d", i, j), Read{d.Do, d.About})
		}
		for j, e := range x.Expect {
			l.deed(fmt.Sprintf("injects/%d/expect/%d", i, j), Read{e.Do, e.About})
		}
		for j, e := range x.Tempt {
			l.deed(fmt.Sprintf("injects/%d/tempt/%d", i, j), Read{e.Do, e.About})
		}
	}
	for i, c := range l.s.Characters {
		for j, r := range c.Reveals {
			for k, d := range r.Recorded {
				l.deed(fmt.Sprintf("characters/%d/reveals/%d/recorded/%d", i, j, k), Read{d.Do, d.About})
			}
			for k, d := range r.Wrong {
				l.deed(fmt.Sprintf("characters/%d/reveals/%d/wrong/%d", i, j, k), Read{d.Do, d.About})
			}
		}
	}
	for word := range l.s.Trust {
		if Vocabulary[word] != aboutPerson {
			l.add("trust/"+word, fmt.Sprintf("%q is not a word about a character", word), "use a word of `rufaa exercise words` that is about a character")
		}
	}
}
