package directory

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"slices"

	"github.com/google/uuid"

	datafiles "rufaa/content/directory"
	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/store"
	"rufaa/internal/valid"
	"rufaa/internal/vault"
)

// Options are what the room asks of others. The zero value will do.
type Options struct {
	// Files hold taxonomy.yaml, counties.yaml and start.yaml; nil is the
	// program's own.
	Files fs.FS
	// Past tells how an agency answered until now; nil: nothing is known.
	Past func(agency string) Past
}

// Past is how an agency answered what was sent to it.
type Past struct {
	Asked    int // referrals answered or run out
	Accepted int
	Waiting  int // sent and not answered yet
}

// Directory runs the room's commands and reads in one realm.
type Directory struct {
	Taxonomy *Taxonomy

	realm *realm.Realm
	files fs.FS
	past  func(string) Past
	index *index
}

// New opens the room and registers its projection. The index is loaded at the
// first read, or by Load.
func New(r *realm.Realm, o Options) (*Directory, error) {
	if o.Files == nil {
		o.Files = datafiles.Files
	}
	if o.Past == nil {
		o.Past = func(string) Past { return Past{} }
	}
	t, err := LoadTaxonomy(o.Files, r.Content)
	if err != nil {
		return nil, err
	}
	d := &Directory{Taxonomy: t, realm: r, files: o.Files, past: o.Past, index: newIndex(t)}
	r.Register(projection{d.index})
	return d, nil
}

// ContentChanged is told when other content is in force: the memory of the
// providers is made anew from the store at the next read.
func (d *Directory) ContentChanged() { d.index.forget() }

// external is the space of ids made from another directory's ids.
var external = uuid.MustParse("6f1d6f7e-53a2-5e0b-9d0c-2f0a7b1c9e44")

// IDFor is the id of the provider that another directory knows by an id of
// its own; importing it twice meets the same stream.
func IDFor(source, id string) string {
	return uuid.NewSHA1(external, []byte(source+"\x00"+id)).String()
}

// newIDFor takes the id from the first source in order, if there is one.
func (d *Directory) newIDFor(p *Profile) string {
	for _, source := range slices.Sorted(maps.Keys(p.External)) {
		return IDFor(source, p.External[source])
	}
	return d.realm.NewID()
}

// Add enters a provider. A provider that was entered from the same source
// under the same id is refused; change that one instead.
func (d *Directory) Add(ctx context.Context, who realm.Actor, o Order, a *Add) (realm.Receipt, error) {
	if err := d.admit(who, policy.DirectoryEdit, &Provider{Profile: a.Profile}, ""); err != nil {
		return realm.Receipt{}, err
	}
	return d.Do(ctx, who, d.newIDFor(&a.Profile), o, a)
}

// retries is how often a command is decided again because the provider moved
// on under it, when the caller looked at no version in particular: ten people
// may hold beds of one house at the same moment.
const retries = 25

// Do runs one command on one provider: the door first, then the input, then
// the rules.
func (d *Directory) Do(ctx context.Context, who realm.Actor, id string, o Order, cmd Command) (rc realm.Receipt, err error) {
	digest, err := d.realm.Digest(string(cmd.Action()), Stream(id), cmd) // before Check cleans it
	if err != nil {
		return realm.Receipt{}, err
	}
	for range retries {
		rc, err = d.try(ctx, who, id, o, cmd, digest)
		var changed *problem.Changed
		if !errors.As(err, &changed) || o.Expect > 0 {
			break
		}
	}
	return rc, err
}

