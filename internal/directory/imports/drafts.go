package imports

import (
	"context"
	"regexp"
	"slices"

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

	data []byte
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
	x := &Draft{ID: im.realm.NewID(), Name: name, Preview: p, Order: Order{Mapping: p.Mapping}, data: data}
	return x, im.drafts.Put(who.Staff, *x, len(data))
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
	if x, ok := im.drafts.Get(who.Staff); ok {
		return &x, nil
	}
	return nil, problem.ErrNotFound
}

// Drop forgets a person's draft.
func (im *Imports) Drop(who realm.Actor) error {
	if err := im.admit(who); err != nil {
		return err
	}
	im.drafts.Drop(who.Staff)
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
	if kept := im.drafts.Put(who.Staff, *x, len(x.data)); kept != nil && err == nil {
		err = kept
	}
	return x, err
}
