// Package disclosure fills a bundle from a case or an inquiry for a court, the
// prosecution or the defence.
//
// It may import casefile, inquiry, bundle, realm and the floors below. It owns the
// events that tell of a bundle of an inquiry (stream "bundle/<id>") and no table.
//
// It keeps true:
//
//   - Nothing leaves before its leaving is in the ledger (case.bundle_made), and
//     no sealed text without an opening that "who saw what" shows.
//   - Whoever makes a bundle puts into it what the door lets them open, no more.
//   - A sealed text goes only where the maker may also open who she is: what
//     cannot be masked is not given.
package disclosure

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"rufaa/internal/bundle"
	"rufaa/internal/casefile"
	"rufaa/internal/inquiry"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/text"
	"rufaa/internal/vault"
)

// Maker makes bundles of one realm's cases.
type Maker struct {
	Realm *realm.Realm
	Cases *casefile.Cases
	Texts *text.Catalogs
	// Evidence adds what other rooms keep of the case: exhibits, custody,
	// documents, certificates, more streams. With open, sealed texts may be
	// opened (they can be masked); else nothing may. Nil for none.
	Evidence func(ctx context.Context, who realm.Actor, id string, open bool, d *bundle.Dossier) error
	// Inquiries are the investigations, for bundles of a whole inquiry.
	Inquiries *inquiry.Inquiries
	// Inquiry adds what other rooms keep of an inquiry. With open, sealed texts
	// may be opened (they can be masked); else nothing may. Nil for none.
	Inquiry func(ctx context.Context, who realm.Actor, q *inquiry.State, open bool, d *bundle.Dossier) error
	// Papers prints the exhibits and chains of a dossier. Nil for none.
	Papers func(d *bundle.Dossier) func([]bundle.Exhibit, []bundle.Custody) ([]bundle.Document, error)
	// Ready tells of the files that somebody chose which cannot go yet, before
	// anything is noted. Nil for none.
	Ready func(ctx context.Context, who realm.Actor, files []string) error
	// Witnessed gives the co-signatures of a checkpoint. Nil for none.
	Witnessed func(ctx context.Context, size int64) ([]bundle.Cosignature, error)
}

// Made is a bundle ready to be written: signed, its documents not yet copied.
type Made struct {
	Name string
	*bundle.Bundle
}

// Preview is what would go and what would stay closed. Nothing was opened, so
// that a text in which a name must be masked still counts as going whole.
type Preview struct {
	Reference string          `json:"reference"`
	Recipient string          `json:"recipient"`
	Events    int             `json:"events"`
	Closed    []bundle.Closed `json:"closed"`
	Texts     []Text          `json:"texts"`
}

// Text is one compartment that the recipient may be given.
type Text struct {
	Compartment string `json:"compartment"`
	Count       int    `json:"count"`
	Rule        string `json:"rule,omitempty"` // why it stays shut for the maker
}

// Preview asks the door and opens nothing.
func (m *Maker) Preview(ctx context.Context, who realm.Actor, id string, in *casefile.MakeBundle) (*Preview, error) {
	s, err := m.Cases.Admitted(ctx, who, id, policy.BundleMake)
	if err != nil {
		return nil, err
	}
	if _, ok := m.Realm.Content.Term("purposes", in.Purpose); !ok || bundle.Recipient(in.Recipient).Compartments() == nil {
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "recipient", Key: "common.error.choose"}}}
	}
	d, err := m.dossier(ctx, who, s, in)
	if err != nil {
		return nil, err
	}
	if err := m.evidence(ctx, who, s.ID, false, d); err != nil {
		return nil, err
	}
	out := &Preview{Reference: s.Ref, Recipient: in.Recipient, Texts: []Text{}}
	named, err := m.Cases.MayOpen(ctx, who, s, vault.Identity, in.Purpose)
	if err != nil {
		return nil, err
	}
	for _, c := range d.Recipient.Compartments() {
		items := s.Items(vault.Compartment(c))
		t := Text{Compartment: c, Count: len(items), Rule: named}
		if named == "" {
			if t.Rule, err = m.Cases.MayOpen(ctx, who, s, vault.Compartment(c), in.Purpose); err != nil {
				return nil, err
			}
		}
		for i := range items {
			if t.Rule == "" {
				d.Opened = append(d.Opened, bundle.Opened{Compartment: c, Field: "?", Sealed: string(items[i].Sealed), Text: "?"})
			}
		}
		out.Texts = append(out.Texts, t)
	}
	man, err := bundle.Preview(d)
	if err != nil {
		return nil, err
	}
	for _, st := range d.Streams {
		out.Events += len(st.Proofs)
	}
	out.Closed = man.Closed
	return out, nil
}