func (d *Directory) try(ctx context.Context, who realm.Actor, id string, o Order, cmd Command, digest []byte) (realm.Receipt, error) {
	p, err := d.load(ctx, id)
	if err != nil {
		return realm.Receipt{}, err
	}
	if err := d.admitCommand(who, p, cmd); err != nil {
		return realm.Receipt{}, err
	}
	if rc, found, err := d.realm.Replayed(ctx, who, o.Key, digest); err != nil || found {
		return rc, err
	}
	v := valid.New(d.realm.Now())
	cmd.Check(v, d.Taxonomy)
	if err := v.Err(); err != nil {
		return realm.Receipt{}, err
	}
	if o.Expect > 0 && o.Expect != p.Version {
		return realm.Receipt{}, &problem.Changed{Expected: o.Expect, Have: p.Version}
	}
	drafts, err := cmd.decide(p, d.env(ctx, who, id))
	if err != nil {
		return realm.Receipt{}, err
	}
	return d.realm.Commit(ctx, realm.Command{
		Actor: who, Key: o.Key, Digest: digest, Answer: realm.Receipt{ID: answered(id, drafts)},
		Appends: []realm.Append{{Stream: Stream(id), Expected: p.Version, Drafts: drafts}},
	})
}

// admitCommand asks the door. A new provider is asked about by the agency it
// is to have, a changed one by both.
func (d *Directory) admitCommand(who realm.Actor, p *Provider, cmd Command) error {
	holder := ""
	about := []*Provider{p}
	switch x := cmd.(type) {
	case *Add:
		about = []*Provider{{Profile: x.Profile}}
	case *Describe:
		about = append(about, &Provider{Profile: x.Profile})
	case *Message:
		holder = lineOf(p.ID)
	case *ReleaseHold:
		if h := p.holdOf(x.Hold); h != nil {
			holder = h.By.Staff
		}
	}
	if _, adds := cmd.(*Add); !adds && !p.Exists() {
		return problem.ErrNotFound
	}
	for _, x := range about {
		if err := d.admit(who, cmd.Action(), x, holder); err != nil {
			return err
		}
	}
	return nil
}

func (d *Directory) admit(who realm.Actor, do policy.Action, p *Provider, holder string) error {
	res := policy.Resource{Kind: "provider", Agency: p.Agency, Staff: holder}
	return d.realm.Door.Case(who.Principal, do, policy.DirectoryView, res, policy.Context{})
}

// May tells which actions somebody may do on a provider, for pages.
func (d *Directory) May(who realm.Actor, p *Provider, actions ...policy.Action) map[policy.Action]bool {
	out := make(map[policy.Action]bool, len(actions))
	for _, a := range actions {
		out[a] = d.admit(who, a, p, "") == nil
	}
	return out
}

// answered is the id a caller wants to know: of the hold, place or service
// that was made, or else of the provider.
func answered(provider string, drafts []ledger.Draft) string {
	if len(drafts) == 1 {
		switch e := drafts[0].Payload.(type) {
		case HeldEvent:
			return e.ID
		case LocationEvent:
			return e.Location.ID
		case ServiceEvent:
			return e.Service.ID
		}
	}
	return provider
}

func (d *Directory) env(ctx context.Context, who realm.Actor, id string) *env {
	return &env{
		now: d.realm.Now(), by: who.Principal, t: d.Taxonomy, id: id, newID: d.realm.NewID,
		seal: func(location string, p *Place) (vault.Sealed, error) { return d.sealPlace(ctx, id, location, p) },
		mark: func(caseID string) string {
			mac := d.realm.KeyFile.Index().MAC("directory.hold", []byte(caseID))
			return hex.EncodeToString(mac[:16])
		},
	}
}

// load reads one provider with its sealed places; empty when there is none.
func (d *Directory) load(ctx context.Context, id string) (*Provider, error) {
	p := new(Provider)
	var raw []byte
	err := d.realm.Store.QueryRow(ctx, `SELECT state FROM directory_providers WHERE id = $1`, id).Scan(&raw)
	if errors.Is(err, store.ErrNoRow) {
		return p, nil
	}
	if err != nil {
		return nil, fmt.Errorf("directory: load: %w", err)
	}
	if err := json.Unmarshal(raw, p); err != nil {
		return nil, fmt.Errorf("directory: load %s: %w", id, err)
	}
	return p, nil
}
