package office

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"rufaa/internal/bundle"
	"rufaa/internal/evidencefile"
	"rufaa/internal/inquiry"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
	"rufaa/internal/scene"
	"rufaa/internal/text"
)

// sketchesInto adds the sketches of an inquiry's scenes, drawn: the plain one,
// and each photo that something was drawn on with its lines. The photo itself
// goes under them only where its file goes: somebody looked at it and chose it,
// its preview may be shown to the maker, and nothing says that none is drawn.
// Else the lines go alone and say so; of a file that the maker may not know of
// nothing is named. What officers noted about a mark in words stands with it,
// masked, where sealed texts may be opened: see notes.
func (of *Office) sketchesInto(ctx context.Context, who realm.Actor, q *inquiry.State, open bool, d *bundle.Dossier) error {
	for _, ref := range q.Scenes {
		s, err := of.Scenes.Admitted(ctx, who, ref.ID, policy.SceneView)
		if err != nil {
			if err = lacking(err); err != nil {
				return err
			}
			continue
		}
		k := &courtSketch{of: of, who: who, scene: s, open: open, words: of.Texts.In(d.Language), d: d}
		if err := k.notes(ctx); err != nil {
			return err
		}
		if slices.ContainsFunc(s.Marks, func(m scene.Mark) bool { return m.On == nil }) {
			k.add(k.plan(nil, k.words.T("scene.sketch.title")), nil)
		}
		for i, g := range s.Grounds() {
			if err := k.photo(ctx, i, g); err != nil {
				return err
			}
		}
	}
	return nil
}

// courtSketch draws the sketches of one scene for a bundle.
type courtSketch struct {
	of    *Office
	who   realm.Actor
	scene *scene.State
	open  bool
	words *text.Lang
	d     *bundle.Dossier
	noted map[string]string // by mark
}

// notes opens what was noted of the marks, in the compartment of the inquiry:
// without it a court sees a letter where an officer wrote "bolt on the outside".
// At a victim's scene a note tells of her: it goes where an account goes, and
// where she was found is masked in every text of the bundle.
func (k *courtSketch) notes(ctx context.Context) error {
	given := k.open && k.d.Recipient.May("inquiry") && (k.scene.Class != scene.Victim || k.d.Recipient.May("account"))
	var list []scene.Noted
	if given {
		var where []string
		var err error
		if list, where, err = k.of.Scenes.MarkNotes(ctx, k.who, k.scene); lacking(err) != nil {
			return err
		}
		given = err == nil
		if k.scene.Class == scene.Victim {
			for _, at := range where {
				k.d.Secrets = append(append(k.d.Secrets, at), strings.Split(at, ",")...)
			}
		}
	}
	if !given {
		for i := range k.scene.Marks {
			if !k.scene.Marks[i].Note.IsZero() {
				k.d.Left = append(k.d.Left, bundle.Left{What: "note", Reason: "compartment"})
			}
		}
		return nil
	}
	k.noted = map[string]string{}
	for _, n := range list {
		if n.Text != "" {
			k.noted[n.Mark] = n.Text
			k.d.Opened = append(k.d.Opened, bundle.Opened{Compartment: "inquiry", Field: "scene.mark", Sealed: string(n.Sealed), Text: n.Text})
		}
	}
	return nil
}

// plan is a sketch without its photo. What stands beside a mark is masked: its
// letters are typed by people in a hurry.
func (k *courtSketch) plan(on *scene.Ground, name string) scene.Plan {
	label := func(m *scene.Mark) string { return k.of.Content.Label("scene-marks", m.Kind, k.words.Code()) }
	return scene.Plan{On: on, Title: k.scene.Ref + " – " + name, Notes: []string{k.words.T("bundle.sketch.text")},
		Word: func(m *scene.Mark) string {
			if m.Code == "" {
				return label(m)
			}
			return k.d.Masked(m.Code)
		},
		Line: func(m *scene.Mark) string {
			line := label(m) + " " + k.d.Masked(m.Code) + ": " + m.Coordinates() + "; " + k.words.DateTime(m.By.At)
			if said := k.noted[m.ID]; said != "" {
				line += "; " + k.d.Masked(said)
			}
			if m.Gone != nil {
				line += "; " + k.words.T("scene.mark.removed", "when", k.words.DateTime(m.Gone.At))
			}
			return line
		}}
}

// photo adds the lines on one photo, with it where it may go.
func (k *courtSketch) photo(ctx context.Context, i int, g scene.Ground) error {
	how, v, err := k.of.Ground(ctx, k.who, k.scene.ID, g.File)
	if err != nil {
		return err
	}
	p := k.plan(&g, k.words.T("scene.photo.n", "n", strconv.Itoa(i+1)))
	why := k.stays(how, v)
	if how != GroundHidden {
		p.Notes = append(p.Notes, k.words.T("scene.photo.printed", "file", g.File, "sha256", g.SHA256, "w", strconv.Itoa(g.Width), "h", strconv.Itoa(g.Height)))
	}
	if why != "" {
		p.Notes = append(p.Notes, k.words.T("bundle.sketch.bare", "why", k.words.T("bundle.reason."+why)))
		k.d.Left = append(k.d.Left, bundle.Left{What: "ground", Reason: why})
		k.add(p, nil)
		return nil
	}
	ticket, err := k.of.Files.Shown(ctx, k.who, g.File, k.d.Purpose)
	if err != nil {
		return err
	}
	picture, err := k.of.Files.Preview(ctx, k.who, g.File, ticket)
	if err != nil {
		return err
	}
	k.add(p, picture)
	return nil
}

// stays is why a photo does not go under its lines; "" when it goes.
func (k *courtSketch) stays(how string, v *evidencefile.View) string {
	switch {
	case how == GroundHidden:
		return "compartment"
	case how == GroundGone:
		return "destroyed"
	case how != GroundShown:
		return "preview"
	case !slices.Contains(k.d.Chosen, v.ID):
		return "choice"
	case !k.open || !k.d.Recipient.May(v.Compartment):
		return "compartment"
	}
	return ""
}

// add puts a sketch into the bundle; it is of the inquiry.
func (k *courtSketch) add(p scene.Plan, picture []byte) {
	rules := k.of.Scenes.Rules
	x := bundle.Sketch{Title: p.Title, Compartment: "inquiry", Bare: []byte(k.scene.DrawPlan(rules, p))}
	p.Picture = picture
	x.Bytes = []byte(k.scene.DrawPlan(rules, p))
	k.d.Sketches = append(k.d.Sketches, x)
}