// Make notes the bundle, opens what it may, and builds it.
func (m *Maker) Make(ctx context.Context, who realm.Actor, id string, o casefile.Order, in *casefile.MakeBundle) (*Made, error) {
	if _, err := m.Cases.Admitted(ctx, who, id, policy.BundleMake); err != nil {
		return nil, err
	}
	if err := m.ready(ctx, who, in.Files); err != nil {
		return nil, err
	}
	if _, err := m.Cases.Do(ctx, who, id, o, in); err != nil {
		return nil, err
	}
	s, err := m.Cases.Load(ctx, id)
	if err != nil {
		return nil, err
	}
	if _, err := m.Realm.Ledger.Checkpoint(ctx); err != nil {
		return nil, err
	}
	d, err := m.dossier(ctx, who, s, in)
	if err != nil {
		return nil, err
	}
	open, err := m.open(ctx, who, s, in.Purpose, d)
	if err != nil {
		return nil, err
	}
	if err := m.evidence(ctx, who, s.ID, open, d); err != nil {
		return nil, err
	}
	b, err := bundle.Prepare(d)
	if err != nil {
		return nil, err
	}
	return &Made{Name: "bundle-" + strings.ToLower(s.Ref) + "-" + in.Recipient + ".zip", Bundle: b}, nil
}

func (m *Maker) ready(ctx context.Context, who realm.Actor, files []string) error {
	if m.Ready == nil {
		return nil
	}
	return m.Ready(ctx, who, files)
}

// dossier gathers all that is not sealed.
func (m *Maker) dossier(ctx context.Context, who realm.Actor, s *casefile.State, in *casefile.MakeBundle) (*bundle.Dossier, error) {
	return m.begin(ctx, who, s.Ref, in, "case/"+s.ID)
}

func (m *Maker) evidence(ctx context.Context, who realm.Actor, id string, open bool, d *bundle.Dossier) error {
	if m.Evidence == nil {
		return nil
	}
	if err := m.Evidence(ctx, who, id, open, d); err != nil {
		return fmt.Errorf("disclosure: evidence: %w", err)
	}
	return nil
}

// begin is a dossier with its first histories and the checkpoint that covers
// them.
func (m *Maker) begin(ctx context.Context, who realm.Actor, ref string, in *casefile.MakeBundle, streams ...string) (*bundle.Dossier, error) {
	words := m.Texts.In(who.Language)
	d := &bundle.Dossier{Realm: m.Realm.Name, Reference: ref, Recipient: bundle.Recipient(in.Recipient), Purpose: in.Purpose,
		Language: words.Code(), Words: map[string]string{}, Made: m.Realm.Now(), Staff: who.Staff, Agency: who.Agency, Chosen: in.Files,
		Verifier: m.Realm.KeyFile.Verifier(), Signer: m.Realm.KeyFile.Signer()}
	if err := m.AddStreams(ctx, d, streams...); err != nil {
		return nil, err
	}
	if m.Papers != nil {
		d.Papers = m.Papers(d)
	}
	for _, key := range bundle.PageWords {
		d.Words[key] = words.T("bundle.page." + key)
	}
	for _, a := range m.Realm.Content.Agencies() {
		if a.Confidential {
			short, _, _ := strings.Cut(a.Name, " (") // as people call it
			d.Secrets = append(d.Secrets, a.ID, a.Name, short)
		}
	}
	if m.Witnessed != nil {
		var err error
		if d.Cosignatures, err = m.Witnessed(ctx, d.Checkpoint.Size); err != nil {
			return nil, err
		}
	}
	return d, nil
}

