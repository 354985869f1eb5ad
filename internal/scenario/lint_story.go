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
	role, wronged := map[string]string{}, map[string]string{}
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
		if c.Role == "victim" && wronged[c.ID] != "trafficking" {
			l.add(fmt.Sprintf("characters/%d/role", i), fmt.Sprintf("contradiction: %s is a victim of nothing in the ground truth", c.ID), "say in truth who did what, or change the role")
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

// reach finds injects whose condition reads a fact that neither an inject sets
// nor a team is expected or tempted to bring about, nor time brings, so that it
// can never turn.
func (l *lint) reach() {
	can := map[Read]bool{}
	for _, x := range l.s.Injects {
		can[Read{"fired", x.ID}] = true
		for _, d := range x.Sets {
			can[Read{d.Do, d.About}] = true
		}
		for _, d := range x.Expect {
			can[Read{d.Do, d.About}] = true
		}
		for _, d := range x.Tempt {
			can[Read{d.Do, d.About}] = true
		}
	}
	for _, c := range l.s.Characters {
		can[Read{"trust", c.ID}] = true
		for _, r := range c.Reveals {
			can[Read{"told", r.ID}] = true
		}
	}
	for _, e := range l.s.Exhibits { // time brings it where anybody hands it over
		can[Read{"confirm_overdue", e.ID}] = true
	}
	// With every fact that can be, and with none: a condition false in both,
	// and over one fact at a time, waits for something that never comes.
	none, all := NewFacts(l.s), NewFacts(l.s)
	for r := range can {
		if r.Do == "fired" {
			all.Fire(r.About, 0)
		} else if r.Do != "trust" {
			all.Add(Fact{Do: r.Do, About: r.About})
		}
	}
	for i, c := range l.script.when {
		if c == nil || c.Holds(none) || c.Holds(all) {
			continue
		}
		for _, r := range c.Reads {
			if !can[r] {
				l.add(fmt.Sprintf("injects/%d/when", i), fmt.Sprintf("inject %s is unreachable: nothing brings about %s %s", l.s.Injects[i].ID, r.Do, r.About),
					"let an inject set it, or expect a team to do it")
				break
			}
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
