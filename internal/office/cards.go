package office

import (
	"net/url"
	"time"

	"rufaa/internal/exercise"
	"rufaa/internal/paper"
	"rufaa/internal/scenario"
	"rufaa/internal/text"
)

// Cards prints the sign-in cards, one to a sheet of pocket size: a code to scan
// that signs in once, the name and the part. At is where the realm's pages are.
func Cards(cast []Cast, at, title string, in *text.Lang, now time.Time) ([]byte, error) {
	p := paper.Begin(paper.A6, in.T("exercise.cards.title"), in.Code(), exerciseBanner(in), title, now)
	for i := range cast {
		c := &cast[i]
		if i > 0 {
			p.Sheet()
		}
		p.Heading(1, c.Name)
		p.Strong(in.T("exercise.part."+string(c.Part)) + " " + c.Team + c.Character)
		if c.Link == "" {
			p.Text(c.Username)
			continue
		}
		link := at + "/enter?card=" + url.QueryEscape(c.Link)
		if err := p.Code(link, 52); err != nil {
			return nil, err
		}
		p.Small(in.T("exercise.cards.text"))
		p.Small(at + "/enter")
		p.Small(c.Link)
	}
	return p.Bytes()
}

// Labels prints what is stuck on props, places and actors: what it is, and the
// code that players type where they work.
func Labels(x *exercise.Exercises, s *exercise.State, sc *scenario.Scenario, in *text.Lang, now time.Time) ([]byte, error) {
	p := paper.Begin(paper.A6, in.T("exercise.labels"), in.Code(), exerciseBanner(in), sc.Title.In(in.Code()), now)
	first := true
	label := func(id, name, kind string) error {
		if !first {
			p.Sheet()
		}
		first = false
		code := x.Code(s, id)
		p.Heading(1, name)
		p.Small(in.T(kind))
		if err := p.Code(code, 46); err != nil {
			return err
		}
		p.Large(code)
		p.Small(in.T("exercise.labels.text"))
		return nil
	}
	for _, e := range sc.Exhibits {
		if err := label(e.ID, e.Name.In(in.Code()), "exercise.labels.exhibit"); err != nil {
			return nil, err
		}
	}
	for _, l := range sc.Places {
		if err := label(l.ID, l.Name.In(in.Code()), "exercise.labels.place"); err != nil {
			return nil, err
		}
	}
	for _, c := range sc.Characters {
		if err := label(c.ID, c.Name.In(in.Code()), "exercise.labels.person"); err != nil {
			return nil, err
		}
	}
	return p.Bytes()
}

// exerciseBanner stands on every sheet of an exercise.
func exerciseBanner(in *text.Lang) string {
	return in.T("ui.realm.exercise.word") + " " + in.T("ui.realm.exercise.text")
}
