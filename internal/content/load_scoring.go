package content

import "fmt"

var levelRank = map[string]int{"strong": 3, "moderate": 2, "weak": 1}

func (l *loader) loadScoring() {
	const file = "scoring.yaml"
	root := l.read(file, &l.e.scoring)
	if root == nil {
		return
	}
	sc := &l.e.scoring
	if sc.Source == "" {
		l.add(file, root.Line, "the counting rule names no source", "say where it comes from and whether it was confirmed")
	}
	seen := map[string]bool{}
	for i, d := range sc.Dimensions {
		line := lineOf(root, "dimensions", i)
		l.id(file, line, d.ID, seen[d.ID])
		seen[d.ID] = true
		l.words(file, line, "dimension "+d.ID, d.Title)
		if d.Track != "trafficking" && d.Track != "smuggling" {
			l.add(file, line, fmt.Sprintf("dimension %q has the unknown track %q", d.ID, d.Track), "write trafficking or smuggling")
		}
	}
	if len(sc.Positive) == 0 {
		l.add(file, root.Line, "positive is empty", "say which combinations make a dimension positive")
	}
	for i, c := range sc.Positive {
		if c.Strong < 0 || c.Medium < 0 || c.Weak < 0 || c.Strong+c.Medium+c.Weak == 0 {
			l.add(file, lineOf(root, "positive", i), "a combination without a sign would make everything positive", "ask for at least one sign")
		}
	}
	for _, track := range []string{"trafficking", "smuggling"} {
		l.levels(file, root.Line, track)
	}
	for track := range sc.Levels {
		if track != "trafficking" && track != "smuggling" {
			l.add(file, root.Line, fmt.Sprintf("levels names the unknown track %q", track), "write trafficking or smuggling")
		}
	}
}

// levels checks that the strongest stand first: with that order one more yes
// can never make an indication weaker.
func (l *loader) levels(file string, line int, track string) {
	levels := l.e.scoring.Levels[track]
	if len(levels) == 0 {
		l.add(file, line, "there are no levels for "+track, "say how many positive dimensions make which strength")
	}
	last := levelRank["strong"]
	for i, lv := range levels {
		rank, ok := levelRank[lv.ID]
		if !ok {
			l.add(file, line, fmt.Sprintf("level %d of %s has the unknown id %q", i+1, track, lv.ID), "write strong, moderate or weak")
			continue
		}
		if rank > last {
			l.add(file, line, fmt.Sprintf("level %d of %s is stronger than the one before it", i+1, track), "put the strongest first")
		}
		last = rank
		if d, ok := l.e.scoring.Dimension(lv.Needs); lv.Needs != "" && (!ok || d.Track != track) {
			l.add(file, line, fmt.Sprintf("level %d of %s needs %q, which is no dimension of it", i+1, track, lv.Needs), "use an id of dimensions")
		}
		if lv.Audience != "" && lv.Audience != "adult" && lv.Audience != "child" {
			l.add(file, line, fmt.Sprintf("level %d of %s has the unknown audience %q", i+1, track, lv.Audience), "write adult or child, or leave it out")
		}
	}
}
