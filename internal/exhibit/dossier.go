package exhibit

import (
	"context"

	"rufaa/internal/custody"
	"rufaa/internal/policy"
	"rufaa/internal/realm"
)

// Dossier is every exhibit of one scene with its chain, for a court: what a
// bundle, a certificate or an export in a standard is made from.
type Dossier struct {
	Scene    *Scene
	Exhibits []Full
}

// Full is one exhibit as a whole. Texts is nil where what is sealed was not
// asked for, or may not be opened by the one who asks.
type Full struct {
	*State
	Chain *custody.Chain
	Texts map[string]string // as Opened has them
}

// Dossier gives the exhibits of a scene to who may list them. With open, what
// is sealed is opened as well, each exhibit as one recorded act; who may not
// open an exhibit gets it without its texts.
func (x *Exhibits) Dossier(ctx context.Context, who realm.Actor, scene string, open bool) (*Dossier, error) {
	sc, err := x.AdmittedScene(ctx, who, scene, policy.ExhibitList)
	if err != nil {
		return nil, err
	}
	found, err := x.ofScene(ctx, scene)
	if err != nil {
		return nil, err
	}
	d := &Dossier{Scene: sc}
	for _, s := range found {
		f := Full{State: s, Chain: s.Chain(x.realm.Content, x.Register, x.realm.Now())}
		if open && x.admit(who, policy.ExhibitOpen, s, sc) == nil {
			o, err := x.open(ctx, who, s, purposeOf(who))
			if err != nil {
				return nil, err
			}
			f.Texts = o.Texts
		}
		d.Exhibits = append(d.Exhibits, f)
	}
	return d, nil
}

// Streams are the ledger streams that hold an exhibit's whole history.
func (s *State) Streams() []string { return []string{Stream(s.ID)} }
