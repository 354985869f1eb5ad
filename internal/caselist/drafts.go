package caselist

import (
	"context"

	"rufaa/internal/problem"
	"rufaa/internal/realm"
	"rufaa/internal/sheets"
)

// Draft is a file between upload and confirmation. It is one person's, stands
// in memory only and ends by itself.
type Draft struct {
	ID      string
	Name    string // of the file, as the person calls it
	Preview *Preview
	Order   Order
	Tried   *Outcome // of the dry run; nil before it
	Done    *Outcome // of the import; the file is gone then

	data []byte
}

// Upload keeps a file for a person and guesses what its columns mean.
func (l *Lists) Upload(ctx context.Context, who realm.Actor, name string, data []byte) (*Draft, error) {
	p, err := l.Inspect(ctx, who, sheets.Bytes(name, data), "")
	if err != nil {
		return nil, err
	}
	x := &Draft{ID: l.realm.NewID(), Name: name, Preview: p, Order: p.Order, data: data}
	return x, l.drafts.Put(who.Staff, *x, len(data))
}

// Draft gives a person's own draft; problem.ErrNotFound when there is none.
func (l *Lists) Draft(who realm.Actor) (*Draft, error) {
	if err := l.admit(who); err != nil {
		return nil, err
	}
	if x, ok := l.drafts.Get(who.Staff); ok {
		return &x, nil
	}
	return nil, problem.ErrNotFound
}

// Drop forgets a person's draft.
func (l *Lists) Drop(who realm.Actor) error {
	if err := l.admit(who); err != nil {
		return err
	}
	l.drafts.Drop(who.Staff)
	return nil
}

// Try is the dry run of a draft as it was mapped. Another sheet has other
// columns: they are guessed anew.
func (l *Lists) Try(ctx context.Context, who realm.Actor, id string, o Order) (*Draft, error) {
	return l.change(who, id, func(x *Draft) error {
		o.DryRun = true
		if o.Sheet != x.Order.Sheet {
			p, err := l.Inspect(ctx, who, sheets.Bytes(x.Name, x.data), o.Sheet)
			if err != nil {
				return err
			}
			x.Preview, x.Order, x.Tried = p, p.Order, nil
			return nil
		}
		x.Order, x.Tried = o, nil
		out, err := l.Import(ctx, who, sheets.Bytes(x.Name, x.data), o)
		if err != nil {
			return err
		}
		x.Tried = out
		return nil
	})
}

// Confirm imports a draft as its dry run showed it.
func (l *Lists) Confirm(ctx context.Context, who realm.Actor, id string) (*Draft, error) {
	return l.change(who, id, func(x *Draft) error {
		if x.Done != nil { // pressed twice
			return nil
		}
		if x.Tried == nil {
			return &problem.Invalid{Fields: []problem.Field{{Name: "file", Key: "caselist.error.try_first"}}}
		}
		o := x.Order
		o.DryRun = false
		out, err := l.Import(ctx, who, sheets.Bytes(x.Name, x.data), o)
		if err != nil {
			return err
		}
		x.Done, x.Tried, x.data, x.Preview = out, nil, nil, nil
		return nil
	})
}

// change works on a person's draft. What was refused is kept as well: what was
// chosen comes back.
func (l *Lists) change(who realm.Actor, id string, do func(*Draft) error) (*Draft, error) {
	x, err := l.Draft(who)
	if err != nil {
		return nil, err
	}
	if x.ID != id {
		return nil, problem.ErrNotFound
	}
	err = do(x)
	if kept := l.drafts.Put(who.Staff, *x, len(x.data)); kept != nil && err == nil {
		err = kept
	}
	return x, err
}

// With is an order that a person changed on a page, with what the draft knows
// of the last time.
func (x *Draft) With(o Order) Order {
	o.kept = x.Order.kept
	return o
}
