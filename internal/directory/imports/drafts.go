package imports

import (
	"context"
	"regexp"
	"slices"
	"sync"
	"time"

	"rufaa/internal/hsds"
	"rufaa/internal/hsds/intake"
	"rufaa/internal/problem"
	"rufaa/internal/realm"
)

// Draft is a file between upload and confirmation. It is one person's, stands
// in memory only and ends by itself.
type Draft struct {
	ID      string
	Name    string // of the file, as the person calls it
	Preview *intake.Preview
	Order   Order
	Tried   *Outcome // of the dry run; nil before it
	Done    *Outcome // of the import; the file is gone then

	owner string
	data  []byte
	at    time.Time // last used
}

const (
	draftStays  = 30 * time.Minute // since it was last used
	draftsBytes = 192 << 20        // of all drafts of a realm
)

// drafts holds one for each person.
type drafts struct {
	mu    sync.Mutex
	of    map[string]*Draft
	now   func() time.Time
	newID func() string
}

func newDrafts(now func() time.Time, newID func() string) drafts {
	return drafts{of: map[string]*Draft{}, now: now, newID: newID}
}

// sweep forgets what has ended and tells how much is held. Callers hold mu.
func (d *drafts) sweep() (bytes int) {
	for staff, x := range d.of {
		if d.now().Sub(x.at) > draftStays {
			delete(d.of, staff)
			continue
		}
		bytes += len(x.data)
	}
	return bytes
}

// get gives a copy of a person's draft, nil when there is none.
func (d *drafts) get(staff string) *Draft {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.sweep()
	x := d.of[staff]
	if x == nil {
		return nil
	}
	x.at = d.now()
	c := *x
	return &c
}

// put keeps a draft instead of the person's last one.
func (d *drafts) put(x *Draft) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	delete(d.of, x.owner)
	if d.sweep()+len(x.data) > draftsBytes {
		return &problem.Invalid{Fields: []problem.Field{{Name: "file", Key: "keeping.error.drafts_full"}}}
	}
	x.at = d.now()
	d.of[x.owner] = x
	return nil
}

// Upload keeps a file for a person and guesses what its columns mean.
func (im *Imports) Upload(ctx context.Context, who realm.Actor, name string, data []byte) (*Draft, error) {
	if err := im.admit(who); err != nil {
		return nil, err
	}
	p, err := im.Inspect(ctx, who, intake.Bytes(name, data), "")
	if err != nil {
		return nil, err
	}
	mask(p)
	x := &Draft{ID: im.realm.NewID(), Name: name, Preview: p, Order: Order{Mapping: p.Mapping}, owner: who.Staff, data: data}
	return x, im.drafts.put(x)
}

// mask hides from the sample what could tell where a place is, whether it is
// confidential or not: nobody knows before the columns have their meaning.
func mask(p *intake.Preview) {
	telling := []intake.Field{intake.Latitude, intake.Longitude, intake.Address, intake.PostalCode, intake.LocationName}
	for _, row := range p.Sample {
		for i, cell := range row {
			if i < len(p.Mapping) && slices.Contains(telling, p.Mapping[i].Field) || hsds.Pinpoints(cell) || degrees.MatchString(cell) {
				row[i] = "•••"
			}
		}
	}
}

var degrees = regexp.MustCompile(`\d[.,]\d{2,}`)

// Draft gives a person's own draft; problem.ErrNotFound when there is none.
func (im *Imports) Draft(who realm.Actor) (*Draft, error) {
	if err := im.admit(who); err != nil {
		return nil, err
	}
	if x := im.drafts.get(who.Staff); x != nil {
		return x, nil
	}
	return nil, problem.ErrNotFound
}

// Drop forgets a person's draft.
func (im *Imports) Drop(who realm.Actor) error {
	if err := im.admit(who); err != nil {
		return err
	}
	im.drafts.mu.Lock()
	defer im.drafts.mu.Unlock()
	delete(im.drafts.of, who.Staff)
	return nil
}

// Try is the dry run of a draft as it was mapped.
func (im *Imports) Try(ctx context.Context, who realm.Actor, id string, o Order) (*Draft, error) {
	return im.run(ctx, who, id, func(x *Draft) error {
		o.DryRun = true
		if o.Sheet != x.Order.Sheet { // other columns: they are guessed anew
			p, err := im.Inspect(ctx, who, intake.Bytes(x.Name, x.data), o.Sheet)
			if err != nil {
				return err
			}
			mask(p)
			x.Preview, x.Order, x.Tried = p, Order{Source: o.Source, Sheet: o.Sheet, Defaults: o.Defaults, Mapping: p.Mapping}, nil
			return nil
		}
		x.Order, x.Tried = o, nil
		out, err := im.Import(ctx, who, intake.Bytes(x.Name, x.data), o)
		x.Tried = out
		return err
	})
}

// Confirm imports a draft as its dry run showed it.
func (im *Imports) Confirm(ctx context.Context, who realm.Actor, id string) (*Draft, error) {
	return im.run(ctx, who, id, func(x *Draft) error {
		if x.Done != nil { // pressed twice
			return nil
		}
		if x.Tried == nil {
			return &problem.Invalid{Fields: []problem.Field{{Name: "file", Key: "keeping.error.try_first"}}}
		}
		o := x.Order
		o.DryRun = false
		out, err := im.Import(ctx, who, intake.Bytes(x.Name, x.data), o)
		if err != nil {
			return err
		}
		x.Done, x.data, x.Preview = out, nil, nil
		return nil
	})
}

// run changes a person's draft. What was refused is kept as well: what was
// chosen comes back.
func (im *Imports) run(ctx context.Context, who realm.Actor, id string, change func(*Draft) error) (*Draft, error) {
	x, err := im.Draft(who)
	if err != nil {
		return nil, err
	}
	if x.ID != id {
		return nil, problem.ErrNotFound
	}
	err = change(x)
	if kept := im.drafts.put(x); kept != nil && err == nil {
		err = kept
	}
	return x, err
}
