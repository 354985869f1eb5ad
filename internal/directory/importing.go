package directory

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"time"

	"rufaa/internal/ledger"
	"rufaa/internal/policy"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/valid"
)

// Telling is what a source says of one provider. Ids of places and services
// are the source's own; services name places by them. What a source is silent
// about is left empty and changes nothing.
type Telling struct {
	ID        string // of the provider in the source
	Kind      string // of an entry that is new, where the source does not tell
	Profile   Profile
	Locations []Location
	Services  []Service
	Reports   []ToldCapacity
}

// Join adds what another row says of the same provider; the later stands.
func (t *Telling) Join(o *Telling) {
	overlay(&t.Profile, &o.Profile)
	for _, l := range o.Locations {
		t.Locations = put(t.Locations, l, locationID)
	}
	for _, s := range o.Services {
		if i := slices.IndexFunc(t.Services, func(x Service) bool { return x.ID == s.ID }); i >= 0 {
			for _, at := range t.Services[i].At {
				if s.AtLocation(at.Location) == nil {
					s.At = append(s.At, at)
				}
			}
		}
		t.Services = put(t.Services, s, serviceID)
	}
	for _, r := range o.Reports {
		t.Reports = put(t.Reports, r, func(c ToldCapacity) string { return c.Service + "\x00" + c.Unit + "\x00" + c.Group })
	}
}

// ToldCapacity is what a source says is free, and when that was so (UTC).
type ToldCapacity struct {
	Service   string // the source's id
	Unit      string
	Group     string
	Maximum   *int
	Available int
	AsOf      time.Time
}

// Told is what an entry remembers of a source. Waiting is what the source says
// and the entry does not, until a person decides; nil when nothing waits.
type Told struct {
	Digest  string         `json:"digest"`
	At      time.Time      `json:"at"`
	Waiting *ImportedEvent `json:"waiting,omitempty"`
}

// ImportOrder says whence tellings come and whether they are only looked at.
type ImportOrder struct {
	Source  string // name of the source, e.g. "county-list"; the same from one import to the next
	DryRun  bool
	Rows    int // read and refused, for the record of the import
	Refused int
}

// ImportResult counts entries by what an import does to them.
type ImportResult struct {
	New     int `json:"new"`
	Changed int `json:"changed"`
	Same    int `json:"same"`
	// Aside are kept by people and differ: both stand side by side until
	// somebody decides.
	Aside int `json:"aside"`
	// Closed were closed by somebody; an import opens nothing again.
	Closed  int `json:"closed"`
	Reports int `json:"reports"` // of free places that were newer than what stood
}

// CheckTelling cleans what a source says and gathers what is wrong with it.
func (d *Directory) CheckTelling(t *Telling) error {
	v := valid.New(d.realm.Now())
	c := checker{v, d.Taxonomy, map[string]string{}}
	kind := t.Profile.Kind
	if kind == "" {
		t.Profile.Kind = t.Kind
	}
	c.profile("", &t.Profile)
	t.Profile.Kind = kind
	for i := range t.Locations {
		c.location("", &t.Locations[i])
	}
	for i := range t.Services {
		c.service("", &t.Services[i])
	}
	return v.Err()
}

// importTries is how often an import is decided again because an entry moved
// on under it.
const importTries = 5

