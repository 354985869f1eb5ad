package realmtest

import (
	"sync"
	"testing"

	datafiles "rufaa/content"
	"rufaa/internal/content"
	"rufaa/internal/policy"
)

var (
	contents = sync.OnceValues(func() (*content.Content, error) { return content.Load(datafiles.Files) })
	doors    = sync.OnceValues(func() (*policy.Door, error) { return policy.Load(datafiles.Files, "policy") })
)

// Sources are the program's content and policies, read once for all tests of a
// binary. What a test puts in force in its own is in no other's.
func Sources(t testing.TB) (*content.Content, *policy.Door) {
	t.Helper()
	c, err := contents()
	if err != nil {
		t.Fatal(err)
	}
	door, err := doors()
	if err != nil {
		t.Fatal(err)
	}
	return c.Pinned(), door.Pinned()
}
