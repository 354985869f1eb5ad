package office

import (
	"context"
	"strings"
	"time"

	"rufaa/internal/bundle"
	"rufaa/internal/caseuco"
	"rufaa/internal/custody"
	"rufaa/internal/exhibit"
	"rufaa/internal/inquiry"
	"rufaa/internal/realm"
)

// exportedExhibits are the exhibits of an inquiry's scenes with their chains,
// their laboratories and the reports of digests, as forensic tools read them.
// Nothing sealed is in it: what a thing is, is told by its kind.
func (of *Office) exportedExhibits(ctx context.Context, who realm.Actor, q *inquiry.State) ([]caseuco.Exhibit, error) {
	var out []caseuco.Exhibit
	err := of.eachDossier(ctx, who, q, false, func(id string, found *exhibit.Dossier) error {
		for i := range found.Exhibits {
			out = append(out, of.exportedExhibit(&found.Exhibits[i], caseuco.Place{ID: "scene/" + id, Name: found.Scene.Prefix, Kind: exhibit.AtScene}))
		}
		return nil
	})
	return out, err
}

func (of *Office) exportedExhibit(f *exhibit.Full, at caseuco.Place) caseuco.Exhibit {
	x := caseuco.Exhibit{ID: f.ID, Number: f.Number, Kind: caseuco.Thing, Category: f.Plain.Kind, Complete: f.Chain.Unbroken()}
	switch f.Plain.Kind {
	case exhibit.KindDevice:
		x.Kind = caseuco.Device
	case exhibit.KindCSAM:
		x.Kind = caseuco.Digital
	}
	agencies := agenciesOf(f.State)
	actor := func(id string) caseuco.Actor { return caseuco.Actor{Staff: id, Agency: agencies[id]} }
	for i := range f.Chain.Events {
		x.Steps = append(x.Steps, of.exportedStep(f, i, at, actor))
	}
	words := of.Texts.In("en")
	name := of.keepers(f.State, words)
	for i := range f.Chain.Findings {
		said := exhibit.SayFinding(words, f.Chain, &f.Chain.Findings[i], name)
		for _, seal := range oddSeals(f) {
			said = strings.ReplaceAll(said, seal, bundle.Mask)
		}
		x.Findings = append(x.Findings, said)
	}
	for i := range f.Reports {
		r := &f.Reports[i]
		report := caseuco.Report{ID: r.ID, At: r.By.At, By: caseuco.Actor{Staff: r.By.Staff, Agency: r.By.Agency}, Items: r.Reading.Items, Size: r.Reading.Size,
			Digest: caseuco.Digest{Method: "SHA256", Hex: r.Reading.SHA256}}
		for _, m := range r.Matches {
			report.Matched += m.Items
		}
		x.Reports = append(x.Reports, report)
	}
	for i := range f.Requests {
		r := &f.Requests[i]
		q := caseuco.Request{ID: r.ID, Laboratory: of.exportedPlace(r.Laboratory, at), Asks: r.Asks, Asked: r.By.At, By: caseuco.Actor{Staff: r.By.Staff, Agency: r.By.Agency}}
		if a := r.Answer; a != nil {
			q.Answered, q.AnsweredBy, q.Reference, q.Files = a.By.At, caseuco.Actor{Staff: a.By.Staff, Agency: a.By.Agency}, a.Reference, a.Files
			if !isPlain(a.Reference) {
				q.Reference = ""
			}
		}
		x.Laboratory = append(x.Laboratory, q)
	}
	return x
}

// exportedStep is one event of the chain: who gave, who received, where and
// when by their own word, and when the server was told.
func (of *Office) exportedStep(f *exhibit.Full, i int, at caseuco.Place, actor func(string) caseuco.Actor) caseuco.Step {
	e := &f.Chain.Events[i]
	s := caseuco.Step{ID: e.ID, Kind: string(e.Kind), Began: e.By.At, Ended: e.By.At, Recorded: e.By.Recorded, By: actor(e.By.Who), Seal: e.By.Seal,
		Place: of.exportedPlace(e.By.Place.Name, at), Confirmed: true}
	if e.NewSeal != "" {
		s.Seal = e.NewSeal
	}
	if !isPlain(s.Seal) { // nobody opens here who she is, so nothing can be masked
		s.Seal = ""
	}
	if e.To != "" && e.Kind != custody.Found {
		s.To = actor(e.To)
	}
	if e.Kind == custody.Handed {
		s.Confirmed, s.Ended = e.Received != nil, time.Time{}
		if s.Confirmed {
			s.Ended, s.Received = e.Received.At, of.exportedPlace(e.Received.Place.Name, at)
		}
	}
	return s
}

// exportedPlace is a place of the register that is not protected, or the scene.
// Others are known in sealed words only, and stay so.
func (of *Office) exportedPlace(id string, scene caseuco.Place) caseuco.Place {
	if id == exhibit.AtScene {
		return scene
	}
	p, ok := of.Exhibits.Register.Place(id)
	if !ok || p.Protected {
		return caseuco.Place{}
	}
	return caseuco.Place{ID: p.ID, Name: p.Label["en"], Kind: p.Kind}
}

// agenciesOf tells the agency of everybody in a chain.
func agenciesOf(s *exhibit.State) map[string]string {
	out := map[string]string{s.Recorded.Staff: s.Recorded.Agency}
	for i := range s.Steps {
		x := &s.Steps[i]
		out[x.By.Staff] = x.By.Agency
		for _, k := range []exhibit.Keeper{x.Keeper, x.To} {
			if k.Agency != "" {
				out[k.ID()] = k.Agency
			}
		}
	}
	return out
}
