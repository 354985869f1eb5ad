package office

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"rufaa/internal/bundle"
	"rufaa/internal/certificate"
	"rufaa/internal/exhibit"
	"rufaa/internal/inquiry"
	"rufaa/internal/realm"
	"rufaa/internal/text"
)

// Of the sealed fields of an exhibit, given are those that go: what the thing
// is, and where it lay. Naming are those that say who somebody is: they go to
// nobody, and are masked wherever else they stand (CTIPA s.11). Passcodes,
// custodians, digests and reasons of overrides stay where they are.
var (
	given  = []string{"description", "found_where", "make", "model", "imei", "serial", "tool"}
	naming = []string{"owner_name", "document_number", "form_number"}
)

// exhibitsInto adds the exhibits of an inquiry's scenes: what each is, its
// chain step by step, drawn, and with every finding in words, and what
// laboratories said. Keepers stand as agencies, never as persons. Places stand as
// the register names them (a store, a laboratory, a court), or as a kind: at the
// scene, in a vehicle, elsewhere. A protected place is said to be one, and what
// was written about a place in words goes to nobody: an exhibit's way could lead
// to where somebody stays. A scene whose exhibits the maker may not list is
// counted as left out.
func (of *Office) exhibitsInto(ctx context.Context, who realm.Actor, q *inquiry.State, open bool, d *bundle.Dossier) error {
	for _, p := range of.Exhibits.Register.Places {
		if p.Protected { // its id stands in the events of whoever was there
			d.Secrets = append(append(d.Secrets, p.ID), slices.Collect(maps.Values(p.Label))...)
		}
	}
	seen := 0
	err := of.eachDossier(ctx, who, q, open, func(_ string, found *exhibit.Dossier) error {
		seen++
		for i := range found.Exhibits {
			for _, field := range naming { // before any text goes
				if said := found.Exhibits[i].Texts[field]; said != "" {
					d.Hide(said)
				}
			}
		}
		for i := range found.Exhibits {
			f := &found.Exhibits[i]
			if err := of.Discloser().AddStreams(ctx, d, f.Streams()...); err != nil {
				return err
			}
			of.exhibitInto(f, of.Texts.In(d.Language), d)
		}
		return nil
	})
	for range len(q.Scenes) - seen {
		d.Left = append(d.Left, bundle.Left{What: "scene", Reason: "compartment"})
	}
	return err
}

// eachDossier goes over the scenes of an inquiry whose exhibits somebody may
// list; a scene whose door is shut is not there.
func (of *Office) eachDossier(ctx context.Context, who realm.Actor, q *inquiry.State, open bool, each func(scene string, found *exhibit.Dossier) error) error {
	for _, s := range q.Scenes {
		found, err := of.Exhibits.Dossier(ctx, who, s.ID, open)
		if err != nil {
			if err = lacking(err); err != nil {
				return err
			}
			continue
		}
		if err := each(s.ID, found); err != nil {
			return err
		}
	}
	return nil
}

// exhibitInto adds one. Texts that were opened stand in the exhibit's own row,
// tied to their ciphertext among what was opened.
func (of *Office) exhibitInto(f *exhibit.Full, words *text.Lang, d *bundle.Dossier) {
	holds := f.Chain.Unbroken()
	row := bundle.Exhibit{ID: f.ID, Number: f.Number, Code: f.Code, Label: of.Content.Label("exhibit-kinds", f.Plain.Kind, words.Code()), Seal: f.Seal,
		Status: string(f.Status), Count: f.Plain.Count, Unbroken: &holds}
	if d.Recipient.May("inquiry") {
		row.Description = f.Texts["description"] // masked where it is given
		for name, t := range f.State.Texts {
			if said := f.Texts[name]; said != "" && slices.Contains(given, name) {
				d.Opened = append(d.Opened, bundle.Opened{Compartment: "inquiry", Field: "exhibit." + name, Sealed: string(t.Sealed), Text: said})
			}
		}
	}
	name := of.keepers(f.State, words)
	for i := range f.Chain.Findings {
		x := &f.Chain.Findings[i]
		row.Findings = append(row.Findings, bundle.Finding{Flaw: string(x.Flaw), Breaks: x.Flaw.Breaks(), Text: exhibit.SayFinding(words, f.Chain, x, name)})
	}
	d.Exhibits = append(d.Exhibits, row)
	d.Custody = append(d.Custody, of.custodyOf(f, words, name)...)
	d.Drawings = append(d.Drawings, bundle.Drawing{Exhibit: f.ID, Bytes: []byte(f.Drawn(words, f.Chain, name))})
	for i := range f.Requests {
		r := &f.Requests[i]
		lab := bundle.Laboratory{Exhibit: f.ID, Asked: rfc(r.By.At), By: of.AgencyName(r.By.Agency), Question: strings.Join(r.Asks, ", ")}
		if r.Answer != nil {
			lab.Answered, lab.Result = rfc(r.Answer.By.At), r.Answer.Reference
		}
		d.Laboratory = append(d.Laboratory, lab)
	}
}