// Import takes in what a source says, all of it in one transaction or nothing.
// Ids come from the source, so that a second import changes and never doubles.
// An entry that people keep is not overwritten: what differs waits beside it.
// Nothing imported counts as checked. Tellings must have passed CheckTelling,
// one for each provider; they are asked for again when an import is decided
// again.
func (d *Directory) Import(ctx context.Context, who realm.Actor, o ImportOrder, list iter.Seq2[*Telling, error]) (*ImportResult, error) {
	if err := d.realm.Door.Realm(who.Principal, policy.DirectoryImport); err != nil {
		return nil, err
	}
	if o.Source == "" || len(o.Source) > 60 {
		return nil, &problem.Invalid{Fields: []problem.Field{{Name: "source", Key: "keeping.error.source"}}}
	}
	for try := 1; ; try++ {
		im, err := d.importing(ctx, o, list)
		if err != nil || o.DryRun {
			return &im.result, err
		}
		err = d.index.together(func() error { return d.commitImport(ctx, who, o, im) })
		var changed *problem.Changed
		if errors.As(err, &changed) && try < importTries {
			if err := d.Refresh(ctx); err != nil {
				return nil, err
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		return &im.result, nil
	}
}

// DirectoryLog is the stream that tells who imported and exported what.
const DirectoryLog = "directory/log"

// Kinds of events in the directory's log.
const (
	ImportDone = "directory.imported"
	ExportDone = "directory.exported"
)

// ImportRecord stands in the log for each import.
type ImportRecord struct {
	Source  string       `json:"source"`
	Rows    int          `json:"rows"`
	Refused int          `json:"refused"`
	Result  ImportResult `json:"result"`
}

func (d *Directory) commitImport(ctx context.Context, who realm.Actor, o ImportOrder, im *importRun) error {
	record := draft(ImportDone, ImportRecord{o.Source, o.Rows, o.Refused, im.result})
	log := []realm.Append{{Stream: DirectoryLog, Expected: ledger.AnyVersion, Drafts: []ledger.Draft{record}}}
	_, err := d.realm.Commit(ctx, realm.Command{Actor: who, Appends: log, More: im.unpacked()})
	return err
}

// importRun decides one import.
type importRun struct {
	d       *Directory
	source  string
	now     time.Time
	known   map[string]*shard // by the source's id
	index   *snapshot
	result  ImportResult
	dry     bool
	appends []packedAppend
	packer  Packer
}

func (d *Directory) importing(ctx context.Context, o ImportOrder, list iter.Seq2[*Telling, error]) (*importRun, error) {
	s, err := d.index.get(ctx, d.realm.Store)
	if err != nil {
		return &importRun{}, err
	}
	im := &importRun{d: d, source: o.Source, now: d.realm.Now(), known: s.knownBy(o.Source), index: s, dry: o.DryRun}
	for t, err := range list {
		if err == nil {
			err = im.one(ctx, t)
		}
		if err == nil {
			err = ctx.Err()
		}
		if err != nil {
			return im, err
		}
	}
	return im, nil
}

// knownBy finds entries by their id in a source.
func (s *snapshot) knownBy(source string) map[string]*shard {
	out := map[string]*shard{}
	for _, x := range s.byID {
		if id := x.p.External[source]; id != "" && (out[id] == nil || x.p.Live()) {
			out[id] = x
		}
	}
	return out
}

// entry finds the entry that a telling is about: by the source's id, by the id
// made of it, or by our own id, which a sheet of ours carries. It follows
// entries that were merged.
func (im *importRun) entry(id string) *shard {
	x := im.known[id]
	if x == nil {
		x = im.index.find(IDFor(im.source, id))
	}
	if x == nil {
		x = im.index.find(id)
	}
	for hops := 0; x != nil && x.p.MergedIn != "" && hops < 100; hops++ {
		x = im.index.find(x.p.MergedIn)
	}
	return x
}

func (im *importRun) one(ctx context.Context, t *Telling) error {
	x := im.entry(t.ID)
	if x == nil {
		return im.added(t)
	}
	if !x.p.Live() {
		im.result.Closed++
		return nil
	}
	id := x.p.ID
	if l := saidOf(x.p, im.source, t).over(x.p); !l.changes() && len(im.reports(x.p, t, l.services)) == 0 {
		im.result.Same++
		return nil
	}
	p, err := im.d.load(ctx, id) // with what the index does not hold
	if err != nil {
		return err
	}
	if !p.Live() {
		return &problem.Changed{Expected: x.p.Version, Have: p.Version}
	}
	s := saidOf(p, im.source, t)
	l := s.over(p)
	if p.isKept() {
		return im.aside(p, t, s, l)
	}
	drafts := l.drafts(Imported)
	if l.changes() {
		im.result.Changed++
	} else {
		im.result.Same++
	}
	return im.append(p, append(drafts, im.reports(p, t, l.services)...))
}

// isKept tells whether a person answers for the entry.
func (p *Provider) isKept() bool { return p.Kept || p.Verified != nil || p.Vetting.State != "" }

func (im *importRun) added(t *Telling) error {
	p := &Provider{ID: IDFor(im.source, t.ID)}
	if t.Profile.Kind == "" {
		t.Profile.Kind = t.Kind
	}
	l := saidOf(p, im.source, t).over(p)
	im.result.New++
	return im.append(p, append(l.drafts(Imported), im.reports(p, t, l.services)...))
}

// aside keeps what a source says beside an entry that people keep. What was
// decided once is not asked again until the source says something new.
func (im *importRun) aside(p *Provider, t *Telling, s *said, l *laid) error {
	reports := im.reports(p, t, nil)
	if !l.changes() || p.Told[im.source].Digest == s.digest {
		if im.result.Same++; len(reports) == 0 {
			return nil
		}
		return im.append(p, reports)
	}
	im.result.Aside++
	return im.append(p, append(s.drafts(), reports...))
}

// reports are the free places that are newer than what stands. Of services
// that stand already, or come with this import, where nobody knew of them.
func (im *importRun) reports(p *Provider, t *Telling, coming []Service) (out []ledger.Draft) {
	for _, r := range t.Reports {
		id := p.serviceFrom(im.source, r.Service)
		s := p.Service(id)
		if i := slices.IndexFunc(coming, func(x Service) bool { return x.ID == id }); i >= 0 {
			s = &coming[i]
		}
		if s == nil || r.AsOf.After(im.now) || im.now.Sub(r.AsOf) > oldest {
			continue
		}
		at := Slot{Service: id, Unit: r.Unit, Group: r.Group}
		if len(s.At) > 0 {
			at.Location = s.At[0].Location
		}
		if old := p.Capacity(at); old != nil && old.Reported != nil && !old.Reported.At.Before(r.AsOf) {
			continue
		}
		free, most := r.Available, r.Maximum
		if most != nil && free > *most {
			most = nil // the source contradicts itself; what is free is what matters
		}
		im.result.Reports++
		out = append(out, draft(CapacityReported, CapacityEvent{Slot: at, Maximum: most, Available: &free, AsOf: r.AsOf.UTC()}))
	}
	return out
}

// takeImport folds an import, or a person's decision about one.
func (p *Provider) takeImport(e ImportedEvent, by By) {
	if p.AddedAt.IsZero() {
		p.AddedAt = by.At
	}
	if e.Profile != nil {
		p.Profile = *e.Profile
	}
	for _, l := range e.Locations {
		p.setLocation(l.location())
	}
	for _, s := range e.Services {
		p.setService(s)
	}
	p.heard(e.Source, Told{Digest: e.Digest, At: by.At})
}

func (p *Provider) heard(source string, t Told) {
	p.Told = maps.Clone(p.Told)
	if p.Told == nil {
		p.Told = map[string]Told{}
	}
	p.Told[source] = t
}

// hearSource folds what waits beside an entry. Pieces of one telling have one
// digest.
func (p *Provider) hearSource(e SourceToldEvent, by By) {
	if was := p.Told[e.Source]; was.Waiting != nil && was.Digest == e.Digest {
		e.Locations = append(slices.Clone(was.Waiting.Locations), e.Locations...)
		e.Services = append(slices.Clone(was.Waiting.Services), e.Services...)
		if e.Profile == nil {
			e.Profile = was.Waiting.Profile
		}
	}
	p.heard(e.Source, Told{Digest: e.Digest, At: by.At, Waiting: &e})
}

// digest recognises what was said before. What imports say is public.
func digest(v any) string {
	raw, err := json.Marshal(v)
	if err != nil {
		panic(fmt.Sprintf("directory: plain fields: %v", err))
	}
	sum := sha256.Sum256(raw)
	return hex.EncodeToString(sum[:16])
}
