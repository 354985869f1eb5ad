package content

import (
	"fmt"
	"io/fs"
	"path"

	"go.yaml.in/yaml/v3"
)

func (l *loader) questionnaires() {
	files, _ := fs.Glob(l.fsys, "questionnaires/*.yaml")
	at := map[string]place{}
	for _, file := range files {
		q := new(Questionnaire)
		root := l.read(file, q)
		if root == nil {
			continue
		}
		l.questionnaire(file, root, q)
		q.split()
		at[q.ID] = place{file, root.Line}
		if leads := child(root, "leads_here"); leads != nil {
			at[q.ID] = place{file, leads.Line}
		}
		l.e.questionnaires = append(l.e.questionnaires, q)
		l.e.quest[q.ID] = q
	}
	l.modules(at)
	for _, audience := range []string{"adult", "child"} {
		if l.e.newest(audience) == nil {
			l.add("questionnaires", 0, fmt.Sprintf("there is no questionnaire for audience %q", audience), "add one")
		}
	}
}

func (l *loader) questionnaire(file string, root *yaml.Node, q *Questionnaire) {
	if want := fmt.Sprintf("%s-%d", q.Family(), q.Version); q.ID != want || path.Base(file) != want+".yaml" {
		l.add(file, root.Line, fmt.Sprintf("id %q does not fit audience or kind, version and file name", q.ID), "name all three "+want)
	}
	l.audience(file, root.Line, q)
	l.words(file, root.Line, "title", q.Title)
	l.words(file, root.Line, "intro", q.Intro)
	if len(q.Sources) == 0 {
		l.add(file, root.Line, "the questionnaire names no source", "say after which lists its signs are grouped")
	}
	q.by = map[string]*Indicator{}
	seen := map[string]bool{}
	for g := range q.Groups {
		group := &q.Groups[g]
		line := lineOf(root, "groups", g)
		l.id(file, line, group.ID, seen[group.ID])
		seen[group.ID] = true
		l.words(file, line, "group "+group.ID, group.Title)
		if len(group.Indicators) == 0 {
			l.add(file, line, fmt.Sprintf("group %q holds no indicator", group.ID), "add one or remove the group")
		}
		var inner *yaml.Node
		if groups := child(root, "groups"); groups != nil && g < len(groups.Content) {
			inner = groups.Content[g]
		}
		for i := range group.Indicators {
			l.indicator(file, lineOf(inner, "indicators", i), q, &group.Indicators[i])
		}
	}
}

// audience checks that a form is either a general one, for adults or for
// children, or a module about a kind of exploitation, for both.
func (l *loader) audience(file string, line int, q *Questionnaire) {
	switch {
	case q.Kind == "" && q.Audience != "adult" && q.Audience != "child":
		l.add(file, line, fmt.Sprintf("a general form for %q", q.Audience), "write audience adult or child, or name the kind of exploitation that a module is about")
	case q.Kind != "" && q.Audience != "any":
		l.add(file, line, fmt.Sprintf("the module %q is for %q", q.ID, q.Audience), "write audience any; a sign for one of them says so with only")
	case q.Kind != "" && !l.broken["vocabularies.yaml"]:
		if _, ok := l.e.terms["exploitation"][q.Kind]; !ok {
			l.add(file, line, fmt.Sprintf("the kind %q is not in the vocabulary exploitation", q.Kind), "use an id of that vocabulary")
		}
		if len(q.LeadsHere) == 0 {
			l.add(file, line, fmt.Sprintf("the module %q is never offered", q.ID), "name under leads_here the signs of the general forms that lead to it")
		}
	}
}

var (
	strengths = map[string]bool{"strong": true, "medium": true, "weak": true}
	elements  = map[string]bool{"act": true, "means": true, "purpose": true, "none": true}
	tracks    = map[string]bool{"trafficking": true, "smuggling": true, "both": true}
)

func (l *loader) indicator(file string, line int, q *Questionnaire, in *Indicator) {
	_, taken := q.by[in.ID]
	l.id(file, line, in.ID, taken)
	l.words(file, line, "indicator "+in.ID, in.Text)
	if in.Ask != nil {
		l.words(file, line, "question of "+in.ID, in.Ask)
	}
	if !strengths[in.Strength] || !elements[in.Element] || !tracks[in.Track] {
		l.add(file, line, fmt.Sprintf("indicator %q: strength, element or track is not a known word", in.ID),
			"strength is strong, medium or weak; element act, means, purpose or none; track trafficking, smuggling or both")
	}
	if in.Element == "means" && q.Audience != "adult" && in.Only != "adult" {
		l.add(file, line, fmt.Sprintf("indicator %q asks a child for means", in.ID),
			"children need no means (CTIPA s.3): remove it, change its element or, in a module, write only: adult")
	}
	if in.Only != "" && (q.Audience != "any" || in.Only != "adult" && in.Only != "child") {
		l.add(file, line, fmt.Sprintf("indicator %q is only for %q", in.ID, in.Only), "in a module write adult or child; elsewhere leave only out")
	}
	l.counted(file, line, in)
	q.by[in.ID] = in
}

// counted checks that a sign is counted where its track says: one of
// trafficking and one of smuggling for a sign of both.
func (l *loader) counted(file string, line int, in *Indicator) {
	if l.broken["scoring.yaml"] || !tracks[in.Track] {
		return
	}
	want, also := in.Track, ""
	if in.Track == "both" {
		want, also = "trafficking", "smuggling"
	}
	if d, ok := l.e.scoring.Dimension(in.Dimension); !ok || d.Track != want {
		l.add(file, line, fmt.Sprintf("indicator %q: %q is no dimension of %s", in.ID, in.Dimension, want),
			"use an id of dimensions in scoring.yaml with that track")
	}
	if d, ok := l.e.scoring.Dimension(in.Also); d.Track != also || ok != (also != "") {
		l.add(file, line, fmt.Sprintf("indicator %q: also %q does not fit track %s", in.ID, in.Also, in.Track),
			"a sign of both tracks names a smuggling dimension under also, any other sign names none")
	}
}
