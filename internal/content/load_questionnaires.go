package content

import (
	"fmt"
	"io/fs"
	"path"

	"go.yaml.in/yaml/v3"
)

func (l *loader) questionnaires() {
	files, _ := fs.Glob(l.fsys, "questionnaires/*.yaml")
	for _, file := range files {
		q := new(Questionnaire)
		root := l.read(file, q)
		if root == nil {
			continue
		}
		l.questionnaire(file, root, q)
		l.c.Questionnaires = append(l.c.Questionnaires, q)
		l.c.quest[q.ID] = q
	}
	for _, audience := range []string{"adult", "child"} {
		if l.c.QuestionnaireFor(audience) == nil {
			l.add("questionnaires", 0, fmt.Sprintf("there is no questionnaire for audience %q", audience), "add one")
		}
	}
}

func (l *loader) questionnaire(file string, root *yaml.Node, q *Questionnaire) {
	if want := fmt.Sprintf("%s-%d", q.Audience, q.Version); q.ID != want || path.Base(file) != want+".yaml" {
		l.add(file, root.Line, fmt.Sprintf("id %q does not fit audience, version and file name", q.ID), "name all three "+want)
	}
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
	if q.Audience == "child" && in.Element == "means" {
		l.add(file, line, fmt.Sprintf("indicator %q asks a child for means", in.ID),
			"children need no means (CTIPA s.3): remove it or change its element")
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
	if d, ok := l.c.Scoring.Dimension(in.Dimension); !ok || d.Track != want {
		l.add(file, line, fmt.Sprintf("indicator %q: %q is no dimension of %s", in.ID, in.Dimension, want),
			"use an id of dimensions in scoring.yaml with that track")
	}
	if d, ok := l.c.Scoring.Dimension(in.Also); d.Track != also || ok != (also != "") {
		l.add(file, line, fmt.Sprintf("indicator %q: also %q does not fit track %s", in.ID, in.Also, in.Track),
			"a sign of both tracks names a smuggling dimension under also, any other sign names none")
	}
}