// keepers names whoever had an exhibit by agency, or as somebody from outside.
func (of *Office) keepers(s *exhibit.State, words *text.Lang) exhibit.Names {
	by := map[string]string{}
	add := func(k exhibit.Keeper) {
		switch {
		case k.Agency != "":
			by[k.ID()] = of.AgencyName(k.Agency)
		case k.Role != "":
			by[k.ID()] = of.Content.Label("custody-outsiders", k.Role, words.Code())
			if s.Status == exhibit.GivenBack && k.ID() == s.Keeper.ID() {
				by[k.ID()] = of.Content.Label("return-to", k.Role, words.Code())
			}
		}
	}
	add(s.Keeper)
	staff := func(b exhibit.By) { add(exhibit.Keeper{Staff: b.Staff, Agency: b.Agency}) }
	staff(s.Recorded)
	for i := range s.Steps {
		x := &s.Steps[i]
		add(x.Keeper)
		add(x.To)
		staff(x.By)
		if x.Other != nil {
			staff(x.Other.By)
		}
	}
	return func(id string) string { return by[id] }
}

// custodyOf are the steps that count, each as both sides told it.
func (of *Office) custodyOf(f *exhibit.Full, words *text.Lang, name exhibit.Names) []bundle.Custody {
	place := func(id string) string { return of.Exhibits.Register.Told(words, id) }
	var out []bundle.Custody
	for i := range f.Chain.Events {
		e := &f.Chain.Events[i]
		row := bundle.Custody{Exhibit: f.ID, At: e.By.At.UTC(), Recorded: rfc(e.By.Recorded), From: name(e.By.Who), To: name(e.To), What: string(e.Kind),
			Place: place(e.By.Place.Name), Seal: e.By.Seal, Broken: e.By.Broken, NewSeal: e.NewSeal}
		if e.Received != nil {
			row.Confirmed, row.Received = rfc(e.Received.Recorded), rfc(e.Received.At)
			row.ReceivedSeal, row.ReceivedBroken = e.Received.Seal, e.Received.Broken
			if there := place(e.Received.Place.Name); there != row.Place {
				row.Place += " → " + there
			}
			if row.To == "" {
				row.To = name(e.Received.Who)
			}
		}
		of.onPaper(&row, f.StepOf(f.Chain, i), words)
		out = append(out, row)
	}
	return out
}

// onPaper tells what of a step stands on paper: the form that somebody signed who has
// no account, and the order of a court.
func (of *Office) onPaper(row *bundle.Custody, x *exhibit.Step, words *text.Lang) {
	signed, by := x.Paper, x.By.Agency
	if x.Other != nil && x.Other.Paper != nil {
		signed, by = x.Other.Paper, x.Other.By.Agency
	}
	if signed != nil {
		row.Paper, row.Attested = signed.Digest, of.AgencyName(by)
	}
	if x.Order != "" {
		row.Order, row.OrderedOn, row.Method = x.Order, x.OrderedOn, of.Content.Label("destruction-methods", x.Method, words.Code())
	}
}

func rfc(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// certifiableExhibits are the devices of an inquiry that a certificate can be
// about: what a machine stored is proven by the machine's particulars.
func (of *Office) certifiableExhibits(ctx context.Context, who realm.Actor, q *inquiry.State) ([]certificate.Found, error) {
	var out []certificate.Found
	err := of.eachDossier(ctx, who, q, false, func(_ string, found *exhibit.Dossier) error {
		for i := range found.Exhibits {
			f := &found.Exhibits[i]
			if f.Plain.Kind != "device" {
				continue
			}
			words := of.Texts.In(who.Language)
			out = append(out, certificate.Found{Thing: certificate.Thing{Kind: "exhibit", ID: f.ID, Number: f.Number},
				How: fmt.Sprintf("%s, %s", of.Content.Label("exhibit-kinds", f.Plain.Kind, words.Code()), words.DateTime(f.Recorded.At))})
		}
		return nil
	})
	return out, err
}
