package caselist_test

import (
	"rufaa/internal/realm"
	"rufaa/internal/store"
)

// failsAfter lets some rows pass and fails then, inside the transaction.
func failsAfter(n int, err error) func(*store.Tx, realm.Actor, string, string, bool) error {
	return func(*store.Tx, realm.Actor, string, string, bool) error {
		if n--; n < 0 {
			return err
		}
		return nil
	}
}