// AddStreams adds histories to a dossier, all proven in its one checkpoint.
func (m *Maker) AddStreams(ctx context.Context, d *bundle.Dossier, names ...string) error {
	for _, name := range names {
		if d.Checkpoint.Note == nil {
			c, err := m.Realm.Ledger.Newest(ctx)
			if errors.Is(err, ledger.ErrNoCheckpoint) {
				c, err = m.Realm.Ledger.Checkpoint(ctx)
			}
			if err != nil {
				return err
			}
			d.Checkpoint = c
		}
		proofs, err := m.Realm.Ledger.ProveStreamAt(ctx, name, d.Checkpoint.Size)
		if err != nil {
			return err
		}
		d.Streams = append(d.Streams, bundle.Stream{Name: name, Proofs: proofs})
	}
	return nil
}

// open opens who she is, to mask it, and then what the recipient is given; false
// when nothing could be masked, and so nothing was opened.
func (m *Maker) open(ctx context.Context, who realm.Actor, s *casefile.State, purpose string, d *bundle.Dossier) (bool, error) {
	if ok, err := m.secrets(ctx, who, s, purpose, d); err != nil || !ok {
		return false, err
	}
	for _, c := range d.Recipient.Compartments() {
		more, err := m.texts(ctx, who, s, vault.Compartment(c), purpose)
		if err != nil {
			return false, err
		}
		d.Opened = append(d.Opened, more...)
	}
	return true, nil
}

// secrets opens who she is and where, so that it can be masked; false when the
// maker may not know who she is.
func (m *Maker) secrets(ctx context.Context, who realm.Actor, s *casefile.State, purpose string, d *bundle.Dossier) (bool, error) {
	known, err := m.texts(ctx, who, s, vault.Identity, purpose)
	if err != nil || known == nil {
		return false, err
	}
	places, err := m.texts(ctx, who, s, vault.Whereabouts, purpose)
	if err != nil {
		return false, err
	}
	for _, x := range known {
		if x.Field == "age_reasons" { // sentences: their words are everybody's
			d.Secrets = append(d.Secrets, x.Text)
			d.HideNumbers(x.Text)
			continue
		}
		d.Hide(x.Text)
	}
	for _, x := range places {
		d.Secrets = append(d.Secrets, x.Text)
		d.HideNumbers(x.Text)
	}
	stays, err := m.Cases.PlacesToMask(ctx, s)
	if err != nil {
		return false, err
	}
	for _, at := range stays {
		d.Secrets = append(append(d.Secrets, at), m.placeParts(at)...)
	}
	return true, nil
}

// placeParts are what an account could call a place by: the parts of where she is,
// but for what is no secret and no court can do without, counties and countries.
func (m *Maker) placeParts(text string) (out []string) {
	known := func(part string) bool {
		for _, list := range []string{"counties", "countries"} {
			for _, t := range m.Realm.Content.List(list) {
				if strings.EqualFold(part, t.In("en")) || strings.EqualFold(part, t.In("sw")) {
					return true
				}
			}
		}
		return false
	}
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune(",;\n()", r) }) {
		if part = strings.TrimSpace(part); len([]rune(part)) > 3 && !known(part) {
			out = append(out, part)
		}
	}
	return out
}

// texts opens one compartment; nil when it stays shut for the maker, also when the
// case is not theirs to know of: somebody on an inquiry's team makes its bundle, but
// knows not every case of it. An open compartment without anything in it is empty
// and not nil.
func (m *Maker) texts(ctx context.Context, who realm.Actor, s *casefile.State, comp vault.Compartment, purpose string) ([]bundle.Opened, error) {
	o, err := m.Cases.Open(ctx, who, s.ID, comp, purpose)
	if errors.Is(err, problem.ErrNotFound) || errors.As(err, new(*problem.Denied)) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	out := []bundle.Opened{}
	for i, it := range o.Items {
		if o.Texts[i] != "" && !vault.IsErased(o.Texts[i]) {
			out = append(out, bundle.Opened{Compartment: string(comp), Field: it.Label, Sealed: string(it.Sealed), Text: o.Texts[i]})
		}
	}
	return out, nil
}
