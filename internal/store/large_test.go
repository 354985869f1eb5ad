package store_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"rufaa/internal/store"
	"rufaa/internal/store/storetest"
)

// A large write that waits among others shares its transaction with none of them:
// what it did is undone with the transaction, and theirs stands. Those who wait
// are done in the order they came.
func TestALargeWriteFailsAlone(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		refused := errors.New("a row of the list is wrong")
		var order []string
		as := func(name string, result error) func(*store.Tx) error {
			return func(tx *store.Tx) error {
				tx.AfterCommit(func() { order = append(order, name+" done") })
				tx.AfterRollback(func() { order = append(order, name+" undone") })
				return errors.Join(put(tx, name, "1"), result)
			}
		}
		var errs []chan error
		hand := func(write func(context.Context, func(*store.Tx) error) error, fn func(*store.Tx) error) {
			err := make(chan error, 1)
			errs = append(errs, err)
			go func() { err <- write(context.Background(), fn) }()
			time.Sleep(20 * time.Millisecond) // so that they wait in this order
		}
		held, let := make(chan struct{}), make(chan struct{})
		hand(db.Write, func(*store.Tx) error { close(held); <-let; return nil })
		<-held
		hand(db.Write, as("a", nil))
		hand(db.WriteLarge, as("b", refused))
		hand(db.WriteLarge, as("c", nil))
		hand(db.Write, as("d", nil))
		close(let)
		for i, want := range []error{nil, nil, refused, nil, nil} {
			if err := <-errs[i]; !errors.Is(err, want) {
				t.Errorf("write %d: %v, want %v", i, err, want)
			}
		}
		if want := []string{"a done", "b undone", "c done", "d done"}; !slices.Equal(order, want) {
			t.Errorf("told %v, want %v", order, want)
		}
		if got, want := rows(t, db), []string{"a/1", "c/1", "d/1"}; !slices.Equal(got, want) {
			t.Errorf("there is %v, want %v", got, want)
		}
	})
}
