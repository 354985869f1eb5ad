package office

import (
	"context"

	"rufaa/internal/evidencefile"
	"rufaa/internal/exhibit"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/scene"
)

// How the photo stands that something was drawn on, to one who reads.
const (
	GroundShown  = "shown"  // its preview may be fetched
	GroundHidden = "hidden" // the reader may not know of the file
	GroundGone   = "gone"   // it was destroyed, or its key was
	GroundBare   = "bare"   // no preview of it is drawn, or may be
)

// Ground tells how a photo of a scene stands to a reader, and the file where it
// may be known of. Material of child sexual abuse is never shown, also not what
// was kept of an exhibit before it became such.
func (of *Office) Ground(ctx context.Context, who realm.Actor, scene, file string) (string, *evidencefile.View, error) {
	v, err := of.Files.View(ctx, who, file)
	switch {
	case lacking(err) != nil:
		return "", nil, err
	case err != nil || v.Scene != scene || v.Kind != "photo" && v.Destroyed == "":
		return GroundHidden, nil, nil
	case v.Destroyed != "":
		return GroundGone, v, nil
	case !v.Preview || v.NoPreview || v.Width < 1 || v.Height < 1:
		return GroundBare, v, nil
	case v.Exhibit == "":
		return GroundShown, v, nil
	}
	x, err := of.exhibitOf(ctx, v.Exhibit)
	if err != nil || x.Abuse {
		return GroundBare, v, err
	}
	return GroundShown, v, nil
}

// PhotoOf is a photo that the sketch of its scene may stand on. One that is not
// there, or not of the scene, is nil; one that is not shown is refused.
func (of *Office) PhotoOf(ctx context.Context, who realm.Actor, at, id string) (*scene.Ground, error) {
	how, v, err := of.Ground(ctx, who, at, id)
	switch {
	case err != nil || how == GroundHidden || how == GroundGone:
		return nil, err
	case how == GroundBare:
		return nil, problem.Refuse("scene.photo-not-shown")
	}
	w, h := evidencefile.Upright(v.Width, v.Height, v.Turn)
	return &scene.Ground{File: v.ID, SHA256: v.Digest, Width: w, Height: h, Turn: v.Turn, Parts: scene.PhotoParts}, nil
}

// KnowsAt tells whether a reader of a scene may know of something that a step
// there led to. What stands at the scene itself every reader of it sees.
func (of *Office) KnowsAt(ctx context.Context, who realm.Actor, at string, m scene.Made) (bool, error) {
	if m.Kind != scene.MadeExhibit && m.Kind != scene.MadeFile {
		return true, nil
	}
	return of.ofScene(ctx, who, at, m)
}

// ofScene tells whether an exhibit or a file is of a scene and known to who asks.
func (of *Office) ofScene(ctx context.Context, who realm.Actor, at string, m scene.Made) (bool, error) {
	switch m.Kind {
	case scene.MadeExhibit:
		v, err := of.Exhibits.View(ctx, who, m.ID)
		return err == nil && v.Scene == at, lacking(err)
	case scene.MadeFile:
		v, err := of.Files.View(ctx, who, m.ID)
		return err == nil && v.Scene == at && v.Destroyed == "", lacking(err)
	}
	return false, nil
}

// Things are the exhibits and files of a scene that a reader may know of; a
// shut door is an empty list.
type Things struct {
	Exhibits []*exhibit.View
	Files    []evidencefile.View
}

// ThingsOf finds them.
func (of *Office) ThingsOf(ctx context.Context, who realm.Actor, s *scene.State) (*Things, error) {
	out := new(Things)
	var err error
	if _, out.Exhibits, err = of.Exhibits.OfScene(ctx, who, s.ID); lacking(err) != nil {
		return nil, err
	}
	if out.Files, err = of.Files.OfInquiry(ctx, who, evidencefile.Place{Inquiry: s.Inquiry, Scene: s.ID}); lacking(err) != nil {
		return nil, err
	}
	return out, nil
}
