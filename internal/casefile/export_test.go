package casefile

// Beside is another server on the same store: nothing lies on its shelf, and what
// is written here is not told to it.
func (c *Cases) Beside() *Cases {
	other := *c
	other.shelf = newShelf(c.realm.Ledger)
	return &other
}
