package publication

import (
	"context"
	"sync"
	"time"

	"rufaa/internal/directory"
	"rufaa/internal/hsds"
	"rufaa/internal/hsds/publish"
	"rufaa/internal/office"
)

// fresh is how long a snapshot is served before the directory is read again.
const fresh = 15 * time.Second

// Catalog is the directory of one realm as it is published. It is safe for
// concurrent use.
type Catalog struct {
	of *office.Office

	mu   sync.Mutex
	last *publish.Snapshot
	at   time.Time
}

// New publishes a realm's directory.
func New(of *office.Office) *Catalog { return &Catalog{of: of} }

// Snapshot is the present state of what is published, at most fresh old.
func (c *Catalog) Snapshot(ctx context.Context) (*publish.Snapshot, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.last != nil && time.Since(c.at) < fresh {
		return c.last, nil
	}
	content, err := c.content(ctx)
	if err != nil {
		return nil, err
	}
	s, err := publish.NewSnapshot(content)
	if err != nil {
		return nil, err
	}
	c.last, c.at = s, time.Now()
	return s, nil
}

func (c *Catalog) content(ctx context.Context) (publish.Content, error) {
	b := &builder{of: c.of, ids: hsds.NewIDs("rufaa/" + c.of.Name)}
	b.services()
	err := c.of.Directory.Each(ctx, func(p *directory.Provider) bool {
		if v, ok := c.of.Directory.Taxonomy.Term("vetting", p.Vetting.State); !ok || !v.Barred {
			b.provider(p)
		}
		return true
	})
	return b.out, err
}
