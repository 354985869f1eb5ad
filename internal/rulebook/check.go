package rulebook

import (
	"errors"
	"fmt"
	"maps"
	"slices"

	"rufaa/internal/content"
	"rufaa/internal/policy"
)

// candidate is everything as it would be with one more version in force.
type candidate struct {
	text     string
	content  *content.Content // nil when something is wrong
	door     *policy.Door
	problems content.Problems
}

// candidate reads a text in the place of the document's and holds the whole
// against every check.
func (b *Rulebook) candidate(d Document, text string) candidate {
	c := candidate{text: text}
	file := d.file(text)
	over := b.lyingNow()
	if over == nil {
		over = map[string]string{}
	}
	maps.Copy(over, map[string]string{file: text})
	files := overlay{b.o.Files, over}
	var err error
	if c.content, err = content.Load(files); err != nil {
		var list content.Problems
		if !errors.As(err, &list) {
			list = content.Problems{{File: file, What: err.Error(), Remedy: "correct it"}}
		}
		c.problems = append(c.problems, list...)
	}
	if c.door, err = policy.Load(files, "policy"); err != nil {
		c.problems = append(c.problems, fromPolicy(file, err)...)
	}
	if len(c.problems) > 0 {
		return c
	}
	c.problems = append(c.problems, keepsReadable(b.realm.Content, c.content)...)
	if d.Kind == Policy {
		c.problems = append(c.problems, crossed(file, c.door)...)
	}
	if err := b.o.Fits(c.content); err != nil {
		c.problems = append(c.problems, content.Problem{File: file, What: err.Error(), Remedy: "change the version so that it fits"})
	}
	return c
}

func fromPolicy(file string, err error) content.Problems {
	var list policy.Problems
	if !errors.As(err, &list) {
		return content.Problems{{File: file, What: err.Error(), Remedy: "correct the Cedar syntax"}}
	}
	out := make(content.Problems, len(list))
	for i, p := range list {
		out[i] = content.Problem(p)
	}
	return out
}

// crossed tells what no version of the policies may permit.
func crossed(file string, door *policy.Door) content.Problems {
	var out content.Problems
	for _, line := range policy.Crossed(door) {
		out = append(out, content.Problem{File: file, What: "a line is crossed that holds whatever the files say: " + line,
			Remedy: "narrow the policy, or mend what it names"})
	}
	if !policy.Kept(door) {
		out = append(out, content.Problem{File: file, What: "nobody could keep the rulebook any more, or somebody could approve the own draft",
			Remedy: "leave view, draft and approval to the Secretariat's administrators, each for what another drafted"})
	}
	return out
}

// placed are the lists whose terms keep their place: the directory of providers
// counts by it, and a risk is graver than those above it.
var placed = []string{"languages", "counties", "risk-levels"}

// keepsReadable finds what was in force and would vanish. Records name terms,
// services and clocks by id: they retire and stay.
func keepsReadable(now, then *content.Content) content.Problems {
	var out content.Problems
	say := func(file, what, remedy string) {
		out = append(out, content.Problem{File: file, What: what, Remedy: remedy})
	}
	const lists, services, clocks = "vocabularies.yaml", "services.yaml", "clocks.yaml"
	was := now.Lists()
	for _, name := range slices.Sorted(maps.Keys(was)) {
		for i, t := range was[name] {
			if term, ok := then.Term(name, t.ID); ok && t.Detention && !term.Detention {
				say(lists, fmt.Sprintf("%q of %s no longer counts as a lock", t.ID, name), "put detention: true back; the warning on the case and in the Secretariat's list stands on it")
			} else if !ok {
				say(lists, fmt.Sprintf("%s has no term %q any more, but records may name it", name, t.ID), "put it back with retired: true; then nobody chooses it and old records stay readable")
			} else if all := then.All(name); slices.Contains(placed, name) && (i >= len(all) || all[i].ID != t.ID) {
				say(lists, fmt.Sprintf("%q of %s no longer stands at its place", t.ID, name), "keep the order of this list and add new terms at its end")
				break
			}
		}
	}
	for i, s := range now.AllServices() {
		if _, ok := then.Service(s.ID); !ok {
			say(services, fmt.Sprintf("there is no service %q any more, but needs and referrals may name it", s.ID), "put it back with retired: true")
		} else if all := then.AllServices(); i >= len(all) || all[i].ID != s.ID {
			say(services, fmt.Sprintf("the service %q no longer stands at its place", s.ID), "keep the order and add new services at the end")
			break
		}
	}
	kept := map[string]bool{}
	for _, c := range then.Clocks() {
		kept[c.ID] = true
	}
	for _, c := range now.Clocks() {
		if !kept[c.ID] {
			say(clocks, fmt.Sprintf("the clock %q is gone, but it may be running", c.ID), "put it back; its period may be changed")
		}
	}
	for _, f := range now.EveryExtraField() {
		x, ok := then.ExtraField(f.Agency, f.ID)
		if !ok || x.Kind != f.Kind || x.Compartment != f.Compartment {
			say("extra-fields.yaml", fmt.Sprintf("the field %q of %s is gone, or has another kind or compartment, but cases may hold it", f.ID, f.Agency), "put it back with retired: true and make a new field")
			continue
		}
		for _, o := range f.Options {
			if _, kept := x.Option(o.ID); !kept {
				say("extra-fields.yaml", fmt.Sprintf("the option %q of the field %q is gone, but cases may hold it", o.ID, f.ID), "put it back with retired: true")
			}
		}
	}
	for _, q := range now.Questionnaires() {
		if _, ok := then.Questionnaire(q.ID); !ok {
			say("questionnaires", fmt.Sprintf("the form %q is gone, but screenings were made with it", q.ID), "leave it as it is and make a new version")
		}
	}
	return out
}
