package scenario

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
)

// languages checks that every text has every language of the scenario.
func (l *lint) languages() { l.texts("", reflect.ValueOf(l.s).Elem()) }

var textType = reflect.TypeFor[Text]()

func (l *lint) texts(path string, v reflect.Value) {
	switch {
	case v.Type() == textType:
		if v.Len() == 0 {
			return
		}
		for _, lang := range l.s.Languages {
			if strings.TrimSpace(v.Interface().(Text)[lang]) == "" {
				l.add(path, fmt.Sprintf("%s has no text in %s", path, lang), "add the translation")
			}
		}
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if f.IsExported() && f.Tag.Get("yaml") != "" {
				name, _, _ := strings.Cut(f.Tag.Get("yaml"), ",")
				l.texts(join(path, name), v.Field(i))
			}
		}
	case v.Kind() == reflect.Slice:
		for i := range v.Len() {
			l.texts(join(path, fmt.Sprint(i)), v.Index(i))
		}
	}
}

// people checks that everybody is met and that the ground truth is one truth.
func (l *lint) people() {
	met := map[string]bool{}
	for _, x := range l.s.Injects {
		met[x.From] = true
		for _, d := range x.Sets {
			if d.Do == "met" || d.Do == "found" {
				met[d.About] = true
			}
		}
	}
	role, wronged, wrongs := map[string]string{}, map[string]string{}, map[string]bool{}
	for i, c := range l.s.Characters {
		role[c.ID] = c.Role
		if !met[c.ID] {
			l.add(fmt.Sprintf("characters/%d/id", i), fmt.Sprintf("nobody meets %s", c.ID), "let an inject come from the character, or set found or met for it")
		}
	}
	for i, w := range l.s.Truth {
		path := fmt.Sprintf("truth/%d", i)
		l.refer(path+"/victim", 0, w.Victim, aboutPerson)
		for _, b := range w.By {
			l.refer(path+"/by", 0, b, aboutPerson)
			wrongs[b] = true
			if b == w.Victim {
				l.add(path, fmt.Sprintf("contradiction: %s is wronged by the same person", b), "name another offender")
			} else if role[b] != "" && role[b] != "offender" {
				l.add(path+"/by", fmt.Sprintf("contradiction: %s wrongs %s here but is a %s in the cast", b, w.Victim, role[b]), "change the role, or the truth")
			}
		}
		for _, e := range w.Exhibits {
			l.refer(path+"/exhibits", 0, e, aboutExhibit)
		}
		for _, p := range w.Places {
			l.refer(path+"/places", 0, p, aboutPlace)
		}
		want := map[string]string{"trafficking": "victim", "smuggling": "smuggled"}[w.Kind]
		if r := role[w.Victim]; r != "" && r != want && !(w.Kind == "smuggling" && r == "victim") {
			l.add(path+"/victim", fmt.Sprintf("contradiction: %s suffers %s here but is a %s in the cast", w.Victim, w.Kind, r), "change the role, or the truth")
		}
		if wronged[w.Victim] != "trafficking" {
			wronged[w.Victim] = w.Kind
		}
	}
	for i, c := range l.s.Characters {
		path, remedy := fmt.Sprintf("characters/%d/role", i), "say in truth who did what, or change the role"
		switch {
		case c.Role == "victim" && wronged[c.ID] != "trafficking":
			l.add(path, fmt.Sprintf("contradiction: %s is a victim of nothing in the ground truth", c.ID), remedy)
		case c.Role == "smuggled" && wronged[c.ID] != "smuggling":
			l.add(path, fmt.Sprintf("contradiction: %s is smuggled by nobody in the ground truth", c.ID), remedy)
		case c.Role == "offender" && !wrongs[c.ID]:
			l.add(path, fmt.Sprintf("contradiction: %s is an offender and wrongs nobody in the ground truth", c.ID), remedy)
		}
		if fits := map[bool]map[string]string{true: {"f": "girls", "m": "boys"}, false: {"f": "women", "m": "men"}}[c.Age < 18][c.Sex]; c.Bed != "" && c.Bed != fits {
			l.add(fmt.Sprintf("characters/%d/bed", i), fmt.Sprintf("contradiction: %s is %d years old (%s) and has a bed for %s", c.ID, c.Age, c.Sex, c.Bed), "give a bed for "+fits+", or correct age or sex")
		}
	}
}

// played checks that somebody plays every team that has anything to do, and has
// time to do it.
func (l *lint) played() {
	empty := map[string]bool{}
	for _, t := range l.s.Teams {
		empty[t.ID] = t.Players == 0 && !t.Control
	}
	asked := map[string]bool{}
	for i, x := range l.s.Injects {
		for _, t := range x.To {
			asked[t] = true
		}
		for j, e := range x.Expect {
			asked[e.Team] = true
			if e.Within == 0 {
				l.add(fmt.Sprintf("injects/%d/expect/%d/within", i, j), fmt.Sprintf("inject %s leaves %s no time", x.ID, e.Team), "write how long it has, like \"30m\"")
			}
		}
	}
	for i, t := range l.s.Teams {
		if empty[t.ID] && asked[t.ID] {
			l.add(fmt.Sprintf("teams/%d/players", i), fmt.Sprintf("nobody plays the team %s", t.ID), "give it players, or let control play it: control: true")
		}
	}
}

func (l *lint) objectives() {
	for i, o := range l.s.Objectives {
		if !slices.ContainsFunc(l.s.Criteria, func(c Criterion) bool { return c.Objective == o.ID }) {
			l.add(fmt.Sprintf("objectives/%d", i), fmt.Sprintf("objective %s has no measure", o.ID), "add a criterion for it, or remove it")
		}
	}
}

// cycles finds injects that wait for each other or set each other off.
func (l *lint) cycles() {
	follows := make([][]int, len(l.s.Injects)) // by inject: those it may set off
	for i, x := range l.s.Injects {
		reads := []Read{{"fired", x.ID}}
		for _, d := range x.Sets {
			reads = append(reads, Read{d.Do, d.About})
		}
		for _, r := range reads {
			follows[i] = append(follows[i], l.script.readers[r]...)
		}
	}
	const onPath, done = 1, 2
	state := make([]int, len(follows))
	var path []int
	var visit func(i int)
	visit = func(i int) {
		state[i] = onPath
		path = append(path, i)
		for _, next := range follows[i] {
			switch state[next] {
			case onPath:
				var names []string
				for _, p := range path[slices.Index(path, next):] {
					names = append(names, l.s.Injects[p].ID)
				}
				names = append(names, l.s.Injects[next].ID)
				l.add(fmt.Sprintf("injects/%d/when", next), "the injects trigger each other in a circle: "+strings.Join(names, " → "), "give one of them a time instead of a condition")
			case 0:
				visit(next)
			}
		}
		path = path[:len(path)-1]
		state[i] = done
	}
	for i := range follows {
		if state[i] == 0 {
			visit(i)
		}
	}
}
